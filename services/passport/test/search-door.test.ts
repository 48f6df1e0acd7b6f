import t from 'tap'
import { aRecord } from './a-record.ts'

const { send, store, caller } = await aRecord(t)
const NHS = 'https://fhir.nhs.uk/Id/nhs-number'
const ada = await store({
  resourceType: 'Patient',
  identifier: [{ system: NHS, value: '9990123454' }],
  name: [{ family: 'Llwyd', given: ['Ada'] }],
})
const sessions: string[] = []
for (const day of ['01', '02', '03']) {
  const { id } = await store({
    resourceType: 'Procedure',
    status: 'completed',
    code: { text: 'Hydrotherapy' },
    subject: { reference: `Patient/${ada.id}` },
    performedDateTime: `2026-11-${day}`,
  })
  sessions.push(id)
}

interface Searchset {
  readonly total?: number
  readonly link: readonly { relation: string; url: string }[]
  readonly entry?: readonly {
    resource: { resourceType: string; id: string; meta?: { tag?: { code: string }[] } }
    search: { mode: string }
  }[]
}
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const get = async (path: string, headers: Record<string, string> = {}) =>
  (await send('admin', 'GET', path, undefined, headers)).json<Searchset>()
const post = async (type: string, form: string) => (await send('admin', 'POST', `/${type}/_search`, form, FORM)).json<Searchset>()
const ids = ({ entry = [] }: Searchset) => entry.map(({ resource }) => resource.id)
const linkTo = ({ link }: Searchset, relation: string) => link.find((one) => one.relation === relation)?.url
const status = async (path: string, headers: Record<string, string> = {}) =>
  (await send('admin', 'GET', path, undefined, headers)).statusCode

t.test('a search gives the stored texts, newest first, with what was understood in its self link', async (t) => {
  const answer = await send('admin', 'GET', `/Procedure?patient=${ada.id}&_format=json`)
  t.equal(answer.statusCode, 200)
  t.same(ids(answer.json()), sessions.toReversed())
  t.equal(linkTo(answer.json(), 'self'), `http://hub.example/fhir/Procedure?patient=${ada.id}`)
  t.match(answer.body, (await send('admin', 'GET', `/Procedure/${sessions[0]}`)).body.slice(0, -1))
})

t.test('pages go on by sealed links until all have come once', async (t) => {
  const seen: string[] = []
  let path: string | undefined = `/Procedure?patient=${ada.id}&_count=2`
  while (path !== undefined) {
    const page: Searchset = await get(path)
    seen.push(...ids(page))
    path = linkTo(page, 'next')?.replace('http://hub.example/fhir', '')
  }
  t.same(seen, sessions.toReversed())
})

t.test('a search by POST leaves no identifier in any link, on no page', async (t) => {
  const first = await post('Procedure', `patient.identifier=${encodeURIComponent(`${NHS}|9990123454`)}&_count=1`)
  t.equal(ids(first).length, 1)
  const second = await get((linkTo(first, 'next') ?? '').replace('http://hub.example/fhir', ''))
  t.equal(ids(second).length, 1)
  t.notMatch(JSON.stringify([first.link, second.link]), '9990123454')
})

t.test('a cursor that was changed, or was made for another type, is refused', async (t) => {
  const next = linkTo(await get(`/Procedure?patient=${ada.id}&_count=1`), 'next') ?? ''
  const cursor = new URL(next).searchParams.get('_cursor') ?? ''
  t.equal(await status(`/Procedure?_cursor=${cursor.slice(0, -10)}${cursor.at(-10) === 'A' ? 'B' : 'A'}${cursor.slice(-9)}`), 400)
  t.equal(await status(`/Patient?_cursor=${cursor}`), 400)
  t.equal(await status('/Procedure?_cursor=nonsense'), 400)
})

t.test('an unknown parameter is named when lenient and refused when strict', async (t) => {
  const lenient = await get('/Patient?colour=red')
  t.match(lenient.entry?.at(-1), {
    search: { mode: 'outcome' },
    resource: { resourceType: 'OperationOutcome', issue: [{ expression: ['colour'] }] },
  })
  t.equal(linkTo(lenient, 'self'), 'http://hub.example/fhir/Patient')
  t.equal(await status('/Patient?colour=red', { prefer: 'handling=strict' }), 400)
})

