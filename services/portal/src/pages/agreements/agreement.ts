/** What a person decides about who sees what, as a Consent of the record. Pure. Rows H3 and H5; hazard HAZ-P131. */
import type { Consent, RelatedPerson } from '@medplum/fhirtypes'
import { dayIn, isEmptyDay, problems, textIn, toDate, type EnteredDay, type Problems } from '../../forms/fields.ts'
import { ASK_FOR_HELP } from '../../knowledge/carers-right.ts'
import { codes, ids, ours } from '../../knowledge/reading.ts'
import type { Words } from '../../words/words.ts'

/** The kinds of information a person decides about. */
export const CLASSES = [
  'identity',
  'contacts',
  'needs',
  'emergency',
  'diagnoses',
  'medicines',
  'therapy',
  'measures',
  'mental-health',
  'referral',
] as const
/** Of those, what a carer may see at most: the policy's row of carers. */
export const CARER_CLASSES = ['identity', 'contacts', 'needs', 'emergency', 'therapy', 'referral'] as const

/** Without these nobody can ask for somebody: who it is, and what becomes of it. */
const TO_ASK = ['identity', 'referral'] as const

/** Whom a denial without a name is about. */
export const EVERYBODY = 'everybody'

export interface AgreementEntered {
  readonly key: string
  readonly kind: string
  /** `Organization/<id>`, or `everybody`. */
  readonly who: string
  readonly what: readonly string[]
  /** `ServiceRequest/<id>`, or nothing. */
  readonly referral: string
  readonly until: EnteredDay
}

export interface CarerEntered {
  readonly key: string
  readonly name: string
  readonly relationship: string
  readonly what: readonly string[]
  /** Whether they may ask for help in the person's name. */
  readonly asks: boolean
  readonly until: EnteredDay
}

const KEY = /^[0-9a-f-]{36}$/
const ORGANIZATION = /^Organization\/[A-Za-z0-9\-.]{1,64}$/
const REQUEST = /^ServiceRequest\/[A-Za-z0-9\-.]{1,64}$/

const chosenIn = (body: unknown, of: readonly string[]): readonly string[] => {
  const chosen = (body as Readonly<Record<string, unknown>> | undefined)?.['what']
  const list: readonly unknown[] = Array.isArray(chosen) ? chosen : [chosen]
  return of.filter((one) => list.includes(one))
}

/** The form as it was sent, whatever is in it: shown again as it is where something is wrong. */
export const enteredAgreement = (body: unknown): AgreementEntered => ({
  key: textIn(body, 'key'),
  kind: textIn(body, 'kind'),
  who: textIn(body, 'who'),
  what: chosenIn(body, CLASSES),
  referral: textIn(body, 'referral'),
  until: dayIn(body, 'until'),
})

/** The form as it was sent, whatever is in it: shown again as it is where something is wrong. */
export const enteredCarer = (body: unknown): CarerEntered => ({
  key: textIn(body, 'key'),
  name: textIn(body, 'name').slice(0, 100),
  relationship: textIn(body, 'relationship').slice(0, 100),
  what: chosenIn(body, CARER_CLASSES),
  asks: textIn(body, 'asks') === 'yes',
  until: dayIn(body, 'until'),
})

/** What is wrong with a decision; nothing is added to what was chosen. @param today the local day */
export function wrongWith({ key, kind, who, what, referral, until }: AgreementEntered, today: string, { agree: words }: Words): Problems {
  const wrong = problems()
  if ((kind !== 'close' && kind !== 'open') || !KEY.test(key)) wrong.add('kind', words.kindMissing)
  if (who !== EVERYBODY && !ORGANIZATION.test(who)) wrong.add('who', words.whoMissing)
  if (kind === 'open' && who === EVERYBODY) wrong.add('who', words.openEverybody)
  if (kind === 'open' && what.length === 0) wrong.add('what', words.whatMissing)
  if (kind === 'open' && referral !== '') wrong.add('referral', words.openReferral)
  if (referral !== '' && !REQUEST.test(referral)) wrong.add('referral', words.openReferral)
  if (!isEmptyDay(until)) untilProblem(wrong, until, today, words)
  return wrong
}

/** What is wrong with naming a carer: who, what and until when are all needed. */
export function wrongWithCarer(
  { key, name, relationship, what, asks, until }: CarerEntered,
  today: string,
  { agree: words }: Words,
): Problems {
  const wrong = problems()
  if (name === '' || !KEY.test(key)) wrong.add('name', words.nameMissing)
  if (relationship === '') wrong.add('relationship', words.relationshipMissing)
  if (what.length === 0) wrong.add('what', words.whatMissing)
  else if (asks && !TO_ASK.every((one) => what.includes(one))) wrong.add('what', words.asksNeeds)
  if (isEmptyDay(until)) wrong.add('until', words.untilMissing, 'until-day')
  else untilProblem(wrong, until, today, words)
  return wrong
}

