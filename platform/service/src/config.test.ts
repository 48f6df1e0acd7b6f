import { inspect } from 'node:util'
import t from 'tap'
import {
  ConfigError,
  defineConfig,
  flag,
  integer,
  list,
  milliseconds,
  oneOf,
  port,
  postgresql,
  redis,
  secret,
  smtp,
  text,
  url,
} from './config.ts'

const readConfig = defineConfig({
  DATABASE_URL: secret('PostgreSQL connection string.'),
  REDIS_URL: secret('Redis for BullMQ.', { optional: true }),
  PUBLIC_URL: url('How others reach it.', { default: 'http://127.0.0.1:8080' }),
  PORT: port('Where it listens.', { default: 8080 }),
  POOL: integer('Connections.', { default: 10, min: 1, max: 100 }),
  PATIENCE_MS: milliseconds('How long a receiver may take.', { default: 10_000 }),
  DEMO: flag('Whether this is a demonstration.', { default: false }),
  ISSUERS: list('Whose tokens are believed.', { default: [] }),
  LOG_LEVEL: oneOf('How much is said.', ['debug', 'info'], { default: 'info' }),
  NAME: text('What it is called.', { optional: true }),
})
const DATABASE_URL = 'postgres://hub:s3cret@db/handrail'

t.test('what is absent or empty has its default, or no value where it is optional', (t) => {
  const config = readConfig({ DATABASE_URL, PORT: '', NAME: '  ' })
  t.equal(config.PORT, 8080)
  t.equal(config.LOG_LEVEL, 'info')
  t.notOk('NAME' in config)
  t.notOk('REDIS_URL' in config)
  t.end()
})

t.test('each kind gives its own type', (t) => {
  const config = readConfig({
    DATABASE_URL,
    PUBLIC_URL: 'https://hub.example/',
    PORT: '0',
    POOL: '7',
    PATIENCE_MS: '250',
    DEMO: 'true',
    ISSUERS: 'https://a.example, ,https://b.example',
    LOG_LEVEL: 'debug',
  })
  t.equal(config.PUBLIC_URL, 'https://hub.example')
  t.equal(config.PORT, 0)
  t.equal(config.POOL, 7)
  t.equal(config.PATIENCE_MS, 250)
  t.equal(config.DEMO, true)
  t.strictSame(config.ISSUERS, ['https://a.example', 'https://b.example'])
  t.equal(config.LOG_LEVEL, 'debug')
  t.end()
})

t.test('a connection string names its protocol, and is never printed', (t) => {
  const connections = defineConfig({
    DATABASE_URL: postgresql('PostgreSQL.'),
    REDIS_URL: redis('Redis.', { optional: true }),
    SMTP_URL: smtp('E-mail.', { optional: true }),
  })
  const given = { DATABASE_URL, REDIS_URL: 'rediss://:s3cret@queue', SMTP_URL: 'SMTPS://me:s3cret@mail:465' }
  const config = connections(given)
  t.strictSame({ ...config }, given)
  t.notMatch(`${JSON.stringify(config)}${inspect(config)}`, /s3cret/)
  t.throws(() => connections({ DATABASE_URL: 'http://me:s3cret@db', REDIS_URL: 'queue', SMTP_URL: 'mail:465' }), {
    message: [
      'DATABASE_URL must begin with postgresql:// or postgres://.',
      'REDIS_URL must begin with redis:// or rediss://.',
      'SMTP_URL must begin with smtps:// or smtp://.',
    ].join('\n'),
  })
  t.end()
})

t.test('all problems are told at once, one a line', (t) => {
  const wrong = { PUBLIC_URL: 'hub', PORT: '70000', POOL: '0', PATIENCE_MS: '-1', DEMO: 'yes', LOG_LEVEL: 'loud' }
  const problems = [
    'DATABASE_URL is not set. PostgreSQL connection string.',
    'PUBLIC_URL must be an http or https URL, not "hub".',
    'PORT must be a port number from 0 to 65535, not "70000".',
    'POOL must be a whole number from 1 to 100, not "0".',
    'PATIENCE_MS must be a number of milliseconds, 0 or more, not "-1".',
    'DEMO must be true or false, not "yes".',
    'LOG_LEVEL must be one of debug, info, not "loud".',
  ]
  t.throws(() => readConfig(wrong), { name: 'ConfigError', code: 'SETTINGS_WRONG', message: problems.join('\n') })
  t.end()
})

t.test('a secret is never printed: not by JSON, not by inspect, not in a problem', (t) => {
  const config = readConfig({ DATABASE_URL })
  t.equal(config.DATABASE_URL, DATABASE_URL, 'it can be used')
  for (const printed of [JSON.stringify({ config }), inspect({ config }), `${JSON.stringify(config)}`]) {
    t.notMatch(printed, /s3cret/)
    t.match(printed, /\[secret\]/)
  }
  try {
    readConfig({ PUBLIC_URL: 'https://user:s3cret@hub.example', PORT: 'x' })
    t.fail('it should have been refused')
  } catch (error) {
    t.ok(error instanceof ConfigError)
    t.notMatch(String(error), /s3cret/)
    t.match(String(error), /PUBLIC_URL must be a URL without user name or password\./)
  }
  t.end()
})

t.test('a reader describes its settings, without the default of a secret', (t) => {
  const described = defineConfig({
    PORT: port('Where it listens.', { default: 8080 }),
    KEY: secret('A key.', { default: 's3cret' }),
  }).settings
  t.strictSame(described, [
    { name: 'PORT', kind: 'port', doc: 'Where it listens.', secret: false, required: false, default: '8080' },
    { name: 'KEY', kind: 'secret', doc: 'A key.', secret: true, required: false },
  ])
  t.end()
})
