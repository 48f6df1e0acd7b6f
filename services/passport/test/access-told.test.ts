/** What people are told about access: before they decide, when somebody breaks the glass, and afterwards. Hazards HAZ-P22 and HAZ-P23. */
import t from 'tap'
import { actor, classes, consent, label } from './a-consenting-person.ts'
import { aRecord } from './a-record.ts'

const hub = await aRecord(t)
const { send, store, caller, database } = hub
const organization = async (name: string) => `Organization/${(await store({ resourceType: 'Organization', name })).id}`
const [community, gym, hospital] = [
  await organization('Community Team'),
  await organization('Leisure Centre'),
  await organization('County Hospital'),
]
caller('community', { role: 'professional', grade: 'full', organization: community })
caller('gym', { role: 'worker', grade: 'needs-only', organization: gym })
caller('ward', { role: 'ward', grade: 'full', organization: hospital, fhirUser: 'Practitioner/nurse' })
caller('other-nurse', { role: 'ward', grade: 'full', organization: hospital, fhirUser: 'Practitioner/other' })

const NHS = 'https://fhir.nhs.uk/Id/nhs-number'
const status = async (token: string, path: string) => (await send(token, 'GET', `/${path}`)).statusCode
interface Parameter {
  readonly name: string
  readonly valueString?: string
  readonly valueInstant?: string
  readonly valueUri?: string
  readonly valueReference?: { readonly reference: string }
  readonly part?: readonly Parameter[]
}
const parametersOf = (answer: { json(): unknown }) => (answer.json() as { parameter?: Parameter[] }).parameter ?? []

let numbers = 0
async function aPerson() {
  numbers += 1
  const identifier = { system: NHS, value: `999000000${numbers}` }
  const { id } = await store({
    resourceType: 'Patient',
    name: [{ family: 'Llwyd' }],
    identifier: [identifier],
    managingOrganization: { reference: community },
  })
  const subject = { reference: `Patient/${id}` }
  caller(`person-${id}`, { role: 'patient', patient: id })
  const condition = await store({ resourceType: 'Condition', subject, code: { text: 'Secret sclerosis' } })
  return { id, identifier, subject, token: `person-${id}`, condition: `Condition/${condition.id}` }
}
const member = (person: { subject: object }, ...members: string[]) =>
  store({
    resourceType: 'CareTeam',
    status: 'active',
    subject: person.subject,
    participant: members.map((reference) => ({ member: { reference } })),
  })

t.test('a Consent says what it would close and open before it is stored, and stores nothing', async (t) => {
  const ada = await aPerson()
  const asked = consent(ada.id, {
    type: 'permit',
    period: { start: '2027-01-01', end: '2027-06-30' },
    ...actor(gym),
    ...classes('diagnoses', 'medicines'),
    provision: [{ type: 'deny', ...classes('therapy') }],
  })
  const answer = await send(ada.token, 'POST', '/Consent/$preview', asked)
  t.equal(answer.statusCode, 200, answer.body)
  const said = parametersOf(answer)
  const of = (name: string) => said.filter((one) => one.name === name).map(({ valueString }) => valueString)
  t.same(of('closes'), ['Nobody but you will see the therapies you received from 1 January 2027 until 30 June 2027.'])
  t.same(of('opens'), [
    'Leisure Centre may see your diagnoses and documents and your medicines from 1 January 2027 until 30 June 2027, as far as an organisation of its grade may.',
  ])
  t.ok(of('stays').includes('Links that you gave out show nothing of it from the next opening on.'))
  t.same(of('not-understood'), [])
  t.equal((await send(ada.token, 'GET', `/Consent?patient=${ada.id}`)).json<{ entry?: unknown[] }>().entry, undefined)
  const welsh = await send(ada.token, 'POST', '/Consent/$preview', {
    resourceType: 'Parameters',
    parameter: [
      { name: 'consent', resource: asked },
      { name: 'language', valueCode: 'cy' },
    ],
  })
  t.match(parametersOf(welsh)[0]?.valueString, 'Ni fydd neb ond chi')
})

