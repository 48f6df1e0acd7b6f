/**
 * A step that is overdue, or whose owner has closed, goes up: the next owner on the ladder is told, by a step of his own with a due time of its own.
 *
 * The overdue step stays as it is and stays with its owner, who may still answer it; what happened remains readable. HAZ-R02.
 */
import type { Task } from '@medplum/fhirtypes'
import { isInUse, type Directory } from '../directory.ts'
import { dueOf, isOpen, keyOf, kindOf, localId, type Need } from '../need.ts'
import { dueFor, ladderAbove, type Circumstances, type Rung } from '../pathway.ts'
import { cancelStep, openStep } from '../step.ts'
import type { Change, Open } from '../write.ts'

/** The next rung of every step that nobody can be expected to answer; the rung after it only when the one before has run out too. */
export function escalate({ request, tasks }: Need, circumstances: Circumstances): readonly Open[] {
  const { at } = circumstances
  return tasks
    .filter((task) => kindOf(task) !== 'escalation' && goesUp(task, circumstances))
    .flatMap((task) => {
      const next = nextRung(task, tasks, circumstances)
      if (next === undefined) return []
      const due = dueFor(circumstances, 'escalation', request.priority, next.owner)
      return [
        openStep(request, {
          kind: 'escalation',
          key: next.key,
          owner: next.owner,
          at,
          due,
          action: closedSays(task, circumstances) ?? next.says,
          after: task,
        }),
      ]
    })
}

/** Who is told next of an overdue step, and the key under which; nothing while the one told last has time, or when nobody is above. */
export function nextRung(task: Task, tasks: readonly Task[], circumstances: Circumstances): (Rung & { readonly key: string }) | undefined {
  const told = rungsOf(task, tasks)
  const last = told.at(-1)
  if (last !== undefined && !isPast(last, circumstances.at)) return undefined
  const rung = ladderAbove(task.owner?.reference, circumstances)[told.length]
  return rung === undefined ? undefined : { ...rung, key: `${rungKey(task)}${told.length + 1}` }
}

/** Ends the escalations of steps that were answered meanwhile or were given a new due time. */
export function standDown({ tasks }: Pick<Need, 'tasks'>, circumstances: Pick<Circumstances, 'at' | 'directory'>): readonly Change[] {
  const { at } = circumstances
  const byId = new Map(tasks.map((task) => [task.id, task]))
  return tasks
    .filter((task) => kindOf(task) === 'escalation' && isOpen(task))
    .flatMap((escalation) => {
      const watched = byId.get(localId(escalation.partOf?.[0], 'Task'))
      if (watched === undefined) return []
      const current = goesUp(watched, circumstances) && keyOf(escalation)?.startsWith(rungKey(watched)) !== false
      return current ? [] : [cancelStep(escalation, { because: 'answered', at })]
    })
}

/** Whether nobody can be expected to answer: it is overdue, or whoever has it has closed. */
const goesUp = (task: Task, { at, directory }: Pick<Circumstances, 'at' | 'directory'>): boolean =>
  isOverdue(task, at) || (isOpen(task) && hasClosed(task, directory))

/** Whether the organisation that has this step is listed as closed. One that is not listed at all is waited for until the step is due. */
function hasClosed({ owner }: Task, directory: Directory): boolean {
  const listing = directory.listing(owner?.reference ?? '')
  return listing !== undefined && !isInUse(listing, directory)
}

/** What to do about a step whose owner has closed, with who took over where the directory knows it; nothing is passed on by itself. */
function closedSays(task: Task, { directory }: Circumstances): string | undefined {
  if (!hasClosed(task, directory)) return undefined
  const { successor, closure } = directory.listing(task.owner?.reference ?? '') ?? {}
  const named =
    successor === undefined ? undefined : (directory.identified(successor)?.name ?? successor.slice(successor.lastIndexOf('|') + 1))
  const next = named === undefined ? '' : ` ${named} has taken over from it.`
  const has = closure === undefined ? 'has closed' : `has closed, as ${closure.by} says`
  return `The organisation that has this step ${has}.${next} Ask somebody else.`
}

/** Whether somebody still has to do this and the time for it has run out. */
export const isOverdue = (task: Task, at: Date): boolean => isOpen(task) && isPast(task, at)

const isPast = (task: Task, at: Date): boolean => (dueOf(task)?.getTime() ?? Infinity) <= at.getTime()

/** The escalations of a step since it was last given its due time, first told first. */
function rungsOf(task: Task, tasks: readonly Task[]): readonly Task[] {
  const key = rungKey(task)
  return tasks
    .filter((other) => keyOf(other)?.startsWith(key) === true)
    .toSorted((one, other) => rungNumber(one, key) - rungNumber(other, key))
}

const rungKey = (task: Task): string => `task/${task.id}/overdue/${dueOf(task)?.toISOString()}/`
const rungNumber = (task: Task, key: string): number => Number(keyOf(task)?.slice(key.length))
