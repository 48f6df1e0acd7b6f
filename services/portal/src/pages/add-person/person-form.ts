/** The form of a person who is new to an organisation: what was typed, what is wrong or looks mistyped, and what it makes. Pure. HAZ-P140 */
import type { Consent, Extension, Patient } from '@medplum/fhirtypes'
import { parseChiNumber, parseHcNumber, parseNhsNumber, rangeOf } from '@platform/nhs/nhs-number'
import { wholePostcode } from '@platform/nhs/postcode'
import { CODES, EXTENSION, ID, PROFILE } from '@platform/nhs/systems'
import { dayIn, isEmptyDay, problems, textIn, toDate, type EnteredDay, type Problems } from '../../forms/fields.ts'
import { codes, ids, ours } from '../../knowledge/reading.ts'
import { ageInYears } from '../../rendering/dates.ts'
import type { Words } from '../../words/words.ts'
import { changedElements, enteredAboutMe, type Format } from '../about-me/about.ts'

/** Which number somebody has; `unknown` is a choice, so that nobody leaves it open by oversight. */
export const NUMBER_KINDS = ['nhs', 'chi', 'hc', 'unknown'] as const
/** FHIR R4 administrative-gender. */
export const GENDERS = ['female', 'male', 'other', 'unknown'] as const
/** On what ground somebody is in the hub. */
export const BASES = ['agreed', 'best-interest'] as const

const TEXTS = [
  'given',
  'family',
  'numberKind',
  'number',
  'gender',
  'line',
  'town',
  'postcode',
  'phone',
  'email',
  'needs',
  'interpreter',
  'basis',
  'toldBy',
  'key',
] as const

/** As it was typed. */
export type EnteredPerson = Readonly<Record<(typeof TEXTS)[number], string>> & {
  readonly born: EnteredDay
  readonly told: EnteredDay
  readonly language: string
  readonly otherLanguage: string
  readonly formats: readonly Format[]
}

/** As it was meant. */
export interface PersonGiven {
  readonly given: string
  readonly family: string
  /** FHIR date. */
  readonly bornOn: string
  readonly number?: { readonly system: string; readonly value: string }
  readonly gender?: (typeof GENDERS)[number]
  readonly basis: (typeof BASES)[number]
  readonly toldBy: string
  /** FHIR date. */
  readonly toldOn: string
}

/** The form as it was sent, whatever is in it: shown again as it is where something is wrong. */
export const enteredPerson = (body: unknown): EnteredPerson => {
  const { language, otherLanguage, formats } = enteredAboutMe(body)
  const texts = Object.fromEntries(TEXTS.map((name) => [name, textIn(body, name)])) as Record<(typeof TEXTS)[number], string>
  return { ...texts, born: dayIn(body, 'born'), told: dayIn(body, 'told'), language, otherLanguage, formats }
}

