import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import fc from '@platform/testing/properties'
import t from 'tap'
import { silentLog } from '@platform/service/log'
import { earlierTransactionsEnded } from '@platform/testing/database'
import { countExports } from '../src/jobs/count-exports.ts'
import { copyOut } from '../src/store/copy-out.ts'
import { copySocket, READ_BYTES, takeFrom } from '../src/store/copy-socket.ts'
import { countNextStep, noteFailure } from '../src/store/export-jobs.ts'
import { EXPORT_BYTES } from '../src/store/export-lines.ts'
import { aRecord } from './a-record.ts'

const hub = await aRecord(t)
const { app, database, caller, send, store } = hub
const ASYNC = { prefer: 'respond-async' }

interface Manifest {
  transactionTime: string
  request: string
  requiresAccessToken: boolean
  output: { type: string; url: string; count: number }[]
  deleted: { type: string; url: string; count: number }[]
  error: { type: string; url: string; count: number }[]
}

const pathOf = (address: unknown) => String(address).replace('http://hub.example/fhir', '')
/** Counts what waits; one that was just asked for waits for whatever runs on the server, that of other tests too. */
async function count(): Promise<void> {
  await earlierTransactionsEnded(database)
  await countExports({ database, log: silentLog, now: () => new Date() })
}

async function exported(token: string, path: string, body?: unknown, headers = {}): Promise<Manifest> {
  const kickOff = await send(token, body === undefined ? 'GET' : 'POST', path, body, { ...ASYNC, ...headers })
  if (kickOff.statusCode !== 202) throw new Error(kickOff.body)
  await count()
  const status = await send(token, 'GET', pathOf(kickOff.headers['content-location']))
  if (status.statusCode !== 200) throw new Error(`${status.statusCode} ${status.body}`)
  return status.json<Manifest>()
}

async function linesOf(token: string, files: Manifest['output']): Promise<string[]> {
  const lines: string[] = []
  for (const { url, count: expected } of files) {
    const answer = await send(token, 'GET', pathOf(url), undefined, { accept: 'application/fhir+ndjson' })
    if (answer.statusCode !== 200) throw new Error(answer.body)
    const own = answer.body.split('\n').slice(0, -1)
    if (own.length !== expected) throw new Error(`${url}: ${own.length} lines, ${expected} in the manifest`)
    lines.push(...own)
  }
  return lines
}

const team = await store({ resourceType: 'Organization', name: 'Team' })
const ada = await store({ resourceType: 'Patient', name: [{ family: 'Llwyd' }], birthDate: '1974-03-02' })
const bryn = await store({ resourceType: 'Patient', name: [{ family: 'Tudor' }], birthDate: '1965-06-02' })
const of = (id: string) => ({ reference: `Patient/${id}` })
const session = (id: string, text = 'Physiotherapy') => ({
  resourceType: 'Procedure',
  status: 'completed',
  code: { text },
  subject: of(id),
})
const first = await store(session(ada.id, 'Stretching "slowly", with a \\ and a\nnew line'))
await store(session(bryn.id))
await store({
  resourceType: 'CareTeam',
  status: 'active',
  subject: of(ada.id),
  participant: [{ member: { reference: `Organization/${team.id}` } }],
} as never)
caller('team', { role: 'professional', organization: `Organization/${team.id}` })

