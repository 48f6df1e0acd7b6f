import t from 'tap'
import { actor, classes, consent } from './a-consenting-person.ts'
import { aRecord } from './a-record.ts'
import { faultsOfIps } from './ips-rules.ts'

const hub = await aRecord(t)
const { send, store, caller } = hub
const community = `Organization/${(await store({ resourceType: 'Organization', name: 'Community Team' })).id}`
const gym = `Organization/${(await store({ resourceType: 'Organization', name: 'The Gym' })).id}`
caller('community', { role: 'professional', grade: 'full', organization: community })
caller('gym', { role: 'worker', grade: 'needs-only', organization: gym })
caller('narrow', {
  role: 'professional',
  grade: 'full',
  organization: community,
  scope: ['Patient', 'Condition', 'Composition'].map((type) => `system/${type}.cruds`).join(' '),
})

const CLASS_SYSTEM = 'https://handrail.example/fhir/CodeSystem/data-class'

/** A person of whom both organisations know, with a condition, a session and a session under the label of mental health. */
async function somebody() {
  const { id } = await store({
    resourceType: 'Patient',
    name: [{ family: 'Llwyd', given: ['Non'] }],
    birthDate: '1970-02-03',
    identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990123454' }],
  })
  const subject = { reference: `Patient/${id}` }
  await store({
    resourceType: 'CareTeam',
    status: 'active',
    subject,
    participant: [community, gym].map((reference) => ({ member: { reference } })),
  })
  const condition = await store({ resourceType: 'Condition', subject, code: { text: 'Multiple sclerosis' }, recordedDate: '2026-11-01' })
  await store({
    resourceType: 'Procedure',
    status: 'completed',
    subject,
    code: { text: 'Physiotherapy' },
    performedDateTime: '2026-10-01',
    reasonReference: [{ reference: `Condition/${condition.id}` }],
  })
  await store({
    resourceType: 'Procedure',
    status: 'completed',
    subject,
    code: { text: 'Counselling' },
    performedDateTime: '2026-10-02',
    meta: { security: [{ system: CLASS_SYSTEM, code: 'mental-health' }] },
  })
  caller(id, { role: 'patient', patient: id })
  return { id, subject, condition }
}
const summaryOf = async (token: string, id: string, query = '') => send(token, 'GET', `/Patient/${id}/$summary${query}`)
const sectionIn = (body: any, loinc: string) => body.entry[0].resource.section.find(({ code }: any) => code.coding[0].code === loinc)

t.test('a summary is an IPS for each reader, and holds what a plain read would give him', async (t) => {
  const { id } = await somebody()
  for (const token of ['admin', 'community', 'gym', 'narrow', id]) {
    const answer = await summaryOf(token, id)
    t.equal(answer.statusCode, 200, token)
    t.same(faultsOfIps(answer.json()), [], token)
  }
  t.match((await summaryOf(id, id)).body, 'Counselling')
  const toTeam = await summaryOf('community', id)
  t.match(toTeam.body, 'Physiotherapy')
  t.match(toTeam.body, 'Multiple sclerosis')
  t.notMatch(toTeam.body, 'Counselling')
  const toGym = await summaryOf('gym', id)
  t.notMatch(toGym.body, /sclerosis|Physiotherapy|Counselling/)
  t.match(sectionIn(toGym.json(), '11450-4').text.div, /Not shown to you/)
  // A token for some types only: what it does not cover is not in it.
  t.notMatch((await summaryOf('narrow', id)).body, 'Physiotherapy')
})

t.test('what is kept for one reader is never given to another, and not to the same one once he may see less. HAZ-P83', async (t) => {
  const { id } = await somebody()
  for (let round = 0; round < 2; round += 1) {
    t.match((await summaryOf('community', id)).body, 'Multiple sclerosis')
    t.notMatch((await summaryOf('gym', id)).body, 'sclerosis')
  }
  const closing = await store(consent(id, { type: 'deny', ...actor(community), ...classes('diagnoses') }))
  const closed = await summaryOf('community', id)
  t.notMatch(closed.body, 'sclerosis')
  t.match(sectionIn(closed.json(), '11450-4').text.div, /Not shown to you/)
  await send('admin', 'PUT', `/Consent/${closing.id}`, { ...closing, meta: undefined, status: 'inactive' })
  t.match((await summaryOf('community', id)).body, 'Multiple sclerosis')
  const narrowed = await summaryOf('narrow', id)
  t.notMatch(narrowed.body, 'Physiotherapy')
})

