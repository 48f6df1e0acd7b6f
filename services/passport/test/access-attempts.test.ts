/** What a client tries that wants to see more than it may: each attempt by name, and that it comes to nothing. */
import t from 'tap'
import { actor, classes, consent } from './a-consenting-person.ts'
import { aRecord } from './a-record.ts'

const hub = await aRecord(t)
const { send, store, caller } = hub
const organization = async (name: string) => `Organization/${(await store({ resourceType: 'Organization', name })).id}`
const [community, gym, charity] = [await organization('Community'), await organization('Gym'), await organization('Charity')]
caller('community', { role: 'professional', grade: 'full', organization: community })
caller('gym', { role: 'worker', grade: 'needs-only', organization: gym })
caller('gym-instructor', { role: 'worker', grade: 'needs-only', organization: gym, fhirUser: 'Practitioner/instructor' })
caller('gym-colleague', { role: 'worker', grade: 'needs-only', organization: gym, fhirUser: 'Practitioner/colleague' })
caller('charity', { role: 'worker', grade: 'therapy-record', organization: charity })

const DATA_CLASS = 'https://handrail.example/fhir/CodeSystem/data-class'
const status = async (token: string, path: string) => (await send(token, 'GET', path)).statusCode
const idOf = (answer: { json(): unknown }) => (answer.json() as { id: string }).id
const aPerson = () => store({ resourceType: 'Patient', name: [{ family: 'Llwyd' }] })
const careTeam = (patient: string, ...members: string[]) => ({
  resourceType: 'CareTeam',
  status: 'active',
  subject: { reference: `Patient/${patient}` },
  participant: members.map((reference) => ({ member: { reference } })),
})
const session = (patient: string, more: object = {}) => ({
  resourceType: 'Procedure',
  status: 'completed',
  code: { text: 'Physiotherapy' },
  subject: { reference: `Patient/${patient}` },
  ...more,
})

t.test('who registered a person cannot put himself into their care team; somebody who is in one can put others', async (t) => {
  const id = idOf(await send('charity', 'POST', '/Patient', { resourceType: 'Patient' }))
  const therapy = await store(session(id))
  const flag = await store({ resourceType: 'Flag', status: 'active', code: { text: 'Pump' }, subject: { reference: `Patient/${id}` } })
  t.equal((await send('charity', 'POST', '/CareTeam', careTeam(id, charity))).statusCode, 201, 'the resource is taken as it came')
  t.equal(await status('charity', `/Procedure/${therapy.id}`), 404)
  t.equal(await status('charity', `/Flag/${flag.id}`), 404)
  t.equal(await status('charity', `/Patient/${id}`), 200, 'what registering opens stays open')

  const team = await store(careTeam(id, community))
  const widened = await send('community', 'PUT', `/CareTeam/${team.id}`, { ...careTeam(id, community, charity), id: team.id })
  t.equal(widened.statusCode, 200)
  t.equal(await status('community', `/Procedure/${therapy.id}`), 200, 'changing the team one is in ends nothing')
  t.equal(await status('charity', `/Procedure/${therapy.id}`), 200)
})

t.test('who registers a person and writes a care team in one transaction is not in it either', async (t) => {
  const person = 'urn:uuid:11111111-1111-4111-8111-111111111111'
  const answer = await send('charity', 'POST', '/', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { fullUrl: person, resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } },
      {
        resource: { ...careTeam('', charity, community), subject: { reference: person } },
        request: { method: 'POST', url: 'CareTeam' },
      },
    ],
  })
  t.equal(answer.statusCode, 200, answer.body)
  const id = /Patient\/([0-9a-f-]{36})/.exec(answer.body)?.[1] ?? ''
  const therapy = await store(session(id))
  t.equal(await status('charity', `/Procedure/${therapy.id}`), 404)
  t.equal(await status('community', `/Procedure/${therapy.id}`), 200)
})

t.test('who has the consent to make entries gets no further by asking himself, as an organisation or by name', async (t) => {
  const { id } = await aPerson()
  await store(consent(id, { type: 'permit' }))
  await hub.database.query({ text: `INSERT INTO passport.relationship VALUES ($1, $2, 6, 'Consent/x')`, values: [id, gym] })
  const task = (owner: string) => ({
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    for: { reference: `Patient/${id}` },
    owner: { reference: owner },
  })
  for (const owner of [gym, 'Practitioner/instructor', 'Practitioner/colleague']) {
    const created = await send('gym-instructor', 'POST', '/Task', task(owner))
    t.equal(created.statusCode, 201)
    for (const token of ['gym', 'gym-instructor', 'gym-colleague']) t.equal(await status(token, `/Patient/${id}`), 404, `${token} ${owner}`)
  }
  const created = idOf(await send('gym-instructor', 'POST', '/Task', task(charity)))
  const turned = await send('gym-instructor', 'PUT', `/Task/${created}`, { ...task('Practitioner/instructor'), id: created })
  t.equal(turned.statusCode, 200)
  t.equal(await status('gym-instructor', `/Patient/${id}`), 404)
})

