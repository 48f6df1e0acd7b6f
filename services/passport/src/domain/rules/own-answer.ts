/**
 * Who gives an answer that others rely on: a part of a hospital alert, of a risk that somebody disclosed, or what goes on after a stay. Each is acknowledged alone, by whom it is asked of: one that a
 * ward gave in place of the pump centre would end the ladder, and the centre would never hear. Pure. HAZ-A66
 */
import type { FhirResource } from '../references.ts'
import { isObject, referencesAt, valuesAt } from '../references.ts'

const TASK_KIND = 'https://handrail.example/fhir/CodeSystem/task-kind'
const ANSWERS: ReadonlySet<unknown> = new Set(['alert-answer', 'urgent-answer', 'after-discharge'])

/** Whether a Task is such an answer. */
export const isAnswer = (task: FhirResource): boolean =>
  task.resourceType === 'Task' &&
  valuesAt(task, 'code.coding').some((coding) => isObject(coding) && coding['system'] === TASK_KIND && ANSWERS.has(coding['code']))

/** Elements by which the owner of a Task speaks for an organisation or somebody, where it is neither itself. */
const SPEAKS_FOR: Readonly<Record<string, readonly string[]>> = {
  HealthcareService: ['providedBy'],
  PractitionerRole: ['organization', 'practitioner'],
  CareTeam: ['managingOrganization', 'participant.member'],
}

/** Whom a Task is asked of: its owner, and whoever was asked beside them. */
export const askedOf = (task: FhirResource): readonly { readonly type: string; readonly id: string }[] =>
  referencesAt(task, ['owner', 'restriction.recipient'])

/** Those of them that must be read to know for whom they speak. */
export const speakers = (asked: readonly { readonly type: string; readonly id: string }[]) =>
  asked.filter(({ type }) => Object.hasOwn(SPEAKS_FOR, type))

/** `Type/id` of everybody who may give the answer. @param read the speakers, as they are */
export const mayAnswer = (
  asked: readonly { readonly type: string; readonly id: string }[],
  read: readonly FhirResource[],
): ReadonlySet<string> =>
  new Set(
    [...asked, ...read.flatMap((one) => referencesAt(one, SPEAKS_FOR[one.resourceType] ?? []))].map(({ type, id }) => `${type}/${id}`),
  )
