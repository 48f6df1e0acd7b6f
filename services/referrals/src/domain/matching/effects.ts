/** What the rules did, counted for the screening-out report: who is turned away, by which rule. Counts alone, no person and no service. */
import type { AgeBand } from '@platform/fhir/age-band'
import type { Matched } from './match.ts'

/** What a rule can do to a listing. */
export type Effect = 'for' | 'against' | 'excluded' | 'overruled'

/** One count. */
export interface RuleEffect {
  readonly rule: string
  readonly effect: Effect
  readonly times: number
}

/** In which ways effects are counted: one at a time, never two together, which would make groups of one. */
export type Facet = 'area' | 'age' | 'condition' | 'deprivation' | 'rurality'

/** What a statistic may know of whoever it was asked for: groups, and nobody. */
export interface AskedFor {
  /** Outward postcode; empty where it is not known. */
  readonly area: string
  readonly age?: AgeBand
  /** Code of the CodeSystem register, as the request states it. */
  readonly condition?: string
  /** Groups of the place, such as `wimd-1` and `wales-rural`; absent where no table of places is loaded, or none is known. */
  readonly deprivation?: string
  readonly rurality?: string
}

/** One count of one group. */
export interface FacetEffect extends RuleEffect {
  readonly facet: Facet
  readonly value: string
  /** People for whom it was asked, each once a day. */
  readonly people: number
}

/** The groups that an answer is counted in. The area is one of them always, so that all areas together are everything. */
export const facetsOf = ({
  area,
  age,
  condition,
  deprivation,
  rurality,
}: AskedFor): readonly { readonly facet: Facet; readonly value: string }[] => [
  { facet: 'area', value: area },
  ...(age === undefined ? [] : [{ facet: 'age' as const, value: age }]),
  ...(condition === undefined ? [] : [{ facet: 'condition' as const, value: condition }]),
  ...(deprivation === undefined ? [] : [{ facet: 'deprivation' as const, value: deprivation }]),
  ...(rurality === undefined ? [] : [{ facet: 'rurality' as const, value: rurality }]),
]

/** The effects in one answer. */
export function effectsOf({ options, excluded, elsewhere }: Matched): readonly RuleEffect[] {
  const counted = new Map<string, RuleEffect>()
  const add = (rule: string, effect: Effect, times = 1) => {
    const key = `${effect} ${rule}`
    counted.set(key, { rule, effect, times: times + (counted.get(key)?.times ?? 0) })
  }
  for (const candidate of [...options, ...excluded]) {
    for (const rule of new Set(candidate.for.map((reason) => reason.rule))) add(rule, 'for')
    for (const rule of new Set(candidate.against.map((reason) => reason.rule)))
      if (!candidate.excludedBy.includes(rule)) add(rule, 'against')
    for (const rule of new Set(candidate.excludedBy)) add(rule, 'excluded')
  }
  for (const [rule, times] of elsewhere) add(rule, 'excluded', times)
  return [...counted.values()]
}