t.test('an export is kicked off with 202, tells its progress, and ends in a manifest', async (t) => {
  const kickOff = await send('admin', 'GET', '/$export?_type=Patient,Procedure', undefined, ASYNC)
  t.equal(kickOff.statusCode, 202)
  t.equal(kickOff.body, '')
  const status = pathOf(kickOff.headers['content-location'])
  const waiting = await send('admin', 'GET', status)
  t.equal(waiting.statusCode, 202)
  t.match(waiting.headers['x-progress'], '0% counted')
  t.equal(waiting.headers['retry-after'], '1')
  await count()
  const done = await send('admin', 'GET', status)
  t.equal(done.statusCode, 200)
  t.match(done.headers['content-type'], /^application\/json/)
  t.ok(Date.parse(String(done.headers['expires'])) > Date.now())
  const manifest = done.json<Manifest>()
  t.match(
    done.body,
    '"https://handrail.example/fhir/export/national-data-opt-out":"not applied',
    'whoever takes it is told what was not left out',
  )
  t.equal(manifest.request, 'http://hub.example/fhir/$export?_type=Patient,Procedure')
  t.equal(manifest.requiresAccessToken, true)
  t.same(
    manifest.output.map(({ type, count: rows }) => [type, rows]),
    [
      ['Patient', 2],
      ['Procedure', 2],
    ],
  )
  t.same([manifest.deleted, manifest.error], [[], []])
})

t.test('a line is the very text that a read serves', async (t) => {
  const { output } = await exported('admin', '/$export?_type=Procedure')
  const lines = await linesOf('admin', output)
  t.ok(lines.includes((await send('admin', 'GET', `/Procedure/${first.id}`)).body))
})

t.test('a file says that it is NDJSON, must not be kept, and until when it is there', async (t) => {
  const { output } = await exported('admin', '/$export?_type=Procedure')
  const answer = await send('admin', 'GET', pathOf(output[0]?.url))
  t.equal(answer.headers['content-type'], 'application/fhir+ndjson')
  t.equal(answer.headers['cache-control'], 'private, no-store')
  t.ok(answer.headers['expires'])
  t.equal((await send('admin', 'GET', pathOf(output[0]?.url), undefined, { accept: 'text/csv' })).statusCode, 406)
})

t.test('an export of the people holds nothing that belongs to nobody, and one of a Group only its members', async (t) => {
  const people = await exported('admin', '/Patient/$export')
  t.notOk(people.output.some(({ type }) => type === 'Organization'))
  t.ok(people.output.some(({ type }) => type === 'CareTeam'))
  const group = await store({
    resourceType: 'Group',
    type: 'person',
    actual: true,
    member: [{ entity: of(ada.id) }, { entity: of(bryn.id), inactive: true }],
  } as never)
  const members = await exported('admin', `/Group/${(group as { id: string }).id}/$export?_type=Patient,Procedure`)
  const lines = await linesOf('admin', members.output)
  t.equal(lines.length, 2)
  t.ok(lines.every((line) => line.includes(ada.id)))
})

t.test('by POST an export is narrowed to people, and to none outside of the Group', async (t) => {
  const body = {
    resourceType: 'Parameters',
    parameter: [
      { name: '_type', valueString: 'Procedure' },
      { name: 'patient', valueReference: of(bryn.id) },
    ],
  }
  const lines = await linesOf('admin', (await exported('admin', '/Patient/$export', body)).output)
  t.equal(lines.length, 1)
  t.match(lines[0], bryn.id)
  const group = await store({ resourceType: 'Group', type: 'person', actual: true, member: [{ entity: of(ada.id) }] } as never)
  t.same((await exported('admin', `/Group/${(group as { id: string }).id}/$export`, body)).output, [])
})

t.test('_since brings what changed after it, and says what was deleted', async (t) => {
  const { transactionTime } = await exported('admin', '/$export?_type=Procedure')
  const changed = await store(session(ada.id, 'Later'))
  const lost = await store(session(ada.id, 'Lost'))
  await send('admin', 'DELETE', `/Procedure/${lost.id}`)
  const next = await exported('admin', `/$export?_type=Procedure&_since=${transactionTime}`)
  const lines = await linesOf('admin', next.output)
  t.same(
    lines.map((line) => (JSON.parse(line) as { id: string }).id),
    [changed.id],
  )
  const deleted = (await linesOf('admin', next.deleted)).map((line) => JSON.parse(line) as { type: string; entry: unknown[] })
  t.same(
    deleted.map(({ type, entry }) => [type, entry]),
    [['transaction', [{ request: { method: 'DELETE', url: `Procedure/${lost.id}` } }]]],
  )
})

