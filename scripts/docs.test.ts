/** The computed pages, and the words they are computed from. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { PAGES, storedPage } from './pages.ts'
import { catalogues } from './pages/errors.ts'
import { ROOT } from './run-step.ts'
import { rules } from './pages/gateway.ts'
import { allSettings } from './pages/settings.ts'

for (const [path, render] of Object.entries(PAGES)) {
  t.test(`${path} says what the code says; "npm run docs" writes it`, async (t) => {
    t.ok((await render()) === storedPage(path), 'it is fresh')
  })
}

t.test('every refusal has a code in capitals, words that end, and a remedy', async (t) => {
  const found = await catalogues()
  t.ok(found.length >= 10, 'the catalogues are found')
  const page = storedPage('docs/errors.md')
  for (const { file, entries } of found) {
    t.ok(entries.length > 0, `${file} exports its catalogue`)
    for (const [code] of entries) {
      t.match(code, /^[A-Z][A-Z0-9]+(_[A-Z0-9]+)*$/, `${file} ${code}`)
      const line = page.split('\n').find((row) => row.startsWith(`| \`${code}\` |`)) ?? ''
      t.match(line, /^\| `\w+` \| [a-z-]+ \| \d{3} \| .*[.?!…] \| .+ \|$/, `${file} ${code}`)
      t.notMatch(line, /undefined|\[object|=>/, `${file} ${code}`)
    }
  }
})

t.test('each .env.example names every setting of its program once, in order, with its comment', async (t) => {
  for (const { example, settings } of await allSettings()) {
    const lines = readFileSync(join(ROOT, example), 'utf8').split('\n')
    const documented = lines.flatMap((line, index) => {
      const [, name] = /^(?:# )?([A-Z][A-Z0-9_]*)=/.exec(line) ?? []
      if (name === undefined) return []
      const above = lines.slice(0, index)
      const comment = above.slice(above.lastIndexOf('') + 1).map((text) => text.replace(/^# ?/, ''))
      return [`${name}: ${comment.join(' ')}`]
    })
    t.strictSame(
      documented,
      settings.map(({ name, doc }) => `${name}: ${doc}`),
      example,
    )
  }
})

t.test('services that run side by side with their defaults do not want the same port', async (t) => {
  const ports = (await allSettings()).flatMap(({ settings }) => settings.flatMap((one) => (one.name === 'PORT' ? [one.default] : [])))
  t.equal(new Set(ports).size, ports.length)
})

t.test('a gateway gives each address to the service that owns it', async (t) => {
  const owners = {
    '/fhir/Task/1/$refuse': 'referrals',
    '/fhir/ServiceRequest/$match': 'referrals',
    '/fhir/Task/1/$acknowledge': 'alerts',
    '/alerts/stream': 'alerts',
    '/fhir': 'passport',
    '/fhir/Task/1': 'passport',
    '/fhir/Patient/1/$everything': 'passport',
    '/identity/token': 'identity',
    '/': 'portal',
    '/inbox/1/accept': 'portal',
  }
  for (const [path, owner] of Object.entries(owners))
    t.equal(rules().find(({ pattern }) => new RegExp(pattern).test(path))?.service, owner, path)
})

t.test('every link between pages leads to a page that is there', async (t) => {
  const pages = globSync('{*.md,docs/**/*.md,infra/*.md,fhir-profiles/*.md,bench/*.md,{services,platform}/*/README.md}', { cwd: ROOT })
  t.ok(pages.length > 30)
  const broken = pages.flatMap((page) =>
    [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)/g)]
      .filter(([, path = '']) => path !== '' && !existsSync(join(ROOT, dirname(page), path)))
      .map(([, path]) => `${page}: ${path}`),
  )
  t.strictSame(broken, [])
})
