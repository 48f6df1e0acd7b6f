/** What is about to be committed is had ready and told once it is: nobody sees any of it before, nor ever if it is not. Decision 640. */
import t, { type Test } from 'tap'
import type { Database } from '@platform/service/database'
import type { ComingChange } from '@platform/service/outbox'
import { testDatabase } from '@platform/testing/database'
import fc from '@platform/testing/properties'
import { until } from '@platform/testing/until'
import { noticesIn } from '../src/store/notices.ts'
import type { DueDelivery } from '../src/store/subscriptions.ts'
import { NIGHT } from './a-hospital.ts'

const HEARD_BY = 'alerts-topics'
const OURS = ['owner=Organization/team']

const about = (id: string, versionId = '1') =>
  ({ topic: 'task', focus: `Task/${id}`, versionId, kind: versionId === '1' ? 'created' : 'updated', at: NIGHT }) as const
const coming = (id: string, facts: readonly string[] = OURS, versionId = '1'): ComingChange => ({
  type: 'Task',
  id,
  versionId,
  author: 'somebody',
  facts,
})

/** A process that tells one subscriber of the Tasks of a team. */
async function teller(t: Test, database: Database) {
  const notices = noticesIn(database)
  const carried: DueDelivery[] = []
  const composed: DueDelivery[] = []
  const carrying = notices.carriedBy({
    room: () => ({ until: new Date(NIGHT.getTime() + 30_000), enoughOf: [] }),
    ready(taken) {
      composed.push(...taken)
      return () => void carried.push(...taken)
    },
  })
  t.teardown(() => carrying[Symbol.asyncDispose]())
  const prepare = (...announced: readonly ComingChange[]) =>
    notices.prepareFor(announced.map((came) => ({ ...about(came.id, came.versionId), came, facts: came.facts })))
  return {
    carried,
    composed,
    prepare,
    /** Until it is ready, which it is for a moment. */
    async hasReady(...announced: readonly ComingChange[]) {
      await until('it is ready', async () => {
        prepare(...announced)
        return (await readyIn(database)) === 1
      })
    },
    /** As the record and the relay do: committed, and handed over. */
    async commit(id: string, came?: ComingChange, facts: readonly string[] = came?.facts ?? OURS, versionId = came?.versionId ?? '1') {
      const { rows } = await database.query<{ change: string }>({
        text: `INSERT INTO events.outbox (type, id, version, facts) VALUES ('Task', $1, $3, $2) RETURNING change_id::text AS change`,
        values: [id, facts, versionId],
      })
      return { ...about(id, versionId), change: rows[0]?.change ?? '', heardBy: HEARD_BY, ...(came && { came }) }
    },
    tell: notices.tellOfResource,
    events: () => carried.map(({ event }) => [event.focus.slice('Task/'.length), Number(event.number)]),
  }
}

const readyIn = async (database: Database): Promise<number> => {
  const { rows } = await database.query({
    text: `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction' AND query LIKE '%tell_coming%'`,
  })
  return rows.length
}

const rolledBackIn = async (database: Database): Promise<number> => {
  const { rows } = await database.query({
    text: `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle' AND query = 'ROLLBACK'`,
  })
  return rows.length
}

async function subscribed(t: Test): Promise<{ readonly database: Database; open(): Promise<Database> }> {
  const { open } = await testDatabase(t)
  const database = await open()
  await database.query({
    text: `INSERT INTO alerts.subscription (id, topic, channel, endpoint, filters, party, status)
           VALUES ('one', 'task', 'webhook', 'https://ward.example', $1, '*', 'active')`,
    values: [OURS],
  })
  return { database, open }
}

const keptIn = async (database: Database) => {
  const { rows } = await database.query<{ id: string; number: number }>({
    text: `SELECT substr(notice.task, 6) AS id, number::int FROM alerts.delivery JOIN alerts.notice ON notice.id = delivery.notice ORDER BY number`,
  })
  return rows.map(({ id, number }) => [id, number])
}

