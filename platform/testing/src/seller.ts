/**
 * A seller that speaks OpenActive Open Booking 1.0, for tests and the demonstration: quotes, proposals, orders, and the two feeds of our orders. It books by
 * the id of the order, so that what is repeated books once; it refuses what is not in the form of the specification.
 */
import type { Answer, FeedServer } from './feed-server.ts'

const TYPE = 'application/vnd.openactive.booking+json; version=1'

/** What a seller was asked for. */
interface Held {
  /** Address of the session that it is for. */
  readonly session: string
  readonly order: Record<string, unknown>
  status: string
  kind: 'proposal' | 'order'
  modified: number
  note?: string
}

/** A seller of a test. */
export interface TestSeller {
  /** Base address of its booking API. */
  readonly url: string
  readonly id: string
  /** Whether it wants to agree before it books. */
  needsApproval: boolean
  /** Places left; nobody is booked beyond them. */
  places: number
  price: number
  /** What it was asked for and has not refused: order and address of the session, in the order of asking. */
  readonly asked: readonly { readonly order: string; readonly session: string }[]
  /** Ids of the orders that it has booked, each once. */
  readonly booked: readonly string[]
  /** Every body that it was sent, `PUT path` first. */
  readonly received: readonly { readonly path: string; readonly body: Record<string, unknown> }[]
  /** Answers so many requests with 503. */
  fail(times: number): void
  /** Books the next order and loses the answer. */
  loseNextAnswer(): void
  /** Decides a proposal. */
  decide(order: string, status: 'SellerAccepted' | 'SellerRejected', note?: string): void
  /** Whether it takes a place back that was cancelled. */
  takesBack: boolean
  /** Says what became of an order; saying it again tells it again in the feed. */
  say(order: string, status: string): void
}

