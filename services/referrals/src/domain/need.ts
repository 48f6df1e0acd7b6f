/**
 * A need and its steps: a ServiceRequest and the Tasks under it, as they are now.
 *
 * The need stays open until it is met or withdrawn; each Task under it is one organisation being asked.
 */
import type { Reference, ServiceRequest, Task, TaskInput, TaskOutput } from '@medplum/fhirtypes'
import type { Need } from '@platform/fhir/plain-status'
import { TASK_INPUT, TASK_KEY, TASK_OUTPUT } from './vocabulary.ts'

export { carriesNeed, isEnded, isHeldForAnswer, isOpen, kindOf, OPEN_STATUSES, type Need } from '@platform/fhir/plain-status'

/** The key of a Task that this service opened; nothing for a Task that a client wrote itself. */
export const keyOf = (task: Task): string | undefined => task.identifier?.find(({ system }) => system === TASK_KEY)?.value

/** When the step is due, or nothing when the Task does not say so readably. */
export function dueOf(task: Task): Date | undefined {
  const at = new Date(task.restriction?.period?.end ?? '')
  return Number.isNaN(at.getTime()) ? undefined : at
}

/** `Task/<id>`: a reference to a stored resource. */
export const referenceTo = ({ resourceType, id }: Task | ServiceRequest): string => `${resourceType}/${id}`

/** The id of the need that a Task belongs to, or nothing when it is no step of a need (a hospital alert, say). */
export function needIdOf(task: Task): string | undefined {
  const references: readonly (Reference | undefined)[] = [...(task.basedOn ?? []), task.focus]
  return references.map((reference) => localId(reference, 'ServiceRequest')).find((id) => id !== undefined)
}

/** The id in a relative reference to a resource of this type; nothing for any other reference. FHIR R4, references.html#literal. */
export function localId(reference: Reference | undefined, type: string): string | undefined {
  const [, found, id] = /^([A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/.+)?$/.exec(reference?.reference ?? '') ?? []
  return found === type ? id : undefined
}

/** What a closed Task says must happen next, and who does it by when. Nothing when it says no more than an outcome. */
export interface NextStep {
  /** `Organization/<id>` */
  readonly owner: string
  readonly action: string
  readonly due: Date
}

/** The next step that a Task names in its outputs, if it names a whole one. */
export function nextStepOf(task: Task): NextStep | undefined {
  const owner = outputOf(task, 'next-owner')?.valueReference?.reference
  const action = outputOf(task, 'next-action')?.valueString
  const due = new Date(outputOf(task, 'due')?.valueDateTime ?? '')
  return owner === undefined || action === undefined || Number.isNaN(due.getTime()) ? undefined : { owner, action, due }
}

/** Whether a Task ended with an outcome in words or as a code. */
export const hasOutcome = (task: Task): boolean => outputOf(task, 'outcome') !== undefined

/** The codes of the outputs that this service reads and writes, of the CodeSystem task-output. */
export const OUTPUT_CODES = ['outcome', 'next-owner', 'next-action', 'due', 'answer'] as const
export type OutputCode = (typeof OUTPUT_CODES)[number]

/** The output of a Task with one of our codes. */
export const outputOf = (task: Task, code: OutputCode): TaskOutput | undefined =>
  task.output?.find(({ type }) => type.coding?.some((coding) => coding.system === TASK_OUTPUT && coding.code === code))

/** The codes of the inputs that this service reads and writes, of the CodeSystem task-input. */
export type InputCode =
  'participant' | 'question' | 'interim-plan' | 'area' | 'possible-duplicate' | 'red-flag' | 'interim-option' | 'crisis-words' | 'need'

/** The inputs of a Task with one of our codes. */
export const inputsOf = (task: Task, code: InputCode): readonly TaskInput[] =>
  (task.input ?? []).filter(({ type }) => type.coding?.some((coding) => coding.system === TASK_INPUT && coding.code === code))

/** The steps that follow from this one. */
export const childrenOf = (task: Task, { tasks }: Need): readonly Task[] =>
  tasks.filter(({ partOf = [] }) => partOf.some((reference) => localId(reference, 'Task') === task.id))
