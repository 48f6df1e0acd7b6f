/** Synthetic needs for tests of this service: what matters is given, the rest is the same every time. */
import { loadPathway } from '@handrail/fhir-profiles/pathway'
import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import type { Directory, Listing } from '../src/domain/directory.ts'
import { directoryOf } from './a-directory.ts'
import type { Need } from '../src/domain/need.ts'
import type { Circumstances, Pathway } from '../src/domain/pathway.ts'
import { toPathway } from '../src/store/pathway.ts'
import { afterwards, type Write } from '../src/domain/write.ts'

const DEMO = 'https://handrail.example/fhir/Id/demo'

/** The category of referrals in these tests. */
export const REFERRAL = { system: 'https://handrail.example/fhir/CodeSystem/request-category', code: 'neuro-rehabilitation' }

const organization = (id: string): Listing => ({
  reference: `Organization/${id}`,
  name: id,
  active: true,
  organization: `Organization/${id}`,
  identifiers: [`${DEMO}|${id}`],
  offers: new Map(),
})

/** Six organisations, a leisure class run by one of them, and one that has closed. */
export const directory: Directory = directoryOf([
  ...['single-point-of-access', 'community-team', 'leisure', 'therapy-centre', 'neuropsychology', 'commissioner'].map(organization),
  { ...organization('chair-class'), reference: 'HealthcareService/chair-class', organization: 'Organization/leisure' },
  { ...organization('closed-clinic'), active: false },
])

/** The pathway as it is shipped. */
export const pathway: Pathway = toPathway(await loadPathway())

/** Wednesday, 4 November 2026, 10:00. */
export const WEDNESDAY = new Date('2026-11-04T10:00:00.000Z')

/** A moment in the tests' pathway. */
export const circumstances = (at: Date = WEDNESDAY): Circumstances => ({ at, pathway, directory })

/** An active routine order in our category, by the community team, for nobody in particular. */
export const aReferral = (given: Partial<ServiceRequest> = {}): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  id: 'need-1',
  meta: { versionId: '1', lastUpdated: WEDNESDAY.toISOString() },
  status: 'active',
  intent: 'order',
  category: [{ coding: [REFERRAL] }],
  subject: { reference: 'Patient/ada' },
  requester: { reference: 'Organization/community-team' },
  authoredOn: WEDNESDAY.toISOString(),
  ...given,
})

/** A need as its writes leave it, stored at a time: what the record would answer when it is read again. */
export function stored(need: Need, writes: readonly Write[], at: Date): Need {
  const touched = new Set(writes.map((write) => ('open' in write ? write.key : `${write.change.resourceType}/${write.change.id}`)))
  const stamp = <T extends ServiceRequest | Task>(resource: T, name: string): T =>
    touched.has(name)
      ? { ...resource, meta: { versionId: String(Number(resource.meta?.versionId ?? 0) + 1), lastUpdated: at.toISOString() } }
      : resource
  let tasks = need.tasks.length
  const next = afterwards(need, writes, () => `task-${++tasks}`)
  return {
    request: stamp(next.request, `ServiceRequest/${next.request.id}`),
    tasks: next.tasks.map((task, index) =>
      stamp(task, index < need.tasks.length ? `Task/${task.id}` : (task.identifier?.[0]?.value ?? '')),
    ),
  }
}
