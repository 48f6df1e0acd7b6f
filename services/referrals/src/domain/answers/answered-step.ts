/** What every answer to a step begins with: the step must be open, and a next owner must be somebody who is listed. */
import { latestDue } from '@platform/fhir/latest-due'
import type { Task } from '@medplum/fhirtypes'
import { refuse } from '../../errors.ts'
import { isInUse } from '../directory.ts'
import { isOpen, type Need } from '../need.ts'
import type { Circumstances } from '../pathway.ts'

/**
 * The step of the need with this id.
 *
 * @throws TASK_UNKNOWN when the need has no such step, TASK_CLOSED when it was answered already
 */
export function openStepOf({ tasks }: Need, id: string): Task {
  const task = tasks.find((candidate) => candidate.id === id)
  if (task === undefined) throw refuse.TASK_UNKNOWN({ id })
  if (!isOpen(task)) throw refuse.TASK_CLOSED({ id, status: task.status })
  return task
}

/**
 * By when somebody has the next step: later than now, and within two years.
 *
 * @throws DUE_NOT_AHEAD, DUE_TOO_FAR
 */
export function mustBeInReach(due: Date, { at }: Circumstances): void {
  const place = { expression: "Parameters.parameter.where(name = 'due')" }
  if (due.getTime() <= at.getTime()) throw refuse.DUE_NOT_AHEAD({}, place)
  if (due.getTime() > latestDue(at).getTime()) throw refuse.DUE_TOO_FAR({}, place)
}

/**
 * The organisation behind an `Organization/<id>` or `HealthcareService/<id>` that is listed and in use.
 *
 * @throws NEXT_OWNER_UNKNOWN: a step given to somebody who does not exist would be a step that nobody has
 */
export function listedOwner(reference: string, { directory }: Circumstances, parameter: 'nextOwner' | 'receiver' = 'nextOwner'): string {
  const listing = directory.listing(reference)
  if (listing?.organization === undefined || !isInUse(listing, directory)) {
    throw refuse.NEXT_OWNER_UNKNOWN({ reference }, { expression: `Parameters.parameter.where(name = '${parameter}')` })
  }
  return listing.organization
}
