import { gunzipSync, gzipSync } from 'node:zlib'
import fc from '@platform/testing/properties'
import tar from 'tar-stream'
import t from 'tap'
import { createValidator } from '@platform/fhir/validate'
import { packArchive } from '../src/domain/archive/pack.ts'
import { readPdf } from './a-pdf.ts'
import { aRecord, type ARecord } from './a-record.ts'

const from = await aRecord(t)
const to = await aRecord(t)
const GZIP = { 'content-type': 'application/gzip' }

const team = await from.store({ resourceType: 'Organization', name: 'Tîm Cymunedol' })
const doctor = await from.store({ resourceType: 'Practitioner', name: [{ family: 'Rees' }] })
from.caller('team', { role: 'professional', organization: `Organization/${team.id}` })
const ada = await from.store({
  resourceType: 'Patient',
  name: [{ family: 'Llŵyd', given: ['Ada'] }],
  birthDate: '1974-03-02',
  identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990123454' }],
})
const bryn = await from.store({ resourceType: 'Patient', name: [{ family: 'Tudor' }] })
const subject = { reference: `Patient/${ada.id}` }
await from.store({
  resourceType: 'CareTeam',
  status: 'active',
  subject,
  participant: [{ member: { reference: `Organization/${team.id}` } }],
})
// By the team, changed twice, digits that a number would lose.
const measured = (value: string) =>
  `{"resourceType":"Observation","status":"final","code":{"text":"Timed Up and Go"},"subject":{"reference":"Patient/${ada.id}"},"effectiveDateTime":"2026-10-01","valueQuantity":{"value":${value},"unit":"s"}%}`
const first = (await from.send('team', 'POST', '/Observation', measured('12.50').replace('%', ''))).json<{ id: string }>()
for (const value of ['12.40', '1.20e1'])
  await from.send('team', 'PUT', `/Observation/${first.id}`, measured(value).replace('%', `,"id":"${first.id}"`))
const lost = await from.store({ resourceType: 'Procedure', status: 'completed', subject, code: { text: '=HYPERLINK("x")' } })
await from.send('admin', 'DELETE', `/Procedure/${lost.id}`)
await from.store({
  resourceType: 'Procedure',
  status: 'completed',
  subject,
  code: { text: '=HYPERLINK("x")' },
  performer: [{ actor: { reference: `Practitioner/${doctor.id}` } }],
})
await from.store({
  resourceType: 'DocumentReference',
  status: 'current',
  subject,
  content: [{ attachment: { contentType: 'text/plain', data: Buffer.from('A letter, ŵ').toString('base64'), title: 'Letter' } }],
})
// Written for somebody else first: that version is not Ada's.
const misfiled = await from.store({
  resourceType: 'Procedure',
  status: 'completed',
  subject: { reference: `Patient/${bryn.id}` },
  code: { text: 'Bryn only' },
})
await from.send('admin', 'PUT', `/Procedure/${misfiled.id}`, {
  resourceType: 'Procedure',
  id: misfiled.id,
  status: 'completed',
  subject,
  code: { text: 'Ada after all' },
})

async function exported(hub: ARecord, token = 'admin', id: string = ada.id): Promise<{ bytes: Buffer; files: Map<string, Buffer> }> {
  const answer = await hub.send(token, 'GET', `/Patient/${id}/$export-person`)
  if (answer.statusCode !== 200) throw new Error(answer.body)
  return { bytes: answer.rawPayload, files: await unpacked(answer.rawPayload) }
}

async function unpacked(bytes: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  const extract = tar.extract()
  extract.end(gunzipSync(bytes))
  for await (const entry of extract) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    files.set(entry.header.name, Buffer.concat(chunks))
  }
  return files
}

const take = (hub: ARecord, bytes: Buffer, token = 'admin') =>
  hub.app.inject({ method: 'POST', url: '/fhir/$import-person', headers: { authorization: `Bearer ${token}`, ...GZIP }, payload: bytes })

