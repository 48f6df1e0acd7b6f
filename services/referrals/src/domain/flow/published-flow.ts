/**
 * The flow over the pathway as it is published: of one calendar quarter, four weeks after its end, each way by its own count alone. docs/decisions/0321
 * HAZ-C01
 */
import { isEndedQuarter } from '../matching/screening-out.ts'
import { publishedCount } from '../small-numbers.ts'
import { OUTSIDE, type Flow, type FlowLink, type Stage } from './flow.ts'

/** What was published of a quarter. Says what was refused and what has ended nowhere: the rest of a shown number would be a small one. */
export interface PublishedFlow {
  /** Stages of the pathway as they were, in their order. */
  readonly stages: readonly Pick<Stage, 'id' | 'title'>[]
  /** Absent: hidden. No sum of the links, and not to be had from them: a need has as many steps as it takes. */
  readonly needs?: number
  /** In the order of the pathway, which says nothing of how many went. Absent steps: hidden. */
  readonly links: readonly (Pick<FlowLink, 'from' | 'to' | 'sector'> & { readonly steps?: number })[]
  readonly missing: Flow['missing']
}

/** Hides small numbers. */
export function publishedFlow(flow: Flow, stages: readonly Stage[]): PublishedFlow {
  const order = [OUTSIDE, ...stages.map(({ id }) => id)]
  const place = (id: string) => order.indexOf(id)
  const needs = flow.needs === 0 ? 0 : publishedCount({ people: flow.people, times: flow.needs })
  return {
    stages: stages.map(({ id, title }) => ({ id, title })),
    ...(needs === undefined ? {} : { needs }),
    links: flow.links
      .toSorted(
        (one, other) => place(one.from) - place(other.from) || place(one.to) - place(other.to) || (one.sector < other.sector ? -1 : 1),
      )
      .map(({ from, to, sector, people, steps: times }) => {
        const steps = publishedCount({ people, times })
        return { from, to, sector, ...(steps === undefined ? {} : { steps }) }
      }),
    missing: flow.missing,
  }
}

/** `2026-Q3`, of its first day. @param from `YYYY-MM-DD` */
export const quarterOf = (from: string): string => `${from.slice(0, 4)}-Q${String(Math.ceil(Number(from.slice(5, 7)) / 3))}`

/** Whether two days are a calendar quarter that has been over for four weeks: what it began has mostly gone its way. */
export const isSettledQuarter = (from: string, until: string, now: Date): boolean =>
  isEndedQuarter(from, until, new Date(now.getTime() - SETTLED_AFTER_MS).toISOString().slice(0, 10))

const SETTLED_AFTER_MS = 28 * 86_400_000
