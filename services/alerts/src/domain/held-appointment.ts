// A visit or class that is booked for somebody who is in hospital: put on hold, and booked again only when a named professional says so after the stay.
// FHIR R4 Appointment: `pending` until it is decided. Features, G7; acceptance story 4, step 5. HAZ-A16
import type { Appointment, BundleEntry } from '@medplum/fhirtypes'
import { HANDRAIL } from '@platform/nhs/systems'
import { referenceTo } from './vocabulary.ts'

const PAUSED_FOR = `${HANDRAIL}/StructureDefinition/paused-for`
/** What lies further ahead is left: most stays are over by then, and it is looked at again each day. */
const AHEAD_MS = 14 * 86_400_000

const KNOWS = 'In hospital, do not expect.'
const DOES_NOT_KNOW = 'Not attending until further notice.'
const CHANGES = 'Not as it was after the hospital stay: ask the community team how.'

/** Every stay for which it waits. */
const pausedFor = ({ extension = [] }: Pick<Appointment, 'extension'>): readonly string[] =>
  extension.flatMap(({ url, valueReference }) => (url === PAUSED_FOR ? (valueReference?.reference ?? []) : []))

/** Booked, or on hold for an earlier stay, in the next two weeks. */
export const toHold = (appointments: readonly Appointment[], now: Date, encounter: string): readonly Appointment[] =>
  appointments.filter((each) => {
    const startsAt = Date.parse(each.start ?? '')
    const waits = each.status === 'pending' && pausedFor(each).length > 0
    return (
      (each.status === 'booked' || waits) &&
      !pausedFor(each).includes(encounter) &&
      startsAt >= now.getTime() &&
      startsAt <= now.getTime() + AHEAD_MS
    )
  })

/** Those that were put on hold for this stay and still are. */
export const heldIn = (appointments: readonly Appointment[], encounter: string): readonly Appointment[] =>
  appointments.filter((each) => each.status === 'pending' && pausedFor(each).includes(encounter))

/** Everybody who takes part but the person, as `Type/id`: all of them read what the appointment says. */
export const readersOf = ({ participant }: Appointment): readonly string[] =>
  participant.flatMap(({ actor }) => {
    const reference = actor?.reference
    return reference === undefined || reference.startsWith('Patient/') || reference.startsWith('Location/') ? [] : [reference]
  })

/** On hold; that the person is in hospital stands there only where everybody who reads it may know. */
export function held(appointment: Appointment, encounter: string, { mayKnow }: { readonly mayKnow: boolean }): Appointment {
  const { comment, extension = [] } = appointment
  const mark = { url: PAUSED_FOR, valueReference: { reference: encounter } }
  if (appointment.status === 'pending') return { ...appointment, extension: [...extension, mark] }
  return {
    ...appointment,
    extension: [...extension.filter(({ url }) => url !== PAUSED_FOR), mark],
    status: 'pending',
    comment: [mayKnow ? KNOWS : DOES_NOT_KNOW, comment].filter((part) => part !== undefined).join(' '),
  }
}

/**
 * As it is after the decision that follows that stay: `resume`, `change` or `stop`. What lies in the past by then did not take place; what waits for
 * another stay too is not taken up again by this one.
 */
export function decided(appointment: Appointment, encounter: string, outcome: string, now: Date): Appointment {
  const { comment: said, extension = [], ...rest } = appointment
  const left = extension.filter(({ url, valueReference }) => url !== PAUSED_FOR || valueReference?.reference !== encounter)
  if (outcome === 'resume' && pausedFor({ extension: left }).length > 0) return { ...appointment, extension: left }
  const others = extension.filter(({ url }) => url !== PAUSED_FOR)
  const before = (said ?? '').replace(KNOWS, '').replace(DOES_NOT_KNOW, '').trim()
  const comment = [...(outcome === 'change' ? [CHANGES] : []), ...(before === '' ? [] : [before])].join(' ')
  const base = { ...rest, ...(others.length === 0 ? {} : { extension: others }), ...(comment === '' ? {} : { comment }) }
  if (outcome === 'change') return { ...base, status: 'pending' }
  if (outcome === 'resume' && Date.parse(appointment.start ?? '') > now.getTime()) return { ...base, status: 'booked' }
  return {
    ...base,
    status: 'cancelled',
    cancelationReason: { text: outcome === 'stop' ? 'Not to be taken up again.' : 'It did not take place.' },
  }
}

/** A changed Appointment as an entry of a transaction, guarded by its version. */
export const changedAppointment = (appointment: Appointment): BundleEntry => ({
  resource: appointment,
  request: { method: 'PUT', url: referenceTo(appointment), ifMatch: `W/"${appointment.meta?.versionId ?? ''}"` },
})
