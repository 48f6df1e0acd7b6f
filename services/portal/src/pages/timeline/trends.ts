/** Small charts of outcome measures over what was received: points by date, with the sessions of that time beneath. Pure. Feature K3, B4. */
import type { Observation, Procedure } from '@medplum/fhirtypes'
import { codeOf, wordsOf } from '../../knowledge/reading.ts'

/** One score. */
export interface Point {
  /** FHIR date or dateTime. */
  readonly at: string
  readonly value: number
  readonly x: number
  readonly y: number
}

/** One measure over time; places are of a picture of 600 by 160. */
export interface Trend {
  readonly code: string
  readonly title: string
  readonly unit: string
  readonly points: readonly Point[]
  /** Where sessions took place on the way, as places on the axis. */
  readonly sessions: readonly number[]
  /** How many sessions lie between first and last score. */
  readonly sessionCount: number
  readonly least: number
  readonly most: number
}

const [LEFT, RIGHT, TOP, BOTTOM] = [46, 590, 14, 112]

/** A measure is drawn from its second score on; one alone shows no change. */
export function trendsOf(observations: readonly Observation[], procedures: readonly Procedure[]): readonly Trend[] {
  const scores = observations.flatMap((one) => {
    const [code, at, value] = [codeOf(one.code, 'measure'), one.effectiveDateTime, one.valueQuantity?.value ?? one.valueInteger]
    const counts = one.status !== 'entered-in-error' && one.status !== 'cancelled' && code !== undefined
    return counts && at !== undefined && value !== undefined
      ? [{ code, at, value, title: wordsOf(one.code) ?? code, unit: one.valueQuantity?.unit ?? '' }]
      : []
  })
  const given = procedures.flatMap(({ status, performedDateTime, performedPeriod }) =>
    status === 'completed' ? [performedDateTime ?? performedPeriod?.start ?? ''] : [],
  )
  return [...Map.groupBy(scores, ({ code, unit }) => `${code}|${unit}`).values()].flatMap((all) => {
    const sorted = all.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
    const [first, last] = [sorted[0], sorted.at(-1)]
    if (first === undefined || last === undefined || sorted.length < 2) return []
    const [from, until] = [Date.parse(first.at), Date.parse(last.at)]
    const values = sorted.map(({ value }) => value)
    const [least, most] = [Math.min(...values), Math.max(...values)]
    const x = (at: string) => round(LEFT + ((Date.parse(at) - from) / Math.max(1, until - from)) * (RIGHT - LEFT))
    const y = (value: number) => round(BOTTOM - ((value - least) / Math.max(Number.EPSILON, most - least)) * (BOTTOM - TOP))
    const between = given.filter((at) => Date.parse(at) >= from && Date.parse(at) <= until)
    return [
      {
        code: first.code,
        title: first.title,
        unit: first.unit,
        points: sorted.map(({ at, value }) => ({ at, value, x: x(at), y: most === least ? round((TOP + BOTTOM) / 2) : y(value) })),
        sessions: [...new Set(between.map(x))].toSorted((one, other) => one - other),
        sessionCount: between.length,
        least,
        most,
      },
    ]
  })
}

const round = (place: number): number => Math.round(place * 10) / 10
