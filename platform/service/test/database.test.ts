import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emptyDatabase, testDatabase } from '@platform/testing/database'
import pg from 'pg'
import t from 'tap'
import { movableClock } from '../src/clock.ts'
import { openDatabase, type Database } from '../src/database.ts'
import { migrate, migrateEvents } from '../src/migrate.ts'

t.setTimeout(600_000)

const { url } = await testDatabase(t)
const database = await openDatabase(url, { name: 'test' })
t.teardown(() => database[Symbol.asyncDispose]())
await database.query({ text: 'CREATE TABLE account (name text PRIMARY KEY, amount int NOT NULL)' })

t.test('a database that cannot be used is told in one sentence without secrets', async (t) => {
  const wrongPassword = Object.assign(new URL(url), { password: 's3cret' }).href
  const { hostname, port, pathname } = new URL(url)
  const at = `${decodeURIComponent(hostname)}:${port}`
  const refused = [
    ['postgres://hub:s3cret@127.0.0.1:1/handrail', 'PostgreSQL at 127.0.0.1:1/handrail cannot be used: nothing listens there.'],
    [wrongPassword, `PostgreSQL at ${at}${pathname} cannot be used: the password is wrong.`],
    [Object.assign(new URL(url), { pathname: '/absent' }).href, `PostgreSQL at ${at}/absent cannot be used: the database does not exist.`],
  ] as const
  for (const [wrong, message] of refused) await t.rejects(openDatabase(wrong, { name: 'test' }), { code: 'DATABASE_UNREACHABLE', message })
})

t.test('values arrive in the types that lose nothing', async (t) => {
  const { rows } = await database.query({
    text: `SELECT 9007199254740993::bigint AS big, 7::int AS small, 1.50::numeric AS exact, '1948-03-01'::date AS day, '2026-11-21T02:14:00Z'::timestamptz AS instant`,
  })
  t.strictSame(rows[0], { big: '9007199254740993', small: 7, exact: '1.50', day: '1948-03-01', instant: new Date('2026-11-21T02:14:00Z') })
})

t.test('a named statement is prepared once a connection', async (t) => {
  await database.transaction(async (tx) => {
    for (const name of ['Ada', 'Bryn']) await tx.query({ name: 'prepared-once', text: 'SELECT $1::text AS name', values: [name] })
    const { rows } = await tx.query({ text: `SELECT FROM pg_prepared_statements WHERE name = 'prepared-once'` })
    t.equal(rows.length, 1)
  })
})

t.test('a transaction that throws leaves nothing behind', async (t) => {
  const work = database.transaction(async (tx) => {
    await tx.query({ text: `INSERT INTO account VALUES ('undone', 1)` })
    throw new Error('decided otherwise')
  })
  await t.rejects(work, { message: 'decided otherwise' })
  t.equal((await database.query({ text: `SELECT FROM account WHERE name = 'undone'` })).rowCount, 0)
})

t.test('a transaction whose failed statement was swallowed is not taken for committed', async (t) => {
  const work = database.transaction(async (tx) => {
    await tx.query({ text: `INSERT INTO account VALUES ('swallowed', 1)` })
    await tx.query({ text: 'SELECT 1 / 0' }).catch(() => undefined)
  })
  await t.rejects(work, { message: /rolled back/ })
})

t.test('of concurrent serialisable transactions each takes effect, for the losers try again', async (t) => {
  await database.query({ text: `INSERT INTO account VALUES ('shared', 0)` })
  let runs = 0
  const add = () =>
    database.transaction(
      async (tx) => {
        runs += 1
        const { rows } = await tx.query<{ amount: number }>({ text: `SELECT amount FROM account WHERE name = 'shared'` })
        await tx.query({ text: `UPDATE account SET amount = $1 WHERE name = 'shared'`, values: [(rows[0]?.amount ?? 0) + 1] })
      },
      { isolation: 'serializable', attempts: 50 },
    )
  await Promise.all(Array.from({ length: 6 }, add))
  const { rows } = await database.query({ text: `SELECT amount FROM account WHERE name = 'shared'` })
  t.strictSame(rows, [{ amount: 6 }])
  t.ok(runs > 6, `${runs} runs`)
})

t.test('a deadlock is resolved by trying again', async (t) => {
  await database.query({ text: `INSERT INTO account VALUES ('one', 0), ('other', 0)` })
  const met = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
  const crossed = (first: string, second: string, mine: 0 | 1) => {
    const add = (name: string) => ({ text: 'UPDATE account SET amount = amount + 1 WHERE name = $1', values: [name] })
    return database.transaction(async (tx) => {
      await tx.query(add(first))
      met[mine].resolve()
      await met[mine === 0 ? 1 : 0].promise
      await tx.query(add(second))
    })
  }
  await Promise.all([crossed('one', 'other', 0), crossed('other', 'one', 1)])
  const { rows } = await database.query({ text: `SELECT amount FROM account WHERE name IN ('one', 'other')` })
  t.strictSame(rows, [{ amount: 2 }, { amount: 2 }])
})

