/**
 * What a receiver is sent of a referral, by any channel: the one decision. The preview shows it, BaRS and the secure link send it. What the table
 * does not name is left out, so that an element nobody thought of never leaves. Feature C11. HAZ-R30
 */
import { kindFor } from '@handrail/fhir-profiles/payload-kind'
import {
  holdsPart,
  partsFor,
  patientInParts,
  PAYLOAD_PARTS,
  requestInParts,
  type Given,
  type PartsPolicy,
  type PayloadPart,
} from '@handrail/fhir-profiles/payload-parts'
import type { Patient, ServiceRequest, Task } from '@medplum/fhirtypes'

const NEEDS = 'https://handrail.example/fhir/StructureDefinition/needs'

/** What leaves. */
export interface Payload {
  /** A key of the table's kinds. */
  readonly kind: string
  readonly title: string
  readonly request: ServiceRequest
  readonly patient: Patient
  readonly task?: Task
  /** Parts that are sent and have something in them. */
  readonly sent: readonly PayloadPart[]
  /** Parts that have something in them and stay. */
  readonly withheld: readonly PayloadPart[]
  /** Whether a receiver of this kind reads evidence: files that go with the request too. */
  readonly readsEvidence: boolean
}

/** What there is to be sent. */
export interface Whole {
  readonly request: ServiceRequest
  readonly patient: Patient
  readonly task?: Task
}

/** What leaves of a referral for one receiver. */
export function payloadOf({ request, patient, task }: Whole, given: Given, policy: PartsPolicy): Payload {
  const kind = kindFor(given.receiver, policy)
  const parts = partsFor(given, policy)
  const there = PAYLOAD_PARTS.filter((part) => holdsPart(part, { request, patient }))
  return {
    kind,
    title: policy.kinds.get(kind)?.title ?? kind,
    request: requestInParts(request, parts),
    patient: patientInParts(patient, parts),
    ...(task === undefined ? {} : { task: inFrame(task) }),
    sent: there.filter((part) => parts.has(part)),
    withheld: there.filter((part) => !parts.has(part)),
    readsEvidence: parts.has('evidence'),
  }
}

/** What to look after, in words, as it is sent: of the request first, then of the person, each once. */
export const needsIn = ({ request, patient }: Pick<Payload, 'request' | 'patient'>): readonly string[] => [
  ...new Set(
    [...(request.extension ?? []), ...(patient.extension ?? [])].flatMap(({ url, valueString }) =>
      url === NEEDS && valueString !== undefined ? [valueString] : [],
    ),
  ),
]

/** What a step is, and nothing that was written into it between professionals. */
const FRAME: ReadonlySet<string> = new Set<keyof Task>([
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
])

const inFrame = (task: Task): Task => Object.fromEntries(Object.entries(task).filter(([name]) => FRAME.has(name))) as unknown as Task
