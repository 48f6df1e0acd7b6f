/** Changes that a relay hands to a consumer of its own process, and what is left to the queue. */
import t from 'tap'
import { testDatabase } from '@platform/testing/database'
import { until } from '@platform/testing/until'
import { deliveriesOf } from '../src/deliveries.ts'
import type { ComingChange, CommittedChange, OutboxEntry } from '../src/outbox.ts'
import { aChange, changes, openHub, type Hub } from './hub.ts'

t.setTimeout(600_000)

t.test('a consumer at rest is handed changes without the queue, in their order', async (t) => {
  const hub = await openHub(t)
  const heard: string[] = []
  await hub.queues.queue('changes-test').pause() // nothing comes out of it
  await hub.consume({ atHand: true, handle: async ({ id }) => void heard.push(id) })
  hub.startRelay()

  await hub.change(changes(5))
  await until('all are confirmed', async () => (await hub.waiting()) === 0)
  t.strictSame(heard, ['task-0', 'task-1', 'task-2', 'task-3', 'task-4'])
})

t.test('what there is no room for goes through the queue, and nothing is handed over past it', async (t) => {
  const hub = await openHub(t)
  const heard: string[] = []
  const first = Promise.withResolvers<void>()
  await hub.consume({
    atHand: true,
    concurrency: 2,
    handle: async ({ id }) => {
      heard.push(id)
      if (id === 'task-0') await first.promise
    },
  })
  hub.startRelay()

  await hub.change([aChange(0)])
  await until('the first is in hand', () => heard.length === 1)
  await hub.change([aChange(1), aChange(2), aChange(3)])
  await until('the others are confirmed', async () => (await hub.waiting()) === 1)
  first.resolve()
  await until('all are confirmed', async () => (await hub.waiting()) === 0)
  t.strictSame(heard.toSorted(), ['task-0', 'task-1', 'task-2', 'task-3'])
})

t.test('what failed in hand is tried again, and what a process died with is heard of by another', async (t) => {
  const { url } = await testDatabase(t)
  const hub = await openHub(t, { url })
  let attempts = 0
  const failing = await hub.consume({
    atHand: true,
    retryAfterMs: 20,
    handle: async () => {
      attempts += 1
      if (attempts === 1) throw new Error('not now')
    },
  })
  hub.startRelay({ pollMs: 20 })
  await hub.change([aChange(1)])
  await until('it is confirmed', async () => (await hub.waiting()) === 0)
  t.equal(attempts, 2)
  await failing[Symbol.asyncDispose]()

  // As a process that died: it took the change from the relay's hands, and nothing more is heard of it.
  let died = 0
  using _ = hub.queues.hands.open('test', {
    takeEarly: () => {},
    takeComing: () => {},
    take() {
      died += 1
      return true
    },
  })
  const other = await openHub(t, { url, prefix: 'another-process' })
  await hub.change([aChange(2)])
  await until('it was taken', () => died > 0)
  const heard: string[] = []
  await other.consume({ atHand: true, handle: async ({ id }) => void heard.push(id) })
  await hub.database.query({ text: 'UPDATE events.delivery SET due_at = now()' }) // half a minute later
  other.startRelay({ pollMs: 20 })
  await until('another has heard of it', async () => {
    await hub.database.query({ text: 'UPDATE events.delivery SET due_at = now()' })
    return (await hub.waiting()) === 0
  })
  t.ok(heard.includes('task-2'))
})

t.test('what a process died with in hand goes through the queue when it is offered again, where such deaths are counted', async (t) => {
  const hub = await openHub(t)
  await deliveriesOf({ name: 'test', types: ['*'] }, hub.database).register()
  let died = 0
  using _ = hub.queues.hands.open('test', {
    takeEarly: () => {},
    takeComing: () => {},
    take() {
      died += 1
      return true
    },
  })
  hub.startRelay({ pollMs: 20, offerAgainAfterMs: 50 })
  await hub.change([aChange(1)])
  await until('it was offered three times', async () => {
    const { rows } = await hub.database.query<{ offers: number }>({ text: 'SELECT offers FROM events.delivery' })
    return (rows[0]?.offers ?? 0) >= 3
  })
  t.equal(died, 1)
  await until('it is in the queue', async () => (await hub.queues.queue('changes-test').getWaitingCount()) === 1)
})