t.test('a preview says what of a Consent is not kept here, and tells a stranger nothing', async (t) => {
  const ada = await aPerson()
  const limited = consent(ada.id, { type: 'permit', ...actor(gym), code: [{ text: 'MS' }], ...classes('diagnoses') })
  const said = parametersOf(await send(ada.token, 'POST', '/Consent/$preview', limited))
  t.match(said.find(({ name }) => name === 'not-understood')?.valueString, 'opens nothing')
  t.equal(
    said.some(({ name }) => name === 'opens'),
    false,
  )
  t.equal((await send('gym', 'POST', '/Consent/$preview', limited)).statusCode, 404)
  t.equal((await send(ada.token, 'POST', '/Consent/$preview', { resourceType: 'Parameters' })).statusCode, 400)
  t.equal((await send(ada.token, 'POST', '/Consent/$preview', { ...limited, status: undefined })).statusCode, 400)
})

const glass = (parameter: object[]) => ({ resourceType: 'Parameters', parameter })
const purpose = { name: 'purpose', valueCoding: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'ETREAT' } }
const reason = { name: 'reason', valueString: 'Brought in unconscious, pump alarm sounding' }

t.test('an emergency opens the record to whoever said why, for a time; the person is told, and somebody else reviews it', async (t) => {
  const ada = await aPerson()
  t.equal(await status('ward', `Patient/${ada.id}`), 404)
  const answer = await send(
    'ward',
    'POST',
    '/Patient/$break-glass',
    glass([{ name: 'identifier', valueIdentifier: ada.identifier }, purpose, reason]),
  )
  t.equal(answer.statusCode, 200, answer.body)
  const [patient, until, task] = parametersOf(answer)
  t.equal(patient?.valueReference?.reference, `Patient/${ada.id}`)
  t.ok(Date.parse(until?.valueInstant ?? '') - Date.now() <= 4 * 3_600_000)
  t.equal(await status('ward', ada.condition), 200)
  t.equal(await status('other-nurse', ada.condition), 404, 'who said why, and not the whole hospital')
  t.equal(
    (await send('ward', 'POST', '/Flag', { resourceType: 'Flag', status: 'active', code: { text: 'x' }, subject: ada.subject })).statusCode,
    404,
  )

  const review = (await send(ada.token, 'GET', `/${task?.valueReference?.reference ?? ''}`)).json<{
    owner: { reference: string }
    restriction: { period: { end: string } }
    focus: { reference: string }
    reasonCode: { text: string }
  }>()
  t.equal(review.owner.reference, community)
  t.equal(review.restriction.period.end, '2026-11-28T09:00:00.000Z')
  t.equal(await status('community', task?.valueReference?.reference ?? ''), 200, 'its owner reads it')
  const told = (await send(ada.token, 'GET', `/${review.focus.reference}`)).body
  t.match(told, 'County Hospital opened your record in an emergency')
  t.match(told, 'Agorodd County Hospital')
  t.notMatch(told, 'unconscious')

  const trail = (await send(ada.token, 'GET', `/AuditEvent?patient=${ada.id}`)).json<{
    entry: { resource: { subtype: { code: string }[]; purposeOfEvent?: { coding: { code: string }[] }[] } }[]
  }>()
  const said = trail.entry.map(({ resource }) => [resource.subtype[0]?.code, resource.purposeOfEvent?.[0]?.coding[0]?.code].join())
  t.ok(said.includes('break-glass,ETREAT'), said.join(' '))
  t.ok(said.includes('read,BTG'), 'what was looked at in the emergency says so')

  await send('community', 'PUT', `/${task?.valueReference?.reference ?? ''}`, { ...review, status: 'in-progress' })
  t.equal(await status('ward', ada.condition), 200, 'that it is being reviewed does not end it')
  await database.query({ text: `UPDATE passport.relationship SET ends = now() - interval '1 second' WHERE kind = 9` })
  t.equal(await status('ward', ada.condition), 404, 'when its time is over it is over')
})

