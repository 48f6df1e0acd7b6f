/**
 * A BaRS referral as the record takes it: who it is about, their agreement, and the request, in one transaction. What else the message carries
 * stays with the request, contained, so that it is seen by whoever sees the request and by nobody more.
 */
import type { Bundle, CodeableConcept, Condition, Consent, Identifier, Patient, Resource, ServiceRequest, Task } from '@medplum/fhirtypes'
import { isNhsNumber } from '@platform/nhs/nhs-number'
import { ID } from '@platform/nhs/systems'
import type { Directory } from '../directory.ts'
import { refuse } from '../../errors.ts'
import type { BarsMessage } from './message.ts'
import { BARS_CORRELATION, BARS_MESSAGE, isSystem, NUMBER_NOT_VALID } from './vocabulary.ts'

/** What is known besides the message. */
export interface Arrival {
  readonly correlationId: string
  /** The DoS service id that was asked. */
  readonly target: string
  readonly directory: Directory
  /** `system|code` of the category in which this hub routes. */
  readonly category: { readonly system: string; readonly code: string }
  readonly at: Date
}

// Who is who travels as references of ours; the rest is content.
const NOT_CONTENT: ReadonlySet<string> = new Set([
  'MessageHeader',
  'ServiceRequest',
  'Patient',
  'Organization',
  'HealthcareService',
  'Consent',
  'Practitioner',
  'PractitionerRole',
  'Location',
])

/**
 * The transaction that takes a new referral. Told twice, it is taken once: the request is created unless one of this message exists.
 *
 * @throws BARS_RULE_BROKEN when nobody's agreement comes with it
 */
export function toTransaction(message: BarsMessage, arrival: Arrival): Bundle {
  const patientUrl = message.urlOf(message.patient)
  const patient = asOurPatient(message.patient)
  const consent = message.all<Consent>('Consent').find(({ status }) => status === 'active')
  if (consent === undefined) throw refuse.BARS_RULE_BROKEN({ rule: 'an active Consent comes with it' }, { expression: 'Consent.status' })
  const number = patient.identifier?.find(({ system, value }) => system === ID.NHS_NUMBER && value !== undefined)
  const known = number === undefined ? {} : { ifNoneExist: `identifier=${encodeURIComponent(`${ID.NHS_NUMBER}|${number.value}`)}` }
  const once = `identifier=${encodeURIComponent(`${BARS_MESSAGE}|${keyOf(message, arrival)}`)}`
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { fullUrl: patientUrl, resource: patient, request: { method: 'POST', url: 'Patient', ...known } },
      { fullUrl: message.urlOf(consent), resource: asOurConsent(consent, patientUrl), request: { method: 'POST', url: 'Consent' } },
      {
        fullUrl: message.urlOf(message.request),
        resource: toRequest(message, arrival),
        request: { method: 'POST', url: 'ServiceRequest', ifNoneExist: once },
      },
    ],
  }
}

/** The request as this hub routes it. What an update changes comes from here too. */
export function toRequest(message: BarsMessage, { correlationId, target, directory, category, at }: Arrival): ServiceRequest {
  const { request, sender } = message
  const content = contentOf(message)
  const service = directory.identified(`${ID.DOS_SERVICE}|${target}`)
  const conditions = message.all<Condition>('Condition').flatMap(({ code }) => (code === undefined ? [] : [code]))
  const ods = sender.identifier?.find(({ system }) => isSystem(system, ID.ODS_ORGANIZATION))?.value
  const listed = ods === undefined ? undefined : directory.identified(`${ID.ODS_ORGANIZATION}|${ods.toUpperCase()}`)
  const code = request.code ?? askedFor(message)
  return {
    resourceType: 'ServiceRequest',
    status: 'active',
    // BaRS always says plan. Here it is asked for, and somebody must answer.
    intent: 'order',
    identifier: [
      { system: BARS_CORRELATION, value: correlationId },
      { system: BARS_MESSAGE, value: keyOf(message, { correlationId }) },
    ],
    category: [{ coding: [category] }, ...(request.category ?? [])],
    ...(request.priority === undefined ? {} : { priority: request.priority }),
    ...(code === undefined ? {} : { code }),
    subject: { reference: message.urlOf(message.patient) },
    authoredOn: request.authoredOn ?? message.bundle.timestamp ?? at.toISOString(),
    ...(request.occurrencePeriod === undefined ? {} : { occurrencePeriod: request.occurrencePeriod }),
    requester:
      listed?.organization === undefined
        ? {
            ...(ods === undefined ? {} : { identifier: { system: ID.ODS_ORGANIZATION, value: ods } }),
            display: sender.name ?? 'a BaRS sender',
          }
        : { reference: listed.organization },
    ...(service === undefined ? {} : { performer: [{ reference: service.reference }] }),
    ...(conditions.length === 0 && request.reasonCode === undefined ? {} : { reasonCode: [...(request.reasonCode ?? []), ...conditions] }),
    ...(content.length === 0 ? {} : { contained: content, supportingInfo: content.map(({ id }) => ({ reference: `#${id ?? ''}` })) }),
    ...(request.note === undefined
      ? {}
      : { note: request.note.map(({ text, time }) => ({ text, ...(time === undefined ? {} : { time }) })) }),
  }
}

