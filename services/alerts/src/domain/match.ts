// Who a message is about: standards page "Hospital alerts", section 8, row by row. Strict for automatic alerts, quick for a human.
// HAZ-A01 wrong person, HAZ-A02 missed admission.
import type { NormalName, PersonInMessage, WatchedPerson } from './person.ts'

/** The row of section 8 that decided. */
export type MatchRow = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** A row that a machine never decides; a person may have, of a message that said exactly the same. */
export type DecidedRow = 2 | 3

/** Whose stay this is; or that a person must decide; or that it cannot be ours; or that nobody of ours is meant. */
export type Match =
  | { readonly outcome: 'match'; readonly row: 1 | 5 | 7 | DecidedRow; readonly patient: string }
  | { readonly outcome: 'review'; readonly row: MatchRow; readonly urgent: boolean; readonly candidates: readonly string[] }
  | { readonly outcome: 'mismatch'; readonly row: 4; readonly candidates: readonly string[] }
  | { readonly outcome: 'unregistered' }

/** What a person is to decide where it is no match; what cannot be ours is not urgent. */
export const toReview = (match: Extract<Match, { readonly outcome: 'review' | 'mismatch' }>) => ({
  urgent: match.outcome === 'review' && match.urgent,
  candidates: match.candidates,
})

/**
 * The people of ours a message could be about: found by number, by tied hospital number, and by birth date (for those whose name fits too).
 * Anybody else cannot meet any row.
 */
export type Candidates = readonly WatchedPerson[]

type Finding =
  | { readonly kind: 'match'; readonly row: 1 | 5 | 7 | DecidedRow; readonly byOneName?: true }
  | { readonly kind: 'review'; readonly row: 2 | 3 | 6 | 7; readonly urgent: boolean }
  | { readonly kind: 'mismatch' }
  /** Both names and the birth date are theirs, and the number is another one's: a twin, or a namesake born on the same day. */
  | { readonly kind: 'namesake' }

/**
 * Decides for one message. The same message and register always give the same answer.
 *
 * @param isDecided whether a person said of a message like this that it means the candidate
 */
export function matchPerson(
  person: PersonInMessage,
  candidates: Candidates,
  isDecided: (candidate: WatchedPerson) => boolean = () => false,
): Match {
  const found = candidates.flatMap((candidate) => {
    const finding = asDecided(compare(person, candidate), () => isDecided(candidate))
    return finding === undefined ? [] : [{ patient: candidate.patient, finding }]
  })
  const isNamesake = ({ finding }: (typeof found)[number]) => finding.kind === 'namesake'
  // The number of one, and the whole name of another who was born on the same day: either may be meant.
  const either = found.some(isNamesake) && found.some(({ finding }) => finding.kind === 'match' && finding.byOneName === true)
  const findings = either ? found : found.filter((one) => !isNamesake(one))
  const patients = findings.map(({ patient }) => patient)
  const [only] = findings
  if (only === undefined) return { outcome: 'unregistered' }
  if (findings.length > 1) return { outcome: 'review', row: 8, urgent: true, candidates: patients.toSorted() }
  if (only.finding.kind === 'match') return { outcome: 'match', row: only.finding.row, patient: only.patient }
  if (only.finding.kind === 'mismatch') return { outcome: 'mismatch', row: 4, candidates: patients }
  if (only.finding.kind === 'namesake') return { outcome: 'unregistered' }
  return { outcome: 'review', row: only.finding.row, urgent: only.finding.urgent, candidates: patients }
}

/** What is for a person to decide, and was decided of the same words. Somebody else whom the name fits better is looked at beside it, as beside one name. */
function asDecided(finding: Finding | undefined, isDecided: () => boolean): Finding | undefined {
  if (finding?.kind !== 'review' || (finding.row !== 2 && finding.row !== 3) || !isDecided()) return finding
  return { kind: 'match', row: finding.row, byOneName: true }
}

function compare(person: PersonInMessage, candidate: WatchedPerson): Finding | undefined {
  const exact = person.identityUnknown || (person.traceStatus !== undefined && person.traceStatus !== '01')
  const name = compareNames(person.names, candidate.names, { initials: exact ? 'do-not-count' : 'count' })
  const birth = compareBirth(person.bornOn, candidate.bornOn)
  if (person.nhsNumbers.some((number) => candidate.nhsNumbers.includes(number))) {
    if (birth === 'equal' && (name === 'both' || (name === 'one' && !exact)))
      return { kind: 'match', row: exact ? 7 : 1, ...(name === 'one' ? { byOneName: true as const } : {}) }
    if (birth === 'equal') return { kind: 'review', row: name === 'one' ? 7 : 2, urgent: false }
    if (name !== 'none' || birth === 'unknown') return { kind: 'review', row: 3, urgent: true } // typing slips: day and month swapped, one digit
    return { kind: 'mismatch' }
  }
  const tied = person.hospitalNumbers.some(({ authority, value }) =>
    candidate.hospitalNumbers.some((held) => held.authority === authority && held.value === value),
  )
  if (tied) {
    // A number of the hospital that we know, and another NHS number than ours: numbers change, and records get mixed up.
    if (birth === 'equal' && person.nhsNumbers.length === 0) return { kind: 'match', row: 5 }
    return { kind: 'review', row: 3, urgent: true }
  }
  if (person.identityUnknown || birth !== 'equal' || name !== 'both') return undefined
  // Both have a number and they differ: a namesake born on the same day.
  if (person.nhsNumbers.length > 0 && candidate.nhsNumbers.length > 0) return { kind: 'namesake' }
  return { kind: 'review', row: 6, urgent: false }
}

function compareBirth(ours: string | undefined, theirs: string | undefined): 'equal' | 'differs' | 'unknown' {
  if (ours === undefined || theirs === undefined || ours.length !== theirs.length || ours.length < 10) return 'unknown'
  return ours === theirs ? 'equal' : 'differs'
}

/** How much of a name agrees, over every name each side knows: previous and alias names count. An initial counts only beside the family name. */
function compareNames(
  given: readonly NormalName[],
  held: readonly NormalName[],
  { initials }: { readonly initials: 'count' | 'do-not-count' },
): 'both' | 'one' | 'none' {
  let best: 'both' | 'one' | 'none' = 'none'
  for (const one of given) {
    for (const other of held) {
      const family = one.family !== '' && one.family === other.family
      const full = one.given.some((name) => name.length > 1 && other.given.includes(name))
      if (family && (full || (initials === 'count' && sameInitial(one.given[0], other.given[0])))) return 'both'
      if (family || full) best = 'one'
    }
  }
  return best
}

function sameInitial(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined || one[0] !== other[0]) return false
  return one.length === 1 || other.length === 1
}
