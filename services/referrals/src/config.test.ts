import { readFileSync } from 'node:fs'
import t from 'tap'
import { readConfig } from './config.ts'

t.test('.env.example names every setting with its comment', async (t) => {
  const lines = readFileSync(new URL('../.env.example', import.meta.url), 'utf8').split('\n')
  const documented = lines.flatMap((line, index) => {
    const [, name] = /^(?:# )?([A-Z_]+)=/.exec(line) ?? []
    return name === undefined ? [] : [`${name} ${lines[index - 1]?.slice(2)}`]
  })
  t.same(
    documented,
    readConfig.settings.map(({ name, doc }) => `${name} ${doc}`),
  )
})

t.test('everything that is wrong is said at once', async (t) => {
  t.throws(() => readConfig({ PORT: 'eighty', SWEEP_EVERY_MS: '5' }), {
    name: 'ConfigError',
    message: /PORT[^]*PUBLIC_URL[^]*DATABASE_URL[^]*SWEEP_EVERY_MS/,
  })
})
