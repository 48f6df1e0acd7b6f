import type { Database } from '@platform/service/database'
import { testDatabase } from '@platform/testing/database'
import t from 'tap'
import { copyIn, copyLine } from './copy-in.ts'
import { syntheticNhsNumbers } from './people.ts'
import { seededAlready, seedPeople } from './seeding.ts'

const surroundings = { team: 'Organization/team', author: 'Organization/author' }
const count = async (database: Database, text: string, values: unknown[] = []): Promise<number> =>
  (await database.query<{ count: number }>({ text: `SELECT count(*)::integer AS count FROM ${text}`, values })).rows[0]?.count ?? 0

t.test('a seeded person is found and guarded like any other', async (t) => {
  const database = await (await testDatabase(t)).open()
  const seeded = await seedPeople(database, { people: 3, sessionsEach: 2, withEntries: [10], surroundings })
  const [first, , , last] = seeded
  t.same(
    seeded.map(({ sessionIds }) => sessionIds.length),
    [2, 2, 2, 8],
  )
  t.equal(await count(database, 'passport.resource WHERE patient = $1', [last?.id]), 10)
  t.equal(await count(database, `passport.identifier WHERE value = $1 AND type = 'Patient' AND id = $2`, [first?.nhsNumber, first?.id]), 1)
  t.equal(await count(database, `passport.relationship WHERE patient = $1 AND party = 'Organization/team' AND kind = 2`, [first?.id]), 1)
  t.equal(await count(database, `passport.date_index WHERE key = 'Procedure.date'`), 14)
  t.equal(await count(database, 'events.outbox'), 0)
})

t.test('a second seeding begins where the first ended', async (t) => {
  const database = await (await testDatabase(t)).open()
  t.equal(await seededAlready(database), 0)
  const [first] = await seedPeople(database, { people: 1, sessionsEach: 0, surroundings, from: 5 })
  const [second] = await seedPeople(database, { people: 1, sessionsEach: 0, surroundings, from: await seededAlready(database) })
  t.not(first?.nhsNumber, second?.nhsNumber)
})

t.test('what is copied comes back as it went', async (t) => {
  const database = await (await testDatabase(t)).open()
  await database.query({ text: 'CREATE TABLE public.copied (a text, b text[], c integer, d timestamptz)' })
  const client = await database.pool.connect()
  t.teardown(() => client.release())
  const at = new Date('2026-01-01T00:00:00Z')
  const rows = [
    ['a tab\t, a line\r\n, a \\ and \\N', ['one,two', '"{}"', 'back\\slash'], 1, at],
    [null, [], undefined, null],
  ] as const
  await copyIn(client, 'public.copied (a, b, c, d)', rows.map(copyLine))
  const { rows: back } = await client.query('SELECT * FROM public.copied ORDER BY a NULLS LAST')
  t.same(back, [
    { a: rows[0][0], b: rows[0][1], c: 1, d: at },
    { a: null, b: [], c: null, d: null },
  ])
})

t.test('a copy that PostgreSQL refuses is an error, and the connection can be used again', async (t) => {
  const database = await (await testDatabase(t)).open()
  const client = await database.pool.connect()
  t.teardown(() => client.release())
  await t.rejects(copyIn(client, 'public.nowhere (a)', ['x\n']), { code: '42P01' })
  t.equal((await client.query('SELECT 1')).rowCount, 1)
})

t.test('synthetic numbers are of the range that is never issued, each once', async (t) => {
  const numbers = syntheticNhsNumbers(1_000)
  t.equal(new Set(numbers).size, 1_000)
  t.ok(numbers.every((number) => /^999\d{7}$/.test(number)))
  t.throws(() => syntheticNhsNumbers(2, 999_999), { name: 'RangeError' })
})
