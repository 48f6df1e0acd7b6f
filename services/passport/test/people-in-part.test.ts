/** HAZ-R30: whichever way a person is asked for, a reader in the hub is shown of them what one of its kind would be sent by message. */
import { gunzipSync } from 'node:zlib'
import fc from '@platform/testing/properties'
import t from 'tap'
import { aRecord } from './a-record.ts'
import { anOpenTask, askedInABatch } from './ways-of-asking.ts'

const { send, store, caller, database } = await aRecord(t)
const EXTENSION = 'https://handrail.example/fhir/StructureDefinition'
const NUMBER = { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990548609' }
const organization = async (name: string, sector: string) =>
  `Organization/${(await store({ resourceType: 'Organization', name, extension: [{ url: `${EXTENSION}/sector`, valueCode: sector }] })).id}`
const [team, gym, spa, charity, own] = [
  await organization('Community team', 'nhs'),
  await organization('Gym', 'leisure'),
  await organization('Spa', 'leisure'),
  await organization('Charity', 'third-sector'),
  await organization('Own gym', 'leisure'),
]
const practice = `Organization/${(await store({ resourceType: 'Organization', name: 'THE-PRACTICE' })).id}`
caller('team', { role: 'professional', organization: team })
caller('gym', { role: 'worker', grade: 'needs-only', organization: gym })
caller('spa', { role: 'worker', grade: 'full', organization: spa })
caller('own', { role: 'worker', grade: 'full', organization: own })
caller('charity', { role: 'professional', grade: 'therapy-record', organization: charity })
caller('reactor', { role: 'reactor-referrals' })

type Json = Readonly<Record<string, unknown>>
const ada = {
  resourceType: 'Patient',
  meta: { tag: [{ system: 'https://elsewhere.example', code: 'theirs' }] },
  language: 'en-GB',
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">THE-NARRATIVE</div>' },
  extension: [
    { url: `${EXTENSION}/needs`, valueString: 'Room at 20 degrees.' },
    {
      url: `${EXTENSION}/baseline`,
      extension: [
        { url: 'kind', valueCode: 'walking' },
        { url: 'text', valueString: 'THE-BASELINE' },
      ],
    },
    { url: 'https://elsewhere.example/ethnicity', valueString: 'THE-ETHNICITY' },
  ],
  identifier: [NUMBER],
  active: true,
  name: [{ family: 'Tudor', given: ['Bryn'] }],
  telecom: [{ system: 'phone', value: '01632 960001' }],
  gender: 'male',
  birthDate: '1965-06-02',
  _birthDate: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-birthTime', valueDateTime: '1965-06-02T03:04:05Z' }] },
  address: [{ line: ['THE-HOUSE'], postalCode: 'QQ1 3AP' }],
  maritalStatus: { text: 'THE-MARRIAGE' },
  contact: [
    {
      name: { text: 'Nia Tudor' },
      telecom: [{ system: 'phone', value: '01632 960002' }],
      address: { line: ['THE-HOUSE'] },
    },
  ],
  communication: [{ language: { text: 'THE-LANGUAGE' } }],
  generalPractitioner: [{ reference: practice }],
  managingOrganization: { reference: team },
}
const entered = await send('team', 'POST', '/Patient', ada)
if (entered.statusCode !== 201) throw new Error(entered.body)
const { id } = entered.json<{ id: string }>()
const path = `/Patient/${id}`
caller('bryn', { role: 'patient', patient: id, fhirUser: `Patient/${id}` })
const subject = { reference: `Patient/${id}` }
await store({ resourceType: 'CareTeam', status: 'active', subject, participant: [{ member: { reference: team } }] })
const nia = await store({
  resourceType: 'RelatedPerson',
  patient: { ...subject, identifier: NUMBER },
  active: true,
  name: [{ text: 'Nia Tudor' }],
  telecom: [{ system: 'phone', value: '01632 960002' }],
  birthDate: '1966-01-01',
  address: [{ line: ['THE-HOUSE'] }],
})
await store({
  resourceType: 'Person',
  name: [{ text: 'Bryn Tudor' }],
  birthDate: '1965-06-02',
  address: [{ line: ['THE-HOUSE'] }],
  link: [{ target: subject }],
})
for (const owner of [gym, spa, charity, own]) {
  const request = await store({
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    subject: { ...subject, identifier: NUMBER },
    performer: [{ reference: owner }],
    code: { text: 'Strength and balance' },
  })
  await store(anOpenTask(subject, `ServiceRequest/${request.id}`, owner))
}
const composition = {
  resourceType: 'Composition',
  status: 'final',
  type: { text: 'A letter' },
  subject,
  date: '2026-11-20',
  author: [{ reference: team }],
  title: 'A letter',
}
const letter = await store({ ...composition, custodian: { reference: spa } })
const marriage = { ...ada, maritalStatus: { text: 'THE-OTHER-MARRIAGE' } }
await send('team', 'PUT', path, { ...marriage, id })

const get = async (token: string, url: string, headers: Record<string, string> = {}) => send(token, 'GET', url, undefined, headers)

/** Every way in which the text of a person leaves the record. */
const WAYS: readonly (readonly [name: string, ask: (token: string) => Promise<string>])[] = [
  ['read', async (token) => (await get(token, path)).body],
  ['read in part', async (token) => (await get(token, `${path}?_elements=name,birthDate,identifier,address,maritalStatus`)).body],
  ['summary of a read', async (token) => (await get(token, `${path}?_summary=data`)).body],
  ['version', async (token) => (await get(token, `${path}/_history/1`)).body],
  ['history', async (token) => (await get(token, `${path}/_history`)).body],
  ['history of the type', async (token) => (await get(token, '/Patient/_history')).body],
  ['search', async (token) => (await get(token, '/Patient')).body],
  ['search by id', async (token) => (await get(token, `/Patient?_id=${id}`)).body],
  ['search by name', async (token) => (await get(token, '/Patient?family=tudor')).body],
  ['search by POST', async (token) => (await send(token, 'POST', '/Patient/_search?name=Bryn')).body],
  ['search in an order', async (token) => (await get(token, '/Patient?_sort=family')).body],
  [
    'search by number and birth',
    async (token) => (await get(token, `/Patient?identifier=${NUMBER.system}|${NUMBER.value}&birthdate=1965-06-02`)).body,
  ],
  ['search that brings them along', async (token) => (await get(token, `/Task?subject=Patient/${id}&_include=Task:subject`)).body],
  [
    'search that brings everything along',
    async (token) => (await get(token, `/Patient?_id=${id}&_include=Patient:*&_revinclude=Task:*`)).body,
  ],
  ['who stands beside them', async (token) => `Bryn ${(await get(token, `/RelatedPerson?patient=Patient/${id}`)).body}`],
  ['person', async (token) => (await get(token, '/Person')).body],
  ['everything', async (token) => (await get(token, `${path}/$everything`)).body],
  ['timeline', async (token) => `Bryn ${(await get(token, `${path}/$timeline`)).body}`],
  ['summary', async (token) => (await get(token, `${path}/$summary`)).body],
  ['summary as the document of its Composition', async (token) => (await get(token, `/Composition/summary-${id}/$document`)).body],
  [
    'document of a stored Composition',
    async (token) => (token === 'gym' ? 'it sees no letters, Bryn' : (await get(token, `/Composition/${letter.id}/$document`)).body),
  ],
  ['emergency view', async (token) => (await get(token, `${path}/$emergency`)).body],
  [
    'archive',
    async (token) => gunzipSync((await get(token, `${path}/$export-person`, { accept: 'application/gzip' })).rawPayload).toString('latin1'),
  ],
  ['batch', (token) => askedInABatch({ send }, token, path)],
  [
    'create that finds them',
    async (token) =>
      (
        await send(token, 'POST', '/Patient', ada, {
          'if-none-exist': `identifier=${NUMBER.system}|${NUMBER.value}`,
          prefer: 'return=representation',
        })
      ).body,
  ],
]
/** A search says how it was read: that is what whoever asks brought themselves. */
const ASKED = /identifier=[^"]+/g
const HIDDEN = /THE-|1965|9990548609|QQ1 3AP|elsewhere\.example\/ethnicity|"male"|1966-01-01/

t.test(
  'leisure reads name, telephone, needs and whom to call; nothing else of the person, whichever way it asks and whatever its grade',
  async (t) => {
    for (const token of ['gym', 'spa'])
      for (const [way, ask] of WAYS) {
        const text = (await ask(token)).replaceAll(ASKED, '')
        t.match(text, /Bryn/, `${token} finds them: ${way}`)
        t.notMatch(text, HIDDEN, `${token}: ${way}`)
      }
    const read = (await get('gym', path)).json<Json>()
    t.same(Object.keys(read).toSorted(), ['active', 'contact', 'extension', 'id', 'meta', 'name', 'resourceType', 'telecom'])
    t.match(read, {
      meta: { versionId: '2', tag: [{ code: 'theirs' }, { code: 'SUBSETTED' }] },
      extension: [{ valueString: 'Room at 20 degrees.' }],
      contact: [{ name: { text: 'Nia Tudor' }, telecom: [{ value: '01632 960002' }] }],
    })
    t.match((await get('gym', `/RelatedPerson/${nia.id}`)).json(), { name: [{ text: 'Nia Tudor' }], telecom: [{ value: '01632 960002' }] })
  },
)

t.test('what is left out of a summary is masked, and never said to be unknown or not recorded', async (t) => {
  const summary = (await get('gym', `${path}/$summary`)).body
  t.match(summary, /"_birthDate":\{"extension":\[\{"url":"[^"]+","valueCode":"masked"/)
  const view = (await get('gym', `${path}/$emergency`)).json<{
    parameter: { name: string; part: { name: string; valueCode?: string }[] }[]
  }>()
  const states = view.parameter
    .filter(({ name }) => name === 'block')
    .flatMap(({ part }) => part.flatMap(({ name, valueCode }) => (name === 'state' ? (valueCode ?? []) : [])))
  t.same(states.slice(5), ['not-shown', 'not-shown', 'recorded', 'recorded'], 'baseline, communication, needs, contacts')
})

t.test('death changes the meaning of everything, and is shown; so is whose record became part of whose', async (t) => {
  const other = await store({ resourceType: 'Patient', name: [{ family: 'Tudor' }], identifier: [{ ...NUMBER, value: '9990001235' }] })
  const gone = await store({
    resourceType: 'Patient',
    name: [{ family: 'Rees' }],
    deceasedDateTime: '2026-11-01',
    birthDate: '1979-01-14',
    link: [{ other: { reference: `Patient/${other.id}`, identifier: { ...NUMBER, value: '9990001235' } }, type: 'seealso' }],
  })
  await store({
    resourceType: 'CareTeam',
    status: 'active',
    subject: { reference: `Patient/${gone.id}` },
    participant: [{ member: { reference: gym } }],
  })
  const read = await get('gym', `/Patient/${gone.id}`)
  t.match(read.json(), { deceasedDateTime: '2026-11-01', link: [{ other: { reference: `Patient/${other.id}` }, type: 'seealso' }] })
  t.notMatch(read.body, /999000|1979/)
})

t.test(
  'whoever entered the person, charities with professionals, NHS teams, the person and the services of the hub read all of it, byte for byte',
  async (t) => {
    const whole = (await get('admin', path)).body
    t.match(whole, HIDDEN)
    for (const token of ['team', 'charity', 'bryn', 'reactor']) t.equal((await get(token, path)).body, whole, token)
    const typed = (
      await send('own', 'POST', '/Patient', { resourceType: 'Patient', name: [{ family: 'Typed' }], birthDate: '1990-01-01' })
    ).json<{ id: string }>()
    t.match((await get('own', `/Patient/${typed.id}`)).json(), { birthDate: '1990-01-01' }, 'they typed it themselves')
    t.equal((await send('own', 'PUT', `/Patient/${typed.id}`, { ...typed, gender: 'male' })).statusCode, 200)
  },
)

t.test('what the person agreed to for an organisation is shown to it, class by class, for as long as they do', async (t) => {
  const consent = (code: string, type = 'permit') => ({
    resourceType: 'Consent',
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    patient: subject,
    policyRule: { text: 'Shared with the gym' },
    provision: {
      type,
      actor: [{ role: { text: 'receiver' }, reference: { reference: gym } }],
      class: [{ system: 'https://handrail.example/fhir/CodeSystem/data-class', code }],
    },
  })
  const identity = await store(consent('identity'))
  const read = (await get('gym', path)).json<Json>()
  t.match(read, { birthDate: '1965-06-02', gender: 'male', identifier: [NUMBER], communication: [{}] })
  t.notMatch(JSON.stringify(read), /THE-HOUSE|generalPractitioner|THE-MARRIAGE/)
  t.match((await WAYS.find(([way]) => way === 'summary')?.[1]('gym')) ?? '', /1965-06-02/)
  t.notMatch((await get('spa', path)).body, HIDDEN, 'for whom it names')
  const contacts = await store(consent('contacts'))
  t.match((await get('gym', path)).json(), { address: [{ postalCode: 'QQ1 3AP' }], generalPractitioner: [{ reference: practice }] })
  for (const one of [identity, contacts]) await send('admin', 'PUT', `/Consent/${one.id}`, { ...one, status: 'inactive' })
  t.notMatch((await get('gym', path)).body, HIDDEN)
  t.notMatch((await WAYS.find(([way]) => way === 'summary')?.[1]('gym')) ?? '', HIDDEN)
})

t.test('what is not shown cannot be searched by, sorted by or guessed, unless number and date of birth are brought together', async (t) => {
  const strict = { prefer: 'handling=strict' }
  const asked = async (token: string, query: string) => (await get(token, query, strict)).statusCode
  const number = encodeURIComponent(`${NUMBER.system}|${NUMBER.value}`)
  for (const query of [
    '/Patient?birthdate=1965-06-02',
    '/Patient?family=tudor&birthdate=1965-06-02',
    `/Patient?identifier=${number}`,
    '/Patient?gender=male',
    '/Patient?address-postalcode=QQ1',
    `/Patient?general-practitioner=${practice}`,
    '/Patient?language=en',
    '/Patient?_sort=birthdate',
    '/Task?patient.birthdate=1965-06-02',
    `/Task?patient:Patient.identifier=${number}`,
    '/Task?subject:Patient.gender=male',
    '/Organization?_has:Patient:general-practitioner:family=tudor',
    '/RelatedPerson?birthdate=1966-01-01',
    '/RelatedPerson?address=the',
    `/Patient?identifier=${number}&birthdate=ge1965-06-02`,
    `/Patient?identifier=${number}&birthdate=1965-06-02&_sort=birthdate`,
    `/Patient?identifier=${number}&birthdate=1965-06-02&link:Patient.birthdate=1965`,
    `/Patient?identifier=${number},x|y&birthdate=1965-06-02`,
  ])
    t.equal(await asked('gym', query), 400, query)
  t.equal(await asked('team', '/Patient?birthdate=1965-06-02&gender=male'), 200)
  t.equal(await asked('charity', '/Patient?birthdate=1965-06-02&gender=male'), 200)
  t.equal(await asked('gym', '/Patient?name=tudor&phone=01632960001&active=true'), 200)
  const total = async (birth: string) =>
    (await get('gym', `/Patient?identifier=${number}&birthdate=${birth}`, strict)).json<{ total: number }>().total
  t.same([await total('1965-06-02'), await total('1965-06-03')], [1, 0])
  t.equal((await get('gym', `/Patient/$summary?identifier=${number}`)).statusCode, 400)
  t.equal((await get('team', `/Patient/$summary?identifier=${number}`)).statusCode, 200)
})

t.test('a conditional request tells whose a number is to whom it is not shown only where the rest fits too', async (t) => {
  const condition = `identifier=${NUMBER.system}|${NUMBER.value}`
  const create = async (token: string, body: object) => send(token, 'POST', '/Patient', body, { 'if-none-exist': condition })
  t.equal((await create('team', { ...ada, birthDate: '1965-06-03' })).statusCode, 200)
  t.equal((await create('spa', ada)).statusCode, 200)
  t.equal(
    (await create('spa', { ...ada, birthDate: '1965-06-03' })).statusCode,
    201,
    'as if there were nobody: it is for the operator to merge',
  )
  for (const method of ['PUT', 'PATCH', 'DELETE'] as const) {
    const answer = await send(
      'spa',
      method,
      `/Patient?${encodeURI(condition)}`,
      method === 'PUT' ? ada : method === 'PATCH' ? '[]' : undefined,
      {
        ...(method === 'PATCH' && { 'content-type': 'application/json-patch+json' }),
      },
    )
    t.equal(answer.statusCode, 400, method)
  }
  const reference = (query: string) =>
    send('gym', 'POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          resource: {
            resourceType: 'Procedure',
            status: 'completed',
            code: { text: 'Session' },
            subject: { reference: `Patient?${query}` },
            performedDateTime: '2026-11-20',
          },
          request: { method: 'POST', url: 'Procedure' },
        },
      ],
    })
  t.equal((await reference(condition)).statusCode, 400)
  t.equal((await reference(`${condition}&birthdate=1965-06-02`)).statusCode, 200)
})

t.test('a part is held by a reader only while it is the very part that is shown, and its tag is no version to write over', async (t) => {
  const held = async (url: string, headers: Record<string, string>) => (await get('gym', url, headers)).statusCode
  const first = await get('gym', path)
  const tag = String(first.headers['etag'])
  t.match(tag, /^W\/"2-[0-9a-f]{12}"$/)
  t.equal(first.headers['last-modified'], undefined)
  t.equal(await held(path, { 'if-none-match': tag }), 304)
  t.equal(await held(path, { 'if-none-match': 'W/"2"' }), 200, 'the tag of the whole')
  t.equal(await held(path, { 'if-modified-since': new Date(Date.now() + 60_000).toUTCString() }), 200)
  t.equal(await held(`${path}/_history/2`, { 'if-none-match': tag }), 304)
  t.match((await get('gym', `${path}/_history`)).body, `"etag":"W/\\"2-${tag.slice(5, 17)}`)
  const whole = await get('team', path)
  t.equal(whole.headers['etag'], 'W/"2"')
  t.equal((await get('team', path, { 'if-none-match': 'W/"2"' })).statusCode, 304)

  const agreed = await store({
    resourceType: 'Consent',
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    patient: subject,
    policyRule: { text: 'Shared with the gym' },
    provision: {
      type: 'permit',
      actor: [{ role: { text: 'receiver' }, reference: { reference: gym } }],
      class: [{ system: 'https://handrail.example/fhir/CodeSystem/data-class', code: 'identity' }],
    },
  })
  const more = await get('gym', path, { 'if-none-match': tag })
  t.equal(more.statusCode, 200, 'more is shown of the same version')
  t.match(more.body, '1965-06-02')
  await send('admin', 'PUT', `/Consent/${agreed.id}`, { ...agreed, status: 'inactive' })
  t.equal(await held(path, { 'if-none-match': String(more.headers['etag']) }), 200, 'and less')
  t.equal(await held(path, { 'if-none-match': tag }), 304, 'what it held at first is what is shown')

  const put = (token: string, headers: Record<string, string>) => send(token, 'PUT', path, first.json<Json>(), headers)
  t.equal((await put('spa', { 'if-match': tag })).statusCode, 403)
  t.equal((await put('admin', { 'if-match': tag })).statusCode, 412, 'nobody writes over the whole by the tag of a part')
  const part = await put('admin', { 'if-match': 'W/"2"' })
  t.equal(part.statusCode, 422)
  t.match(part.json(), { issue: [{ details: { text: /a part of the Patient/ } }] })
})

t.test('a part is not put back in place of the whole, and no patch asks what is not shown', async (t) => {
  const read = (await get('spa', path)).json<Json>()
  const put = await send('spa', 'PUT', path, read)
  t.equal(put.statusCode, 403)
  t.match(put.json(), { issue: [{ code: 'forbidden', details: { text: /part of this Patient/ } }] })
  const guess = (value: string) =>
    send('spa', 'PATCH', path, JSON.stringify([{ op: 'test', path: '/birthDate', value }]), {
      'content-type': 'application/json-patch+json',
    })
  const [right, wrong] = [await guess('1965-06-02'), await guess('1965-06-03')]
  t.same([right.statusCode, right.body], [403, put.body])
  t.same([wrong.statusCode, wrong.body], [right.statusCode, right.body])
  const together = await send('spa', 'POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{ resource: { ...read, active: false }, request: { method: 'PUT', url: path.slice(1) } }],
  })
  t.equal(together.statusCode, 403)
  t.match((await get('admin', path)).json(), { meta: { versionId: '2' }, birthDate: '1965-06-02' })
})

