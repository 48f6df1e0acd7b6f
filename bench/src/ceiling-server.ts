/**
 * The ceilings: what this machine, Fastify and `pg` do when nothing is authorised, validated, indexed, audited or announced.
 * A program of its own on the database of the hub it is compared with; its tables are in the schema `bench`.
 */
import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import { defineConfig, integer, secret } from '@platform/service/config'
import { openDatabase } from '@platform/service/database'
import { startMllpServer } from '@platform/hl7v2/mllp-server'
import { measureAddToProcess, measureQueue } from './ceiling-queue.ts'

const readConfig = defineConfig({
  DATABASE_URL: secret('The database of the hub that is measured.'),
  REDIS_URL: secret('The Redis of its queues. Absent: they are in PostgreSQL.', { optional: true }),
  CONNECTIONS: integer('Connections to the database.', { default: 16 }),
})

const FHIR = 'application/fhir+json; charset=utf-8'
const BASE = 'http://127.0.0.1/fhir'

const { DATABASE_URL, REDIS_URL, CONNECTIONS } = readConfig(process.env)
await using database = await openDatabase(DATABASE_URL, { name: 'bench-ceiling', max: CONNECTIONS, planCacheMode: 'force_generic_plan' })
const app = Fastify({ bodyLimit: 10_000_000 })

app.get('/json', async () => ({ resourceType: 'Basic', id: 'one', code: { text: 'something small' } }))

app.get<{ Params: { id: string } }>('/read/:id', async ({ params: { id } }, reply) => {
  const { rows } = await database.query<{ content: string }>({
    name: 'read',
    text: 'SELECT content::text AS content FROM bench.resource WHERE id = $1',
    values: [id],
  })
  return reply.type(FHIR).send(rows[0]?.content ?? '')
})

app.post<{ Body: { resourceType: string } }>('/insert', async ({ body }, reply) => {
  const id = randomUUID()
  await database.query({
    name: 'insert',
    text: 'INSERT INTO bench.resource (id, type, version, content) VALUES ($1, $2, 1, $3)',
    values: [id, body.resourceType, JSON.stringify({ ...body, id })],
  })
  return reply.code(201).header('location', `${BASE}/${body.resourceType}/${id}`).send('')
})

app.get<{ Params: { patient: string } }>('/procedures/:patient', async ({ params: { patient } }, reply) =>
  reply.type(FHIR).send(
    await bundleOf({
      name: 'procedures',
      text: `SELECT id, type, content FROM bench.entry WHERE patient = $1 AND type = 'Procedure' ORDER BY occurred_at DESC, id DESC LIMIT 20`,
      values: [patient],
    }),
  ),
)

app.get<{ Params: { value: string } }>('/identified/:value', async ({ params: { value } }, reply) =>
  reply
    .type(FHIR)
    .send(await bundleOf({ name: 'identified', text: 'SELECT id, type, content FROM bench.entry WHERE identifier = $1', values: [value] })),
)

app.get<{ Params: { patient: string } }>('/everything/:patient', async ({ params: { patient } }, reply) =>
  reply.type(FHIR).send(
    await bundleOf({
      name: 'everything',
      text: 'SELECT id, type, content FROM bench.entry WHERE patient = $1 ORDER BY type, id',
      values: [patient],
    }),
  ),
)

app.post<{ Querystring: { ms?: string; concurrency?: string; post?: string; jobs?: string } }>(
  '/queue',
  async ({ query: { ms, concurrency, post, jobs } }) => {
    const where = { databaseUrl: DATABASE_URL, redisUrl: REDIS_URL }
    return jobs === undefined
      ? { ...(await measureQueue({ ...where, forMs: Number(ms), concurrency: Number(concurrency), post })), durationsMs: [] }
      : measureAddToProcess({ ...where, jobs: Number(jobs), post })
  },
)

async function bundleOf(statement: { name: string; text: string; values: string[] }): Promise<string> {
  const { rows } = await database.query<{ id: string; type: string; content: string }>(statement)
  const entries = rows.map(({ id, type, content }) => `{"fullUrl":"${BASE}/${type}/${id}","resource":${content},"search":{"mode":"match"}}`)
  return `{"resourceType":"Bundle","type":"searchset","total":${rows.length},"entry":[${entries.join(',')}]}`
}

/** The bare listener for hospitals: it reads the header of a message and acknowledges it. */
await using hospital = await startMllpServer({
  host: '127.0.0.1',
  port: 0,
  allow: () => true,
  handle: (content) => {
    const end = content.indexOf('\r')
    const msh = content.toString('latin1', 0, end).split('|')
    const controlId = msh[9] ?? ''
    return [Buffer.from(`MSH|^~\\&|${msh[4]}|${msh[5]}|${msh[2]}|${msh[3]}|${msh[6]}||ACK|${controlId}|P|2.4\rMSA|AA|${controlId}\r`)]
  },
})

await app.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`Ceilings are ready at ${app.listeningOrigin} and at port ${hospital.port}\n`)
await new Promise((resolve) => process.once('SIGTERM', resolve).once('SIGINT', resolve))
await app.close()
