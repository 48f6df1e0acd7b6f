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

/** The effects of one search: on everything that was considered, and not only on what was shown of it. */
export function effectsOf({ judged, tooFar }: Pick<Matched, 'judged' | 'tooFar'>): readonly RuleEffect[] {
  const counted: Readonly<Record<Exclude<Effect, 'overruled'>, Map<string, number>>> = {
    for: new Map(),
    against: new Map(),
    excluded: new Map(tooFar === 0 ? [] : [['distance', tooFar]]),
  }
  const add = (to: Map<string, number>, rule: string) => void to.set(rule, (to.get(rule) ?? 0) + 1)
  for (const { for: pro, against, excludedBy } of judged) {
    // A rule that gave several reasons has done one thing to a listing.
    for (const [index, { rule }] of pro.entries()) if (isFirst(pro, index)) add(counted.for, rule)
    for (const [index, { rule }] of against.entries()) if (isFirst(against, index) && !excludedBy.includes(rule)) add(counted.against, rule)
    for (const [index, rule] of excludedBy.entries()) if (excludedBy.indexOf(rule) === index) add(counted.excluded, rule)
  }
  return (['for', 'against', 'excluded'] as const).flatMap((effect) =>
    [...counted[effect]].map(([rule, times]) => ({ rule, effect, times })),
  )
}

const isFirst = (reasons: readonly { readonly rule: string }[], index: number): boolean => {
  const rule = reasons[index]?.rule
  for (let before = 0; before < index; before += 1) if (reasons[before]?.rule === rule) return false
  return true
}
