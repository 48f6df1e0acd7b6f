// HL7 v2 ADT, chapter 3, as UK feeds write it: standards page "Hospital alerts", section 4; HL7 UK A.3.
import type { Complaint } from '@platform/hl7v2/acknowledgement'
import { DELETE, type Message, type Repetition, type Segment } from '@platform/hl7v2/message'
import type { Duration } from '@handrail/fhir-profiles/calendar'
import { parseDate, parseTime } from '@platform/hl7v2/time'
import { parseNhsNumber, type NhsNumber } from '@platform/nhs/nhs-number'
import { NHS_NUMBER_OID } from '@platform/nhs/systems'
import {
  MERGE_EVENTS,
  PERSON_EVENTS,
  STAY_EVENTS,
  VISIT_MERGE_EVENTS,
  type AdmissionKind,
  type AdtFacts,
  type HospitalLocation,
  type PersonEventType,
  type StayEventType,
} from '../adt.ts'
import { lengthMs } from '../length.ts'
import { normalName, type HospitalNumber, type NormalName, type PersonInMessage } from '../person.ts'

/** A message that cannot be used, and what the sender is told. */
export interface Unusable {
  readonly verdict: 'error' | 'reject'
  readonly complaint: Complaint
}

/** What the message says, one entry for each patient in it; none for an event we do not act on. */
export type AdtRead = { readonly usable: true; readonly facts: readonly AdtFacts[] } | ({ readonly usable: false } & Unusable)

/** Which processing ids are taken, MSH-11: `P` production, `T` training, `D` debugging. An absent one counts as production. */
export interface AdtOptions {
  readonly processingIds: readonly string[]
  /** Stands in for a missing MSH-7. */
  readonly receivedAt: Date
  /** How the sending hospital writes; absent: as the standard does. */
  readonly siteOf?: (facility: string) => SiteWays
}

/** The ways of one hospital that bear on reading. `fhir-profiles/pathway/hospital-sites.json` */
export interface SiteWays {
  readonly location?: readonly string[] | undefined
  readonly authorities?: ReadonlyMap<string, string> | undefined
  readonly nhsNumberAuthorities?: readonly string[] | undefined
  readonly ignore?: readonly string[] | undefined
  readonly patientClasses?: ReadonlyMap<string, string> | undefined
  readonly admissionKinds?: ReadonlyMap<string, AdmissionKind> | undefined
  readonly clockAhead?: Duration | undefined
  readonly deathDispositions?: readonly string[] | undefined
}

const STANDARD: SiteWays = {}

const ACTED_ON: ReadonlySet<string> = new Set([...STAY_EVENTS, ...PERSON_EVENTS])
/** Events about more than one patient record; every other is about one. HL7 v2, chapter 3. */
const ABOUT_SEVERAL: ReadonlySet<string> = new Set(['A17', ...MERGE_EVENTS, ...VISIT_MERGE_EVENTS])
const VERSION = /^2\.[1-9](\.\d)?$/

/**
 * Whether a message is of a kind we take, by its header alone.
 *
 * @returns nothing when it is
 */
export function refuseHeader(
  { msh, type, event, controlId }: Message,
  { processingIds }: Pick<AdtOptions, 'processingIds'>,
): Unusable | undefined {
  if (type !== 'ADT') return reject('200', 'MSH^1^9', 'Only ADT messages are taken here.')
  const [version, processingId] = [msh.text(12), msh.text(11)]
  if (version !== '' && !VERSION.test(version)) return reject('203', 'MSH^1^12', 'HL7 v2.1 to v2.9 is taken here.')
  if (processingId !== '' && !processingIds.includes(processingId))
    return reject('202', 'MSH^1^11', 'This processing id is not taken here.')
  if (controlId.trim() === '') return error('101', 'MSH^1^10', 'The message has no control id.')
  if (event === '') return error('101', 'MSH^1^9', 'The message has no trigger event.')
  return undefined
}

const reject = (condition: Complaint['condition'], location: string, says: string): Unusable => ({
  verdict: 'reject',
  complaint: { condition, location, says },
})
const error = (condition: Complaint['condition'], location: string, says: string): Unusable => ({
  verdict: 'error',
  complaint: { condition, location, says },
})

