import type { HospitalNumber, PersonInMessage } from './person.ts'

/** The ADT events we act on. All others are acknowledged and nothing follows from them. HL7 v2 table 0003; HL7 UK A.3. */
export const STAY_EVENTS = [
  'A01',
  'A02',
  'A03',
  'A04',
  'A05',
  'A06',
  'A07',
  'A08',
  'A09',
  'A10',
  'A11',
  'A12',
  'A13',
  'A17',
  'A21',
  'A22',
  'A38',
] as const
/** Two records of one person become one, or numbers move: MRG-1 goes, PID-3 stays. A18, A30, A34 and A36 are the old names of A40. */
export const MERGE_EVENTS = ['A18', 'A30', 'A34', 'A36', 'A40', 'A43', 'A47'] as const
/** A visit gets another number (A42), or moves to another person (A44, A45): MRG-5 goes, PV1-19 stays. */
export const VISIT_MERGE_EVENTS = ['A42', 'A44', 'A45'] as const
/** The hospital deleted a visit or a person. Nothing is deleted here: a person is asked. */
export const DELETE_EVENTS = ['A23', 'A29'] as const
/** Events that say who somebody is, or whose a visit is. */
export const PERSON_EVENTS = ['A28', 'A31', ...MERGE_EVENTS, ...VISIT_MERGE_EVENTS, ...DELETE_EVENTS] as const

export type StayEventType = (typeof STAY_EVENTS)[number]
export type PersonEventType = (typeof PERSON_EVENTS)[number]

/** What a cancel takes back: the visit with everything that was told of it, or one event of it alone. */
export type TakenBack = 'visit' | 'A02' | 'A03' | 'A05'

/** Events that undo another one, and what; a cancel may come before what it cancels. */
export const TAKES_BACK: Readonly<Record<string, TakenBack>> = { A11: 'visit', A12: 'A02', A13: 'A03', A38: 'A05' }
export const CANCELS: ReadonlySet<string> = new Set(Object.keys(TAKES_BACK))

/** The cancels that make an event dead on arrival, where they were recorded after it. */
export const takenBackWith = (event: string): readonly TakenBack[] =>
  event === 'A02' || event === 'A03' || event === 'A05' ? ['visit', event] : ['visit']

/** Where in the hospital somebody is, as far as the message says. HL7 v2 data type PL; UK ITK swaps point of care and facility. */
export interface HospitalLocation {
  readonly ward?: string
  readonly room?: string
  readonly bed?: string
  readonly site?: string
  /** The hospital marks the stay as sensitive while the person is there. */
  readonly sensitive?: true
}

/** How somebody comes into hospital, where that is said. A rule may speak for some of these alone. */
export type AdmissionKind = 'emergency' | 'elective' | 'day-case'

/** What one message says about one person's stay. Instants are as the sender wrote them. */
export interface AdtFacts {
  readonly event: StayEventType | PersonEventType
  /** MSH-4: the facility that sent it. */
  readonly facility: string
  readonly person: PersonInMessage
  /** PV1-19 with its authority; absent where the message carries none. */
  readonly visit?: HospitalNumber
  /** Id of the hospital's own Encounter in the record, where it told of the stay by writing one. */
  readonly encounter?: string
  /** PV1-2 as it stands, upper case. */
  readonly patientClass?: string
  /** PV1-4, or the class; absent where it says nothing that is understood. */
  readonly admission?: AdmissionKind
  readonly location?: HospitalLocation
  /** PV1-44. */
  readonly admittedAt?: Date
  /** PV1-45. */
  readonly dischargedAt?: Date
  /** When it happened: EVN-6, else EVN-2, else MSH-7. */
  readonly occurredAt: Date
  /** EVN-6 as given: in a cancel it may be the time of the event it cancels. */
  readonly happenedAt?: Date
  /** When it was recorded: EVN-2, else MSH-7. */
  readonly recordedAt: Date
  /** PID-29, PID-30 or a disposition that says so. */
  readonly died: boolean
  /** PID-29 where it gives a time of day and not a day alone. */
  readonly diedAt?: Date
  /** PID-30 says expressly that the person is alive: an earlier death was a mistake. */
  readonly alive?: true
  /** MRG-1: the numbers that go; those of `person` stay. */
  readonly merged: readonly HospitalNumber[]
  /** MRG-5: the visits that go. */
  readonly mergedVisits: readonly HospitalNumber[]
  /** MRG-5 or PV1-50 of an admission, or of a change between attending and admitted: other numbers of the same visit. */
  readonly otherVisits?: readonly HospitalNumber[]
  /** It gives times that had not come when it came; they are not believed. */
  readonly ahead?: true
}