for (const query of [
  'birthdate=soon',
  'family:below=x',
  'birthdate=zz2020',
  '_sort=gender',
  '_count=-1',
  '_include=Patient',
  'gender.name=x',
  'identifier:in=https://none.example',
]) {
  t.test(`Patient?${query} is refused and says which parameter`, async (t) => {
    const answer = await send('admin', 'GET', `/Patient?${query}`)
    t.equal(answer.statusCode, 400)
    t.equal(answer.json<{ issue: { expression: string[] }[] }>().issue[0]?.expression[0], query.split('=')[0])
  })
}

t.test('a part of a resource is tagged as such, and decimals keep their digits in it', async (t) => {
  const text = `{"resourceType":"Observation","status":"final","code":{"text":"Walk"},"subject":{"reference":"Patient/${ada.id}"},"valueQuantity":{"value":1.50},"note":[{"text":"Tired"}]}`
  await send('admin', 'POST', '/Observation', text)
  const { body } = await send('admin', 'GET', `/Observation?patient=${ada.id}&_elements=value`)
  t.match(body, '"value":1.50')
  t.match(body, 'SUBSETTED')
  t.notMatch(body, 'Tired')
})

t.test('the total stands alone for _summary=count', async (t) => {
  const { total, entry } = await get(`/Procedure?patient=${ada.id}&_summary=count`)
  t.equal(total, 3)
  t.equal(entry, undefined)
})

t.test('our own parameter Flag.code works', async (t) => {
  const register = { system: 'https://handrail.example/fhir/CodeSystem/register', code: 'parkinsons' }
  const flag = await store({
    resourceType: 'Flag',
    status: 'active',
    code: { coding: [register] },
    subject: { reference: `Patient/${ada.id}` },
  })
  t.same(ids(await get(`/Flag?code=${register.system}|parkinsons`)), [flag.id])
})

t.test('a question mark in a value is part of it', async (t) => {
  t.same(ids(await get('/ValueSet?url=https://a.example/x?y')), [])
  t.equal(
    linkTo(await get('/ValueSet?url=https://a.example/x?y'), 'self'),
    `http://hub.example/fhir/ValueSet?url=${encodeURIComponent('https://a.example/x?y')}`,
  )
})

t.test('every search parameter of the CapabilityStatement can be searched with', async (t) => {
  const { rest } = (await send('admin', 'GET', '/metadata')).json<{
    rest: { resource: { type: string; searchParam: { name: string; type: string }[] }[] }[]
  }>()
  const sample: Readonly<Record<string, string>> = {
    token: 'x',
    reference: 'x',
    string: 'x',
    date: '2026',
    number: '1',
    quantity: '1',
    uri: 'urn:x',
    composite: 'x$1',
  }
  const failed: string[] = []
  for (const { type, searchParam } of rest[0]?.resource ?? []) {
    if (
      ![
        'Patient',
        'Observation',
        'Procedure',
        'Task',
        'ServiceRequest',
        'Encounter',
        'ValueSet',
        'DocumentReference',
        'RiskAssessment',
      ].includes(type)
    )
      continue
    for (const { name, type: kind } of searchParam) {
      const value = kind === 'composite' && name.endsWith('date') ? 'x$2026' : name === 'phonetic' ? 'ada' : sample[kind]
      const answer = await send('admin', 'GET', `/${type}?${name}=${value}`, undefined, { prefer: 'handling=strict' })
      if (answer.statusCode !== 200) failed.push(`${type}?${name} ${answer.statusCode}`)
    }
  }
  t.same(failed, [])
})

t.test('a type outside the scopes is refused, and nothing is searched through it', async (t) => {
  caller('narrow', { role: 'admin', scope: 'system/Procedure.rs' })
  t.equal((await send('narrow', 'GET', '/Patient?family=llwyd')).statusCode, 403)
  t.same(ids((await send('narrow', 'GET', '/Procedure?patient.family=llwyd')).json()), [])
})
