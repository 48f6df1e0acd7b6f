/** A record for tests: the real application on a real database, and callers known by the names of their tokens. */
import { randomUUID } from 'node:crypto'
import type { HospitalSites } from '@handrail/fhir-profiles/hospital-sites'
import type { RetentionCode } from '@handrail/fhir-profiles/retention'
import type { Caller, Grade, Role } from '@platform/fhir/caller'
import { parseScopes } from '@platform/fhir/scopes'
import { refuse, type TokenVerifier } from '@platform/fhir/token-verifier'
import type { Database } from '@platform/service/database'
import type { Bell } from '@platform/service/outbox'
import { silentLog } from '@platform/service/log'
import { testDatabase } from '@platform/testing/database'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { buildApp, type Reporting } from '../src/app.ts'
import { openRecord, type OpenRecord } from '../src/open.ts'
import { passingSharingSecrets } from '../src/store/share-secrets.ts'

export interface ARecord {
  readonly app: FastifyInstance
  readonly database: Database
  /** Adds a caller; its name is its token. */
  caller(
    name: string,
    facts: { role: Role; grade?: Grade; organization?: string; fhirUser?: string; patient?: string; scope?: string },
  ): void
  /** Sends a request as a caller (`admin` always exists). */
  send(
    token: string,
    method: NonNullable<InjectOptions['method']>,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>
  /** Creates as admin and gives the stored resource. */
  store<T extends { resourceType: string }>(resource: T): Promise<T & { id: string; meta: { versionId: string; lastUpdated: string } }>
  /** Moves business time. */
  setNow(at: Date): void
  /** Lets the reviews look at everything that is due by business time. */
  review(): Promise<void>
  /** Takes everything that changed over into the facts, and publishes what is due by business time. */
  report(): Promise<void>
  /** What reports are kept and read with. */
  readonly reporting: Reporting
  /** What the record was opened with. */
  readonly dependencies: OpenRecord
}

interface TestScope {
  teardown(work: () => unknown): void
}

export interface RecordOptions {
  /** One database for everything, instead of one that is made for this test. */
  readonly database?: Database
  /** @default 'http://hub.example' */
  readonly publicUrl?: string
  /** Paths of FHIR packages that are loaded besides our own. */
  readonly packages?: readonly string[]
  /** How long records are kept, other than the files say. */
  readonly retention?: readonly RetentionCode[]
  /** Hears what the record says to the bell. */
  readonly onRing?: Bell['ring']
  /** The map of each hospital's site, other than the file says. */
  readonly sites?: Pick<HospitalSites, 'sites'>
}

export async function aRecord(
  t: TestScope,
  { database: given, publicUrl = 'http://hub.example', packages = [], retention, sites, onRing = () => {} }: RecordOptions = {},
): Promise<ARecord> {
  const { open } = given === undefined ? await testDatabase(t) : { open: async () => given }
  const database = await open({ max: 12, planCacheMode: 'force_generic_plan' })
  const searching = await open({ max: 4 })
  const callers = new Map<string, Caller>()
  const tokens: TokenVerifier = {
    recall: (bearer) => callers.get(bearer),
    verify: async () => {
      throw refuse.TOKEN_NOT_BELIEVED()
    },
  }
  let now = new Date('2026-11-21T09:00:00Z')
  const key = Buffer.alloc(32, 'the same after a restart')
  const config = { PUBLIC_URL: publicUrl, IDENTITY_URL: '', TRUSTED_ISSUERS: [], FHIR_PACKAGES: packages }
  const bell = {
    ring: onRing,
    answer: () => ({ [Symbol.dispose]: () => undefined }),
    [Symbol.asyncDispose]: async () => undefined,
  }
  const dependencies = await openRecord(config, {
    database,
    searching,
    bell,
    clock: { now: () => now },
    newId: randomUUID,
    log: silentLog,
    key,
    secrets: await passingSharingSecrets(),
    ...(sites !== undefined && { sites }),
  })
  const app = await buildApp(config, { ...dependencies, tokens, ...(retention !== undefined && { retention }) })
  t.teardown(() => app.close())

  const record: ARecord = {
    app,
    database,
    caller(name, { role, grade = 'full', scope = 'system/*.cruds', ...rest }) {
      callers.set(name, {
        clientId: name,
        subject: name,
        role,
        grade,
        ...rest,
        scopes: parseScopes(scope),
        token: name,
        expiresAt: 4_102_444_800,
      })
    },
    send(token, method, path, body, headers = {}) {
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
      return app.inject({
        method,
        url: `/fhir${path}`,
        headers: {
          authorization: `Bearer ${token}`,
          ...(text === undefined ? {} : { 'content-type': 'application/fhir+json' }),
          ...headers,
        },
        ...(text === undefined ? {} : { payload: text }),
      })
    },
    async store(resource) {
      const answer = await record.send('admin', 'POST', `/${resource.resourceType}`, resource)
      if (answer.statusCode !== 201) throw new Error(`Not stored: ${answer.body}`)
      return answer.json()
    },
    setNow(at) {
      now = at
    },
    review: () => dependencies.reviews.sweep(now),
    async report() {
      await dependencies.reporting.keeper.keep()
      await dependencies.reporting.reports.publishDue(now)
    },
    reporting: dependencies.reporting,
    dependencies,
  }
  record.caller('admin', { role: 'admin' })
  return record
}