t.test('any change is in the next answer: an entry, a correction, a deletion, the name of an organisation', async (t) => {
  const { id, subject, condition } = await somebody()
  const told = async (text: string | RegExp) => t.match((await summaryOf('community', id)).body, text)
  await told('Multiple sclerosis')
  await send('admin', 'PUT', `/Condition/${condition.id}`, { ...condition, meta: undefined, code: { text: 'Epilepsy' } })
  await told('Epilepsy')
  t.notMatch((await summaryOf('community', id)).body, 'Multiple sclerosis')
  await store({
    resourceType: 'AllergyIntolerance',
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
    patient: subject,
    code: { text: 'Latex' },
  })
  await told('Latex')
  await send('admin', 'DELETE', `/Condition/${condition.id}`)
  t.notMatch((await summaryOf('community', id)).body, 'Epilepsy')
  const organization = (await send('admin', 'GET', `/${community}`)).json<Record<string, unknown>>()
  await send('admin', 'PUT', `/${community}`, { ...organization, meta: undefined, name: 'Renamed Team' })
  await told('Renamed Team')
  await send('admin', 'PUT', `/${community}`, { ...organization, meta: undefined })
})

t.test('an answer is in the trail once, made anew or given again; where it cannot be, it is not given. HAZ-P83', async (t) => {
  const { id, subject } = await somebody()
  const looks = async () =>
    (
      await hub.database.query({
        text: `SELECT interaction || ' ' || status AS look FROM passport.audit_entry WHERE client = 'community' AND patient = $1 ORDER BY 1`,
        values: [id],
      })
    ).rows.map(({ look }) => String(look))
  const emergencyOf = () => send('community', 'GET', `/Patient/${id}/$emergency`)
  const changes = [
    async () => undefined,
    () => store({ resourceType: 'Condition', subject, code: { text: 'Epilepsy' } }),
    async () => undefined,
  ]
  for (const [before, change] of changes.entries()) {
    await change()
    t.equal((await summaryOf('community', id)).statusCode, 200)
    t.equal((await emergencyOf()).statusCode, 200)
    const times = Array.from({ length: before + 1 })
    t.strictSame(await looks(), [...times.map(() => 'emergency 200'), ...times.map(() => 'summary 200')])
  }
  await store({ resourceType: 'Condition', subject, code: { text: 'Migraine' } })
  await hub.database.query({ text: 'ALTER TABLE passport.audit_entry RENAME TO audit_gone' })
  const refused = [await summaryOf('community', id), await emergencyOf()]
  await hub.database.query({ text: 'ALTER TABLE passport.audit_gone RENAME TO audit_entry' })
  for (const { statusCode, body } of refused) {
    t.equal(statusCode, 500)
    t.notMatch(body, /Migraine|Llwyd/)
  }
  t.match((await summaryOf('community', id)).body, 'Migraine')
})

t.test('an answer that changed nothing is the same but for its identifier and its instant', async (t) => {
  const { id } = await somebody()
  const plain = (body: string) => body.replace(/"urn:uuid:[^"]+"\},"type"/, '').replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'now')
  const [first, second] = [(await summaryOf('community', id)).body, (await summaryOf('community', id)).body]
  t.equal(plain(first), plain(second))
  t.not(JSON.parse(first).identifier.value, JSON.parse(second).identifier.value)
})

t.test('what is past its date is judged by the day, though nothing changed. HAZ-P80', async (t) => {
  const { id, subject } = await somebody()
  await store({
    resourceType: 'MedicationStatement',
    status: 'active',
    subject,
    medicationCodeableConcept: { text: 'Baclofen 10 mg tablets' },
    dateAsserted: '2026-11-01',
  })
  const emergency = async () => (await send('community', 'GET', `/Patient/${id}/$emergency`)).body
  t.notMatch(await emergency(), 'months ago')
  hub.setNow(new Date('2027-06-21T09:00:00Z'))
  t.match(await emergency(), 'Last confirmed 7 months ago')
  hub.setNow(new Date('2026-11-21T09:00:00Z'))
})