/** As a writer knows what it has committed. Nobody is told of it yet. */
async function committed({ database }: Hub, entries: readonly OutboxEntry[]): Promise<CommittedChange[]> {
  const all: CommittedChange[] = []
  for (const { type, id, version, author } of entries) {
    const { rows } = await database.query<{ change_id: string }>({
      text: 'INSERT INTO events.outbox (type, id, version, author) VALUES ($1, $2, $3, $4) RETURNING change_id',
      values: [type, id, version, author ?? null],
    })
    all.push({ changeId: rows[0]?.change_id ?? '', type, id, versionId: String(version), ...(author === undefined ? {} : { author }) })
  }
  return all
}

/** No relay can claim what is in the outbox now, until it is let go. */
async function unclaimable({ database }: Hub): Promise<() => Promise<void>> {
  const holding = Promise.withResolvers<void>()
  const letGo = Promise.withResolvers<void>()
  const held = database.transaction(async (tx) => {
    await tx.query({ text: 'SELECT FROM events.outbox FOR UPDATE' })
    holding.resolve()
    await letGo.promise
  })
  await holding.promise
  return async () => {
    letGo.resolve()
    await held
  }
}

t.test('what was just committed is begun with before it is claimed, and confirmed once it was', async (t) => {
  const hub = await openHub(t)
  const heard: string[] = []
  await hub.consume({ atHand: 'early', handle: async ({ id }) => void heard.push(id) })
  const these = await committed(hub, changes(3))
  const letGo = await unclaimable(hub)
  hub.startRelay()
  hub.bell.ring({ types: ['Task'], changes: these })
  t.strictSame(heard, ['task-0', 'task-1', 'task-2'])
  t.equal(await hub.waiting(), 3, 'none was claimed')
  await letGo()
  hub.bell.ring()
  await until('all are confirmed', async () => (await hub.waiting()) === 0)
  t.equal(heard.length, 3, 'and none was heard again')
})

t.test('what is about to be committed is shown to whoever would hear of it and is at rest', async (t) => {
  const hub = await openHub(t)
  const shown: string[] = []
  const came: unknown[] = []
  const first = Promise.withResolvers<void>()
  const prepare = (coming: readonly ComingChange[]) => void shown.push(...coming.map(({ id }) => id))
  await hub.consume({
    name: 'preparing',
    types: ['Task'],
    atHand: 'early',
    concurrency: 2,
    prepare,
    handle: async (change) => {
      came.push(change.came)
      await first.promise
    },
  })
  await hub.consume({ name: 'claiming', types: ['*'], atHand: true, prepare, handle: async () => {} })
  // A relay that looks by itself must not be faster than the ring.
  const [change] = await committed(hub, changes(1))
  const letGo = await unclaimable(hub)
  hub.startRelay()
  const coming = (n: number, type = 'Task'): ComingChange => ({
    type,
    id: `task-${String(n)}`,
    versionId: '1',
    author: 'somebody',
    facts: [],
  })
  const announced = coming(0)
  hub.bell.ring({ coming: [announced, coming(7, 'Patient')] })
  hub.bell.ring({ coming: [coming(1), coming(2), coming(3)] })
  t.strictSame(shown, ['task-0'], 'neither what it does not hear of, nor more than it could take')
  hub.bell.ring({ changes: change === undefined ? [] : [{ ...change, came: announced }] })
  t.equal(came[0], announced, 'what it was shown comes again with the change, as it was')
  hub.bell.ring({ coming: [coming(4)] })
  t.strictSame(shown, ['task-0'], 'nor while it works')
  first.resolve()
  await letGo()
  await until('it is confirmed', async () => (await hub.waiting()) === 0)
  // The database has it before whoever confirmed it knows.
  await until('it is at rest again', () => {
    hub.bell.ring({ coming: [coming(5)] })
    return shown.length > 1
  })
  t.strictSame(shown, ['task-0', 'task-5'])
})

t.test('what failed early is tried again when it was claimed, and costs no attempt', async (t) => {
  const hub = await openHub(t)
  let attempts = 0
  await hub.consume({
    atHand: 'early',
    attempts: 1,
    handle: async () => {
      attempts += 1
      if (attempts === 1) throw new Error('not now')
    },
  })
  const these = await committed(hub, changes(1))
  const letGo = await unclaimable(hub)
  hub.startRelay()
  hub.bell.ring({ changes: these })
  t.equal(attempts, 1, 'before it was claimed')
  await letGo()
  await until('it is confirmed', async () => (await hub.waiting()) === 0)
  t.equal(attempts, 2)
  const { rows } = await hub.database.query({ text: 'SELECT FROM events.delivery' })
  t.strictSame(rows, [], 'and it is no dead letter')
})

