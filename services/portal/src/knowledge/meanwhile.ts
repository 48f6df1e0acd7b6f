/** What is offered until somebody has taken a protected need on, and what to ring in a crisis, as the hub wrote it on the step. Story 3 step 4. */
import type { Task, TaskInput } from '@medplum/fhirtypes'
import { codes, isOpen, kindOf } from './reading.ts'

/** Options with their room as it was last said; the words to ring, the emergency number first. */
export interface Meanwhile {
  readonly options: readonly string[]
  readonly crisis: readonly string[]
}

/** What the open step among these says; nothing while there is none. */
export function meanwhileIn(tasks: readonly Task[]): Meanwhile | undefined {
  const step = tasks.find((task) => kindOf(task) === 'interim-support' && isOpen(task))
  if (step === undefined) return undefined
  const inputs = (code: string) =>
    (step.input ?? []).filter(({ type }: TaskInput) => type.coding?.some((one) => one.system === codes('task-input') && one.code === code))
  return {
    options: inputs('interim-option').flatMap(({ valueReference }) => valueReference?.display ?? []),
    crisis: inputs('crisis-words').flatMap(({ valueString }) => valueString ?? []),
  }
}
