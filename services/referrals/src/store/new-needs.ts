/**
 * New needs, many at once. A need that was just created has no steps, so it takes one look at the request and one Task; and many
 * of them take one search and one transaction. Whatever is not so simple is looked at by itself.
 */
import type { ServiceRequest } from '@medplum/fhirtypes'
import type { Clock } from '@platform/service/clock'
import { groupCommit } from '@platform/service/group-commit'
import { toRemember } from '../domain/clocks.ts'
import type { Need } from '../domain/need.ts'
import type { Circumstances, Pathway } from '../domain/pathway.ts'
import { unknownPerformers } from '../domain/routed.ts'
import { isOurs, settle } from '../domain/settle.ts'
import { wantsOf } from '../domain/wants.ts'
import { afterwards, type Open } from '../domain/write.ts'
import type { Clocks, Wanted } from './clocks.ts'
import type { ServiceDirectory } from './directory.ts'
import type { FhirRecord } from './record.ts'

/** Whether the need is in order now, or has to be settled by itself. */
export type Routed = 'done' | 'look closer'

interface NewNeedsOptions {
  readonly record: FhirRecord
  readonly clocks: Clocks
  readonly directory: ServiceDirectory
  readonly pathway: Pathway
  readonly clock: Clock
  readonly dispatch?: (need: Need) => Promise<void>
}

/** A need after it was decided, with what it was decided in. */
interface Decided {
  readonly need: Need
  readonly circumstances: Circumstances
  readonly wrote: boolean
}

/** Gives a function that routes a new need together with all others that are waiting. */
export function newNeeds({ record, clocks, directory, pathway, clock, dispatch }: NewNeedsOptions): (needId: string) => Promise<Routed> {
  // Decided and not remembered yet: whoever asks alike meanwhile must see these too.
  const inHand = new Map<string, Wanted>()

  const routeTogether = async (ids: readonly string[]): Promise<ReadonlyMap<string, Decided>> => {
    const found = await record.search<ServiceRequest>('ServiceRequest', { _id: [...new Set(ids)].join(',') })
    // A need that was changed since may have steps already.
    const requests = found.filter(({ meta }) => meta?.versionId === '1')
    for (const request of requests) await directory.lookUp(unknownPerformers(request, directory))

    const circumstances = { at: clock.now(), pathway, directory }
    // Each sees those that came before it, remembered or still in hand; it is in hand before it asks for the others, so that of two one sees the other.
    const asked = requests.map((request) => {
      const one = { need: request.id ?? '', subject: request.subject.reference ?? '', wants: wantsOf(request) }
      const beside = [...inHand.values()].filter((other) => isAlike(one, other)).map(({ need }) => need)
      if (isOurs({ request, tasks: [] }, circumstances)) inHand.set(one.need, one)
      return { request, one, beside }
    })
    const remembered = await clocks.alike(asked.map(({ one }) => one))
    const decided = asked.map(({ request, one, beside }) => {
      const need: Need = { request, tasks: [] }
      const alike = [...new Set([...(remembered.get(one.need) ?? []), ...beside])]
      return { need, steps: settle(need, { ...circumstances, alike }).filter((write): write is Open => 'open' in write) }
    })
    const opened = await openAll(decided.flatMap(({ steps }) => steps))
    if (opened === undefined) return new Map()

    const routed = decided.filter(({ steps }) => steps.every(({ key }) => opened.get(key) !== undefined))
    return new Map(
      routed.map(({ need, steps }) => {
        const after = afterwards(need, steps, (key) => opened.get(key) ?? '')
        return [need.request.id ?? '', { need: after, circumstances, wrote: steps.length > 0 }]
      }),
    )
  }

  /** Nothing when the record refused: one of them is at fault, and which one is found by looking at each. */
  const openAll = async (steps: readonly Open[]): Promise<ReadonlyMap<string, string | undefined> | undefined> => {
    if (steps.length === 0) return new Map()
    try {
      return await record.open(steps)
    } catch {
      return undefined
    }
  }

  // While one group is with the record, the next is with the other lane: neither the record nor this process waits for the other.
  const lanes = [groupCommit(routeTogether), groupCommit(routeTogether)] as const
  let turn = 0
  return async (needId) => {
    turn = 1 - turn
    try {
      const decided = (await lanes[turn as 0 | 1](needId)).get(needId)
      if (decided === undefined) return 'look closer'
      // Beside the lane: those that wait for it need not wait for the disk that remembers these.
      await clocks.keep(toRemember(decided.need, decided.circumstances, { wrote: decided.wrote }))
      await dispatch?.(decided.need)
      return 'done'
    } finally {
      inHand.delete(needId)
    }
  }
}

/** Another need of the same person that asks for something of the same, as `Clocks.alike` finds them. */
const isAlike = (one: Wanted, other: Wanted): boolean =>
  one.need !== other.need && one.subject === other.subject && one.wants.some((want) => other.wants.includes(want))
