/** What is told of changes and taken in the same transaction: who carries it, who carries it when they die, and in which order. */
import t from 'tap'
import type { Database } from '@platform/service/database'
import { testDatabase } from '@platform/testing/database'
import { noticesIn } from '../src/store/notices.ts'
import { subscriptionsIn, type DueDelivery } from '../src/store/subscriptions.ts'
import type { ResourceNotice } from '../src/store/tell-changes.ts'
import { NIGHT } from './a-hospital.ts'

const later = (seconds: number) => new Date(NIGHT.getTime() + seconds * 1_000)
const HEARD_BY = 'alerts-topics'

async function subscribe(database: Database, id: string, status = 'active'): Promise<void> {
  await database.query({
    text: `INSERT INTO alerts.subscription (id, topic, channel, endpoint, filters, party, status)
           VALUES ($1, 'task', 'webhook', 'https://ward.example', ARRAY['owner=Organization/team'], 'Organization/team', $2)`,
    values: [id, status],
  })
}

/** As the relay has handed it over. */
async function changed(database: Database, change: number, owner = 'team'): Promise<ResourceNotice> {
  await database.query({
    text: `INSERT INTO events.delivery (consumer, change_id, type, id, version, facts, at, due_at)
           VALUES ($1, $2::bigint, 'Task', 'task-' || $2::bigint, 1, ARRAY['owner=Organization/' || $3], now(), now())`,
    values: [HEARD_BY, change, owner],
  })
  return {
    topic: 'task',
    change: String(change),
    focus: `Task/task-${String(change)}`,
    versionId: '1',
    kind: 'created',
    heardBy: HEARD_BY,
    at: NIGHT,
  }
}

const carrierOf = (carried: DueDelivery[], enoughOf: () => readonly string[] = () => []) => ({
  room: () => ({ until: later(30), enoughOf: enoughOf() }),
  ready: (taken: readonly DueDelivery[]) => () => void carried.push(...taken),
})
const numbersOf = (due: readonly DueDelivery[]) => due.map(({ event }) => [event.focus, event.number])

t.test(
  'HAZ-A12: what is told is carried at once, with its number on disk, and by another process when the first dies with it',
  async (t) => {
    const { open } = await testDatabase(t)
    const database = await open()
    await subscribe(database, 'one')
    await subscribe(database, 'broken', 'error')
    // As in production: what does not say that it need not wait for the disk waits for it. What has not reached it a crash takes away.
    const notices = noticesIn(await open({ options: '-c synchronous_commit=on' }))
    const carried: DueDelivery[] = []
    let left = 0
    notices.listen(({ deliveries }) => void (left += deliveries))
    await using _carrying = notices.carriedBy({
      ...carrierOf(carried),
      ready: (taken) => () => void carried.push(...taken), // and nothing more is heard of this process
    })
    const notice = await changed(database, 1)
    const { rows: before } = await database.query<{ written: string }>({ text: 'SELECT pg_current_wal_insert_lsn()::text AS written' })
    await notices.tellOfResource(notice)
    const flushed = { text: 'SELECT pg_current_wal_flush_lsn() >= $1::pg_lsn AS kept', values: [before[0]?.written] }
    t.strictSame(
      (await database.query(flushed)).rows,
      [{ kept: true }],
      'with all that was written before: it is the first of those that are reserved',
    )
    t.match(carried, [
      { subscription: { id: 'one', topic: 'task', filters: ['owner=Organization/team'] }, attempts: 1, event: { at: NIGHT } },
    ])
    t.strictSame(numbersOf(carried), [['Task/task-1', '1']])
    t.equal(left, 1, 'of a subscription in error events are counted, and wait')

    // Told again, because the change was not confirmed: it is the same event, and whoever has it carries it.
    await notices.tellOfResource(notice)
    t.equal(carried.length, 1)

    const another = subscriptionsIn(database)
    t.strictSame(numbersOf(await another.claim(later(29), later(59), 10)), [])
    const due = await another.claim(later(31), later(61), 10)
    t.strictSame(numbersOf(due), [['Task/task-1', '1']])
    t.equal(due[0]?.attempts, 2)
    await another.settled(due, { delivered: true, at: later(31) })
    t.strictSame(await another.claim(later(120), later(150), 10), [])
  },
)

t.test('a change is told before it is claimed, by what it was about then, and is the same event afterwards', async (t) => {
  const { open } = await testDatabase(t)
  const database = await open()
  await subscribe(database, 'one')
  const notices = noticesIn(database)
  const carried: DueDelivery[] = []
  await using _carrying = notices.carriedBy(carrierOf(carried))
  await database.query({
    text: `INSERT INTO events.outbox (change_id, type, id, version, facts) OVERRIDING SYSTEM VALUE
           VALUES (1, 'Task', 'task-1', 1, ARRAY['owner=Organization/team']), (2, 'Task', 'task-2', 1, '{}')`,
  })
  const noticeOf = (change: number): ResourceNotice => ({
    topic: 'task',
    change: String(change),
    focus: `Task/task-${String(change)}`,
    versionId: '1',
    kind: 'created',
    heardBy: HEARD_BY,
    at: NIGHT,
  })
  await Promise.all([noticeOf(1), noticeOf(2)].map(async (notice) => notices.tellOfResource(notice)))
  t.strictSame(numbersOf(carried), [['Task/task-1', '1']], 'and nobody is told of what was about nothing')
  await database.query({ text: 'DELETE FROM events.outbox' })
  await notices.tellOfResource(await changed(database, 1))
  t.equal(carried.length, 1)
})

