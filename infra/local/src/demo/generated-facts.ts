/**
 * Facts of people who do not exist, so that the pages of a demonstration have figures, and a bench has something to count. The same seed
 * gives the same facts. Nobody in the record stands behind any of them.
 */
import type { Fact } from '@services/passport/domain/reports/fact'
import { QUESTIONS } from '@services/passport/domain/reports/tables'
import { quarterNumber, quarterOfNumber, type Quarter } from '@services/passport/domain/reports/quarter'

/** Who the facts are about, and when. */
export interface Generation {
  readonly people: number
  readonly from: Quarter
  readonly quarters: number
  readonly areas: readonly string[]
  /** `Organization/<id>` by sector. */
  readonly organizations: Readonly<Record<string, readonly string[]>>
}

/** Settings with their share of a sector's contacts. */
const SETTINGS: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  nhs: [
    ['clinic', 5],
    ['home', 3],
    ['hospital', 2],
  ],
  'third-sector': [
    ['therapy-centre', 7],
    ['community-venue', 2],
    ['home', 1],
  ],
  leisure: [
    ['leisure-centre', 6],
    ['pool', 3],
    ['outdoors', 1],
  ],
  'social-care': [['home', 1]],
}
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  nhs: ['physiotherapy', 'therapy', 'psychological', 'injection', 'equipment'],
  'third-sector': ['exercise', 'physiotherapy', 'social', 'complementary', 'psychological'],
  leisure: ['exercise'],
  'social-care': ['equipment', 'social'],
}
const SECTORS = [
  ['nhs', 5],
  ['third-sector', 4],
  ['leisure', 3],
  ['social-care', 1],
] as const
const REFUSALS = ['no-capacity', 'too-complex', 'not-eligible', 'outside-area', 'access-not-met'] as const
const KINDS = ['neuropsychology', 'counselling', 'neuropsychiatry', 'exercise-class', 'hydrotherapy'] as const
const MEASURES = ['timed-up-and-go', 'ten-metre-walk', 'fatigue-0-10'] as const

/** One person after the other, with all of their facts: ten to thirty a year. */
export function* generateFacts({
  people,
  from,
  quarters,
  areas,
  organizations,
}: Generation): Generator<readonly [string, readonly Fact[]]> {
  for (let index = 0; index < people; index += 1) {
    const chance = generator(index + 1)
    const one = <T>(some: readonly T[]): T => some[Math.floor(chance() * some.length)] as T
    const area = one(areas)
    const [language, age] = [chance() < 0.2 ? 'cy' : 'en', one(['18-39', '40-64', '40-64', '65-79', '80-'])]
    const gender = index % 3 === 0 ? 'male' : 'female' // multiple sclerosis is commoner among women
    const facts: Fact[] = []
    for (let number = quarterNumber(from); number < quarterNumber(from) + quarters; number += 1) {
      const quarter = quarterOfNumber(number)
      const at = (sector: string) => ({ area, quarter, sector, organization: one(organizations[sector] ?? []) })
      const contacts = Math.floor(chance() * 7)
      for (let contact = 0; contact < contacts; contact += 1) {
        const sector = weighted(SECTORS, chance)
        facts.push({
          ...at(sector),
          kind: 'contact',
          ...(chance() < 0.05 ? {} : { setting: weighted(SETTINGS[sector] ?? [], chance) }),
          what: one(GROUPS[sector] ?? []),
          how: sector === 'nhs' ? 'nhs' : 'not-nhs',
          minutes: 30 + 15 * Math.floor(chance() * 4),
        })
      }
      if (contacts > 0) {
        facts.push(
          { kind: 'seen-language', quarter, area, what: language },
          { kind: 'seen-age', quarter, area, what: age },
          { kind: 'seen-gender', quarter, area, what: gender },
        )
        if (chance() < 0.3) {
          const [what, change] = [one(MEASURES), Math.round((chance() - 0.65) * 600)]
          facts.push({
            ...at(one(['nhs', 'third-sector'])),
            kind: 'outcome',
            what,
            how: change < 0 ? 'better' : change === 0 ? 'same' : 'worse',
            amount: change,
          })
        }
      }
      if (chance() < 0.04) facts.push({ ...at('nhs'), kind: 'stay', amount: 1 + Math.floor(chance() * 20) })
      if (chance() < 0.25) {
        const [asked, what] = [weighted(SECTORS, chance), one(KINDS)]
        facts.push({ ...at(asked), kind: 'request', what, how: weighted(SECTORS, chance) })
        if (chance() < 0.7) facts.push({ ...at(asked), kind: 'acceptance', what, amount: Math.floor(chance() * 90) })
        else facts.push({ ...at(asked), kind: 'refusal', what, how: one(REFUSALS) })
        if (chance() < 0.3)
          for (const question of QUESTIONS)
            facts.push({ ...at(asked), kind: 'feedback', what: question, how: one(['yes', 'yes', 'partly', 'no', 'too-soon']) })
        if (chance() < 0.1)
          facts.push({ ...at('nhs'), kind: 'unmet', what, how: one(['no-service', 'no-capacity', 'refused-too-complex', 'transport']) })
      }
      if (chance() < 0.02)
        facts.push({ ...at('nhs'), kind: 'alert', what: one(['ward', 'specialist']), how: chance() < 0.9 ? 'acknowledged' : 'ended' })
    }
    yield [`generated-${index + 1}`, facts]
  }
}

function weighted(choices: readonly (readonly [string, number])[], chance: () => number): string {
  let left = chance() * choices.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [choice, weight] of choices) if ((left -= weight) < 0) return choice
  return choices[0]?.[0] ?? ''
}

/** mulberry32: small and good enough to look like people, https://github.com/cprosche/mulberry32 */
function generator(seed: number): () => number {
  let state = seed * 0x9e3779b1
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
