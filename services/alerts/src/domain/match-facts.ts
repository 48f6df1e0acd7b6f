import type { AdtFacts } from './adt.ts'
import { isDecided } from './decided-match.ts'
import { matchPerson, type Candidates, type Match } from './match.ts'
import type { PersonInMessage, WatchedPerson } from './person.ts'

/** Finds the people of ours a message could be about. */
export type Find = (person: PersonInMessage) => Candidates

/** Who one patient of a message is. A merge concerns us too when the numbers that go are those of somebody of ours. */
export function matchFacts(facts: AdtFacts, find: Find): Match {
  const { person, merged } = facts
  const match = matchPerson(person, find(person), (candidate) => isDecided(facts, candidate))
  if (match.outcome !== 'unregistered' || merged.length === 0) return match
  const [held] = heldBy(merged, find)
  return held === undefined ? match : { outcome: 'match', row: 5, patient: held.patient }
}

/** People of ours to whom these hospital numbers are tied. */
export function heldBy(merged: AdtFacts['merged'], find: Find): readonly WatchedPerson[] {
  if (merged.length === 0) return []
  const possible = find({ nhsNumbers: [], hospitalNumbers: merged, names: [], identityUnknown: true })
  return possible.filter(({ hospitalNumbers }) =>
    hospitalNumbers.some((held) => merged.some(({ authority, value }) => held.authority === authority && held.value === value)),
  )
}

/**
 * Whether the survivor of a merge (A40) cannot be the person we hold: another NHS number, or another birth date. Then an alert that went out for
 * the numbers that go went out for the wrong person. HAZ-A01
 */
export function survivorIsSomebodyElse({ person }: AdtFacts, held: WatchedPerson): boolean {
  const otherNumber =
    person.nhsNumbers.length > 0 && held.nhsNumbers.length > 0 && !person.nhsNumbers.some((number) => held.nhsNumbers.includes(number))
  const otherBirth =
    person.bornOn !== undefined && held.bornOn !== undefined && person.bornOn.length === held.bornOn.length && person.bornOn !== held.bornOn
  return otherNumber || otherBirth
}