t.test('two processes that tell at the same time leave each event once, and numbers without a gap', async (t) => {
  const { open } = await testDatabase(t)
  const tellers = await Promise.all([open(), open()])
  const [database] = tellers
  await subscribe(database, 'one')
  const given = await Promise.all(
    Array.from({ length: 40 }, async (_, one) => changed(database, one + 1, one % 4 === 0 ? 'others' : 'team')),
  )
  const carried: DueDelivery[] = []
  await Promise.all(
    tellers.map(async (teller) => {
      const notices = noticesIn(teller)
      await using _carrying = notices.carriedBy(carrierOf(carried))
      await Promise.all(given.map(async (notice) => notices.tellOfResource(notice)))
    }),
  )
  t.strictSame(
    carried.map(({ event }) => Number(event.number)).toSorted((one, other) => one - other),
    Array.from({ length: 30 }, (_, one) => one + 1),
  )
  t.equal(new Set(carried.map(({ event }) => event.focus)).size, 30)
  const { rows } = await database.query({
    text: `SELECT count(*)::int AS wrong FROM (SELECT number, lag(number) OVER (ORDER BY notice) AS before FROM alerts.delivery) AS told WHERE number <= before`,
  })
  t.strictSame(rows, [{ wrong: 0 }], 'numbers follow the order in which it was told')
})

t.test('events are numbered in the order of their changes, and what a subscription has enough of waits in that order', async (t) => {
  const { open } = await testDatabase(t)
  const database = await open()
  await subscribe(database, 'one')
  const notices = noticesIn(database)
  const carried: DueDelivery[] = []
  let enoughOf: readonly string[] = []
  let left = 0
  notices.listen(({ deliveries }) => void (left += deliveries))
  const carrying = notices.carriedBy(carrierOf(carried, () => enoughOf))
  const tell = async (...numbers: readonly number[]) => {
    const given = await Promise.all(numbers.map(async (number) => changed(database, number)))
    await Promise.all(given.map(async (notice) => notices.tellOfResource(notice)))
  }
  await tell(7, 3, 5)
  t.strictSame(numbersOf(carried), [
    ['Task/task-7', '1'],
    ['Task/task-3', '2'],
    ['Task/task-5', '3'],
  ])
  enoughOf = ['one']
  await tell(8, 9)
  await carrying[Symbol.asyncDispose]()
  await tell(10)
  t.equal(carried.length, 3)
  t.equal(left, 3)
  t.strictSame(numbersOf(await subscriptionsIn(database).claim(NIGHT, later(30), 10)), [
    ['Task/task-8', '4'],
    ['Task/task-9', '5'],
    ['Task/task-10', '6'],
  ])
})

t.test('what the database refuses to tell keeps nobody else from being told', async (t) => {
  const { open } = await testDatabase(t)
  const database = await open()
  await subscribe(database, 'one')
  const notices = noticesIn(database)
  const carried: DueDelivery[] = []
  await using _carrying = notices.carriedBy(carrierOf(carried))
  const [first, second, third] = [await changed(database, 1), await changed(database, 2), await changed(database, 3)]
  const outcomes = await Promise.allSettled(
    [first, { ...second, focus: 'Task/\0' }, third].map(async (notice) => notices.tellOfResource(notice)),
  )
  t.strictSame(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  t.strictSame(numbersOf(carried), [
    ['Task/task-1', '1'],
    ['Task/task-3', '2'],
  ])
})

t.test('HAZ-A125: whom a person has closed out of what names them hears nothing of it, by webhook or in an inbox; others do', async (t) => {
  const { open } = await testDatabase(t)
  const database = await open()
  await subscribe(database, 'team')
  await database.query({
    text: `INSERT INTO alerts.subscription (id, topic, channel, endpoint, filters, party, status)
           VALUES ('asker', 'task', 'webhook', 'https://asker.example', '{}', 'Organization/asker', 'active'),
                  ('operator', 'task', 'webhook', 'https://operator.example', '{}', '*', 'active')`,
  })
  const notices = noticesIn(database)
  const carried: DueDelivery[] = []
  await using _carrying = notices.carriedBy(carrierOf(carried))
  const named = ['owner=Organization/team', 'requester=Organization/asker']
  const change = async (number: number, facts: readonly string[]) => {
    const notice = await changed(database, number)
    await database.query({ text: 'UPDATE events.delivery SET facts = $2 WHERE change_id = $1', values: [number, facts] })
    await notices.tellOfResource(notice)
  }
  await change(1, [...named, 'closed=Organization/team'])
  t.strictSame(carried.map(({ subscription }) => subscription.id).toSorted(), ['asker', 'operator'])
  t.strictSame(
    (await notices.after('0', 10, 'task')).map(({ audience }) => audience),
    [['Organization/asker']],
  )
  await change(2, named)
  t.strictSame(
    carried
      .slice(2)
      .map(({ subscription, event }) => `${subscription.id} ${event.number}`)
      .toSorted(),
    ['asker 2', 'operator 2', 'team 1'],
  )
})