t.test('an export, which gives whole resources, leaves people out for whoever is shown a part, and says so', async (t) => {
  const kickOff = (token: string, query = '') => get(token, `/$export${query}`, { prefer: 'respond-async' })
  t.equal((await kickOff('team', '?_type=Patient')).statusCode, 202)
  const refused = await kickOff('gym', '?_type=Patient,Task')
  t.equal(refused.statusCode, 403)
  t.match(refused.json(), { issue: [{ details: { text: /part of each Patient/ }, expression: ['_type'] }] })
  t.equal((await kickOff('gym')).statusCode, 202)
  const { rows } = await database.query<{ types: string[]; notes: string[] }>({
    text: "SELECT types, notes FROM passport.export_job WHERE client = 'gym' ORDER BY at",
  })
  t.equal(rows.length, 1)
  t.notMatch(JSON.stringify(rows[0]?.types), /Patient"|"Person|"RelatedPerson|"ServiceRequest/)
  t.match(JSON.stringify(rows[0]?.notes), /Patient: left out/)
})

t.test(
  'whoever reviews what the person is entitled to, and is shown a part, has not seen all of it; no record is restored from a part',
  async (t) => {
    const review = async (token: string, owner: string) => {
      const asked = await send(token, 'POST', `${path}/$request-access`, {
        resourceType: 'Parameters',
        parameter: [{ name: 'owner', valueReference: { reference: owner } }],
      })
      t.equal(asked.statusCode, 201, asked.body)
      const task = String(asked.headers['location']).match(/Task\/([^/]+)/)?.[1] ?? ''
      return send(token, 'POST', `/Task/${task}/$complete-review`, { resourceType: 'Parameters' })
    }
    const unseen = await review('spa', spa)
    t.match(unseen.body, /may not see all|ACCESS_REVIEW_INCOMPLETE/)
    const archive = (token: string) => get(token, `${path}/$export-person`, { accept: 'application/gzip' })
    const said = async (token: string) => gunzipSync((await archive(token)).rawPayload).toString('latin1')
    t.match(await said('spa'), /"completeness": ?"in-part"/)
    t.match(await said('team'), /"completeness": ?"as-seen"/)
  },
)

