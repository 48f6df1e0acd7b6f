/** What we send by BaRS: a referral, or its cancellation, as a message Bundle, and the headers it travels with. BaRS Core 1.5.0, sections 3 and 4. */
import { createHash } from 'node:crypto'
import type { Bundle, CodeableConcept, Organization, Patient, Resource, ServiceRequest, Task } from '@medplum/fhirtypes'
import { ID } from '@platform/nhs/systems'
import { encodeHeader } from './headers.ts'
import { BARS, CORE_VERSION, OWN_USE_CASE, OWN_USE_CASE_VERSION } from './vocabulary.ts'

/** What goes, and between whom. */
export interface Outgoing {
  readonly act: 'refer' | 'withdraw'
  readonly request: ServiceRequest
  readonly task: Task
  /** As much of the person as the receiver may have. */
  readonly patient: Patient
  /** What to look after, in words; each goes as a Flag of the category reasonable adjustment. */
  readonly needs?: readonly string[]
  readonly sender: Organization
  readonly receiver: Organization
  readonly service: { readonly name: string; readonly dosId: string }
  readonly from: { readonly dosId: string; readonly name: string; readonly version: string }
  /** Deterministic: the same for the same message tried again. */
  readonly bundleId: string
  readonly correlationId: string
  readonly at: Date
  /** The receiver's own id of the referral, in a cancellation. */
  readonly theirId?: string
}

/** The message. Its ids are derived from the bundle's, so that a repeat is the same to the last byte. */
export function toMessage(out: Outgoing): Bundle {
  const { act, bundleId, at } = out
  const url = (name: string) => `urn:uuid:${uuidFrom(`${bundleId}/${name}`)}`
  const lastUpdated = at.toISOString()
  const time = { lastUpdated }
  const ref = (name: string) => ({ reference: url(name) })
  const refer = act === 'refer'
  const reason = out.request.note?.at(-1)?.text ?? 'Withdrawn by the sender.'
  const resources: readonly (readonly [string, Resource])[] = [
    [
      'header',
      {
        resourceType: 'MessageHeader',
        meta: time,
        eventCoding: { system: BARS.EVENT, code: 'servicerequest-request' },
        reason: { coding: [{ system: BARS.REASON, code: refer ? 'new' : 'update' }] },
        definition: `${BARS.MESSAGE_DEFINITION}bars-message-servicerequest-request-${refer ? 'referral' : 'cancelled'}`,
        destination: [{ endpoint: `${ID.DOS_SERVICE}|${out.service.dosId}`, receiver: ref('receiver') }],
        sender: ref('sender'),
        source: { name: out.from.name, software: 'Handrail', version: out.from.version, endpoint: `${ID.DOS_SERVICE}|${out.from.dosId}` },
        focus: [ref('request')],
      },
    ],
    [
      'request',
      {
        resourceType: 'ServiceRequest',
        meta: time,
        ...(out.theirId === undefined ? {} : { id: out.theirId }),
        status: refer ? 'active' : 'revoked',
        intent: 'plan',
        category: [
          { coding: [{ system: BARS.CATEGORY, code: 'referral', display: 'Transfer of Care' }] },
          { coding: [{ system: BARS.USE_CASE, ...OWN_USE_CASE }] },
        ],
        ...(out.request.priority === undefined ? {} : { priority: out.request.priority }),
        ...(refer && out.request.code !== undefined ? { code: out.request.code } : {}),
        ...(refer
          ? { encounter: ref('encounter'), basedOn: [ref('plan')], performer: [ref('service')] }
          : { reasonCode: [{ text: reason }] }),
        subject: ref('patient'),
        authoredOn: out.request.authoredOn ?? lastUpdated,
        occurrencePeriod: out.request.occurrencePeriod ?? {
          start: out.request.authoredOn ?? lastUpdated,
          end: out.task.restriction?.period?.end ?? lastUpdated,
        },
        requester: ref(refer ? 'role' : 'sender'),
      },
    ],
    ['patient', { ...out.patient, meta: time }],
    ['sender', { resourceType: 'Organization', meta: time, ...identityOf(out.sender) }],
    ['receiver', { resourceType: 'Organization', meta: time, ...identityOf(out.receiver) }],
  ]
  const more: readonly (readonly [string, Resource])[] = [
    [
      'encounter',
      {
        resourceType: 'Encounter',
        meta: time,
        status: 'finished',
        class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'VR', display: 'virtual' },
        identifier: [{ system: 'https://handrail.example/fhir/Id/need', value: out.request.id ?? '' }],
        subject: ref('patient'),
        period: { start: out.request.authoredOn ?? lastUpdated, end: lastUpdated },
      },
    ],
    [
      'plan',
      {
        resourceType: 'CarePlan',
        meta: time,
        status: 'completed',
        intent: 'plan',
        subject: ref('patient'),
        encounter: ref('encounter'),
        activity: [{ reference: ref('task') }],
      },
    ],
    [
      'task',
      {
        resourceType: 'Task',
        meta: time,
        status: 'requested',
        intent: 'order',
        ...(out.request.code === undefined ? {} : { code: plainCode(out.request.code) }),
        description: out.task.description ?? 'Answer this referral.',
        for: ref('patient'),
        encounter: ref('encounter'),
        authoredOn: out.task.authoredOn ?? lastUpdated,
        ...(out.task.restriction?.period === undefined ? {} : { restriction: { period: out.task.restriction.period } }),
      },
    ],
    ...(out.needs ?? []).map((words, index): readonly [string, Resource] => [
      `adjustment/${String(index)}`,
      {
        resourceType: 'Flag',
        meta: time,
        status: 'active',
        category: [{ coding: [{ system: BARS.FLAG_CATEGORY, code: 'RA', display: 'Reasonable Adjustment' }] }],
        code: { text: words },
        subject: ref('patient'),
      },
    ]),
    ['practitioner', { resourceType: 'Practitioner', meta: time, name: [{ text: out.sender.name ?? 'The referring organisation' }] }],
    ['role', { resourceType: 'PractitionerRole', meta: time, practitioner: ref('practitioner'), organization: ref('sender') }],
    [
      'service',
      {
        resourceType: 'HealthcareService',
        meta: time,
        identifier: [{ system: ID.DOS_SERVICE, value: out.service.dosId }],
        name: out.service.name,
        providedBy: ref('receiver'),
      },
    ],
    [
      'consent',
      {
        resourceType: 'Consent',
        meta: time,
        status: 'active',
        scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
        category: [{ coding: [{ system: BARS.CONSENT_CATEGORY, code: 'DRC', display: 'Direct care' }] }],
        policyRule: { text: 'IMPLIED' },
        patient: ref('patient'),
      },
    ],
  ]
  return {
    resourceType: 'Bundle',
    id: bundleId,
    meta: { versionId: OWN_USE_CASE_VERSION, lastUpdated, profile: [BARS.MESSAGE_PROFILE] },
    type: 'message',
    timestamp: lastUpdated,
    entry: [...resources, ...(refer ? more : [])].map(([name, resource]) => ({ fullUrl: url(name), resource })),
  }
}

