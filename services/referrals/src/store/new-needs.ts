/**
 * New needs, many at once. A need that was just created has no steps, so it takes one look at the request and one Task; and many
 * of them take one search and one transaction. Whatever is not so simple is looked at by itself.
 */
import type { ServiceRequest } from '@medplum/fhirtypes'
import type { Clock } from '@platform/service/clock'
import { groupCommit } from '@platform/service/group-commit'
import { toRemember } from '../domain/clocks.ts'
import type { Need } from '../domain/need.ts'
import type { Pathway } from '../domain/pathway.ts'
import { unknownPerformers } from '../domain/routed.ts'
import { settle } from '../domain/settle.ts'
import { wantsOf } from '../domain/wants.ts'
import { afterwards, type Open } from '../domain/write.ts'
import type { Clocks } from './clocks.ts'
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

/** Gives a function that routes a new need together with all others that are waiting. */
export function newNeeds({ record, clocks, directory, pathway, clock, dispatch }: NewNeedsOptions): (needId: string) => Promise<Routed> {
  const routeTogether = async (ids: readonly string[]): Promise<ReadonlyMap<string, Routed>> => {
    const found = await record.search<ServiceRequest>('ServiceRequest', { _id: [...new Set(ids)].join(',') })
    // A need that was changed since may have steps already.
    const requests = found.filter(({ meta }) => meta?.versionId === '1')
    for (const request of requests) await directory.lookUp(unknownPerformers(request, directory))

    const circumstances = { at: clock.now(), pathway, directory }
    const alike = await clocks.alike(
      requests.map((request) => ({ need: request.id ?? '', subject: request.subject.reference ?? '', wants: wantsOf(request) })),
    )
    const decided = requests.map((request) => {
      const need: Need = { request, tasks: [] }
      return {
        need,
        steps: settle(need, { ...circumstances, alike: alike.get(request.id ?? '') ?? [] }).filter(
          (write): write is Open => 'open' in write,
        ),
      }
    })
    const opened = await openAll(decided.flatMap(({ steps }) => steps))
    if (opened === undefined) return new Map()

    const routed = decided.filter(({ steps }) => steps.every(({ key }) => opened.get(key) !== undefined))
    await Promise.all(
      routed.map(async ({ need, steps }) => {
        const after = afterwards(need, steps, (key) => opened.get(key) ?? '')
        await clocks.keep(toRemember(after, circumstances, { wrote: steps.length > 0 }))
        await dispatch?.(after)
      }),
    )
    return new Map(routed.map(({ need }) => [need.request.id ?? '', 'done' as const]))
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
    return (await lanes[turn as 0 | 1](needId)).get(needId) ?? 'look closer'
  }
}
