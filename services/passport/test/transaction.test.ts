import t from 'tap'
import { aRecord } from './a-record.ts'

const { send, store, database } = await aRecord(t)

interface Answer {
  type: string
  entry: {
    resource?: { id: string; resourceType: string; subject?: { reference: string } }
    response: { status: string; location?: string; etag?: string; outcome?: { issue: { expression?: string[] }[] } }
  }[]
}
const bundle = (type: 'batch' | 'transaction', entry: unknown[]) => ({ resourceType: 'Bundle', type, entry })
const post = (url: string, resource: unknown, more: Record<string, unknown> = {}) => ({
  resource,
  request: { method: 'POST', url, ...more },
})
const count = async (type: string) =>
  Number(
    (
      await database.query<{ n: string }>({
        text: 'SELECT count(*) AS n FROM passport.resource WHERE type = $1 AND NOT deleted',
        values: [type],
      })
    ).rows[0]?.n,
  )

t.test('a transaction links its entries by temporary ids, and lays them beside their person', async (t) => {
  const patient = 'urn:uuid:7a0c6b1e-8f0e-4a62-9d3e-0f2f4f6d8a01'
  const answer = await send(
    'admin',
    'POST',
    '/',
    bundle('transaction', [
      {
        fullUrl: 'urn:uuid:7a0c6b1e-8f0e-4a62-9d3e-0f2f4f6d8a02',
        ...post('Procedure', {
          resourceType: 'Procedure',
          status: 'completed',
          subject: { reference: patient },
          text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${patient}">her</a></div>` },
        }),
      },
      { fullUrl: patient, ...post('Patient', { resourceType: 'Patient', name: [{ family: 'Llwyd' }] }) },
    ]),
  )
  t.equal(answer.statusCode, 200)
  const { type, entry } = answer.json<Answer>()
  t.equal(type, 'transaction-response')
  const id = entry[1]?.resource?.id ?? ''
  t.equal(entry[0]?.resource?.subject?.reference, `Patient/${id}`)
  t.match(answer.body, `href=\\"Patient/${id}\\"`)
  t.match(entry[0]?.response, { status: '201 Created', etag: 'W/"1"', location: /Procedure\/.*\/_history\/1$/ })
  const { rows } = await database.query<{ bucket: number }>({
    text: 'SELECT DISTINCT bucket FROM passport.resource WHERE patient = $1',
    values: [id],
  })
  t.equal(rows.length, 1)
})

t.test('one bad entry, and nothing is stored', async (t) => {
  const before = await count('Patient')
  const answer = await send(
    'admin',
    'POST',
    '/',
    bundle('transaction', [post('Patient', { resourceType: 'Patient' }), post('Patient', { resourceType: 'Patient', gender: 'purple' })]),
  )
  t.equal(answer.statusCode, 400)
  t.same(answer.json<{ issue: { expression: string[] }[] }>().issue[0]?.expression, ['Bundle.entry[1].resource.gender'])
  t.equal(await count('Patient'), before)
})

t.test('a batch takes what is good and names what is not', async (t) => {
  const { id } = await store({ resourceType: 'Patient', gender: 'female' })
  const answer = await send(
    'admin',
    'POST',
    '/',
    bundle('batch', [
      post('Patient', { resourceType: 'Patient' }),
      post('Patient', { resourceType: 'Patient', gender: 'purple' }),
      { request: { method: 'GET', url: `Patient/${id}` } },
      { request: { method: 'GET', url: 'Patient/none' } },
      { request: { method: 'BREW', url: 'Patient' } },
      {},
    ]),
  )
  t.equal(answer.statusCode, 200)
  const { entry } = answer.json<Answer>()
  t.same(
    entry.map(({ response }) => response.status.slice(0, 3)),
    ['201', '400', '200', '404', '400', '400'],
  )
  t.equal(entry[2]?.resource?.id, id)
  t.same(entry[1]?.response.outcome?.issue[0]?.expression, ['Bundle.entry[1].resource.gender'])
})

