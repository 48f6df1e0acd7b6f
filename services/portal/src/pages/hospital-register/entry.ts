/**
 * Putting somebody on the hospital alert register, as a form and as resources of the record: the entries (Flag) and what they rest on (Consent),
 * together or not at all. Nothing is filled in for whoever decides. Pure. Feature G2; hazards HAZ-A10, HAZ-A63.
 */
import type { Consent, Flag } from '@medplum/fhirtypes'
import { registersInForce } from '@platform/fhir/register-entry'
import type { NamedResource } from '../../clients/record.ts'
import { dayIn, isEmptyDay, listIn, problems, textIn, toDate, type EnteredDay, type Problems } from '../../forms/fields.ts'
import type { Choice } from '../../knowledge/catalogue.ts'
import { codeOf, codes, ids, ours, wordsOf } from '../../knowledge/reading.ts'
import type { Words } from '../../words/words.ts'

/** What an entry rests on: the person agreed, or somebody who may decide for them has decided. */
export const BASES = ['hospital-alerts', 'best-interest'] as const

/** The form, as entered. */
export interface RegisterEntered {
  readonly key: string
  /** Codes of the register. */
  readonly registers: readonly string[]
  readonly basis: string
  /** Who decided for the person, and as what; of a decision alone. */
  readonly decider: string
  /** When they agreed, or when it was decided. */
  readonly agreed: EnteredDay
  /** By when a decision is looked at again; of a decision alone. */
  readonly review: EnteredDay
  /** How they were told what an alert shows, or why it was decided. */
  readonly how: string
  /** Whether whoever enters it has checked it with the person; of an agreement alone. */
  readonly checked: boolean
}

/** An entry as it stands on the page. */
export interface RegisterShown {
  readonly id: string
  readonly version: string
  readonly name: string
  /** FHIR date. */
  readonly since?: string
  /** Whether it is an entry still; off the register it is not. */
  readonly active: boolean
  /** Whether hospitals are listened to for it now: an entry can be active and what it rests on gone. */
  readonly standing: boolean
  readonly basis?: {
    readonly id: string
    readonly version: string
    readonly kind: (typeof BASES)[number]
    readonly active: boolean
    readonly day?: string
    readonly review?: string
    /** Whether the day of the next look has gone by. */
    readonly passed: boolean
    readonly decider?: string
    readonly how?: string
  }
}

const KEY = /^[0-9a-f-]{36}$/
const LONGEST = 1_000
/** The longest a decision made for somebody may stand before it is looked at again, in years: a date further off is a slip of the pen. */
const LONGEST_REVIEW_YEARS = 5

/** What somebody typed and ticked. */
export const enteredRegister = (body: unknown): RegisterEntered => ({
  key: textIn(body, 'key'),
  registers: listIn(body, 'registers'),
  basis: textIn(body, 'basis'),
  decider: textIn(body, 'decider').slice(0, LONGEST),
  agreed: dayIn(body, 'agreed'),
  review: dayIn(body, 'review'),
  how: textIn(body, 'how').slice(0, LONGEST),
  checked: textIn(body, 'checked') === 'yes',
})

/**
 * What is wrong with it.
 *
 * @param known the register's codes
 * @param standing what the person is on already
 * @param today the local day, as FHIR writes it
 */
export function wrongWithRegister(
  { key, registers, basis, decider, agreed, review, how, checked }: RegisterEntered,
  { known, standing, today }: { readonly known: readonly Choice[]; readonly standing: ReadonlySet<string>; readonly today: string },
  { hospitalRegister: words }: Words,
): Problems {
  const wrong = problems()
  const twice = known.find(({ code }) => registers.includes(code) && standing.has(code))
  if (registers.length === 0 || !KEY.test(key)) wrong.add('registers', words.registersMissing)
  else if (registers.some((one) => known.every(({ code }) => code !== one))) wrong.add('registers', words.registersMissing)
  else if (twice !== undefined) wrong.add('registers', words.already(twice.display))
  const decided = basis === 'best-interest'
  if (!decided && basis !== 'hospital-alerts') wrong.add('basis', words.basisMissing)
  if (decided && decider === '') wrong.add('decider', words.deciderMissing)
  const day = toDate(agreed)
  if (day === undefined) wrong.add('agreed', words.agreedMissing, 'agreed-day')
  else if (day > today) wrong.add('agreed', words.agreedFuture, 'agreed-day')
  if (decided) {
    const until = toDate(review)
    const furthest = `${Number(today.slice(0, 4)) + LONGEST_REVIEW_YEARS}${today.slice(4)}`
    if (until === undefined) wrong.add('review', words.reviewMissing, 'review-day')
    else if (until <= today) wrong.add('review', words.reviewPast, 'review-day')
    else if (until > furthest) wrong.add('review', words.reviewFar(LONGEST_REVIEW_YEARS), 'review-day')
  } else if (basis !== '' && !isEmptyDay(review)) wrong.add('review', words.reviewOfDecision, 'review-day')
  if (how === '') wrong.add('how', words.howMissing)
  if (basis === 'hospital-alerts' && !checked) wrong.add('checked', words.checkedMissing)
  return wrong
}

