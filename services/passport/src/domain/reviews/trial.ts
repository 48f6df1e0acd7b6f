/**
 * What the scores of a trial of treatment show, from the person's own numbers. It is told to whoever decides; it decides nothing.
 */
import type { Extension, Observation } from '@medplum/fhirtypes'
import { trialVerdict, type ReviewEntry, type TrialVerdict } from '@handrail/fhir-profiles/review-windows'
import { dayOf, type Kept } from './facts.ts'

const TRIAL = 'https://handrail.example/fhir/StructureDefinition/treatment-trial'

export interface TrialFinding {
  readonly verdict: TrialVerdict
  /** One sentence with the two scores, or what is missing. */
  readonly words: string
}

/**
 * @param betterByPercent what the rule asks for; the threshold that the trial itself records wins, since it was agreed with the person
 */
export function findingOf(entry: ReviewEntry, scores: readonly Kept<Observation>[], betterByPercent: number): TrialFinding {
  const trial = entry.extension?.find(({ url }) => url === TRIAL)
  const part = (url: string): Extension | undefined => trial?.extension?.find((each) => each.url === url)
  const start = scores.find(({ reference }) => reference === part('start-measure')?.valueReference?.reference)
  const better = part('better')?.valueCode
  if (start === undefined || (better !== 'lower' && better !== 'higher'))
    return { verdict: 'unknown', words: 'No score from before the trial is recorded with it.' }

  const threshold = { betterByPercent: part('threshold-percent')?.valueDecimal ?? betterByPercent }
  const named = part('end-measure')?.valueReference?.reference
  const end = named === undefined ? lastAfter(start, scores) : scores.find(({ reference }) => reference === named)
  const [before, after] = [valueOf(start.resource), end && valueOf(end.resource)]
  const name = start.resource.code.text ?? 'Score'
  if (before === undefined) return { verdict: 'unknown', words: `${name}: the score before the trial has no number.` }
  if (after === undefined) return { verdict: 'unknown', words: `${name}: ${String(before)} before; no later score is recorded.` }
  const verdict = trialVerdict(threshold, { before, after, better })
  const asked = `better by ${String(threshold.betterByPercent)}% or more was asked for`
  const says = { continue: 'it is', stop: 'it is not', unknown: 'that cannot be said, since the first score was 0' } as const
  return { verdict, words: `${name}: ${String(before)} before, ${String(after)} after; ${asked}: ${says[verdict]}.` }
}

/** The latest score of the same measure after the first. */
function lastAfter(start: Kept<Observation>, scores: readonly Kept<Observation>[]): Kept<Observation> | undefined {
  const from = dayOf(start.resource.effectiveDateTime ?? start.resource.effectivePeriod?.end)
  return scores
    .filter((each) => sameMeasure(each.resource, start.resource) && on(each) > from)
    .toSorted((a, b) => (on(a) < on(b) ? 1 : -1))[0]
}

const on = ({ resource }: Kept<Observation>): string => dayOf(resource.effectiveDateTime ?? resource.effectivePeriod?.end)

const sameMeasure = (one: Observation, other: Observation): boolean =>
  (one.code.coding ?? []).some(({ system, code }) => other.code.coding?.some((its) => its.system === system && its.code === code)) &&
  one.valueQuantity?.code === other.valueQuantity?.code

const valueOf = ({ valueQuantity, valueInteger, status }: Observation): number | undefined =>
  status === 'entered-in-error' || status === 'cancelled' ? undefined : (valueQuantity?.value ?? valueInteger)
