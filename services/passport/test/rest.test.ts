import t from 'tap'
import { aRecord } from './a-record.ts'

const hub = await aRecord(t)
const { send, store } = hub
const ada = await store({ resourceType: 'Patient', name: [{ family: 'Llwyd', given: ['Ada'] }], birthDate: '1974-03-02' })
const session = (text = 'Physiotherapy') => ({
  resourceType: 'Procedure',
  status: 'completed',
  code: { text },
  subject: { reference: `Patient/${ada.id}` },
  performedDateTime: '2026-11-20',
})

t.test('a create answers 201 with where it is, and the read gives the same bytes', async (t) => {
  const created = await send('admin', 'POST', '/Procedure', session())
  t.equal(created.statusCode, 201)
  const { id } = created.json<{ id: string }>()
  t.equal(created.headers['location'], `http://hub.example/fhir/Procedure/${id}/_history/1`)
  t.equal(created.headers['etag'], 'W/"1"')
  t.match(String(created.headers['last-modified']), /GMT$/)
  const read = await send('admin', 'GET', `/Procedure/${id}`)
  t.equal(read.statusCode, 200)
  t.equal(read.body, created.body)
  t.equal(read.headers['content-type'], 'application/fhir+json; charset=utf-8')
})

t.test('decimals keep their digits through create, transaction and patch', async (t) => {
  const text = (value: string) =>
    `{"resourceType":"Observation","status":"final","code":{"text":"Timed Up and Go"},"subject":{"reference":"Patient/${ada.id}"},"valueQuantity":{"value":${value},"unit":"s"}}`
  for (const value of ['1.50', '1e2', '0.10']) {
    const created = await send('admin', 'POST', '/Observation', text(value))
    t.equal(created.statusCode, 201)
    t.match(created.body, `"value":${value},`)
    const { id } = created.json<{ id: string }>()
    const bundle = `{"resourceType":"Bundle","type":"transaction","entry":[{"resource":${text(value)},"request":{"method":"POST","url":"Observation"}}]}`
    t.match((await send('admin', 'POST', '/', bundle)).body, `"value":${value},`)
    const patched = await send('admin', 'PATCH', `/Observation/${id}`, [{ op: 'add', path: '/note', value: [{ text: 'Tired' }] }], {
      'content-type': 'application/json-patch+json',
    })
    t.equal(patched.statusCode, 200)
    t.match(patched.body, `"value":${value},`)
  }
})

t.test('an update makes the next version, and a stale one is refused', async (t) => {
  const { id } = await store(session())
  const changed = { ...session('Hydrotherapy'), id }
  const second = await send('admin', 'PUT', `/Procedure/${id}`, changed, { 'if-match': 'W/"1"' })
  t.equal(second.statusCode, 200)
  t.equal(second.headers['etag'], 'W/"2"')
  const stale = await send('admin', 'PUT', `/Procedure/${id}`, changed, { 'if-match': 'W/"1"' })
  t.equal(stale.statusCode, 412)
  t.equal((await send('admin', 'PUT', `/Procedure/${id}`, changed)).statusCode, 200)
  t.equal((await send('admin', 'PUT', `/Procedure/${id}`, changed, { 'if-match': 'three' })).statusCode, 400)
  t.equal((await send('admin', 'PUT', `/Procedure/${id}`, changed, { 'if-match': '*' })).statusCode, 200, 'any version')
})

t.test('of many updates with the same If-Match exactly one wins', async (t) => {
  const { id } = await store(session())
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => send('admin', 'PUT', `/Procedure/${id}`, { ...session(), id }, { 'if-match': 'W/"1"' })),
  )
  t.same(answers.map(({ statusCode }) => String(statusCode)).toSorted(), ['200', ...Array.from({ length: 9 }, () => '412')])
})

