/**
 * Books at a seller, as a broker: quotes, a proposal where the seller wants to agree first, else the order at once; and gives a place back that was
 * cancelled. A place is promised to nobody before the seller has said so. Each request carries the order's own id and is repeated with it, so that a lost answer books no second place.
 */
import type { Appointment, Patient } from '@medplum/fhirtypes'
import type { Log } from '@platform/service/log'
import type { Outbound } from '@platform/service/outbound'
import { summariseError } from '@platform/service/describe-error'
import { cancellationBody, itemsStanding, orderBody, PROPOSAL_TAKEN_BACK, readQuote, type Wanted } from '../domain/booking/order.ts'
import { personIn } from '../domain/booking/appointment.ts'
import { listOf, saidOf, textOf } from '../domain/listings/facts.ts'
import { parsed } from '../domain/listings/feed-page.ts'
import type { Booking, Bookings, Seller } from '../store/booking/bookings.ts'
import type { FhirRecord } from '../store/record.ts'
import { sellerAt, SellerRefused, type SellerDoor } from './seller.ts'

/** What booking needs. */
export interface BookOptions {
  readonly bookings: Bookings
  readonly record: Pick<FhirRecord, 'read'>
  readonly http: Outbound
  /** Who we are to sellers; the address is the hub's own, never a person's. */
  readonly broker: Wanted['broker']
  /** Bearer token for a seller, by the name of its feed. */
  readonly tokens: ReadonlyMap<string, string>
  readonly log: Log
}

const LEASE_MS = 120_000
const BATCH = 20
const FIRST_PAUSE_MS = 30_000
const ATTEMPTS = 10 // 30 s doubled: about four hours

/** Sends everything that is due by `now`. */
export async function book(now: Date, options: BookOptions): Promise<void> {
  const { bookings, log } = options
  for (const booking of await bookings.claim(now, BATCH, LEASE_MS)) {
    try {
      if (booking.startsAt <= now) throw new SellerRefused('It had begun before the seller had answered.')
      await send(booking, now, options)
    } catch (error) {
      if (error instanceof SellerRefused || booking.attempts >= ATTEMPTS) {
        const says = error instanceof SellerRefused ? error.message : 'The seller did not answer. Book by telephone.'
        await bookings.move(booking, { state: booking.state === 'cancelling' ? 'kept' : 'refused', at: now, says })
      } else {
        await bookings.retry(booking, new Date(now.getTime() + FIRST_PAUSE_MS * 2 ** (booking.attempts - 1)), summariseError(error))
        log.warn({ event: 'booking.not-sent', order: booking.orderId, attempts: booking.attempts, reason: summariseError(error) })
      }
    }
  }
}

async function send(booking: Booking, now: Date, options: BookOptions): Promise<void> {
  const { bookings, http, tokens } = options
  const seller = (await bookings.sellers()).find(({ feed }) => feed === booking.feed)
  if (seller === undefined) throw new SellerRefused('No feed offers this session any more.')
  const door = sellerAt(seller, booking.orderId, { http, token: tokens.get(seller.name) })
  if (booking.state !== 'cancelling') return order(booking, now, seller, door, options)
  await giveBack(door)
  await bookings.move(booking, { state: 'cancelled', at: now })
}

/** Cancels whatever the seller holds by this id: the order, else the proposal. What it does not know, or has cancelled itself, is given back already. */
async function giveBack(door: SellerDoor): Promise<void> {
  const placed = await door.read('orders')
  if (placed === undefined) {
    await door.change('order-proposals', PROPOSAL_TAKEN_BACK)
    return
  }
  const items = itemsStanding(placed)
  if (items.length > 0) await door.change('orders', cancellationBody(items))
}

async function order(
  booking: Booking,
  now: Date,
  seller: Seller,
  { put }: SellerDoor,
  { bookings, record, broker }: BookOptions,
): Promise<void> {
  const [kind = '', ...id] = booking.session.split('/')
  const session = await bookings.session(seller.name, kind, id.join('/'))
  if (session === undefined) throw new SellerRefused('No feed offers this session any more.')
  const data = saidOf(parsed(session.body)['data'])
  const series = session.seriesBody === undefined ? {} : saidOf(parsed(session.seriesBody)['data'])
  const at = textOf(data['@id'] ?? data['id'])
  const offer = [...listOf(data['offers']), ...listOf(series['offers'])]
    .map((one) => textOf(one['@id'] ?? one['id']))
    .find((one) => one !== undefined)
  if (at === undefined || offer === undefined)
    throw new SellerRefused('The publisher gives neither session nor offer an address, so that it cannot be booked from here.')
  const wanted: Wanted = { session: at, offer, seller: seller.sellerId, broker }
  const customer = await customerOf(booking, record)
  if (booking.state === 'accepted') {
    const version = booking.proposalVersion
    await put('orders', orderBody('Order', wanted, { customer, ...(version === undefined ? {} : { version }) }))
    await bookings.move(booking, { state: 'booked', at: now })
    return
  }
  await put('order-quote-templates', orderBody('OrderQuote', wanted))
  const quote = await put('order-quotes', orderBody('OrderQuote', wanted, { customer }))
  const quoted = readQuote(quote)
  if ('refused' in quoted) throw new SellerRefused(quoted.refused)
  const { needsApproval, total } = quoted
  if (needsApproval) {
    const proposal = await put('order-proposals', orderBody('OrderProposal', wanted, { customer, total }))
    const proposalVersion = textOf(proposal['orderProposalVersion'])
    await bookings.move(booking, { state: 'proposed', at: now, ...(proposalVersion === undefined ? {} : { proposalVersion }) })
  } else {
    await put('orders', orderBody('Order', wanted, { customer, total }))
    await bookings.move(booking, { state: 'booked', at: now })
  }
}

async function customerOf({ appointment }: Booking, record: Pick<FhirRecord, 'read'>) {
  const asked = await record.read<Appointment>(appointment)
  if (asked === undefined || asked.status === 'cancelled' || asked.status === 'entered-in-error')
    throw new SellerRefused('The appointment was withdrawn.')
  const person = personIn(asked)
  const patient = person === undefined ? undefined : await record.read<Patient>(person)
  const names = patient?.name ?? []
  const { given: [givenName] = [], family } = names.find(({ use }) => use === 'usual' || use === 'official') ?? names[0] ?? {}
  if (givenName === undefined || family === undefined)
    throw new SellerRefused('The person has no name in the record by which the seller could expect them.')
  return { givenName, familyName: family }
}
