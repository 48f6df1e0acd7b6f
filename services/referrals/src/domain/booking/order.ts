/**
 * OpenActive Open Booking API 1.0 as a broker speaks it: a quote without and with the customer (C1, C2), a proposal where the seller wants to agree first (P),
 * the order (B), and what the seller's feeds of our orders say. https://openactive.io/open-booking-api/
 */
import { listOf, numberOf, saidOf, textOf, type Said } from '../listings/facts.ts'

/** Media type of every request. */
export const BOOKING_TYPE = 'application/vnd.openactive.booking+json; version=1'

/** What is booked. */
export interface Wanted {
  /** `@id` of the session and of the offer, as the publisher's feed has them. */
  readonly session: string
  readonly offer: string
  readonly seller: string
  readonly broker: { readonly name: string; readonly url: string; readonly email: string }
}

/** Who comes: a name to be called by, and the hub's own address. Nothing else of a person leaves by this way. */
export interface Customer {
  readonly givenName: string
  readonly familyName: string
}

/** The body of a request. @param given.version the proposal that the seller has accepted */
export function orderBody(
  type: 'OrderQuote' | 'OrderProposal' | 'Order',
  { session, offer, seller, broker }: Wanted,
  { customer, version, total }: { readonly customer?: Customer; readonly version?: string; readonly total?: Said } = {},
): Said {
  return {
    '@context': 'https://openactive.io/',
    '@type': type,
    brokerRole: 'https://openactive.io/AgentBroker',
    broker: { '@type': 'Organization', name: broker.name, url: broker.url },
    seller: { '@type': 'Organization', '@id': seller },
    ...(customer === undefined ? {} : { customer: { '@type': 'Person', ...customer, email: broker.email } }),
    ...(version === undefined ? {} : { orderProposalVersion: version }),
    orderedItem: [
      {
        '@type': 'OrderItem',
        position: 0,
        acceptedOffer: { '@type': 'Offer', '@id': offer },
        orderedItem: { '@type': 'ScheduledSession', '@id': session },
      },
    ],
    ...(total === undefined ? {} : { totalPaymentDue: total }),
  }
}

/** The items of an order that are not cancelled yet, by `@id`. Order Status, `GET /orders/{uuid}`. */
export const itemsStanding = (order: Said): readonly string[] =>
  listOf(order['orderedItem']).flatMap((item) =>
    ITEM_NEWS[lastWord(item['orderItemStatus'])] === 'cancelled' ? [] : (textOf(item['@id'] ?? item['id']) ?? []),
  )

/** The body that cancels items of an order. Order Cancellation, `PATCH /orders/{uuid}`. */
export const cancellationBody = (items: readonly string[]): Said => ({
  '@context': 'https://openactive.io/',
  '@type': 'Order',
  orderedItem: items.map((id) => ({ '@type': 'OrderItem', '@id': id, orderItemStatus: 'https://openactive.io/CustomerCancelled' })),
})

/** The body that takes a proposal back before the seller has agreed. OrderProposal Update, `PATCH /order-proposals/{uuid}`. */
export const PROPOSAL_TAKEN_BACK: Said = {
  '@context': 'https://openactive.io/',
  '@type': 'OrderProposal',
  orderProposalStatus: 'https://openactive.io/CustomerRejected',
}

/** What a quote comes to. */
export type Quoted = { readonly refused: string } | { readonly needsApproval: boolean; readonly total: Said }

/** Reads a quote. A place that has to be paid in advance is not booked: the hub holds nobody's money. */
export function readQuote(quote: Said): Quoted {
  const error = listOf(quote['orderedItem']).flatMap((item) => listOf(item['error']))[0]
  if (error !== undefined)
    return { refused: textOf(error['description']) ?? textOf(error['name']) ?? textOf(error['@type']) ?? 'The seller gives no reason.' }
  const total = saidOf(quote['totalPaymentDue'])
  const prepayment = (textOf(total['openBookingPrepayment']) ?? textOf(total['prepayment']) ?? '').split('/').at(-1)
  const isFree = numberOf(total['price']) === 0
  if (!isFree && prepayment !== 'Unavailable' && prepayment !== 'Optional')
    return { refused: 'It has to be paid in advance, which cannot be done here.' }
  return { needsApproval: quote['orderRequiresApproval'] === true, total }
}

/** What a seller's feed says of one of our orders. */
export type OrderNews = 'accepted' | 'rejected' | 'confirmed' | 'cancelled' | 'attended' | 'absent' | 'unknown'

// The specification and the models of 2021 say Customer…, the current models and the test suite say Attendee…: both are what they mean.
const ITEM_NEWS: Readonly<Record<string, OrderNews>> = {
  OrderItemConfirmed: 'confirmed',
  OrderConfirmed: 'confirmed',
  CustomerCancelled: 'cancelled',
  SellerCancelled: 'cancelled',
  CustomerAttended: 'attended',
  AttendeeAttended: 'attended',
  CustomerAbsent: 'absent',
  AttendeeAbsent: 'absent',
}

const PROPOSAL_NEWS: Readonly<Record<string, OrderNews>> = {
  SellerAccepted: 'accepted',
  SellerRejected: 'rejected',
  CustomerRejected: 'rejected',
}

const lastWord = (value: unknown): string => (textOf(value) ?? '').split(/[/#]/).at(-1) ?? ''

/** Reads an order or a proposal of a feed. A status that is not known, or none, is unknown, and never absent. */
export function orderNews(order: Said): OrderNews {
  const proposal = PROPOSAL_NEWS[lastWord(order['orderProposalStatus'])]
  if (proposal !== undefined) return proposal
  const [item] = listOf(order['orderedItem'])
  return ITEM_NEWS[lastWord(item?.['orderItemStatus'])] ?? 'unknown'
}

/** The states of a booking. */
export type BookingState =
  | 'asked'
  | 'proposed'
  | 'accepted'
  | 'booked'
  | 'refused'
  /** Cancelled here; the seller has to be told. */
  | 'cancelling'
  /** Cancelled here, and the seller has not taken the place back. */
  | 'kept'
  | 'cancelled'
  | 'attended'
  | 'absent'

/** What news make of a booking; nothing when they change nothing: what is repeated, late or unknown. */
export function bookingAfter(state: BookingState, news: OrderNews): BookingState | undefined {
  const next = AFTER[state]?.[news]
  return next === state ? undefined : next
}

const AFTER: Readonly<Partial<Record<BookingState, Partial<Record<OrderNews, BookingState>>>>> = {
  // A seller may be heard before what it was sent is written down: its feed says a thing once.
  asked: { accepted: 'accepted', rejected: 'refused', cancelled: 'cancelled' },
  accepted: { rejected: 'refused', cancelled: 'cancelled' },
  proposed: { accepted: 'accepted', rejected: 'refused', cancelled: 'cancelled' },
  booked: { cancelled: 'cancelled', attended: 'attended', absent: 'absent' },
  // Who had cancelled is not absent, whatever the seller ticks; who came all the same has come.
  cancelling: { rejected: 'cancelled', cancelled: 'cancelled', attended: 'attended' },
  kept: { rejected: 'cancelled', cancelled: 'cancelled', attended: 'attended' },
  // A seller may correct a miss. An attendance is an entry of the person's record by then: a person corrects it there.
  absent: { attended: 'attended' },
}