t.test('updates without If-Match each make a version', async (t) => {
  const { id } = await store(session())
  await Promise.all(Array.from({ length: 5 }, () => send('admin', 'PUT', `/Procedure/${id}`, { ...session(), id })))
  t.equal((await send('admin', 'GET', `/Procedure/${id}`)).headers['etag'], 'W/"6"')
})

t.test('an update does not create', async (t) => {
  const answer = await send('admin', 'PUT', '/Procedure/made-up', { ...session(), id: 'made-up' })
  t.equal(answer.statusCode, 405)
  t.equal((await send('admin', 'PUT', '/Procedure/made-up', { ...session(), id: 'other' })).statusCode, 400)
})

t.test('what is deleted is 410, keeps its history, and what never was is 404', async (t) => {
  const { id } = await store(session())
  t.equal((await send('admin', 'DELETE', `/Procedure/${id}`)).statusCode, 204)
  t.equal((await send('admin', 'GET', `/Procedure/${id}`)).statusCode, 410)
  t.equal((await send('admin', 'GET', `/Procedure/${id}/_history/1`)).statusCode, 200)
  t.equal((await send('admin', 'GET', `/Procedure/${id}/_history/2`)).statusCode, 410)
  t.equal((await send('admin', 'GET', `/Procedure/${id}/_history/3`)).statusCode, 404)
  t.equal((await send('admin', 'GET', '/Procedure/none')).statusCode, 404)
  const history = (await send('admin', 'GET', `/Procedure/${id}/_history`)).json<{
    type: string
    entry: { request: { method: string }; resource?: unknown }[]
  }>()
  t.equal(history.type, 'history')
  t.same(
    history.entry.map(({ request }) => request.method),
    ['DELETE', 'POST'],
  )
  t.equal(history.entry[0]?.resource, undefined)
})

t.test('to delete what is deleted has no effect, and succeeds; what never was is 404', async (t) => {
  const { id } = await store(session())
  t.equal((await send('admin', 'DELETE', `/Procedure/${id}`)).statusCode, 204)
  const again = await send('admin', 'DELETE', `/Procedure/${id}`)
  t.equal(again.statusCode, 204)
  t.equal(again.body, '')
  t.equal((await send('admin', 'DELETE', `/Procedure/${id}`, undefined, { 'if-match': 'W/"1"' })).statusCode, 412, 'a version was named')
  const entry = [{ request: { method: 'DELETE', url: `Procedure/${id}` } }]
  for (const type of ['transaction', 'batch']) {
    const answer = await send('admin', 'POST', '/', { resourceType: 'Bundle', type, entry })
    t.equal(answer.statusCode, 200)
    t.equal(answer.json<{ entry: { response: { status: string } }[] }>().entry[0]?.response.status, '204')
  }
  const history = await send('admin', 'GET', `/Procedure/${id}/_history`)
  t.equal(history.json<{ entry: unknown[] }>().entry.length, 2, 'no version was made')
  t.equal((await send('admin', 'DELETE', '/Procedure/none')).statusCode, 404)
})

t.test('an operation may be written with its dollar sign encoded', async (t) => {
  const plain = await send('admin', 'GET', `/Patient/${ada.id}/$summary`)
  const encoded = await send('admin', 'GET', `/Patient/${ada.id}/%24summary`)
  t.equal(plain.statusCode, 200)
  t.equal(encoded.statusCode, 200)
  t.equal((await send('admin', 'POST', '/Patient/%24validate', { resourceType: 'Patient' })).statusCode, 200)
})

