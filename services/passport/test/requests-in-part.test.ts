/** HAZ-R30: whichever way a request is asked for, a reader in the hub is shown the parts that one of its kind would be sent by message. */
import t from 'tap'
import { aRecord } from './a-record.ts'
import { anOpenTask, askedInABatch } from './ways-of-asking.ts'

const { send, store, caller } = await aRecord(t)
const EXTENSION = 'https://handrail.example/fhir/StructureDefinition'
const organization = async (name: string, sector: string) =>
  `Organization/${(await store({ resourceType: 'Organization', name, extension: [{ url: `${EXTENSION}/sector`, valueCode: sector }] })).id}`
const byType = async (name: string, code: string) =>
  `Organization/${(await store({ resourceType: 'Organization', name, type: [{ coding: [{ system: 'https://handrail.example/fhir/CodeSystem/sector', code }] }] })).id}`
const [team, ward, gym, spa, charity] = [
  await organization('Community team', 'nhs'),
  await organization('Hospital', 'nhs'),
  await organization('Gym', 'leisure'),
  await byType('Spa', 'leisure'),
  await organization('Charity', 'third-sector'),
]
caller('team', { role: 'professional', organization: team })
caller('ward', { role: 'ward', organization: ward })
caller('gym', { role: 'worker', grade: 'needs-only', organization: gym })
caller('spa', { role: 'worker', grade: 'full', organization: spa })
caller('charity', { role: 'professional', grade: 'therapy-record', organization: charity })
caller('reactor', { role: 'reactor-referrals' })

type Json = Readonly<Record<string, unknown>>
const { id: ada } = await store({ resourceType: 'Patient', name: [{ family: 'Llwyd' }] })
caller('ada', { role: 'patient', patient: ada, fhirUser: `Patient/${ada}` })
const subject = { reference: `Patient/${ada}` }

const ask = {
  resourceType: 'ServiceRequest',
  meta: { tag: [{ system: 'https://elsewhere.example', code: 'theirs' }] },
  status: 'active',
  intent: 'order',
  category: [{ coding: [{ system: 'https://handrail.example/fhir/CodeSystem/request-category', code: 'neuro-rehabilitation' }] }],
  subject,
  authoredOn: '2026-11-20T10:00:00Z',
  requester: { reference: team },
  performer: [gym, spa, charity, ward].map((reference) => ({ reference })),
  code: { text: 'Strength and balance' },
  quantityQuantity: { value: 1.5 },
  reasonCode: [{ text: 'THE-DIAGNOSIS' }],
  note: [{ text: 'THE-NOTE' }],
  supportingInfo: [{ reference: 'Observation/THE-EVIDENCE' }],
  bodySite: [{ text: 'NOBODY-NAMED-THIS', coding: [{ system: 'http://snomed.info/sct', code: '12738006' }] }],
  extension: [
    { url: `${EXTENSION}/needs`, valueString: 'Room at 20 degrees.' },
    { url: `${EXTENSION}/coordinator`, valueReference: { reference: team } },
    {
      url: `${EXTENSION}/request-criteria`,
      extension: [
        { url: 'accessNeed', valueCode: 'step-free' },
        { url: 'condition', valueCode: 'THE-CONDITION' },
      ],
    },
  ],
}
await store({ resourceType: 'CareTeam', status: 'active', subject, participant: [{ member: { reference: team } }] })
const request = (await send('team', 'POST', '/ServiceRequest', ask)).json<{ id: string; meta: Json }>()
const path = `/ServiceRequest/${request.id}`

