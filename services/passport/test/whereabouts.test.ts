/**
 * HAZ-A17: whichever way a stay is asked for, nobody outside the direct-care team is shown the places of somebody whose whereabouts are restricted, or of
 * somebody on a ward that the hospital marks as sensitive.
 */
import { gunzipSync } from 'node:zlib'
import { parseHospitalSites } from '@handrail/fhir-profiles/hospital-sites'
import { silentLog } from '@platform/service/log'
import { earlierTransactionsEnded } from '@platform/testing/database'
import t from 'tap'
import { countExports } from '../src/jobs/count-exports.ts'
import { aRecord } from './a-record.ts'
import { anOpenTask, askedInABatch } from './ways-of-asking.ts'

const sites = parseHospitalSites(
  JSON.stringify({
    id: 'hospital-sites',
    title: 'Sites of the test',
    status: 'active',
    author: 'Test',
    source: 'Test',
    reviewBy: '2027-01-01',
    usual: { location: ['ward'], silentAfter: { minutes: 30 } },
    sites: { NORTH: { sensitiveWards: ['GUM'] }, SOUTH: { sensitiveWards: ['S9'] } },
  }),
)
const { send, store, caller, database } = await aRecord(t, { sites })
const EXTENSION = 'https://handrail.example/fhir/StructureDefinition'
const RESTRICTED = { url: `${EXTENSION}/location-restricted`, valueBoolean: true }
const FACILITY = 'https://handrail.example/fhir/Id/hl7v2-facility'
const organization = async (name: string, sector: string, facility?: string) =>
  `Organization/${
    (
      await store({
        resourceType: 'Organization',
        name,
        extension: [{ url: `${EXTENSION}/sector`, valueCode: sector }],
        ...(facility !== undefined && { identifier: [{ system: FACILITY, value: facility }] }),
      })
    ).id
  }`
const [hospital, elsewhere, team, clinic, gym, charity, named] = [
  await organization('Northgate', 'nhs', 'NORTH'),
  await organization('Southgate', 'nhs', 'SOUTH'),
  await organization('MS team', 'nhs'),
  await organization('Wheelchair clinic', 'nhs'),
  await organization('Gym', 'leisure'),
  await organization('Charity', 'third-sector'),
  await organization('Named by the person', 'nhs'),
]
caller('ward', { role: 'ward', organization: hospital })
caller('southern', { role: 'ward', organization: elsewhere })
caller('team', { role: 'professional', organization: team })
caller('clinic', { role: 'professional', organization: clinic })
caller('gym', { role: 'worker', organization: gym })
caller('charity', { role: 'professional', grade: 'therapy-record', organization: charity })
caller('named', { role: 'professional', organization: named })
caller('reactor', { role: 'reactor-alerts' })

type Json = Readonly<Record<string, unknown>>

/** Somebody with a care team, an open request to the clinic and to the charity, an agreement for another, and a carer. */
async function aPerson(name: string, more: Json = {}): Promise<{ readonly id: string; readonly subject: { readonly reference: string } }> {
  const { id } = await store({ resourceType: 'Patient', name: [{ family: name }], ...more })
  const subject = { reference: `Patient/${id}` }
  await store({
    resourceType: 'CareTeam',
    status: 'active',
    subject,
    participant: [{ member: { reference: team } }, { member: { reference: gym } }],
  })
  for (const owner of [clinic, charity]) {
    const request = await store({
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      subject,
      performer: [{ reference: owner }],
    })
    await store(anOpenTask(subject, `ServiceRequest/${request.id}`, owner))
  }
  const agreed = (actor: string, role: string) => ({
    resourceType: 'Consent',
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    patient: subject,
    policyRule: { text: 'Shared' },
    provision: {
      type: 'permit',
      actor: [{ role: { text: role }, reference: { reference: actor } }],
      class: ['identity', 'emergency'].map((code) => ({ system: 'https://handrail.example/fhir/CodeSystem/data-class', code })),
    },
  })
  await store(agreed(named, 'receiver'))
  await store(agreed(gym, 'receiver'))
  const contact = await store({ resourceType: 'RelatedPerson', patient: subject, active: true, name: [{ text: 'A carer' }] })
  await store(agreed(`RelatedPerson/${contact.id}`, 'carer'))
  caller(`carer-of-${name}`, { role: 'carer', patient: id, fhirUser: `RelatedPerson/${contact.id}` })
  caller(name, { role: 'patient', patient: id, fhirUser: `Patient/${id}` })
  return { id, subject }
}