t.test('HAZ-A75: what was had ready is carried once it is committed, and seen by nobody before', async (t) => {
  const { database } = await subscribed(t)
  const process = await teller(t, database)
  const first = coming('first')
  await process.hasReady(first)
  t.strictSame(await keptIn(database), [])
  const named = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%Organization/team%'`
  t.strictSame((await database.query({ text: named })).rows, [], 'nor does a statement say what it is about, which a log might hold')
  t.strictSame(process.composed, [], 'nothing is even written that could leave')
  await process.tell(await process.commit('first', first))
  t.strictSame(process.events(), [['first', 1]])
  t.strictSame(await keptIn(database), [['first', 1]])
  await process.tell(await process.commit('first'))
  t.strictSame(process.events(), [['first', 1]], 'as the event of that version: told again it is the same')
})

t.test('HAZ-A75: what was had ready and is not committed is told nobody, and its number is the next one’s', async (t) => {
  const { database } = await subscribed(t)
  const process = await teller(t, database)
  await process.hasReady(coming('never'))
  await process.tell(await process.commit('second'))
  await process.hasReady(coming('neither'))
  await until('it is given up by itself, and its connection goes on', async () => (await rolledBackIn(database)) === 1)
  await process.tell(await process.commit('third'))
  t.strictSame(process.events(), [
    ['second', 1],
    ['third', 2],
  ])
  t.strictSame(await keptIn(database), process.events())
})

t.test('HAZ-A75: another attempt at the same version is told by what it is about, and not by what the first would have been', async (t) => {
  const { database } = await subscribed(t)
  const process = await teller(t, database)
  // Two write the same version at once: the one that was announced for our team loses, the other is about somebody else's Task.
  await process.hasReady(coming('one'))
  await process.tell(await process.commit('one', undefined, ['owner=Organization/others']))
  t.strictSame(process.events(), [])
  const again = coming('two', ['owner=Organization/others'])
  await process.hasReady(again)
  await process.tell(await process.commit('two', coming('two'), OURS))
  t.strictSame(process.events(), [['two', 1]])
})

t.test(
  'HAZ-A75: what was deleted and is there again under its id is told again: its versions go on, and each names one event',
  async (t) => {
    const { database } = await subscribed(t)
    const process = await teller(t, database)
    const ready = async (versionId: string) => {
      const came = coming('one', OURS, versionId)
      await process.hasReady(came)
      return process.commit('one', came)
    }
    await process.tell(await ready('1'))
    await process.tell(await process.commit('one', undefined, [], '2')) // deleted: about nothing any more
    const third = await ready('3')
    await process.tell(third)
    await process.tell(await process.commit('one', undefined, [], '4'))
    const fifth = await process.commit('one', undefined, OURS, '5') // and where nothing was had ready
    await process.tell(fifth)
    t.strictSame(process.events(), [
      ['one', 1],
      ['one', 2],
      ['one', 3],
    ])
    for (const told of [third, fifth])
      await process.tell({ ...told, change: (await process.commit('one', undefined, OURS, told.versionId)).change })
    t.equal(process.carried.length, 3, 'a version that is told of by another change is the same event')
    t.strictSame(
      (await database.query({ text: 'SELECT version::int FROM alerts.notice ORDER BY id' })).rows.map(
        (row) => (row as { version: number }).version,
      ),
      [1, 2, 3, 4, 5].filter((version) => version % 2 === 1),
    )
  },
)

t.test('what else was committed with it is told after it, in order', async (t) => {
  const { database } = await subscribed(t)
  const process = await teller(t, database)
  const [first, second] = [coming('first'), coming('second')]
  const committed = [await process.commit('first', first), await process.commit('second', second), await process.commit('third')]
  await process.hasReady(first, second)
  await Promise.all(committed.map(async (notice) => process.tell(notice)))
  t.strictSame(process.events(), [
    ['first', 1],
    ['second', 2],
    ['third', 3],
  ])
})

