// FHIR Encounter as a message about a stay: standards page "Hospital alerts", section 7, last line, and section 12 (Da Vinci Unsolicited
// Notifications 1.1). What it says is the same as what an ADT message says, and goes the same way from here on.
import type { Bundle, Encounter, Identifier, Location, MessageHeader, Patient, Resource } from '@medplum/fhirtypes'
import { isMarkedSensitive } from '@platform/fhir/whereabouts'
import { CODES, ID, NATIONAL_NUMBER_SYSTEMS } from '@platform/nhs/systems'
import { parseNhsNumber } from '@platform/nhs/nhs-number'
import type { AdmissionKind, AdtFacts, HospitalLocation, StayEventType } from '../adt.ts'
import { latestBelieved, type SiteWays } from './read-adt.ts'
import { normalName, type HospitalNumber, type PersonInMessage } from '../person.ts'

/** What is kept of a stay told by FHIR: who sent it, and the resource or Bundle as it came. */
export interface FhirNews {
  /** `Organization/…` of the sender, or the hospital the Encounter names. */
  readonly facility: string
  readonly resource: Encounter | Bundle
}

const NOTIFICATION = 'http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event'
const EVENTS: Readonly<Record<string, 'admit' | 'transfer' | 'discharge'>> = {
  'notification-admit': 'admit',
  'notification-transfer': 'transfer',
  'notification-discharge': 'discharge',
}
const ACT_PRIORITY = 'http://terminology.hl7.org/CodeSystem/v3-ActPriority'
/** HL7 v3 ActPriority: elective, emergency, urgent. */
const PRIORITY: Readonly<Record<string, AdmissionKind>> = { EL: 'elective', EM: 'emergency', UR: 'emergency' }
const EMERGENCY: ReadonlySet<string> = new Set(['EMER'])
const OUTPATIENT: ReadonlySet<string> = new Set(['AMB', 'VR', 'HH', 'FLD'])

/** The facts of an Encounter or of a notification; nothing where it is neither, or says nothing of a stay. */
export function readNews(
  { facility, resource }: FhirNews,
  receivedAt: Date,
  ways: Pick<SiteWays, 'authorities' | 'clockAhead'> = {},
): AdtFacts | undefined {
  const latest = latestBelieved(receivedAt, ways)
  const past = (text: string | undefined) => {
    const at = instant(text)
    return at !== undefined && at.getTime() <= latest ? at : receivedAt
  }
  if (resource.resourceType === 'Encounter') {
    const event = eventOf(resource)
    const at = past(resource.meta?.lastUpdated)
    const { id } = resource
    const facts = event === undefined ? undefined : factsOf(event, resource, { person: NOBODY }, facility, at, ways)
    return facts === undefined || id === undefined ? facts : { ...facts, encounter: id }
  }
  const entries = (resource.entry ?? []).flatMap(({ resource: each }) => each ?? [])
  const header = entries[0]
  const [encounter, patient] = [only<Encounter>(entries, 'Encounter'), only<Patient>(entries, 'Patient')]
  if (resource.type !== 'message' || header?.resourceType !== 'MessageHeader' || encounter === undefined || patient === undefined)
    return undefined
  const told = EVENTS[codeOf(header)]
  const event =
    told === 'transfer'
      ? 'A02'
      : told === 'discharge'
        ? 'A03'
        : told === 'admit'
          ? eventOf({ ...encounter, status: 'in-progress' })
          : undefined
  const stated = encounter.status === 'cancelled' || encounter.status === 'entered-in-error' ? 'A11' : event
  if (stated === undefined) return undefined
  return factsOf(
    stated,
    withPlaceNames(encounter, resource),
    { person: personIn(patient, facility), patient },
    facility,
    past(resource.timestamp),
    ways,
  )
}

/** Every reference of a notification is to an entry of the same Bundle: a ward has its name there. Da Vinci Unsolicited Notifications 1.1 */
function withPlaceNames(encounter: Encounter, { entry = [] }: Bundle): Encounter {
  const nameOf = (reference: string): string | undefined => {
    const found = entry.find(
      ({ fullUrl, resource }) =>
        resource?.resourceType === 'Location' && (fullUrl === reference || `Location/${resource.id ?? ''}` === reference),
    )
    return (found?.resource as Location | undefined)?.name
  }
  const location = encounter.location?.map((each) => {
    const { display, reference } = each.location
    const name = display ?? (reference === undefined ? undefined : nameOf(reference))
    return name === undefined ? each : { ...each, location: { ...each.location, display: name } }
  })
  return location === undefined ? encounter : { ...encounter, location }
}

const codeOf = ({ eventCoding }: MessageHeader): string => (eventCoding?.system === NOTIFICATION ? (eventCoding.code ?? '') : '')

/** Two of a kind are nobody's: which one is meant is not guessed. */
function only<T extends Resource>(entries: readonly Resource[], type: T['resourceType']): T | undefined {
  const found = entries.filter(({ resourceType }) => resourceType === type)
  return found.length === 1 ? (found[0] as T) : undefined
}

/** planned = A05; arrived or in-progress with class EMER = A04, else A01; finished = A03; cancelled and entered-in-error = A11; onleave = A21. */
function eventOf({ status, class: kind }: Encounter): StayEventType | undefined {
  switch (status) {
    case 'planned':
      return 'A05'
    case 'arrived':
    case 'triaged':
    case 'in-progress':
      return EMERGENCY.has(kind.code ?? '') || OUTPATIENT.has(kind.code ?? '') ? 'A04' : 'A01'
    case 'onleave':
      return 'A21'
    case 'finished':
      return 'A03'
    case 'cancelled':
    case 'entered-in-error':
      return 'A11'
    default:
      return undefined // unknown says nothing
  }
}