/** Every way in which the text of a request leaves the record. */
const WAYS: readonly (readonly [name: string, ask: (token: string) => Promise<string>])[] = [
  ['read', async (token) => (await send(token, 'GET', path)).body],
  ['read in part', async (token) => (await send(token, 'GET', `${path}?_elements=code,reasonCode,note,supportingInfo,bodySite`)).body],
  ['version', async (token) => (await send(token, 'GET', `${path}/_history/1`)).body],
  ['history', async (token) => (await send(token, 'GET', `${path}/_history`)).body],
  ['history of the type', async (token) => (await send(token, 'GET', '/ServiceRequest/_history')).body],
  ['search', async (token) => (await send(token, 'GET', `/ServiceRequest?subject=Patient/${ada}`)).body],
  ['search by id', async (token) => (await send(token, 'GET', `/ServiceRequest?_id=${request.id}`)).body],
  ['search in an order', async (token) => (await send(token, 'GET', '/ServiceRequest?_sort=authored')).body],
  ['search that brings it along', async (token) => (await send(token, 'GET', `/Task?subject=Patient/${ada}&_include=Task:focus`)).body],
  [
    'search that it comes along with',
    async (token) => (await send(token, 'GET', `/Patient?_id=${ada}&_revinclude=ServiceRequest:subject`)).body,
  ],
  ['everything', async (token) => (await send(token, 'GET', `/Patient/${ada}/$everything`)).body],
  ['timeline', async (token) => (await send(token, 'GET', `/Patient/${ada}/$timeline`)).body],
  ['summary', async (token) => (await send(token, 'GET', `/Patient/${ada}/$summary`)).body],
  ['batch', (token) => askedInABatch({ send }, token, path)],
  [
    'create that finds it',
    async (token) =>
      (await send(token, 'POST', '/ServiceRequest', ask, { 'if-none-exist': `_id=${request.id}`, prefer: 'return=representation' })).body,
  ],
]
for (const owner of [gym, spa, charity]) await store(anOpenTask(subject, path.slice(1), owner))

t.test(
  'leisure reads what is asked and what to look after; no reasons, notes or evidence, whichever way it asks and whatever its grade',
  async (t) => {
    for (const token of ['gym', 'spa'])
      for (const [way, ask] of WAYS) {
        const text = await ask(token)
        t.match(text, /Strength and balance/, `${token} finds it: ${way}`)
        t.notMatch(text, /THE-|NOBODY/, `${token}: ${way}`)
      }
    const read = (await send('gym', 'GET', path)).json<Json>()
    t.match(read, {
      status: 'active',
      code: { text: 'Strength and balance' },
      requester: { reference: team },
      meta: { versionId: '1', tag: [{ code: 'theirs' }, { code: 'SUBSETTED' }] },
    })
    t.same(read['extension'], [
      ask.extension[0],
      ask.extension[1],
      { url: `${EXTENSION}/request-criteria`, extension: [{ url: 'accessNeed', valueCode: 'step-free' }] },
    ])
  },
)

t.test('a charity with registered professionals reads notes and evidence too, and reasons once the person agreed to it', async (t) => {
  const read = async () => (await send('charity', 'GET', path)).body
  t.match(await read(), /THE-NOTE.*THE-EVIDENCE|THE-EVIDENCE.*THE-NOTE/)
  for (const [way, ask] of WAYS) {
    const text = await ask('charity')
    t.match(text, /Strength and balance/, `finds it: ${way}`)
    t.notMatch(text, /THE-DIAGNOSIS|THE-CONDITION|NOBODY/, way)
  }
  const provision = (type: string) => ({
    type,
    actor: [{ role: { text: 'receiver' }, reference: { reference: charity } }],
    class: [{ system: 'https://handrail.example/fhir/CodeSystem/data-class', code: 'diagnoses' }],
  })
  const consent = {
    resourceType: 'Consent',
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    patient: subject,
    policyRule: { text: 'Shared with the charity' },
  }
  await store({ ...consent, provision: provision('permit') })
  t.match(await read(), /THE-DIAGNOSIS/)
  t.match((await WAYS.find(([way]) => way === 'search')?.[1]('charity')) ?? '', /THE-DIAGNOSIS/)
  t.notMatch((await send('gym', 'GET', path)).body, /THE-DIAGNOSIS/, 'for whom it names')
  await store({ ...consent, provision: provision('deny') })
  t.notMatch(await read(), /THE-DIAGNOSIS/, 'a no beside a yes holds')
})

t.test('whoever wrote or made the request, NHS teams, the person and the services of the hub read all of it, byte for byte', async (t) => {
  const whole = (await send('admin', 'GET', path)).body
  t.match(whole, /"value":1\.5/)
  for (const token of ['team', 'ward', 'ada', 'reactor']) t.equal((await send(token, 'GET', path)).body, whole, token)
  const byHand = await store({ ...ask, requester: { reference: gym } })
  t.match((await send('gym', 'GET', `/ServiceRequest/${byHand.id}`)).body, /THE-DIAGNOSIS.*THE-NOTE/, 'it is theirs, whoever typed it in')
})

