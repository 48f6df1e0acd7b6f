/**
 * The next step of a need whose last open Task is being closed by a client that brings none of its own: the owner, action and due
 * time a refusal names; after any other ending, whoever asked is asked to say whether the need is met. So a need never stands open
 * with nobody asked, and no client is turned away for closing its own work. Hazard HAZ-P01.
 */
import type { FhirResource } from '../references.ts'
import { isObject, valuesAt } from '../references.ts'

const TASK_OUTPUT = 'https://handrail.example/fhir/CodeSystem/task-output'
const TASK_KIND = 'https://handrail.example/fhir/CodeSystem/task-kind'
const TASK_KEY = 'https://handrail.example/fhir/Id/task-key'

export interface NextStep {
  readonly at: Date
  /** Until when whoever asked has to answer after an ending that is no refusal. */
  readonly dueAt: Date
}

/** @returns the Task to create in the same transaction, or nothing when nobody can be named to own it */
export function nextStepAfter(task: FhirResource, need: FhirResource, { at, dueAt }: NextStep): FhirResource | undefined {
  const refused = task['status'] === 'rejected'
  const owner = refused
    ? outputOf(task, 'next-owner', 'valueReference')
    : [need['requester'], task['requester'], task['owner']].find(isObject)
  if (!isObject(owner)) return undefined
  const reference = { reference: `ServiceRequest/${need.id ?? ''}` }
  return {
    resourceType: 'Task',
    identifier: [{ system: TASK_KEY, value: `next-step:${task.id ?? ''}` }],
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: TASK_KIND, code: 'next-step' }] },
    description: refused ? String(outputOf(task, 'next-action', 'valueString')) : 'Say whether the need is met, or what happens next.',
    focus: reference,
    basedOn: [reference],
    for: need['subject'],
    authoredOn: at.toISOString(),
    requester: task['owner'],
    owner,
    restriction: { period: { end: refused ? outputOf(task, 'due', 'valueDateTime') : dueAt.toISOString() } },
    partOf: [{ reference: `Task/${task.id ?? ''}` }],
  }
}

function outputOf(task: FhirResource, code: string, value: string): unknown {
  return valuesAt(task, 'output')
    .filter((one) =>
      valuesAt(one, 'type.coding').some((coding) => isObject(coding) && coding['system'] === TASK_OUTPUT && coding['code'] === code),
    )
    .flatMap((one) => valuesAt(one, value))[0]
}