const ward = await store({ resourceType: 'Location', name: 'THE-WARD', managingOrganization: { reference: hospital } })
const bay = await store({ resourceType: 'Location', name: 'THE-BAY', partOf: { reference: `Location/${ward.id}` } })
const aStay = (subject: object, more: Json = {}) => ({
  resourceType: 'Encounter',
  meta: { tag: [{ system: 'https://elsewhere.example', code: 'theirs' }] },
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">THE-NARRATIVE</div>' },
  contained: [{ resourceType: 'Location', id: 'l1', name: 'THE-CONTAINED' }],
  extension: [{ url: 'https://elsewhere.example/bed', valueString: 'THE-BED' }],
  identifier: [{ system: 'https://northgate.example/visit', value: 'V1' }],
  status: 'in-progress',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  serviceType: { text: 'THE-SPECIALTY' },
  subject,
  period: { start: '2026-11-20T10:00:00Z' },
  length: { value: 1.5, unit: 'd' },
  hospitalization: {
    origin: { display: 'THE-ORIGIN' },
    destination: { display: 'THE-DESTINATION' },
    preAdmissionIdentifier: { value: 'P1' },
  },
  location: [
    { location: { reference: `Location/${bay.id}` }, status: 'active', period: { start: '2026-11-20' } },
    { location: { reference: '#l1' } },
    { location: { display: 'THE-PLACE' } },
  ],
  serviceProvider: { reference: hospital },
  ...more,
})
const written = async (token: string, stay: object): Promise<Json & { readonly id: string }> => {
  const answer = await send(token, 'POST', '/Encounter', stay)
  if (answer.statusCode !== 201) throw new Error(answer.body)
  return answer.json()
}

const carys = await aPerson('Carys', { extension: [RESTRICTED] })
const stay = await written('admin', aStay(carys.subject))
const path = `/Encounter/${stay.id}`
await send('ward', 'PUT', path, { ...aStay(carys.subject), id: stay.id, status: 'onleave' })
const step = await store({ ...anOpenTask(carys.subject, path.slice(1), clinic), encounter: { reference: path.slice(1) } })
const letter = await store({
  resourceType: 'Composition',
  status: 'final',
  type: { text: 'A letter' },
  subject: carys.subject,
  encounter: { reference: path.slice(1) },
  date: '2026-11-20',
  author: [{ reference: team }],
  custodian: { reference: clinic },
  title: 'A letter',
  section: [{ title: 'Stay', entry: [{ reference: path.slice(1) }] }],
})
const get = async (token: string, url: string, headers: Record<string, string> = {}) => send(token, 'GET', url, undefined, headers)

const seesTasks = (token: string, text: string): string => (token === 'named' || token.startsWith('carer') ? `V1 ${text}` : text)