t.test('who holds a referral keeps what it opens while he works on it', async (t) => {
  const { id } = await aPerson()
  const task = await store({
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    for: { reference: `Patient/${id}` },
    owner: { reference: gym },
  })
  t.equal(await status('gym', `/Patient/${id}`), 200)
  const accepted = await send('gym', 'PUT', `/Task/${task.id}`, { ...task, meta: undefined, status: 'accepted' })
  t.equal(accepted.statusCode, 200)
  t.equal(await status('gym', `/Patient/${id}`), 200)
})

t.test('whom a person closed out cannot open it again by changing or deleting the consent', async (t) => {
  const { id } = await aPerson()
  caller('person', { role: 'patient', patient: id })
  await store(careTeam(id, community))
  const therapy = await store(session(id))
  const closed = await send(
    'person',
    'POST',
    '/Consent',
    consent(id, {
      type: 'deny',
      ...actor(community),
      ...classes('therapy'),
    }),
  )
  const said = closed.json<{ id: string }>()
  t.equal(await status('community', `/Procedure/${therapy.id}`), 404)
  t.equal(await status('community', `/Consent/${said.id}`), 200)
  t.equal((await send('community', 'PUT', `/Consent/${said.id}`, { ...said, status: 'inactive' })).statusCode, 403)
  const patch = [{ op: 'replace', path: '/status', value: 'inactive' }]
  const patched = await send('community', 'PATCH', `/Consent/${said.id}`, patch, { 'content-type': 'application/json-patch+json' })
  t.equal(patched.statusCode, 403)
  t.equal((await send('community', 'DELETE', `/Consent/${said.id}`)).statusCode, 403)
  t.equal(await status('community', `/Procedure/${therapy.id}`), 404)
  t.equal((await send('person', 'DELETE', `/Consent/${said.id}`)).statusCode, 204)
  t.equal(await status('community', `/Procedure/${therapy.id}`), 200)
})

t.test('the history of a type holds nothing of what was corrected or labelled since', async (t) => {
  const [ada, bryn] = [await aPerson(), await aPerson()]
  await store(careTeam(ada.id, community))
  const misfiled = await store(session(ada.id))
  const counselling = await store(session(ada.id, { code: { text: 'Counselling' } }))
  const listed = async () => (await send('community', 'GET', '/Procedure/_history?_count=500')).body
  t.match(await listed(), misfiled.id)
  t.match(await listed(), counselling.id)
  await send('admin', 'PUT', `/Procedure/${misfiled.id}`, { ...session(bryn.id), id: misfiled.id })
  const labelled = { ...session(ada.id), id: counselling.id, meta: { security: [{ system: DATA_CLASS, code: 'mental-health' }] } }
  await send('admin', 'PUT', `/Procedure/${counselling.id}`, labelled)
  t.notMatch(await listed(), misfiled.id)
  t.notMatch(await listed(), counselling.id)
  t.equal(await status('community', `/Procedure/${misfiled.id}/_history/1`), 404)
  t.equal(await status('community', `/Procedure/${misfiled.id}/_history`), 404)
})

t.test('a token that may create or change, but not look, finds nothing out by a condition or by what is given back', async (t) => {
  const { id } = await store({ resourceType: 'Patient', identifier: [{ system: 'urn:test', value: 'seen' }], name: [{ family: 'Secret' }] })
  caller('writer', { role: 'admin', scope: 'system/Patient.cud' })
  const body = { resourceType: 'Patient', identifier: [{ system: 'urn:test', value: 'seen' }] }
  const condition = 'identifier=urn:test|seen'
  for (const value of ['seen', 'unseen']) {
    const where = `identifier=urn:test|${value}`
    t.equal((await send('writer', 'POST', '/Patient', body, { 'if-none-exist': where })).statusCode, 403)
    t.equal((await send('writer', 'PUT', `/Patient?${where}`, body)).statusCode, 403)
    t.equal((await send('writer', 'DELETE', `/Patient?${where}`)).statusCode, 403)
    const entry = [{ resource: body, request: { method: 'POST', url: 'Patient', ifNoneExist: where } }]
    t.equal((await send('writer', 'POST', '/', { resourceType: 'Bundle', type: 'transaction', entry })).statusCode, 403)
  }
  const patched = await send('writer', 'PATCH', `/Patient/${id}`, [{ op: 'add', path: '/active', value: true }], {
    'content-type': 'application/json-patch+json',
  })
  t.equal(patched.statusCode, 200)
  t.notMatch(patched.body, 'Secret')

  caller('searcher', { role: 'admin', scope: 'system/Procedure.cruds' })
  await store(session(id))
  const through = `patient.${condition}`
  t.equal((await send('searcher', 'POST', '/Procedure', session(id), { 'if-none-exist': through })).statusCode, 201, 'as if none matched')
})

