import type { NhsNumber } from '@platform/nhs/nhs-number'

/** A number that is only unique together with who gave it: `123` of `RZZ01` and `123` of `RZZ02` are two people. */
export interface HospitalNumber {
  readonly authority: string
  readonly value: string
}

/** One name of a person, normalised: without case, accents, hyphens, apostrophes and spaces. */
export interface NormalName {
  readonly family: string
  /** Every given name, and all of them run together. */
  readonly given: readonly string[]
}

/** What a message says of who the person is. What it does not say is absent. */
export interface PersonInMessage {
  readonly nhsNumbers: readonly NhsNumber[]
  readonly hospitalNumbers: readonly HospitalNumber[]
  readonly names: readonly NormalName[]
  /** As partial as it came: `1979-01-14`, `1979-01`, `1979`. */
  readonly bornOn?: string
  /** NHS number status: `01` is verified. NHS Data Dictionary, NHS NUMBER STATUS INDICATOR CODE. */
  readonly traceStatus?: string
  /** PID-31: the hospital does not know who this is. */
  readonly identityUnknown: boolean
}

/** Somebody on the alerts register, as far as matching needs to know. */
export interface WatchedPerson {
  /** Logical id of the Patient. */
  readonly patient: string
  readonly nhsNumbers: readonly string[]
  readonly hospitalNumbers: readonly HospitalNumber[]
  /** What messages say of which a person decided that they mean this one: `decided-match.ts`. */
  readonly decided?: readonly string[]
  readonly names: readonly NormalName[]
  readonly bornOn?: string
  /** Codes of the register under which the person is on it. */
  readonly registers: readonly string[]
  /** Their whereabouts are shown to nobody outside the direct-care team. */
  readonly restricted?: true
}

const LETTERS: Readonly<Record<string, string>> = { æ: 'ae', œ: 'oe', ø: 'o', ß: 'ss', ł: 'l', đ: 'd', ð: 'd', þ: 'th' }

/** A name without what people and systems write differently. Empty when nothing of it is left. */
export function normaliseName(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[æœøßłđðþ]/g, (letter) => LETTERS[letter] ?? letter)
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** A normalised name out of family and given names as they are written; nothing when there is neither. */
export function normalName(family: string, given: readonly string[]): NormalName | undefined {
  const parts = given
    .flatMap((name) => name.split(/\s+/))
    .map(normaliseName)
    .filter((name) => name !== '')
  const together = parts.join('')
  const name = { family: normaliseName(family), given: [...new Set([...parts, ...(together === '' ? [] : [together])])] }
  return name.family === '' && name.given.length === 0 ? undefined : name
}
