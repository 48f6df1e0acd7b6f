/**
 * What each part of a referral is made of, and which parts a receiver is shown: for whoever sends a referral and for the record, which shows one.
 * An allow-list: an element or extension that nobody named is in no part. Pure. Feature C11. HAZ-R30
 */
import type { Encounter, Extension, Patient, RelatedPerson, ServiceRequest } from '@medplum/fhirtypes'
import { kindFor, type PayloadReceiver, type PayloadRows } from './payload-kind.ts'

/** The parts of a referral that a receiver is shown or not. */
export const PAYLOAD_PARTS = [
  'name',
  'born',
  'gender',
  'numbers',
  'telephone',
  'address',
  'language',
  'needs',
  'baseline',
  'asked',
  'reasons',
  'notes',
  'evidence',
  'emergency-contact',
  'practice',
] as const

/** One of them. */
export type PayloadPart = (typeof PAYLOAD_PARTS)[number]

/** The table of `pathway/payloads.json`, as far as it decides on parts. */
export interface PartsPolicy extends PayloadRows {
  readonly kinds: ReadonlyMap<string, KindOfPayload>
  readonly channels: ReadonlyMap<
    string,
    { readonly needs?: readonly PayloadPart[] | undefined; readonly never?: readonly PayloadPart[] | undefined }
  >
}

/** What one kind of receiver is shown. */
interface KindOfPayload {
  readonly title: string
  readonly shows: readonly PayloadPart[]
  /** A part that is added when the person agreed to this class of data for this receiver. */
  readonly ifAgreed: ReadonlyMap<string, string>
}

/** Given to whom, by what, with whose agreement. */
export interface Given {
  readonly receiver: PayloadReceiver
  /** A key of the table's channels; one that it does not name neither needs nor forbids anything. */
  readonly channel: string
  /** Classes of data that the person agreed to for this receiver, codes of data-class. */
  readonly agreed: ReadonlySet<string>
}

/** The parts that this receiver is shown. */
export function partsFor({ receiver, channel, agreed }: Given, policy: PartsPolicy): ReadonlySet<PayloadPart> {
  const { shows = [], ifAgreed = new Map<string, string>() } = policy.kinds.get(kindFor(receiver, policy)) ?? {}
  const { needs = [], never = [] } = policy.channels.get(channel) ?? {}
  const added = [...ifAgreed].flatMap(([part, dataClass]) => (agreed.has(dataClass) ? [part as PayloadPart] : []))
  return new Set([...shows, ...added, ...needs].filter((part) => !never.includes(part)))
}

/** What a part is made of, in the request, in the person, and in whoever stands beside them. */
export interface Elements {
  readonly request?: readonly (keyof ServiceRequest)[]
  readonly patient?: readonly (keyof Patient)[]
  readonly contact?: readonly (keyof RelatedPerson)[]
  readonly stay?: readonly (keyof Encounter)[]
  /** Extensions of either, by name; of one that is made of others, which of them. */
  readonly extensions?: Readonly<Record<string, readonly string[] | 'whole'>>
}

/** The elements of every part. */
export const PARTS: Readonly<Record<PayloadPart, Elements>> = {
  name: { patient: ['name'] },
  born: { patient: ['birthDate'], contact: ['birthDate'] },
  gender: { patient: ['gender'], contact: ['gender'] },
  numbers: { patient: ['identifier'], contact: ['identifier'] },
  telephone: { patient: ['telecom'] },
  address: { patient: ['address'], contact: ['address'] },
  language: { patient: ['communication'], contact: ['communication'] },
  needs: {
    extensions: { needs: 'whole', 'request-criteria': ['accessNeed', 'avoidAfter', 'avoidBefore', 'language', 'costAtMost', 'mode'] },
  },
  baseline: { extensions: { baseline: 'whole' } },
  asked: { request: ['code', 'orderDetail', 'occurrenceDateTime', 'occurrencePeriod', 'occurrenceTiming'] },
  // What is contained is clinical (a diagnosis that came by BaRS), and is pointed to by the reasons.
  reasons: {
    request: ['reasonCode', 'reasonReference', 'contained'],
    extensions: { 'request-criteria': ['age', 'condition', 'precaution'] },
  },
  notes: { request: ['note', 'patientInstruction'] },
  evidence: { request: ['supportingInfo'] },
  'emergency-contact': { patient: ['contact'], contact: ['name', 'telecom', 'relationship', 'period'] },
  practice: { patient: ['generalPractitioner'] },
}

/**
 * Without these there is no referral: which one, whose, whether it is to be done, since when, how soon, by whom. They say nothing of the person. What changes
 * the meaning of everything else (FHIR R4, isModifier) stays too.
 */
const FRAME = {
  request: [
    'resourceType',
    'id',
    'status',
    'intent',
    'doNotPerform',
    'priority',
    'subject',
    'authoredOn',
    'requester',
    'performer',
    'category',
    'implicitRules',
    'modifierExtension',
  ],
  patient: ['resourceType', 'id'],
  contact: ['resourceType', 'id'],
  // Whose stay at which hospital, since when, why and under whom: all but its places, and what may say them in other words.
  stay: [
    'resourceType',
    'id',
    'identifier',
    'status',
    'statusHistory',
    'class',
    'classHistory',
    'type',
    'priority',
    'subject',
    'episodeOfCare',
    'basedOn',
    'participant',
    'appointment',
    'period',
    'length',
    'reasonCode',
    'reasonReference',
    'diagnosis',
    'account',
    'hospitalization',
    'serviceProvider',
    'partOf',
    'implicitRules',
    'modifierExtension',
  ],
} as const satisfies {
  readonly request: readonly (keyof ServiceRequest)[]
  readonly patient: readonly (keyof Patient)[]
  readonly contact: readonly (keyof RelatedPerson)[]
  readonly stay: readonly (keyof Encounter)[]
}

