/** A referral that was withdrawn keeps no place for anybody: what was booked for it and has not begun is cancelled, and given back to its seller. HAZ-R42 */
import type { Appointment } from '@medplum/fhirtypes'
import { appointmentAfter } from '../../domain/booking/appointment.ts'
import type { Need } from '../../domain/need.ts'
import type { FhirRecord } from '../record.ts'
import type { Bookings } from './bookings.ts'

const WITHDRAWN: ReadonlySet<string> = new Set(['revoked', 'entered-in-error'])

/** Cancels what is booked for a need that was withdrawn; nothing for any other. Harmless when it is done again. */
export async function giveBackOfWithdrawn(
  { request }: Need,
  {
    bookings,
    record,
    at,
  }: {
    readonly bookings: Pick<Bookings, 'aheadOf' | 'giveBack'>
    readonly record: Pick<FhirRecord, 'read' | 'transact'>
    readonly at: Date
  },
): Promise<void> {
  if (!WITHDRAWN.has(request.status)) return
  for (const { appointment: reference } of await bookings.aheadOf(request.id ?? '', at)) {
    const appointment = await record.read<Appointment>(reference)
    const resource =
      appointment === undefined ? undefined : appointmentAfter(appointment, { state: 'cancelled', says: 'The referral was withdrawn.' })
    if (appointment !== undefined && resource !== undefined) {
      const request = { method: 'PUT' as const, url: reference, ifMatch: `W/"${appointment.meta?.versionId ?? ''}"` }
      await record.transact({ resourceType: 'Bundle', type: 'transaction', entry: [{ resource, request }] })
    }
    await bookings.giveBack(reference, at)
  }
}
