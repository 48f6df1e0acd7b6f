/** A place at a session as the record holds it: Schedule, Slot and Appointment once it is offered, a Procedure once it was attended. FHIR R4. */
import type { Appointment, Bundle, Procedure, Schedule, Slot } from '@medplum/fhirtypes'
import { isOpen, kindOf, type Need } from '../need.ts'

import type { BookingState } from './order.ts'

const BASE = 'https://handrail.example/fhir'

/** Identifier system by which an Appointment names a session of a feed: `feed/kind/id`. */
export const SESSION_ID = `${BASE}/Id/session`

const SESSION_KEY = `${BASE}/Id/session-key`

/** The session that an Appointment asks for; nothing when it asks for none of a feed. */
export function sessionIn({
  identifier = [],
}: Appointment): { readonly feed: string; readonly kind: string; readonly id: string } | undefined {
  const value = identifier.find(({ system }) => system === SESSION_ID)?.value
  // A kind may be written with what it belongs to, as `FacilityUse/Slot`; an id may hold anything.
  const [, feed, kind, id] = /^([a-z0-9-]+)\/((?:[a-z]+[./])??(?:ScheduledSession|Slot))\/(.+)$/i.exec(value ?? '') ?? []
  return feed === undefined || kind === undefined || id === undefined ? undefined : { feed, kind, id }
}

/** The need that an Appointment is for, by id. */
export const needIn = ({ basedOn = [] }: Appointment): string | undefined =>
  basedOn.map(({ reference }) => /^ServiceRequest\/([A-Za-z0-9\-.]{1,64})$/.exec(reference ?? '')?.[1]).find((id) => id !== undefined)

/** The person that an Appointment is for, `Patient/<id>`. */
export const personIn = ({ participant }: Appointment): string | undefined =>
  participant.map(({ actor }) => actor?.reference).find((reference) => reference?.startsWith('Patient/'))

const STATUS: Readonly<Record<BookingState, Appointment['status'] | undefined>> = {
  asked: undefined,
  // The seller looks at a proposal: a place is asked for, and none is promised.
  proposed: 'pending',
  accepted: 'pending',
  booked: 'booked',
  refused: 'cancelled',
  cancelling: undefined,
  kept: undefined,
  cancelled: 'cancelled',
  attended: 'fulfilled',
  absent: 'noshow',
}

/** Whether somebody took it back in the record. */
export const isTakenBack = ({ status }: Appointment): boolean => status === 'cancelled' || status === 'entered-in-error'

/** The Appointment as the state of its booking makes it; nothing when it says so already. What was taken back is not promised again: only who came has come. */
export function appointmentAfter(
  appointment: Appointment,
  { state, says }: { readonly state: BookingState; readonly says: string },
): Appointment | undefined {
  const status = STATUS[state]
  if (status === undefined || appointment.status === status || (isTakenBack(appointment) && status !== 'fulfilled')) return undefined
  const reason = status === 'cancelled' && says !== '' ? { cancelationReason: { text: says } } : {}
  const accepted = status === 'booked' || status === 'fulfilled'
  return {
    ...appointment,
    status,
    ...reason,
    participant: appointment.participant.map((one) => (accepted ? { ...one, status: 'accepted' as const } : one)),
  }
}

/**
 * Schedule and Slot of a session that is offered to somebody, each there once, whoever else is offered it; and the Appointment with them and its times, without
 * which no appointment is booked. FHIR R4 Appointment, invariant app-3.
 */
export function offeredSession(given: {
  readonly appointment: Appointment
  readonly key: string
  readonly service: string | undefined
  readonly startsAt: Date
  readonly endsAt: Date
}): Bundle {
  const { appointment, key, service, startsAt, endsAt } = given
  const schedule: Schedule = {
    resourceType: 'Schedule',
    identifier: [{ system: SESSION_ID, value: key }],
    active: true,
    actor: [service === undefined ? { display: 'A session of a directory feed' } : { reference: service }],
  }
  const slot: Slot = {
    resourceType: 'Slot',
    identifier: [{ system: SESSION_ID, value: key }],
    schedule: { reference: SCHEDULE },
    status: 'free',
    start: startsAt.toISOString(),
    end: endsAt.toISOString(),
  }
  const ifNoneExist = `identifier=${encodeURIComponent(`${SESSION_ID}|${key}`)}`
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { fullUrl: SCHEDULE, resource: schedule, request: { method: 'POST', url: 'Schedule', ifNoneExist } },
      { fullUrl: SLOT, resource: slot, request: { method: 'POST', url: 'Slot', ifNoneExist } },
      {
        resource: { ...appointment, slot: [{ reference: SLOT }], start: startsAt.toISOString(), end: endsAt.toISOString() },
        request: { method: 'PUT', url: `Appointment/${appointment.id}`, ifMatch: `W/"${appointment.meta?.versionId ?? ''}"` },
      },
    ],
  }
}

const SLOT = 'urn:uuid:5ab00000-0000-8000-a000-000000000002'
const SCHEDULE = 'urn:uuid:5ab00000-0000-8000-a000-000000000001'

/** The session that a person attended, as an entry of their record. What it was is said in the publisher's words: no code is made of them. */
export function attendedSession(given: {
  readonly orderId: string
  readonly need: string
  readonly patient: string
  readonly name: string
  readonly startsAt: Date
  readonly organization: string | undefined
  /** Code of the CodeSystem sector. */
  readonly sector: string | undefined
  readonly at: Date
}): Procedure {
  const { orderId, need, patient, name, startsAt, organization, sector, at } = given
  return {
    resourceType: 'Procedure',
    extension: [
      { url: `${BASE}/StructureDefinition/recorded-at`, valueDateTime: at.toISOString() },
      // A register of attendance is what a worker of the provider kept.
      { url: `${BASE}/StructureDefinition/checked-level`, valueCode: 'worker-recorded' },
      ...(sector === undefined ? [] : [{ url: `${BASE}/StructureDefinition/sector`, valueCode: sector }]),
    ],
    identifier: [{ system: SESSION_KEY, value: `booking/${orderId}` }],
    basedOn: [{ reference: `ServiceRequest/${need}` }],
    status: 'completed',
    code: { text: name },
    subject: { reference: patient },
    performedDateTime: startsAt.toISOString(),
    ...(organization === undefined ? {} : { performer: [{ actor: { reference: organization } }] }),
  }
}

/** Whether somebody has said why sessions of this need are missed: the need, or a step of whoever gives them, is on hold, as in a flare or a hospital stay. */
export const isPaused = ({ request, tasks }: Need): boolean =>
  request.status === 'on-hold' || tasks.some((task) => isOpen(task) && task.status === 'on-hold' && kindOf(task) === 'referral')