t.test('the export is of the record as it stood at its transactionTime, whatever is written while it is fetched', async (t) => {
  const procedure = await store(session(ada.id, 'As it was'))
  const manifest = await exported('admin', '/$export?_type=Procedure')
  await send('admin', 'PUT', `/Procedure/${procedure.id}`, { ...session(ada.id, 'As it became'), id: procedure.id })
  const late = await store(session(ada.id, 'Too late'))
  const lines = await linesOf('admin', manifest.output)
  t.ok(lines.some((line) => line.includes('As it was')))
  t.notOk(lines.some((line) => line.includes('As it became') || line.includes(late.id)))
})

t.test('an export holds what the caller may read, and nothing else', async (t) => {
  const manifest = await exported('team', '/$export?_type=Patient,Procedure')
  const lines = await linesOf('team', manifest.output)
  t.ok(lines.some((line) => line.includes(ada.id)))
  t.notOk(lines.some((line) => line.includes(bryn.id)))
})

t.test('the version of then is read under the policy too', async (t) => {
  const procedure = await store(session(ada.id, 'Team as it was'))
  const hidden = await store(session(bryn.id, 'Bryn as it was'))
  const manifest = await exported('team', '/$export?_type=Procedure')
  for (const [{ id }, whose] of [
    [procedure, ada.id],
    [hidden, bryn.id],
  ] as const)
    await send('admin', 'PUT', `/Procedure/${id}`, { ...session(whose, 'Later than then'), id })
  const lines = await linesOf('team', manifest.output)
  t.ok(lines.some((line) => line.includes('Team as it was')))
  t.notOk(lines.some((line) => line.includes('Bryn as it was') || line.includes('Later than then')))
})

t.test('what a person closes out after the export was made is not in its files any more', async (t) => {
  const { output } = await exported('team', '/$export?_type=Procedure')
  const consent = await store({
    resourceType: 'Consent',
    status: 'active',
    scope: { text: 'Own wish' },
    category: [{ text: 'Closed' }],
    policyRule: { text: 'Own wish' },
    patient: of(ada.id),
    provision: { type: 'deny', actor: [{ role: { text: 'recipient' }, reference: { reference: `Organization/${team.id}` } }] },
  } as never)
  const answer = await send('team', 'GET', pathOf(output[0]?.url))
  t.equal(answer.statusCode, 200)
  t.equal(answer.body, '')
  await send('admin', 'DELETE', `/Consent/${(consent as { id: string }).id}`)
})

t.test('an export is for systems, and for the types of their scopes', async (t) => {
  caller('person', { role: 'patient', patient: ada.id, scope: 'patient/*.rs' })
  caller('narrow', { role: 'admin', scope: 'system/Patient.rs' })
  t.equal((await send('person', 'GET', '/$export', undefined, ASYNC)).statusCode, 403)
  t.equal((await send('narrow', 'GET', '/$export?_type=Procedure', undefined, ASYNC)).statusCode, 403)
  t.same(
    (await exported('narrow', '/$export')).output.map(({ type }) => type),
    ['Patient'],
  )
})

t.test('an export is seen, fetched and cancelled by the client that asked, and by no other', async (t) => {
  caller('other', { role: 'admin' })
  const kickOff = await send('admin', 'GET', '/$export?_type=Patient', undefined, ASYNC)
  const status = pathOf(kickOff.headers['content-location'])
  await count()
  const [file] = (await send('admin', 'GET', status)).json<Manifest>().output
  for (const [method, path] of [
    ['GET', status],
    ['DELETE', status],
    ['GET', pathOf(file?.url)],
  ] as const)
    t.equal((await send('other', method, path)).statusCode, 404)
  t.equal((await send('admin', 'DELETE', status)).statusCode, 202)
  for (const [method, path] of [
    ['GET', status],
    ['DELETE', status],
    ['GET', pathOf(file?.url)],
  ] as const)
    t.equal((await send('admin', method, path)).statusCode, 404)
})