t.test('another method at a known address is 405 with what it takes, and OPTIONS says the same', async (t) => {
  const allowed: Readonly<Record<string, string>> = {
    [`/Patient/${ada.id}`]: 'DELETE, GET, HEAD, OPTIONS, PATCH, PUT',
    '/Patient': 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT',
    '/Patient/_search': 'OPTIONS, POST',
    '/': 'OPTIONS, POST',
    [`/Patient/${ada.id}/$summary`]: 'GET, HEAD, OPTIONS, POST',
    [`/Patient/${ada.id}/_history`]: 'GET, HEAD, OPTIONS',
    '/metadata': 'GET, HEAD, OPTIONS',
  }
  for (const [path, allow] of Object.entries(allowed)) {
    const options = await send('admin', 'OPTIONS', path)
    t.equal(options.statusCode, 204, path)
    t.equal(options.headers['allow'], allow, path)
  }
  const post = await send('admin', 'POST', `/Patient/${ada.id}`, { resourceType: 'Patient' })
  t.equal(post.statusCode, 405)
  t.equal(post.headers['allow'], allowed[`/Patient/${ada.id}`])
  t.match(post.json(), {
    resourceType: 'OperationOutcome',
    issue: [{ code: 'not-supported', details: { coding: [{ code: 'METHOD_NOT_ALLOWED' }] } }],
  })
  t.equal((await send('admin', 'PUT', '/')).statusCode, 405)
  t.equal((await send('admin', 'POST', `/Patient/${ada.id}/$no-such-operation`)).statusCode, 404)
  t.equal((await send('admin', 'OPTIONS', '/no/such/address/at/all')).statusCode, 404)
  t.equal((await send('admin', 'POST', `/Patient/${ada.id}/_history/1`)).statusCode, 405)
})

t.test('a read gives the part that is asked for', async (t) => {
  const { id } = await store({
    ...session(),
    text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">A session</div>' },
  })
  const part = async (query: string) => (await send('admin', 'GET', `/Procedure/${id}?${query}`)).json<Record<string, unknown>>()
  t.same(Object.keys(await part('_elements=performed')).toSorted(), [
    'id',
    'meta',
    'performedDateTime',
    'resourceType',
    'status',
    'subject',
  ])
  t.match(await part('_summary=text'), { text: {}, meta: { tag: [{ code: 'SUBSETTED' }] } })
  t.equal((await part('_summary=data'))['text'], undefined)
  t.equal((await part('_summary=true'))['text'], undefined)
  t.match(await part('_summary=false'), { text: {}, performedDateTime: '2026-11-20' })
  const version = await send('admin', 'GET', `/Procedure/${id}/_history/1?_summary=data`)
  t.equal(version.json<{ text?: unknown }>().text, undefined)
  for (const query of ['_summary=count', '_summary=some', '_elements=performed;status']) {
    const refused = await send('admin', 'GET', `/Procedure/${id}?${query}`)
    t.equal(refused.statusCode, 400, query)
    t.match(refused.json(), { issue: [{ expression: [query.split('=')[0]] }] })
  }
})

t.test('history of a type pages without losing or repeating a version', async (t) => {
  for (let n = 0; n < 5; n += 1)
    await store({
      resourceType: 'Goal',
      lifecycleStatus: 'active',
      description: { text: `Goal ${n}` },
      subject: { reference: `Patient/${ada.id}` },
    })
  const seen: string[] = []
  for (let path: string | undefined = '/Goal/_history?_count=2'; path !== undefined;) {
    const page: { entry: { resource: { id: string } }[]; link: { relation: string; url: string }[] } = (
      await send('admin', 'GET', path)
    ).json()
    seen.push(...page.entry.map(({ resource }) => resource.id))
    path = page.link.find(({ relation }) => relation === 'next')?.url.replace('http://hub.example/fhir', '')
  }
  t.equal(seen.length, 5)
  t.equal(new Set(seen).size, 5)
  const strict = { prefer: 'handling=strict' }
  const counted = await send('admin', 'GET', '/Procedure/_history?_count=1&_at=2001&_since=2020-01-01T00:00:00Z')
  t.match(
    counted.json<{ link: { url: string }[] }>().link[0]?.url,
    /_history\?_count=1&_since=2020-01-01T00%3A00%3A00Z$/,
    'what took effect is in the self link, and what did not is not',
  )
  t.equal((await send('admin', 'GET', '/Procedure/_history?_count=1', undefined, strict)).statusCode, 200)
  t.equal((await send('admin', 'GET', '/Procedure/_history?_at=2001', undefined, strict)).statusCode, 400)
})

