/** The hub in one process, through its own doors. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { testHub } from '@platform/testing/hub'
import { until } from '@platform/testing/until'

t.setTimeout(600_000)
const hub = await testHub(t)
const tokenFor = (client: string): string =>
  execFileSync(process.execPath, [join(import.meta.dirname, '../src/token.ts'), client], {
    encoding: 'utf8',
    env: { ...process.env, HANDRAIL_HOME: hub.home },
  }).trim()
const token = tokenFor('demo-admin')

const moveClock = async (body: unknown, bearer = token): Promise<{ status: number; answer: { now?: string } }> => {
  const response = await fetch(`${hub.url}/demo/clock`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, answer: (await response.json()) as { now?: string } }
}

t.test('the hub is alive, ready and counted', async (t) => {
  t.equal((await fetch(`${hub.url}/healthz`)).status, 200)
  const ready = await fetch(`${hub.url}/readyz`)
  t.equal(ready.status, 200)
  t.match(await ready.json(), { status: 'ready', checks: { database: 'ok', queue: 'ok' } })
  const metrics = async () => (await fetch(`${hub.url}/metrics`)).text()
  await until('every change of the start is with whoever hears it', metrics, (text) => /^handrail_outbox_lag_seconds 0$/m.test(text))
})

t.test('each address is answered by its service', async (t) => {
  t.match(await (await fetch(`${hub.url}/identity/jwks`)).json(), { keys: [{ alg: 'ES256' }] })
  t.match(await (await fetch(`${hub.url}/fhir/metadata`)).json(), { resourceType: 'CapabilityStatement' })
})

t.test('what only the operator may see is refused to everybody else', async (t) => {
  const others = tokenFor('demo-community-team')
  for (const path of ['/identity/clients', '/operator/directory-feeds', '/operator/hospital-feeds', '/operator/alert-rules']) {
    const statusAs = async (headers: Record<string, string>) => (await fetch(`${hub.url}${path}`, { headers })).status
    t.equal(await statusAs({ authorization: `Bearer ${token}` }), 200, path)
    t.equal(await statusAs({ authorization: `Bearer ${others}` }), 403, path)
    t.equal(await statusAs({ authorization: 'Bearer forged' }), 401, path)
    t.equal(await statusAs({}), 401, path)
  }
})

t.test('the demonstration is in the record', async (t) => {
  const response = await fetch(`${hub.url}/fhir/Patient?_summary=count`, { headers: { authorization: `Bearer ${token}` } })
  t.equal(response.status, 200)
  t.ok(((await response.json()) as { total: number }).total >= 4)
})

t.test('the demo clock goes to an instant, and forward by a duration', async (t) => {
  t.match(await moveClock({ set: '2027-03-01T02:14:00Z' }), { status: 200, answer: { now: /^2027-03-01T02:14:/ } })
  t.match(await moveClock({ advance: 'PT30M' }), { status: 200, answer: { now: /^2027-03-01T02:4[45]:/ } })
})

t.test('the demo clock takes nothing else, and from nobody else', async (t) => {
  for (const body of [
    {},
    { advance: 'soon' },
    { advance: 'P1M' },
    { set: 'tomorrow' },
    { set: 'x', advance: 'PT1M' },
    { back: 'PT1M' },
    [],
  ]) {
    t.equal((await moveClock(body)).status, 400, JSON.stringify(body))
  }
  t.equal((await moveClock({ advance: 'PT1M' }, 'forged')).status, 401)
})

t.test('a hub that is no demonstration has no demo clock', async (t) => {
  const real = await testHub(t, { HANDRAIL_DEMO: 'false' })
  t.equal((await fetch(`${real.url}/demo/clock`, { method: 'POST', body: '{}' })).status, 404)
})
