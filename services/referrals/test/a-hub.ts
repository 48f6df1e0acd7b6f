/** Referrals at work on a record that listens and a real database, for tests: changes are told when the test says so. */
import type { HealthcareService, Organization, ServiceRequest, Task } from '@medplum/fhirtypes'
import { testDatabase } from '@platform/testing/database'
import { fakeRecord, type FakeChange, type FakeRecord } from '@platform/testing/fake-record'
import type { Database } from '@platform/service/database'
import type { Messaging } from '@platform/service/messaging'
import tap from 'tap'
import { openDependencies, type Dependencies } from '../src/dependencies.ts'
import { healthcareServiceChanged } from '../src/jobs/healthcare-service-changed.ts'
import { organizationChanged } from '../src/jobs/organization-changed.ts'
import { serviceRequestChanged } from '../src/jobs/service-request-changed.ts'
import { taskChanged } from '../src/jobs/task-changed.ts'
import { aReferral, WEDNESDAY } from './a-need.ts'
import { testCallers, type Callers } from './callers.ts'

const OURS = 'handrail-referrals'
const ORGANIZATIONS = ['single-point-of-access', 'community-team', 'leisure', 'therapy-centre', 'neuropsychology', 'commissioner']

type Bars = { readonly publicUrl: string; readonly serviceIds: readonly string[]; readonly targetUrl?: string }

/** Everything a test of the service needs. */
export interface TestHub {
  readonly record: FakeRecord
  readonly dependencies: Dependencies
  readonly callers: Callers
  readonly database: Database
  /** Moves the business clock. */
  moveTo(at: Date): void
  /** Tells every change that was not told yet and that this service did not make, until there is none. */
  settle(): Promise<void>
  /** Tells one change, as the queue would. */
  tell(change: Pick<FakeChange, 'type' | 'id'>): Promise<void>
  /** Stores a referral as a client would. */
  refer(given?: Partial<ServiceRequest>): ServiceRequest
  /** The steps of a need in short: kind, status, owner. */
  steps(needId?: string): readonly (readonly [string | undefined, string, string | undefined])[]
}

/** Starts them; they stop with the test. */
export async function testHub(
  t: { teardown(work: () => unknown): void },
  {
    listed = ORGANIZATIONS,
    bars,
    messaging,
    scanner,
  }: { listed?: readonly string[]; bars?: Bars; messaging?: Messaging; scanner?: string } = {},
): Promise<TestHub> {
  let now = WEDNESDAY
  const record = await fakeRecord(t, { now: () => now })
  for (const id of listed) seedOrganization(record, id)
  if (listed.includes('leisure')) {
    const chairClass: HealthcareService = {
      resourceType: 'HealthcareService',
      id: 'chair-class',
      name: 'Chair based exercise',
      providedBy: { reference: 'Organization/leisure' },
      type: [
        {
          coding: [{ system: 'https://handrail.example/fhir/CodeSystem/service-kind', code: 'exercise-class', display: 'Exercise class' }],
        },
      ],
    }
    record.seed(chairClass)
  }
  const database = await emptiedDatabase()
  const callers = await testCallers(t)
  const dependencies = await openDependencies({
    tokens: callers.tokens,
    reactorTokens: { get: async () => OURS },
    passportUrl: record.url.replace(/\/fhir$/, ''),
    database,
    clock: { now: () => now },
    ...(bars === undefined ? {} : { bars }),
    ...(messaging === undefined ? {} : { messaging }),
    ...(scanner === undefined ? {} : { scanner }),
  })
  await dependencies.directory.refresh()

  const jobs = {
    ServiceRequest: serviceRequestChanged(dependencies),
    Task: taskChanged(dependencies),
    Organization: organizationChanged(dependencies),
    HealthcareService: healthcareServiceChanged(dependencies),
  }
  const tell = async ({ type, id }: Pick<FakeChange, 'type' | 'id'>) =>
    jobs[type as keyof typeof jobs]?.({ changeId: '1', versionId: '1', type, id })
  let told = record.changes.length
  return {
    record,
    dependencies,
    database,
    callers,
    moveTo: (at) => {
      now = at
    },
    tell,
    async settle() {
      for (; told < record.changes.length; told += 1) {
        const change = record.changes[told]
        if (change !== undefined && change.author !== OURS) await tell(change)
      }
    },
    refer: (given = {}) => record.seed(aReferral({ authoredOn: now.toISOString(), ...given })),
    steps: (needId = 'need-1') =>
      record
        .all<Task>('Task')
        .filter((task) => task.focus?.reference === `ServiceRequest/${needId}`)
        .map((task) => [task.code?.coding?.[0]?.code, task.status, task.owner?.reference] as const),
  }
}

let shared: Promise<Database> | undefined

/** One database for the tests of a file, which run one after another; each begins with no clocks. */
async function emptiedDatabase(): Promise<Database> {
  shared ??= testDatabase(tap).then((one) => one.open())
  const database = await shared
  await database.query({ text: 'TRUNCATE referrals.need, referrals.clock, referrals.capacity_offer, events.delivery' })
  return database
}

/** Lists an organisation of the demonstration. */
export function seedOrganization(record: FakeRecord, id: string): void {
  const organization: Organization = {
    resourceType: 'Organization',
    id,
    name: id,
    identifier: [{ system: 'https://handrail.example/fhir/Id/demo', value: id }],
  }
  record.seed(organization)
}