t.test('a person who is not open is absent, for the summary, the emergency view and the document', async (t) => {
  const { id } = await store({ resourceType: 'Patient', identifier: [{ system: 'urn:x', value: 'hidden' }] })
  for (const path of [
    `/Patient/${id}/$summary`,
    `/Patient/${id}/$emergency`,
    `/Composition/summary-${id}/$document`,
    '/Patient/$summary?identifier=urn:x|hidden',
    '/Patient/none/$summary',
    '/Composition/none/$document',
  ]) {
    const answer = await send('community', 'GET', path)
    t.equal(answer.statusCode, 404, path)
    t.equal(answer.json().issue[0].code, 'not-found')
  }
  await send('admin', 'DELETE', `/Patient/${id}`)
  t.equal((await summaryOf('admin', id)).statusCode, 410)
})

t.test('by identifier, by POST, as a document of the computed Composition: the same summary', async (t) => {
  const { id } = await somebody()
  await store({ resourceType: 'Patient', identifier: [{ system: 'urn:x', value: 'twin' }] })
  await store({ resourceType: 'Patient', identifier: [{ system: 'urn:x', value: 'twin' }] })
  const parameters = {
    resourceType: 'Parameters',
    parameter: [{ name: 'identifier', valueIdentifier: { system: 'urn:x', value: 'twin' } }],
  }
  t.equal((await send('admin', 'POST', '/Patient/$summary', parameters)).statusCode, 412)
  t.equal((await send('admin', 'GET', '/Patient/$summary')).statusCode, 400)
  t.equal((await send('community', 'POST', `/Patient/${id}/$summary`)).statusCode, 200)
  const document = await send('community', 'GET', `/Composition/summary-${id}/$document`)
  t.same(faultsOfIps(document.json()), [])
  t.equal((await send('community', 'GET', `/Composition/summary-${id}/$document?persist=true`)).statusCode, 400)
})

t.test('a profile, language or parameter that there is not is refused; a wish in a header is not', async (t) => {
  const { id } = await somebody()
  t.equal((await summaryOf('community', id, '?profile=http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips')).statusCode, 200)
  t.equal((await summaryOf('community', id, '?profile=urn:other')).json().issue[0].code, 'not-supported')
  t.equal((await summaryOf('community', id, '?_language=de')).statusCode, 400)
  t.match((await summaryOf('community', id, '?language=cy')).json().issue[0].expression, ['language'], 'a misspelt one is not overlooked')
  t.equal((await summaryOf('community', id, '?_language=en&_language=cy')).statusCode, 400)
  const welsh = await send('community', 'GET', `/Patient/${id}/$summary`, undefined, { 'accept-language': 'de, en;q=0.5, cy;q=0.9' })
  t.equal(welsh.json().language, 'cy')
  t.match(sectionIn(welsh.json(), '11450-4').title, 'Problemau')
})

t.test('a Composition that somebody stored makes a document of what the reader may see', async (t) => {
  const { id, subject, condition } = await somebody()
  const composition = await store({
    resourceType: 'Composition',
    status: 'final',
    type: { text: 'Letter' },
    subject,
    date: '2026-11-01',
    author: [{ reference: community }],
    title: 'Letter',
    section: [{ title: 'Why', entry: [{ reference: `Condition/${condition.id}` }] }],
  })
  const types = async (token: string) =>
    (await send(token, 'GET', `/Composition/${composition.id}/$document`)).json().entry?.map(({ resource }: any) => resource.resourceType)
  t.same(await types('community'), ['Composition', 'Condition', 'Organization', 'Patient'])
  t.equal((await send('gym', 'GET', `/Composition/${composition.id}/$document`)).statusCode, 404)
  t.ok(id)
})

t.test('every view is in the audit trail, with the person', async (t) => {
  const { id } = await somebody()
  await summaryOf('community', id)
  await send('community', 'GET', `/Patient/${id}/$emergency`)
  const { rows } = await hub.database.query<{ interaction: string; client: string }>({
    text: `SELECT interaction, client FROM passport.audit_entry WHERE patient = $1 AND interaction IN ('summary', 'emergency') ORDER BY id`,
    values: [id],
  })
  t.same(rows, [
    { interaction: 'summary', client: 'community' },
    { interaction: 'emergency', client: 'community' },
  ])
})
