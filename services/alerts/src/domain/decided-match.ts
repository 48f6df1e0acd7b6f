/**
 * What a person decided of whom a message means, bound to everything that was compared: a later message is only taken for what was decided where it says
 * exactly the same. A wrong alert harms more than a question that is asked again. HAZ-A01
 */
import { hash } from 'node:crypto'
import type { AdtFacts } from './adt.ts'
import type { WatchedPerson } from './person.ts'

/**
 * What was compared, as a hash: who sent it, every number, name and birth date of the message, and those held of the person.
 *
 * @returns nothing where no hospital number says that it is the same patient of that hospital, or the hospital itself is not sure whom it means
 */
export function detailsOf(
  { facility, person }: Pick<AdtFacts, 'facility' | 'person'>,
  { patient, nhsNumbers, names, bornOn }: Omit<WatchedPerson, 'hospitalNumbers' | 'decided'>,
): string | undefined {
  const { hospitalNumbers, identityUnknown, traceStatus = '01' } = person
  if (hospitalNumbers.length === 0 || identityUnknown || traceStatus !== '01') return undefined
  const said = [facility, inOrder(hospitalNumbers.map(({ authority, value }) => [authority, value])), ...compared(person)]
  return hash(
    'sha256',
    JSON.stringify([said, patient, ...compared({ nhsNumbers, names, ...(bornOn !== undefined && { bornOn }) })]),
    'base64url',
  )
}

const compared = ({ nhsNumbers, names, bornOn }: Pick<WatchedPerson, 'nhsNumbers' | 'names' | 'bornOn'>): readonly unknown[] => [
  inOrder(nhsNumbers),
  inOrder(names.map(({ family, given }) => [family, ...given])),
  bornOn ?? null,
]

const inOrder = (some: readonly unknown[]): readonly string[] => some.map((one) => JSON.stringify(one)).toSorted()

/** Whether a person decided that what says this means this one, and every number of the message has been theirs since. */
export function isDecided(facts: Pick<AdtFacts, 'facility' | 'person'>, candidate: WatchedPerson): boolean {
  const { decided = [], hospitalNumbers } = candidate
  if (decided.length === 0) return false
  const areTheirs = facts.person.hospitalNumbers.every(({ authority, value }) =>
    hospitalNumbers.some((held) => held.authority === authority && held.value === value),
  )
  const details = areTheirs ? detailsOf(facts, candidate) : undefined
  return details !== undefined && decided.includes(details)
}