/** Every way in which the text of a stay leaves the record. */
const WAYS: readonly (readonly [name: string, ask: (token: string) => Promise<string>])[] = [
  ['read', async (token) => (await get(token, path)).body],
  ['read in part', async (token) => (await get(token, `${path}?_elements=status,location,hospitalization,identifier`)).body],
  ['text of a read', async (token) => (await get(token, `${path}?_summary=text`)).body.replace('"id"', '"V1"')],
  ['version', async (token) => (await get(token, `${path}/_history/1`)).body],
  ['history', async (token) => (await get(token, `${path}/_history`)).body],
  ['history of the type', async (token) => (await get(token, '/Encounter/_history')).body],
  ['search', async (token) => (await get(token, '/Encounter')).body],
  ['search by id', async (token) => (await get(token, `/Encounter?_id=${stay.id}`)).body],
  ['search of a person', async (token) => (await get(token, `/Encounter?patient=Patient/${carys.id}`)).body],
  ['search by POST', async (token) => (await send(token, 'POST', `/Encounter/_search?subject=Patient/${carys.id}`)).body],
  ['search by number', async (token) => (await get(token, '/Encounter?identifier=V1')).body],
  ['search in an order', async (token) => (await get(token, '/Encounter?_sort=-date')).body],
  [
    'search that is to bring the places along',
    async (token) => (await get(token, `/Encounter?_id=${stay.id}&_include=Encounter:location&_include=Encounter:*`)).body,
  ],
  [
    'search that brings them along',
    async (token) => seesTasks(token, (await get(token, `/Task?_id=${step.id}&_include=Task:encounter`)).body),
  ],
  [
    'search that brings everything along',
    async (token) => seesTasks(token, (await get(token, `/Task?_id=${step.id}&_include=Task:*&_include:iterate=Encounter:*`)).body),
  ],
  [
    'search of the person that brings them along',
    async (token) => (await get(token, `/Patient?_id=${carys.id}&_revinclude=Encounter:subject&_include:iterate=Encounter:location`)).body,
  ],
  ['everything', async (token) => (await get(token, `/Patient/${carys.id}/$everything`)).body],
  ['timeline', async (token) => `V1 ${(await get(token, `/Patient/${carys.id}/$timeline`)).body}`],
  ['summary', async (token) => `V1 ${(await get(token, `/Patient/${carys.id}/$summary`)).body}`],
  ['emergency view', async (token) => `V1 ${(await get(token, `/Patient/${carys.id}/$emergency`)).body}`],
  [
    'document of a stored Composition',
    async (token) => {
      const { body, statusCode } = await get(token, `/Composition/${letter.id}/$document`)
      return statusCode === 404 ? 'V1 it sees no letters' : body
    },
  ],
  [
    'archive',
    async (token) =>
      token.startsWith('carer')
        ? 'V1 it has no archives'
        : gunzipSync((await get(token, `/Patient/${carys.id}/$export-person`, { accept: 'application/gzip' })).rawPayload).toString(
            'latin1',
          ),
  ],
  ['batch', (token) => askedInABatch({ send }, token, path)],
  [
    'create that finds it',
    async (token) =>
      token.startsWith('carer')
        ? 'V1 it creates none'
        : (
            await send(token, 'POST', '/Encounter', aStay(carys.subject), {
              'if-none-exist': 'identifier=https://northgate.example/visit|V1',
              prefer: 'return=representation',
            })
          ).body,
  ],
]
const HIDDEN = new RegExp(`THE-|${ward.id}|${bay.id}|elsewhere\\.example/bed`)
const OUTSIDE = ['clinic', 'charity', 'named', 'carer-of-Carys', 'southern']

// The hospital in the south has an open question of its own: no member of the team.
await store(anOpenTask(carys.subject, path.slice(1), elsewhere))

t.test(
  'outside of the direct-care team a stay of a restricted person is read without its places, whichever way it is asked for',
  async (t) => {
    for (const token of OUTSIDE)
      for (const [way, ask] of WAYS) {
        const text = await ask(token)
        t.match(text, /V1/, `${token} finds it: ${way}`)
        t.notMatch(text, HIDDEN, `${token}: ${way}`)
      }
    const read = (await get('clinic', path)).json<Json>()
    t.match(read, {
      meta: { versionId: '2', tag: [{ code: 'theirs' }, { code: 'SUBSETTED' }] },
      status: 'onleave',
      subject: carys.subject,
      hospitalization: { preAdmissionIdentifier: { value: 'P1' } },
      serviceProvider: { reference: hospital },
    })
    t.match((await get('clinic', path)).body, '"length":{"value":1.5,')
    t.same(
      ['location', 'text', 'contained', 'extension', 'serviceType'].filter((name) => name in read),
      [],
    )
  },
)

t.test('the direct-care team, the hospital, the person, the operator and the hub’s services read all of it, byte for byte', async (t) => {
  const whole = (await get('admin', path)).body
  t.match(whole, HIDDEN)
  for (const token of ['team', 'ward', 'Carys', 'reactor']) {
    t.equal((await get(token, path)).body, whole, token)
    t.match((await get(token, `${path}/_history/1`)).body, HIDDEN, token)
  }
  t.match((await get('team', `/Encounter?_id=${stay.id}&_include=Encounter:location`)).body, 'THE-BAY', 'and its places along with it')
})

t.test('being in the care team makes a leisure service none of the direct-care team', async (t) => {
  const { body, statusCode } = await get('gym', path)
  t.equal(statusCode, 200)
  t.notMatch(body, HIDDEN)
})

t.test('nor does an emergency with a reason, which opens the stay and not its places', async (t) => {
  caller('on-call', { role: 'professional', organization: await organization('On call', 'nhs'), fhirUser: 'Practitioner/on-call' })
  const broken = await send('on-call', 'POST', '/Patient/$break-glass', {
    resourceType: 'Parameters',
    parameter: [
      { name: 'patient', valueReference: carys.subject },
      { name: 'purpose', valueCoding: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'ETREAT' } },
      { name: 'reason', valueString: 'Brought in unconscious' },
    ],
  })
  t.ok(broken.statusCode < 300, broken.body)
  const { body, statusCode } = await get('on-call', path)
  t.equal(statusCode, 200)
  t.notMatch(body, HIDDEN)
})

