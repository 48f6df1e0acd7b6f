/** Every service as a process of its own behind a gateway that shares out the addresses, as infra/docker and an ingress do. */
import { spawn } from 'node:child_process'
import { createServer, request as forward, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { tokenSource } from '@platform/service/token-source'
import { testDatabase } from '@platform/testing/database'
import { temporaryHome } from '@platform/testing/hub'
import { until } from '@platform/testing/until'
import { mounts as alerts } from '@services/alerts/mounts'
import { mounts as identity } from '@services/identity/mounts'
import { ensureClientKey, publicKeysOf } from '@services/identity/provision'
import { clientRegister } from '@services/identity/store/client-register'
import { mounts as passport } from '@services/passport/mounts'
import { mounts as portal } from '@services/portal/mounts'
import { mounts as referrals } from '@services/referrals/mounts'
import { dispatchTable } from '../src/dispatch.ts'
import { freePort } from '@platform/testing/free-port'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const SERVICES = { identity, passport, referrals, alerts, portal }
type Service = keyof typeof SERVICES
t.setTimeout(600_000)

const testing = await testDatabase(t)
const home = temporaryHome(t)
const ports = Object.fromEntries(await Promise.all(Object.keys(SERVICES).map(async (name) => [name, await freePort()]))) as Record<
  Service,
  number
>
const gateway = await aGateway()
const publicUrl = `http://127.0.0.1:${portOf(gateway)}`
// In the order in which a first start needs them: the issuer makes the keys of the others.
for (const name of Object.keys(SERVICES) as Service[]) await start(name)

const key = await ensureClientKey(home, 'operator')
const clients = clientRegister(await testing.open({ max: 1 }))
const scopes = 'system/*.cruds'
await clients.register({ clientId: 'operator', name: 'Operator', role: 'admin', grade: 'full', scopes, jwks: publicKeysOf(key) })
const tokens = tokenSource({ tokenUrl: `${publicUrl}/identity/token`, clientId: 'operator', key })

t.test('each service is ready by itself', async (t) => {
  for (const [name, port] of Object.entries(ports)) t.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200, name)
})

t.test('a request for help goes from the record through the queue to referrals and back as a Task', async (t) => {
  const provider = await create({ resourceType: 'Organization', active: true, name: 'Quay Street Leisure' })
  const patient = await create({ resourceType: 'Patient', name: [{ family: 'Llwyd', given: ['Ada'] }] })
  await create({
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    subject: { reference: `Patient/${patient}` },
    requester: { reference: `Organization/${provider}` },
    performer: [{ reference: `Organization/${provider}` }],
    authoredOn: '2026-11-21T09:00:00Z',
  })
  const look = async () => (await ask<{ entry?: unknown[] }>('GET', `Task?patient=${patient}`)).entry
  const tasks = await until('there is a Task', look, (entry) => entry !== undefined && entry.length > 0)
  t.match(tasks, [{ resource: { resourceType: 'Task', status: 'requested', owner: { reference: `Organization/${provider}` } } }])
})

t.test('an operation, a page and the stream are answered by the services that own them', async (t) => {
  t.match(await (await fetch(`${publicUrl}/fhir/Task/x/$refuse`, { method: 'POST' })).json(), { resourceType: 'OperationOutcome' })
  t.match(await (await fetch(publicUrl)).text(), /<html/)
  t.equal((await fetch(`${publicUrl}/alerts/stream`)).status, 401)
})

async function ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${publicUrl}/fhir/${path}`, {
    method,
    headers: { authorization: `Bearer ${await tokens.get()}`, 'content-type': 'application/fhir+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Answer
}

async function create(resource: { resourceType: string; [element: string]: unknown }): Promise<string> {
  return (await ask<{ id: string }>('POST', resource.resourceType, resource)).id
}

/** Starts a service alone and waits until it is ready; it is told to stop when the test ends, and must then end by itself. */
async function start(name: Service): Promise<void> {
  const child = spawn(process.execPath, [join(ROOT, 'services', name, 'src/main.ts')], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      PORT: String(ports[name]),
      PUBLIC_URL: publicUrl,
      PASSPORT_URL: `http://127.0.0.1:${ports.passport}`,
      IDENTITY_URL: `http://127.0.0.1:${ports.identity}`,
      DATABASE_URL: testing.url,
      HANDRAIL_HOME: home,
      MLLP_PORT: '0',
      LOG_LEVEL: 'error',
    },
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  t.teardown(async () => {
    child.kill('SIGTERM')
    if ((await ended) !== 0) throw new Error(`${name} did not stop cleanly.`)
  })
  await until(`${name} is ready`, async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}.`)
    const answer = await fetch(`http://127.0.0.1:${ports[name]}/readyz`).catch(() => undefined)
    return answer?.status === 200
  })
}

async function aGateway(): Promise<Server> {
  const owners = Object.entries(SERVICES).flatMap(([name, mounts]) => mounts.map((mount) => ({ ...mount, target: name as Service })))
  const dispatch = dispatchTable(owners)
  const server = createServer((request, response) => {
    const { method = 'GET', url = '/', headers } = request
    const owner = dispatch(method, url)
    if (owner === undefined) return void response.writeHead(404).end()
    const onward = forward({ port: ports[owner], host: '127.0.0.1', method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    return void request.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return server
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
