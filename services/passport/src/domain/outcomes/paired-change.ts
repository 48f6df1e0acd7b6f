/**
 * Scores of a measure in pairs: what they were, what they are, and what can be said of the difference. Nothing is claimed as an effect:
 * a change while something was given is not a change because of it. Pure.
 */
import type { CodeSystem, Observation } from '@medplum/fhirtypes'

/** What is known of a measure, from the code system `measure`. */
export interface MeasureFacts {
  readonly code: string
  readonly display: string
  /** Its wording needs a licence: name and score only are held. */
  readonly licensed: boolean
  readonly better?: 'lower' | 'higher'
  /** The least difference that is more than measurement error, with where it is written; absent where no source is known. */
  readonly threshold?: { readonly value: number; readonly source: string }
}

export interface Score {
  /** `Observation/<id>` */
  readonly reference: string
  /** FHIR date or time. */
  readonly on: string
  readonly value: number
}

export interface PairedChange {
  readonly measure: MeasureFacts
  /** UCUM code; '' where the score has none. */
  readonly unit: string
  /** What the scores are tied to (`Observation.partOf`); absent: every score of the measure. */
  readonly intervention?: string
  readonly first: Score
  readonly last: Score
  /** last - first, with the decimals of the more exact of the two. */
  readonly change: number
  readonly direction: 'better' | 'worse' | 'same' | 'unknown'
  readonly moreThanError: 'yes' | 'no' | 'unknown'
  /** How many scores there are from the first to the last. */
  readonly scores: number
}

export const MEASURES = 'https://handrail.example/fhir/CodeSystem/measure'

/** What the code system says of each measure. */
export function measuresOf(codeSystems: readonly CodeSystem[]): ReadonlyMap<string, MeasureFacts> {
  const concepts = codeSystems.find(({ url }) => url === MEASURES)?.concept ?? []
  return new Map(
    concepts.flatMap(({ code, display, property = [] }) => {
      if (code === undefined) return []
      const of = (name: string) => property.find((each) => each.code === name)
      const better = of('better')?.valueCode
      const [value, source] = [of('error-threshold')?.valueDecimal, of('error-source')?.valueString]
      const facts: MeasureFacts = {
        code,
        display: display ?? code,
        licensed: of('licensed')?.valueBoolean === true,
        ...((better === 'lower' || better === 'higher') && { better }),
        ...(value !== undefined && source !== undefined && { threshold: { value, source } }),
      }
      return [[code, facts] as const]
    }),
  )
}

interface Scored extends Score {
  readonly measure: MeasureFacts
  readonly unit: string
  readonly interventions: readonly string[]
  readonly comparedWith: readonly string[]
}

/**
 * A pair for each measure over all of its scores, and one for each intervention that scores are tied to. Scores of different units, scores
 * taken back and scores without a number or a day are not compared; a measure with one score alone makes no pair.
 */
export function pairedChanges(observations: readonly Observation[], measures: ReadonlyMap<string, MeasureFacts>): readonly PairedChange[] {
  const scored = observations.flatMap((each) => toScored(each, measures)).toSorted(byTime)
  const groups = [...Map.groupBy(scored, ({ measure, unit }) => `${measure.code} ${unit}`).values()]
  return groups.flatMap((all) => {
    const tied = [...new Set(all.flatMap(({ interventions }) => interventions))].toSorted((a, b) => (a < b ? -1 : 1))
    const whole = pairOf(all)
    return [
      ...(whole === undefined ? [] : [whole]),
      ...tied.flatMap((intervention) => {
        const own = all.filter(({ interventions }) => interventions.includes(intervention))
        // The first of them may itself say with which earlier score it is compared.
        const before = all.filter(
          ({ reference }) => own[0]?.comparedWith.includes(reference) === true && !own.some((one) => one.reference === reference),
        )
        const pair = pairOf([...before, ...own].toSorted(byTime))
        return pair === undefined ? [] : [{ ...pair, intervention }]
      }),
    ]
  })
}

function pairOf(scores: readonly Scored[]): PairedChange | undefined {
  const [first, last] = [scores[0], scores.at(-1)]
  if (first === undefined || last === undefined || first === last) return undefined
  const { measure, unit } = first
  const change = difference(last.value, first.value)
  const improved = measure.better === undefined ? undefined : measure.better === 'lower' ? change < 0 : change > 0
  return {
    measure,
    unit,
    first: scoreOf(first),
    last: scoreOf(last),
    change,
    direction: change === 0 ? 'same' : improved === undefined ? 'unknown' : improved ? 'better' : 'worse',
    moreThanError: measure.threshold === undefined ? 'unknown' : Math.abs(change) > measure.threshold.value ? 'yes' : 'no',
    scores: scores.length,
  }
}

const scoreOf = ({ reference, on, value }: Scored): Score => ({ reference, on, value })

const TAKEN_BACK: ReadonlySet<string> = new Set(['entered-in-error', 'cancelled', 'registered'])

function toScored(observation: Observation, measures: ReadonlyMap<string, MeasureFacts>): Scored[] {
  const { id, status, code, effectiveDateTime, effectivePeriod, valueQuantity, valueInteger, partOf = [], derivedFrom = [] } = observation
  const measure = code.coding?.map((coding) => (coding.system === MEASURES ? measures.get(coding.code ?? '') : undefined)).find(Boolean)
  const on = effectiveDateTime ?? effectivePeriod?.end ?? effectivePeriod?.start
  const value = valueQuantity?.value ?? valueInteger
  // A score "more than" a number is none that can be subtracted.
  if (
    id === undefined ||
    measure === undefined ||
    on === undefined ||
    value === undefined ||
    TAKEN_BACK.has(status) ||
    valueQuantity?.comparator
  )
    return []
  const references = (list: readonly { reference?: string }[]) => list.flatMap(({ reference }) => reference ?? [])
  const unit = valueQuantity?.code ?? valueQuantity?.unit ?? ''
  return [
    { measure, unit, on, value, reference: `Observation/${id}`, interventions: references(partOf), comparedWith: references(derivedFrom) },
  ]
}

/** By instant where a time is said, by day where only that is; then by reference, so that the order is always the same. */
function byTime(a: Scored, b: Scored): number {
  const [one, other] = [instantOf(a.on), instantOf(b.on)]
  return one === other ? (a.reference < b.reference ? -1 : 1) : one - other
}

const instantOf = (on: string): number => Date.parse(on.length === 4 ? `${on}-01-01` : on)

/** 17.9 - 21.4 is -3.5, and not -3.5000000000000018. */
function difference(last: number, first: number): number {
  const decimals = Math.max(decimalsOf(last), decimalsOf(first))
  return Number((last - first).toFixed(Math.min(decimals, 12)))
}

const decimalsOf = (value: number): number => (/\.(\d+)$/.exec(String(value))?.[1] ?? '').length
