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

const pausedFor = ({ extension = [] }: Appointment): string | undefined =>
  extension.find(({ url }) => url === PAUSED_FOR)?.valueReference?.reference

/** Booked, in the next two weeks, and not on hold yet. */
export const toHold = (appointments: readonly Appointment[], now: Date): readonly Appointment[] =>
  appointments.filter((each) => {
    const startsAt = Date.parse(each.start ?? '')
    return each.status === 'booked' && pausedFor(each) === undefined && startsAt >= now.getTime() && startsAt <= now.getTime() + AHEAD_MS
  })

/** Those that were put on hold for this stay and still are. */
export const heldIn = (appointments: readonly Appointment[], encounter: string): readonly Appointment[] =>
  appointments.filter((each) => each.status === 'pending' && pausedFor(each) === encounter)

/** Everybody who takes part but the person, as `Type/id`: all of them read what the appointment says. */
export const readersOf = ({ participant }: Appointment): readonly string[] =>
  participant.flatMap(({ actor }) => {
    const reference = actor?.reference
    return reference === undefined || reference.startsWith('Patient/') || reference.startsWith('Location/') ? [] : [reference]
  })

/** On hold; that the person is in hospital stands there only where everybody who reads it may know. */
export function held(appointment: Appointment, encounter: string, { mayKnow }: { readonly mayKnow: boolean }): Appointment {
  const { comment, extension = [] } = appointment
  return {
    ...appointment,
    extension: [...extension, { url: PAUSED_FOR, valueReference: { reference: encounter } }],
    status: 'pending',
    comment: [mayKnow ? KNOWS : DOES_NOT_KNOW, comment].filter((part) => part !== undefined).join(' '),
  }
}

/** As it is after the decision: `resume`, `change` or `stop`. What lies in the past by then did not take place. */
export function decided(appointment: Appointment, outcome: string, now: Date): Appointment {
  const { comment: said, extension = [], ...rest } = appointment
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