t.test('what another process has told of meanwhile stays one event', async (t) => {
  const { database, open } = await subscribed(t)
  const [process, other] = [await teller(t, database), await teller(t, await open())]
  const came = coming('one')
  const committed = await process.commit('one', came)
  await process.hasReady(came)
  await Promise.all([process.tell(committed), other.tell(committed)])
  t.equal(process.carried.length + other.carried.length, 1)
  t.strictSame(await keptIn(database), [['one', 1]])

  const next = coming('two')
  const told = await process.commit('two', next)
  await other.tell(told)
  await process.hasReady(next)
  await process.tell(told)
  t.equal(process.carried.length + other.carried.length, 2)
  t.strictSame(await keptIn(database), [
    ['one', 1],
    ['two', 2],
  ])
})

t.test('a connection that is lost in the middle costs nothing: it is told anew', async (t) => {
  const { database } = await subscribed(t)
  const process = await teller(t, database)
  const came = coming('one')
  const committed = await process.commit('one', came)
  await until('it is lost while it is ready', async () => {
    process.prepare(came)
    // That one alone: whoever asks whether it is ready asks by the same words, on a connection that others are given.
    const { rowCount } = await database.query({
      text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction' AND query LIKE '%tell_coming%'`,
    })
    return rowCount === 1
  })
  await process.tell(committed)
  t.strictSame(process.events(), [['one', 1]])
})

t.test('a process that stands still in the middle keeps no other from telling', async (t) => {
  const { database, open } = await subscribed(t)
  const other = await teller(t, await open())
  // As it would leave it: the same statements, and nothing after them.
  const still = await database.pool.connect()
  t.teardown(() => still.release(true))
  still.on('error', () => undefined) // it is ended by the server
  const changes = JSON.stringify([{ ...about('one'), task: 'Task/one', quiet: false, facts: OURS }])
  await still.query(`BEGIN; SELECT alerts.tell_coming('${changes}', now(), '{}')`)
  await other.tell(await other.commit('two'))
  t.strictSame(other.events(), [['two', 1]])
})

t.test('whatever is announced, committed and told in whatever order, each change is told once and numbers have no gap', async (t) => {
  const { database, open } = await subscribed(t)
  const processes = [await teller(t, database), await teller(t, await open())]
  const step = fc.record({
    by: fc.nat(1),
    announced: fc.integer({ min: 0, max: 2 }),
    fails: fc.boolean(),
    ours: fc.boolean(),
    ready: fc.boolean(),
    also: fc.boolean(),
  })
  let made = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      await database.query({ text: `DELETE FROM alerts.delivery` })
      await database.query({ text: `DELETE FROM alerts.event_number` })
      for (const { carried } of processes) carried.length = 0
      const expected: string[] = []
      const telling: Promise<void>[] = []
      for (const { by, announced, fails, ours, ready, also } of steps) {
        const process = processes[by]
        if (process === undefined) throw new RangeError('There are two.')
        const facts = ours ? OURS : ['owner=Organization/others']
        const came = Array.from({ length: announced }, () => coming(`p${String((made += 1))}`, facts))
        if (came.length > 0) process.prepare(...came)
        if (ready) await Promise.all(telling)
        if (fails) continue
        const ids = came.length > 0 ? came.map(({ id }) => id) : [`p${String((made += 1))}`]
        if (ours) expected.push(...ids)
        for (const [place, id] of ids.entries()) {
          const notice = await process.commit(id, came[place], facts)
          telling.push(process.tell(notice))
          if (also) telling.push(...processes.map(async (other) => other.tell(notice)))
        }
      }
      await Promise.all(telling)
      const carried = processes.flatMap((process) => process.events())
      t.strictSame(carried.map(([id]) => String(id)).toSorted(), expected.toSorted(), 'each once, and nothing else')
      const numbers = expected.map((_, place) => place + 1)
      t.strictSame(
        carried.map(([, number]) => Number(number)).toSorted((one, other) => one - other),
        numbers,
      )
      t.strictSame(
        (await keptIn(database)).map(([, number]) => number),
        numbers,
      )
    }),
    { numRuns: 60 },
  )
})
