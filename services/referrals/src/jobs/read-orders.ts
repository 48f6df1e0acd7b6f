/**
 * Reads what sellers say of our orders, and says it in the record: booked, cancelled, attended, missed. What is repeated changes nothing; what is not said is
 * unknown and never absent. Two misses in a row that nobody has explained open a Task the same day. HAZ-R42
 */
import type { Appointment, BundleEntry } from '@medplum/fhirtypes'
import { summariseError } from '@platform/service/describe-error'
import type { Log } from '@platform/service/log'
import { appointmentAfter, attendedSession, isPaused, personIn } from '../domain/booking/appointment.ts'
import { bookingAfter, orderNews } from '../domain/booking/order.ts'
import { coordinatorOf } from '../domain/coordinator.ts'
import { saidOf, textOf } from '../domain/listings/facts.ts'
import { PageUnreadable, parsed } from '../domain/listings/feed-page.ts'
import { readRpde } from '../domain/listings/rpde.ts'
import { holdAbsence, isHeldAbsence } from '../domain/answers/hold-absence.ts'
import type { Directory } from '../domain/directory.ts'
import { isEnded, isOpen, keyOf, type Need } from '../domain/need.ts'
import { dueFor } from '../domain/pathway.ts'
import { canMeet } from '../domain/rules/meet.ts'
import { openStep } from '../domain/step.ts'
import type { Booking, Bookings, OrderFeed, Seller } from '../store/booking/bookings.ts'
import { PageNotAnswered, type PageSource } from '../store/feeds/page-source.ts'
import type { Needs } from '../store/needs.ts'
import type { FhirRecord } from '../store/record.ts'

/** What it needs. */
export interface OrderJobOptions {
  readonly bookings: Bookings
  readonly record: FhirRecord
  readonly needs: Pick<Needs, 'apply'>
  readonly directory: Pick<Directory, 'listing'>
  /** Pages of a seller's feeds, with its token. */
  readonly pages: (seller: Seller) => PageSource
  readonly clock: { now(): Date }
  readonly log: Log
}

const FEEDS: Readonly<Record<OrderFeed, string>> = { proposals: 'order-proposals-rpde', orders: 'orders-rpde' }
const AT_ONCE = 100
const MISSES = 2
const EARLIEST_MS = 3_600_000 // at the door, an hour before it begins

/** Reads every seller's feeds to their ends. A seller that does not answer holds up no other. */
export async function readOrders(options: OrderJobOptions): Promise<void> {
  const { bookings, clock, log } = options
  for (const seller of await bookings.sellers()) {
    try {
      for (const which of ['proposals', 'orders'] as const) await readFeedOf(seller, which, options)
      await bookings.sellerFailed(seller.feed, undefined, clock.now())
    } catch (error) {
      if (!(error instanceof PageUnreadable) && !(error instanceof PageNotAnswered)) throw error
      await bookings.sellerFailed(seller.feed, error.message, clock.now())
      log.warn({ event: 'orders.not-read', feed: seller.name, reason: summariseError(error) })
    }
  }
}

async function readFeedOf(seller: Seller, which: OrderFeed, { bookings, record, pages, clock, log }: OrderJobOptions): Promise<void> {
  let address = seller[which].cursor ?? `${seller.baseUrl.replace(/\/$/, '')}/${FEEDS[which]}`
  let { position } = seller[which]
  for (;;) {
    const page = readRpde(await pages(seller)(address), { address, ...(position === undefined ? {} : { after: position }) })
    for (const { id, said } of page.items) {
      const booking = said === undefined ? undefined : await bookings.byOrder(id)
      // An order of another seller of ours is not this seller's to speak of.
      if (said === undefined || booking === undefined || booking.feed !== seller.feed) continue
      const order = saidOf(parsed(said.text)['data'])
      const next = bookingAfter(booking.state, orderNews(order))
      if (next === undefined) continue
      // Nobody has come to what has not begun: what is ticked so is a mistake, and stays unknown.
      if ((next === 'attended' || next === 'absent') && booking.startsAt.getTime() - EARLIEST_MS > clock.now().getTime()) {
        log.warn({ event: 'orders.too-early', feed: seller.name, order: booking.orderId })
        continue
      }
      const says = textOf(order['orderSellerNote'])
      const need = next === 'absent' ? await record.readNeed(booking.need) : undefined
      const version = textOf(order['orderProposalVersion'])
      await bookings.move(booking, {
        state: next,
        at: clock.now(),
        ...(says === undefined ? {} : { says }),
        ...(version === undefined ? {} : { proposalVersion: version }),
        ...(next === 'accepted' ? { nextAt: clock.now() } : {}),
        ...(need === undefined ? {} : { explained: isPaused(need) }),
      })
    }
    position = page.position ?? position
    const cursor = page.next ?? page.again ?? address
    await bookings.readTo(seller.feed, which, { cursor, ...(position === undefined ? {} : { position }) })
    if (page.next === undefined) return
    address = page.next
  }
}

