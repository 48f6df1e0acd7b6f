/**
 * What was paused while somebody was in hospital is taken up, changed or stopped by a named professional, in the Task that asks for it, on whatever path it
 * is answered: sessions that begin again because somebody cleared a list are those that the stay made dangerous. Pure. HAZ-A67
 */
import type { FhirResource } from '../references.ts'
import { isObject, referencesAt, valuesAt } from '../references.ts'
import { isOpenTask } from './hub-task.ts'

const BASE = 'https://handrail.example/fhir/CodeSystem'
const ANSWERS: ReadonlySet<unknown> = new Set(['resume', 'change', 'stop'])
const PROFESSIONALS: ReadonlySet<string> = new Set(['Practitioner', 'PractitionerRole'])

const isOfKind = (value: unknown, system: string, code: string): boolean =>
  valuesAt(value, 'type.coding').some((coding) => isObject(coding) && coding['system'] === `${BASE}/${system}` && coding['code'] === code)

const asksAboutPause = (task: FhirResource): boolean => valuesAt(task, 'input').some((one) => isOfKind(one, 'task-input', 'paused'))

/** Professionals whom the notes of a Task name. */
export const namedIn = (task: FhirResource | undefined): readonly { readonly type: string; readonly id: string }[] =>
  referencesAt(task, ['note.authorReference']).filter(({ type }) => PROFESSIONALS.has(type))

/**
 * Whether a Task that asks about sessions on hold would be closed without such an answer, or would ask no longer.
 *
 * @param isNamed whether its notes name a professional who is in the record
 */
export function leavesPauseUnanswered(before: FhirResource, after: FhirResource | undefined, isNamed: boolean): boolean {
  if (!isOpenTask(before) || !asksAboutPause(before)) return false
  if (after !== undefined && isOpenTask(after)) return !asksAboutPause(after)
  const outcome = valuesAt(after, 'output').findLast((one) => isOfKind(one, 'task-output', 'outcome'))
  const isAnswered = valuesAt(outcome, 'valueCodeableConcept.coding').some(
    (coding) => isObject(coding) && coding['system'] === `${BASE}/alert-outcome` && ANSWERS.has(coding['code']),
  )
  return after?.['status'] !== 'completed' || !isAnswered || !isNamed
}