t.test('what is not shown cannot be searched by; a hospital finds its own stays by their places', async (t) => {
  const asked = async (token: string, query: string) => get(token, query, { prefer: 'handling=strict' })
  for (const token of ['clinic', 'team', 'southern', 'carer-of-Carys'])
    for (const query of [
      `/Encounter?location=Location/${bay.id}`,
      `/Encounter?location=Location/${ward.id}&patient=Patient/${carys.id}`,
      '/Encounter?location.name=THE-BAY',
      '/Encounter?location:Location.name=THE-BAY',
      '/Encounter?location:missing=false',
      '/Encounter?location-period=2026-11-20',
      '/Encounter?_sort=location-period',
      '/Task?encounter.location=Location/x',
      `/Task?encounter:Encounter.location-period=2026-11-20`,
      `/Patient?_has:Encounter:subject:location=Location/${bay.id}`,
      `/Location?_has:Encounter:location:subject=Patient/${carys.id}`,
      `/Location?_id=${bay.id}&_revinclude=Encounter:location`,
    ])
      t.equal((await asked(token, query)).statusCode, 400, `${token}: ${query}`)
  const own = `/Encounter?service-provider=${hospital}&location=Location/${bay.id}`
  t.match((await asked('ward', `${own}&status=onleave`)).json(), { total: 1, entry: [{ resource: { id: stay.id, location: [{}] } }] })
  t.equal((await asked('ward', own.replace(hospital, elsewhere))).statusCode, 400)
  t.equal((await asked('ward', own.replace(hospital, `${hospital},${elsewhere}`))).statusCode, 400)
  t.equal((await asked('ward', `${own}&_has:Task:encounter:owner=x`)).statusCode, 400)
  t.equal((await asked('clinic', own)).statusCode, 400)
  t.equal((await asked('admin', `/Encounter?location=Location/${bay.id}`)).json<{ total: number }>().total, 1)
})

t.test('a stay that was read without its places is not put back in place of the whole, and no patch asks for them', async (t) => {
  // Whoever entered a person may write stays.
  const entered = (
    await send('named', 'POST', '/Patient', { resourceType: 'Patient', name: [{ family: 'Entered' }], extension: [RESTRICTED] })
  ).json<{
    id: string
  }>()
  const theirs = await written('admin', aStay({ reference: `Patient/${entered.id}` }, { identifier: [{ value: 'V7' }] }))
  const url = `/Encounter/${theirs.id}`
  const read = (await get('named', url)).json<Json>()
  t.notMatch(JSON.stringify(read), HIDDEN)
  const own = await written(
    'named',
    aStay({ reference: `Patient/${entered.id}` }, { serviceProvider: undefined, identifier: [{ value: 'V8' }] }),
  )
  t.match((await get('named', `/Encounter/${own.id}`)).json(), { location: [{}, {}, {}] }, 'what it wrote itself it reads whole')
  const put = await send('named', 'PUT', url, read)
  t.equal(put.statusCode, 403, put.body)
  const patch = async (value: string) =>
    send('named', 'PATCH', url, JSON.stringify([{ op: 'test', path: '/location/2/location/display', value }]), {
      'content-type': 'application/json-patch+json',
    })
  const [right, wrong] = [await patch('THE-PLACE'), await patch('another')]
  t.same([right.statusCode, right.body], [403, put.body])
  t.same([wrong.statusCode, wrong.body], [403, put.body])
  t.equal((await send('admin', 'PUT', url, read)).statusCode, 422, 'nor by anybody else')
  t.match((await get('admin', url)).json(), { meta: { versionId: '1' }, location: [{}, {}, { location: { display: 'THE-PLACE' } }] })
})

t.test('the tag of a part changes with what is shown, and it is the part that is held', async (t) => {
  const first = await get('clinic', path)
  const tag = String(first.headers['etag'])
  t.match(tag, /^W\/"2-[0-9a-f]{12}"$/)
  t.equal((await get('clinic', path, { 'if-none-match': tag })).statusCode, 304)
  t.equal((await get('clinic', path, { 'if-none-match': 'W/"2"' })).statusCode, 200)
})