t.test('nobody finds out whether a request exists by putting a Task under it', async (t) => {
  const [mine, other] = [await aPerson(), await aPerson()]
  await store(careTeam(mine.id, community))
  const need = await store({
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    subject: { reference: `Patient/${other.id}` },
  })
  const task = (token: string, patient: string, focus: string) =>
    send(token, 'POST', '/Task', {
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      for: { reference: `Patient/${patient}` },
      focus: { reference: focus },
    })
  const absent = 'ServiceRequest/01a1fbc2-0000-8000-8000-000000000000'
  const [hidden, none] = [await task('community', mine.id, `ServiceRequest/${need.id}`), await task('community', mine.id, absent)]
  t.equal(hidden.statusCode, 422)
  t.equal(hidden.body, none.body)
  const [stranger, nobody] = [await task('gym', other.id, `ServiceRequest/${need.id}`), await task('gym', other.id, absent)]
  t.equal(stranger.statusCode, 404, 'who may not write is told nothing of the rules')
  t.equal(stranger.body, nobody.body)
})

t.test('$everything leaves no gap where the token does not cover a type', async (t) => {
  const { id } = await aPerson()
  await store(session(id))
  await store({ resourceType: 'Condition', subject: { reference: `Patient/${id}` }, code: { text: 'MS' } })
  caller('narrow', { role: 'admin', scope: 'system/Patient.rs system/Procedure.rs' })
  interface Page {
    entry: { resource: { resourceType: string } }[]
    link: { relation: string; url: string }[]
  }
  const types: string[] = []
  for (let path: string | undefined = `/Patient/${id}/$everything?_count=1`; path !== undefined;) {
    const page: Page = (await send('narrow', 'GET', path)).json()
    types.push(...page.entry.map(({ resource }) => resource.resourceType))
    path = page.link.find(({ relation }) => relation === 'next')?.url.replace('http://hub.example/fhir', '')
  }
  t.same(types, ['Patient', 'Procedure'])
  const some = await send('admin', 'GET', `/Patient/${id}/$everything?_type=Condition,Procedure&_count=1`)
  const next =
    some
      .json<Page>()
      .link.find(({ relation }) => relation === 'next')
      ?.url.replace('http://hub.example/fhir', '') ?? ''
  t.same(
    (await send('admin', 'GET', next)).json<Page>().entry.map(({ resource }) => resource.resourceType),
    ['Procedure'],
    'the types asked for hold on every page',
  )
  t.equal(await status('admin', `/Patient/${id}/$everything?_type=Unicorn`), 400)
})