/** Who enters it, for whom, when. */
export interface Entering {
  /** `Patient/<id>` */
  readonly patient: string
  /** `Organization/<id>` that answers for the entry. */
  readonly organization: string
  readonly at: Date
  readonly known: readonly Choice[]
  readonly newName: () => string
}

/** The agreement or decision and the entries that rest on it, of a form that has nothing wrong. */
export function toRegister(entered: RegisterEntered, { patient, organization, at, known, newName }: Entering): readonly NamedResource[] {
  const basis = newName()
  const entries = known.filter(({ code }) => entered.registers.includes(code))
  return [
    { name: basis, resource: toConsent(entered, { patient, organization, at }), unlessThereIs: unless(entered.key) },
    ...entries.map((choice) => ({
      name: newName(),
      resource: toFlag(choice, { patient, organization, basis, key: `${entered.key}-${choice.code}`, from: toDate(entered.agreed) ?? '' }),
      unlessThereIs: unless(`${entered.key}-${choice.code}`),
    })),
  ]
}

const ENTERED_HERE = ids('register-form')
const unless = (key: string): string => `identifier=${encodeURIComponent(`${ENTERED_HERE}|${key}`)}`

function toConsent(
  { key, basis, decider, agreed, review, how }: RegisterEntered,
  { patient, organization, at }: Pick<Entering, 'patient' | 'organization' | 'at'>,
): Consent {
  const decided = basis === 'best-interest'
  const end = toDate(review)
  return {
    resourceType: 'Consent',
    meta: { profile: [ours('register-consent')] },
    identifier: [{ system: ENTERED_HERE, value: key }],
    status: 'active',
    scope: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy', display: 'Privacy Consent' }],
    },
    category: [{ coding: [{ system: codes('consent-kind'), code: basis }] }],
    patient: { reference: patient },
    dateTime: toDate(agreed) ?? '',
    performer: [decided ? { display: decider } : { reference: patient }],
    organization: [{ reference: organization }],
    policyRule: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTIN', display: 'opt-in' }],
      text: how,
    },
    ...(decided ? {} : { verification: [{ verified: true, verifiedWith: { reference: patient }, verificationDate: at.toISOString() }] }),
    provision: { type: 'permit', ...(decided && end !== undefined ? { period: { end } } : {}) },
  }
}

const toFlag = (
  { code, display }: Choice,
  of: { readonly patient: string; readonly organization: string; readonly basis: string; readonly key: string; readonly from: string },
): Flag => ({
  resourceType: 'Flag',
  meta: { profile: [ours('register-entry')] },
  extension: [{ url: ours('register-basis'), valueReference: { reference: of.basis } }],
  identifier: [{ system: ENTERED_HERE, value: of.key }],
  status: 'active',
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/flag-category', code: 'clinical', display: 'Clinical' }] }],
  code: { coding: [{ system: codes('register'), code, display }], text: display },
  subject: { reference: of.patient },
  period: { start: of.from },
  author: { reference: of.organization },
})

/**
 * The person's entries, those that stand first; other Flags are none, and an entry that was a mistake is gone.
 *
 * @param now when it is looked at: a decision past its day stands no more
 */
export function showRegister(flags: readonly Flag[], consents: readonly Consent[], now: Date): readonly RegisterShown[] {
  return flags
    .filter(({ code, status }) => codeOf(code, 'register') !== undefined && status !== 'entered-in-error')
    .map((flag): RegisterShown => {
      const basis = basisOf(flag, consents, now)
      return {
        id: flag.id ?? '',
        version: flag.meta?.versionId ?? '',
        name: wordsOf(flag.code) ?? '',
        ...(flag.period?.start === undefined ? {} : { since: flag.period.start }),
        active: flag.status === 'active',
        standing: registersInForce([flag], consents, now).length > 0,
        ...(basis === undefined ? {} : { basis }),
      }
    })
    .toSorted((one, other) => Number(other.standing) - Number(one.standing) || one.name.localeCompare(other.name))
}

/** Codes of the register under which the person stands. */
export const standingOf = (flags: readonly Flag[], consents: readonly Consent[], now: Date): ReadonlySet<string> =>
  new Set(registersInForce(flags, consents, now))

function basisOf(flag: Flag, consents: readonly Consent[], now: Date): RegisterShown['basis'] {
  const reference = flag.extension?.find(({ url }) => url === ours('register-basis'))?.valueReference?.reference
  const consent = consents.find(({ id }) => `Consent/${id ?? ''}` === reference)
  if (consent === undefined) return undefined
  const { dateTime, performer, policyRule, provision, status, category } = consent
  const decided = category.some((one) => codeOf(one, 'consent-kind') === 'best-interest')
  const [decider, how, review] = [performer?.[0]?.display, policyRule?.text, provision?.period?.end]
  return {
    id: consent.id ?? '',
    version: consent.meta?.versionId ?? '',
    kind: decided ? 'best-interest' : 'hospital-alerts',
    active: status === 'active',
    ...(dateTime === undefined ? {} : { day: dateTime }),
    passed: review !== undefined && review < now.toISOString().slice(0, review.length),
    ...(review === undefined ? {} : { review }),
    ...(decider === undefined || !decided ? {} : { decider }),
    ...(how === undefined ? {} : { how }),
  }
}