t.test('places are shown again as soon as nothing is restricted, and hidden as soon as it is, of earlier versions too', async (t) => {
  const dewi = await aPerson('Dewi')
  const his = await written('admin', aStay(dewi.subject))
  const [url, person] = [`/Encounter/${his.id}`, `/Patient/${dewi.id}`]
  t.match((await get('clinic', url)).body, 'THE-PLACE', 'nobody asked for anything')
  t.equal((await get('clinic', url)).body, (await get('admin', url)).body)
  const is = (await get('admin', person)).json<Json>()
  for (const [mark, more] of [
    ['asked for here', { extension: [RESTRICTED] }],
    ['restricted elsewhere', { meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] } }],
  ] as const) {
    await send('admin', 'PUT', person, { ...is, ...more })
    t.notMatch((await get('clinic', `${url}/_history/1`)).body, HIDDEN, mark)
    await send('admin', 'PUT', person, is)
    t.match((await get('clinic', url)).body, 'THE-PLACE', `${mark} no longer`)
  }
})

t.test('so it is of a stay on a ward that the map of its hospital marks as sensitive, however the ward is named', async (t) => {
  const elin = await aPerson('Elin')
  const gum = await store({ resourceType: 'Location', name: 'Ward 9', identifier: [{ value: 'gum' }] })
  const bed = await store({ resourceType: 'Location', name: 'Bed 4', partOf: { reference: `Location/${gum.id}` } })
  const shows = async (token: string, more: Json) => {
    const { id } = await written('admin', aStay(elin.subject, { text: undefined, contained: undefined, extension: undefined, ...more }))
    return 'location' in (await get(token, `/Encounter/${id}`)).json<Json>()
  }
  const at = (...locations: object[]) => ({ location: locations.map((location) => ({ location })) })
  const SENSITIVE: readonly (readonly [string, Json])[] = [
    ['in words', at({ display: 'GUM' })],
    ['in other letters, with a bed', at({ display: 'Gum, room 2, bed 1' })],
    ['one of several', at({ display: 'ED' }, { display: 'GUM' }, { display: 'W3' })],
    ['by number', at({ identifier: { value: 'GUM' } })],
    ['by a resource', at({ reference: `Location/${gum.id}` })],
    ['by an address of this record', at({ reference: `http://hub.example/fhir/Location/${gum.id}` })],
    ['by what it is part of', at({ reference: `Location/${bed.id}` })],
    ['by what is contained', { ...at({ reference: '#w' }), contained: [{ resourceType: 'Location', id: 'w', name: 'GUM' }] }],
    ['whither it goes', { ...at({ display: 'W3' }), hospitalization: { destination: { display: 'GUM' } } }],
    ['of a hospital that is known by its number', { ...at({ display: 'GUM' }), serviceProvider: { identifier: { value: 'NORTH' } } }],
    ['of a hospital that nobody can tell', { ...at({ display: 'S9' }), serviceProvider: undefined }],
    ['marked by the hospital itself', { ...at({ display: 'W3' }), meta: { security: [{ code: 'R' }] } }],
  ]
  for (const [how, more] of SENSITIVE) {
    t.equal(await shows('clinic', more), false, how)
    t.equal(await shows('carer-of-Elin', more), false, `${how}, for a carer`)
    t.equal(await shows('team', more), true, `${how}, for the team`)
  }
  const OPEN: readonly (readonly [string, Json])[] = [
    ['another ward', at({ display: 'W3' })],
    ['a ward that another hospital marks', at({ display: 'S9' })],
    ['a ward of a longer name', at({ display: 'GUMS' })],
    [
      'a ward that another hospital marks than the one of this number',
      { ...at({ display: 'S9' }), serviceProvider: { identifier: { value: 'NORTH' } } },
    ],
  ]
  for (const [how, more] of OPEN) t.equal(await shows('clinic', more), true, how)
  const all = (await get('clinic', `/Encounter?patient=Patient/${elin.id}&_count=100`)).json<{ entry: { resource: Json }[] }>().entry
  t.same(
    [all.filter(({ resource }) => 'location' in resource).length, all.length],
    [OPEN.length, OPEN.length + 3 * SENSITIVE.length],
    'all at once',
  )
})