t.test('what a process died with before it was claimed is heard of by another', async (t) => {
  const { url } = await testDatabase(t)
  const hub = await openHub(t, { url })
  let died = 0
  using _ = hub.queues.hands.open('test', { take: () => true, takeEarly: () => void (died += 1), takeComing: () => {} })
  const these = await committed(hub, changes(1))
  hub.queues.hands.offerEarly(these)
  t.equal(died, 1)
  const other = await openHub(t, { url, prefix: 'another-process' })
  const heard: string[] = []
  await other.consume({ atHand: 'early', handle: async ({ id }) => void heard.push(id) })
  other.startRelay()
  await until('another has heard of it', async () => (await hub.waiting()) === 0)
  t.strictSame(heard, ['task-0'])
})

t.test('nothing is begun with early past what was left to be claimed', async (t) => {
  const hub = await openHub(t)
  const heard: string[] = []
  const first = Promise.withResolvers<void>()
  await hub.consume({
    atHand: 'early',
    concurrency: 1,
    handle: async ({ id }) => {
      heard.push(id)
      if (id === 'task-0') await first.promise
    },
  })
  const these = await committed(hub, changes(4))
  const show = (place: number) => hub.queues.hands.offerEarly(these.slice(place, place + 1))
  show(0)
  show(1)
  first.resolve()
  await first.promise
  await until('the first is done', () => {
    show(2)
    return heard.length === 1
  })
  show(3)
  t.strictSame(heard, ['task-0'], 'the second was left, and those after it wait')
  hub.startRelay()
  await until('all are confirmed', async () => (await hub.waiting()) === 0)
  t.strictSame(heard.toSorted(), ['task-0', 'task-1', 'task-2', 'task-3'])
  let next = 4
  await until('and then it goes on', async () => {
    const change = aChange((next += 1))
    hub.bell.ring({ changes: await committed(hub, [change]) })
    return heard.at(-1) === change.id
  })
  await until('it is confirmed', async () => (await hub.waiting()) === 0)
})

t.test('who is only at hand waits until it was claimed', async (t) => {
  const hub = await openHub(t)
  const heard: string[] = []
  await hub.consume({ atHand: true, handle: async ({ id }) => void heard.push(id) })
  const these = await committed(hub, changes(2))
  const letGo = await unclaimable(hub)
  hub.startRelay()
  hub.bell.ring({ types: ['Task'], changes: these })
  t.strictSame(heard, [])
  await letGo()
  hub.bell.ring()
  await until('all are confirmed', async () => (await hub.waiting()) === 0)
  t.strictSame(heard, ['task-0', 'task-1'])
})

const NAMES = new Map<boolean | 'early', string>([
  ['early', 'early'],
  [true, 'at-hand'],
  [false, 'claimed'],
])

t.test('early or claimed, a consumer hears of the same changes', async (t) => {
  const hub = await openHub(t)
  const registrations = [
    { types: ['*'] },
    { types: ['Task'] },
    { types: ['ServiceRequest'], revised: ['Task'] },
    { types: ['Task'], client: 'me' },
    { types: ['Task', 'ServiceRequest'], notMadeBy: ['me'] },
    { types: [], revised: ['Task'], client: 'me', notMadeBy: ['you'] },
  ]
  const entries = ['Task', 'ServiceRequest', 'Patient'].flatMap((type) =>
    [1, 2].flatMap((version) =>
      [undefined, 'me', 'you'].map((author) => ({
        type,
        version,
        id: `${type}-${String(version)}-${author ?? 'nobody'}`,
        ...(author === undefined ? {} : { author }),
      })),
    ),
  )
  const heard = new Map<string, string[]>()
  for (const [place, registration] of registrations.entries()) {
    for (const atHand of ['early', true, false] as const) {
      const name = `${NAMES.get(atHand) ?? ''}-${String(place)}`
      const its: string[] = []
      heard.set(name, its)
      await hub.consume({ ...registration, name, atHand, concurrency: 100, handle: async ({ id }) => void its.push(id) })
    }
  }
  hub.queues.hands.offerEarly(await committed(hub, entries))
  const early = registrations.map((_, place) => heard.get(`early-${String(place)}`)?.toSorted())
  hub.startRelay()
  await until('all are confirmed', async () => (await hub.waiting()) === 0)
  t.strictSame(
    early,
    registrations.map((_, place) => heard.get(`claimed-${String(place)}`)?.toSorted()),
  )
  t.strictSame(
    early,
    registrations.map((_, place) => heard.get(`early-${String(place)}`)?.toSorted()),
    'and of none twice',
  )
})
