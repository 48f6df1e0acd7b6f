/** What telling, claiming and settling read, held against a database that has grown since the statements were planned. */
import t from 'tap'
import type { Database } from '@platform/service/database'
import { testDatabase } from '@platform/testing/database'
import fc from '@platform/testing/properties'
import { subscriptionsIn, type DueDelivery } from '../src/store/subscriptions.ts'
import { NIGHT } from './a-hospital.ts'

const IDLE = 1_000
const AT_ONCE = 50

/** How many rows of what is told somebody reads meanwhile. */
async function rowsRead(database: Database, work: () => Promise<unknown>): Promise<number> {
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
  await subscribe('team', 1)
  await database.query({ text: 'ANALYZE alerts.subscription' }) // so that it is known to be small
  for (let times = 0; times < 8; times += 1) {
    await tell(1)
    await carry()
  }
  await subscribe('nobody', IDLE)
  const telling = await rowsRead(database, () => tell(2_000))
  t.ok(telling < 4 * 2_000 + IDLE / 2, `${String(telling)} rows were read to tell of 2,000 events`)
  const one = await rowsRead(database, () => tell(1))
  t.ok(one < IDLE / 2, `${String(one)} rows were read to tell of one`)
  const carrying = await rowsRead(database, async () => t.equal(await carry(), AT_ONCE))
  t.ok(carrying < AT_ONCE * 12, `${String(carrying)} rows were read to carry ${String(AT_ONCE)}`)
})

t.test(
  'what waits for a subscription in error, or for one of which enough is in hand, is passed over once and not at each look',
  async (t) => {
    const WAITING = 5_000
    const { open } = await testDatabase(t)
    const database = await open({ max: 1 })
    const subscriptions = subscriptionsIn(database)
    const held = new Date(NIGHT.getTime() + 30_000)
    for (const [id, status] of [
      ['well', 'active'],
      ['busy', 'active'],
      ['broken', 'error'],
    ] as const) {
      await database.query({
        text: `INSERT INTO alerts.subscription (id, topic, channel, endpoint, filters, party, status)
             VALUES ($1, 'task', 'webhook', 'https://ward.example', ARRAY['owner=Organization/' || $1], '*', $2)`,
        values: [id, status],
      })
    }
    const tell = async (owner: string, count: number) => {
      const given = Array.from({ length: count }, (_, one) => {
        const facts = [`owner=Organization/${owner}`]
        return { kind: 'updated', quiet: false, task: `Task/${String(one)}`, audience: [], at: NIGHT, topic: 'task', facts }
      })
      await database.query({ text: 'SELECT alerts.tell_all(NULL, NULL, $1::jsonb)', values: [JSON.stringify(given)] })
    }
    for (const owner of ['broken', 'busy']) await tell(owner, WAITING)
    await tell('well', 3)
    const numbers = (due: readonly DueDelivery[]) => due.map(({ subscription, event }) => [subscription.id, event.number])
    t.strictSame(numbers(await subscriptions.claim(NIGHT, held, AT_ONCE, ['busy'])), [
      ['well', '1'],
      ['well', '2'],
      ['well', '3'],
    ])
    const again = await rowsRead(database, async () => t.strictSame(await subscriptions.claim(NIGHT, held, AT_ONCE, ['busy']), []))
    t.ok(again < 10, `${String(again)} rows were read where nothing else is due`)
    const whose = await rowsRead(database, async () => t.strictSame(await subscriptions.whoseIsAside(['busy']), []))
    t.ok(whose < 20, `${String(whose)} rows were read to find who can be told`)

    t.strictSame(await subscriptions.whoseIsAside([]), ['busy'])
    t.strictSame(await subscriptions.claimAside('broken', held, 2), [], 'in error it is told nothing')
    await subscriptions.become({ id: 'broken', endpoint: 'https://ward.example' }, 'active')
    t.strictSame(await subscriptions.whoseIsAside([]), ['broken', 'busy'])
    const taking = await rowsRead(database, async () =>
      t.strictSame(numbers(await subscriptions.claimAside('broken', held, 2)), [
        ['broken', '1'],
        ['broken', '2'],
      ]),
    )
    t.ok(taking < 40, `${String(taking)} rows were read to take two`)
    await subscriptions.turnOff('broken')
    await subscriptions.become({ id: 'busy', endpoint: 'https://ward.example' }, 'error')
    t.strictSame(await subscriptions.whoseIsAside([]), [], 'and one that was turned off is sent nothing of what waited')
  },
)

