import t from 'tap'
import { testDatabase } from './database.ts'

t.test('a test database has every migration applied and nothing in it', async (t) => {
  const database = await (await testDatabase(t)).open()
  const { rows } = await database.query<{ service: string }>({ text: 'SELECT DISTINCT service FROM platform.migration' })
  t.ok(rows.some(({ service }) => service === 'events'))
  t.equal((await database.query({ text: 'SELECT FROM events.outbox' })).rowCount, 0)
})

t.test('what one test writes, another does not see', async (t) => {
  const [one, other] = await Promise.all([testDatabase(t), testDatabase(t)])
  const [first, second] = await Promise.all([one.open(), other.open()])
  await first.query({ text: 'CREATE TABLE mine (id int)' })
  const { rows } = await second.query<{ there: string | null }>({ text: `SELECT to_regclass('mine')::text AS there` })
  t.equal(rows[0]?.there, null)
})