/** Whose parts they are. */
export type Whole = keyof typeof FRAME

/** More that is left of a resource than its parts. */
export interface Beside {
  readonly elements?: readonly string[]
  readonly extensions?: NonNullable<Elements['extensions']>
}

/**
 * What each is beside that in the record. A request: its versions, its ties to others, who has it in hand, which say nothing of the person. A person: whether
 * this is still their record, and whether they live: nobody shall ring the family of somebody who died. All that changes the meaning (isModifier) is among them.
 */
export const IN_THE_RECORD = {
  request: {
    elements: ['meta', 'identifier', 'requisition', 'basedOn', 'replaces', 'language'],
    extensions: { coordinator: 'whole', sector: 'whole' },
  },
  patient: { elements: ['meta', 'active', 'deceasedBoolean', 'deceasedDateTime', 'link', 'implicitRules', 'modifierExtension'] },
  contact: { elements: ['meta', 'active', 'patient', 'implicitRules', 'modifierExtension'] },
  stay: { elements: ['meta', 'language'], extensions: { 'checked-level': 'whole', 'recorded-at': 'whole', sector: 'whole' } },
} as const satisfies Readonly<Record<Whole, Beside>>

/** The elements that are left of one with these parts; those of its extensions are `extension`. */
export const elementsLeft = (of: Whole, parts: ReadonlySet<PayloadPart>, { elements = [] }: Beside = {}): ReadonlySet<string> =>
  new Set([...FRAME[of], ...elements, ...[...parts].flatMap((part): readonly string[] => PARTS[part][of] ?? [])])

/** One in these parts alone; its elements stay in their order and as they are. */
export function inParts<R extends object>(of: Whole, resource: R, parts: ReadonlySet<PayloadPart>, beside: Beside = {}): R {
  const names = elementsLeft(of, parts, beside)
  const wanted = [...[...parts].map((part) => PARTS[part].extensions ?? {}), beside.extensions ?? {}]
  return Object.fromEntries(
    Object.entries(resource).flatMap(([name, value]): [string, unknown][] => {
      if (name !== 'extension') return names.has(name.startsWith('_') ? name.slice(1) : name) ? [[name, within(name, value, parts)]] : []
      const kept = (value as readonly Extension[]).flatMap((one) => merged(wanted.flatMap((some) => extensionIn(one, some) ?? [])))
      return kept.length === 0 ? [] : [[name, kept]]
    }),
  ) as R
}

/** A request in these parts alone. */
export const requestInParts = <R extends object>(request: R, parts: ReadonlySet<PayloadPart>): R => inParts('request', request, parts)

/** A person in these parts alone. */
export const patientInParts = (patient: Patient, parts: ReadonlySet<PayloadPart>): Patient => inParts('patient', patient, parts)

/** What of an element says by itself what another part is: the number in a reference to the person, where the contact lives, who may well live with them, whence and whither a stay goes. */
function within(name: string, value: unknown, parts: ReadonlySet<PayloadPart>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ((name === 'subject' || name === 'patient') && !parts.has('numbers')) return without(value, ['identifier'])
  if (name === 'hospitalization') return without(value, ['origin', '_origin', 'destination', '_destination', 'extension'])
  if (!Array.isArray(value)) return value
  if (name === 'link' && !parts.has('numbers'))
    return value.map((link: { readonly other?: object }) =>
      link.other === undefined ? link : { ...link, other: without(link.other, ['identifier']) },
    )
  if (name === 'contact' && !parts.has('address')) return value.map((contact: object) => without(contact, ['address', '_address']))
  return value
}

const without = (value: object, names: readonly string[]): object =>
  names.some((name) => name in value) ? Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) : value

/** Whether a request or a person holds something of a part. */
export function holdsPart(
  part: PayloadPart,
  { request, patient }: { readonly request: ServiceRequest; readonly patient: Patient },
): boolean {
  const { request: ofRequest = [], patient: ofPatient = [], extensions = {} } = PARTS[part]
  return (
    ofRequest.some((name) => request[name] !== undefined) ||
    ofPatient.some((name) => patient[name] !== undefined) ||
    [...(request.extension ?? []), ...(patient.extension ?? [])].some((one) => extensionIn(one, extensions) !== undefined)
  )
}

const OURS = 'https://handrail.example/fhir/StructureDefinition/'

/** What of an extension is named; nothing where none of it is. */
function extensionIn(one: Extension, names: NonNullable<Elements['extensions']>): Extension | undefined {
  const wanted = one.url?.startsWith(OURS) === true ? names[one.url.slice(OURS.length)] : undefined
  if (wanted === undefined || wanted === 'whole') return wanted === undefined ? undefined : one
  const inner = (one.extension ?? []).filter(({ url }) => wanted.includes(url ?? ''))
  return inner.length === 0 ? undefined : { ...one, extension: inner }
}

/** One extension again, of which several parts keep something: its inner ones in their order. */
function merged(kept: readonly Extension[]): Extension[] {
  const [first, ...more] = kept
  if (first === undefined || more.length === 0) return first === undefined ? [] : [first]
  return [{ ...first, extension: kept.flatMap(({ extension = [] }) => extension) }]
}
