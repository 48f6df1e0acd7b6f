/** Alerts at work for tests: a record that listens, a real database and queue, a real MLLP socket, Dafydd on the register. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Encounter, Resource, Task } from '@medplum/fhirtypes'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { tokenVerifier } from '@platform/fhir/token-verifier'
import { readAcknowledgement, type AcknowledgementRead } from '@platform/hl7v2/acknowledgement'
import { readMessages } from '@platform/hl7v2/message'
import { connectMllp, type MllpClient } from '@platform/hl7v2/mllp-client'
import { openDatabase, type Database } from '@platform/service/database'
import { addToOutbox, openBell } from '@platform/service/outbox'
import { silentLog } from '@platform/service/log'
import { openQueues } from '@platform/service/queues'
import { startRelay } from '@platform/service/relay'
import { aCareTeam, aDeviceBlock, anOrganization, aPatient, aRegisterEntry, type OrganizationKey } from '@platform/testing/cast'
import { testDatabase, type TestScope } from '@platform/testing/database'
import { fakeRecord, type FakeRecord } from '@platform/testing/fake-record'
import { buildApp } from '../src/app.ts'
import { openDependencies, type Dependencies } from '../src/dependencies.ts'
import { CLIENT_ID } from '../src/open.ts'
import type { ChannelSettings } from '../src/outbox/open-means.ts'
import { startAlerts, type RunningAlerts } from '../src/start.ts'

const AUDIENCE = 'https://hub.example/fhir'
/** The night of story 4. */
export const NIGHT = new Date('2026-11-21T02:14:20Z')

/** Everything a test of the service needs. */
export interface TestHospital {
  readonly record: FakeRecord
  readonly database: Database
  readonly dependencies: Dependencies
  readonly running: RunningAlerts
  readonly mllp: MllpClient
  readonly app: Awaited<ReturnType<typeof buildApp>>
  /** Sends a message and reads the acknowledgement. */
  send(message: string | Buffer): Promise<AcknowledgementRead | undefined>
  /** Moves the business clock and does what is due. */
  moveTo(at: Date): Promise<void>
  /** Commits every change that was not told yet to the outbox, and does not wait for anybody to hear of it. */
  announce(): Promise<void>
  /** Tells every change of the record that was not told yet, through outbox, relay and queue, and waits until all have taken effect. */
  tell(): Promise<void>
  /** Waits until every message has been acted on. */
  acted(): Promise<void>
  /** Waits until the owners of open needs have been told of every death. */
  deathsTold(): Promise<void>
  /** The alert in short: role or kind, status, owner. */
  tasks(): readonly (readonly [string | undefined, string, string | undefined])[]
  task(key: RegExp): Task
  encounter(): Encounter
  bearer(organization: string, role?: string, claims?: Readonly<Record<string, unknown>>): Promise<string>
  notices(): Promise<readonly string[]>
}

const ORGANIZATIONS: readonly OrganizationKey[] = [
  'hospital',
  'pump-centre',
  'community-team',
  'neurorehab',
  'single-point-of-access',
  'therapy-centre',
]