const keyOf = ({ bundleId }: BarsMessage, { correlationId }: Pick<Arrival, 'correlationId'>): string => `${correlationId}/${bundleId}`

/** What is asked for, from the Task of the message, else the care plan's own words. */
function askedFor(message: BarsMessage): CodeableConcept | undefined {
  const [task] = message.all<Task>('Task')
  if (task?.code !== undefined) return task.code
  const text =
    task?.description ??
    message.all('CarePlan').flatMap((plan) => ('description' in plan && typeof plan.description === 'string' ? [plan.description] : []))[0]
  return text === undefined ? undefined : { text }
}

/** Every clinical resource of the message, with references within it, and none to what stays behind. */
function contentOf(message: BarsMessage): Resource[] {
  const carried = (message.bundle.entry ?? []).flatMap(({ fullUrl, resource }) =>
    resource === undefined || fullUrl === undefined || NOT_CONTENT.has(resource.resourceType) ? [] : [{ fullUrl, resource }],
  )
  const idOf = new Map(carried.map(({ fullUrl }, index) => [fullUrl, `c${index + 1}`]))
  const patientUrl = message.urlOf(message.patient)
  return carried.map(({ fullUrl, resource }) => {
    const { meta: _theirs, text: _narrative, ...plain } = resource as Resource & { text?: unknown }
    return { ...(rewritten(plain, (url) => (url === patientUrl ? url : mapped(idOf.get(url)))) as Resource), id: idOf.get(fullUrl) ?? '' }
  })
}

const mapped = (id: string | undefined): string | undefined => (id === undefined ? undefined : `#${id}`)

/** References are put where they lead now; one that leads nowhere any more keeps its display, and says so where it has none. */
function rewritten(value: unknown, to: (url: string) => string | undefined): unknown {
  if (Array.isArray(value)) return value.map((one) => rewritten(one, to))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, inner]) => [name, rewritten(inner, to)] as const)
  const { reference } = value as { reference?: unknown }
  if (typeof reference !== 'string' || !reference.startsWith('urn:')) return Object.fromEntries(entries)
  const target = to(reference)
  const rest = Object.fromEntries(entries.filter(([name]) => name !== 'reference'))
  if (target !== undefined) return { ...rest, reference: target }
  return 'display' in rest || 'identifier' in rest ? rest : { display: 'named in the message' }
}

/** The person without what belongs to the sender's own system, and with numbers that cannot be NHS numbers kept apart. */
export function asOurPatient(patient: Patient): Patient {
  const {
    id: _theirs,
    meta: _meta,
    extension: _extension,
    text: _text,
    generalPractitioner: _practice,
    managingOrganization: _organization,
    ...person
  } = patient
  const identifier = (patient.identifier ?? []).map((one): Identifier => {
    const { extension: _verification, assigner: _assigner, ...plain } = one
    if (!isSystem(one.system, ID.NHS_NUMBER)) return plain
    // The standard's own examples carry numbers with a wrong check digit: kept, shown, and nobody is found by them.
    return { ...plain, system: isNhsNumber((one.value ?? '').replaceAll(' ', '')) ? ID.NHS_NUMBER : NUMBER_NOT_VALID }
  })
  const contact = (patient.contact ?? []).map(({ extension: _rank, organization: _organization, ...one }) => one)
  return { ...person, ...(identifier.length === 0 ? {} : { identifier }), ...(contact.length === 0 ? {} : { contact }) }
}

function asOurConsent({ id: _theirs, meta: _meta, text: _text, extension: _extension, ...consent }: Consent, patient: string): Consent {
  const {
    patient: _patient,
    performer: _performer,
    organization: _organization,
    sourceReference: _source,
    verification: _verification,
    ...plain
  } = consent
  const { actor: _actor, data: _data, ...provision } = consent.provision ?? {}
  return { ...plain, patient: { reference: patient }, ...(consent.provision === undefined ? {} : { provision }) }
}

/** Whether the person in a later message is the one of the referral, as far as both say: number, date of birth. */
export function isSamePerson(sent: Patient, stored: Patient): boolean {
  const numberOf = ({ identifier = [] }: Patient) =>
    identifier.find(({ system }) => isSystem(system, ID.NHS_NUMBER))?.value?.replaceAll(' ', '')
  const differ = (one: string | undefined, other: string | undefined) => one !== undefined && other !== undefined && one !== other
  return !differ(numberOf(asOurPatient(sent)), numberOf(stored)) && !differ(sent.birthDate, stored.birthDate)
}
