/** Changes that a relay hands to a consumer of its own process, and what is left to the queue. */
import t from 'tap'
import { testDatabase } from '@platform/testing/database'
import { until } from '@platform/testing/until'
import { aChange, changes, openHub } from './hub.ts'

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
  using _ = hub.queues.hands.open('test', () => {
    died += 1
    return true
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