t.test('everybody whose record is in a file finds it in their audit trail', async (t) => {
  const kickOff = await send('admin', 'GET', '/$export?_type=Patient', undefined, ASYNC)
  const status = pathOf(kickOff.headers['content-location'])
  await count()
  const [file] = (await send('admin', 'GET', status)).json<Manifest>().output
  await send('admin', 'GET', pathOf(file?.url))
  for (const person of [ada, bryn]) {
    const trail = (await send('admin', 'GET', `/AuditEvent?patient=${person.id}`)).body
    t.match(trail, `Export/${status.split('/').at(-1) ?? ''}`)
  }
})

t.test('what is asked for wrongly is refused with a sentence; under lenient it is told in the error files', async (t) => {
  const wrong: readonly [string, string][] = [
    ['/$export?_outputFormat=text/csv', 'EXPORT_FORMAT_UNKNOWN'],
    ['/$export?_since=yesterday', 'EXPORT_SINCE_INVALID'],
    ['/$export?_since=2026-01-01T00:00:00Z&_since=2026-01-01T00:00:00Z', 'EXPORT_SINCE_INVALID'],
    ['/$export?_type=Nonsense', 'EXPORT_TYPE_UNKNOWN'],
    ['/$export?_elements=id', 'EXPORT_PARAMETER_UNSUPPORTED'],
    ['/$export?_typeFilter=Patient%3Fgender%3Dmale', 'EXPORT_PARAMETER_UNSUPPORTED'],
    ['/Patient/$export?patient=Patient/1', 'EXPORT_PATIENT_INVALID'],
    ['/Group/none/$export', 'NOT_FOUND'],
  ]
  for (const [path, code] of wrong) {
    const answer = await send('admin', 'GET', path, undefined, ASYNC)
    t.match(answer.body, code, path)
    t.ok(answer.statusCode >= 400 && answer.statusCode < 500, path)
  }
  t.match((await send('admin', 'GET', '/$export')).body, 'EXPORT_NOT_ASYNC')
  const lenient = await exported('admin', '/$export?_type=Patient,Nonsense&_elements=id', undefined, {
    prefer: 'respond-async, handling=lenient',
  })
  t.equal(lenient.error[0]?.count, 2)
  for (const line of await linesOf('admin', lenient.error))
    t.equal((JSON.parse(line) as { resourceType: string }).resourceType, 'OperationOutcome')
  for (const format of ['application/fhir%2Bndjson', 'application/fhir+ndjson', 'ndjson', 'application/ndjson'])
    t.equal((await send('admin', 'GET', `/$export?_type=Patient&_outputFormat=${format}`, undefined, ASYNC)).statusCode, 202)
  await count()
})

t.test('a client has five exports under way at most, and is told when to come again', async (t) => {
  caller('busy', { role: 'admin' })
  const answers = await Promise.all(Array.from({ length: 8 }, () => send('busy', 'GET', '/$export?_type=Patient', undefined, ASYNC)))
  t.same(
    answers.map(({ statusCode }) => statusCode).toSorted((one, other) => one - other),
    [202, 202, 202, 202, 202, 429, 429, 429],
  )
  t.equal(answers.find(({ statusCode }) => statusCode === 429)?.headers['retry-after'], '10')
  await count()
})

t.test('an export that fails five times is given up, and says so', async (t) => {
  const kickOff = await send('admin', 'GET', '/$export?_type=Patient', undefined, ASYNC)
  const status = pathOf(kickOff.headers['content-location'])
  for (let attempt = 0; attempt < 5; attempt += 1) await noteFailure(database, status.split('/').at(-1) ?? '', new Date())
  const answer = await send('admin', 'GET', status)
  t.equal(answer.statusCode, 500)
  t.match(answer.body, 'EXPORT_GIVEN_UP')
})

t.test('an export is gone when it has expired', async (t) => {
  const kickOff = await send('admin', 'GET', '/$export?_type=Patient', undefined, ASYNC)
  const status = pathOf(kickOff.headers['content-location'])
  await count()
  await database.query({ text: `UPDATE passport.export_job SET expires_at = now() - interval '1 second'` })
  t.equal((await send('admin', 'GET', status)).statusCode, 404)
  await count()
  const { rows } = await database.query({ text: 'SELECT FROM passport.export_job' })
  t.equal(rows.length, 0)
})