t.test('conditions hold inside a transaction', async (t) => {
  const organization = (value: string) => ({ resourceType: 'Organization', name: 'Centre', identifier: [{ system: 'urn:test', value }] })
  const centre = await store(organization('centre'))
  const answer = await send(
    'admin',
    'POST',
    '/',
    bundle('transaction', [
      {
        fullUrl: 'urn:uuid:0d1b1a3c-57f3-4a46-8a2a-2f5a52b6d001',
        ...post('Organization', organization('centre'), { ifNoneExist: 'identifier=urn:test|centre' }),
      },
      post('HealthcareService', {
        resourceType: 'HealthcareService',
        providedBy: { reference: 'urn:uuid:0d1b1a3c-57f3-4a46-8a2a-2f5a52b6d001' },
      }),
      post('HealthcareService', {
        resourceType: 'HealthcareService',
        providedBy: { reference: 'Organization?identifier=urn:test|centre' },
      }),
    ]),
  )
  t.equal(answer.statusCode, 200, answer.body)
  t.equal(answer.json<Answer>().entry[0]?.response.status, '200 OK')
  t.equal(answer.body.split(`"providedBy":{"reference":"Organization/${centre.id}"}`).length, 3)
  const unresolved = await send(
    'admin',
    'POST',
    '/',
    bundle('transaction', [
      post('HealthcareService', {
        resourceType: 'HealthcareService',
        providedBy: { reference: 'Organization?identifier=urn:test|nobody' },
      }),
    ]),
  )
  t.equal(unresolved.statusCode, 412)
})

t.test('a stale entry stops the whole transaction', async (t) => {
  const { id } = await store({ resourceType: 'Patient' })
  const before = await count('Patient')
  const answer = await send(
    'admin',
    'POST',
    '/',
    bundle('transaction', [
      post('Patient', { resourceType: 'Patient' }),
      { resource: { resourceType: 'Patient', id }, request: { method: 'PUT', url: `Patient/${id}`, ifMatch: 'W/"7"' } },
    ]),
  )
  t.equal(answer.statusCode, 412)
  t.equal(await count('Patient'), before)
})

t.test('the same resource twice is refused', async (t) => {
  const { id } = await store({ resourceType: 'Patient' })
  const put = { resource: { resourceType: 'Patient', id }, request: { method: 'PUT', url: `Patient/${id}` } }
  t.equal((await send('admin', 'POST', '/', bundle('transaction', [put, put]))).statusCode, 400)
})

t.test('what is no Bundle to work on is a clear 400', async (t) => {
  for (const body of [
    { resourceType: 'Bundle', type: 'collection', entry: [] },
    { resourceType: 'Patient' },
    bundle('transaction', [{ request: { method: 'POST', url: 'Patient' } }]),
    bundle('transaction', [{ request: { method: 'POST', url: '../../etc' }, resource: {} }]),
    { resourceType: 'Bundle', type: 'batch', entry: {} },
  ])
    t.equal((await send('admin', 'POST', '/', body)).statusCode, 400, JSON.stringify(body))
  t.equal((await send('admin', 'POST', '/', bundle('transaction', []))).statusCode, 200)
})

t.test('a patch and a delete travel in a transaction', async (t) => {
  const [kept, gone] = [await store({ resourceType: 'Patient', active: true }), await store({ resourceType: 'Patient' })]
  const data = Buffer.from(JSON.stringify([{ op: 'replace', path: '/active', value: false }])).toString('base64')
  const answer = await send(
    'admin',
    'POST',
    '/',
    bundle('transaction', [
      {
        resource: { resourceType: 'Binary', contentType: 'application/json-patch+json', data },
        request: { method: 'PATCH', url: `Patient/${kept.id}` },
      },
      { request: { method: 'DELETE', url: `Patient/${gone.id}` } },
    ]),
  )
  t.equal(answer.statusCode, 200, answer.body)
  t.match((await send('admin', 'GET', `/Patient/${kept.id}`)).json(), { active: false })
  t.equal((await send('admin', 'GET', `/Patient/${gone.id}`)).statusCode, 410)
})