t.test('a conditional create finds what is there, and several clients make one', async (t) => {
  const organization = { resourceType: 'Organization', name: 'Deeside gym', identifier: [{ system: 'urn:test', value: 'gym-1' }] }
  const create = () => send('admin', 'POST', '/Organization', organization, { 'if-none-exist': 'identifier=urn:test|gym-1' })
  const answers = await Promise.all(Array.from({ length: 6 }, create))
  t.same(answers.map(({ statusCode }) => String(statusCode)).toSorted(), ['200', '200', '200', '200', '200', '201'])
  t.equal(new Set(answers.map((answer) => answer.json<{ id: string }>().id)).size, 1)
})

t.test('a conditional update creates, updates, or refuses when several match', async (t) => {
  const endpoint = (value: string) => ({ resourceType: 'Location', name: 'Pool', identifier: [{ system: 'urn:test', value }] })
  t.equal((await send('admin', 'PUT', '/Location?identifier=urn:test|pool', endpoint('pool'))).statusCode, 201)
  t.equal((await send('admin', 'PUT', '/Location?identifier=urn:test|pool', endpoint('pool'))).statusCode, 200)
  await store(endpoint('pool'))
  t.equal((await send('admin', 'PUT', '/Location?identifier=urn:test|pool', endpoint('pool'))).statusCode, 412)
  t.equal((await send('admin', 'PUT', '/Location', endpoint('pool'))).statusCode, 412)
})

t.test('a conditional delete deletes one, and nothing when nothing matches', async (t) => {
  await store({ resourceType: 'Location', name: 'Hall', identifier: [{ system: 'urn:test', value: 'hall' }] })
  const stale = await send('admin', 'DELETE', '/Location?identifier=urn:test|hall', undefined, { 'if-match': 'W/"7"' })
  t.equal(stale.statusCode, 412, 'the version that was named is kept to')
  t.equal((await send('admin', 'DELETE', '/Location?identifier=urn:test|hall')).statusCode, 204)
  t.equal((await send('admin', 'DELETE', '/Location?identifier=urn:test|hall')).statusCode, 204)
})

t.test('a patch is applied whole or not at all', async (t) => {
  const { id } = await store(session())
  const patch = (operations: unknown) =>
    send('admin', 'PATCH', `/Procedure/${id}`, operations, { 'content-type': 'application/json-patch+json' })
  t.equal((await patch([{ op: 'replace', path: '/status', value: 'in-progress' }])).json<{ status: string }>().status, 'in-progress')
  t.equal(
    (
      await patch([
        { op: 'test', path: '/status', value: 'completed' },
        { op: 'remove', path: '/code' },
      ])
    ).statusCode,
    409,
  )
  t.equal((await patch([{ op: 'remove', path: '/nothing/here' }])).statusCode, 400)
  t.equal((await patch([{ op: 'replace', path: '/id', value: 'x' }])).statusCode, 422)
  t.equal((await patch([{ op: 'replace', path: '/status', value: 'asleep' }])).statusCode, 400)
  t.equal((await patch({ op: 'remove' })).statusCode, 400)
  t.equal((await send('admin', 'GET', `/Procedure/${id}`)).headers['etag'], 'W/"2"')
})

