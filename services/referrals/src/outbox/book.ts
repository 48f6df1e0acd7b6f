/**
 * Books at a seller, as a broker: quotes, a proposal where the seller wants to agree first, else the order at once. A place is promised to nobody before the
 * seller has said so. Each request carries the order's own id and is repeated with it, so that a lost answer books no second place.
 */
import type { Appointment, Patient } from '@medplum/fhirtypes'
import type { Log } from '@platform/service/log'
import type { Outbound } from '@platform/service/outbound'
import { summariseError } from '@platform/service/describe-error'
import { BOOKING_TYPE, orderBody, readQuote, type Wanted } from '../domain/booking/order.ts'
import { personIn } from '../domain/booking/appointment.ts'
import { listOf, saidOf, textOf, type Said } from '../domain/listings/facts.ts'
import { parsed } from '../domain/listings/feed-page.ts'
import type { Booking, Bookings } from '../store/booking/bookings.ts'
import type { FhirRecord } from '../store/record.ts'

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

/** The seller says no, or something that cannot be mended by trying again. */
class SellerRefused extends Error {}

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
        await bookings.move(booking, { state: 'refused', at: now, says })
      } else {
        await bookings.retry(booking.orderId, new Date(now.getTime() + FIRST_PAUSE_MS * 2 ** (booking.attempts - 1)), summariseError(error))
        log.warn({ event: 'booking.not-sent', order: booking.orderId, attempts: booking.attempts, reason: summariseError(error) })
      }
    }
  }
}

async function send(booking: Booking, now: Date, { bookings, record, http, broker, tokens }: BookOptions): Promise<void> {
  const seller = (await bookings.sellers()).find(({ feed }) => feed === booking.feed)
  const [kind = '', ...id] = booking.session.split('/')
  const session = seller === undefined ? undefined : await bookings.session(seller.name, kind, id.join('/'))
  if (seller === undefined || session === undefined) throw new SellerRefused('No feed offers this session any more.')
  const data = saidOf(parsed(session.body)['data'])
  const series = session.seriesBody === undefined ? {} : saidOf(parsed(session.seriesBody)['data'])
  const at = textOf(data['@id'] ?? data['id'])
  const offer = [...listOf(data['offers']), ...listOf(series['offers'])]
    .map((one) => textOf(one['@id'] ?? one['id']))
    .find((one) => one !== undefined)
  if (at === undefined || offer === undefined)
    throw new SellerRefused('The publisher gives neither session nor offer an address, so that it cannot be booked from here.')
  const wanted: Wanted = { session: at, offer, seller: seller.sellerId, broker }
  const token = tokens.get(seller.name)

  const put = async (path: string, body: Said): Promise<Said> => {
    const answer = await http.ask(`${seller.baseUrl.replace(/\/$/, '')}/${path}/${booking.orderId}`, {
      method: 'PUT',
      body: JSON.stringify(body),
      headers: { 'content-type': BOOKING_TYPE, accept: BOOKING_TYPE, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    })
    if (answer.status === 200 || answer.status === 201) return parsed(answer.body)
    if (answer.status === 429 || answer.status >= 500) throw new Error(`The seller answered HTTP ${answer.status}.`)
    // A quote that cannot be had comes as 409 with the reason at its item; anything else with a description of its own.
    const said = readable(answer.body)
    const quoted = readQuote(said)
    throw new SellerRefused(
      'refused' in quoted && listOf(said['orderedItem']).length > 0
        ? quoted.refused
        : (textOf(said['description']) ?? `The seller said no (HTTP ${answer.status}).`),
    )
  }

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

function readable(body: string): Said {
  try {
    return parsed(body)
  } catch {
    return {}
  }
}
