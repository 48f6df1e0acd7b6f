/** What must be remembered of a need so that it is looked at again in time. */
import { outwardIn } from './matching/catchment.ts'
import { dueOf, inputsOf, isOpen, kindOf, type Need } from './need.ts'
import { hasNextStep, isOurs } from './settle.ts'
import type { Circumstances } from './pathway.ts'
import { wantsOf } from './wants.ts'

/** One open step. */
export interface Clock {
  readonly task: string
  readonly owner: string
  readonly kind: string
  readonly dueAt: Date
  /** When to look at it next; absent once its being overdue has been acted upon. */
  readonly lookAt?: Date
}

/** What is remembered of a need: nothing but that it ended, or when its steps are due. */
export type Remembered =
  | { readonly need: string; readonly seenAs: Date; readonly ended: true }
  | {
      readonly need: string
      readonly seenAs: Date
      readonly ended: false
      readonly since: Date
      /** The person, `Patient/<id>`; and what is wanted, as `system|code`: by these, needs that are alike are found, and the ledger counts. */
      readonly subject?: string
      readonly wants: readonly string[]
      /** Outward postcode where its entry in the unmet-need ledger says that it is wanted. */
      readonly area?: string
      /** When to look again because nobody has it in hand. */
      readonly lookAt?: Date
      readonly clocks: readonly Clock[]
    }

/** How long a need may be without a next step before it counts as lost, in milliseconds. Source: architecture, section 2. */
export const UNOWNED_AFTER_MS = 60_000

/**
 * What is remembered of a need after it was settled at this time.
 *
 * @param wrote whether this decision changed the need after it was read: then it is newer than what was read
 */
export function toRemember(need: Need, circumstances: Circumstances, { wrote }: { wrote: boolean }): Remembered {
  const { at } = circumstances
  const id = need.request.id ?? ''
  const seenAs = new Date(newest(need) + (wrote ? 1 : 0))
  if (!isOurs(need, circumstances)) return { need: id, seenAs, ended: true }
  const entry = need.tasks.find((task) => kindOf(task) === 'unmet-need-review' && isOpen(task))
  const area = entry === undefined ? undefined : outwardIn(inputsOf(entry, 'area')[0]?.valueString)
  return {
    need: id,
    seenAs,
    ended: false,
    since: new Date(need.request.authoredOn ?? need.request.meta?.lastUpdated ?? at),
    ...(need.request.subject.reference === undefined ? {} : { subject: need.request.subject.reference }),
    wants: wantsOf(need.request),
    ...(area === undefined ? {} : { area }),
    ...(hasNextStep(need) ? {} : { lookAt: new Date(at.getTime() + UNOWNED_AFTER_MS) }),
    clocks: need.tasks.filter(isOpen).flatMap((task): Clock[] => {
      const dueAt = dueOf(task)
      const owner = task.owner?.reference
      if (dueAt === undefined || owner === undefined) return []
      // What is already overdue was acted upon just now: the step above it has a clock of its own.
      return [{ task: task.id ?? '', owner, kind: kindOf(task), dueAt, ...(dueAt > at ? { lookAt: dueAt } : {}) }]
    }),
  }
}

const newest = ({ request, tasks }: Need): number =>
  Math.max(...[request, ...tasks].map(({ meta }) => new Date(meta?.lastUpdated ?? 0).getTime()))
