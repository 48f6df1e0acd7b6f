/** What a decision writes: steps to open and resources to change. All of one decision are true together or not at all. */
import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import { keyOf, referenceTo, type Need } from './need.ts'

/** A Task to be created unless one with the same key exists. */
export interface Open {
  readonly open: Task
  /** The value of its identifier of system `TASK_KEY`: the same reason always gives the same key. */
  readonly key: string
}

/** A resource to be replaced, provided that nobody changed it since it was read. */
export interface Change {
  readonly change: Task | ServiceRequest
}

export type Write = Open | Change

/**
 * The need as it is once the writes are made.
 *
 * @param idOf the id that the record gave to the Task with this key
 */
export function afterwards(need: Need, writes: readonly Write[], idOf: (key: string) => string): Need {
  const changed = new Map(writes.flatMap((write) => ('change' in write ? [[referenceTo(write.change), write.change] as const] : [])))
  const request = changed.get(referenceTo(need.request))
  const existing = new Set(need.tasks.map(keyOf))
  return {
    request: request?.resourceType === 'ServiceRequest' ? request : need.request,
    tasks: [
      ...need.tasks.map((task) => {
        const next = changed.get(referenceTo(task))
        return next?.resourceType === 'Task' ? next : task
      }),
      ...writes.flatMap((write) => ('open' in write && !existing.has(write.key) ? [{ ...write.open, id: idOf(write.key) }] : [])),
    ],
  }
}