t.test('killed between any two steps, or in the middle of one, an export still gives each resource once', async (t) => {
  for (let number = 0; number < 40; number += 1) await store(session(number % 2 === 0 ? ada.id : bryn.id, `Number ${number}`))
  const kickOffs = await Promise.all([store(session(ada.id)), store(session(bryn.id))])
  t.equal(kickOffs.length, 2)
  const expected = (await linesOf('admin', (await exported('admin', '/$export?_type=Procedure,Patient')).output)).toSorted()
  const step = fc.constantFrom('goes on', 'dies in the step', 'two at once')
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4096 }),
      fc.integer({ min: 1, max: 30 }),
      fc.array(step, { maxLength: 12 }),
      async (width, rowsAFile, steps) => {
        const kickOff = await send('admin', 'GET', '/$export?_type=Procedure,Patient', undefined, ASYNC)
        const status = pathOf(kickOff.headers['content-location'])
        const id = status.split('/').at(-1)
        // Wide enough that a run takes few steps; the narrow ones are for the walk's own test.
        await database.query({ text: 'UPDATE passport.export_job SET width = $2 WHERE id = $1', values: [id, Math.max(width, 150)] })
        for (const how of steps) {
          if (how === 'dies in the step') await dieInAStep()
          else if (how === 'two at once')
            await Promise.all([countNextStep(database, new Date(), { rowsAFile }), countNextStep(database, new Date(), { rowsAFile })])
          else await countNextStep(database, new Date(), { rowsAFile })
        }
        await count()
        const { output } = (await send('admin', 'GET', status)).json<Manifest>()
        t.same((await linesOf('admin', output)).toSorted(), expected)
        await send('admin', 'DELETE', status)
      },
    ),
    { numRuns: 12 },
  )

  /** A step whose process dies before its commit. */
  async function dieInAStep(): Promise<void> {
    const dying = Object.assign(Object.create(database) as typeof database, {
      transaction: (work: Parameters<typeof database.transaction>[0]) =>
        database.transaction(async (tx) => {
          await work(tx)
          throw new Error('killed')
        }),
    })
    await countNextStep(dying, new Date()).catch(() => undefined)
  }
})

t.test(
  'a line is the very text, however long and however slowly it is taken, and a reader that goes away in the middle leaves the record as able as before',
  async (t) => {
    // More than a connection holds and the system takes ahead, of lines that are shorter and longer than each piece of memory on the way.
    const long = [1, 10, READ_BYTES - 700, READ_BYTES, 2 * READ_BYTES, EXPORT_BYTES / 16, 2_000_000, 3, 4_000_000, 4_000_000, 4_000_000, 5]
    const stored: string[] = []
    for (const length of long) {
      const { id } = await store(session(ada.id, 'Ymestyn'))
      await database.query({
        text: `UPDATE passport.resource SET content = replace(content, 'Ymestyn', repeat('Ymestyn yn araf â gofal. ', $2)) WHERE id = $1`,
        values: [id, Math.ceil(length / 26)],
      })
      stored.push((await send('admin', 'GET', `/Procedure/${id}`)).body)
    }
    const { output } = await exported('admin', '/$export?_type=Procedure')
    const [file] = output
    const address = `${await app.listen({ host: '127.0.0.1', port: 0 })}/fhir${pathOf(file?.url)}`
    const headers = { authorization: 'Bearer admin' }
    for (let reader = 0; reader < 6; reader += 1) {
      const stop = new AbortController()
      const answer = await fetch(address, { headers, signal: stop.signal })
      if (reader % 2 === 0) await answer.body?.getReader().read()
      stop.abort()
      await answer.text().catch(() => undefined)
    }
    const answer = await fetch(address, { headers })
    const pieces: Uint8Array[] = []
    for await (const piece of answer.body ?? []) {
      pieces.push(piece as Uint8Array)
      for (let turns = 0; turns < 20; turns += 1) await turn()
    }
    const lines = Buffer.concat(pieces).toString().split('\n')
    t.equal(lines.pop(), '', 'each line ends')
    t.equal(lines.length, file?.count)
    t.ok(
      stored.every((text) => lines.includes(text)),
      'each is there as it is read',
    )
  },
)

