import { Writable } from 'node:stream'
import Fastify, { LogController } from 'fastify'
import t from 'tap'
import { describeError, summariseError } from './describe-error.ts'
import { openLog, requestLog } from './log.ts'

function openTestLog() {
  const lines: string[] = []
  const to = new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()) })
  return { log: openLog({ name: 'passport', level: 'info', to }), lines }
}

const refusal = Object.assign(new Error('Referral 7 is closed'), {
  name: 'Refusal',
  code: 'REFERRAL_NOT_OPEN',
  remedy: 'Read the Task again.',
})

t.test('an error is told by class, code, status and place, never by its own text', (t) => {
  const told = describeError(Object.assign(new TypeError('no such person: Ada Jones'), { code: 'ERR_X', response: { status: 404 } }))
  t.match(told, { type: 'TypeError', code: 'ERR_X', status: 404, stack: /^ +at .*log\.test\.ts/ })
  t.notMatch(JSON.stringify(told), /Ada/)
  t.strictSame(describeError('Ada Jones'), { type: 'string' })
  t.end()
})

t.test('a code or a class that could be a name is not told', (t) => {
  const told = describeError(Object.assign(new Error('x'), { name: 'Ada Jones', code: 'Ada Jones' }))
  t.notMatch(JSON.stringify({ ...told, stack: '' }), /Ada/)
  t.end()
})

t.test('a summary is one line: a refusal with its remedy, anything else with its causes', (t) => {
  t.equal(summariseError(refusal), 'REFERRAL_NOT_OPEN: Read the Task again.')
  const refused = Object.assign(new Error('connect to 10.0.0.1'), { code: 'ECONNREFUSED' })
  t.equal(summariseError(new TypeError('fetch failed', { cause: refused })), 'TypeError, because Error ECONNREFUSED')
  t.equal(summariseError(Object.assign(new Error('secret'), { statusCode: 503 })), 'Error HTTP 503')
  t.end()
})

t.test('a logged error leaves its text out, however it is given', (t) => {
  const { log, lines } = openTestLog()
  log.error(new Error('Ada Jones'))
  log.error({ err: new Error('Ada Jones') }, 'it failed')
  log.warn({ error: new Error('Ada Jones') })
  t.equal(lines.length, 3)
  t.notMatch(lines.join(''), /Ada/)
  t.end()
})

t.test('tokens and passwords are struck out of a log line', (t) => {
  const { log, lines } = openTestLog()
  log.info({ event: 'x', token: 's3cret', client: { password: 's3cret' } })
  t.notMatch(lines[0], /s3cret/)
  t.end()
})

t.test('a request is logged by its route, without its URL, query or body', async (t) => {
  const { log, lines } = openTestLog()
  const app = Fastify({ loggerInstance: log, logController: new LogController({ disableRequestLogging: true }) })
  t.teardown(() => app.close())
  await app.register(requestLog)
  app.get('/fhir/Patient/:id', async () => ({}))

  await app.inject('/fhir/Patient/ada?name=Jones')
  await app.inject('/nowhere/Jones')

  t.match(JSON.parse(lines[0] ?? ''), { event: 'request', method: 'GET', route: '/fhir/Patient/:id', status: 200 })
  t.match(JSON.parse(lines[1] ?? ''), { event: 'request', route: 'none', status: 404 })
  t.notMatch(lines.join(''), /Jones|ada/)
})