t.test('a client says what it wants back', async (t) => {
  const minimal = await send('admin', 'POST', '/Procedure', session(), { prefer: 'return=minimal' })
  t.equal(minimal.statusCode, 201)
  t.equal(minimal.body, '')
  const outcome = await send('admin', 'POST', '/Procedure', session(), { prefer: 'return=OperationOutcome' })
  t.equal(outcome.json<{ resourceType: string }>().resourceType, 'OperationOutcome')
  t.equal((await send('admin', 'POST', '/Procedure', session(), { prefer: 'handling=lenient; Return = minimal' })).body, '')

  const entry = [{ resource: session(), request: { method: 'POST', url: 'Procedure' } }]
  for (const type of ['transaction', 'batch']) {
    const written = async (prefer: string) => {
      const answer = await send('admin', 'POST', '/', { resourceType: 'Bundle', type, entry }, { prefer })
      return answer.json<{ entry: { resource?: unknown; response: Record<string, unknown> }[] }>().entry[0]
    }
    t.match(await written('return=representation'), { resource: { resourceType: 'Procedure' }, response: { outcome: undefined } })
    const minimal = await written('return=minimal')
    t.equal(minimal?.resource, undefined)
    t.equal(minimal?.response['outcome'], undefined)
    const told = await written('return=OperationOutcome')
    t.equal(told?.resource, undefined)
    t.match(told?.response, { outcome: { resourceType: 'OperationOutcome', issue: [{ severity: 'information' }] } })
  }
})

t.test('what the client holds already is not sent again', async (t) => {
  const { id } = await store(session())
  t.equal((await send('admin', 'GET', `/Procedure/${id}`, undefined, { 'if-none-match': 'W/"1"' })).statusCode, 304)
  t.equal(
    (await send('admin', 'GET', `/Procedure/${id}`, undefined, { 'if-modified-since': new Date(Date.now() + 60_000).toUTCString() }))
      .statusCode,
    304,
  )
  t.equal((await send('admin', 'GET', `/Procedure/${id}`, undefined, { 'if-none-match': 'W/"2"' })).statusCode, 200)
  t.equal((await send('admin', 'GET', `/Procedure/${id}`, undefined, { 'if-none-match': '"2", "1"' })).statusCode, 304, 'compared weakly')
})

t.test('only JSON is spoken', async (t) => {
  const get = (path: string, accept?: string) => send('admin', 'GET', path, undefined, accept === undefined ? {} : { accept })
  t.equal((await get(`/Patient/${ada.id}`, 'application/fhir+xml')).statusCode, 406)
  t.equal((await get(`/Patient/${ada.id}?_format=xml`)).statusCode, 406)
  t.equal((await get(`/Patient/${ada.id}?_format=json`, 'text/html')).statusCode, 200)
  t.equal((await get(`/Patient/${ada.id}`, 'application/json')).headers['content-type'], 'application/json; charset=utf-8')
  t.equal((await send('admin', 'POST', '/Patient', '<Patient/>', { 'content-type': 'application/fhir+xml' })).statusCode, 415)
  for (const [accept, status] of [
    ['Application/FHIR+JSON', 200],
    ['application/fhir+json; fhirVersion=4.0', 200],
    ['application/fhir+json; fhirVersion=3.0', 406],
    ['application/fhir+xml, application/fhir+json;q=0', 406],
    ['application/fhir+xml;q=0.9, application/fhir+json;q=0.5', 200],
  ] as const)
    t.equal((await get(`/Patient/${ada.id}`, accept)).statusCode, status, accept)
  // What says that it is something else is not taken for R4.
  const patient = JSON.stringify({ resourceType: 'Patient' })
  const post = (headers: Record<string, string>) => send('admin', 'POST', '/Patient', patient, headers)
  t.equal((await post({ 'content-type': 'application/fhir+json; fhirVersion=3.0' })).statusCode, 415)
  t.equal((await post({ 'content-type': 'application/fhir+json; fhirVersion=4.0; charset=utf-8' })).statusCode, 201)
  t.equal((await post({ 'content-type': 'application/fhir+json; charset=iso-8859-1' })).statusCode, 415)
  t.equal((await post({ 'content-type': 'application/fhir+json; charset="UTF-8"' })).statusCode, 201)
  const packed = await send('admin', 'POST', '/Patient', patient, { 'content-encoding': 'gzip' })
  t.equal(packed.statusCode, 415)
  t.match(packed.body, 'Content-Encoding')
})