t.test('an emergency without a reason, or of somebody who may not, is refused and recorded, and tells nothing', async (t) => {
  const ada = await aPerson()
  const patient = { name: 'patient', valueReference: { reference: `Patient/${ada.id}` } }
  const tried = (token: string, ...parameter: object[]) => send(token, 'POST', '/Patient/$break-glass', glass(parameter))
  for (const parameters of [
    [patient],
    [patient, purpose],
    [patient, reason],
    [patient, purpose, { name: 'reason', valueString: '... ...     ' }],
    [patient, reason, { name: 'purpose', valueCoding: { system: 'urn:other', code: 'ETREAT' } }],
    [patient, reason, { name: 'purpose', valueCoding: { code: 'HMARKT' } }],
  ])
    t.equal((await tried('ward', ...parameters)).statusCode, 400)
  caller('junior', { role: 'worker', grade: 'full', organization: hospital })
  caller('charity', { role: 'professional', grade: 'therapy-record', organization: gym })
  caller('nobody', { role: 'ward', grade: 'full' })
  for (const token of ['gym', 'junior', 'charity', 'nobody', ada.token]) {
    const answer = await tried(token, patient, purpose, reason)
    t.equal(answer.statusCode, 403, token)
    t.match(answer.body, 'BREAK_GLASS_NOT_YOURS')
  }
  const absent = { name: 'patient', valueReference: { reference: 'Patient/nobody' } }
  t.equal((await tried('ward', absent, purpose, reason)).statusCode, 404)
  const unknown = { name: 'identifier', valueIdentifier: { system: NHS, value: '9|9,9' } }
  t.equal((await tried('ward', unknown, purpose, reason)).statusCode, 404)
  t.equal((await tried('ward', purpose, reason)).statusCode, 400)
  t.equal(await status('ward', ada.condition), 404)
  t.same(
    (
      await database.query<{ status: number; client: string }>({
        text: `SELECT DISTINCT client, status FROM passport.audit_entry WHERE interaction = 'break-glass' AND status = 403 ORDER BY client`,
      })
    ).rows
      .map(({ client }) => client)
      .filter((one) => !one.startsWith('person')),
    ['charity', 'gym', 'junior', 'nobody'],
  )
})

t.test('an emergency opens nothing that the person closed, and never mental health', async (t) => {
  const ada = await aPerson()
  const counselling = await store({
    resourceType: 'Procedure',
    status: 'completed',
    subject: ada.subject,
    code: { text: 'Counselling' },
    meta: label('mental-health'),
  })
  await send(ada.token, 'POST', '/Consent', consent(ada.id, { type: 'deny', ...actor(hospital), ...classes('diagnoses') }))
  const patient = { name: 'patient', valueReference: { reference: `Patient/${ada.id}` } }
  t.equal((await send('ward', 'POST', '/Patient/$break-glass', glass([patient, purpose, reason]))).statusCode, 200)
  t.equal(await status('ward', `Patient/${ada.id}`), 200)
  t.equal(await status('ward', ada.condition), 404)
  t.equal(await status('ward', `Procedure/${counselling.id}`), 404)
})

t.test('a Task that a client writes itself opens nothing, whatever it calls itself', async (t) => {
  const ada = await aPerson()
  await member(ada, gym)
  const forged = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'break-glass-review' }] },
    for: ada.subject,
    requester: { reference: gym },
    owner: { reference: gym },
    opens: [{ patient: ada.id, party: gym, kind: 'break-glass' }],
  }
  t.equal((await send('gym', 'POST', '/Task', forged)).statusCode, 400)
  t.equal((await send('gym', 'POST', '/Task', { ...forged, opens: undefined })).statusCode, 201)
  t.equal(await status('gym', ada.condition), 404)
})

