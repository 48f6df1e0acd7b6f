/** What a process shows to others: health, numbers, tokens it asks for, and how it is told to stop. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { testDatabase } from '@platform/testing/database'
import Fastify from 'fastify'
import { exportJWK, generateKeyPair, importJWK, jwtVerify } from 'jose'
import t from 'tap'
import { health, measureChanges, openMetrics } from '../src/health.ts'
import { tokenSource } from '../src/token-source.ts'
import { openHub } from './hub.ts'

t.test('health', async (t) => {
  t.test('a process is ready when every check passes, and says what fails without quoting it', async (t) => {
    let broken = false
    const app = Fastify()
    t.teardown(() => app.close())
    await app.register(health, {
      checkWithinMs: 20,
      checks: {
        database: async () => {
          if (broken) throw Object.assign(new Error('Ada Jones'), { code: 'ECONNREFUSED' })
        },
        queue: async () => (broken ? new Promise(() => undefined) : undefined),
      },
    })
    t.match(await app.inject('/healthz'), { statusCode: 200 })
    t.match((await app.inject('/readyz')).json(), { status: 'ready', checks: { database: 'ok', queue: 'ok' } })

    broken = true
    const answer = await app.inject('/readyz')
    t.equal(answer.statusCode, 503)
    t.strictSame(answer.json(), { status: 'not ready', checks: { database: 'Error ECONNREFUSED', queue: 'no answer within 20 ms' } })
  })

  t.test('the numbers tell the lag and the dead letters, as they are at the scrape', async (t) => {
    const hub = await openHub(t, { url: (await testDatabase(t)).url })
    await hub.database.query({ text: `INSERT INTO events.consumer (name, types) VALUES ('alerts', '{Flag}')` })
    const app = Fastify()
    t.teardown(() => app.close())
    const metrics = openMetrics()
    measureChanges(metrics, hub.database)
    await app.register(health, { metrics })
    const numbers = async () => (await app.inject('/metrics')).body

    t.match(await numbers(), /handrail_outbox_lag_seconds 0\n/)
    await hub.database.query({
      text: `INSERT INTO events.delivery (consumer, change_id, type, id, version, at, due_at, dead_at) VALUES
             ('alerts', 1, 'Flag', 'a', 1, now() - interval '90 s', now(), NULL), ('alerts', 2, 'Flag', 'b', 1, now() - interval '1 h', now(), now())`,
    })
    const body = await numbers()
    t.match(body, /handrail_outbox_lag_seconds 9\d\.?\d*\n/)
    t.match(body, /handrail_changes_waiting\{consumer="alerts"\} 1\n/)
    t.match(body, /handrail_dead_letters\{consumer="alerts"\} 1\n/)
  })
})

t.test('tokens', async (t) => {
  const { privateKey, publicKey } = await generateKeyPair('ES384', { extractable: true })
  const key = { ...(await exportJWK(privateKey)), kid: 'k1' }
  const asked: Record<string, string>[] = []
  let answer: { status: number; body: object } = { status: 200, body: { access_token: 'token-1', expires_in: 300 } }
  const server = Fastify()
  t.teardown(() => server.close())
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  server.post('/identity/token', async (request, reply) => {
    asked.push(request.body as Record<string, string>)
    return reply.code(answer.status).send(answer.body)
  })
  const tokenUrl = `${await server.listen({ port: 0, host: '127.0.0.1' })}/identity/token`
  let nowMs = Date.now()
  const open = () => tokenSource({ tokenUrl, clientId: 'handrail-referrals', key, scope: 'system/*.rs', nowMs: () => nowMs })
  t.beforeEach(() => void (asked.length = 0))

  t.test('are asked for with a signed, short-lived assertion for this endpoint, used once', async (t) => {
    const tokens = open()
    t.equal(await tokens.get(), 'token-1')
    tokens.forget()
    await tokens.get()
    t.match(asked[0], {
      grant_type: 'client_credentials',
      scope: 'system/*.rs',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    })
    const verify = async (assertion: string | undefined) =>
      jwtVerify(assertion ?? '', await importJWK(await exportJWK(publicKey), 'ES384'), {
        audience: tokenUrl,
        issuer: 'handrail-referrals',
        subject: 'handrail-referrals',
      })
    const [first, second] = await Promise.all(asked.map(({ client_assertion }) => verify(client_assertion)))
    t.match(first?.protectedHeader, { alg: 'ES384', kid: 'k1' })
    t.ok((first?.payload.exp ?? 0) - (first?.payload.iat ?? 0) <= 300)
    t.not(first?.payload.jti, second?.payload.jti)
  })

  t.test('are shared by all callers until 30 s before they expire', async (t) => {
    const tokens = open()
    await Promise.all([tokens.get(), tokens.get(), tokens.get()])
    nowMs += 269_000
    await tokens.get()
    t.equal(asked.length, 1)
    nowMs += 2_000
    await tokens.get()
    t.equal(asked.length, 2)
  })

  t.test('that are refused are told by the code of the server, and asked for again', async (t) => {
    const tokens = open()
    answer = { status: 400, body: { error: 'invalid_client', error_description: 'Ada Jones' } }
    await t.rejects(tokens.get(), { code: 'TOKEN_REFUSED', message: 'handrail-referrals was refused a token: invalid_client.' })
    answer = { status: 200, body: { access_token: 'token-2', expires_in: 300 } }
    t.equal(await tokens.get(), 'token-2')
    const nowhere = tokenSource({ tokenUrl: 'http://127.0.0.1:1/token', clientId: 'handrail-alerts', key })
    await t.rejects(nowhere.get(), { code: 'TOKEN_REFUSED', message: 'handrail-alerts got no answer from the token endpoint.' })
  })
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} closes what was opened, in reverse order, and the process ends with 0`, async (t) => {
    const file = new URL('stopping-process.ts', import.meta.url).pathname
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said === 'open\n') child.kill(signal)
    })
    t.strictSame(await exited, [0, null])
    t.equal(said, `open\n${signal}\nsecond\nfirst\n`)
  })
}
