/**
 * How much of a request, and of the person it is about, whoever acts for an organisation is shown: the parts that one of its kind would be sent by any
 * channel, by the table `pathway/payloads.json`. Whoever wrote a row, or made the request, the person and the hub's own services see all of it. Pure. HAZ-R30
 */
import {
  elementsLeft,
  IN_THE_RECORD,
  inParts,
  partsFor,
  type PartsPolicy,
  type PayloadPart,
  type Whole,
} from '@handrail/fhir-profiles/payload-parts'
import type { Grade, Role } from '@platform/fhir/caller'
import { parseJson } from '@platform/fhir/json'
import { subsetted } from '@platform/fhir/subsetted'
import { isObject } from '../references.ts'

/** Those who act for an organisation. Everybody else sees a row whole, or not at all. */
const OF_AN_ORGANIZATION: ReadonlySet<Role> = new Set<Role>(['professional', 'worker', 'ward', 'commissioner'])

/** Whether how much is shown to somebody depends on who they are at all. */
export const mayBeShownInPart = (role: Role): boolean => OF_AN_ORGANIZATION.has(role)

/** Whether of this grade one sector is shown other parts than another, so that the sector must be known. */
export const sectorMatters = (grade: Grade, { receivers }: PartsPolicy): boolean =>
  receivers.find(({ grades }) => grades === undefined || grades.includes(grade))?.sectors !== undefined

/** The kind of an organisation, and what the person agreed to for it: codes of data-class. */
export interface Reader {
  readonly grade: Grade
  readonly sector: string | undefined
  readonly agreed: ReadonlySet<string>
}

/** The parts that a reader in the hub is shown. No channel is between, which would need or forbid one. */
export const partsShown = ({ grade, sector, agreed }: Reader, policy: PartsPolicy): ReadonlySet<PayloadPart> =>
  partsFor({ receiver: { grade, sector }, channel: 'hub', agreed }, policy)

const OF_A_PERSON: readonly PayloadPart[] = [
  'name',
  'born',
  'gender',
  'numbers',
  'telephone',
  'address',
  'language',
  'needs',
  'baseline',
  'emergency-contact',
  'practice',
]

/** The types that have parts, and which: who is shown them all sees the whole of it. A Person (FHIR R4) says of somebody what a Patient does. */
const TYPES: Readonly<Record<string, { readonly of: Whole; readonly parts: readonly PayloadPart[] }>> = {
  ServiceRequest: { of: 'request', parts: ['needs', 'asked', 'reasons', 'notes', 'evidence'] },
  Patient: { of: 'patient', parts: OF_A_PERSON },
  Person: { of: 'patient', parts: OF_A_PERSON },
  RelatedPerson: { of: 'contact', parts: ['born', 'gender', 'numbers', 'address', 'language', 'emergency-contact'] },
}

/** Whether a row of this type may be shown in part at all. */
export const hasParts = (type: string): boolean => Object.hasOwn(TYPES, type)

/** The types that are shown in part to whoever is shown these parts. */
export const typesInPart = (parts: ReadonlySet<PayloadPart>): readonly string[] =>
  Object.entries(TYPES).flatMap(([type, { parts: all }]) => (all.every((part) => parts.has(part)) ? [] : [type]))

/**
 * A row's text in these parts, tagged SUBSETTED where something is left out, so that nobody takes it for the whole. FHIR R4 Resource.meta.tag. Numbers
 * keep their digits.
 *
 * @param type one that has parts
 * @param mine the references under which the reader makes requests: one of whose requester they are stays whole
 */
export function shownInPart(type: string, content: string, parts: ReadonlySet<PayloadPart>, mine: readonly string[]): string {
  const { of } = partsOf(type)
  const resource = parseJson(content).exact as Readonly<Record<string, unknown>>
  const { requester } = resource
  if (of === 'request' && isObject(requester) && mine.includes(String(requester['reference']))) return content
  const left = inParts(of, resource, parts, IN_THE_RECORD[of])
  const text = JSON.stringify(left)
  return text === JSON.stringify(resource) ? content : JSON.stringify(subsetted(left))
}

/** Elements of a type by which a reader who is shown these parts may search: by what else a row holds he would learn that it is there. */
export function searchedBy(type: string, parts: ReadonlySet<PayloadPart>): ReadonlySet<string> {
  const { of } = partsOf(type)
  return elementsLeft(of, parts, IN_THE_RECORD[of])
}

function partsOf(type: string): { readonly of: Whole } {
  const found = TYPES[type]
  if (found === undefined) throw new TypeError(`${type} has no parts`)
  return found
}

/** What else may stand beside number and date of birth, since it asks nothing of what is not shown. */
const BESIDE = /^(_count|_total|_summary|_elements|_format|_pretty|_id|active|name|family|given)$/
const WHOLE_NUMBER = /^[^|,$\\]+\|[^|,$\\]+$/
const WHOLE_DAY = /^\d{4}-\d{2}-\d{2}$/

/**
 * Whether a search for a person brings their whole number and their date of birth, both: it is told that they fit, which whoever holds both may know, and
 * nobody tries out both at once. Any other search by them is one by what is not shown.
 */
export function bringsEvidence(type: string, parameters: readonly (readonly [name: string, value: string])[]): boolean {
  const others = parameters.filter(([name]) => name !== 'identifier' && name !== 'birthdate')
  const [number, ...moreNumbers] = parameters.filter(([name]) => name === 'identifier')
  const [day, ...moreDays] = parameters.filter(([name]) => name === 'birthdate')
  return (
    type === 'Patient' &&
    number !== undefined &&
    day !== undefined &&
    moreNumbers.length + moreDays.length === 0 &&
    WHOLE_NUMBER.test(number[1]) &&
    WHOLE_DAY.test(day[1]) &&
    others.every(([name]) => BESIDE.test(name))
  )
}

/** The elements that evidence is about. */
export const EVIDENCE: readonly string[] = ['identifier', 'birthDate']
