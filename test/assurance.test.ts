/** docs/assurance and docs/clinical-safety promise nothing whose proof is gone. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const ROOT = join(import.meta.dirname, '..')
const PAGES = globSync('docs/{assurance,clinical-safety}/*.md', { cwd: ROOT })

t.test('every test that a page of assurance names is there', async (t) => {
  const named = PAGES.flatMap((page) =>
    [...readFileSync(join(ROOT, page), 'utf8').matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, file]) => ({ page, file: file as string })),
  )
  t.ok(named.length > 60)
  t.strictSame(
    named.filter(({ file }) => !existsSync(join(ROOT, file))),
    [],
  )
})

t.test('every page of assurance stands in the list of them', async (t) => {
  const list = readFileSync(join(ROOT, 'docs/assurance/README.md'), 'utf8')
  for (const page of PAGES.filter((one) => !one.endsWith('README.md')))
    t.ok(list.includes(page.replace(/^docs\/assurance\//, '').replace(/^docs\//, '../')), page)
})
