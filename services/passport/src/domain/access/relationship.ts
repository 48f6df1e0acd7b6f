/**
 * Which relationships a resource makes. They are kept with the resource they come from, in the same transaction, and end with it:
 * a Task that is closed, a care team that ended, a stay that is over opens nothing any more.
 */
import type { FhirResource } from '../references.ts'
import { isObject, localReference, referencesAt, valuesAt } from '../references.ts'
import { agreedTo, periodOf } from './consent.ts'
import { BIT, bitsOf, EVERYTHING } from './data-class.ts'
import type { Kind } from './policy.ts'

export interface Relationship {
  readonly patient: string
  /** 'Organization/…', 'Practitioner/…', 'PractitionerRole/…' or 'RelatedPerson/…' */
  readonly party: string
  readonly kind: Kind
  /** Real time from which, and until which, it opens anything. @default always */
  readonly during?: During
  /** The data classes it opens at most, as bits. @default what the policy says */
  readonly classes?: number
  /** Id of the ServiceRequest it comes from. */
  readonly referral?: string | undefined
  /** What it is kept with, and ends with. @default the resource that is written */
  readonly source?: string
}

/** A span of real time, as instants; an end is the first instant after it. */
export interface During {
  readonly starts?: string
  readonly ends?: string
}

/** An organisation (or everybody, `*`) that the person closed out of some data classes, as bits; 0 classes are never stored. */
export interface ClosedOut {
  readonly patient: string
  readonly party: string
  readonly classes: number
  readonly during?: During
  /** Id of the ServiceRequest that it is about: what that opens, and that itself. @default everything */
  readonly referral?: string
}

/** Statuses of a Task that somebody still has to act on. FHIR R4 Task.status, and the hub's rule of owner and due time. */
export const OPEN_TASK: ReadonlySet<string> = new Set(['draft', 'requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'])
/** Those of them in which somebody is asked. A draft asks nobody yet, so whom it names may see nothing by it. FHIR R4 task-status. HAZ-P143 */
const ASKING_TASK: ReadonlySet<unknown> = new Set([...OPEN_TASK].filter((status) => status !== 'draft'))
/**
 * Statuses of a ServiceRequest in which somebody is asked. FHIR R4 request-status: a draft is not sent yet, so whom it names may see nothing by it: it may be
 * thrown away, or sent to somebody else. HAZ-P143
 */
export const OPEN_REQUEST: ReadonlySet<unknown> = new Set(['active', 'on-hold'])
const PRESENT: ReadonlySet<unknown> = new Set(['arrived', 'triaged', 'in-progress', 'onleave'])

const KIND_SYSTEM = 'https://handrail.example/fhir/CodeSystem/relationship-kind'

/** @param author the organisation (or person) that first wrote the resource */
export function relationshipsFrom(
  resource: FhirResource,
  { patient, author }: { patient: string | undefined; author: string },
): Relationship[] {
  if (patient === undefined) return isIdentityReview(resource) && author.startsWith('Client/') ? identityOfCandidates(resource) : []
  const to = (kind: Kind, ...paths: string[]): Relationship[] =>
    referencesAt(resource, paths)
      .filter(({ type }) => PARTY_TYPES.has(type))
      .map(({ type, id }) => ({ patient, party: `${type}/${id}`, kind }))
  // Nobody makes one for himself: whoever asks itself is asked by nobody.
  const referral = referralOf(resource)
  const others = (relationships: Relationship[]) => relationships.filter(({ party }) => party !== author)
  switch (resource.resourceType) {
    case 'Patient':
      return [
        ...(localReference(author)?.type === 'Organization' ? [{ patient, party: author, kind: 'registered' as const }] : []),
        ...to('registered', 'managingOrganization'),
      ]
    case 'CareTeam':
      return resource['status'] === 'active' || resource['status'] === 'proposed' ? careTeam(resource, patient) : []
    case 'Task': {
      // A review or a query goes to whoever made the entry, or answers for the person already: it opens nothing that was not open.
      if (!ASKING_TASK.has(resource['status']) || remindsOnly(resource)) return []
      const asked = to('referral-received', 'owner').map((one) => ({ ...one, referral }))
      // Whoever opens one for itself may go on with a request that it answers for already: `domain/access/answering.ts`.
      return referral === undefined ? others(asked) : asked
    }
    case 'ServiceRequest':
      return OPEN_REQUEST.has(resource['status'])
        ? others(to('referral-received', 'performer')).map((one) => ({ ...one, referral: resource.id }))
        : []
    case 'Encounter':
      return PRESENT.has(resource['status']) ? to('admitted', 'serviceProvider') : []
    case 'Consent':
      return [
        ...(isAgreement(resource) && localReference(author)?.type === 'Organization'
          ? [{ patient, party: author, kind: 'entry-made' as const, during: periodOf(resource) }]
          : []),
        ...agreedTo(resource, patient),
      ]
    default:
      return []
  }
}

