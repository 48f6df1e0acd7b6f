/**
 * Who is turned away, by which rule, as the page of a quarter shows it: of the whole hub and by group, as the hub publishes it. Nothing is added up here,
 * for what is shown would tell what is hidden. Rows C-21, E4. Pure.
 */
import type { Parameters } from '@medplum/fhirtypes'
import { AGE_BANDS } from '@platform/fhir/age-band'
import type { PlaceTable } from '../../clients/reports.ts'
import { readParts } from '../../knowledge/parameters.ts'

/** What a rule of matching can do to a listing, in the order of the columns. */
const SCREENING_EFFECTS = ['excluded', 'against', 'overruled', 'for'] as const
export type ScreeningEffect = (typeof SCREENING_EFFECTS)[number]

/** The groups by which there is a table of what was ruled out. */
export const SCREENING_GROUPS = ['age', 'condition', 'deprivation', 'rurality', 'area'] as const
export type ScreeningGroup = (typeof SCREENING_GROUPS)[number]

/** Too few are hidden. */
export type ScreeningCount = number | 'hidden'

/** A table with a row for each rule, by its name, so that the order tells nothing of hidden counts. */
export interface ScreeningTable {
  readonly columns: readonly string[]
  readonly rows: readonly { readonly rule: string; readonly counts: readonly ScreeningCount[] }[]
}

/** The first and the last day of a quarter. @param quarter `2026-Q3` @returns nothing for what is no quarter */
export function daysOf(quarter: string): { readonly from: string; readonly until: string } | undefined {
  const [, year, nth] = /^(20\d{2})-Q([1-4])$/.exec(quarter) ?? []
  if (year === undefined || nth === undefined) return undefined
  const day = (month: number, of: number) => new Date(Date.UTC(Number(year), month, of)).toISOString().slice(0, 10)
  return { from: day((Number(nth) - 1) * 3, 1), until: day(Number(nth) * 3, 0) }
}

/** Whether the last day of a quarter is over. @param quarter `2026-Q3` */
export const hasEnded = (quarter: string, now: Date): boolean => (daysOf(quarter)?.until ?? '9999') < now.toISOString().slice(0, 10)

/** Of the whole hub: the effects of each rule. @param answer of `$screening-out` */
export const screeningTable = (answer: Parameters): ScreeningTable =>
  tableOf(
    linesIn(answer)
      .filter(({ groups }) => groups.length === 0)
      .map((line) => ({ ...line, column: line.effect })),
    SCREENING_EFFECTS,
  )

/** What each rule ruled out, by group. Bands of age are all shown; of the others those that are named. */
export function ruledOutBy(group: ScreeningGroup, answer: Parameters): ScreeningTable {
  const lines = linesIn(answer).flatMap((line) => {
    const value = line.groups.find(([name]) => name === group)?.[1]
    return value === undefined || line.effect !== 'excluded' ? [] : [{ ...line, column: value }]
  })
  return tableOf(lines, group === 'age' ? AGE_BANDS : [...new Set(lines.map(({ column }) => column))].toSorted(byName))
}

/** The tables of places that it is counted by; none: nothing is counted by deprivation. */
export const placesIn = (answer: Parameters): readonly PlaceTable[] =>
  readParts(answer)
    .all('places')
    .map((one) => ({
      nation: one.text('nation') ?? '',
      name: one.text('name') ?? '',
      edition: one.text('edition') ?? '',
      licence: one.text('licence') ?? '',
    }))

interface Line {
  readonly rule: string
  readonly effect: string
  readonly count: ScreeningCount
  readonly groups: readonly (readonly [ScreeningGroup, string])[]
}

const linesIn = (answer: Parameters): readonly Line[] =>
  readParts(answer)
    .all('effect')
    .map((one) => ({
      rule: one.text('rule') ?? '',
      effect: one.text('effect') ?? '',
      count: one.number('times') ?? 'hidden',
      groups: SCREENING_GROUPS.flatMap((group) => {
        const value = one.text(group)
        return value === undefined ? [] : [[group, value] as const]
      }),
    }))

function tableOf(lines: readonly (Line & { readonly column: string })[], columns: readonly string[]): ScreeningTable {
  const rows = [...Map.groupBy(lines, ({ rule }) => rule)]
    .map(([rule, its]) => ({ rule, counts: columns.map((column) => its.find((one) => one.column === column)?.count ?? 0) }))
    .toSorted((one, other) => byName(one.rule, other.rule))
  return { columns, rows }
}

const byName = (one: string, other: string): number => (one < other ? -1 : 1)
