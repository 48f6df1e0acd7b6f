/**
 * A BaRS message, read: which act it is, about whom, for whom. A validator does not check the contents against the MessageDefinition, so this
 * does. References are resolved by fullUrl alone: ids and fullUrls need not agree. BaRS Core 1.5.0; acts as in its table of states.
 */
import type { Bundle, Encounter, MessageHeader, Organization, Patient, Reference, Resource, ServiceRequest } from '@medplum/fhirtypes'
import { ID } from '@platform/nhs/systems'
import { refuse } from '../../errors.ts'
import { BARS, isSystem, OWN_USE_CASE } from './vocabulary.ts'

/** What a message asks for. */
export type Act = 'refer' | 'update' | 'withdraw' | 'entered-in-error' | 'taken-up' | 'refused' | 'done' | 'did-not-attend'

/** A message that may be acted on. */
export interface BarsMessage {
  readonly act: Act
  readonly bundle: Bundle
  readonly bundleId: string
  readonly header: MessageHeader
  readonly request: ServiceRequest
  readonly patient: Patient
  readonly sender: Organization
  /** `Bundle.id` of the message that this one answers; in a response. */
  readonly answers?: string
  /** The resource that a reference means. */
  resolve(reference: Reference | undefined): Resource | undefined
  /** The fullUrl of a resource of the message. */
  urlOf(resource: Resource): string
  all<T extends Resource>(type: T['resourceType']): readonly T[]
}

const FHIR_ID = /^[A-Za-z0-9\-.]{1,64}$/
const SUPPORTED_VERSION = /^1\.\d+\.\d+(-[a-z0-9.]+)?$/i

/**
 * Reads a message that was sent to this service.
 *
 * @throws BARS_NOT_A_MESSAGE, BARS_RULE_BROKEN, BARS_TARGET_DIFFERS, BARS_NOT_OFFERED
 */
export function readMessage(body: unknown, target: string): BarsMessage {
  const bundle = asBundle(body)
  const entries = (bundle.entry ?? []).map(({ fullUrl, resource }, index) => {
    if (typeof resource?.resourceType !== 'string') throw refuse.BARS_NOT_A_MESSAGE({ place: `Bundle.entry[${index}].resource` })
    if (typeof fullUrl !== 'string') throw refuse.BARS_NOT_A_MESSAGE({ place: `Bundle.entry[${index}].fullUrl` })
    return { fullUrl, resource }
  })
  const [first] = entries
  // The MessageHeader comes first. FHIR R4 Bundle, invariant bdl-12.
  if (first?.resource.resourceType !== 'MessageHeader') throw refuse.BARS_NOT_A_MESSAGE({ place: 'Bundle.entry[0].resource' })
  const header = first.resource
  const byUrl = new Map(entries.map(({ fullUrl, resource }) => [fullUrl, resource]))
  const urls = new Map(entries.map(({ fullUrl, resource }) => [resource, fullUrl]))
  const all = <T extends Resource>(type: T['resourceType']): readonly T[] =>
    entries.flatMap(({ resource }) => (resource.resourceType === type ? [resource as T] : []))
  const resolve = (reference: Reference | undefined) => byUrl.get(reference?.reference ?? '')

  const version = bundle.meta?.versionId
  if (version === undefined) throw broken('Bundle.meta.versionId carries the version of the Application', 'Bundle.meta.versionId')
  if (!SUPPORTED_VERSION.test(version))
    throw refuse.BARS_NOT_OFFERED({ what: 'This version of the Application' }, { expression: 'Bundle.meta.versionId' })
  const bundleId = bundle.id
  if (typeof bundleId !== 'string' || !FHIR_ID.test(bundleId)) throw broken('the sender gives Bundle.id, an id of FHIR', 'Bundle.id')

  const act = actOf(header, all)
  checkDestination(header, target, resolve)
  const request = only<ServiceRequest>(all('ServiceRequest'), 'one ServiceRequest')
  const patient = only<Patient>(all('Patient'), 'one Patient')
  if (resolve(header.focus?.[0]) === undefined) throw broken('MessageHeader.focus names a resource of the message', 'MessageHeader.focus')
  const sender = resolve(header.sender)
  if (sender?.resourceType !== 'Organization')
    throw broken('MessageHeader.sender names an Organization of the message', 'MessageHeader.sender')
  if (resolve(request.subject) !== patient)
    throw broken('ServiceRequest.subject names the Patient of the message', 'ServiceRequest.subject')
  if (act === 'refer' || act === 'update') checkReferral(request, all)
  if (act === 'withdraw' || act === 'entered-in-error') checkCancellation(header, request, entries)
  return {
    act,
    bundle,
    bundleId,
    header,
    request,
    patient,
    sender,
    ...(header.response === undefined ? {} : { answers: header.response.identifier }),
    resolve,
    urlOf: (resource) => urls.get(resource) ?? '',
    all,
  }
}

