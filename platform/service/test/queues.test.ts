import t from 'tap'
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import { testDatabase } from '@platform/testing/database'
import { listDeadLetters, retryDeadLetters } from '../src/dead-letters.ts'
import { aChange, changes, openHub } from './hub.ts'
import { NO_REDIS, testRedis } from '@platform/testing/redis'
import { until } from '@platform/testing/until'

t.setTimeout(600_000)

const redisUrl = await testRedis(t)

const backends = [
  { name: 'PostgreSQL', redisUrl: undefined, skip: false as const },
  { name: 'Redis', redisUrl, skip: redisUrl === undefined ? NO_REDIS : (false as const) },
]

t.test('a ring is heard in another process, where the relay is', async (t) => {
  const { url } = await testDatabase(t)
  const relaying = await openHub(t, { url })
  await relaying.consume({ handle: async () => undefined })
  relaying.startRelay({ pollMs: 60_000 })
  const writing = await openHub(t, { url, prefix: 'without-a-relay' })
  await until('the relay listens', async () => {
    const { rows } = await writing.database.query({
      text: `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'handrail-bell' AND state = 'idle' AND query LIKE 'LISTEN %'`,
    })
    return rows.length > 0
  })

  for (const n of [1, 2, 3]) {
    await writing.change([aChange(n)])
    await until('the change is confirmed', async () => (await writing.waiting()) === 0)
  }
})

t.test('a worker whose queue cannot be read asks again in a moment, and not as often as it can', async (t) => {
  const { database, queues } = await openHub(t, { url: (await testDatabase(t)).url })
  const gate = Promise.withResolvers<void>()
  const done: string[] = []
  const worker = queues.worker<{ readonly id: string }>(
    'away',
    async ({ data: { id } }) => {
      await gate.promise
      done.push(id)
    },
    { concurrency: 1 },
  )
  const ids = ['one', 'two', 'three']
  await queues.add(
    'away',
    ids.map((id) => ({ name: 'changed', id, data: { id } })),
  )
  await until('the first is in hand', async () => (await queues.queue('away').getActiveCount()) === 1)
  await database.query({ text: 'ALTER SCHEMA bullmq RENAME TO away' })
  let failures = 0
  worker.on('error', () => (failures += 1))
  const began = performance.now()
  gate.resolve()
  await until('it has asked several times', async () => failures >= 10)
  t.ok(performance.now() - began > 1_000, 'with pauses between')
  await database.query({ text: 'ALTER SCHEMA away RENAME TO bullmq' })
  await until('all are done', async () => ids.every((id) => done.includes(id)))
})