t.test('the person reads who looked in plain sentences, in English and in Welsh, and asks about what looks strange', async (t) => {
  const ada = await aPerson()
  await member(ada, community)
  await send('community', 'GET', `/${ada.condition}`)
  await send('community', 'GET', `/${ada.condition}`)
  await send('community', 'GET', `/Patient/${ada.id}/$everything`)
  await send(ada.token, 'GET', `/Patient/${ada.id}`)
  const answer = await send(ada.token, 'GET', `/Patient/${ada.id}/$access-log?language=en`)
  t.equal(answer.statusCode, 200, answer.body)
  const entries = parametersOf(answer).map(({ part = [] }) => part)
  const texts = entries.map((part) => part[0]?.valueString ?? '')
  t.match(
    texts.find((text) => text.includes('diagnoses')),
    /^\d+ \w+ \d{4}, (\d{1,2}(:\d\d)?[ap]m|midnight|midday)(–[\d:apm]+)? \(2 times\): Community Team looked at your diagnoses and documents\. They are in your care team\.$/,
  )
  t.ok(
    texts.some((text) => text.endsWith('Community Team looked at your whole record. They are in your care team.')),
    texts.join('\n'),
  )
  t.ok(texts.some((text) => text.endsWith('You looked at your name, date of birth and numbers.')))
  t.notMatch(texts.join(), 'sclerosis')
  const welsh = parametersOf(
    await send(ada.token, 'POST', `/Patient/${ada.id}/$access-log`, glass([{ name: 'language', valueCode: 'cy' }])),
  )
  t.ok(welsh.some(({ part = [] }) => part[0]?.valueString?.includes('Edrychodd Community Team ar eich cofnod cyfan.')))
  t.equal((await send(ada.token, 'GET', `/Patient/${ada.id}/$access-log?language=fr`)).statusCode, 400)

  const first = parametersOf(await send(ada.token, 'GET', `/Patient/${ada.id}/$access-log?_count=1`))
  const next = first.find(({ name }) => name === 'next')?.valueUri?.replace('http://hub.example/fhir', '') ?? ''
  t.equal((await send(ada.token, 'GET', next)).statusCode, 200)

  const event = entries.find((part) => part[0]?.valueString?.includes('diagnoses'))?.find(({ name }) => name === 'event')?.valueReference
  const asked = await send(
    ada.token,
    'POST',
    `/Patient/${ada.id}/$query-access`,
    glass([
      { name: 'event', valueReference: event },
      { name: 'words', valueString: 'I do not know them' },
    ]),
  )
  t.equal(asked.statusCode, 201, asked.body)
  const task = asked.json<{ owner: { display?: string }; restriction: { period: { end: string } }; reasonCode: { text: string } }>()
  t.equal(task.owner.display, 'The operator of this hub', 'nobody answers for himself')
  t.ok(task.restriction.period.end)
  t.equal(task.reasonCode.text, 'I do not know them')

  const other = await aPerson()
  const theirs = await send(other.token, 'POST', `/Patient/${other.id}/$query-access`, glass([{ name: 'event', valueReference: event }]))
  t.equal(theirs.statusCode, 400, "another's entry cannot be asked about")
  for (const [token, id] of [
    ['community', ada.id],
    ['gym', ada.id],
    [other.token, ada.id],
  ] as const) {
    t.equal(await status(token, `Patient/${id}/$access-log`), 404, token)
    t.equal((await send(token, 'POST', `/Patient/${id}/$query-access`, glass([{ name: 'event', valueReference: event }]))).statusCode, 404)
  }
})

// Row H: correct an entry; hazard HAZ-P130.
t.test(
  '"this entry is wrong" becomes a task of whoever made it, shown to nobody who may not see the entry, and changes nothing',
  async (t) => {
    const person = await aPerson()
    await member(person, community, gym)
    const entry = await send('community', 'POST', '/Condition', {
      resourceType: 'Condition',
      subject: person.subject,
      code: { text: 'Parkinson’s disease' },
    })
    t.equal(entry.statusCode, 201, entry.body)
    const reference = `Condition/${entry.json<{ id: string }>().id}`
    const ask = (token: string, words: string | undefined, about = reference, id = person.id) =>
      send(token, 'POST', `/Patient/${id}/$request-correction`, {
        resourceType: 'Parameters',
        parameter: [
          { name: 'entry', valueReference: { reference: about } },
          ...(words === undefined ? [] : [{ name: 'words', valueString: words }]),
        ],
      })

    const answer = await ask(person.token, 'It is MS, not Parkinson’s.')
    t.equal(answer.statusCode, 201, answer.body)
    const task = answer.json<{
      id: string
      owner: object
      description: string
      restriction: { period: { end: string } }
      reasonReference: object
    }>()
    t.same(task.owner, { reference: community }, 'it goes to whoever made the entry')
    t.equal(task.description, 'It is MS, not Parkinson’s.')
    t.ok(task.restriction.period.end)
    t.same(task.reasonReference, { reference })

    t.equal(await status('community', `Task/${task.id}`), 200)
    t.equal(await status(person.token, `Task/${task.id}`), 200, 'the person follows it')
    t.equal(await status('gym', `Task/${task.id}`), 404, 'it says what the entry is about')
    t.equal(
      (await send(person.token, 'GET', `/${reference}`)).json<{ meta: { versionId: string } }>().meta.versionId,
      '1',
      'nothing is changed',
    )

    const other = await aPerson()
    t.equal((await ask('community', 'I think it is wrong.')).statusCode, 403, 'authors correct their own entries')
    t.equal((await ask(other.token, 'Wrong.', reference, other.id)).statusCode, 400, 'an entry about somebody else')
    t.equal((await ask(other.token, 'Wrong.')).statusCode, 404, 'somebody else’s record')
    for (const words of [undefined, '  ', 'x'.repeat(2001)]) t.equal((await ask(person.token, words)).statusCode, 400, 'words are needed')
    t.equal(
      (await ask(person.token, 'The date of birth is wrong.', `Patient/${person.id}`)).statusCode,
      201,
      'the person’s own details too',
    )
  },
)