t.test('a copy is the same whether the connection reads it into one buffer or the driver does', async (t) => {
  const client = await database.pool.connect()
  const rows: (string | null)[][] = []
  const field = (bytes: Buffer, at: number): string | null => {
    const length = bytes.readInt32BE(at)
    return length < 0 ? null : bytes.toString('utf8', at + 4, at + 4 + length)
  }
  await copyOut(client, `COPY (VALUES (NULL, 'â'), ('', ''), ('b', E'c\nd')) TO STDOUT WITH (FORMAT binary)`, (bytes, at) => {
    const first = field(bytes, at)
    rows.push([first, field(bytes, at + 4 + (first?.length ?? 0))])
  }).ended
  t.same(rows, [
    [null, 'â'],
    ['', ''],
    ['b', 'c\nd'],
  ])
  const refused = copyOut(client, 'COPY (SELECT 1 / 0) TO STDOUT WITH (FORMAT binary)', () => t.fail('there is no tuple')).ended
  await t.rejects(refused, { code: '22012' })
  t.same((await client.query('SELECT 1 AS one')).rows, [{ one: 1 }], 'the connection is of use after it')
  client.release()
})

t.test(
  'in whatever pieces messages come, the data of a copy is told from the rest, and neither is lost, changed or brought into another order',
  async (t) => {
    const message = fc.record({
      kind: fc.constantFrom('d', 'd', 'd', 'C', 'Z'),
      length: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(READ_BYTES - 5, READ_BYTES + 1, 2 * READ_BYTES)),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 300_000 }), { maxLength: 6 }),
        async (sent, cuts) => {
          const messages = sent.map(({ kind, length }, number) => {
            const bytes = Buffer.alloc(5 + length, `${number} of ${length} `)
            bytes.write(kind, 0, 'latin1')
            bytes.writeUInt32BE(length + 4, 1)
            return bytes
          })
          const all = Buffer.concat(messages)
          const got: Buffer[] = []
          await using server = createServer((peer: Socket) => {
            peer.setNoDelay(true)
            void (async () => {
              let at = 0
              for (const cut of cuts) {
                peer.write(all.subarray(at, (at += cut)))
                await turn()
              }
              peer.end(all.subarray(at))
            })()
          }).listen(0, '127.0.0.1')
          await once(server, 'listening')
          const socket = copySocket()
          takeFrom(socket, (bytes, from, to) => {
            got.push(Buffer.concat([header('d', to - from), bytes.subarray(from, to)]))
          })
          socket.on('data', (bytes: Buffer) => got.push(bytes))
          socket.connect((server.address() as AddressInfo).port, '127.0.0.1')
          await once(socket, 'end')
          socket.destroy()
          t.ok(Buffer.concat(got).equals(all))
          const data = messages.filter((bytes) => bytes[0] === header('d', 0)[0])
          t.ok(
            data.every((bytes) => got.some((one) => one.equals(bytes))),
            'each message of the copy by itself',
          )
        },
      ),
      { numRuns: 30 },
    )

    function header(kind: string, length: number): Buffer {
      const bytes = Buffer.alloc(5)
      bytes.write(kind, 0, 'latin1')
      bytes.writeUInt32BE(length + 4, 1)
      return bytes
    }
  },
)

t.test('what nobody asked for cannot be fetched', async (t) => {
  for (const path of [`/$export-status/${randomUUID()}`, `/$export-file/${randomUUID()}/Patient-0.ndjson`, '/$export-file/x/..%2f..%2fetc'])
    t.equal((await send('admin', 'GET', path)).statusCode, 404)
})
