/** A sender may bring the first step itself, beside its request. What this service asked meanwhile, not having seen that, stands aside. */
import type { Task } from '@medplum/fhirtypes'
import { isOpen, keyOf, kindOf, type Need } from '../need.ts'
import { cancelStep } from '../step.ts'
import type { Change } from '../write.ts'

/** Ends our first steps that nobody has touched yet, where the sender asked the same owner, or asked anybody before the access point was. */
export function standAside({ request, tasks }: Need, { at }: { at: Date }): readonly Change[] {
  const first = `need/${request.id}/ask`
  const brought = tasks.filter((task) => isOpen(task) && keyOf(task) === undefined && kindOf(task) !== 'escalation')
  return tasks
    .filter((task) => task.status === 'requested' && keyOf(task)?.startsWith(first) === true)
    .filter((ours) =>
      brought.some(
        (theirs) => wasBroughtAlong(theirs, ours) && (theirs.owner?.reference === ours.owner?.reference || keyOf(ours) === first),
      ),
    )
    .map((task) => cancelStep(task, { because: 'asked-by-sender', at }))
}

const wasBroughtAlong = (theirs: Task, ours: Task): boolean =>
  theirs.meta?.versionId === '1' &&
  new Date(theirs.meta.lastUpdated ?? Infinity).getTime() <= new Date(ours.meta?.lastUpdated ?? 0).getTime()