t.test('bad input is answered with place and remedy, and is never a 500', async (t) => {
  const post = (type: string, body: string) => send('admin', 'POST', `/${type}`, body)
  const cases: [string, string, number][] = [
    ['Patient', '{"resourceType":"Patient"', 400],
    ['Patient', '{"resourceType":"Patient","gender":"male","gender":"female"}', 400],
    ['Patient', '{"resourceType":"Patient","__proto__":{"a":1}}', 400],
    ['Patient', `{"resourceType":"Patient","extension":${'['.repeat(70)}${']'.repeat(70)}}`, 400],
    ['Patient', '{"resourceType":"Observation"}', 400],
    ['Patient', '[]', 400],
    ['Patient', 'null', 400],
    ['Patient', '', 400],
    ['Patient', '{"resourceType":"Patient","birthDate":"1974-02-30"}', 400],
    ['Patient', '{"resourceType":"Patient","active":"yes"}', 400],
    ['Unicorn', '{"resourceType":"Unicorn"}', 404],
    ['constructor', '{"resourceType":"constructor"}', 404],
  ]
  for (const [type, body, status] of cases) {
    const answer = await post(type, body)
    t.equal(answer.statusCode, status, body.slice(0, 60))
    t.match(
      answer.json(),
      { resourceType: 'OperationOutcome', issue: [{ severity: /error|fatal/, details: { text: String }, diagnostics: String }] },
      body.slice(0, 60),
    )
  }
  t.same(
    (await post('Patient', '{"resourceType":"Patient","birthDate":"1974-02-30"}')).json<{ issue: { expression: string[] }[] }>().issue[0]
      ?.expression,
    ['Patient.birthDate'],
  )
  t.equal((await post('Patient', `{"resourceType":"Patient","text":"${'x'.repeat(6_000_000)}"}`)).statusCode, 413)
})

t.test('a scope that lacks the type or the letter is a 403', async (t) => {
  hub.caller('reader', { role: 'admin', scope: 'system/Patient.r' })
  t.equal((await send('reader', 'GET', `/Patient/${ada.id}`)).statusCode, 200)
  t.equal((await send('reader', 'GET', '/Patient')).statusCode, 403)
  t.equal((await send('reader', 'POST', '/Patient', { resourceType: 'Patient' })).statusCode, 403)
  t.equal((await send('reader', 'GET', '/Procedure/x')).statusCode, 403)
  t.equal((await send('nobody', 'GET', `/Patient/${ada.id}`)).statusCode, 401)
})

t.test('$everything is the whole compartment, in pages that neither lose nor repeat', async (t) => {
  t.equal((await send('admin', 'GET', `/Patient/${ada.id}/$everything?start=2026-01-01`)).statusCode, 400, 'not more than was asked for')
  const whole = (await send('admin', 'GET', `/Patient/${ada.id}/$everything`)).json<{ entry: { resource: { id: string } }[] }>()
  const seen: string[] = []
  for (let path: string | undefined = `/Patient/${ada.id}/$everything?_count=7`; path !== undefined;) {
    const page: { entry: { resource: { id: string } }[]; link: { relation: string; url: string }[] } = (
      await send('admin', 'GET', path)
    ).json()
    seen.push(...page.entry.map(({ resource }) => resource.id))
    path = page.link.find(({ relation }) => relation === 'next')?.url.replace('http://hub.example/fhir', '')
  }
  t.same(
    seen,
    whole.entry.map(({ resource }) => resource.id),
  )
  t.equal((await send('admin', 'GET', `/Patient/${ada.id}/$everything?_cursor=forged`)).statusCode, 400)
})