/** Reads a message whose header is taken. */
export function readAdt(message: Message, options: AdtOptions): AdtRead {
  const refused = refuseHeader(message, options)
  if (refused !== undefined) return { usable: false, ...refused }

  const { event } = message
  const groups = message.patientGroups()
  // Every ADT event has a PID, so a message without one cannot be what it says it is. HL7 v2, chapter 3.
  if (groups.length === 0) return { usable: false, ...error('101', 'PID', 'The message has no PID segment.') }
  if (groups.some(([pid]) => pid === undefined || isEmpty(pid)))
    return { usable: false, ...error('102', 'PID', 'The PID segment is empty.') }
  const ways = options.siteOf?.(facilityOf(message)) ?? STANDARD
  if (!ACTED_ON.has(event) || ways.ignore?.includes(event) === true) return { usable: true, facts: [] }
  // The header of the second message is missing or spoilt: what it said of its patient is not what the first one says. HAZ-A01
  if (!ABOUT_SEVERAL.has(event) && new Set(groups.map(whoseGroup)).size > 1)
    return { usable: false, ...error('100', 'PID^2', 'A message of this event is about one patient, and this one has two.') }
  return { usable: true, facts: groups.map((group) => readGroup(message, group, event as AdtFacts['event'], options, ways)) }
}

const whoseGroup = ([pid]: readonly Segment[]): string => [3, 5, 7].map((field) => pid?.field(field)).join('\n')

const isEmpty = (pid: Segment): boolean => [2, 3, 4, 5, 7, 19].every((field) => pid.field(field) === '')

function readGroup(
  message: Message,
  group: readonly Segment[],
  event: StayEventType | PersonEventType,
  { receivedAt }: AdtOptions,
  ways: SiteWays,
): AdtFacts {
  const [pid] = group
  const pv1 = group.find(({ name }) => name === 'PV1')
  const evn = message.segment('EVN')
  const facility = facilityOf(message)
  const latest = latestBelieved(receivedAt, ways)
  let ahead = false
  const written = (text: string | undefined) => (text === undefined ? undefined : parseTime(text, undefined, receivedAt)?.at)
  // What has not come yet has not happened: a slip in a year would keep a stay open, or take back every admission to come.
  const time = (text: string | undefined) => {
    const at = written(text)
    if (at === undefined || at.getTime() <= latest) return at
    ahead = true
    return undefined
  }
  const recordedAt = time(evn?.text(2)) ?? time(message.msh.text(7)) ?? receivedAt
  const happenedAt = time(evn?.text(6))
  const visit = pv1 === undefined ? undefined : numberOf(pv1.repetitions(19)[0], facility, ways)
  const kind = present(pv1?.text(2))?.toUpperCase()
  const patientClass = kind === undefined ? undefined : (ways.patientClasses?.get(kind) ?? kind)
  const admission = readAdmission(present(pv1?.text(4))?.toUpperCase(), kind, patientClass, ways)
  const location = pv1 === undefined ? undefined : readLocation(pv1, ways)
  // A pre-admission says when somebody is to come; a discharge that is to come (PV1-45) is none yet.
  const admittedAt = event === 'A05' ? written(pv1?.text(44)) : time(pv1?.text(44))
  const planned = written(pv1?.text(45))
  const dischargedAt = planned !== undefined && planned.getTime() > latest ? undefined : planned
  const diedAt = saysTimeOfDay(pid?.text(29) ?? '') ? time(pid?.text(29)) : undefined
  const mergedVisits = mergedNumbers(group, 5, facility, ways)
  const person = readPerson(pid, group, facility, ways)
  const alternate = pv1 === undefined ? undefined : numberOf(pv1.repetitions(50)[0], facility, ways)
  const otherVisits = otherVisitsOf(event, visit, alternate === undefined ? mergedVisits : [...mergedVisits, alternate], person)
  return {
    event,
    facility,
    person,
    ...(visit === undefined ? {} : { visit }),
    ...(patientClass === undefined ? {} : { patientClass }),
    ...(admission === undefined ? {} : { admission }),
    ...(location === undefined ? {} : { location }),
    ...(admittedAt === undefined ? {} : { admittedAt }),
    ...(dischargedAt === undefined ? {} : { dischargedAt }),
    ...(happenedAt === undefined ? {} : { happenedAt }),
    occurredAt: happenedAt ?? recordedAt,
    recordedAt,
    died: pid?.text(30) === 'Y' || present(pid?.text(29)) !== undefined || saysDeath(pv1?.text(36) ?? '', ways),
    ...(diedAt === undefined ? {} : { diedAt }),
    ...(/^(N|"")$/.test(pid?.text(30) ?? '') ? { alive: true as const } : {}),
    merged: mergedNumbers(group, 1, facility, ways),
    mergedVisits,
    ...(otherVisits.length === 0 ? {} : { otherVisits }),
    ...(ahead ? { ahead: true as const } : {}),
  }
}

