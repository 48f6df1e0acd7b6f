/** What is stored beside a resource's text: whose it is, what kind of information it holds, and who is named in it. */
import { BIT, isDataClass } from './access/data-class.ts'
import { replacedBy } from './access/merge.ts'
import type { FhirResource } from './references.ts'
import { referencesAt } from './references.ts'
import { RESOURCE_TYPES } from './resource-types.ts'

/** The id of the Patient in whose compartment a resource lies; a Patient lies in its own, or in that of the one that took its place. */
export function patientOf(resource: FhirResource, id: string): string | undefined {
  if (resource.resourceType === 'Patient') return replacedBy(resource) ?? id
  const paths = RESOURCE_TYPES[resource.resourceType]?.patient ?? []
  return referencesAt(resource, paths).find(({ type }) => type === 'Patient')?.id
}

const MENTAL_HEALTH = { system: 'https://handrail.example/fhir/CodeSystem/data-class', code: 'mental-health' }
const NEEDS = { system: MENTAL_HEALTH.system, code: 'needs' }
const MAY_BE_NEEDS: ReadonlySet<string> = new Set(['Flag', 'Goal', 'Observation', 'QuestionnaireResponse', 'CarePlan'])
/** HL7 v3 ActCode, sensitivity: psychiatry and mental health. https://terminology.hl7.org/CodeSystem/v3-ActCode */
const HL7_MENTAL_HEALTH = new Set(['PSY', 'MH'])

/**
 * The data classes of a resource as bits: its type's class, mental health where a security label says so, and that it is a request which a person or
 * their carer has not sent. The labels of a Task or a message add the classes of what it speaks of.
 *
 * @param author who first wrote it, as in `partiesOf`. @default nobody of whom it matters
 */
export function classesOf(resource: FhirResource, author = ''): number {
  const type = BIT[RESOURCE_TYPES[resource.resourceType]?.dataClass ?? 'unclassified']
  const own = isOwnDraft(resource, author) ? type | BIT['own-draft'] : type
  const labels = Array.isArray(resource.meta?.security) ? resource.meta.security : []
  const mental = labels.some(
    ({ system, code }) =>
      (system === MENTAL_HEALTH.system && code === MENTAL_HEALTH.code) ||
      (system?.endsWith('/v3-ActCode') === true && HL7_MENTAL_HEALTH.has(code ?? '')),
  )
  // What somebody running a session must know is for whoever runs it: never a diagnosis or a medicine, whatever label it bears.
  if (
    !mental &&
    MAY_BE_NEEDS.has(resource.resourceType) &&
    labels.some(({ system, code }) => system === NEEDS.system && code === NEEDS.code)
  )
    return BIT.needs
  // A directory type that names a person after all (a Schedule of a Patient) is that person's therapy.
  const classes = mental ? own | BIT['mental-health'] : own
  return SPEAKING.has(resource.resourceType) ? labels.reduce((bits, label) => bits | labelledWith(label), classes) : classes
}

const SPEAKING: ReadonlySet<string> = new Set(['Task', 'Communication'])

/** What a label adds to what speaks of an entry: it is shown to nobody who may not see what it speaks of. */
const labelledWith = ({ system, code = '' }: { system?: string; code?: string }): number =>
  system === MENTAL_HEALTH.system && isDataClass(code) ? BIT[code] : 0

/** Elements through which an organisation or a professional is a party to a resource: asked, asking, or answering for it. */
const PARTY_PATHS: Readonly<Record<string, readonly string[]>> = {
  Task: ['owner', 'requester', 'restriction.recipient'],
  ServiceRequest: ['requester', 'performer'],
  Communication: ['sender', 'recipient'],
  CommunicationRequest: ['requester', 'recipient'],
  HealthcareService: ['providedBy'],
  Encounter: ['serviceProvider'],
  // Who answers for a section of a joint assessment (extension section-owner) reads and fills in the one response that all share.
  QuestionnaireResponse: ['item.extension.valueReference'],
}

/**
 * Elements that name who gave or measured something. They see that row whoever typed it, under any label: a centre reads its own
 * counselling sessions. It is for its author to change.
 */
const PERFORMER_PATHS: Readonly<Record<string, readonly string[]>> = {
  Procedure: ['performer.actor', 'performer.onBehalfOf'],
  Observation: ['performer'],
}

const PERFORMERS: ReadonlySet<string> = new Set(['Organization', 'Practitioner', 'PractitionerRole'])

/** A request or a step that is still being written is its writer's, whomever it names: nobody is asked yet. HAZ-P143 */
const isUnsent = ({ resourceType, status }: FhirResource): boolean =>
  (resourceType === 'ServiceRequest' || resourceType === 'Task') && status === 'draft'
const UNSENT_PATHS = ['requester']

const OF_A_PERSON = /^(Patient|RelatedPerson)\//

/** What a person, or a carer in their name, still writes about the help they need: nobody else reads it until it is sent. HAZ-R100, decision 630 */
const isOwnDraft = (resource: FhirResource, author: string): boolean =>
  resource.resourceType === 'ServiceRequest' && isUnsent(resource) && OF_A_PERSON.test(author)

/** Who may see a row because they wrote it or are named in it: the author first, then the parties, each once. */
export function partiesOf(resource: FhirResource, author: string): string[] {
  const { resourceType } = resource
  const performers = referencesAt(resource, PERFORMER_PATHS[resourceType] ?? []).filter(({ type }) => PERFORMERS.has(type))
  const named = [...referencesAt(resource, isUnsent(resource) ? UNSENT_PATHS : (PARTY_PATHS[resourceType] ?? [])), ...performers].map(
    ({ type, id }) => `${type}/${id}`,
  )
  return [...new Set([author, ...named])]
}

/** Of the parties of a row those who may change it too. */
export function answeringFor(type: string, parties: readonly string[]): readonly string[] {
  return Object.hasOwn(PERFORMER_PATHS, type) ? parties.slice(0, 1) : parties
}