t.test('$validate says what is wrong and stores nothing', async (t) => {
  const bad = await send('admin', 'POST', '/Patient/$validate', { resourceType: 'Patient', gender: 'purple' })
  t.equal(bad.statusCode, 200)
  t.equal(bad.json<{ issue: { severity: string }[] }>().issue[0]?.severity, 'error')
  const good = await send('admin', 'POST', '/Patient/$validate', { resourceType: 'Patient', gender: 'female' })
  t.equal(good.json<{ issue: { severity: string }[] }>().issue[0]?.severity, 'information')
})

t.test('the server describes what it does', async (t) => {
  const statement = (await hub.app.inject({ url: '/fhir/metadata' })).json<{
    rest: { resource: { type: string; interaction: { code: string }[]; searchParam: { name: string }[]; updateCreate: boolean }[] }[]
  }>()
  const procedure = statement.rest[0]?.resource.find(({ type }) => type === 'Procedure')
  t.same(
    procedure?.interaction.map(({ code }) => code),
    ['create', 'delete', 'history-instance', 'history-type', 'patch', 'read', 'search-type', 'update', 'vread'],
  )
  t.equal(procedure?.updateCreate, false)
  t.ok(procedure?.searchParam.some(({ name }) => name === 'patient'))
  const audit = statement.rest[0]?.resource.find(({ type }) => type === 'AuditEvent')
  t.notOk(audit?.interaction.some(({ code }) => code === 'update' || code === 'delete'))
})

t.test('an AuditEvent is added, never changed', async (t) => {
  t.equal((await send('admin', 'PUT', '/AuditEvent/x', { resourceType: 'AuditEvent', id: 'x' })).statusCode, 405)
  t.equal((await send('admin', 'DELETE', '/AuditEvent/x')).statusCode, 405)
})

t.test('an entry that was written for the wrong person is found with the right one after its correction', async (t) => {
  const bryn = await store({ resourceType: 'Patient', name: [{ family: 'Parry' }] })
  const { id } = await store({ ...session('Misfiled'), performedDateTime: '2025-01-01' })
  t.equal(
    (await send('admin', 'PUT', `/Procedure/${id}`, { ...session('Misfiled'), id, subject: { reference: `Patient/${bryn.id}` } }))
      .statusCode,
    200,
  )
  const ids = async (patient: string) =>
    (await send('admin', 'GET', `/Procedure?patient=${patient}&_count=500`))
      .json<{ entry?: { resource: { id: string } }[] }>()
      .entry?.map(({ resource }) => resource.id) ?? []
  t.same(await ids(bryn.id), [id])
  t.notOk((await ids(ada.id)).includes(id))
  t.match((await send('admin', 'GET', `/Patient/${bryn.id}/$everything`)).body, id)
})

t.test("a reference by this server's own address is one to its resources, and is served as it came", async (t) => {
  const carys = await store({ resourceType: 'Patient', name: [{ family: 'Rees' }] })
  hub.caller('carys', { role: 'patient', patient: carys.id })
  const reference = `http://hub.example/fhir/Patient/${carys.id}`
  const { id } = await store({ ...session('Swimming'), subject: { reference } })
  const read = await send('carys', 'GET', `/Procedure/${id}`)
  t.equal(read.statusCode, 200)
  t.equal(read.json<{ subject: { reference: string } }>().subject.reference, reference)
  for (const query of [`patient=${carys.id}`, `subject=Patient/${carys.id}`, `subject=${encodeURIComponent(reference)}`])
    t.match((await send('admin', 'GET', `/Procedure?${query}`)).body, id, query)
  t.match((await send('admin', 'GET', `/Patient/${carys.id}/$everything`)).body, id)

  const need = await store({ resourceType: 'ServiceRequest', status: 'active', intent: 'order', subject: { reference } })
  const task = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    focus: { reference: `http://hub.example/fhir/ServiceRequest/${need.id}` },
  }
  t.equal((await send('admin', 'POST', '/Task', task)).statusCode, 422, 'the rules of the hub hold under it too')
})