/** Starts it; it stops with the test. @param registered false leaves the register empty */
export async function testHospital(
  t: TestScope,
  {
    registered = true,
    loopback = true,
    allow = [] as readonly string[],
    messaging = {} as Partial<ChannelSettings>,
    demo = false,
    approved = true,
    log = silentLog,
  } = {},
): Promise<TestHospital> {
  let now = NIGHT
  const clock = { now: () => now }
  const record = await fakeRecord(t, { now: () => now })
  for (const key of ORGANIZATIONS) record.seed(anOrganization(key))
  if (registered) register(record)

  const { url } = await testDatabase(t)
  const stack = new AsyncDisposableStack()
  t.teardown(() => stack.disposeAsync())
  const database = stack.use(await openDatabase(url, { name: 'test' }))
  const home = mkdtempSync(join(tmpdir(), 'handrail-alerts-'))
  stack.defer(() => rmSync(home, { recursive: true, force: true }))
  const issuer = await testIssuer(stack)
  const dependencies = await openDependencies({
    tokens: tokenVerifier({ issuers: [{ issuer: issuer.url, jwksUri: `${issuer.url}/jwks` }], audience: AUDIENCE }),
    reactorTokens: { get: async () => CLIENT_ID },
    passportUrl: record.url.replace(/\/fhir$/, ''),
    database,
    home,
    demo,
    outboundPolicy: { allow, loopback },
    messaging: { mailFrom: 'Handrail <no-reply@handrail.example>', ...messaging },
    publicUrl: 'https://hub.example',
    processingIds: ['P'],
    clock,
    log,
  })
  const by = { by: 'Dr Example, clinical lead', on: '2026-11-01', reviewBy: '2027-11-01', at: now }
  if (approved) for (const rule of dependencies.rules) await dependencies.approvals.approve({ rule, ...by })
  const queues = stack.use(await openQueues({ database }))
  const bell = stack.use(openBell(database))
  const running = stack.use(
    await startAlerts(
      { MLLP_HOST: '127.0.0.1', MLLP_PORT: 0, MLLP_ALLOW: 'loopback', MLLP_KEEP_MS: 86_400_000, SWEEP_EVERY_MS: 3_600_000 },
      { ...dependencies, queues },
    ),
  )
  stack.use(startRelay({ queues, bell }))
  const mllp = stack.use(await connectMllp({ host: '127.0.0.1', port: running.mllpPort }))
  const app = await buildApp(dependencies)
  stack.defer(() => app.close())

  let told = record.changes.length
  const settled = async (text: string) => {
    for (;;) {
      const { rows } = await database.query<{ waiting: boolean }>({ text })
      if (rows[0]?.waiting !== true) return
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const announce = async () => {
    const changes = record.changes.slice(told)
    told = record.changes.length
    await database.transaction(async (tx) =>
      addToOutbox(
        tx,
        changes.map(({ type, id, versionId, author, facts }) => {
          const patient = patientOf(record.read(`${type}/${id}`))
          return {
            type,
            id,
            version: Number(versionId),
            ...(author === undefined ? {} : { author }),
            ...(patient === undefined ? {} : { patient }),
            facts,
          }
        }),
      ),
    )
  }
  const tasks = () => record.all<Task>('Task')
  return {
    record,
    database,
    dependencies,
    running,
    mllp,
    app,
    async send(message) {
      const [answer] = readMessages(await mllp.send(message))
      return answer === undefined ? undefined : readAcknowledgement(answer)
    },
    async moveTo(at) {
      now = at
      await running.sweep(at)
    },
    announce,
    async tell() {
      await announce()
      bell.ring()
      await settled('SELECT EXISTS (SELECT 1 FROM events.outbox) OR EXISTS (SELECT 1 FROM events.delivery) AS waiting')
    },
    acted: async () =>
      settled(`SELECT EXISTS (SELECT 1 FROM alerts.message WHERE handled_at IS NULL AND disposition = 'matched')
                   OR EXISTS (SELECT 1 FROM alerts.stay WHERE settled < version)
                   OR EXISTS (SELECT 1 FROM alerts.review WHERE task IS NULL) AS waiting`),
    deathsTold: async () => settled('SELECT EXISTS (SELECT 1 FROM alerts.death WHERE NOT told) AS waiting'),
    tasks: () =>
      tasks().map(
        (task) =>
          [task.performerType?.at(-1)?.coding?.[0]?.code ?? task.code?.coding?.[0]?.code, task.status, task.owner?.reference] as const,
      ),
    task: (key) => {
      const found = tasks().find((task) => key.test(task.identifier?.[0]?.value ?? ''))
      if (found === undefined) throw new Error(`The record has no Task with a key like ${String(key)}.`)
      return found
    },
    encounter: () => record.all<Encounter>('Encounter')[0] ?? { resourceType: 'Encounter', status: 'unknown', class: {} },
    bearer: issuer.bearer,
    async notices() {
      return (await dependencies.notices.after('0', 100)).map(({ kind, quiet }) => (quiet ? `${kind} (quiet)` : kind))
    },
  }
}

/** Puts Dafydd, his pump, his care team and his consent into the record. */
export function register(record: FakeRecord): void {
  const { flag, consent } = aRegisterEntry()
  const { device, use } = aDeviceBlock()
  const everything: readonly Resource[] = [aPatient('dafydd'), consent, flag, device, use, aCareTeam('dafydd')]
  for (const resource of everything) record.seed(resource)
}

function patientOf(resource: Resource): string | undefined {
  if (resource.resourceType === 'Patient') return resource.id
  type Named = { reference?: string }
  const about = resource as { subject?: Named; patient?: Named; for?: Named; participant?: { actor?: Named }[] }
  const [first] = about.participant ?? []
  const reference = (about.subject ?? about.patient ?? about.for ?? first?.actor)?.reference ?? ''
  return /^Patient\/(.+)$/.exec(reference)?.[1]
}

async function testIssuer(stack: AsyncDisposableStack) {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'test', use: 'sig' }] })
  const server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(keys))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stack.defer(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  return {
    url,
    bearer: async (organization: string, role = 'professional', more: Readonly<Record<string, unknown>> = {}) => {
      const claims = {
        client_id: `client-of-${organization}`,
        scope: 'user/*.cruds',
        role,
        grade: 'full',
        organization: `Organization/${organization}`,
        ...more,
      }
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid: 'test', typ: 'at+jwt' })
        .setIssuer(url)
        .setAudience(AUDIENCE)
        .setSubject(claims.client_id)
        .setIssuedAt()
        .setJti(`${organization}-${role}`)
        .setExpirationTime('5m')
        .sign(privateKey)
      return `Bearer ${token}`
    },
  }
}