function untilProblem(wrong: Problems, until: EnteredDay, today: string, words: Words['agree']): void {
  const day = toDate(until)
  if (day === undefined) wrong.add('until', words.untilWrong, 'until-day')
  else if (day <= today) wrong.add('until', words.untilPast, 'until-day')
}

/** Who decides, when, and which organisation keeps it. */
export interface Deciding {
  /** `Patient/<id>` */
  readonly self: string
  /** The organisation that manages the record. */
  readonly organization: string | undefined
  readonly at: Date
}

const RECIPIENT = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP', display: 'information recipient' }],
}

function consentOf(
  key: string,
  kind: 'own-choice' | 'carer',
  provision: NonNullable<Consent['provision']>,
  { self, organization, at }: Deciding,
): Consent {
  const permits = provision.type === 'permit'
  return {
    resourceType: 'Consent',
    // The profile asks for the organisation that keeps it; without one the Consent works all the same.
    ...(organization === undefined ? {} : { meta: { profile: [ours('hub-consent')] }, organization: [{ reference: organization }] }),
    identifier: [{ system: ids('agreement'), value: key }],
    status: 'active',
    scope: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy', display: 'Privacy Consent' }],
    },
    category: [{ coding: [{ system: codes('consent-kind'), code: kind }] }],
    patient: { reference: self },
    dateTime: at.toISOString(),
    performer: [{ reference: self }],
    policyRule: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: permits ? 'OPTIN' : 'OPTOUT' }],
      text: 'Decided by the person on a page that showed what it does.',
    },
    ...(permits ? { verification: [{ verified: true, verifiedWith: { reference: self }, verificationDate: at.toISOString() }] } : {}),
    provision,
  }
}

/** FHIR R4 consent-action. */
const LOOK = { system: 'http://terminology.hl7.org/CodeSystem/consentaction', code: 'access' }
const ASKING = [{ coding: [LOOK] }, { coding: [ASK_FOR_HELP] }]

const classesOf = (what: readonly string[]) => what.map((code) => ({ system: codes('data-class'), code }))
const endsOn = (until: EnteredDay) => {
  const end = toDate(until)
  return end === undefined ? {} : { period: { end } }
}

/** The Consent of a decision that has nothing wrong. */
export function toConsent({ key, kind, who, what, referral, until }: AgreementEntered, deciding: Deciding): Consent {
  return consentOf(
    key,
    'own-choice',
    {
      type: kind === 'open' ? 'permit' : 'deny',
      ...endsOn(until),
      ...(who === EVERYBODY ? {} : { actor: [{ role: RECIPIENT, reference: { reference: who } }] }),
      ...(what.length === 0 ? {} : { class: classesOf(what) }),
      ...(referral === '' ? {} : { data: [{ meaning: 'instance' as const, reference: { reference: referral } }] }),
    },
    deciding,
  )
}

/** The carer as somebody of the record; they are one for as long as they may look. */
export function toRelatedPerson({ key, name, relationship, until }: CarerEntered, { self }: Deciding): RelatedPerson {
  return {
    resourceType: 'RelatedPerson',
    identifier: [{ system: ids('agreement'), value: key }],
    active: true,
    patient: { reference: self },
    relationship: [{ text: relationship }],
    name: [{ text: name }],
    ...endsOn(until),
  }
}

/** The Consent by which the carer may look. @param carer `RelatedPerson/<id>` */
export const toCarerConsent = ({ key, what, asks, until }: CarerEntered, carer: string, deciding: Deciding): Consent =>
  consentOf(
    key,
    'carer',
    {
      type: 'permit',
      ...endsOn(until),
      actor: [{ role: RECIPIENT, reference: { reference: carer } }],
      ...(asks ? { action: ASKING } : {}),
      class: classesOf(what),
    },
    deciding,
  )

/** The same Consent, by which the carer may ask for help too; nothing where it is none of a carer's, lets them already, or opens too little for it. */
export function withAsking({ provision, ...consent }: Consent): Consent | undefined {
  const named = provision?.actor?.some(({ reference }) => reference.reference?.startsWith('RelatedPerson/') === true) === true
  const open = (provision?.class ?? []).map(({ code }) => code)
  if (provision?.type !== 'permit' || !named || provision.action !== undefined) return undefined
  if (open.length > 0 && !TO_ASK.every((one) => open.includes(one))) return undefined
  return { ...consent, provision: { ...provision, action: ASKING } }
}

/** The condition by which the record knows what was saved already. */
export const unlessSaved = (key: string): string => `identifier=${encodeURIComponent(`${ids('agreement')}|${key}`)}`
