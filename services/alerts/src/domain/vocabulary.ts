import type { CodeableConcept, Coding, Resource, Task } from '@medplum/fhirtypes'
import { CODES, OWN_ID } from '@platform/nhs/systems'

/** Who has to answer an alert. Code system `answering-role`. */
export type AnsweringRole = 'ward' | 'specialist'

/** Roles in the order in which a page shows them. */
export const ANSWERING_ROLES: readonly AnsweringRole[] = ['ward', 'specialist']

/** Kinds of Task that alerts write. Code system `task-kind`. */
export type AlertTaskKind = 'hospital-alert' | 'alert-answer' | 'after-discharge' | 'identity-review'

/** How an alert or an answer ended. Code system `alert-outcome`. */
export type AlertOutcome = 'seen' | 'advice-given' | 'not-needed' | 'wrong-person' | 'discharged' | 'withdrawn'

/** Task.status of a Task that still wants somebody. */
export const OPEN: ReadonlySet<string> = new Set(['draft', 'requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'])

/** Task.status of an answer by which somebody has said "I have it". */
export const ANSWERED: ReadonlySet<string> = new Set(['accepted', 'in-progress', 'completed'])

/** A code of ours as a CodeableConcept. */
export const concept = (system: string, code: string, text?: string): CodeableConcept => ({
  coding: [{ system, code }],
  ...(text === undefined ? {} : { text }),
})

/** The code of that system in a concept; nothing when it has none. */
export function codeOf(concept: CodeableConcept | undefined, system: string): string | undefined {
  return concept?.coding?.find((coding: Coding) => coding.system === system)?.code
}

/** Which kind of Task of the hub this is; nothing when it is none. */
export const kindOf = (task: Task): string | undefined => codeOf(task.code, CODES.TASK_KIND)

/** The key under which the hub wrote a Task: the same decision twice is one Task. */
export const taskKeyOf = (task: Task): string | undefined => task.identifier?.find(({ system }) => system === OWN_ID.TASK_KEY)?.value

/** The answering role of an answer. */
export function roleOf(task: Task): AnsweringRole | undefined {
  const codes = (task.performerType ?? []).map((each) => codeOf(each, CODES.ANSWERING_ROLE))
  return ANSWERING_ROLES.find((role) => codes.includes(role))
}

/** `Type/id` of a stored resource. */
export const referenceTo = ({ resourceType, id = '' }: Resource): string => `${resourceType}/${id}`
