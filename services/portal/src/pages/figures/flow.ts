/** How people really went, over the stages of the pathway, as the hub published it of a quarter. Nothing is added up here. Rows E4, E5. Pure. */
import type { Parameters } from '@medplum/fhirtypes'
import { stringify } from 'csv-stringify/sync'
import { readParts } from '../../knowledge/parameters.ts'

/** One way between two stages: codes of stages, or `outside`. */
export interface Way {
  readonly from: string
  readonly to: string
}

/** What was published of a quarter. */
export interface ShownFlow {
  readonly publishedAt: string
  /** In the order of the pathway. */
  readonly stages: readonly { readonly code: string; readonly title: string }[]
  /** Too few are hidden. */
  readonly needs: number | 'hidden'
  /** In the order of the pathway. */
  readonly links: readonly (Way & { readonly sector: string; readonly steps: number | 'hidden' })[]
  /** Ways between two stages that nobody went. */
  readonly missing: readonly Way[]
}

/** @param answer of `$pathway-flow` to a commissioner */
export function flowIn(answer: Parameters): ShownFlow {
  const parts = readParts(answer)
  const wayIn = (one: ReturnType<typeof readParts>): Way => ({ from: one.text('from') ?? '', to: one.text('to') ?? '' })
  return {
    publishedAt: parts.text('publishedAt') ?? '',
    stages: parts.all('stage').map((one) => ({ code: one.text('code') ?? '', title: one.text('title') ?? '' })),
    needs: parts.number('needs') ?? 'hidden',
    links: parts.all('link').map((one) => ({ ...wayIn(one), sector: one.text('sector') ?? '', steps: one.number('steps') ?? 'hidden' })),
    missing: parts.all('missing').map(wayIn),
  }
}

/** A row for each way, codes as they are, `*` for what is hidden; a way that nobody went has no sector and 0 steps. RFC 4180 */
export const flowCsv = (quarter: string, { links, missing }: ShownFlow): string =>
  stringify([
    ['quarter', 'from', 'to', 'sector', 'steps'],
    ...links.map(({ from, to, sector, steps }) => [quarter, from, to, sector, steps === 'hidden' ? '*' : String(steps)]),
    ...missing.map(({ from, to }) => [quarter, from, to, '', '0']),
  ])