t.test('where one of two records that are one person is not to be found, neither is', async (t) => {
  const [huw, other] = [await aPerson('Huw', { extension: [RESTRICTED] }), await aPerson('Hywel')]
  const { id } = await written('admin', aStay(huw.subject))
  const parameter = (name: string, reference: object) => ({ name, valueReference: reference })
  const merged = await send('admin', 'POST', '/Patient/$merge', {
    resourceType: 'Parameters',
    parameter: [
      parameter('source-patient', huw.subject),
      parameter('target-patient', other.subject),
      { name: 'accept-widening', valueBoolean: true },
    ],
  })
  t.equal(merged.statusCode, 200, merged.body)
  const read = await get('clinic', `/Encounter/${id}`)
  t.match(read.json(), { subject: other.subject })
  t.notMatch(read.body, HIDDEN)
  t.notMatch((await get('clinic', `/Encounter/${id}/_history/1`)).body, HIDDEN)
  const undone = await send('admin', 'POST', '/Patient/$unmerge', {
    resourceType: 'Parameters',
    parameter: [parameter('source-patient', huw.subject)],
  })
  t.equal(undone.statusCode, 200, undone.body)
  t.notMatch((await get('clinic', `/Encounter/${id}`)).body, HIDDEN)
  t.notMatch((await get('admin', `/Patient/${other.id}`)).body, 'location-restricted', 'and each is what it was')
})

t.test('an export, which copies texts as they are, leaves out the stays that are to be shown without places, and says so', async (t) => {
  const ffion = await aPerson('Ffion')
  const gwen = await aPerson('Gwen', { meta: { security: [{ code: 'R' }] } })
  const at = (display: string) => ({ text: undefined, contained: undefined, extension: undefined, location: [{ location: { display } }] })
  const [open, sensitive, marked, restricted] = [
    await written('admin', aStay(ffion.subject, at('W3'))),
    await written('admin', aStay(ffion.subject, at('Gum, bed 4'))),
    await written('admin', aStay(ffion.subject, { ...at('W3'), meta: { security: [{ code: 'V' }] } })),
    await written('admin', aStay(gwen.subject, at('W3'))),
  ]
  const stays = [open, sensitive, marked, restricted]
  /** Which of the stays are in an export of this caller. */
  const exported = async (token: string, query = '') => {
    const kickOff = await get(token, `/$export${query}`, { prefer: 'respond-async' })
    t.equal(kickOff.statusCode, 202, kickOff.body)
    await earlierTransactionsEnded(database)
    await countExports({ database, log: silentLog, now: () => new Date(), wards: ['GUM', 'S9'] })
    const local = (address: unknown) => String(address).replace('http://hub.example/fhir', '')
    const manifest = (await get(token, local(kickOff.headers['content-location']))).json<
      Record<'output' | 'error', { type: string; url: string; count: number }[]>
    >()
    const fetched = async (files: readonly { url: string }[]) =>
      (await Promise.all(files.map(async ({ url }) => (await get(token, local(url), { accept: 'application/fhir+ndjson' })).body))).join('')
    const encounters = manifest.output.filter(({ type }) => type === 'Encounter')
    const text = await fetched(encounters)
    t.equal(
      text.split('\n').length - 1,
      encounters.reduce((sum, { count }) => sum + count, 0),
      'as many as are counted',
    )
    return { has: stays.map(({ id }) => text.includes(id)), notes: await fetched(manifest.error) }
  }
  const everything = [true, true, true, true]
  t.same((await exported('admin')).has, everything)
  for (const token of ['team', 'ward']) t.same((await exported(token, '?_type=Encounter')).has, everything, token)
  for (const token of ['clinic', 'named', 'charity']) {
    const { has, notes } = await exported(token)
    t.same(has, [true, false, false, false], token)
    t.match(notes, /Encounter: stays whose places/)
  }
  const { has, notes } = await exported('gym')
  t.same(has, [false, false, false, false])
  t.match(notes, /Encounter: left out/)
  t.equal((await get('gym', '/$export?_type=Encounter', { prefer: 'respond-async' })).statusCode, 403)
  // What changed since an export was asked for is read from its earlier version.
  const kickOff = await get('clinic', '/$export?_type=Encounter', { prefer: 'respond-async' })
  await send('admin', 'PUT', `/Encounter/${restricted.id}`, { ...restricted, status: 'finished' })
  t.equal(kickOff.statusCode, 202)
  await earlierTransactionsEnded(database)
  await countExports({ database, log: silentLog, now: () => new Date(), wards: ['GUM', 'S9'] })
  const id = String(kickOff.headers['content-location']).split('/').at(-1)
  const { rows } = await database.query<{ count: number }>({
    text: "SELECT sum(count)::integer AS count FROM passport.export_file WHERE job = $1 AND type = 'Encounter'",
    values: [id],
  })
  t.ok((rows[0]?.count ?? 0) > 0)
  const file = await get('clinic', `/$export-file/${id}/Encounter-0.ndjson`, { accept: 'application/fhir+ndjson' })
  t.notMatch(file.body, restricted.id)
})