/** Opens a seller on a server of publishers. */
export function openSeller(server: FeedServer, name: string): TestSeller {
  const held = new Map<string, Held>()
  const received: { path: string; body: Record<string, unknown> }[] = []
  const booked: string[] = []
  const clock = 9_007_199_254_740_993n
  let modified = 0
  let failing = 0
  let losing = false
  const stamp = (entry: Held) => {
    modified += 1
    entry.modified = modified
  }
  const path = `/booking/${name}`
  const seller: TestSeller = {
    url: `${server.url}${path}`,
    id: `${server.url}${path}/seller`,
    needsApproval: false,
    places: 10,
    price: 0,
    takesBack: true,
    booked,
    received,
    get asked() {
      return [...held].map(([order, { session }]) => ({ order, session }))
    },
    fail: (times) => {
      failing = times
    },
    loseNextAnswer: () => {
      losing = true
    },
    decide: (order, status, note) => {
      const entry = held.get(order)
      if (entry === undefined || entry.kind !== 'proposal') throw new Error(`There is no proposal ${order}.`)
      entry.status = status
      if (note !== undefined) entry.note = note
      stamp(entry)
    },
    say: (order, status) => {
      const entry = held.get(order)
      if (entry === undefined) throw new Error(`There is no order ${order}.`)
      entry.kind = 'order'
      entry.status = status
      stamp(entry)
    },
  }

  const feed = (kind: Held['kind'], url: URL): Answer => {
    const after = BigInt(url.searchParams.get('afterTimestamp') ?? clock)
    const items = [...held]
      .filter(([, entry]) => entry.kind === kind && clock + BigInt(entry.modified) > after)
      .toSorted(([, one], [, other]) => one.modified - other.modified)
      .slice(0, 2)
    const last = items.at(-1)?.[1]
    const next = last === undefined ? url.href : `${url.origin}${url.pathname}?afterTimestamp=${clock + BigInt(last.modified)}&afterId=x`
    const texts = items.map(([id, { order, status, modified: at, note }]) => {
      const said = {
        ...order,
        ...(kind === 'proposal'
          ? { '@type': 'OrderProposal', orderProposalStatus: `https://openactive.io/${status}` }
          : { '@type': 'Order' }),
        ...(note === undefined ? {} : { orderSellerNote: note }),
        orderedItem: [{ '@type': 'OrderItem', ...(kind === 'order' ? { orderItemStatus: `https://openactive.io/${status}` } : {}) }],
      }
      return `{"state":"updated","kind":"${kind === 'order' ? 'Order' : 'OrderProposal'}","id":"${id}","modified":${clock + BigInt(at)},"data":${JSON.stringify(said)}}`
    })
    return { status: 200, body: `{"next":"${next}","items":[${texts.join(',')}]}` }
  }

  const orderOf = (id: string, { order, status }: Held) => ({
    ...order,
    '@type': 'Order',
    orderedItem: [{ '@type': 'OrderItem', '@id': `${seller.url}/orders/${id}#item`, orderItemStatus: `https://openactive.io/${status}` }],
  })

  /** Order Cancellation and OrderProposal Update: only what is named is cancelled, and only by the word that a customer may say. */
  const takeBack = (what: string, id: string, body: Record<string, unknown>): Answer => {
    const known = held.get(id)
    if (known?.kind !== (what === 'orders' ? 'order' : 'proposal')) return no(404, 'There is no such order.')
    if (!seller.takesBack) return no(400, 'It is too late to cancel.')
    const items = (body['orderedItem'] ?? []) as { '@id'?: string; orderItemStatus?: string }[]
    const isAsked =
      what === 'orders'
        ? items[0]?.['@id'] === `${seller.url}/orders/${id}#item` && items[0].orderItemStatus === 'https://openactive.io/CustomerCancelled'
        : body['orderProposalStatus'] === 'https://openactive.io/CustomerRejected'
    if (!isAsked) return no(400, 'It names nothing that can be cancelled.')
    if (what === 'orders') {
      seller.places += 1
      booked.splice(booked.indexOf(id), 1)
    }
    known.status = what === 'orders' ? 'CustomerCancelled' : 'CustomerRejected'
    stamp(known)
    return { status: 204, body: '' }
  }

  server.mount(path, (request, text, url) => {
    if (failing > 0) {
      failing -= 1
      return { status: 503, body: '{}' }
    }
    const [what = '', id = ''] = url.pathname.slice(path.length + 1).split('/')
    if (request.method === 'GET' && what === 'orders-rpde') return feed('order', url)
    if (request.method === 'GET' && what === 'order-proposals-rpde') return feed('proposal', url)
    const known = held.get(id)
    if (request.method === 'GET' && what === 'orders')
      return known?.kind === 'order' ? { status: 200, body: JSON.stringify(orderOf(id, known)) } : no(404, 'There is no such order.')
    if (request.method === 'PATCH') {
      received.push({ path: what, body: JSON.parse(text) as Record<string, unknown> })
      return takeBack(what, id, JSON.parse(text) as Record<string, unknown>)
    }
    if (request.method !== 'PUT' || request.headers['content-type'] !== TYPE) return no(400, 'It is no request of Open Booking 1.0.')
    const body = JSON.parse(text) as Record<string, unknown>
    received.push({ path: what, body })
    const [item] = (body['orderedItem'] ?? []) as { orderedItem?: { '@id'?: string }; acceptedOffer?: { '@id'?: string } }[]
    if (item?.orderedItem?.['@id'] === undefined || item.acceptedOffer?.['@id'] === undefined)
      return no(400, 'It names no session or no offer.')
    const session = item.orderedItem['@id']
    if (what !== 'order-quote-templates' && body['customer'] === undefined) return no(400, 'It names no customer.')
    const total = {
      '@type': 'PriceSpecification',
      price: seller.price,
      priceCurrency: 'GBP',
      openBookingPrepayment: 'https://openactive.io/Required',
    }
    const quote = {
      ...body,
      '@type': 'OrderQuote',
      totalPaymentDue: total,
      ...(seller.needsApproval ? { orderRequiresApproval: true } : {}),
    }
    if (seller.places <= 0 && known === undefined)
      return {
        status: 409,
        body: JSON.stringify({
          ...quote,
          orderedItem: [{ ...item, error: [{ '@type': 'OpportunityIsFullError', description: 'The session is full.' }] }],
        }),
      }
    if (what === 'order-quote-templates' || what === 'order-quotes') return { status: 200, body: JSON.stringify(quote) }
    if (what === 'order-proposals') {
      const version = `${seller.url}/order-proposals/${id}/versions/1`
      // What is repeated is the same proposal, as it stands.
      if (known === undefined)
        held.set(id, {
          session,
          order: { identifier: id, orderProposalVersion: version },
          status: 'AwaitingSellerConfirmation',
          kind: 'proposal',
          modified: 0,
        })
      return { status: 201, body: JSON.stringify({ ...quote, '@type': 'OrderProposal', orderProposalVersion: version }) }
    }
    if (what !== 'orders') return no(404, 'There is nothing here.')
    if (seller.needsApproval && known?.status !== 'SellerAccepted' && known?.kind !== 'order') return no(409, 'The seller has not agreed.')
    if (!booked.includes(id)) {
      booked.push(id)
      seller.places -= 1
      held.set(id, { session, order: { identifier: id }, status: 'OrderItemConfirmed', kind: 'order', modified: 0 })
    }
    if (losing) {
      losing = false
      return { status: 502, body: '' }
    }
    return { status: 201, body: JSON.stringify({ ...quote, '@type': 'Order' }) }
  })
  return seller
}

const no = (status: number, description: string): Answer => ({ status, body: JSON.stringify({ '@type': 'OpenBookingError', description }) })
