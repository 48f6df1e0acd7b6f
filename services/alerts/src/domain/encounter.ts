import type { Encounter } from '@medplum/fhirtypes'
import { namesOneOf } from '@handrail/fhir-profiles/sensitive-wards'
import { CODES, OWN_ID } from '@platform/nhs/systems'
import type { HospitalNumber } from './person.ts'
import { showPlace } from './place.ts'
import { GOING_ON, leftAt, type Stay, type StayStatus } from './stay.ts'

/** A stay together with where it is kept. */
export interface StayView {
  /** Our own id of the stay; on the Encounter as `Id/stay`. */
  readonly id: string
  readonly facility: string
  /** What people call the hospital. Absent: as it writes itself. */
  readonly called?: string
  readonly visit?: HospitalNumber
  /** Logical id of the Patient. */
  readonly patient: string
  readonly stay: Stay
  /** A merge or correction showed that this was somebody else's stay. */
  readonly wrongPerson: boolean
  /** The hospital held this stay twice; a merge (A40) left the other one. */
  readonly merged: boolean
  /** Not this stay, but the record or another hospital says that the person has died. */
  readonly diedElsewhere?: true
  /** Where the person is is shown to nobody outside the direct-care team: a sensitive ward, or a restricted person. */
  readonly concealed?: true
  /** No rule of the person speaks for this kind of admission, and nobody was told yet. */
  readonly notAskedFor?: true
  /** The person is on a ward that the hospital marks as critical care. */
  readonly inCriticalCare?: true
}

/** The person has died, whoever says so: the stay is over for everybody who answers. HAZ-A20 */
export const hasDied = ({ stay, diedElsewhere }: StayView): boolean => stay.died || diedElsewhere === true

/** The same stay without any place of it. HAZ-A17 */
export function conceal(view: StayView): StayView {
  const { location: _, ...stay } = view.stay
  return { ...view, stay: { ...stay, places: [] }, concealed: true }
}

/** Whether a place of the stay is a ward that the hospital marks as sensitive, in the map of its site or on the stay itself. */
export const inSensitiveWard = ({ stay }: StayView, wards: readonly string[]): boolean =>
  stay.places.some(({ ward, sensitive }) => sensitive === true || (ward !== undefined && namesOneOf(wards, ward)))

/** The same stay, saying whether the person is now on a ward of critical care. */
export function withCriticalCare(view: StayView, wards: readonly string[]): StayView {
  const { ward } = view.stay.location ?? {}
  return ward !== undefined && namesOneOf(wards, ward) ? { ...view, inCriticalCare: true } : view
}

/** Encounter.status, by where somebody stands. FHIR R4, EncounterStatus; standards page, section 7, last line. */
const STATUS: Readonly<Record<StayStatus, NonNullable<Encounter['status']>>> = {
  unknown: 'unknown',
  planned: 'planned',
  attending: 'in-progress',
  inpatient: 'in-progress',
  'on-leave': 'onleave',
  ended: 'finished',
  cancelled: 'cancelled',
}

const CLASS = {
  E: { code: 'EMER', display: 'emergency' },
  I: { code: 'IMP', display: 'inpatient encounter' },
  O: { code: 'AMB', display: 'ambulatory' },
  P: { code: 'PRENC', display: 'pre-admission' },
} as const

/** The Encounter of a stay as it should stand; what others have added to it is kept. */
export function encounterFor(view: StayView, hospital: string | undefined, existing: Encounter | undefined): Encounter {
  const { id, facility, patient, stay, wrongPerson, merged } = view
  const { admittedAt, patientClass } = stay
  const endedAt = leftAt(stay)
  const status = hasDied(view) && GOING_ON.has(stay.status) ? 'ended' : stay.status
  const places = stay.places.map(showPlace).filter((place) => place !== '')
  const encounterClass =
    status === 'attending' && !isOutside(patientClass) ? CLASS.E : (CLASS[patientClass as keyof typeof CLASS] ?? CLASS.I)
  const { period: _, location: held, ...kept } = existing ?? ({} as Partial<Encounter>)
  return {
    ...kept,
    resourceType: 'Encounter',
    identifier: existing?.identifier ?? [{ system: OWN_ID.STAY, value: id }],
    status: wrongPerson || merged ? 'entered-in-error' : STATUS[status],
    class: { system: CODES.ACT_CODE, ...encounterClass },
    subject: existing?.subject ?? { reference: `Patient/${patient}` },
    ...(admittedAt === undefined
      ? {}
      : { period: { start: admittedAt.toISOString(), ...(endedAt === undefined ? {} : { end: endedAt.toISOString() }) } }),
    ...(places.length === 0 ? {} : { location: locations(held, places, status) }),
    serviceProvider: hospital === undefined ? { identifier: { system: OWN_ID.HL7V2_FACILITY, value: facility } } : { reference: hospital },
  }
}

const isOutside = (patientClass: string | undefined): boolean => patientClass === 'O' || patientClass === 'P'

/** Every place of the stay, computed from its messages and not from what was written when; what others refer to is kept. */
function locations(held: Encounter['location'], places: readonly string[], status: StayStatus): NonNullable<Encounter['location']> {
  const current = status === 'ended' || status === 'cancelled' ? 'completed' : 'active'
  const others = (held ?? []).filter(({ location }) => location.reference !== undefined)
  const ours = [...new Map(places.map((place) => [place, place])).keys()].filter((place) => place !== places.at(-1))
  return [
    ...others,
    ...ours.map((display) => ({ location: { display }, status: 'completed' as const })),
    { location: { display: places.at(-1) ?? '' }, status: current },
  ]
}