/** Says in the record whatever it does not say yet. What fails is said again next time. */
export async function tellBookings(options: OrderJobOptions): Promise<void> {
  const { bookings, log } = options
  for (const booking of await bookings.untold(AT_ONCE)) {
    try {
      await tell(booking, options)
      await bookings.told(booking)
    } catch (error) {
      log.warn({ event: 'booking.not-told', order: booking.orderId, reason: summariseError(error) })
    }
  }
}

async function tell(booking: Booking, { bookings, record, needs, directory, clock, log }: OrderJobOptions): Promise<void> {
  const appointment = await record.read<Appointment>(booking.appointment)
  if (appointment !== undefined) {
    const entry: BundleEntry[] = []
    const after = appointmentAfter(appointment, booking)
    if (after !== undefined)
      entry.push({
        resource: after,
        request: { method: 'PUT', url: booking.appointment, ifMatch: `W/"${appointment.meta?.versionId ?? ''}"` },
      })
    const patient = personIn(appointment)
    if (booking.state === 'attended' && patient !== undefined) {
      const name = appointment.description ?? 'A session that was booked from the directory'
      const by = giverOf(await record.readNeed(booking.need))
      const sector = by === undefined ? undefined : directory.listing(by)?.sector
      const procedure = attendedSession({ ...booking, patient, name, organization: by, sector, at: clock.now() })
      const [{ system = '', value = '' } = {}] = procedure.identifier ?? []
      const ifNoneExist = `identifier=${encodeURIComponent(`${system}|${value}`)}`
      entry.push({ resource: procedure, request: { method: 'POST', url: 'Procedure', ifNoneExist } })
    }
    if (entry.length > 0) await record.transact({ resourceType: 'Bundle', type: 'transaction', entry })
  }
  if (booking.state === 'absent') await raiseMisses(booking, { bookings, needs })
  if (booking.state === 'kept') {
    await raiseKept(booking, needs)
    log.warn({ event: 'booking.place-kept', order: booking.orderId })
  }
}

/** The organisation that gives the sessions: the one that was asked for them. Nothing where two were, for the seller does not say which. */
function giverOf(need: Need | undefined): string | undefined {
  const asked = new Set(
    (need?.tasks ?? []).filter((task) => canMeet(task) && task.status !== 'rejected').map(({ owner }) => owner?.reference),
  )
  const [only, ...others] = asked
  return others.length === 0 ? only : undefined
}

/** A place was cancelled, and its seller still expects the person: somebody rings there. Where the need has ended meanwhile the Appointment alone says so. */
async function raiseKept({ need, orderId, says }: Booking, needs: OrderJobOptions['needs']): Promise<void> {
  await needs.apply(need, ({ request, tasks }, circumstances) => {
    const key = `place-kept/${orderId}`
    const owner = coordinatorOf(request, circumstances)
    if (owner === undefined || isEnded(request) || tasks.some((task) => keyOf(task) === key)) return []
    const due = dueFor(circumstances, 'place-kept', request.priority, owner)
    const action = `A booked session was cancelled here, and the seller has not taken the place back. Ring them. They said: ${says}`
    return [openStep(request, { kind: 'place-kept', key, owner, at: circumstances.at, due, action })]
  })
}

/** Two in a row, and nobody has said why: somebody asks the person, today. Nobody is discharged for it. */
async function raiseMisses({ need }: Booking, { bookings, needs }: Pick<OrderJobOptions, 'bookings' | 'needs'>): Promise<void> {
  const last = await bookings.lastOf(need, MISSES)
  if (last.length < MISSES || last.some(({ state, explained }) => state !== 'absent' || explained)) return
  const [newest] = last
  await needs.apply(need, (whole, circumstances) => {
    const { request, tasks } = whole
    const key = `sessions-missed/${newest?.orderId}`
    if (tasks.some((task) => keyOf(task) === key)) return []
    const step = tasks.find((task) => canMeet(task) && isOpen(task) && task.status !== 'on-hold')
    if (step !== undefined && isHeldAbsence('did-not-attend', whole, circumstances))
      return holdAbsence(whole, step, 'Two sessions in a row were missed.', circumstances, key)
    const owner = coordinatorOf(request, circumstances)
    if (owner === undefined || isEnded(request)) return []
    const { at } = circumstances
    const due = dueFor(circumstances, 'sessions-missed', request.priority, owner)
    const action = 'Two sessions in a row were missed and nobody has said why. Ask the person how they are; this is no reason to discharge.'
    return [openStep(request, { kind: 'sessions-missed', key, owner, at, due, action })]
  })
}
