import { readFileSync } from 'node:fs'
import t from 'tap'
import { readConfig } from './config.ts'

t.test('.env.example names every setting with its comment', async (t) => {
  const lines = readFileSync(new URL('../.env.example', import.meta.url), 'utf8').split('\n')
  const documented = lines.flatMap((line, index) => (/^[A-Z]/.test(line) ? [`${line.split('=')[0]} ${lines[index - 1]?.slice(2)}`] : []))
  t.same(
    documented,
    readConfig.settings.map(({ name, doc }) => `${name} ${doc}`),
  )
})

t.test('everything that is wrong is said at once', async (t) => {
  t.throws(() => readConfig({ PORT: 'eighty' }), { name: 'ConfigError', message: /PORT[^]*PUBLIC_URL[^]*DATABASE_URL/ })
})

t.test('nobody signs in without a password unless the demonstration is asked for', async (t) => {
  t.equal(readConfig({ PUBLIC_URL: 'https://hub.example', DATABASE_URL: 'postgres://x' }).HANDRAIL_DEMO, false)
})
