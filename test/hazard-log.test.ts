/** docs/clinical-safety/hazard-log.md and the code speak of the same hazards. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const ROOT = join(import.meta.dirname, '..')
const LOG = readFileSync(join(ROOT, 'docs/clinical-safety/hazard-log.md'), 'utf8')
const rows = LOG.split('\n')
  .filter((line) => line.startsWith('| HAZ-'))
  .map((line) => line.split(' | ').map((text) => text.replace(/^\| ?| ?\|$/g, '').trim()))
const known = new Set(rows.map(([id]) => id))

t.test('every hazard that the code names is in the log', async (t) => {
  const files = globSync('{services,platform,infra,fhir-profiles,test,bench,scripts}/**/*.{ts,sql,fsh,njk}', {
    cwd: ROOT,
    exclude: ['**/node_modules'],
  })
  const unknown = files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\bHAZ-[A-Z]\d+\b/g)]
      .filter(([id]) => !known.has(id))
      .map(([id]) => `${file}: ${id}`),
  )
  t.ok(files.length > 100)
  t.strictSame(unknown, [])
})

t.test('every hazard has one row that says cause, effect and control, and names a test that is there', async (t) => {
  t.equal(known.size, rows.length)
  for (const [id = '', hazard, cause, effect, control, tests = ''] of rows) {
    for (const said of [hazard, cause, effect, control]) t.ok(said !== undefined && said.length > 5, id)
    const named = [...tests.matchAll(/`([^`]+)`/g)].map(([, file]) => file as string)
    t.ok(named.length > 0, `${id} names a test`)
    for (const file of named) t.ok(existsSync(join(ROOT, file)), `${id}: ${file}`)
  }
})