t.test('no element that is in no part is in any answer, whatever it is', async (t) => {
  const strange = fc.dictionary(
    fc.constantFrom(
      'maritalStatus',
      'photo',
      'multipleBirthBoolean',
      'address',
      'birthDate',
      'gender',
      'identifier',
      'communication',
      'contained',
    ),
    fc.constant(true),
    { minKeys: 1 },
  )
  const VALUES: Json = {
    maritalStatus: { text: 'SECRET' },
    photo: [{ title: 'SECRET' }],
    multipleBirthBoolean: true,
    address: [{ text: 'SECRET' }],
    birthDate: '1901-02-03',
    gender: 'other',
    identifier: [{ value: 'SECRET' }],
    communication: [{ language: { text: 'SECRET' } }],
    contained: [{ resourceType: 'Organization', id: 'gp', name: 'SECRET' }],
  }
  await fc.assert(
    fc.asyncProperty(strange, async (names) => {
      const more = Object.fromEntries(Object.keys(names).map((name) => [name, VALUES[name]]))
      if ('contained' in more) more['generalPractitioner'] = [{ reference: '#gp' }]
      const one = await store({ resourceType: 'Patient', name: [{ family: 'Known' }], ...more })
      await store({
        resourceType: 'CareTeam',
        status: 'active',
        subject: { reference: `Patient/${one.id}` },
        participant: [{ member: { reference: gym } }],
      })
      for (const url of [`/Patient/${one.id}`, `/Patient?_id=${one.id}`, `/Patient/${one.id}/$everything`, `/Patient/${one.id}/_history`]) {
        const { body } = await get('gym', url)
        t.match(body, /Known/)
        t.notMatch(body, /SECRET|1901|"other"|multipleBirth/)
      }
    }),
    { numRuns: 15 },
  )
})
