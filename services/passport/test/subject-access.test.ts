import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { monthAfter, redacted } from '../src/domain/subject-access/redact.ts'
import { aRecord } from './a-record.ts'

const hub = await aRecord(t)
const { send, store, caller } = hub
const team = await store({ resourceType: 'Organization', name: 'Team' })
const ada = await store({ resourceType: 'Patient', name: [{ family: 'Probert' }], birthDate: '1974-03-18' })
const subject = { reference: `Patient/${ada.id}` }
const session = (text: string, more = {}) => store({ resourceType: 'Procedure', status: 'completed', subject, code: { text }, ...more })
const open = await session('Open to all')
const harmful = await session('Harmful to read')
const partly = await session('Partly', { note: [{ text: 'Her brother said something' }, { text: 'Walked well' }] })
const owner = { reference: `Organization/${team.id}` }
caller('reviewer', { role: 'professional', organization: owner.reference })
caller('clerk', { role: 'worker', organization: owner.reference })
caller('ada', { role: 'patient', patient: ada.id, fhirUser: `Patient/${ada.id}` })
caller('stranger', { role: 'professional', organization: 'Organization/x' })

const parameters = (values: Record<string, string | boolean | { reference: string }>) => ({
  resourceType: 'Parameters',
  parameter: Object.entries(values).map(([name, value]) =>
    typeof value === 'object'
      ? { name, valueReference: value }
      : typeof value === 'boolean'
        ? { name, valueBoolean: value }
        : { name, valueString: value },
  ),
})
const asked = await send('ada', 'POST', `/Patient/${ada.id}/$request-access`, parameters({ owner, received: '2026-01-31T10:00:00Z' }))
const task = asked.json<{ id: string; owner: object; restriction: { period: { end: string } } }>()
const mark = (token: string, values: Parameters<typeof parameters>[0]) => send(token, 'POST', `/Task/${task.id}/$mark`, parameters(values))
const copy = (token: string) => send(token, 'GET', `/Task/${task.id}/$subject-access-copy`)
const complete = (token: string) => send(token, 'POST', `/Task/${task.id}/$complete-review`)

t.test('whoever asks for a copy gets a Task with an owner and a month', async (t) => {
  t.equal(asked.statusCode, 201, asked.body)
  t.same(task.owner, owner)
  t.equal(task.restriction.period.end, '2026-02-28T10:00:00.000Z')
  t.equal(monthAfter(new Date('2026-03-15T00:00:00Z')).toISOString(), '2026-04-15T00:00:00.000Z')
  t.equal((await send('ada', 'POST', `/Patient/${ada.id}/$request-access`, parameters({}))).statusCode, 400)
  t.equal((await send('stranger', 'POST', `/Patient/${ada.id}/$request-access`, parameters({ owner }))).statusCode, 404)
})

t.test('no copy is given before it was reviewed, and none to others', async (t) => {
  t.match((await copy('reviewer')).body, 'ACCESS_REVIEW_INCOMPLETE')
  t.match((await copy('ada')).body, 'ACCESS_REVIEW_INCOMPLETE')
  t.equal((await copy('stranger')).statusCode, 404)
})

t.test('a mark is set by whoever answers for the request, and serious harm by a health professional', async (t) => {
  const harm = { entry: { reference: `Procedure/${harmful.id}` }, ground: 'serious-harm', words: 'Judged by the consultant' }
  t.equal((await mark('ada', harm)).statusCode, 403)
  t.equal((await mark('stranger', harm)).statusCode, 404)
  t.equal((await mark('clerk', harm)).statusCode, 403)
  t.equal((await mark('reviewer', harm)).statusCode, 200)
  t.equal(
    (
      await mark('clerk', {
        entry: { reference: `Procedure/${partly.id}` },
        element: 'note[0]',
        ground: 'third-party',
        words: 'Her brother',
      })
    ).statusCode,
    200,
  )
  for (const wrong of [
    { ...harm, ground: 'embarrassing' },
    { ...harm, words: ' ' },
    { ...harm, element: 'note[7]' },
    { ...harm, element: 'constructor' },
    { ...harm, entry: { reference: `Patient/${ada.id}` } },
    { ...harm, entry: { reference: 'Procedure/none' } },
  ])
    t.match((await mark('reviewer', wrong)).body, 'ACCESS_MARK_INVALID')
})

t.test('the copy leaves out what was marked, in every file, and says that and why in words', async (t) => {
  t.equal((await complete('reviewer')).statusCode, 200)
  const answer = await copy('ada')
  t.equal(answer.statusCode, 200, answer.body)
  const text = gunzipSync(answer.rawPayload).toString()
  t.notMatch(text, 'Harmful to read')
  t.notMatch(text, 'Her brother')
  t.notMatch(text, 'Judged by the consultant')
  t.match(text, 'Open to all')
  t.match(text, 'Walked well')
  t.match(text, /One part was left out because a health professional judged/)
  t.match(text, /One part was left out because it is about, or comes from, another person/)
  t.match(text, '"code":"REDACTED"')
  t.match(text, open.id)
  const back = await hub.app.inject({
    method: 'POST',
    url: '/fhir/$import-person',
    headers: { authorization: 'Bearer admin', 'content-type': 'application/gzip' },
    payload: answer.rawPayload,
  })
  t.match(back.body, 'ARCHIVE_PARTIAL')
})

t.test('the person sees no mark, and takes their own download at any time as it is', async (t) => {
  t.notMatch((await send('ada', 'GET', `/Patient/${ada.id}/$everything`)).body, 'Judged by the consultant')
  t.match(gunzipSync((await send('ada', 'GET', `/Patient/${ada.id}/$export-person`)).rawPayload).toString(), 'Open to all')
})

t.test('what is written after the review must be looked at first', async (t) => {
  await session('Since the review')
  t.match((await copy('ada')).body, 'ACCESS_REVIEW_INCOMPLETE')
  t.equal((await complete('reviewer')).statusCode, 200)
  t.equal((await copy('ada')).statusCode, 200)
})

t.test('taking a mark back opens the review again', async (t) => {
  t.equal((await mark('reviewer', { entry: { reference: `Procedure/${harmful.id}` }, withdraw: true })).statusCode, 200)
  t.match((await copy('ada')).body, 'ACCESS_REVIEW_INCOMPLETE')
})

t.test('nobody completes a review of what they may not see', async (t) => {
  await session('Of the mental-health team', {
    meta: { security: [{ system: 'https://handrail.example/fhir/CodeSystem/data-class', code: 'mental-health' }] },
  })
  t.match((await complete('reviewer')).body, 'ACCESS_REVIEW_INCOMPLETE')
  t.equal((await complete('admin')).statusCode, 200)
})

t.test('several marks in one list each take out their own', async (t) => {
  const resource = { resourceType: 'Procedure', id: 'x', text: { div: 'b' }, note: ['a', 'b', 'c'].map((text) => ({ text })) }
  t.same(redacted(resource, ['note[0]', 'note[1]'])['note'], [{ text: 'c' }])
  t.same(redacted(resource, ['note[0]', 'note[1]', 'note[2]'])['note'], undefined)
  t.equal(redacted(resource, ['note[1].text'])['text'], undefined)
})