/** To the minute. A day that is filled up with noughts is a day: a length of stay that was counted from its midnight would be an invention. */
const saysTimeOfDay = (text: string): boolean => /^\d{12}/.test(text) && !/^\d{8}0000(00)?(?!\d)/.test(text)

/** PV1-36, table 0112: 20 and 40 to 42 expired; or what this hospital writes. */
const saysDeath = (disposition: string, { deathDispositions }: SiteWays): boolean =>
  deathDispositions === undefined
    ? /^(20|40|41|42)$|died|death|deceased/i.test(disposition)
    : deathDispositions.includes(disposition.toUpperCase())

const USUALLY_AHEAD: Duration = { hours: 2 } // a clock that was not moved to or from summer time is one hour ahead

/** The latest instant that a message may speak of as past. */
export const latestBelieved = (receivedAt: Date, { clockAhead = USUALLY_AHEAD }: Pick<SiteWays, 'clockAhead'>): number =>
  receivedAt.getTime() + lengthMs(clockAhead)

/** The events with which a visit may get another number; chapter 3 has MRG in A06 and A07 for that. */
const RENUMBERS: ReadonlySet<string> = new Set(['A01', 'A06', 'A07'])

function otherVisitsOf(
  event: string,
  visit: HospitalNumber | undefined,
  others: readonly HospitalNumber[],
  { hospitalNumbers }: PersonInMessage,
): readonly HospitalNumber[] {
  if (!RENUMBERS.has(event) || visit === undefined) return []
  const known = [visit, ...hospitalNumbers] // a number of the person is none of a visit
  return others.filter((one) => !known.some(({ authority, value }) => authority === one.authority && value === one.value))
}

/** PV1-4, HL7 v2 table 0007. Routine, labour and newborn are none of these: a rule that is for some of them alone speaks for what is not known. */
const ADMISSION_TYPE: Readonly<Record<string, AdmissionKind>> = { A: 'emergency', E: 'emergency', U: 'emergency', C: 'elective' }

function readAdmission(
  type: string | undefined,
  written: string | undefined,
  patientClass: string | undefined,
  { admissionKinds }: SiteWays,
): AdmissionKind | undefined {
  if (patientClass === 'E') return 'emergency'
  return admissionKinds?.get(type ?? '') ?? admissionKinds?.get(written ?? '') ?? ADMISSION_TYPE[type ?? '']
}

const mergedNumbers = (group: readonly Segment[], field: 1 | 5, facility: string, ways: SiteWays): readonly HospitalNumber[] =>
  group
    .filter(({ name }) => name === 'MRG')
    .flatMap((mrg) => mrg.repetitions(field).flatMap((each) => numberOf(each, facility, ways) ?? []))

/** MSH-4, else the sending application: whose numbers and visits these are. */
export function facilityOf({ msh }: Message): string {
  return msh.text(4) || msh.text(3)
}

const present = (text: string | undefined): string | undefined => (text === undefined || text === '' || text === DELETE ? undefined : text)