t.test('a blind match answers the same whether the person is known or new, and answers no other question', async (t) => {
  const NHS = 'https://fhir.nhs.uk/Id/nhs-number'
  const ada = { birthDate: '1974-03-02', name: [{ family: 'Llwyd', given: ['Ada'] }] }
  const known = await store({
    resourceType: 'Patient',
    ...ada,
    identifier: [
      { system: NHS, value: '9990548609' },
      { system: 'urn:hospital', value: 'H1' },
    ],
    address: [{ postalCode: 'CH5 1AA' }],
  })
  await store({ resourceType: 'Condition', subject: { reference: `Patient/${known.id}` }, code: { coding: [{ code: 'G35' }] } })
  const person = 'urn:uuid:11111111-1111-4111-8111-111111111111'
  const sent = async (value: string, ifNoneExist: string, ...more: string[]) =>
    send('charity', 'POST', '/', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        ...[person, ...more].map((fullUrl) => ({
          fullUrl,
          resource: { resourceType: 'Patient', ...ada, identifier: [{ system: NHS, value }] },
          request: { method: 'POST', url: 'Patient', ifNoneExist },
        })),
        { resource: consent({ reference: person }, { type: 'permit' }), request: { method: 'POST', url: 'Consent' } },
      ],
    })
  const tried = async (value: string, ifNoneExist: string) => {
    const answer = await sent(value, ifNoneExist)
    t.equal(answer.statusCode, 200, answer.body)
    return answer.body
  }
  const [twiceKnown, twiceNew] = await Promise.all(
    ['9990548609', '9990001235'].map((value) => sent(value, `identifier=${NHS}|${value}`, 'urn:uuid:11111111-1111-4111-8111-111111111112')),
  )
  t.equal(twiceKnown?.statusCode, 400)
  t.equal(twiceKnown?.body, twiceNew?.body, 'sent twice')
  const shape = (body: string) => body.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID').replace(/"last(Modified|Updated)":"[^"]*"/g, '')
  const matched = await tried('9990548609', `identifier=${NHS}|9990548609`)
  const fresh = await tried('9990001235', `identifier=${NHS}|9990001235`)
  t.match(matched, `Patient/${known.id}/`)
  t.equal(shape(matched), shape(fresh), 'also when the resources are asked for')
  const born = /Patient\/([0-9a-f-]{36})/.exec(fresh)?.[1] ?? ''
  t.equal(await status('charity', `/Patient/${known.id}`), 404)
  t.equal(await status('charity', `/Patient/${born}`), 404)
  t.match(await tried('9990001235', `identifier=${NHS}|9990001235`), `Patient/${born}/`, 'trying again finds the one that was new')

  for (const more of [',urn:hospital|H1', '&address-postalcode=CH5 1AA', '&_has:Condition:patient:code=G35', '&identifier=urn:hospital|H1'])
    t.notMatch(await tried('9990548609', `identifier=${NHS}|9990548609${more}`), known.id, more)
})

t.test(
  'HAZ-P140: somebody who is here already is entered as if new, the answer says nothing of it, and the record asks a person',
  async (t) => {
    const NHS = 'https://fhir.nhs.uk/Id/nhs-number'
    const anEntry = (value: string, bornOn: string) => ({
      resourceType: 'Patient',
      birthDate: bornOn,
      name: [{ family: 'Pritchard', given: ['Nest'] }],
      identifier: [{ system: NHS, value }],
    })
    const known = await store(anEntry('9990012016', '1961-04-02'))
    const enter = (value: string, headers: Record<string, string> = {}) =>
      send('charity', 'POST', '/Patient', anEntry(value, '1961-04-02'), headers)
    const shape = (body: string) => body.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|999\d{7}/g, 'ID').replace(/"lastUpdated":"[^"]*"/g, '')
    const [twin, fresh] = [await enter('9990012016'), await enter('9990012024')]
    t.equal(twin.statusCode, 201)
    t.equal(fresh.statusCode, 201)
    t.equal(shape(twin.body), shape(fresh.body), 'the answer is that to somebody new')
    t.equal(await status('charity', `/Patient/${known.id}`), 404)
    t.equal(await status('charity', `/Patient/${idOf(twin)}`), 200)

    const asked = async (token: string, one: string, other: string) =>
      (await send(token, 'GET', `/Task?identifier=duplicate:${[one, other].toSorted().join(':')}`)).json<{
        entry?: { resource: { id: string; for?: object; restriction?: object } }[]
      }>().entry ?? []
    const [task, ...more] = await asked('admin', known.id, idOf(twin))
    t.match(task?.resource, { code: { coding: [{ code: 'possible-duplicate' }] }, restriction: { period: {} } })
    t.same([more, task?.resource.for], [[], undefined])
    t.same(await asked('charity', known.id, idOf(twin)), [], 'whoever entered the person is asked nothing')
    t.equal(await status('charity', `/Task/${task?.resource.id ?? ''}`), 404)
    t.equal((await asked('admin', known.id, idOf(fresh))).length, 0)

    // A number that comes later is looked at when it comes, and once.
    const { identifier: _number, ...unnumbered } = anEntry('', '1961-04-02')
    const later = idOf(await send('charity', 'POST', '/Patient', unnumbered))
    const numbered = { ...anEntry('9990012016', '1961-04-02'), id: later }
    t.equal((await send('charity', 'PUT', `/Patient/${later}`, numbered)).statusCode, 200)
    t.equal((await send('charity', 'PUT', `/Patient/${later}`, { ...numbered, active: true })).statusCode, 200)
    t.equal((await asked('admin', known.id, later)).length, 1)
  },
)
