/** What telling, claiming and settling read, held against a database that has grown since the statements were planned. */
import t from 'tap'
import { testDatabase } from '@platform/testing/database'
import { subscriptionsIn } from '../src/store/subscriptions.ts'
import { NIGHT } from './a-hospital.ts'

const IDLE = 1_000
const AT_ONCE = 50

t.test('a thousand subscriptions that hear nothing are not read when another one is told, claimed for and settled', async (t) => {
  const { open } = await testDatabase(t)
  const database = await open({ max: 1 }) // one connection keeps the plans that it once made
  const subscribe = async (ids: string, count: number) => {
    await database.query({
      text: `INSERT INTO alerts.subscription (id, topic, channel, endpoint, filters, party, status)
             SELECT $1 || one, 'task', 'webhook', 'https://ward.example', ARRAY['owner=Organization/' || $1], '*', 'active' FROM generate_series(1, $2::int) AS one`,
      values: [ids, count],
    })
  }
  const subscriptions = subscriptionsIn(database)
  const tell = async (count: number) => {
    const given = Array.from({ length: count }, (_, one) => {
      const facts = ['owner=Organization/team']
      return { kind: 'updated', quiet: false, task: `Task/${String(one)}`, audience: [], at: NIGHT, topic: 'task', facts }
    })
    await database.query({ text: 'SELECT alerts.tell_all(NULL, NULL, $1::jsonb)', values: [JSON.stringify(given)] })
  }
  const carry = async () => {
    const due = await subscriptions.claim(NIGHT, new Date(NIGHT.getTime() + 30_000), AT_ONCE)
    await subscriptions.settled(due, { delivered: true, at: NIGHT })
    return due.length
  }
  const rowsRead = async (work: () => Promise<unknown>) => {
    const read = async () => {
      await database.query({ text: 'SELECT pg_stat_force_next_flush()' })
      const { rows } = await database.query<{ read: number }>({
        text: `SELECT sum(seq_tup_read + idx_tup_fetch)::int AS read FROM pg_stat_user_tables
               WHERE schemaname = 'alerts' AND relname IN ('notice', 'delivery', 'subscription')`,
      })
      return rows[0]?.read ?? 0
    }
    const before = await read()
    await work()
    return (await read()) - before
  }

  await subscribe('team', 1)
  await database.query({ text: 'ANALYZE alerts.subscription' }) // so that it is known to be small
  for (let times = 0; times < 8; times += 1) {
    await tell(1)
    await carry()
  }
  await subscribe('nobody', IDLE)
  const telling = await rowsRead(() => tell(2_000))
  t.ok(telling < 4 * 2_000 + IDLE / 2, `${String(telling)} rows were read to tell of 2,000 events`)
  const one = await rowsRead(() => tell(1))
  t.ok(one < IDLE / 2, `${String(one)} rows were read to tell of one`)
  const carrying = await rowsRead(async () => t.equal(await carry(), AT_ONCE))
  t.ok(carrying < AT_ONCE * 12, `${String(carrying)} rows were read to carry ${String(AT_ONCE)}`)
})
