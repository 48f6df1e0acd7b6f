/**
 * How much of a request (ServiceRequest) whoever is asked, or looks after the person, is shown: the parts that one of their kind would be sent by any
 * channel, by the table `pathway/payloads.json`. Whoever wrote the request or made it, the person and the hub's own services see all of it. Pure. HAZ-R30
 */
import {
  IN_THE_RECORD,
  partsFor,
  requestElements,
  requestInParts,
  type PartsPolicy,
  type PayloadPart,
} from '@handrail/fhir-profiles/payload-parts'
import type { Grade, Role } from '@platform/fhir/caller'
import { parseJson } from '@platform/fhir/json'
import { subsetted } from '@platform/fhir/subsetted'
import { isObject } from '../references.ts'

/** Those who act for an organisation. Everybody else sees a request whole, or not at all. */
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

/** The parts of a request itself: who is shown them all sees the whole of it. */
const OF_A_REQUEST: readonly PayloadPart[] = ['needs', 'asked', 'reasons', 'notes', 'evidence']

/** Whether these parts are all there are. */
export const isWhole = (parts: ReadonlySet<PayloadPart>): boolean => OF_A_REQUEST.every((part) => parts.has(part))

/**
 * A request's text in these parts, tagged SUBSETTED where something is left out, so that nobody takes it for the whole. FHIR R4 Resource.meta.tag. Numbers
 * keep their digits.
 *
 * @param mine the references under which the reader makes requests: one of whose requester they are stays whole
 */
export function shownInPart(content: string, parts: ReadonlySet<PayloadPart>, mine: readonly string[]): string {
  const request = parseJson(content).exact as Readonly<Record<string, unknown>>
  const { requester } = request
  if (isObject(requester) && mine.includes(String(requester['reference']))) return content
  const left = requestInParts(request, parts, IN_THE_RECORD)
  const text = JSON.stringify(left)
  return text === JSON.stringify(request) ? content : JSON.stringify(subsetted(left))
}

/** Elements of a request by which a reader who is shown these parts may search: by what else it holds he would learn that it is there. */
export const searchedBy = (parts: ReadonlySet<PayloadPart>): ReadonlySet<string> => requestElements(parts, IN_THE_RECORD)