const lines = (files: Map<string, Buffer>, name: string) => (files.get(name)?.toString() ?? '').split('\n').filter((line) => line !== '')
const whole = await exported(from)

t.test('an archive holds the record for a machine, a spreadsheet and a reader', async (t) => {
  const { files } = whole
  for (const name of [
    'README.txt',
    'manifest.json',
    'record.ndjson',
    'versions.ndjson',
    'document.json',
    'record.pdf',
    'who-looked.ndjson',
    'csv/Observation.csv',
  ])
    t.ok(files.has(name), name)
  const read = (await from.send('admin', 'GET', `/Observation/${first.id}`)).body
  t.ok(lines(files, 'record.ndjson').includes(read), 'a line is the text that is served')
  t.match(read, '"value":1.20e1')
  const letter = [...files].find(([name]) => name.startsWith('attachments/DocumentReference-'))
  t.equal(letter?.[1].toString(), 'A letter, ŵ')
  const { words } = readPdf(files.get('record.pdf') ?? Buffer.alloc(0))
  t.match(words, 'Llŵyd', 'every letter of a Welsh name is printed')
  t.notMatch(words, 'could not be printed')
  const table = files.get('csv/Procedure.csv')?.toString() ?? ''
  t.match(table, `"'=HYPERLINK(""x"")"`, 'no formula starts in a spreadsheet')
  t.match(files.get('csv/Observation.csv')?.toString(), '1.20e1')
  t.same(
    lines(files, 'record.ndjson').filter((line) => /"resourceType":"(Organization|Practitioner)"/.test(line)).length,
    2,
    'whom the record names goes along',
  )
})

t.test('the document is valid FHIR, and every reference in it to the record leads to an entry of it', async (t) => {
  const document = JSON.parse(whole.files.get('document.json')?.toString() ?? '') as {
    entry: { fullUrl: string; resource: { resourceType: string } }[]
  }
  const issues = createValidator({}).validate(document as never, {})
  t.same(
    issues.filter(({ severity }) => severity !== 'information' && severity !== 'warning'),
    [],
  )
  t.equal(document.entry[0]?.resource.resourceType, 'Composition')
  const there = new Set(document.entry.map(({ fullUrl }) => fullUrl.replace('http://hub.example/fhir/', '')))
  for (const [, reference = ''] of JSON.stringify(document).matchAll(/"reference":"([^"]+)"/g)) t.ok(there.has(reference), reference)
})

t.test('nothing about another person is in it, not even the version that was filed wrongly', async (t) => {
  for (const [name, bytes] of whole.files) t.notOk(bytes.includes('Bryn only'), name)
  t.match(whole.files.get('versions.ndjson')?.toString(), 'Ada after all')
})

t.test('an empty hub restores the same record: ids, versions, times, authors, history, and who may see it', async (t) => {
  const taken = await take(to, whole.bytes)
  t.equal(taken.statusCode, 201, taken.body)
  const again = await exported(to)
  for (const name of ['versions.ndjson', 'record.ndjson', 'csv/Observation.csv', 'csv/Procedure.csv'])
    t.equal(again.files.get(name)?.toString(), whole.files.get(name)?.toString(), name)
  for (const path of [`/Observation/${first.id}/_history`, `/Patient/${ada.id}/$everything`, `/Procedure/${lost.id}/_history`])
    t.equal((await to.send('admin', 'GET', path)).body, (await from.send('admin', 'GET', path)).body, path)
  t.equal((await to.send('admin', 'GET', `/Procedure/${lost.id}`)).statusCode, 410)
  to.caller('team', { role: 'professional', organization: `Organization/${team.id}` })
  t.equal((await to.send('team', 'GET', `/Observation?patient=${ada.id}`)).json<{ entry: unknown[] }>().entry.length, 1)
  t.equal((await to.send('team', 'GET', `/Procedure?patient=${ada.id}`)).json<{ entry: unknown[] }>().entry.length, 2)
  const updated = await to.send('team', 'PUT', `/Observation/${first.id}`, measured('11').replace('%', `,"id":"${first.id}"`), {
    'if-match': 'W/"3"',
  })
  t.equal(updated.headers['etag'], 'W/"4"', 'the record goes on where it was')
  const { rows } = await to.database.query<{ version: number }>({
    text: `SELECT version FROM events.outbox WHERE id = $1 ORDER BY change_id`,
    values: [first.id],
  })
  t.same(
    rows.map(({ version }) => version),
    [3, 4],
    'listeners hear of the version that there is',
  )
})

