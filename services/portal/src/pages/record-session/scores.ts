/**
 * Outcome measures beside a session: by name and score, tied to the session they were taken in, so that a score pairs with those before
 * it. Of a licensed instrument nothing is held but its name and the score. Pure. Features B4, K3.
 */
import type { Extension, Observation } from '@medplum/fhirtypes'
import { textIn, type Problems } from '../../forms/fields.ts'
import type { Measure } from '../../knowledge/catalogue.ts'
import { codeOf, codes, ids, ours } from '../../knowledge/reading.ts'
import type { Words } from '../../words/words.ts'

/** One row as it was typed. */
export interface EnteredScore {
  /** A code of measure; empty where none is chosen. */
  readonly measure: string
  readonly score: string
}

/** One row as it was meant. */
export interface Score {
  readonly measure: Measure
  readonly value: number
}

/** The latest score of a measure. */
export interface LastScore {
  /** A code of measure. */
  readonly code: string
  readonly title: string
  readonly value: number
  readonly unit: string
  /** FHIR date or dateTime. */
  readonly on: string
}

const ROWS = 3
/** A plain number; a score is never larger than four digits. */
const SCORE = /^[-−]?\d{1,4}([.,]\d{1,2})?$/

/** The form as it was sent, whatever is in it: shown again as it is where something is wrong. */
export const enteredScores = (body: unknown): readonly EnteredScore[] =>
  Array.from({ length: ROWS }, (_, row) => ({ measure: textIn(body, `measure-${row}`), score: textIn(body, `score-${row}`) }))

/** The rows with a score. A measure that is named without one was offered and not taken. */
export function readScores(
  entered: readonly EnteredScore[],
  measures: readonly Measure[],
  wrong: Pick<Problems, 'add'>,
  { scores: words }: Words,
): readonly Score[] {
  return entered.flatMap(({ measure: code, score }, row) => {
    if (score === '') return []
    const measure = measures.find((one) => one.code === code)
    const value = SCORE.test(score) ? Number(score.replace('−', '-').replace(',', '.')) : Number.NaN
    if (measure === undefined) wrong.add(`measure-${row}`, words.measureMissing)
    else if (entered.findIndex((one) => one.measure === code && one.score !== '') < row) wrong.add(`measure-${row}`, words.twice)
    if (Number.isNaN(value)) wrong.add(`score-${row}`, words.scoreWrong)
    else if (measure?.range !== undefined && (value < measure.range.least || value > measure.range.most))
      wrong.add(`score-${row}`, words.outside(measure.range.least, measure.range.most))
    return measure === undefined || Number.isNaN(value) ? [] : [{ measure, value }]
  })
}

/** Of which session a score is. */
export interface ScoreOf {
  readonly patient: string
  /** What the session is called in the same transaction. */
  readonly session: string
  readonly key: string
  /** FHIR date. */
  readonly on: string
  readonly checked: string
  /** Who measured and for whom, as references. */
  readonly performers: readonly string[]
}

/** A score as it is kept: an Observation of the same day, part of the session. */
export const toObservation = ({ measure, value }: Score, { patient, session, key, on, checked, performers }: ScoreOf): Observation => ({
  resourceType: 'Observation',
  meta: { profile: [ours('outcome-measure')] },
  extension: [{ url: ours('checked-level'), valueCode: checked } as Extension],
  identifier: [{ system: ids('session-key'), value: scoreKey(key, measure) }],
  partOf: [{ reference: session }],
  status: 'final',
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'survey', display: 'Survey' }] }],
  code: { coding: [{ system: codes('measure'), code: measure.code, display: measure.display }], text: measure.display },
  subject: { reference: `Patient/${patient}` },
  effectiveDateTime: on,
  performer: performers.map((reference) => ({ reference })),
  valueQuantity: { value, unit: measure.unitWords, system: 'http://unitsofmeasure.org', code: measure.unit },
})

/** The key by which a score of a session is one, however often it is sent. */
export const scoreKey = (session: string, { code }: Measure): string => `${session}:${code}`

/** The latest score of each measure, newest first. */
export function lastScores(observations: readonly Observation[]): ReadonlyMap<string, LastScore> {
  const scored = observations.flatMap((one) => {
    const [code, on, value] = [codeOf(one.code, 'measure'), one.effectiveDateTime, one.valueQuantity?.value ?? one.valueInteger]
    const counts = one.status !== 'entered-in-error' && one.status !== 'cancelled'
    if (!counts || code === undefined || on === undefined || value === undefined) return []
    return [{ code, title: one.code.text ?? code, value, unit: one.valueQuantity?.unit ?? '', on }]
  })
  // Of one day by name, so that the same record makes the same form.
  const sorted = scored.toSorted((one, other) => other.on.localeCompare(one.on) || one.title.localeCompare(other.title))
  return new Map([...Map.groupBy(sorted, ({ code }) => code)].flatMap(([code, [newest]]) => (newest === undefined ? [] : [[code, newest]])))
}

/** Rows that name the measures that were taken last, without their scores. */
export const rowsFor = (last: ReadonlyMap<string, LastScore>): readonly EnteredScore[] => {
  const named = [...last.keys()].slice(0, ROWS).map((measure) => ({ measure, score: '' }))
  return [...named, ...Array.from({ length: ROWS - named.length }, () => ({ measure: '', score: '' }))]
}