/** The headers of a message; the same for the same message tried again. */
export const headersFor = (out: Outgoing, requestId: string): Readonly<Record<string, string>> => ({
  accept: `application/fhir+json; version=${CORE_VERSION.text}`,
  'content-type': 'application/fhir+json',
  'x-request-id': requestId,
  'x-correlation-id': out.correlationId,
  'nhsd-target-identifier': encodeHeader({ value: out.service.dosId, system: ID.DOS_SERVICE }),
  'nhsd-end-user-organisation': encodeHeader({ resourceType: 'Organization', ...identityOf(out.sender) }),
  'nhsd-requesting-software': encodeHeader({
    resourceType: 'Device',
    deviceName: [{ name: 'Handrail', type: 'manufacturer-name' }],
    version: [{ value: out.from.version }],
  }),
  'use-context': `${OWN_USE_CASE.code}|referral|servicerequest-request|${out.act === 'refer' ? 'new' : 'update'}`,
})

/** ODS code and name: all that the standard asks of an organisation. One without an ODS code is named by its name. */
function identityOf({ identifier = [], name }: Organization): Pick<Organization, 'identifier' | 'name'> {
  const ods = identifier
    .filter(({ system }) => system === ID.ODS_ORGANIZATION)
    .map(({ system, value }) => ({ ...(system === undefined ? {} : { system }), ...(value === undefined ? {} : { value }) }))
  return { ...(ods.length === 0 ? {} : { identifier: ods }), ...(name === undefined ? {} : { name }) }
}

const plainCode = ({ coding, text }: CodeableConcept): CodeableConcept => ({
  ...(coding === undefined ? {} : { coding }),
  ...(text === undefined ? {} : { text }),
})

/** A UUID that a name determines: the same message tried again is the same to the last byte. RFC 9562, version 8 by SHA-256. */
export function uuidFrom(name: string): string {
  const digits = createHash('sha256').update(name).digest('hex')
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`
}
