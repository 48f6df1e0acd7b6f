/**
 * What a receiver is sent of a referral, by any channel: the one decision. The preview shows it, BaRS and the secure link send it. What the table
 * does not name is left out, so that an element nobody thought of never leaves. Feature C11. HAZ-R30
 */
import { kindFor, type PayloadReceiver } from '@handrail/fhir-profiles/payload-kind'
import type { Extension, Patient, ServiceRequest, Task } from '@medplum/fhirtypes'

const OURS = 'https://handrail.example/fhir/StructureDefinition'

/** The parts of a referral that a receiver is shown or not; codes of `fhir-profiles/pathway/payloads.json`. */
export type Part =
  | 'name'
  | 'born'
  | 'gender'
  | 'numbers'
  | 'telephone'
  | 'address'
  | 'language'
  | 'needs'
  | 'baseline'
  | 'asked'
  | 'reasons'
  | 'notes'
  | 'evidence'
  | 'emergency-contact'
  | 'practice'

/** The table, as the domain needs it. */
export interface PayloadPolicy {
  readonly kinds: ReadonlyMap<
    string,
    {
      readonly title: string
      readonly shows: readonly Part[]
      /** A part that is added when the person agreed to this class of data for this receiver. */
      readonly ifAgreed: ReadonlyMap<string, string>
    }
  >
  /** Read from the top. */
  readonly receivers: readonly { readonly sectors?: readonly string[]; readonly grades?: readonly string[]; readonly kind: string }[]
  readonly otherwise: string
  readonly channels: ReadonlyMap<string, { readonly needs?: readonly Part[]; readonly never?: readonly Part[] }>
}

/** What leaves. */
export interface Payload {
  /** A key of the table's kinds. */
  readonly kind: string
  readonly title: string
  readonly request: ServiceRequest
  readonly patient: Patient
  readonly task?: Task
  /** Parts that are sent and have something in them. */
  readonly sent: readonly Part[]
  /** Parts that have something in them and stay. */
  readonly withheld: readonly Part[]
}

/** What there is to be sent. */
export interface Whole {
  readonly request: ServiceRequest
  readonly patient: Patient
  readonly task?: Task
}

/** Given to whom, by what, with whose agreement. */
export interface Given {
  readonly receiver: PayloadReceiver
  readonly channel: string
  /** Classes of data that the person agreed to for this receiver, codes of data-class. */
  readonly agreed: ReadonlySet<string>
}

/** The parts that this receiver is shown. */
export function partsFor({ receiver, channel, agreed }: Given, policy: PayloadPolicy): ReadonlySet<Part> {
  const { shows = [], ifAgreed = new Map() } = policy.kinds.get(kindFor(receiver, policy)) ?? {}
  const { needs = [], never = [] } = policy.channels.get(channel) ?? {}
  const added = [...ifAgreed].flatMap(([part, dataClass]) => (agreed.has(dataClass) ? [part as Part] : []))
  return new Set([...shows, ...added, ...needs].filter((part) => !never.includes(part)))
}

/** What leaves of a referral for one receiver. */
export function payloadOf(whole: Whole, given: Given, policy: PayloadPolicy): Payload {
  const { request, patient, task } = whole
  const kind = kindFor(given.receiver, policy)
  const parts = partsFor(given, policy)
  const there = (Object.keys(PARTS) as Part[]).filter((part) => isThere(PARTS[part], whole))
  const taken = there.filter((part) => parts.has(part))
  const elements = taken.map((part) => PARTS[part])
  return {
    kind,
    title: policy.kinds.get(kind)?.title ?? kind,
    request: {
      ...only(request, [...FRAME.request, ...elements.flatMap(({ request: names = [] }) => names)]),
      ...withExtensions(request.extension, elements),
    } as ServiceRequest,
    patient: {
      ...only(patient, [...FRAME.patient, ...elements.flatMap(({ patient: names = [] }) => names)]),
      ...withExtensions(patient.extension, elements),
    } as Patient,
    ...(task === undefined ? {} : { task: only(task, FRAME.task) as Task }),
    sent: taken,
    withheld: there.filter((part) => !parts.has(part)),
  }
}

/** What to look after, in words, as it is sent: of the request first, then of the person, each once. */
export const needsIn = ({ request, patient }: Pick<Payload, 'request' | 'patient'>): readonly string[] => [
  ...new Set(
    [...(request.extension ?? []), ...(patient.extension ?? [])].flatMap(({ url, valueString }) =>
      url === `${OURS}/needs` && valueString !== undefined ? [valueString] : [],
    ),
  ),
]

interface Elements {
  readonly request?: readonly (keyof ServiceRequest)[]
  readonly patient?: readonly (keyof Patient)[]
  readonly extensions?: readonly string[]
}

/** What a part is made of. */
const PARTS: Readonly<Record<Part, Elements>> = {
  name: { patient: ['name'] },
  born: { patient: ['birthDate'] },
  gender: { patient: ['gender'] },
  numbers: { patient: ['identifier'] },
  telephone: { patient: ['telecom'] },
  address: { patient: ['address'] },
  language: { patient: ['communication'] },
  needs: { extensions: [`${OURS}/needs`] },
  baseline: { extensions: [`${OURS}/baseline`] },
  asked: { request: ['code', 'orderDetail', 'occurrenceDateTime', 'occurrencePeriod', 'occurrenceTiming'] },
  // What is contained is clinical (a diagnosis that came by BaRS), and is pointed to by the reasons.
  reasons: { request: ['reasonCode', 'reasonReference', 'contained'] },
  notes: { request: ['note', 'patientInstruction'] },
  evidence: { request: ['supportingInfo'] },
  'emergency-contact': { patient: ['contact'] },
  practice: { patient: ['generalPractitioner'] },
}

/** Without these there is no referral: which one, whose, since when, how soon, by whom. They say nothing of the person. */
const FRAME = {
  request: ['resourceType', 'id', 'status', 'intent', 'priority', 'subject', 'authoredOn', 'requester', 'performer', 'category'],
  patient: ['resourceType', 'id'],
  task: [
    'resourceType',
    'id',
    'status',
    'intent',
    'code',
    'description',
    'priority',
    'basedOn',
    'focus',
    'for',
    'authoredOn',
    'requester',
    'owner',
    'restriction',
  ],
} as const satisfies {
  readonly request: readonly (keyof ServiceRequest)[]
  readonly patient: readonly (keyof Patient)[]
  readonly task: readonly (keyof Task)[]
}

const only = (resource: object, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(resource).filter(([name]) => names.includes(name)))

function withExtensions(extensions: readonly Extension[] | undefined, elements: readonly Elements[]): { extension?: Extension[] } {
  const urls = new Set(elements.flatMap(({ extensions: its = [] }) => its))
  const kept = (extensions ?? []).filter(({ url }) => urls.has(url ?? ''))
  return kept.length === 0 ? {} : { extension: kept }
}

function isThere({ request: ofRequest = [], patient: ofPatient = [], extensions = [] }: Elements, { request, patient }: Whole): boolean {
  const all = [...(request.extension ?? []), ...(patient.extension ?? [])]
  return (
    ofRequest.some((name) => request[name] !== undefined) ||
    ofPatient.some((name) => patient[name] !== undefined) ||
    all.some(({ url }) => extensions.includes(url ?? ''))
  )
}