t.test('a connection that is cut while it is used fails its transaction, and the next one works', async (t) => {
  const cut = database.transaction(async (tx) => {
    const { rows } = await tx.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' })
    await database.query({ text: 'SELECT pg_terminate_backend($1)', values: [rows[0]?.pid] })
    await tx.query({ text: 'SELECT 1' })
  })
  await t.rejects(cut)
  await t.resolves(database.transaction((tx) => tx.query({ text: 'SELECT 1' })))
})

t.test('generic plans can be asked for', async (t) => {
  await using planned = await openDatabase(url, { name: 'test', max: 1, planCacheMode: 'force_generic_plan' })
  t.strictSame((await planned.query({ text: 'SHOW plan_cache_mode' })).rows, [{ plan_cache_mode: 'force_generic_plan' }])
})

t.test('migrations', async (t) => {
  const empty = await emptyDatabase(t)
  const database = await openDatabase(empty.url, { name: 'test' })
  t.teardown(() => database[Symbol.asyncDispose]())
  const folder = mkdtempSync(join(tmpdir(), 'handrail-migrations-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const write = (file: string, sql: string) => writeFileSync(join(folder, file), sql)
  const run = (on: Database = database) => migrate(on, { service: 'shop', folder })

  t.test('each is applied once, in order, into the schema of its service, by one of many starters', async (t) => {
    write('0001-item.sql', 'CREATE TABLE item (id int)')
    write('0002-price.sql', 'ALTER TABLE item ADD price int')
    const applied = await Promise.all([run(), run(), run()])
    t.strictSame(
      applied.toSorted((a, b) => b.length - a.length),
      [['0001-item.sql', '0002-price.sql'], [], []],
    )
    await t.resolves(database.query({ text: 'SELECT id, price FROM shop.item' }))
    t.strictSame(await run(), [])
  })

  t.test('one that fails leaves nothing behind and says which', async (t) => {
    write('0003-broken.sql', 'CREATE TABLE half (id int); SELECT nonsense')
    await t.rejects(run(), { code: 'MIGRATION_REFUSED', message: /^shop: 0003-broken\.sql failed: column "nonsense" does not exist/ })
    await t.rejects(database.query({ text: 'SELECT FROM shop.half' }), { code: '42P01' })
    rmSync(join(folder, '0003-broken.sql'))
  })

  t.test('one that was changed after it was applied is refused, but not for its line ends', async (t) => {
    write('0001-item.sql', 'CREATE TABLE item (id bigint)')
    await t.rejects(run(), { message: 'shop: 0001-item.sql was changed after it was applied to this database.' })
    write('0001-item.sql', 'CREATE TABLE item (id int)')
    t.strictSame(await run(), [])
  })

  t.test('one that is gone, comes too late, shares a number or is misnamed is refused', async (t) => {
    rmSync(join(folder, '0002-price.sql'))
    await t.rejects(run(), { message: /0002-price\.sql was applied to this database but is not here/ })
    write('0002-price.sql', 'ALTER TABLE item ADD price int')

    write('0000-early.sql', 'SELECT 1')
    await t.rejects(run(), { message: 'shop: 0000-early.sql comes too late; 0002-price.sql was applied already.' })
    rmSync(join(folder, '0000-early.sql'))

    write('0002-again.sql', 'SELECT 1')
    await t.rejects(run(), { message: '0002-again.sql and 0002-price.sql have the same number.' })
    rmSync(join(folder, '0002-again.sql'))

    write('next.sql', 'SELECT 1')
    await t.rejects(run(), { message: /next\.sql must be named like 0001-what-it-does\.sql/ })
  })

  t.test('the events schema is one of them', async (t) => {
    t.ok((await migrateEvents(database)).length > 0)
    t.strictSame(await migrateEvents(database), [])
  })
})

t.test('the demo clock', async (t) => {
  const at = new Date('2026-11-21T02:14:00Z')
  const real = { now: () => at }

  t.test('starts on real time and moves for everybody', async (t) => {
    const [one, other] = [await movableClock(database, real), await movableClock(database, real)]
    t.strictSame(one.now(), at)
    await Promise.all([one.move({ advanceMs: 60_000 }), other.move({ advanceMs: 60_000 })])
    t.strictSame(await one.refresh(), new Date('2026-11-21T02:16:00Z'), 'both moves count')
  })

  t.test('can be set to an instant, and keeps it over a restart', async (t) => {
    const clock = await movableClock(database, real)
    t.strictSame(await clock.move({ set: new Date('2027-01-01T00:00:00Z') }), new Date('2027-01-01T00:00:00Z'))
    t.strictSame((await movableClock(database, real)).now(), new Date('2027-01-01T00:00:00Z'))
  })
})

t.test('disposing of a database closes every connection it made', async (t) => {
  const closing = await openDatabase(url, { name: 'closing-soon' })
  await Promise.all([1, 2, 3].map(() => closing.query({ text: 'SELECT pg_sleep(0.01)' })))
  await closing[Symbol.asyncDispose]()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  t.teardown(() => client.end())
  const { rows } = await client.query(`SELECT FROM pg_stat_activity WHERE application_name = 'closing-soon' AND state <> 'idle'`)
  t.equal(rows.length, 0)
})
