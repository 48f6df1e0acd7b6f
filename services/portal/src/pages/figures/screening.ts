/**
 * Who is turned away, by which rule, as the page of a quarter shows it: of the whole hub, small counts hidden and the others rounded, without
 * totals. Row E4. Pure.
 */
import type { Parameters } from '@medplum/fhirtypes'
import { readParts } from '../../knowledge/parameters.ts'

/** What a rule of matching can do to a listing, in the order of the columns. */
export const SCREENING_EFFECTS = ['excluded', 'against', 'overruled', 'for'] as const
export type ScreeningEffect = (typeof SCREENING_EFFECTS)[number]

/** A count of 1 to 7 is hidden. */
export type ScreeningCount = number | 'hidden'

const HIDDEN_TO = 7
const ROUNDED_TO = 5

/** The first and the last day of a quarter. @param quarter `2026-Q3` @returns nothing for what is no quarter */
export function daysOf(quarter: string): { readonly from: string; readonly until: string } | undefined {
  const [, year, nth] = /^(20\d{2})-Q([1-4])$/.exec(quarter) ?? []
  if (year === undefined || nth === undefined) return undefined
  const day = (month: number, of: number) => new Date(Date.UTC(Number(year), month, of)).toISOString().slice(0, 10)
  return { from: day((Number(nth) - 1) * 3, 1), until: day(Number(nth) * 3, 0) }
}

/** One row for each rule, by its name, so that the order tells nothing of hidden counts. @param answer of `$screening-out` */
export function screeningTable(answer: Parameters): readonly { readonly rule: string; readonly counts: readonly ScreeningCount[] }[] {
  const counted = readParts(answer)
    .all('effect')
    .map((one) => ({ rule: one.text('rule') ?? '', effect: one.text('effect') ?? '', times: one.number('times') ?? 0 }))
  return [...Map.groupBy(counted, ({ rule }) => rule)]
    .map(([rule, its]) => ({
      rule,
      counts: SCREENING_EFFECTS.map((effect) =>
        shown(its.filter((one) => one.effect === effect).reduce((total, { times }) => total + times, 0)),
      ),
    }))
    .toSorted((one, other) => (one.rule < other.rule ? -1 : 1))
}

const shown = (times: number): ScreeningCount => (times > 0 && times <= HIDDEN_TO ? 'hidden' : Math.round(times / ROUNDED_TO) * ROUNDED_TO)