t.test('the same archive twice changes nothing; another state of the same person is refused', async (t) => {
  const hub = await aRecord(t)
  t.equal((await take(hub, whole.bytes)).statusCode, 201)
  const twice = await take(hub, whole.bytes)
  t.equal(twice.statusCode, 200)
  t.match(twice.body, 'nothing was changed')
  await hub.store({ resourceType: 'Flag', status: 'active', code: { text: 'New' }, subject })
  t.equal((await take(hub, whole.bytes)).statusCode, 200, 'what came since stays')
  await hub.send('admin', 'PUT', `/Observation/${first.id}`, measured('9').replace('%', `,"id":"${first.id}"`))
  const other = await take(hub, whole.bytes)
  t.equal(other.statusCode, 409)
  t.match(other.body, 'ARCHIVE_TAKEN')
})

t.test('somebody whom the hub knows under another id is not brought in twice', async (t) => {
  const hub = await aRecord(t)
  await hub.store({ resourceType: 'Patient', identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990123454' }] })
  const answer = await take(hub, whole.bytes)
  t.equal(answer.statusCode, 409)
  t.match(answer.body, 'ARCHIVE_PERSON_KNOWN')
})

t.test('a relationship that the record did not have is not made by restoring it', async (t) => {
  const hub = await aRecord(t)
  const text = lines(whole.files, 'versions.ndjson').map((line) => {
    const version = JSON.parse(line) as { type: string; relationships: unknown[] }
    return version.type === 'CareTeam' ? line.replace(JSON.stringify(version.relationships), '[]') : line
  })
  t.equal((await take(hub, await packed(new Map([['versions.ndjson', Buffer.from(`${text.join('\n')}\n`)]])))).statusCode, 201)
  hub.caller('team', { role: 'professional', organization: `Organization/${team.id}` })
  t.equal((await hub.send('team', 'GET', `/Patient/${ada.id}`)).statusCode, 404)
})

t.test('the person takes their own record away, without anything marked or reviewed first, and a stranger takes nothing', async (t) => {
  from.caller('ada', { role: 'patient', patient: ada.id, fhirUser: `Patient/${ada.id}`, scope: 'patient/*.rs' })
  from.caller('stranger', { role: 'professional', organization: 'Organization/other' })
  const { files } = await exported(from, 'ada')
  t.match(files.get('manifest.json')?.toString(), '"completeness": "as-seen"')
  t.ok(files.has('who-looked.ndjson'))
  t.ok(lines(files, 'record.ndjson').some((line) => line.includes(first.id)))
  t.equal((await from.send('stranger', 'GET', `/Patient/${ada.id}/$export-person`)).statusCode, 404)
  t.equal((await take(from, whole.bytes, 'ada')).statusCode, 403)
  t.equal((await take(from, whole.bytes, 'team')).statusCode, 403)
})

/** The archive with other files in it, and a manifest that agrees with them. */
function packed(changed: ReadonlyMap<string, Buffer>, facts: object = {}): Promise<Buffer> {
  const files = new Map([...whole.files].filter(([name]) => name !== 'manifest.json'))
  for (const [name, bytes] of changed) files.set(name, bytes)
  return packArchive(
    [...files].map(([name, bytes]) => ({ name, bytes, holds: '' })),
    {
      madeAt: '2026-11-21T09:00:00.000Z',
      source: 'http://hub.example/fhir',
      patient: ada.id,
      completeness: 'whole',
      resources: 1,
      versions: 1,
      ...facts,
    },
  )
}

async function tarOf(entries: readonly (Partial<tar.Header> & { name: string; body?: Buffer })[]): Promise<Buffer> {
  const pack = tar.pack()
  for (const { body, ...header } of entries) pack.entry(header, body ?? Buffer.alloc(0))
  pack.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of pack) chunks.push(chunk as Buffer)
  return gzipSync(Buffer.concat(chunks))
}

t.test('a hostile or damaged archive is refused with a sentence, and nothing of it is stored', async (t) => {
  const hub = await aRecord(t)
  const versions = whole.files.get('versions.ndjson') ?? Buffer.alloc(0)
  const withLine = (change: (line: string) => string) =>
    packed(new Map([['versions.ndjson', Buffer.from(lines(whole.files, 'versions.ndjson').map(change).join('\n'))]]))
  const manifest = whole.files.get('manifest.json') ?? Buffer.alloc(0)
  const raw = [...whole.files].map(([name, body]) => ({ name, body }))
  const hostile: readonly [string, Buffer, string][] = [
    ['no archive at all', Buffer.from('{"resourceType":"Patient"}'), 'ARCHIVE_UNREADABLE'],
    ['cut off', whole.bytes.subarray(0, whole.bytes.length / 2), 'ARCHIVE_UNREADABLE'],
    ['gzip of nothing', gzipSync(Buffer.alloc(0)), 'ARCHIVE_UNREADABLE'],
    ['a name that leads elsewhere', await tarOf([...raw, { name: '../../etc/passwd', body: Buffer.from('x') }]), 'ARCHIVE_UNREADABLE'],
    ['an absolute name', await tarOf([...raw, { name: '/etc/passwd', body: Buffer.from('x') }]), 'ARCHIVE_UNREADABLE'],
    ['a link', await tarOf([...raw, { name: 'record.pdf', type: 'symlink', linkname: '/etc/passwd' }]), 'ARCHIVE_UNREADABLE'],
    ['a file twice', await tarOf([...raw, { name: 'record.ndjson', body: Buffer.from('x') }]), 'ARCHIVE_UNREADABLE'],
    ['no manifest', await tarOf(raw.filter(({ name }) => name !== 'manifest.json')), 'ARCHIVE_UNREADABLE'],
    [
      'another version of the format',
      await tarOf([{ name: 'manifest.json', body: Buffer.from(manifest.toString().replace('"formatVersion": 1', '"formatVersion": 2')) }]),
      'ARCHIVE_UNREADABLE',
    ],
    [
      'a byte changed',
      await tarOf(
        raw.map(({ name, body }) => ({
          name,
          body: name === 'versions.ndjson' ? Buffer.from(body.toString().replace('12.50', '12.51')) : body,
        })),
      ),
      'ARCHIVE_ALTERED',
    ],
    ['a file missing', await tarOf(raw.filter(({ name }) => name !== 'record.pdf')), 'ARCHIVE_ALTERED'],
    ['a file that is not listed', await tarOf([...raw, { name: 'csv/Extra.csv', body: Buffer.from('x') }]), 'ARCHIVE_ALTERED'],
    ['a reviewed copy', await packed(new Map(), { completeness: 'reviewed' }), 'ARCHIVE_PARTIAL'],
    ['no versions', await packed(new Map([['versions.ndjson', Buffer.from('')]])), 'ARCHIVE_UNREADABLE'],
    [
      'a line that is not JSON',
      await packed(new Map([['versions.ndjson', Buffer.concat([versions, Buffer.from('{')])]])),
      'ARCHIVE_ENTRY_INVALID',
    ],
    ['a line twice', await packed(new Map([['versions.ndjson', Buffer.concat([versions, versions])]])), 'ARCHIVE_ENTRY_INVALID'],
    [
      'an entry about somebody else',
      await withLine((line) => line.replaceAll(`"reference":"Patient/${ada.id}"`, `"reference":"Patient/${bryn.id}"`)),
      'ARCHIVE_ENTRY_INVALID',
    ],
    ['another person than the manifest says', await packed(new Map(), { patient: bryn.id }), 'ARCHIVE_ENTRY_INVALID'],
    [
      'a resource that is not valid',
      await withLine((line) => line.replace('"status":"active","subject"', '"status":"whatever","subject"')),
      'ARCHIVE_ENTRY_INVALID',
    ],
    [
      'a relationship of an unknown kind',
      await withLine((line) => line.replace('"kind":"care-team"', '"kind":"owner"')),
      'ARCHIVE_ENTRY_INVALID',
    ],
    [
      'a key that reaches for a prototype',
      await withLine((line) => line.replace('{"type"', '{"__proto__":{},"type"')),
      'ARCHIVE_ENTRY_INVALID',
    ],
  ]
  for (const [what, bytes, code] of hostile) {
    const answer = await take(hub, bytes)
    t.match(answer.body, code, what)
    t.ok(answer.statusCode >= 400 && answer.statusCode < 500, `${what}: ${answer.statusCode}`)
  }
  const { rows } = await hub.database.query({ text: 'SELECT FROM passport.resource' })
  t.equal(rows.length, 0)
})

t.test('an archive that unpacks without end is stopped, not measured', async (t) => {
  const { unpackArchive } = await import('../src/domain/archive/pack.ts')
  const bomb = await tarOf([{ name: 'record.ndjson', body: Buffer.alloc(8 * 1024 * 1024) }])
  t.ok(bomb.length < 20_000)
  await t.rejects(unpackArchive(bomb, 1024 * 1024), { code: 'ARCHIVE_TOO_LARGE' })
})

t.test('whatever bytes come, the answer is a refusal and never a fault', async (t) => {
  const tarBytes = gunzipSync(whole.bytes)
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: tarBytes.length - 1 }), fc.integer({ min: 0, max: 255 }), async (place, byte) => {
      const changed = Buffer.from(tarBytes)
      changed[place] = byte
      const answer = await take(to, gzipSync(changed, { level: 1 }))
      t.ok(answer.statusCode < 500, answer.body)
    }),
    { numRuns: 25 },
  )
})