const broken = (rule: string, expression: string) => refuse.BARS_RULE_BROKEN({ rule }, { expression })

function asBundle(body: unknown): Bundle {
  const bundle = body as Partial<Bundle> | null | undefined
  if (typeof bundle !== 'object' || bundle?.resourceType !== 'Bundle') throw refuse.BARS_NOT_A_MESSAGE({ place: 'Bundle.resourceType' })
  if (bundle.type !== 'message') throw refuse.BARS_NOT_A_MESSAGE({ place: 'Bundle.type' })
  if (!Array.isArray(bundle.entry)) throw refuse.BARS_NOT_A_MESSAGE({ place: 'Bundle.entry' })
  return bundle as Bundle
}

function only<T>(found: readonly T[], what: string): T {
  const [one, another] = found
  if (one === undefined || another !== undefined) throw broken(`it holds ${what}`, 'Bundle.entry')
  return one
}

/** Which act the header and the ServiceRequest say together. */
function actOf(header: MessageHeader, all: BarsMessage['all']): Act {
  const event = header.eventCoding?.system === BARS.EVENT ? header.eventCoding.code : undefined
  const reason = header.reason?.coding?.find(({ system }) => system === BARS.REASON)?.code
  if (event === 'booking-request') throw refuse.BARS_NOT_OFFERED({ what: 'Booking' }, { expression: 'MessageHeader.eventCoding' })
  if (event !== 'servicerequest-request' && event !== 'servicerequest-response') {
    throw broken('MessageHeader.eventCoding is a request or a response about a ServiceRequest', 'MessageHeader.eventCoding')
  }
  if (reason !== 'new' && reason !== 'update' && reason !== 'delete') {
    throw broken('MessageHeader.reason is new, update or delete', 'MessageHeader.reason')
  }
  const request = all<ServiceRequest>('ServiceRequest')[0]
  const categories = (request?.category ?? []).flatMap(({ coding = [] }) => coding)
  if (categories.some(({ system, code }) => system === BARS.CATEGORY && code === 'validation')) {
    throw refuse.BARS_NOT_OFFERED({ what: 'Validation' }, { expression: 'ServiceRequest.category' })
  }
  if (event === 'servicerequest-response') return responseOf(header, request, all)
  // The text says that a cancellation is always an update; a table and one example still say delete. Both are understood.
  if (request?.status === 'revoked') return 'withdraw'
  if (request?.status === 'entered-in-error') return 'entered-in-error'
  if (reason === 'delete') throw broken('a ServiceRequest that is withdrawn is revoked or entered-in-error', 'ServiceRequest.status')
  if (request?.status !== 'active') throw broken('a ServiceRequest that is asked for is active', 'ServiceRequest.status')
  return reason === 'new' ? 'refer' : 'update'
}

