/** What the record holds of a stay: its Encounter, the alert, its answers, the follow-up. */
import type { BundleEntry, Encounter, Resource, Task } from '@medplum/fhirtypes'
import { OWN_ID } from '@platform/nhs/systems'
import type { StayRecord } from '../domain/alert-context.ts'
import { ANSWERING_ROLES, roleOf, taskKeyOf } from '../domain/vocabulary.ts'
import type { Criteria, FhirRecord, Placed } from './record.ts'
import type { StayState } from './stay-state.ts'

/** What stands beside the Encounter of the hospital and has to give way to it. */
export interface Beside {
  /** The Encounter that was made from messages before the hospital wrote its own. */
  readonly ours?: Encounter
  readonly tasks?: readonly Task[]
}

/** The Encounter of a stay and every Task about it, in one request; in two where the hospital writes its own. */
export async function readStay(record: FhirRecord, { view, hospitalEncounter }: StayState): Promise<StayRecord & Beside> {
  const read = async (criteria: Criteria) => record.search<Encounter | Task>('Encounter', { ...criteria, _revinclude: 'Task:encounter' })
  const [made, written] = await Promise.all([
    read({ identifier: `${OWN_ID.STAY}|${view.id}` }),
    hospitalEncounter === undefined ? [] : read({ _id: hospitalEncounter }),
  ])
  const [ours, theirs] = [made, written].map((found) => found.find((resource) => resource.resourceType === 'Encounter'))
  const encounter = theirs ?? ours
  const tasks = [...made, ...written].filter((resource) => resource.resourceType === 'Task')
  const byKey = (key: string) => tasks.find((task) => taskKeyOf(task) === key)
  const [alert, afterDischarge] = [byKey(`alert-${view.id}`), byKey(`after-discharge-${view.id}`)]
  const answers = ANSWERING_ROLES.flatMap((role) => {
    const task = byKey(`answer-${view.id}-${role}`)
    return task === undefined ? [] : [[role, task] as const]
  })
  return {
    answers: Object.fromEntries(answers),
    ...(theirs === undefined || ours === undefined || ours.status === 'entered-in-error' ? {} : { ours, tasks }),
    ...(encounter === undefined ? {} : { encounter }),
    ...(alert === undefined ? {} : { alert }),
    ...(afterDischarge === undefined ? {} : { afterDischarge }),
  }
}

/** What the record holds after a transaction: what was written, under the places it was given. */
export function withPlaces(held: StayRecord, entries: readonly BundleEntry[], places: readonly Placed[]): StayRecord {
  const next: { -readonly [K in keyof StayRecord]: StayRecord[K] } = { ...held, answers: { ...held.answers } }
  for (const [index, { resource }] of entries.entries()) {
    const place = places[index]?.reference.split('/')[1]
    const written =
      resource === undefined ? undefined : ({ ...resource, ...(place === undefined || place === '' ? {} : { id: place }) } as Resource)
    if (written?.resourceType === 'Encounter') next.encounter = written
    if (written?.resourceType !== 'Task') continue
    const role = roleOf(written)
    const key = taskKeyOf(written) ?? ''
    if (stayOfKey(key) === undefined) continue // a Task of a referral that was paused
    if (key.startsWith('alert-')) next.alert = written
    else if (key.startsWith('after-discharge-')) next.afterDischarge = written
    else if (role !== undefined) next.answers = { ...next.answers, [role]: written }
  }
  return next
}

/** The stay in the key of a Task: `alert-<stay>`, `answer-<stay>-<role>`, `after-discharge-<stay>`. */
export function stayOfKey(key: string | undefined): string | undefined {
  return /^(?:alert|answer|after-discharge)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:-|$)/.exec(key ?? '')?.[1]
}
