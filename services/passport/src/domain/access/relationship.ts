/**
 * Which relationships a resource makes. They are kept with the resource they come from, in the same transaction, and end with it:
 * a Task that is closed, a care team that ended, a stay that is over opens nothing any more.
 */
import type { FhirResource } from '../references.ts'
import { isObject, localReference, referencesAt, valuesAt } from '../references.ts'
import type { Kind } from './policy.ts'

export interface Relationship {
  readonly patient: string
  /** 'Organization/…', 'Practitioner/…' or 'PractitionerRole/…' */
  readonly party: string
  readonly kind: Kind
}

/** An organisation (or everybody, `*`) that the person closed out of some data classes, as bits; 0 classes are never stored. */
export interface ClosedOut {
  readonly patient: string
  readonly party: string
  readonly classes: number
}

/** Statuses of a Task that somebody still has to act on. FHIR R4 Task.status, and the hub's rule of owner and due time. */
export const OPEN_TASK: ReadonlySet<string> = new Set(['draft', 'requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'])
const OPEN_REQUEST: ReadonlySet<unknown> = new Set(['draft', 'active', 'on-hold'])
const PRESENT: ReadonlySet<unknown> = new Set(['arrived', 'triaged', 'in-progress', 'onleave'])

const KIND_SYSTEM = 'https://handrail.example/fhir/CodeSystem/relationship-kind'

/** @param author the organisation (or person) that first wrote the resource */
export function relationshipsFrom(
  resource: FhirResource,
  { patient, author }: { patient: string | undefined; author: string },
): Relationship[] {
  if (patient === undefined) return []
  const to = (kind: Kind, ...paths: string[]): Relationship[] =>
    referencesAt(resource, paths)
      .filter(({ type }) => PARTY_TYPES.has(type))
      .map(({ type, id }) => ({ patient, party: `${type}/${id}`, kind }))
  // Nobody makes one for himself: whoever asks itself is asked by nobody.
  const others = (relationships: Relationship[]) => relationships.filter(({ party }) => party !== author)
  switch (resource.resourceType) {
    case 'Patient':
      return [
        ...(localReference(author)?.type === 'Organization' ? [{ patient, party: author, kind: 'registered' as const }] : []),
        ...to('registered', 'managingOrganization'),
      ]
    case 'CareTeam':
      return resource['status'] === 'active' || resource['status'] === 'proposed' ? careTeam(resource, patient) : []
    case 'Task':
      return OPEN_TASK.has(String(resource['status'])) ? others(to('referral-received', 'owner')) : []
    case 'ServiceRequest':
      return OPEN_REQUEST.has(resource['status']) ? others(to('referral-received', 'performer')) : []
    case 'Encounter':
      return PRESENT.has(resource['status']) ? to('admitted', 'serviceProvider') : []
    case 'Consent':
      return isAgreement(resource) && localReference(author)?.type === 'Organization'
        ? [{ patient, party: author, kind: 'entry-made' }]
        : []
    default:
      return []
  }
}

/** Who writes: under which references, whether it is the person, and how it stood to the person until now. */
export interface Writer {
  readonly parties: readonly string[]
  readonly self: boolean
  readonly kinds: readonly Kind[]
}

const PERSONS = /^Practitioner(Role)?\//

/**
 * The relationships that this writer can make. Nobody makes one for himself: it is left out unless the writer stood so already, or the
 * person's consent makes it. And whoever sees nothing of the person but its own entries asks an organisation for them, never somebody
 * by name, who might be its own.
 */
export function madeFor(relationships: readonly Relationship[], { parties, self, kinds }: Writer): Relationship[] {
  const seesThem = self || kinds.some((kind) => kind !== 'entry-made')
  return relationships.filter(({ party, kind }) => {
    if (kind === 'entry-made' || kinds.includes(kind)) return true
    return !parties.includes(party) && (seesThem || !PERSONS.test(party))
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