t.test('HAZ-P02: a refusal for a reason that nobody would give today comes back as it was', async (t) => {
  const eira = await from.store({ resourceType: 'Patient', name: [{ family: 'Bowen' }] })
  const owner = { reference: `Organization/${team.id}` }
  const request = { status: 'active', intent: 'order', subject: { reference: `Patient/${eira.id}` }, requester: owner }
  const { id: need } = await from.store({ resourceType: 'ServiceRequest', ...request })
  const asked = { resourceType: 'Task', intent: 'order', focus: { reference: `ServiceRequest/${need}` }, for: request.subject, owner }
  const task = await from.store({ ...asked, status: 'requested', restriction: { period: { end: '2026-11-25T17:00:00Z' } } })
  const output = (code: string, value: object) => ({
    type: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-output', code }] },
    ...value,
  })
  const refused = {
    ...asked,
    id: task.id,
    meta: task.meta,
    status: 'rejected',
    statusReason: { coding: [{ system: 'https://elsewhere.example/reasons', code: '22' }], text: 'Full.' },
    output: [
      output('next-owner', { valueReference: owner }),
      output('next-action', { valueString: 'Assess at home' }),
      output('due', { valueDateTime: '2026-12-01' }),
    ],
  }
  await from.database.transaction(async (tx) => {
    await tx.query({ text: `SELECT set_config('handrail.restoring', 'on', true)` })
    const values = [task.id, JSON.stringify(refused)]
    await tx.query({ text: "UPDATE passport.resource SET content = $2 WHERE type = 'Task' AND id = $1", values })
  })
  const { bytes } = await exported(from, 'admin', eira.id)
  t.equal((await take(to, bytes)).statusCode, 201)
  t.match((await to.send('admin', 'GET', `/Task/${task.id}`)).json(), { status: 'rejected', statusReason: refused.statusReason })
})