const KEY = /^[A-Za-z0-9-]{8,64}$/
const NAME = /^[\p{L}\p{M}][\p{L}\p{M}'’. -]{0,99}$/u
/** Digits as people group them, with a country's number or not; ten digits at least. */
const PHONE = /^\+?[\d ()-]{10,24}$/
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/
const LONGEST_LINE = 200
const LONGEST_NEEDS = 2_000
/** Numbers that pass the check and that people type where they know none. */
const PLACEHOLDER = /^(\d)\1{9}$/

const SYSTEM = { nhs: ID.NHS_NUMBER, chi: ID.CHI_NUMBER, hc: ID.HC_NUMBER } as const
const PARSE = { nhs: parseNhsNumber, chi: parseChiNumber, hc: parseHcNumber } as const
/** Whose numbers lie in ranges of their own. */
const OTHER_KIND = { scotland: 'chi', 'northern-ireland': 'hc' } as const

/** @param today the local day; nobody is born, or was told something, after it */
export function readPerson(
  entered: EnteredPerson,
  today: string,
  { addPerson: words, aboutMe }: Words,
): { given?: PersonGiven; wrong: Problems } {
  const wrong = problems()
  if (!NAME.test(entered.given)) wrong.add('given', entered.given === '' ? words.givenMissing : words.nameWrong)
  if (!NAME.test(entered.family)) wrong.add('family', entered.family === '' ? words.familyMissing : words.nameWrong)
  const bornOn = toDate(entered.born)
  if (isEmptyDay(entered.born)) wrong.add('born', words.bornMissing, 'born-day')
  else if (bornOn === undefined || bornOn < '1900') wrong.add('born', words.bornWrong, 'born-day')
  else if (bornOn > today) wrong.add('born', words.bornAhead, 'born-year')
  const number = numberIn(entered, wrong, words)
  const gender = GENDERS.find((one) => one === entered.gender)
  if (entered.postcode !== '' && wholePostcode(entered.postcode) === undefined) wrong.add('postcode', words.postcodeWrong)
  if (entered.line.length > LONGEST_LINE) wrong.add('line', words.tooLong)
  if (entered.town.length > LONGEST_LINE) wrong.add('town', words.tooLong)
  if (entered.phone !== '' && !PHONE.test(entered.phone)) wrong.add('phone', words.phoneWrong)
  if (entered.email !== '' && !EMAIL.test(entered.email)) wrong.add('email', words.emailWrong)
  if (entered.language === 'other' && entered.otherLanguage === '') wrong.add('otherLanguage', aboutMe.otherMissing)
  if (entered.needs.length > LONGEST_NEEDS) wrong.add('needs', aboutMe.long)
  const basis = BASES.find((one) => one === entered.basis)
  if (basis === undefined || !KEY.test(entered.key)) wrong.add('basis', words.basisMissing)
  if (entered.toldBy === '') wrong.add('toldBy', words.toldByMissing)
  else if (entered.toldBy.length > LONGEST_LINE) wrong.add('toldBy', words.tooLong)
  const toldOn = toDate(entered.told)
  if (isEmptyDay(entered.told)) wrong.add('told', words.toldMissing, 'told-day')
  else if (toldOn === undefined) wrong.add('told', words.toldWrong, 'told-day')
  else if (toldOn > today) wrong.add('told', words.toldAhead, 'told-day')
  if (wrong.list.length > 0 || bornOn === undefined || basis === undefined || toldOn === undefined) return { wrong }
  return {
    wrong,
    given: {
      given: entered.given,
      family: entered.family,
      bornOn,
      ...(number === undefined ? {} : { number }),
      ...(gender === undefined ? {} : { gender }),
      basis,
      toldBy: entered.toldBy,
      toldOn,
    },
  }
}

function numberIn({ numberKind, number }: EnteredPerson, wrong: Problems, words: Words['addPerson']): PersonGiven['number'] {
  const kind = NUMBER_KINDS.find((one) => one === numberKind)
  if (kind === undefined) wrong.add('numberKind', words.kindMissing)
  else if (kind === 'unknown') {
    if (number !== '') wrong.add('number', words.numberNotUnknown)
  } else if (number === '') wrong.add('number', words.numberMissing)
  else {
    const value = PARSE[kind](number)
    const range = value === undefined ? undefined : rangeOf(value)
    const other = kind === 'nhs' && (range === 'scotland' || range === 'northern-ireland') ? OTHER_KIND[range] : undefined
    if (value !== undefined && !PLACEHOLDER.test(value) && other === undefined) return { system: SYSTEM[kind], value }
    wrong.add('number', other === undefined ? words.numberWrong[kind] : words.numberOther[other])
  }
  return undefined
}

/** What is possible and looks mistyped: whoever enters it looks at it once more. */
export type Slip = 'chi' | 'old' | 'young' | 'names'

/** @param at now */
export function slipsIn({ given, family, bornOn, number }: PersonGiven, at: Date): readonly Slip[] {
  const age = ageInYears(bornOn, at) ?? 0
  const [year = '', month = '', day = ''] = bornOn.split('-')
  // A CHI number begins with the date of birth, DDMMYY, as it was known when the number was given.
  const chi = number?.system === ID.CHI_NUMBER && !number.value.startsWith(`${day}${month}${year.slice(2)}`)
  return [
    ...(chi ? (['chi'] as const) : []),
    ...(age > 105 ? (['old'] as const) : []),
    ...(age < 16 ? (['young'] as const) : []),
    ...(given.toLowerCase() === family.toLowerCase() ? (['names'] as const) : []),
  ]
}

/** Who enters, for whom, and when. */
export interface Entering {
  /** `Organization/<id>` */
  readonly organization: string
  /** `Practitioner/<id>` */
  readonly fhirUser: string | undefined
  readonly at: Date
}

const KEY_SYSTEM = ids('entered-key')
const tagged = (key: string) => ({ tag: [{ system: KEY_SYSTEM, code: key }] })

/** The condition by which the record knows a form that it already took. It names no identifier: nobody is looked for by it. */
export const unlessAdded = (key: string): string => `_tag=${encodeURIComponent(`${KEY_SYSTEM}|${key}`)}`
/** The same as criteria of a search. */
export const addedBy = (key: string): { readonly _tag: string } => ({ _tag: `${KEY_SYSTEM}|${key}` })

/** As FHIR says it, in the language of records. */
const INTERPRETER = 'Needs an interpreter'

/** Every need in a line of its own, the interpreter first. */
export const needsIn = ({ needs, interpreter }: EnteredPerson): readonly string[] =>
  [...new Set([...(interpreter === 'yes' ? [INTERPRETER] : []), ...needs.split('\n').map((one) => one.trim())])].filter((one) => one !== '')

/** A number that was typed is not traced, whoever read it from a letter; one that is not known is said to be so. UK Core, uk-core.md, "Verification status" */
export function toPatient(entered: EnteredPerson, given: PersonGiven, { organization }: Entering): Patient {
  const about = changedElements({ resourceType: 'Patient' }, { ...enteredAboutMe({}), ...entered, own: '', addNeed: '' })
  const extension: Extension[] = [
    ...needsIn(entered).map((valueString) => ({ url: ours('needs'), valueString })),
    ...(about.extension ?? []),
    ...(entered.numberKind === 'unknown' ? [NUMBER_NOT_KNOWN] : []),
  ]
  const telecom: NonNullable<Patient['telecom']> = [
    ...(entered.phone === '' ? [] : [{ system: 'phone' as const, value: entered.phone }]),
    ...(entered.email === '' ? [] : [{ system: 'email' as const, value: entered.email }]),
  ]
  const address = {
    ...(entered.line === '' ? {} : { line: entered.line.split('\n').filter((one) => one !== '') }),
    ...(entered.town === '' ? {} : { city: entered.town }),
    ...(entered.postcode === '' ? {} : { postalCode: spaced(wholePostcode(entered.postcode) ?? entered.postcode) }),
  }
  return {
    resourceType: 'Patient',
    meta: { profile: [ours('hub-patient'), PROFILE.UK_CORE_PATIENT], ...tagged(entered.key) },
    ...(extension.length === 0 ? {} : { extension }),
    ...(given.number === undefined ? {} : { identifier: [given.number.system === ID.NHS_NUMBER ? notTraced(given.number) : given.number] }),
    active: true,
    name: [{ use: 'official', family: given.family, given: given.given.split(/\s+/) }],
    ...(telecom.length === 0 ? {} : { telecom }),
    ...(given.gender === undefined ? {} : { gender: given.gender }),
    birthDate: given.bornOn,
    ...(Object.keys(address).length === 0 ? {} : { address: [{ use: 'home' as const, ...address }] }),
    ...(about.communication === undefined ? {} : { communication: about.communication }),
    managingOrganization: { reference: organization },
  }
}

const notTraced = (number: { readonly system: string; readonly value: string }) => ({
  extension: [
    {
      url: EXTENSION.NHS_NUMBER_VERIFICATION,
      valueCodeableConcept: { coding: [{ system: CODES.NHS_NUMBER_VERIFICATION, code: '02', display: 'Number present but not traced' }] },
    },
  ],
  ...number,
})

/** HL7 UK, CodeSystem UKCore-NHSNumberUnavailableReason. */
const NUMBER_NOT_KNOWN: Extension = {
  url: EXTENSION.NHS_NUMBER_UNAVAILABLE,
  valueCodeableConcept: {
    coding: [
      {
        system: 'https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberUnavailableReason',
        code: 'nhs-number-not-known',
        display: 'NHS number not known',
      },
    ],
  },
}

/** `QQ13AP` as it is written on letters. */
const spaced = (postcode: string): string => `${postcode.slice(0, -3)} ${postcode.slice(-3)}`

/** What the record keeps in English, whatever the language of the form. */
const SAYS: Readonly<Record<PersonGiven['basis'], (by: string, on: string) => string>> = {
  agreed: (by, on) => `Told on ${on} by ${by} what is recorded, who may read it, and that this may be withdrawn; the person agreed.`,
  'best-interest': (by, on) =>
    `Decided in the person’s best interest, because they cannot agree themselves, on ${on}. Told what is recorded by: ${by}.`,
}

/** On what ground the person is in the hub. It opens nothing to anybody. @param patient name of the Patient in the transaction */
export function toConsent(given: PersonGiven, key: string, patient: string, { organization, fhirUser, at }: Entering): Consent {
  const agreed = given.basis === 'agreed'
  const person = { reference: patient }
  return {
    resourceType: 'Consent',
    meta: { profile: [ours('hub-consent')], ...tagged(key) },
    status: 'active',
    scope: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy', display: 'Privacy Consent' }],
    },
    category: [
      { coding: [{ system: codes('consent-kind'), code: 'in-hub', display: 'To be in the hub' }] },
      ...(agreed ? [] : [{ coding: [{ system: codes('consent-kind'), code: 'best-interest' }] }]),
    ],
    patient: person,
    dateTime: at.toISOString(),
    performer: [agreed ? person : { reference: fhirUser ?? organization }],
    organization: [{ reference: organization }],
    policyRule: {
      coding: [{ system: CODES.ACT_CODE, code: 'OPTIN', display: 'opt-in' }],
      text: SAYS[given.basis](given.toldBy, given.toldOn),
    },
    ...(agreed ? { verification: [{ verified: true, verifiedWith: person, verificationDate: given.toldOn }] } : {}),
    provision: { type: 'permit' },
  }
}