/** What may happen to a subscription and to what is told it. */
const STEPS = [
  'tell',
  'tell',
  'claim',
  'claim',
  'claim while it is busy',
  'take what is aside',
  'deliver',
  'try again',
  'in error',
  'active',
  'a while',
] as const

t.test(
  'HAZ-A12: in whatever order a subscription is told, in error, busy and asked for again, all it was told is delivered once, and taken in its order',
  async (t) => {
    const { open } = await testDatabase(t)
    const database = await open({ max: 1 })
    const subscriptions = subscriptionsIn(database)
    let subscribers = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...STEPS), { minLength: 4, maxLength: 30 }), async (steps) => {
        const id = `one-${String((subscribers += 1))}`
        const endpoint = 'https://ward.example'
        await database.query({
          text: `INSERT INTO alerts.subscription (id, topic, channel, endpoint, filters, party, status)
               VALUES ($1, 'task', 'webhook', $2, ARRAY['owner=Organization/' || $1], '*', 'active')`,
          values: [id, endpoint],
        })
        let nowMs = NIGHT.getTime() + subscribers * 3_600_000
        let told = 0
        const at = (seconds = 0) => new Date(nowMs + seconds * 1_000)
        const delivered: number[] = []
        let inHand: DueDelivery[] = []
        const take = (due: readonly DueDelivery[]) => {
          const numbers = due.map(({ event }) => Number(event.number))
          if (numbers.some((number, place) => number <= (numbers[place - 1] ?? 0))) throw new Error(`taken as ${numbers.join(' ')}`)
          inHand = [...inHand, ...due]
        }
        const does: Readonly<Record<(typeof STEPS)[number], () => Promise<void>>> = {
          tell: async () => {
            const notice = { kind: 'updated', task: `Task/${id}-${String((told += 1))}`, audience: [], at: at(), topic: 'task' }
            const given = [{ ...notice, quiet: false, facts: [`owner=Organization/${id}`] }]
            await database.query({ text: 'SELECT alerts.tell_all(NULL, NULL, $1::jsonb)', values: [JSON.stringify(given)] })
          },
          claim: async () => take(await subscriptions.claim(at(), at(1e6), 3)),
          'claim while it is busy': async () => take(await subscriptions.claim(at(), at(1e6), 3, [id])),
          'take what is aside': async () => {
            for (const whose of await subscriptions.whoseIsAside([])) take(await subscriptions.claimAside(whose, at(1e6), 3))
          },
          deliver: async () => {
            const [one, ...others] = inHand
            if (one === undefined) return
            inHand = others
            delivered.push(Number(one.event.number))
            await subscriptions.settled([one], { delivered: true, at: at() })
          },
          'try again': async () => {
            const [one, ...others] = inHand
            if (one === undefined) return
            inHand = others
            await subscriptions.settled([one], { delivered: false, reason: 'NOT_TAKEN', againAt: at(60) })
          },
          'in error': async () => subscriptions.become({ id, endpoint }, 'error', 'NOT_TAKEN'),
          active: async () => subscriptions.become({ id, endpoint }, 'active'),
          'a while': async () => void (nowMs += 61_000),
        }
        for (const step of steps) await does[step]()
        await does.active()
        await does['a while']()
        for (let left = 0; left < told + 2; left += 1) {
          await does['take what is aside']()
          await does.claim()
          while (inHand.length > 0) await does.deliver()
        }
        t.strictSame(
          delivered.toSorted((one, other) => one - other),
          Array.from({ length: told }, (_, one) => one + 1),
          steps.join(', '),
        )
      }),
      { numRuns: 60 },
    )
  },
)