function factsOf(
  event: StayEventType,
  encounter: Encounter,
  { person, patient }: { readonly person: PersonInMessage; readonly patient?: Patient },
  facility: string,
  at: Date,
  ways: Pick<SiteWays, 'authorities' | 'clockAhead'>,
): AdtFacts {
  const [start, end] = [instant(encounter.period?.start), instant(encounter.period?.end)]
  // What is dated later than it was said has not happened yet; only a plan may speak of it.
  const soonest = latestBelieved(at, ways)
  const admittedAt = start !== undefined && start.getTime() > soonest && event !== 'A05' ? undefined : start
  const endedAt = end !== undefined && end.getTime() > soonest ? undefined : end
  const code = encounter.class.code ?? ''
  const patientClass = EMERGENCY.has(code) ? 'E' : OUTPATIENT.has(code) ? 'O' : code === 'PRENC' ? 'P' : 'I'
  const priority = encounter.priority?.coding?.find(({ system }) => system === ACT_PRIORITY)?.code ?? ''
  const admission = patientClass === 'E' ? 'emergency' : PRIORITY[priority]
  const current = encounter.location?.find(({ status }) => status === 'active') ?? encounter.location?.at(-1)
  const ward = current?.location.display
  const location: HospitalLocation | undefined =
    ward === undefined || event === 'A11' ? undefined : { ward, ...(isMarkedSensitive(encounter) && { sensitive: true }) }
  const expired = encounter.hospitalization?.dischargeDisposition?.coding?.some((each) => each.code === 'exp') === true // FHIR discharge-disposition: expired
  const died = expired || patient?.deceasedBoolean === true || patient?.deceasedDateTime !== undefined
  const diedAt = patient?.deceasedDateTime?.includes('T') === true ? instant(patient.deceasedDateTime) : undefined // else a day, month or year alone
  return {
    event,
    facility,
    person,
    visit: visitOf(encounter, facility, ways),
    patientClass,
    ...(admission === undefined ? {} : { admission }),
    ...(location === undefined ? {} : { location }),
    ...(admittedAt === undefined ? {} : { admittedAt }),
    ...(event === 'A03' && endedAt !== undefined ? { dischargedAt: endedAt } : {}),
    occurredAt: event === 'A03' ? (endedAt ?? at) : at,
    recordedAt: at,
    died,
    ...(diedAt === undefined || diedAt.getTime() > soonest ? {} : { diedAt }),
    ...(patient?.deceasedBoolean === false && !died ? { alive: true as const } : {}),
    merged: [],
    mergedVisits: [],
  }
}

/** The number of the visit as the messages of the same hospital write it: by the map of the site, else under the hospital's own name. */
function visitOf({ identifier, id = '' }: Encounter, facility: string, { authorities }: Pick<SiteWays, 'authorities'>): HospitalNumber {
  const own = identifier?.find(({ value }) => value !== undefined)
  return own?.value === undefined
    ? { authority: `${facility} Encounter`, value: id }
    : { authority: authorities?.get(own.system ?? '') ?? facility, value: own.value }
}

const NOBODY: PersonInMessage = { nhsNumbers: [], hospitalNumbers: [], names: [], identityUnknown: false }
const VERIFICATION = /NHSNumberVerificationStatus/

function personIn({ identifier = [], name = [], birthDate }: Patient, facility: string): PersonInMessage {
  const national = identifier.filter(({ system }) => NATIONAL_NUMBER_SYSTEMS.has(system ?? ''))
  const numbers = national.flatMap(({ value }) => parseNhsNumber(value ?? '') ?? [])
  const status = national.flatMap(traceOf)[0]
  const hospital = identifier.flatMap(({ system, value }) =>
    value === undefined || NATIONAL_NUMBER_SYSTEMS.has(system ?? '') ? [] : [{ authority: system ?? facility, value }],
  )
  return {
    nhsNumbers: [...new Set(numbers)],
    hospitalNumbers: hospital,
    names: name.flatMap(({ family, given }) => normalName(family ?? '', given ?? []) ?? []),
    ...(birthDate === undefined ? {} : { bornOn: birthDate }),
    ...(status === undefined ? {} : { traceStatus: status }),
    identityUnknown: false,
  }
}

const traceOf = ({ extension = [] }: Identifier): readonly string[] =>
  extension
    .filter(({ url }) => VERIFICATION.test(url))
    .flatMap(({ valueCodeableConcept }) => valueCodeableConcept?.coding ?? [])
    .flatMap(({ system, code }) => (system === CODES.NHS_NUMBER_VERIFICATION && code !== undefined ? code : []))

const instant = (text: string | undefined): Date | undefined => {
  const at = text === undefined || text.length < 10 ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? undefined : new Date(at)
}

/** Identifier systems of the hospital an Encounter names, in the order in which they are believed. */
export function facilityIn({ serviceProvider }: Encounter): string | undefined {
  const { reference, identifier } = serviceProvider ?? {}
  if (reference !== undefined) return reference
  return identifier?.system === ID.ODS_ORGANIZATION || identifier?.system === ID.ODS_SITE ? identifier.value : identifier?.value
}