/** The ServiceRequest that a Task is about. */
const referralOf = (task: FhirResource): string | undefined =>
  referencesAt(task, ['basedOn', 'focus']).find(({ type }) => type === 'ServiceRequest')?.id

const TASK_KIND = 'https://handrail.example/fhir/CodeSystem/task-kind'
const REMINDERS: ReadonlySet<unknown> = new Set(['review-due', 'entry-query', 'correction'])
const IDENTITY_REVIEW: ReadonlySet<unknown> = new Set(['identity-review'])

const isOfKind = (task: FhirResource, kinds: ReadonlySet<unknown>): boolean =>
  valuesAt(task, 'code.coding').some((coding) => isObject(coding) && coding['system'] === TASK_KIND && kinds.has(coding['code']))

const remindsOnly = (task: FhirResource): boolean => isOfKind(task, REMINDERS)

const isIdentityReview = (resource: FhirResource): boolean => resource.resourceType === 'Task' && isOfKind(resource, IDENTITY_REVIEW)

/**
 * Whoever is to say which of several people a hospital means must see who they are, and nothing more, until it is said. Only a Task of
 * the alert service, which speaks for no organisation, opens this. HAZ-A01
 */
function identityOfCandidates(task: FhirResource): Relationship[] {
  if (!ASKING_TASK.has(task['status'])) return []
  const owners = referencesAt(task, ['owner']).filter(({ type }) => PARTY_TYPES.has(type))
  const candidates = referencesAt(task, ['input.valueReference']).filter(({ type }) => type === 'Patient')
  return owners.flatMap(({ type, id }) =>
    candidates.map((candidate) => ({
      patient: candidate.id,
      party: `${type}/${id}`,
      kind: 'referral-received' as const,
      classes: bitsOf(['identity']),
    })),
  )
}

/** Who writes: under which references, whether it is the person, and how it stood to the person until now. */
export interface Writer {
  readonly parties: readonly string[]
  readonly self: boolean
  readonly kinds: readonly Kind[]
  /** Data classes the writer may see of the person, as bits. */
  readonly sees: number
}

const PERSONS = /^Practitioner(Role)?\//

/**
 * The relationships that this writer can make. Nobody makes one for himself: it is left out unless the writer stood so already, or the
 * person's consent makes it. And whoever sees nothing of the person but its own entries asks an organisation for them, never somebody
 * by name, who might be its own.
 */
export function madeFor(relationships: readonly Relationship[], { parties, self, kinds, sees }: Writer): Relationship[] {
  const seesThem = self || kinds.some((kind) => kind !== 'entry-made' && kind !== 'shown-to-record')
  return relationships.flatMap((one): Relationship[] => {
    const { party, kind, classes = EVERYTHING } = one
    // The person's agreement: whoever writes it down for them can pass on no more than he sees, and nothing to himself.
    // A draft of the person's is seen by no writer but them, and is not passed on: whoever may pass on referrals lets a carer begin one.
    if (kind === 'carer-asks') return !parties.includes(party) && (BIT.referral & sees) !== 0 ? [one] : []
    if (kind === 'agreed' || kind === 'carer')
      return !parties.includes(party) && (classes & sees) !== 0 ? [{ ...one, classes: classes & sees }] : []
    if (kind === 'entry-made' || kinds.includes(kind)) return [one]
    return !parties.includes(party) && (seesThem || !PERSONS.test(party)) ? [one] : []
  })
}

/** An active Consent whose provision does not deny. */
const isAgreement = (consent: FhirResource) => consent['status'] === 'active' && valuesAt(consent, 'provision.type')[0] !== 'deny'

const PARTY_TYPES = new Set(['Organization', 'Practitioner', 'PractitionerRole', 'HealthcareService'])

function careTeam(resource: FhirResource, patient: string): Relationship[] {
  const managing = referencesAt(resource, ['managingOrganization']).map(({ type, id }) => ({
    patient,
    party: `${type}/${id}`,
    kind: 'care-team' as const,
  }))
  const members = valuesAt(resource, 'participant').flatMap((participant) => {
    const codes = valuesAt(participant, 'role.coding').filter(isObject)
    const kind: Kind = codes.some(({ system, code }) => system === KIND_SYSTEM && code === 'mental-health-team')
      ? 'mental-health-team'
      : 'care-team'
    return referencesAt(participant, ['member', 'onBehalfOf'])
      .filter(({ type }) => PARTY_TYPES.has(type))
      .map(({ type, id }) => ({ patient, party: `${type}/${id}`, kind }))
  })
  const each = new Map([...managing, ...members].map((one) => [`${one.party}|${one.kind}`, one]))
  return [...each.values()]
}
