/** An Appointment was created or changed: one that asks for a session of a feed becomes a booking, once; the place of one that is cancelled is given back. */
import type { Appointment, Patient } from '@medplum/fhirtypes'
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import { appointmentAfter, isPaused, isTakenBack, needIn, offeredSession, personIn, sessionIn } from '../domain/booking/appointment.ts'
import { uuidFrom } from '../domain/bars/outbound-message.ts'
import type { Bookings } from '../store/booking/bookings.ts'
import type { FhirRecord } from '../store/record.ts'

/** What it needs. */
export interface AppointmentJobOptions {
  readonly bookings: Bookings
  readonly record: FhirRecord
  readonly clock: { now(): Date }
  /** Who we are to sellers; without an address nothing is booked. */
  readonly broker: { readonly email: string }
}

export const appointmentChanged =
  ({ bookings, record, clock, broker }: AppointmentJobOptions) =>
  async ({ id }: Pick<ResourceChanged, 'id'>): Promise<void> => {
    const appointment = await record.read<Appointment>(`Appointment/${id}`)
    const wanted = appointment === undefined ? undefined : sessionIn(appointment)
    if (appointment === undefined || wanted === undefined) return
    if (isTakenBack(appointment)) return bookings.giveBack(`Appointment/${id}`, clock.now())
    if (appointment.status !== 'proposed') return
    /** Says no in the record, with the words that its reader can act on. */
    const refuseIt = async (says: string): Promise<void> => {
      const resource = appointmentAfter(appointment, { state: 'refused', says })
      if (resource === undefined) return
      const request = { method: 'PUT' as const, url: `Appointment/${id}`, ifMatch: `W/"${appointment.meta?.versionId ?? ''}"` }
      await record.transact({ resourceType: 'Bundle', type: 'transaction', entry: [{ resource, request }] })
    }
    if (broker.email === '') return refuseIt('This hub is not set up to book. Ask the publisher by telephone or e-mail.')
    const needId = needIn(appointment)
    const person = personIn(appointment)
    if (needId === undefined || person === undefined) return refuseIt('It names no ServiceRequest and person that the session is for.')
    const need = await record.readNeed(needId)
    if (need?.request.status !== 'active') return refuseIt('The referral that it is for is not active.')
    if (need.request.subject.reference !== person) return refuseIt('The referral that it names is about somebody else.')
    if (isPaused(need)) return refuseIt('Sessions are on hold for this person. Ask whoever put them on hold.')
    const session = await bookings.session(wanted.feed, wanted.kind, wanted.id)
    const seller = session === undefined ? undefined : (await bookings.sellers()).find(({ feed }) => feed === session.feed)
    if (session === undefined) return refuseIt('No feed offers this session any more.')
    if (seller === undefined) return refuseIt('This publisher takes no bookings from here. Ask them by telephone or e-mail.')
    const { startsAt, endsAt = startsAt } = session
    if (startsAt === undefined || endsAt === undefined || startsAt <= clock.now())
      return refuseIt('It does not say when it begins, or has begun.')
    if (session.places === 0) return refuseIt('No place is left in this session.')
    const patient = await record.read<Patient>(person)
    if (patient?.meta?.security?.some(({ code }) => code === 'R') === true)
      return refuseIt('Where this person will be must not be known outside. Book by telephone, with the person.')
    const key = `${wanted.feed}/${wanted.kind}/${wanted.id}`
    await record.transact(offeredSession({ appointment, key, service: undefined, startsAt, endsAt }))
    await bookings.ask(
      {
        orderId: uuidFrom(`booking/Appointment/${id}`),
        appointment: `Appointment/${id}`,
        need: needId,
        feed: session.feed,
        session: `${wanted.kind}/${wanted.id}`,
        startsAt,
      },
      clock.now(),
    )
  }
