/**
 * What is told of the effects of rules, and to whom: the operator gets the counts as they are; everybody else gets them by whole quarters that have ended,
 * under the small-number rule of the published reports. NHS England, Hospital Episode Statistics, disclosure control below national level. HAZ-C01
 */
import { publishedCount } from '../small-numbers.ts'
import type { Facet, FacetEffect, RuleEffect } from './effects.ts'

/** One line: of everything, or of one group. */
export interface ToldEffect extends Omit<RuleEffect, 'times'> {
  readonly group?: { readonly facet: Facet; readonly value: string }
  /** Nothing where there are too few to say. */
  readonly times?: number
}

/** The counts as they are. */
export function exactly(effects: readonly FacetEffect[]): readonly ToldEffect[] {
  return [...everything(effects), ...effects].map(toldOf)
}

/**
 * The counts as they may be published: hidden below eight listings or eight people, else rounded to five. Each by its own count alone; a group of which
 * nothing is known is left out, and so nothing that is shown adds up to something that is not.
 */
export function published(effects: readonly FacetEffect[]): readonly ToldEffect[] {
  const known = effects.filter(({ value }) => value !== '')
  return [...everything(effects), ...known].map((one) => {
    const { times: _exact, ...told } = toldOf(one)
    const times = publishedCount(one)
    return times === undefined ? told : { ...told, times }
  })
}

type Counted = Omit<FacetEffect, 'facet' | 'value'> & Partial<Pick<FacetEffect, 'facet' | 'value'>>

/** Every answer is of one area, known or not: together they are everything. */
function everything(effects: readonly FacetEffect[]): readonly Counted[] {
  const byRule = Map.groupBy(
    effects.filter(({ facet }) => facet === 'area'),
    ({ rule, effect }) => `${rule} ${effect}`,
  )
  return [...byRule.values()].flatMap((areas) => {
    const [first] = areas
    if (first === undefined) return []
    const sum = (of: 'times' | 'people') => areas.reduce((total, one) => total + one[of], 0)
    return [{ rule: first.rule, effect: first.effect, times: sum('times'), people: sum('people') }]
  })
}

const toldOf = ({ rule, effect, times, facet, value }: Counted): ToldEffect & { readonly times: number } => ({
  rule,
  effect,
  times,
  ...(facet === undefined || value === undefined ? {} : { group: { facet, value } }),
})

/** Whether two days are the first and the last of one calendar quarter that has ended. @param today `YYYY-MM-DD` */
export function isEndedQuarter(from: string, until: string, today: string): boolean {
  const [year = 0, month = 0] = from.split('-').map(Number)
  if (month % 3 !== 1) return false
  const day = (of: number, at: number) => new Date(Date.UTC(year, of, at)).toISOString().slice(0, 10)
  return from === day(month - 1, 1) && until === day(month + 2, 0) && until < today
}
