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
      { request: { method: 'HEAD', url: `Patient/${id}` } },
      { request: { method: 'GET', url: `Patient/${id}/$print` } },
      { request: { method: 'GET', url: '$export-file/one/Patient.1.ndjson' } },
    ]),
  )
  t.equal(answer.statusCode, 200)
  const { entry } = answer.json<Answer>()
  t.same(
    entry.map(({ response }) => response.status.slice(0, 3)),
    // A file is no resource, and would leave no JSON.
    ['201', '400', '200', '404', '400', '400', '200', '406', '406'],
  )
  t.equal(entry[2]?.resource?.id, id)
  t.equal(entry[6]?.resource, undefined)
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

t.test('what two entries would make twice is made by neither, and no condition is spoilt by it', async (t) => {
  const organization = { resourceType: 'Organization', name: 'Centre', identifier: [{ system: 'urn:test', value: 'twice' }] }
  const ifNoneExist = 'identifier=urn:test|twice'
  const create = post('Organization', organization, { ifNoneExist })
  const update = { resource: organization, request: { method: 'PUT', url: `Organization?${ifNoneExist}` } }
  const before = await count('Organization')
  for (const entries of [
    [create, create],
    [update, update],
    [create, update],
  ]) {
    const answer = await send('admin', 'POST', '/', bundle('transaction', entries))
    t.same(
      [answer.statusCode, answer.json<{ issue: { expression: string[] }[] }>().issue[0]?.expression],
      [400, ['Bundle.entry[1].resource']],
    )
  }
  t.equal(await count('Organization'), before)
  // Of what is there already both mean the same.
  const { id } = await store(organization)
  const { entry } = (await send('admin', 'POST', '/', bundle('transaction', [create, create]))).json<Answer>()
  t.same(
    entry.map(({ resource }) => resource?.id),
    [id, id],
  )
})

t.test('a reference means one entry, by its fullUrl or beside it, or the transaction is refused', async (t) => {
  const entry = (fullUrl: string, resource: { resourceType: string; [element: string]: unknown }) => ({
    fullUrl,
    ...post(resource.resourceType, resource),
  })
  const patient = (family: string) => ({ resourceType: 'Patient', name: [{ family }] })
  const session = (reference: string) => ({ resourceType: 'Procedure', status: 'completed', subject: { reference } })
  const base = 'http://other.example/fhir'
  const answer = await send(
    'admin',
    'POST',
    '/',
    bundle('transaction', [
      entry(`${base}/Procedure/9`, session('Patient/123')),
      entry(`${base}/Patient/123`, patient('Llwyd')),
      entry('urn:uuid:0d1b1a3c-57f3-4a46-8a2a-2f5a52b6d002', session(`${base}/Patient/123`)),
    ]),
  )
  t.equal(answer.statusCode, 200, answer.body)
  const [first, person, second] = answer.json<Answer>().entry
  t.same(
    [first?.resource?.subject?.reference, second?.resource?.subject?.reference],
    Array(2).fill(`Patient/${person?.resource?.id ?? ''}`),
  )
  const { rows } = await database.query({
    text: 'SELECT DISTINCT bucket FROM passport.resource WHERE patient = $1',
    values: [person?.resource?.id],
  })
  t.equal(rows.length, 1)

  const before = [await count('Patient'), await count('Procedure')]
  const twice = 'urn:uuid:0d1b1a3c-57f3-4a46-8a2a-2f5a52b6d003'
  for (const entries of [
    [entry(twice, patient('One')), entry(twice, patient('Two')), entry('urn:uuid:0d1b1a3c-57f3-4a46-8a2a-2f5a52b6d004', session(twice))],
    [post('Procedure', session('urn:uuid:0d1b1a3c-57f3-4a46-8a2a-2f5a52b6d005'))],
  ])
    t.equal((await send('admin', 'POST', '/', bundle('transaction', entries))).statusCode, 400)
  t.same([await count('Patient'), await count('Procedure')], before)
  const kept = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [{ resource: session('urn:uuid:0d1b1a3c-57f3-4a46-8a2a-2f5a52b6d006') }],
  }
  t.equal(
    (await send('admin', 'POST', '/', bundle('transaction', [post('Bundle', kept)]))).statusCode,
    200,
    'a Bundle that is kept is its own',
  )
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
