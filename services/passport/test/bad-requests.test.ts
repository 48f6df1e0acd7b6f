/** Bad requests that are worth a name: each is refused at once, with place and remedy, and changes nothing. */
import { processorMs } from '@platform/testing/processor-time'
import t from 'tap'
import { fuzzedDoor, JSON_BODY, faultIn } from './a-fuzzed-door.ts'

t.setTimeout(600_000)

const { hub, send, store, database, stored } = await fuzzedDoor(t)

const patient = (more: object) => JSON.stringify({ resourceType: 'Patient', ...more })

const many = (count: number, one: (place: number) => unknown) => Array.from({ length: count }, (_, place) => one(place))

for (const [what, body] of Object.entries({
  'a NUL in a text': patient({ name: [{ family: 'a\0b' }] }),
  'half of a surrogate pair in a text': '{"resourceType":"Patient","name":[{"family":"\\ud800"}]}',
  'a control character in a code': patient({ language: 'c\u0007y' }),
  'an escaped key that is there twice': '{"resourceType":"Patient","gender":"male","g\\u0065nder":"female"}',
  'an escaped prototype': '{"resourceType":"Patient","\\u005f_proto__":{}}',
  '200,000 items': patient({ name: many(200_000, () => ({ family: 'x' })) }),
  '200,000 numbers where one text belongs': `{"resourceType":"Patient","birthDate":[${'1,'.repeat(200_000)}1]}`,
  'a number beyond all numbers': '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1e400}}',
  'text after the end': `${patient({})}{}`,
  'deep nesting': `{"resourceType":"Patient","extension":${'[{"url":"x","extension":'.repeat(80)}[]${'}]'.repeat(80)}}`,
  'a million pairs of codes': JSON.stringify({
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    component: [
      {
        code: { coding: many(1_000, (n) => ({ system: 'urn:a', code: `${n}` })) },
        valueCodeableConcept: { coding: many(1_000, (n) => ({ system: 'urn:b', code: `${n}` })) },
      },
    ],
  }),
}))
  t.test(`${what} is refused at once`, async (t) => {
    const before = await stored()
    const spent = await processorMs(async () => {
      const answer = await send('admin', 'POST', `/${/"resourceType":"(\w+)"/.exec(body)?.[1] ?? ''}`, body)
      t.ok(answer.statusCode === 400 || answer.statusCode === 422, answer.body)
      t.equal(faultIn(answer), undefined)
    })
    t.ok(spent < 5_000)
    t.equal(await stored(), before)
  })

for (const [what, body] of Object.entries({
  '30,000 different names': patient({ name: many(30_000, (n) => ({ family: `f${n}` })) }),
  'a photograph of 4.9 MB': patient({
    photo: [
      { contentType: 'image/png', data: 'AAAA'.repeat(250_000) },
      { contentType: 'image/png', data: 'AAAA'.repeat(250_000) },
    ],
  }),
  'a byte order mark': `\ufeff${patient({})}`,
}))
  t.test(`${what} is taken, and not for long`, async (t) => {
    const spent = await processorMs(async () => t.equal((await send('admin', 'POST', '/Patient', body)).statusCode, 201))
    t.ok(spent < 15_000)
  })

t.test('a patch that doubles a document again and again is refused at once', async (t) => {
  const { id } = await store({ resourceType: 'Patient', name: [{ family: 'Llwyd' }] })
  const doubling = many(40, () => ({ op: 'copy', from: '/name', path: '/name/-' }))
  const spent = await processorMs(async () => {
    const answer = await send('admin', 'PATCH', `/Patient/${id}`, doubling, { 'content-type': 'application/json-patch+json' })
    t.equal(answer.statusCode, 422)
  })
  t.ok(spent < 5_000)
})

t.test('a body of more than 5 MB is 413, invalid UTF-8 is 400, another media type is 415', async (t) => {
  const post = (payload: Buffer | string, headers: Record<string, string> = JSON_BODY) =>
    hub.app.inject({ method: 'POST', url: '/fhir/Patient', headers: { authorization: 'Bearer admin', ...headers }, payload })
  for (const [answer, status] of [
    [await post('x'.repeat(5 * 1024 * 1024 + 1)), 413],
    [await post(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), 400],
    [await post(Buffer.from(patient({}), 'utf16le')), 400],
    [await post('<Patient/>', { 'content-type': 'application/fhir+xml' }), 415],
    [await post('a=b', { 'content-type': 'multipart/form-data; boundary=x' }), 415],
  ] as const) {
    t.equal(answer.statusCode, status, answer.body)
    t.equal(faultIn(answer), undefined)
  }
})

for (const path of [
  '/Patient/%00',
  '/Patient/x/_history/%00',
  '/Patient/%FF',
  '/Patient/%',
  `/Patient/${'a'.repeat(300)}`,
  '/Patient/..%2f..',
  '/Patient?name=%00',
])
  t.test(`GET ${path.slice(0, 40)} is answered as FHIR, and says nothing of what lies beneath`, async (t) => {
    const answer = await send('admin', 'GET', path)
    t.equal(faultIn(answer), undefined)
    t.notMatch(answer.body, /FST_|byte sequence|22021/)
  })

t.test('when the trail cannot be written, a refusal too says nothing of the cause', async (t) => {
  await database.query({ text: 'ALTER TABLE passport.audit_entry RENAME TO audit_gone' })
  const answer = await send('admin', 'GET', '/Patient/none')
  await database.query({ text: 'ALTER TABLE passport.audit_gone RENAME TO audit_entry' })
  t.equal(answer.statusCode, 500)
  t.match(answer.json(), { resourceType: 'OperationOutcome' })
  t.notMatch(answer.body, /audit_entry|relation/)
})

t.test('a search by POST whose body is no form is refused, and not taken for a search for everything', async (t) => {
  const answer = await send('admin', 'POST', '/Patient/_search', {})
  t.equal(answer.statusCode, 415)
  t.equal((await send('admin', 'POST', '/Patient/_search')).statusCode, 200)
})

t.test('a Bundle cannot lead out of the base', async (t) => {
  const urls = ['../healthz', '/../healthz', '//elsewhere/fhir/Patient', 'http://elsewhere/fhir/Patient', '%2e%2e/healthz']
  const entry = urls.map((url) => ({ request: { method: 'GET', url } }))
  const { entry: answers } = (await send('admin', 'POST', '/', { resourceType: 'Bundle', type: 'batch', entry })).json<{
    entry: { response: { status: string; outcome: { resourceType: string } } }[]
  }>()
  for (const { response } of answers) {
    t.equal(response.status, '404')
    t.equal(response.outcome.resourceType, 'OperationOutcome')
  }
})
