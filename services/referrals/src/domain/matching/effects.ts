/** What the rules did, counted for the screening-out report: who is turned away, by which rule. Counts alone, no person and no service. */
import type { Matched } from './match.ts'

/** What a rule can do to a listing. */
export type Effect = 'for' | 'against' | 'excluded' | 'overruled'

/** One count. */
export interface RuleEffect {
  readonly rule: string
  readonly effect: Effect
  readonly times: number
}

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
