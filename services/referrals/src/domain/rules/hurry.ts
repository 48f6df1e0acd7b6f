/**
 * A request that is amended to be more urgent is more urgent for everybody who is asked: each open step that we opened says so, and who has not answered yet
 * has the time of the new priority, from now. A request that is less urgent than it was takes no time from anybody and gives none. HAZ-R91
 */
import type { Task } from '@medplum/fhirtypes'
import { dueOf, isOpen, keyOf, kindOf, type Need } from '../need.ts'
import { dueFor, type Circumstances } from '../pathway.ts'
import { STEP_KINDS } from '../vocabulary.ts'
import type { Change } from '../write.ts'
import { withDue } from './begin.ts'

/** Puts the priority of the request on the open steps that have another one. */
export function hurry({ request, tasks }: Need, circumstances: Circumstances): readonly Change[] {
  const { priority } = request
  return tasks
    .filter((task) => isOpen(task) && keyOf(task) !== undefined && task.priority !== priority)
    .map((task) => {
      const { priority: before, ...rest } = task
      const said: Task = { ...rest, ...(priority === undefined ? {} : { priority }), lastModified: circumstances.at.toISOString() }
      const due = rankOf(priority) > rankOf(before) ? sooner(task, { request, tasks }, circumstances) : undefined
      return { change: due === undefined ? said : withDue(said, due) }
    })
}

/** The time of an answer at the priority of now, where that is sooner. Who has accepted, or waits for an answer, has a time that was agreed. */
function sooner(task: Task, { request }: Need, circumstances: Circumstances): Date | undefined {
  const kind = STEP_KINDS.find((one) => one === kindOf(task))
  const now = dueOf(task)
  if (kind === undefined || now === undefined || task.status !== 'requested') return undefined
  const due = dueFor(circumstances, kind, request.priority, task.owner?.reference)
  return due < now ? due : undefined
}

const RANKS = ['routine', 'urgent', 'asap', 'stat'] as const

/** Not stated is clocked as routine. */
const rankOf = (priority: Task['priority']): number => RANKS.findIndex((one) => one === (priority ?? 'routine'))
