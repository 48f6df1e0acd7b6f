/** Booking at a seller that listens: a place is promised when the seller has promised it, and attendance comes back once. */
import type { Appointment, Procedure, ServiceRequest, Task } from '@medplum/fhirtypes'
import { feedServer } from '@platform/testing/feed-server'
import { openSeller, type TestSeller } from '@platform/testing/seller'
import { outbound } from '@platform/service/outbound'
import { silentLog } from '@platform/service/log'
import t from 'tap'
import { SESSION_ID } from '../src/domain/booking/appointment.ts'
import { bookingAfter, orderNews, type BookingState, type OrderNews } from '../src/domain/booking/order.ts'
import { uuidFrom } from '../src/domain/bars/outbound-message.ts'
import { appointmentChanged } from '../src/jobs/appointment-changed.ts'
import { readFeed } from '../src/jobs/read-feed.ts'
import { readOrders, tellBookings } from '../src/jobs/read-orders.ts'
import { book } from '../src/outbox/book.ts'
import { bookingsIn } from '../src/store/booking/bookings.ts'
import { pageSource } from '../src/store/feeds/page-source.ts'
import { testHub } from './a-hub.ts'

t.setTimeout(600_000)
const publisher = await feedServer(t)
const http = outbound({ allow: [], loopback: true })
t.teardown(() => http[Symbol.dispose]())
const SESSIONS = ['10', '17', '24']

/** A need, a seller with three sessions in its feed, and what books. */
async function aSeller(t: Parameters<typeof testHub>[0]) {
  const hub = await testHub(t)
  await hub.database.query({
    text: 'TRUNCATE referrals.feed, referrals.seller, referrals.booking, referrals.feed_session, referrals.feed_item CASCADE',
  })
  const { record, dependencies } = hub
  const { feeds, clock, newId } = dependencies
  const feed = publisher.rpde('trust')
  feed.publish(
    {
      id: 'series-1',
      kind: 'SessionSeries',
      modified: '1',
      data: {
        '@type': 'SessionSeries',
        '@id': 'https://trust.example/series-1',
        name: 'Seated movement',
        offers: [{ '@id': 'https://trust.example/series-1#offer', price: 0 }],
      },
    },
    ...SESSIONS.map((day, index) => ({
      id: day,
      kind: 'ScheduledSession',
      modified: String(2 + index),
      data: {
        '@type': 'ScheduledSession',
        '@id': `https://trust.example/session/${day}`,
        superEvent: 'https://trust.example/series-1',
        startDate: `2026-11-${day}T10:00:00Z`,
        endDate: `2026-11-${day}T11:00:00Z`,
        remainingAttendeeCapacity: 5,
      },
    })),
  )
  const kept = await feeds.add(
    { name: 'trust', type: 'rpde', url: feed.url, publisher: 'A leisure trust', owner: 'directory-manager', everyS: 300 },
    clock.now(),
  )
  await readFeed(kept?.number ?? 0, { feeds, pages: pageSource(http), clock, newId, log: silentLog })
  const seller = openSeller(publisher, 'trust')
  const bookings = bookingsIn(hub.database)
  await bookings.sell(kept?.number ?? 0, { baseUrl: seller.url, sellerId: seller.id })
  record.seed({
    resourceType: 'Patient',
    id: 'ada',
    name: [{ given: ['Ada'], family: 'Cast' }],
    telecom: [{ system: 'email', value: 'ada@cast.example' }],
  })
  hub.refer()
  await hub.settle()
  const options = {
    bookings,
    record: dependencies.record,
    needs: dependencies.needs,
    directory: dependencies.directory,
    http,
    pages: () => pageSource(http),
    broker: { name: 'Handrail', url: 'https://hub.example', email: 'bookings@hub.example' },
    tokens: new Map<string, string>(),
    clock,
    log: silentLog,
  }
  const hear = appointmentChanged(options)
  const ask = async (day: string, given: Partial<Appointment> = {}) => {
    const id = `appointment-${day}`
    record.seed<Appointment>({
      resourceType: 'Appointment',
      id,
      identifier: [{ system: SESSION_ID, value: `trust/ScheduledSession/${day}` }],
      basedOn: [{ reference: 'ServiceRequest/need-1' }],
      status: 'proposed',
      description: 'Seated movement',
      participant: [{ actor: { reference: 'Patient/ada' }, status: 'needs-action' }],
      ...given,
    })
    await hear({ id })
    return uuidFrom(`booking/Appointment/${id}`)
  }
  /** Everything that runs by itself, once. */
  const work = async () => {
    await book(clock.now(), options)
    await readOrders(options)
    await book(clock.now(), options)
    await tellBookings(options)
  }
  const status = (day: string) => record.read<Appointment>(`Appointment/appointment-${day}`)
  const sessions = () => record.all<Procedure>('Procedure')
  const missed = () => record.all<Task>('Task').filter(({ code }) => code?.coding?.[0]?.code === 'sessions-missed')
  return { hub, record, seller, ask, work, hear, status, sessions, missed, options }
}