t.test('what is not shown cannot be searched by, sorted by or guessed', async (t) => {
  const strict = { prefer: 'handling=strict' }
  const asked = async (token: string, query: string) => (await send(token, 'GET', query, undefined, strict)).statusCode
  t.equal(await asked('team', '/ServiceRequest?body-site=12738006'), 200)
  for (const token of ['gym', 'charity']) {
    t.equal(await asked(token, '/ServiceRequest?body-site=12738006'), 400, token)
    t.equal(await asked(token, '/Task?focus:ServiceRequest.body-site=12738006'), 400, token)
    t.equal(await asked(token, `/Patient?_has:ServiceRequest:subject:body-site=12738006`), 400, token)
    t.equal(await asked(token, `/ServiceRequest?status=active&authored=ge2026-01-01&code:text=Strength`), 200, token)
  }
})

t.test('a part of a request is held by a reader only while it is the very part that is shown', async (t) => {
  const [part, whole] = [await send('gym', 'GET', path), await send('team', 'GET', path)]
  t.match(part.headers['etag'], /^W\/"1-[0-9a-f]{12}"$/)
  t.equal(whole.headers['etag'], 'W/"1"')
  const held = async (tag: unknown) => (await send('gym', 'GET', path, undefined, { 'if-none-match': String(tag) })).statusCode
  t.same([await held(part.headers['etag']), await held(whole.headers['etag'])], [304, 200])
})

t.test('a part is not put back in place of the whole, and no patch asks what is not shown', async (t) => {
  const read = (await send('gym', 'GET', path)).json<Json>()
  const put = await send('gym', 'PUT', path, read)
  t.equal(put.statusCode, 403)
  t.match(put.json(), { issue: [{ code: 'forbidden', details: { text: /part of this ServiceRequest/ } }] })
  const guess = (text: string) =>
    send('gym', 'PATCH', path, JSON.stringify([{ op: 'test', path: '/reasonCode/0/text', value: text }]), {
      'content-type': 'application/json-patch+json',
    })
  const [right, wrong] = [await guess('THE-DIAGNOSIS'), await guess('something else')]
  t.same([right.statusCode, right.body], [403, put.body])
  t.same([wrong.statusCode, wrong.body], [right.statusCode, right.body])
  t.match((await send('admin', 'GET', path)).json(), { meta: { versionId: '1' }, reasonCode: [{}], note: [{}] })
})

t.test('an export, which gives whole resources, leaves requests out for whoever is shown a part, and says so', async (t) => {
  const kickOff = (token: string, query = '') => send(token, 'GET', `/$export${query}`, undefined, { prefer: 'respond-async' })
  t.equal((await kickOff('team', '?_type=ServiceRequest')).statusCode, 202)
  const refused = await kickOff('gym', '?_type=ServiceRequest,Task')
  t.equal(refused.statusCode, 403)
  t.match(refused.json(), { issue: [{ details: { text: /shown a part/ }, expression: ['_type'] }] })
  t.equal((await kickOff('gym')).statusCode, 202)
})

t.test(
  'HAZ-R30: a message that says by its label that it holds diagnoses is shown to nobody who may read of referrals alone',
  async (t) => {
    const message = (given: object = {}) => ({
      resourceType: 'Communication',
      status: 'completed',
      subject,
      recipient: [{ reference: spa }],
      payload: [{ contentString: 'THE-DIAGNOSIS' }],
      ...given,
    })
    const labelled = { meta: { security: [{ system: 'https://handrail.example/fhir/CodeSystem/data-class', code: 'diagnoses' }] } }
    const kept = await send('reactor', 'POST', '/Communication', message(labelled))
    t.equal(kept.statusCode, 201)
    const at = `/Communication/${kept.json<{ id: string }>().id}`
    const plain = `/Communication/${(await send('reactor', 'POST', '/Communication', message())).json<{ id: string }>().id}`
    const status = async (token: string, url: string) => (await send(token, 'GET', url)).statusCode
    for (const token of ['reactor', 'spa', 'ada', 'team']) t.equal(await status(token, at), 200, token)
    for (const token of ['charity', 'gym']) {
      t.equal(await status(token, at), 404, token)
      t.equal(await status(token, `${at}/_history/1`), 404, token)
      for (const url of ['/Communication', `/Patient/${ada}/$everything`, `/Patient/${ada}/$timeline`])
        t.notMatch((await send(token, 'GET', url)).body, at.slice('/Communication/'.length), `${token} ${url}`)
    }
    t.equal(await status('charity', plain), 200, 'one that holds none is talk about the referral, as before')
  },
)