for (const { name, redisUrl, skip } of backends) {
  t.test(`changes over BullMQ on ${name}`, { skip }, async (t) => {
    const { url } = await testDatabase(t)

    t.test('a committed change reaches its consumer as references, and nothing is left of it', async (t) => {
      const hub = await openHub(t, { url, redisUrl })
      const heard: ResourceChanged[] = []
      await hub.consume({ name: 'referrals', handle: async (change) => void heard.push(change) })
      hub.startRelay()

      await hub.change([aChange(1, { version: 3, patient: 'ada' })])
      await until('it is confirmed', async () => (await hub.waiting()) === 0)

      t.strictSame(heard, [{ changeId: '1', type: 'Task', id: 'task-1', versionId: '3', patientId: 'ada' }])
      const queue = hub.queues.queue('changes-referrals')
      await until('the job is gone', async () => Object.values(await queue.getJobCounts()).every((count) => count === 0))
    })

    t.test(
      'a consumer hears only the types it declared, not what it wrote itself, and not what those made who make nothing for it',
      async (t) => {
        const hub = await openHub(t, { url, redisUrl })
        const heard: string[] = []
        const hear = (who: string) => async (change: ResourceChanged) => void heard.push(`${who} ${change.id}`)
        await hub.consume({
          name: 'referrals',
          types: ['Task', 'ServiceRequest'],
          client: 'handrail-referrals',
          notMadeBy: ['handrail-alerts'],
          handle: hear('referrals'),
        })
        await hub.consume({ name: 'alerts', types: ['Flag'], revised: ['Task'], client: 'handrail-alerts', handle: hear('alerts') })
        hub.startRelay()

        await hub.change([
          { type: 'Task', id: 'own', version: 1, author: 'handrail-referrals' },
          { type: 'Task', id: 'revised', version: 2, author: 'handrail-referrals' },
          { type: 'Task', id: 'theirs', version: 1, author: 'handrail-portal' },
          { type: 'Task', id: 'an-alert', version: 1, author: 'handrail-alerts' },
          { type: 'Task', id: 'put-on-hold', version: 2, author: 'handrail-alerts' },
          { type: 'Flag', id: 'flag', version: 1 },
          { type: 'Procedure', id: 'nobody-asked', version: 1 },
        ])
        await until('all are confirmed', async () => (await hub.waiting()) === 0)

        t.strictSame(heard.toSorted(), ['alerts flag', 'alerts revised', 'referrals put-on-hold', 'referrals theirs'])
      },
    )

    t.test('a rolled-back change is not heard of', async (t) => {
      const hub = await openHub(t, { url, redisUrl })
      const heard: string[] = []
      await hub.consume({ handle: async ({ id }) => void heard.push(id) })
      hub.startRelay()

      await t.rejects(
        hub.database.transaction(async (tx) => {
          await tx.query({ text: `INSERT INTO events.outbox (type, id, version) VALUES ('Task', 'undone', 1)` })
          throw new Error('decided otherwise')
        }),
      )
      await hub.change([aChange(1)])
      await until('the later change is confirmed', () => heard.length > 0)

      t.strictSame(heard, ['task-1'])
    })

    t.test('a failed attempt is made again, and the handlers that succeed are not', async (t) => {
      const hub = await openHub(t, { url, redisUrl })
      const attempts = new Map<string, number>()
      await hub.consume({
        retryAfterMs: 20,
        handle: async ({ id }) => {
          attempts.set(id, (attempts.get(id) ?? 0) + 1)
          if (id === 'task-1' && attempts.get(id) === 1) throw new Error('not now')
        },
      })
      hub.startRelay({ pollMs: 20 })

      await hub.change([aChange(1), aChange(2)])
      await until('both are confirmed', async () => (await hub.waiting()) === 0)

      t.equal(attempts.get('task-1'), 2)
      t.equal(attempts.get('task-2'), 1)
    })

    t.test('after the last attempt a change is a dead letter whose reason quotes no text of an unknown error', async (t) => {
      const hub = await openHub(t, { url, redisUrl })
      let mended = false
      const handle = async ({ id }: ResourceChanged) => {
        if (mended) return
        throw id === 'task-1'
          ? new TypeError('cannot read Ada Jones')
          : Object.assign(new Error('x'), { code: 'RECORD_UNREACHABLE', remedy: 'Start the record.' })
      }
      await hub.consume({ attempts: 3, retryAfterMs: 10, handle })
      hub.startRelay({ pollMs: 20 })

      await hub.change([aChange(1), aChange(2)])
      await until('both are dead', async () => (await listDeadLetters(hub.database)).length === 2)

      const letters = await listDeadLetters(hub.database, { consumer: 'test' })
      t.match(
        letters.toSorted((a, b) => a.resource.localeCompare(b.resource)),
        [
          { changeId: '1', resource: 'Task/task-1', versionId: '1', attempts: 3, reason: 'TypeError' },
          { changeId: '2', resource: 'Task/task-2', versionId: '1', attempts: 3, reason: 'RECORD_UNREACHABLE: Start the record.' },
        ],
      )
      t.notMatch(JSON.stringify(letters), /Ada/)

      mended = true
      t.equal(await retryDeadLetters(hub.database, { changeIds: ['1'] }), 1)
      await until('the retried one is confirmed', async () => (await hub.waiting()) === 0)
      t.strictSame(
        (await listDeadLetters(hub.database)).map(({ changeId }) => changeId),
        ['2'],
      )
    })

    t.test('an attempt that takes too long has failed, and is told to stop', async (t) => {
      const hub = await openHub(t, { url, redisUrl })
      const told = Promise.withResolvers<void>()
      await hub.consume({
        attempts: 1,
        handleWithinMs: 50,
        handle: (_change, signal) => new Promise(() => signal.addEventListener('abort', () => told.resolve())),
      })
      hub.startRelay()

      await hub.change([aChange(1)])
      await told.promise
      await until('it is dead', async () => (await listDeadLetters(hub.database)).length === 1)
      t.match((await listDeadLetters(hub.database))[0]?.reason, /^HANDLER_TOO_SLOW: /)
    })

    t.test('a change that was confirmed is skipped when its job comes again', async (t) => {
      const hub = await openHub(t, { url, redisUrl })
      const heard: string[] = []
      await hub.consume({ handle: async ({ id }) => void heard.push(id) })
      hub.startRelay()
      await hub.change([aChange(1)])
      await until('it is confirmed', async () => (await hub.waiting()) === 0)

      const queue = hub.queues.queue('changes-test')
      await queue.add('changed', { changeId: '1', type: 'Task', id: 'task-1', versionId: '1' })
      await queue.add('changed', { changeId: '2', type: 'Task', id: 'task-2', versionId: '1' })
      await until('the later job is done', () => heard.includes('task-2'))

      t.strictSame(heard, ['task-1', 'task-2'])
    })

    t.test('caught up means that every change committed before has taken effect', async (t) => {
      const hub = await openHub(t, { url, redisUrl })
      const applied = new Set<string>()
      const gate = Promise.withResolvers<void>()
      const consumer = await hub.consume({
        handle: async ({ id }) => {
          if (id === 'task-0') await gate.promise
          applied.add(id)
        },
      })
      hub.startRelay()
      t.equal(await consumer.caughtUp(0), true, 'nothing is waiting')

      await hub.change(changes(30))
      t.equal(await consumer.caughtUp(50), false, 'one is still in hand')
      gate.resolve()
      t.equal(await consumer.caughtUp(120_000), true)
      t.equal(applied.size, 30)
    })

    t.test('a burst is handled whole, each change once, 16 at a time', async (t) => {
      const hub = await openHub(t, { url, redisUrl })
      const heard: string[] = []
      let now = 0
      let most = 0
      await hub.consume({
        handle: async ({ id }) => {
          most = Math.max(most, (now += 1))
          await new Promise((resolve) => setImmediate(resolve))
          heard.push(id)
          now -= 1
        },
      })
      hub.startRelay()

      await hub.change(changes(1_200))
      await until('all are confirmed', async () => (await hub.waiting()) === 0)

      t.equal(heard.length, 1_200)
      t.equal(new Set(heard).size, 1_200)
      t.ok(most <= 16, `at most ${most} at once`)
    })

    t.test('closing waits for the change in hand', async (t) => {
      const hub = await openHub(t, { url, redisUrl })
      const begun = Promise.withResolvers<void>()
      const finish = Promise.withResolvers<void>()
      let finished = false
      const consumer = await hub.consume({
        handle: async () => {
          begun.resolve()
          await finish.promise
          finished = true
        },
      })
      hub.startRelay()
      await hub.change([aChange(1)])
      await begun.promise

      const closing = consumer[Symbol.asyncDispose]()
      finish.resolve()
      await closing
      t.equal(finished, true)
      t.equal(await hub.waiting(), 0)
    })
  })
}