const paths = ({ received }: TestSeller) => received.map(({ path }) => path)

t.test('where the seller wants to agree first, the place is pending and promised to nobody until it has', async (t) => {
  const { seller, ask, work, status, record } = await aSeller(t)
  seller.needsApproval = true
  const order = await ask('10')
  await work()
  t.same(paths(seller), ['order-quote-templates', 'order-quotes', 'order-proposals'])
  t.equal(status('10').status, 'pending')
  t.same(seller.booked, [])
  await work()
  t.equal(seller.received.length, 3, 'it is asked once')
  seller.decide(order, 'SellerAccepted')
  await work()
  t.match(status('10'), {
    status: 'booked',
    start: '2026-11-10T10:00:00.000Z',
    end: '2026-11-10T11:00:00.000Z',
    slot: [{ reference: /^Slot\// }],
    participant: [{ status: 'accepted' }],
  })
  t.same(seller.booked, [order])
  t.match(seller.received.at(-1), { path: 'orders', body: { '@type': 'Order', orderProposalVersion: new RegExp(`${order}/versions/1$`) } })
  t.match([record.all('Schedule').length, record.all('Slot').length], [1, 1], 'the session that is offered is in the record, and no other')
})

t.test(
  'a place that is cancelled is given back: an order, a proposal, and an order whose answer was lost; who had cancelled is never absent',
  async (t) => {
    const { hub, record, seller, ask, work, hear, status, missed } = await aSeller(t)
    const cancel = async (day: string) => {
      record.seed<Appointment>({ ...status(day), status: 'cancelled' })
      await hear({ id: `appointment-${day}` })
    }
    const first = await ask('10')
    await work()
    t.same([seller.booked, seller.places], [[first], 9])
    await cancel('10')
    seller.fail(1)
    await work()
    t.same(seller.booked, [first], 'a seller that is down is asked again')
    hub.moveTo(new Date(hub.dependencies.clock.now().getTime() + 60_000))
    await work()
    t.same([seller.booked, seller.places], [[], 10])
    t.match(seller.received.at(-1), {
      path: 'orders',
      body: { orderedItem: [{ orderItemStatus: 'https://openactive.io/CustomerCancelled' }] },
    })
    seller.say(first, 'AttendeeAbsent')
    await hear({ id: 'appointment-10' })
    await work()
    t.equal(status('10').status, 'cancelled')

    seller.needsApproval = true
    const second = await ask('17')
    await work()
    await cancel('17')
    await work()
    t.match(seller.received.at(-1), { path: 'order-proposals', body: { orderProposalStatus: 'https://openactive.io/CustomerRejected' } })
    seller.decide(second, 'SellerAccepted')
    await work()
    t.same([seller.booked, status('17').status], [[], 'cancelled'], 'a seller that agrees too late books nobody')

    seller.needsApproval = false
    await ask('24')
    seller.loseNextAnswer()
    await work()
    await cancel('24')
    hub.moveTo(new Date(hub.dependencies.clock.now().getTime() + 600_000))
    await work()
    t.same(seller.booked, [], 'the order of which nobody had heard is cancelled too')
    t.same(missed(), [])
  },
)

t.test('HAZ-R42: what a seller says before what it was sent is written down is heard: agreed, and cancelled', async (t) => {
  const { hub, seller, ask, work, status, options } = await aSeller(t)
  const { bookings, clock } = options
  /** Sends what is due, and is killed before it has written down that it was sent. */
  const sendAndBeKilled = () =>
    book(clock.now(), { ...options, bookings: { ...bookings, move: () => Promise.reject(new Error('killed')) } })
  const later = () => hub.moveTo(new Date(clock.now().getTime() + 10 * 60_000))
  seller.needsApproval = true
  const order = await ask('10')
  await sendAndBeKilled()
  seller.decide(order, 'SellerAccepted')
  await readOrders(options)
  t.same(seller.booked, [])
  later()
  await work()
  t.equal(status('10').status, 'booked', 'an agreement that the feed says once is not lost')

  const other = await ask('17')
  await book(clock.now(), options)
  seller.decide(other, 'SellerAccepted')
  await readOrders(options)
  await sendAndBeKilled()
  t.same(seller.booked, [order, other])
  seller.say(other, 'SellerCancelled')
  await readOrders(options)
  const sent = seller.received.length
  later()
  await work()
  t.equal(status('17').status, 'cancelled', 'nobody is sent to a session that the seller has cancelled')
  t.equal(seller.received.length, sent, 'and it is not asked for anew')
})

t.test('a referral that is withdrawn keeps no place: what is ahead is cancelled with the reason, and given back', async (t) => {
  const { hub, record, seller, ask, work, status } = await aSeller(t)
  await ask('10')
  await ask('17')
  await work()
  t.equal(seller.booked.length, 2)
  hub.moveTo(new Date('2026-11-10T12:00:00Z'))
  record.seed({ ...record.read<ServiceRequest>('ServiceRequest/need-1'), status: 'revoked' })
  await hub.settle()
  await work()
  t.match(status('17'), { status: 'cancelled', cancelationReason: { text: 'The referral was withdrawn.' } })
  t.equal(status('10').status, 'booked', 'of what has begun the seller says what became of it')
  t.equal(seller.booked.length, 1)
})

t.test('a seller that does not take a place back: the coordinator is asked to ring them, with their words', async (t) => {
  const { record, seller, ask, work, hear, status } = await aSeller(t)
  await ask('10')
  await work()
  seller.takesBack = false
  record.seed<Appointment>({ ...status('10'), status: 'cancelled' })
  await hear({ id: 'appointment-10' })
  for (const _again of [1, 2]) await work()
  const asked = record.all<Task>('Task').filter(({ code }) => code?.coding?.[0]?.code === 'place-kept')
  t.match(asked, [{ status: 'requested', owner: { reference: /^Organization\// }, description: /too late to cancel/ }])
  t.ok(asked[0]?.restriction?.period?.end)
  t.equal(asked.length, 1)
  t.equal(status('10').status, 'cancelled')
})

t.test('a seller that says no is said in the record, with its words', async (t) => {
  const { seller, ask, work, status } = await aSeller(t)
  seller.needsApproval = true
  const order = await ask('10')
  await work()
  seller.decide(order, 'SellerRejected', 'The hall has no hoist that works this week.')
  await work()
  t.match(status('10'), { status: 'cancelled', cancelationReason: { text: 'The hall has no hoist that works this week.' } })
  seller.needsApproval = false
  seller.places = 0
  await ask('17')
  await work()
  t.match(status('17'), { status: 'cancelled', cancelationReason: { text: 'The session is full.' } })
  seller.places = 5
  seller.price = 4
  await ask('24')
  await work()
  t.match(status('24'), { status: 'cancelled', cancelationReason: { text: /paid in advance/ } })
  t.same(seller.booked, [])
})

t.test('a name and the hub’s own address leave for the seller, and nothing else of the person', async (t) => {
  const { seller, ask, work } = await aSeller(t)
  await ask('10')
  await work()
  const customers = seller.received.map(({ body }) => body['customer'])
  t.strictSame(customers, [
    undefined,
    { '@type': 'Person', givenName: 'Ada', familyName: 'Cast', email: 'bookings@hub.example' },
    { '@type': 'Person', givenName: 'Ada', familyName: 'Cast', email: 'bookings@hub.example' },
  ])
  t.notMatch(JSON.stringify(seller.received), /ada@|need-1|Patient/)
})

t.test('an answer that is lost, a seller that is down and a change that is told twice book one place', async (t) => {
  const { hub, seller, ask, work, hear, status } = await aSeller(t)
  await ask('10')
  await hear({ id: 'appointment-10' })
  seller.fail(1)
  await work()
  t.equal(status('10').status, 'proposed', 'nothing is promised')
  hub.moveTo(new Date(hub.dependencies.clock.now().getTime() + 60_000))
  seller.loseNextAnswer()
  await work()
  hub.moveTo(new Date(hub.dependencies.clock.now().getTime() + 120_000))
  await work()
  t.equal(status('10').status, 'booked')
  t.equal(seller.booked.length, 1)
})

t.test(
  'HAZ-R42: attendance comes into the record once, whatever the feed repeats; what is not said is unknown and never absent',
  async (t) => {
    const { hub, seller, ask, work, status, sessions, missed } = await aSeller(t)
    const order = await ask('10')
    await work()
    seller.say(order, 'AttendeeAttended')
    await work()
    t.equal(status('10').status, 'booked', 'nobody has come to what has not begun')
    hub.moveTo(new Date('2026-11-11T09:00:00Z'))
    await work()
    t.equal(status('10').status, 'booked', 'the session is over and nobody has said anything')
    seller.say(order, 'SomethingNew')
    await work()
    t.equal(status('10').status, 'booked', 'a status that is not known says nothing')
    for (const word of ['AttendeeAttended', 'CustomerAttended', 'AttendeeAttended']) {
      seller.say(order, word)
      await work()
    }
    t.equal(status('10').status, 'fulfilled')
    t.match(sessions(), [
      {
        status: 'completed',
        subject: { reference: 'Patient/ada' },
        code: { text: 'Seated movement' },
        performedDateTime: '2026-11-10T10:00:00.000Z',
        basedOn: [{ reference: 'ServiceRequest/need-1' }],
      },
    ])
    t.equal(sessions().length, 1)
    t.same(missed(), [])
  },
)

t.test('two misses in a row that nobody has explained open one Task the same day, with owner and due time; one does not', async (t) => {
  const { hub, seller, ask, work, status, missed } = await aSeller(t)
  const [first, second] = [await ask('10'), await ask('17')]
  await work()
  hub.moveTo(new Date('2026-11-10T18:00:00Z'))
  seller.say(first, 'AttendeeAbsent')
  await work()
  t.equal(status('10').status, 'noshow')
  t.same(missed(), [])
  hub.moveTo(new Date('2026-11-17T18:00:00Z'))
  seller.say(second, 'CustomerAbsent')
  await work()
  seller.say(second, 'AttendeeAbsent')
  await work()
  t.equal(missed().length, 1)
  t.match(missed()[0], {
    status: 'requested',
    owner: { reference: /^Organization\// },
    authoredOn: /^2026-11-17/,
    for: { reference: 'Patient/ada' },
  })
  t.ok(missed()[0]?.restriction?.period?.end)
})

t.test('in a flare sessions are on hold: misses are explained, and nothing new is booked', async (t) => {
  const { hub, record, seller, ask, work, status, missed } = await aSeller(t)
  const [first, second] = [await ask('10'), await ask('17')]
  await work()
  const step = record.all<Task>('Task')[0]
  if (step === undefined) throw new Error('Nobody was asked.')
  record.seed<Task>({
    ...step,
    status: 'on-hold',
    code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'referral' }] },
  })
  hub.moveTo(new Date('2026-11-17T18:00:00Z'))
  seller.say(first, 'AttendeeAbsent')
  seller.say(second, 'AttendeeAbsent')
  await work()
  t.same([status('10').status, status('17').status], ['noshow', 'noshow'])
  t.same(missed(), [])
  await ask('24')
  t.match(status('24'), { status: 'cancelled', cancelationReason: { text: /on hold/ } })
})

t.test(
  'what cannot be booked from here is refused with words: another person’s need, a session that is gone, a person whose whereabouts are restricted',
  async (t) => {
    const { record, ask, status } = await aSeller(t)
    await ask('10', { participant: [{ actor: { reference: 'Patient/bryn' }, status: 'needs-action' }] })
    t.match(status('10'), { status: 'cancelled', cancelationReason: { text: /somebody else/ } })
    await ask('17', { identifier: [{ system: SESSION_ID, value: 'trust/ScheduledSession/99' }] })
    t.match(status('17').cancelationReason, { text: /No feed offers/ })
    record.seed({ resourceType: 'Patient', id: 'ada', meta: { security: [{ code: 'R' }] }, name: [{ given: ['Ada'], family: 'Cast' }] })
    await ask('24')
    t.match(status('24').cancelationReason, { text: /must not be known outside/ })
  },
)

t.test('of every state and every piece of news: what is unknown, repeated or late changes nothing', (t) => {
  const states: BookingState[] = [
    'asked',
    'proposed',
    'accepted',
    'booked',
    'refused',
    'cancelling',
    'kept',
    'cancelled',
    'attended',
    'absent',
  ]
  const news: OrderNews[] = ['accepted', 'rejected', 'confirmed', 'cancelled', 'attended', 'absent', 'unknown']
  const changes = states.flatMap((state) =>
    news.flatMap((one) => (bookingAfter(state, one) === undefined ? [] : [`${state} ${one} ${bookingAfter(state, one)}`])),
  )
  t.same(changes, [
    'asked accepted accepted',
    'asked rejected refused',
    'asked cancelled cancelled',
    'proposed accepted accepted',
    'proposed rejected refused',
    'proposed cancelled cancelled',
    'accepted rejected refused',
    'accepted cancelled cancelled',
    'booked cancelled cancelled',
    'booked attended attended',
    'booked absent absent',
    'cancelling rejected cancelled',
    'cancelling cancelled cancelled',
    'cancelling attended attended',
    'kept rejected cancelled',
    'kept cancelled cancelled',
    'kept attended attended',
    'absent attended attended',
  ])
  for (const silent of [
    {},
    { orderedItem: [] },
    { orderedItem: [{}] },
    { orderedItem: [{ orderItemStatus: 'https://openactive.io/Whatever' }] },
  ])
    t.equal(orderNews(silent), 'unknown')
  t.end()
})