function readPerson(pid: Segment | undefined, group: readonly Segment[], facility: string, ways: SiteWays): PersonInMessage {
  const identifiers = pid?.repetitions(3) ?? []
  const nhsNumbers = new Set<NhsNumber>()
  const hospitalNumbers: HospitalNumber[] = []
  for (const identifier of identifiers) {
    const number = parseNhsNumber(identifier.text())
    if (saysNhsNumber(identifier, ways)) {
      if (number !== undefined) nhsNumbers.add(number)
      continue // one that fails the check identifies nobody
    }
    const hospital = numberOf(identifier, facility, ways)
    if (hospital !== undefined) hospitalNumbers.push(hospital)
  }
  // HL7 UK wants every identifier in PID-3; some senders keep the NHS number in PID-2 or PID-19.
  for (const field of nhsNumbers.size === 0 ? [2, 19] : []) {
    const number = parseNhsNumber(pid?.text(field) ?? '')
    if (number !== undefined) nhsNumbers.add(number)
  }
  const names = [...(pid?.repetitions(5) ?? []), ...(pid?.repetitions(9) ?? [])].flatMap((name) => readName(name) ?? [])
  const bornOn = parseDate(pid?.text(7) ?? '')
  const traceStatus = readTraceStatus(pid, group, identifiers)
  return {
    nhsNumbers: [...nhsNumbers],
    hospitalNumbers,
    names,
    ...(bornOn === undefined ? {} : { bornOn }),
    ...(traceStatus === undefined ? {} : { traceStatus }),
    identityUnknown: pid?.text(31) === 'Y',
  }
}

const NHS_AUTHORITIES: ReadonlySet<string> = new Set(['NHS', 'NHSNBR', 'CHI', 'HSNI', 'HSC'])

/** The ways senders mark an NHS, CHI or H&C number: by authority, by its OID, or by the type alone. */
function saysNhsNumber(identifier: Repetition, { nhsNumberAuthorities = [] }: SiteWays): boolean {
  if (nhsNumberAuthorities.includes(identifier.text(4))) return true
  const type = identifier.text(5).toUpperCase()
  return NHS_AUTHORITIES.has(identifier.text(4).toUpperCase()) || identifier.text(4, 2) === NHS_NUMBER_OID || /^(NH|NI$)/.test(type)
}

function numberOf(identifier: Repetition | undefined, facility: string, { authorities }: SiteWays): HospitalNumber | undefined {
  const value = present(identifier?.text())
  if (identifier === undefined || value === undefined) return undefined
  const written = present(identifier.text(4)) ?? present(identifier.text(4, 2))
  return { authority: authorities?.get(written ?? '') ?? written ?? facility, value }
}

function readName(name: Repetition): NormalName | undefined {
  const parts = [name.text(2), name.text(3)].flatMap((part) => present(part) ?? [])
  return normalName(present(name.text(1)) ?? '', parts)
}

/** PID-32 `NSTS01`, `PDS01` or `01`; ZU1-27; or the portal's convention `NH{status:01}` in the identifier's type. */
function readTraceStatus(pid: Segment | undefined, group: readonly Segment[], identifiers: readonly Repetition[]): string | undefined {
  const zu1 = group.find(({ name }) => name === 'ZU1')?.text(27)
  const stated = [...(pid?.repetitions(32) ?? []).map((each) => each.text()), ...(zu1 === undefined ? [] : [zu1])]
  for (const text of [...stated, ...identifiers.map((each) => /\{status:(\d\d)\}/.exec(each.text(5))?.[1] ?? '')]) {
    const code = /^(?:NSTS|PDS)?(0[1-8])$/.exec(text)?.[1]
    if (code !== undefined) return code
  }
  return undefined
}

/** PV1-3, in the order in which this hospital writes it: ward, room, bed, facility unless its entry says otherwise. */
function readLocation(pv1: Segment, { location = ['ward', 'room', 'bed', 'site'] }: SiteWays): HospitalLocation | undefined {
  const told: Record<string, string> = {}
  for (const [index, name] of location.entries()) {
    const value = present(pv1.text(3, index + 1))
    if (value !== undefined && name !== 'other') told[name] ??= value
  }
  return Object.keys(told).length === 0 ? undefined : (told as HospitalLocation)
}
