/** Finding a person by NHS number or by name, each with the date of birth. What is typed travels in forms and in no address. Pure. */
import type { HumanName, Patient } from '@medplum/fhirtypes'
import { isSubsetted } from '@platform/fhir/subsetted'
import { parseNhsNumber } from '@platform/nhs/nhs-number'
import { dayIn, problems, textIn, toDate, type EnteredDay, type Problems } from '../../forms/fields.ts'
import type { Criteria } from '../../clients/record.ts'
import type { Words } from '../../words/words.ts'

/** As it was typed. */
export interface EnteredSearch {
  readonly number: string
  readonly name: string
  readonly born: EnteredDay
}

/** Whom to ask the record for, and who of them is meant. */
export interface Search {
  readonly criteria: Criteria
  fits(patient: Patient): boolean
}

const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number'

/** The form as it was sent, whatever is in it: shown again as it is where something is wrong. */
export const enteredSearch = (body: unknown): EnteredSearch => ({
  number: textIn(body, 'number'),
  name: textIn(body, 'name'),
  born: dayIn(body, 'born'),
})

/** Whoever has this number and was born on this day: both are asked by, since some are shown neither, and told by both together that they fit. @param bornOn YYYY-MM-DD */
export const byNumber = (number: string, bornOn: string): Search => ({
  criteria: { identifier: `${NHS_NUMBER}|${number}`, birthdate: bornOn },
  fits: (one) => one.birthDate === bornOn || isInPart(one),
})

/** Whose date of birth the reader is not shown. */
const isInPart = (one: Patient): boolean => one.birthDate === undefined && isSubsetted(one)

/**
 * The number decides where both are given: it is one person's, a name may be several people's.
 *
 * @returns `byName` those of this name whose date of birth is not shown to the reader: nothing but the name was compared
 */
export function readSearch(
  { number: written, name, born }: EnteredSearch,
  { people: words }: Words,
): { given?: Search; byName?: Search; wrong: Problems } {
  const wrong = problems()
  const [number, bornOn, parts] = [parseNhsNumber(written), toDate(born), partsOf(name)]
  if (written === '' && name === '') wrong.add('number', words.numberMissing)
  else if (written !== '' && number === undefined) wrong.add('number', words.numberWrong)
  else if (written === '' && parts.length === 0) wrong.add('name', words.nameWrong)
  if (bornOn === undefined) wrong.add('born', words.bornWrong, 'born-day')
  const [longest = ''] = parts.toSorted((one, other) => other.length - one.length)
  const byName: { byName?: Search } =
    written === '' && longest !== ''
      ? { byName: { criteria: { name: longest }, fits: (one) => isInPart(one) && isCalled(one.name, parts) } }
      : {}
  if (wrong.list.length > 0 || bornOn === undefined) return { wrong, ...byName }
  if (number !== undefined) return { wrong, given: byNumber(number, bornOn) }
  return {
    wrong,
    ...byName,
    given: {
      criteria: { name: longest, birthdate: bornOn },
      fits: ({ birthDate, name }) => birthDate === bornOn && isCalled(name, parts),
    },
  }
}

/** Whether a name begins with every one of these words, in whatever order. */
const isCalled = (names: readonly HumanName[] | undefined, parts: readonly string[]): boolean =>
  (names ?? []).some(({ family = '', given = [], text = '' }) => {
    const own = [family, ...given, text].flatMap(partsOf)
    return parts.every((part) => own.some((one) => one.startsWith(part)))
  })

/** The words of a name without case, accents and marks: `Siân O’Brien` is `sian`, `obrien`. */
const partsOf = (name: string): readonly string[] =>
  name
    .normalize('NFD')
    .replaceAll(/[\p{M}'’.]/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '')
