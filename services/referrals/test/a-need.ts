/** Synthetic needs for tests of this service: what matters is given, the rest is the same every time. */
import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import { directoryOf, type Directory, type Listing } from '../src/domain/directory.ts'
import { weekdays } from '../src/domain/due-time.ts'
import type { Need } from '../src/domain/need.ts'
import type { Circumstances, Pathway } from '../src/domain/pathway.ts'
import { afterwards, type Write } from '../src/domain/write.ts'

const DEMO = 'https://handrail.example/fhir/Id/demo'

/** The category of referrals in these tests. */
export const REFERRAL = { system: 'https://handrail.example/fhir/CodeSystem/referral-category', code: 'neuro-rehabilitation' }

const organization = (id: string): Listing => ({
  reference: `Organization/${id}`,
  name: id,
  active: true,
  organization: `Organization/${id}`,
  identifiers: [`${DEMO}|${id}`],
  offers: [],
  offersInWords: [],
})

/** Six organisations, a leisure class run by one of them, and one that has closed. */
export const directory: Directory = directoryOf([
  ...['access-point', 'community-team', 'leisure', 'therapy-centre', 'neuropsychology', 'coordinator'].map(organization),
  { ...organization('chair-class'), reference: 'HealthcareService/chair-class', organization: 'Organization/leisure' },
  { ...organization('closed-clinic'), active: false },
])

/** Two working days to answer and to decide, ten to begin, one for whoever is told of an overdue step; 4 hours each when urgent. */
export const pathway: Pathway = {
  categories: new Set([`${REFERRAL.system}|${REFERRAL.code}`]),
  singlePointOfAccess: `${DEMO}|access-point`,
  ladder: [`${DEMO}|access-point`, `${DEMO}|coordinator`],
  allowance: (what, priority) =>
    priority === 'routine' ? { workingDays: { answer: 2, triage: 2, begin: 10, escalation: 1 }[what] } : { hours: 4 },
  calendar: weekdays,
}

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
  const next = afterwards(need, writes, (key) => key.replaceAll(/[^A-Za-z0-9\-.]/g, '-').slice(-64))
  return {
    request: stamp(next.request, `ServiceRequest/${next.request.id}`),
    tasks: next.tasks.map((task, index) =>
      stamp(task, index < need.tasks.length ? `Task/${task.id}` : (task.identifier?.[0]?.value ?? '')),
    ),
  }
}