function responseOf({ response }: MessageHeader, request: ServiceRequest | undefined, all: BarsMessage['all']): Act {
  if (typeof response?.identifier !== 'string') throw broken('a response names the message it answers', 'MessageHeader.response.identifier')
  const statuses = all<Encounter>('Encounter').map(({ status }) => status)
  const missed = all('Appointment').some((one) => 'status' in one && one.status === 'noshow')
  if (missed) return 'did-not-attend'
  if (request?.status === 'revoked' || statuses.includes('cancelled')) return 'refused'
  if (request?.status === 'completed') return 'done'
  if (statuses.includes('in-progress')) return 'taken-up'
  // The sender's own contact, which goes with the answer, is triaged or finished; the receiver's says how it stands.
  const receivers = statuses.filter((status) => status !== 'triaged')
  if (receivers.length > 0 && receivers.every((status) => status === 'finished')) return 'done'
  throw broken("the receiver's Encounter says in-progress, cancelled or finished", 'Encounter.status')
}

/** Header and message must mean one service, and us. */
function checkDestination(header: MessageHeader, target: string, resolve: BarsMessage['resolve']): void {
  const destination = header.destination?.[0]
  const [system, id] = (destination?.endpoint ?? '').split('|')
  if (!isSystem(system, ID.DOS_SERVICE) || id !== target)
    throw refuse.BARS_TARGET_DIFFERS({}, { expression: 'MessageHeader.destination[0].endpoint' })
  if (resolve(destination?.receiver)?.resourceType !== 'Organization') {
    throw broken('MessageHeader.destination.receiver names an Organization of the message', 'MessageHeader.destination[0].receiver')
  }
  if (typeof header.source?.endpoint !== 'string')
    throw broken('MessageHeader.source.endpoint says where answers go', 'MessageHeader.source')
}

// BaRS message servicerequest-request-referral: how many of each at least.
const LEAST_OF_REFERRAL = [
  ['Encounter', 1],
  ['CarePlan', 1],
  ['Organization', 2],
  ['Practitioner', 1],
  ['PractitionerRole', 1],
  ['HealthcareService', 1],
  ['Consent', 1],
] as const

function checkReferral(request: ServiceRequest, all: BarsMessage['all']): void {
  const missing = LEAST_OF_REFERRAL.find(([type, least]) => all(type).length < least)
  if (missing !== undefined) throw broken(`it holds ${missing[1]} or more of ${missing[0]}`, 'Bundle.entry')
  const categories = (request.category ?? []).flatMap(({ coding = [] }) => coding)
  if (!categories.some(({ system, code }) => system === BARS.CATEGORY && code === 'referral')) {
    throw broken('ServiceRequest.category says that it is a referral', 'ServiceRequest.category')
  }
  const useCase = categories.find(({ system }) => system === BARS.USE_CASE)?.code
  if (useCase === undefined) throw broken('ServiceRequest.category names the use case', 'ServiceRequest.category')
  if (useCase !== OWN_USE_CASE.code) throw refuse.BARS_NOT_OFFERED({ what: 'This use case' }, { expression: 'ServiceRequest.category' })
  if (request.intent !== 'plan') throw broken('ServiceRequest.intent is plan', 'ServiceRequest.intent')
}

const OF_CANCELLATION: ReadonlySet<string> = new Set(['MessageHeader', 'ServiceRequest', 'Patient', 'Organization'])

function checkCancellation(header: MessageHeader, request: ServiceRequest, entries: readonly { resource: Resource }[]): void {
  if (header.definition !== undefined && !header.definition.includes('cancelled')) {
    throw broken('a cancellation follows the definition …-cancelled', 'MessageHeader.definition')
  }
  const other = entries.find(({ resource }) => !OF_CANCELLATION.has(resource.resourceType))
  if (other !== undefined)
    throw broken('a cancellation holds MessageHeader, ServiceRequest, Patient and Organizations alone', 'Bundle.entry')
  if ((request.reasonCode?.[0]?.text ?? '').trim() === '')
    throw broken('a cancellation says why, in ServiceRequest.reasonCode.text', 'ServiceRequest.reasonCode')
}
