/**
 * No open Task of a referral or a hospital stay without owner and due time, no refusal without a next step, no need without
 * somebody asked. These hold on every path into the record, whatever profile a client claims. Pure: the facts are given.
 *
 * Hazards HAZ-P01 (a need that nobody answers for) and HAZ-P02 (a refusal that ends the pathway).
 */
import { isDeepStrictEqual } from 'node:util'
import type { Refusal } from '@platform/fhir/errors'
import { latestDue } from '@platform/fhir/latest-due'
import { refuse } from '../../errors.ts'
import { OPEN_TASK } from '../access/relationship.ts'
import type { FhirResource } from '../references.ts'
import { isObject, referencesAt, valuesAt } from '../references.ts'

const OUTPUT = 'https://handrail.example/fhir/CodeSystem/task-output'

/** What a Task stands under: the ServiceRequests and Encounters of its focus, basedOn and encounter. */
export function standsUnder(task: FhirResource): { type: string; id: string }[] {
  return referencesAt(task, ['focus', 'basedOn', 'encounter']).filter(({ type }) => type === 'ServiceRequest' || type === 'Encounter')
}

/** Whether somebody still has to act on it. */
export const isOpenTask = (task: FhirResource): boolean => OPEN_TASK.has(String(task['status']))

/**
 * @param task a Task that stands under a ServiceRequest or Encounter of the hub, or whose stored version did
 * @returns what is wrong with it, or nothing
 */
export function faultOfHubTask(task: FhirResource): Refusal | undefined {
  if (isOpenTask(task)) {
    if (!hasReference(task['owner'])) return refuse.TASK_WITHOUT_OWNER({}, { expression: 'Task.owner' })
    if (valuesAt(task, 'restriction.period.end').length === 0)
      return refuse.TASK_WITHOUT_DUE({}, { expression: 'Task.restriction.period.end' })
    return undefined
  }
  const missing =
    task['status'] === 'rejected'
      ? missingOfRefusal(task)
      : task['status'] === 'entered-in-error' && !hasText(valuesAt(task, 'statusReason.text')[0])
        ? 'Task.statusReason.text'
        : undefined
  return missing === undefined ? undefined : refuse.REFUSAL_WITHOUT_NEXT_STEP({ missing }, { expression: missing })
}

function missingOfRefusal(task: FhirResource): string | undefined {
  if (!valuesAt(task, 'statusReason.coding.code').some(hasText)) return 'Task.statusReason.coding'
  if (!hasText(valuesAt(task, 'statusReason.text')[0])) return 'Task.statusReason.text'
  const output = (code: string, value: string) =>
    valuesAt(task, 'output').some(
      (one) =>
        valuesAt(one, 'type.coding').some((coding) => isObject(coding) && coding['system'] === OUTPUT && coding['code'] === code) &&
        valuesAt(one, value).length > 0,
    )
  if (!output('next-owner', 'valueReference.reference')) return 'Task.output(next-owner)'
  if (!output('next-action', 'valueString')) return 'Task.output(next-action)'
  if (!output('due', 'valueDateTime')) return 'Task.output(due)'
  return undefined
}

/**
 * Whether a step of a request is given a due time of more than two years from now, itself or the next one that a refusal names. What was given before stays.
 * HAZ-R92
 */
export function faultOfDue(before: FhirResource | undefined, after: FhirResource, at: Date): Refusal | undefined {
  if (!standsUnder(after).some(({ type }) => type === 'ServiceRequest')) return undefined
  const dues = (task: FhirResource) => [...valuesAt(task, 'restriction.period.end'), ...valuesAt(task, 'output.valueDateTime')]
  const known = new Set(before === undefined ? [] : dues(before))
  const latest = latestDue(at)
  const isTooFar = (due: unknown) => !known.has(due) && new Date(String(due)) > latest
  if (isOpenTask(after) && valuesAt(after, 'restriction.period.end').some(isTooFar))
    return refuse.TASK_DUE_TOO_FAR({}, { expression: 'Task.restriction.period.end' })
  return after['status'] === 'rejected' && valuesAt(after, 'output.valueDateTime').some(isTooFar)
    ? refuse.TASK_DUE_TOO_FAR({}, { expression: 'Task.output(due)' })
    : undefined
}

const REFUSAL_REASON = 'https://handrail.example/fhir/CodeSystem/refusal-reason'

/**
 * Whether a step of a request is refused for a reason that nobody here knows: the reports, the joint review and the person's words go by the codes of
 * refusal-reason alone. Codes of others may stand beside one. What was refused before is not asked again while its reason stays what it is.
 *
 * @param known the codes of refusal-reason
 */
export function faultOfReason(before: FhirResource | undefined, after: FhirResource, known: ReadonlySet<string>): Refusal | undefined {
  if (after['status'] !== 'rejected') return undefined
  if (before?.['status'] === 'rejected' && isDeepStrictEqual(before['statusReason'], after['statusReason'])) return undefined
  const under = [after, ...(before === undefined ? [] : [before])].flatMap(standsUnder)
  if (!under.some(({ type }) => type === 'ServiceRequest')) return undefined
  const ours = valuesAt(after, 'statusReason.coding').filter((coding) => isObject(coding) && coding['system'] === REFUSAL_REASON)
  const areKnown = ours.every((coding) => isObject(coding) && known.has(String(coding['code'])))
  return ours.length > 0 && areKnown
    ? undefined
    : refuse.REFUSAL_REASON_UNKNOWN({ known: [...known] }, { expression: 'Task.statusReason.coding' })
}

/** Who can have a step: the person it is about has it from nobody. */
const OWNERS: ReadonlySet<string> = new Set(['Organization', 'HealthcareService', 'CareTeam', 'PractitionerRole', 'Practitioner'])

/** Whom a refusal names as next, where it is somebody who can have a step here; nothing for anybody else, whom nobody would look for. */
export function nextOwnerOf(task: FhirResource): { readonly type: string; readonly id: string } | undefined {
  const named = valuesAt(task, 'output').find((one) =>
    valuesAt(one, 'type.coding').some((coding) => isObject(coding) && coding['system'] === OUTPUT && coding['code'] === 'next-owner'),
  )
  return referencesAt(named, ['valueReference']).find(({ type }) => OWNERS.has(type))
}

/** The owner of an open Task that is given to somebody else with this; nothing where it is nobody new, or is known elsewhere. */
export function newOwnerOf(
  before: FhirResource | undefined,
  after: FhirResource,
): { readonly type: string; readonly id: string } | undefined {
  const [was] = before === undefined ? [] : referencesAt(before, ['owner'])
  const [is] = referencesAt(after, ['owner'])
  return is === undefined || !isOpenTask(after) || (was?.type === is.type && was.id === is.id) ? undefined : is
}

/**
 * @param need      a ServiceRequest as it will be
 * @param tasks     every Task under it as it will be
 * @returns what is wrong, or nothing; only to be asked when the write closes a Task
 */
export function faultOfNeed(need: FhirResource, tasks: readonly FhirResource[]): Refusal | undefined {
  if (need['status'] !== 'active' || tasks.some(isOpenTask)) return undefined
  return refuse.NEED_WITHOUT_NEXT_STEP({ need: `ServiceRequest/${need.id ?? ''}` }, { expression: 'Task.status' })
}

const hasText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== ''
const hasReference = (value: unknown): boolean =>
  isObject(value) && (hasText(value['reference']) || valuesAt(value, 'identifier.value').some(hasText))
