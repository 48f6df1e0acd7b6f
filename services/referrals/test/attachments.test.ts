/** Files that go with a request: what is taken, what is kept, who says that it was scanned. HAZ-R62 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Communication, OperationOutcome, Organization, Parameters, ServiceRequest } from '@medplum/fhirtypes'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { openScanner } from '../src/store/attachment-scans.ts'
import { testHub } from './a-hub.ts'

const LETTER = Buffer.from('%PDF-1.7\nThe walk in October')
const INFECTED = Buffer.from('%PDF-1.7\nEICAR')

async function testService(t: { teardown(work: () => unknown): void }, scanner?: string) {
  const hub = await testHub(t, scanner === undefined ? {} : { scanner })
  const app = await buildApp(hub.dependencies)
  t.teardown(() => app.close())
  hub.refer()
  const bearer = await hub.callers.bearer('therapy-centre')
  const headers = { authorization: bearer, 'content-type': 'application/fhir+json' }
  const attach = async (data: Buffer | string, title: unknown = 'walk.pdf', request = 'need-1') => {
    const valueAttachment = { data: typeof data === 'string' ? data : data.toString('base64'), title }
    const payload = JSON.stringify({ resourceType: 'Parameters', parameter: [{ name: 'file', valueAttachment }] })
    const answer = await app.inject({ method: 'POST', url: `/fhir/ServiceRequest/${request}/$attach`, payload, headers })
    return { status: answer.statusCode, body: answer.json<Pick<Parameters, 'parameter'> & Pick<OperationOutcome, 'issue'>>() }
  }
  const listed = async () => (await app.inject({ url: '/fhir/ServiceRequest/need-1/$attachments', headers })).json<Parameters>()
  return { ...hub, app, attach, listed }
}

const said = (parameters: Pick<Parameters, 'parameter'>) =>
  (parameters.parameter ?? []).map(({ part = [] }) =>
    Object.fromEntries(
      part.map(({ name, valueString, valueCode, valueUnsignedInt }) => [name, valueString ?? valueCode ?? valueUnsignedInt]),
    ),
  )

t.test('a file goes with its request, once, under a safe name; without a scanner whoever reads is told so', async (t) => {
  const { attach, listed, record } = await testService(t)
  const { status, body } = await attach(LETTER, '../../walk\u202Efdp.exe')
  t.equal(status, 200, JSON.stringify(body))
  t.match(said(body), [{ name: 'walkfdp.pdf', contentType: 'application/pdf', size: LETTER.length, scan: 'not-scanned' }])
  t.equal((await attach(LETTER, 'again.pdf')).status, 200)
  const kept = record.all<Communication>('Communication')
  t.equal(kept.length, 1)
  t.match(kept[0], { basedOn: [{ reference: 'ServiceRequest/need-1' }], sender: { reference: 'Organization/therapy-centre' } })
  t.equal(kept[0]?.payload?.[0]?.contentAttachment?.data, LETTER.toString('base64'))

  record.seed<Communication>({
    resourceType: 'Communication',
    id: 'past',
    status: 'completed',
    basedOn: [{ reference: 'ServiceRequest/need-1' }],
    payload: [{ contentAttachment: { title: 'letter.pdf', contentType: 'application/pdf', data: Buffer.from('MZ').toString('base64') } }],
  })
  t.match(said(await listed())[1], { scan: 'not-taken' }, 'what came past the check is named so, whatever it says of itself')
})

t.test('what a file holds decides, and every no says what to do', async (t) => {
  const { attach, record } = await testService(t)
  const no = async (data: Buffer | string, title?: unknown) => {
    const { status, body } = await attach(data, title)
    t.ok(status >= 400 && status < 500, `${String(status)} for ${String(title)}`)
    t.ok(body.issue?.[0]?.diagnostics ?? body.issue?.[0]?.details, 'with a remedy')
    return body.issue?.[0]?.details?.text
  }
  t.match(await no(Buffer.from('<html>'), 'letter.pdf'), /by what it holds/)
  t.match(await no('', 'letter.pdf'), /not a Parameters|empty/)
  t.match(await no(Buffer.alloc(3_000_001, 'a'), 'long.txt'), /more than 3 MB/)
  t.ok(await no(Buffer.alloc(4_500_000, 'a'), 'longer.txt'), 'what does not fit through the door')
  t.ok(await no(LETTER, { of: 'an object' }))
  t.equal((await attach(LETTER, 'walk.pdf', 'unknown')).status, 404)
  record.seed({ ...record.read<ServiceRequest>('ServiceRequest/need-1'), status: 'completed' })
  t.match(await no(LETTER), /has ended/)
  t.equal(record.all('Communication').length, 0)
})

t.test('where there is a scanner, only what is clean is kept, and only the hub says that it was', async (t) => {
  let answers = (body: string): number => (body.includes('EICAR') ? 406 : 204)
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => response.writeHead(answers(Buffer.concat(chunks).toString())).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { attach, record } = await testService(t, `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/scan`)
  t.match(said((await attach(LETTER)).body), [{ scan: 'clean' }])
  t.match(await attach(INFECTED), { status: 422, body: { issue: [{ code: 'security' }] } })
  answers = () => 500
  t.match(await attach(Buffer.from('%PDF-1.4 other')), { status: 503, body: { issue: [{ code: 'transient' }] } }, 'not taken unseen')
  t.equal(record.all('Communication').length, 1)
})

t.test('a program may scan: its code says what it found', async (t) => {
  const ending = (code: number) => openScanner(`${process.execPath} -e process.exit(${String(code)})`)
  t.equal(await ending(0)(LETTER), 'clean')
  t.equal(await ending(1)(LETTER), 'found something')
  await t.rejects(ending(7)(LETTER))
  await t.rejects(openScanner('/nowhere/scanner')(LETTER))
})

t.test('HAZ-R30: before anything is sent the preview says that there are files, and whether this receiver reads them', async (t) => {
  const { app, attach, callers, record, tell } = await testService(t)
  record.seed({ resourceType: 'Patient', id: 'ada', name: [{ text: 'Ada' }] })
  const headers = { authorization: await callers.bearer('therapy-centre'), 'content-type': 'application/fhir+json' }
  const preview = async (receiver: string) =>
    (
      await app.inject({
        method: 'POST',
        url: '/fhir/ServiceRequest/need-1/$preview',
        payload: JSON.stringify({ resourceType: 'Parameters', parameter: [{ name: 'receiver', valueReference: { reference: receiver } }] }),
        headers,
      })
    ).body
  t.notMatch(await preview('Organization/leisure'), 'Files with this request')
  await attach(LETTER)
  t.match(await preview('Organization/leisure'), 'Files with this request: 1. This receiver does not read them.')
  const full = [{ url: 'https://handrail.example/fhir/StructureDefinition/grade', valueCode: 'full' }]
  record.seed({ ...record.all<Organization>('Organization').find(({ id }) => id === 'neuropsychology')!, extension: full })
  await tell({ type: 'Organization', id: 'neuropsychology' })
  t.match(await preview('Organization/neuropsychology'), 'Files with this request: 1. This receiver reads them.')
})
