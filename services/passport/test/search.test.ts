import { randomUUID } from 'node:crypto'
import { Refusal } from '@platform/fhir/errors'
import { testDatabase } from '@platform/testing/database'
import t from 'tap'
import { bucketFrom, bucketIn, bucketOfPatient, mintId } from '../src/domain/bucket.ts'
import { patientOf } from '../src/domain/compartment.ts'
import { prepareDelete, prepareWrite } from '../src/domain/prepare-write.ts'
import type { FhirResource } from '../src/domain/references.ts'
import { TYPES } from '../src/domain/resource-types.ts'
import { compileExtractor } from '../src/domain/search/extract.ts'
import { parseQuery } from '../src/domain/search/parse-query.ts'
import type { Predicate } from '../src/store/access-sql.ts'
import { commit } from '../src/store/record-store.ts'
import { loadSearchDefinitions } from '../src/store/search-definitions.ts'
import { search, type Position, type SearchResult } from '../src/store/search-store.ts'

const { open } = await testDatabase(t)
const planned = await open({ planCacheMode: 'force_generic_plan' })
const adHoc = await open()
const definitions = loadSearchDefinitions({ types: TYPES, own: [], baseUrl: 'http://hub.example/fhir' })

const at = new Date('2026-11-21T09:00:00Z')
const audit = {
  at,
  client: 'test',
  subject: 'test',
  organization: undefined,
  interaction: 'create',
  status: 201,
  entity: undefined,
  people: [],
  purpose: undefined,
  request: 'r',
}

/** Stores resources as a write does, one second apart, and gives their ids. */
async function stored(...resources: Readonly<Record<string, unknown>>[]): Promise<string[]> {
  const ids: string[] = []
  for (const given of resources) {
    const resource = given as unknown as FhirResource
    const patient = patientOf(resource, 'new')
    const bucket = patient === undefined || patient === 'new' ? bucketFrom(randomUUID()) : (bucketIn(patient) ?? bucketOfPatient(patient))
    const id = mintId(bucket, { at, uuid: randomUUID() })
    const time = new Date(at.getTime() + seconds++ * 1000)
    const write = prepareWrite(
      { exact: { ...resource, id }, resource: { ...resource, id }, id, version: 1, bucket, at: time, author: 'Organization/o' },
      (one) => extract(one),
    )
    await commit(planned, { writes: [write], at: time, audit })
    ids.push(id)
  }
  return ids
}
let seconds = 0
const extractors = new Map<string, ReturnType<typeof compileExtractor>>()
function extract(resource: FhirResource) {
  const known = extractors.get(resource.resourceType) ?? compileExtractor(definitions, resource.resourceType)
  extractors.set(resource.resourceType, known)
  return known(resource as never)
}

const everybody = (first: number): Predicate => ({ shape: 'anybody', standing: '', sql: `$${first}::boolean`, values: [true] })
const withoutClass =
  (bit: number) =>
  (first: number): Predicate => ({ shape: 'own', standing: '', sql: `(r.classes & $${first}::integer) = 0`, values: [bit] })

async function run(
  url: string,
  {
    access = everybody,
    mayRead = () => true,
    after,
    own,
  }: {
    access?: (first: number) => Predicate
    mayRead?: (type: string) => boolean
    after?: Position | undefined
    own?: readonly string[]
  } = {},
): Promise<SearchResult> {
  const [type = '', parameters = ''] = url.split(/\?(.*)/s)
  const query = parseQuery(type, new URLSearchParams(parameters), { definitions, now: at })
  t.same(query.ignored, [], `everything in ${url} is known`)
  const ownPeople = own === undefined ? {} : { ownPeople: async () => own }
  return search(query, { access, mayRead, ...ownPeople }, { planned, adHoc, definitions }, after)
}
const idsOf = ({ rows }: SearchResult) => rows.map(({ id }) => id)
const find = async (url: string) => idsOf(await run(url)).toSorted()

const [ada = '', bryn = ''] = await stored(
  {
    resourceType: 'Patient',
    identifier: [
      { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990123454', type: { coding: [{ system: 'https://t.example', code: 'NH' }] } },
    ],
    name: [{ family: 'Llŷwd', given: ['Ada', 'Mary'] }],
    gender: 'female',
    birthDate: '1974-03-02',
    telecom: [{ system: 'phone', value: '01632 960 123' }],
  },
  {
    resourceType: 'Patient',
    identifier: [{ value: 'X-17' }],
    name: [{ family: 'Llwydson', given: ['Bryn'] }],
    gender: 'male',
    birthDate: '1981',
    deceasedBoolean: true,
  },
)
const [pool = '', gym = ''] = await stored(
  { resourceType: 'Organization', name: 'Deeside Pool' },
  { resourceType: 'Organization', name: 'Quay Gym', partOf: undefined },
)
const [hydro = '', physio = '', walk = ''] = await stored(
  {
    resourceType: 'Procedure',
    status: 'completed',
    subject: { reference: `Patient/${ada}` },
    code: { text: 'Hydrotherapy', coding: [{ system: 'http://snomed.info/sct', code: '229070002' }] },
    performedPeriod: { start: '2026-11-02T14:00:00Z', end: '2026-11-02T14:45:00Z' },
    performer: [{ actor: { reference: `Organization/${pool}` } }],
    meta: { profile: ['https://a.example/StructureDefinition/session'], tag: [{ system: 'https://a.example/tags', code: 'pilot' }] },
  },
  {
    resourceType: 'Procedure',
    status: 'in-progress',
    subject: { reference: `Patient/${ada}` },
    code: { text: 'Physiotherapy', coding: [{ code: 'PT' }] },
    performedDateTime: '2026-10',
    performer: [{ actor: { reference: `Organization/${gym}` } }],
  },
  {
    resourceType: 'Procedure',
    status: 'completed',
    subject: { reference: `Patient/${bryn}` },
    code: { text: 'Walking group' },
    encounter: { reference: 'Encounter/none' },
    performer: [{ actor: { identifier: { system: 'https://ods.example', value: 'RX1' } } }],
  },
)
const quantity = (value: number, code: string, unit = code) => ({ value, unit, system: 'http://unitsofmeasure.org', code })
const [pressure = '', timed = ''] = await stored(
  {
    resourceType: 'Observation',
    status: 'final',
    subject: { reference: `Patient/${ada}` },
    code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] },
    effectiveDateTime: '2026-11-02T14:50:00Z',
    component: [
      { code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] }, valueQuantity: quantity(128, 'mm[Hg]', 'mmHg') },
      { code: { coding: [{ system: 'http://loinc.org', code: '8462-4' }] }, valueQuantity: quantity(82, 'mm[Hg]', 'mmHg') },
    ],
  },
  {
    resourceType: 'Observation',
    status: 'final',
    subject: { reference: `Patient/${bryn}` },
    code: { coding: [{ system: 'http://loinc.org', code: '41957-7' }] },
    effectiveInstant: '2026-11-03T10:00:00Z',
    valueQuantity: quantity(12.5, 's'),
  },
)
const [set = '', setBelow = ''] = await stored(
  { resourceType: 'ValueSet', status: 'active', url: 'https://a.example/fhir/ValueSet/x' },
  { resourceType: 'ValueSet', status: 'active', url: 'https://a.example/fhir/ValueSet/x/deep' },
)
const [risk = '', wide = ''] = await stored(
  { resourceType: 'RiskAssessment', status: 'final', subject: { reference: `Patient/${ada}` }, prediction: [{ probabilityDecimal: 0.35 }] },
  { resourceType: 'RiskAssessment', status: 'final', subject: { reference: `Patient/${ada}` }, prediction: [{ probabilityDecimal: 0.9 }] },
)
const [need = ''] = await stored({
  resourceType: 'ServiceRequest',
  status: 'active',
  intent: 'order',
  subject: { reference: `Patient/${ada}` },
  requester: { reference: `Organization/${gym}` },
  performer: [{ reference: `Organization/${pool}` }],
  authoredOn: '2026-10-01',
})
const [ask = ''] = await stored({
  resourceType: 'Task',
  status: 'requested',
  intent: 'order',
  for: { reference: `Patient/${ada}` },
  focus: { reference: `ServiceRequest/${need}` },
  basedOn: [{ reference: `ServiceRequest/${need}` }],
  owner: { reference: `Organization/${pool}` },
  authoredOn: '2026-10-01T09:00:00Z',
})

const finds = (rule: string, cases: Readonly<Record<string, readonly string[]>>) =>
  t.test(rule, async (t) => {
    for (const [url, expected] of Object.entries(cases)) t.same(await find(url), expected.toSorted(), url)
  })

finds('a token is found by system and code, by code, by system, and without system', {
  'Procedure?code=http://snomed.info/sct|229070002': [hydro],
  'Procedure?code=229070002': [hydro],
  'Procedure?code=http://snomed.info/sct|': [hydro],
  'Procedure?code=|pt': [physio],
  'Procedure?code=|229070002': [],
  'Procedure?status=completed,in-progress': [hydro, physio, walk],
  'Procedure?status=completed&code=229070002': [hydro],
  'Patient?gender=FEMALE': [ada],
  'Patient?phone=01632960123': [ada],
  'Patient?deceased=true': [bryn],
})

finds('token modifiers', {
  'Procedure?status:not=completed': [physio],
  'Procedure?code:text=hydro': [hydro],
  'Procedure?code:text=group': [],
  'Patient?gender:in=http://hl7.org/fhir/ValueSet/administrative-gender': [ada, bryn],
  'Patient?gender:not-in=http://hl7.org/fhir/ValueSet/administrative-gender': [],
  'Patient?identifier:of-type=https://t.example|NH|9990123454': [ada],
  'Procedure?encounter:missing=false': [walk],
  'Procedure?encounter:missing=true': [hydro, physio],
})

finds('an identifier is found by system and value, by value, and without system', {
  'Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|9990123454': [ada],
  'Patient?identifier=9990123454': [ada],
  'Patient?identifier=|X-17': [bryn],
  'Patient?identifier=X-17,9990123454': [ada, bryn],
  'Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|X-17': [],
  'Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|9990123454&gender=male': [],
  'Patient?identifier:not=X-17': [ada],
})

finds('a reference is found by id, by type and id, by URL and by identifier', {
  [`Procedure?subject=${ada}`]: [hydro, physio],
  [`Procedure?subject=Patient/${ada}`]: [hydro, physio],
  [`Procedure?subject:Patient=${ada}`]: [hydro, physio],
  [`Procedure?patient=http://hub.example/fhir/Patient/${ada}`]: [hydro, physio],
  [`Procedure?patient=${ada},${bryn}`]: [hydro, physio, walk],
  [`Procedure?performer=Organization/${pool}`]: [hydro],
  'Procedure?performer:identifier=https://ods.example|RX1': [walk],
  [`Task?patient=${ada}&focus=ServiceRequest/${need}`]: [ask],
  [`Task?based-on=${need}&owner=Organization/${pool}&status=requested`]: [ask],
})

finds("a person's resources are narrowed by further parameters", {
  [`Procedure?patient=${ada}&status=completed`]: [hydro],
  [`Procedure?patient=${ada}&date=2026-11`]: [hydro],
  [`Procedure?patient=${ada}&code:not=pt`]: [hydro],
  [`Procedure?patient=${ada}&_tag=https://a.example/tags|pilot`]: [hydro],
})

finds('a string begins with, is exactly, or contains, without case and accents unless exact', {
  'Patient?family=llyw': [ada],
  'Patient?family=LLW': [bryn],
  'Patient?family:exact=Llŷwd': [ada],
  'Patient?family:exact=llŷwd': [],
  'Patient?name:contains=wyd': [bryn],
  'Patient?given=mary': [ada],
  'Patient?name=ada': [ada],
  'Patient?phonetic=Aida': [ada],
  'Patient?family=llyw,llw': [ada, bryn],
  'Organization?name=quay%20%20gym': [gym],
})

finds('every prefix over dates, periods and partial dates', {
  'Procedure?date=2026-11-02': [hydro],
  'Procedure?date=2026': [hydro, physio],
  'Procedure?date=2026-10-05': [],
  'Procedure?date=ne2026-11-02': [physio],
  'Procedure?date=gt2026-10': [hydro],
  'Procedure?date=lt2026-11': [physio],
  'Procedure?date=ge2026-11-02T14:30:00Z': [hydro],
  'Procedure?date=le2026-11-02T14:30:00Z': [hydro, physio],
  'Procedure?date=sa2026-10': [hydro],
  'Procedure?date=sa2026-11-02T14:30:00Z': [],
  'Procedure?date=eb2026-11-02T14:30:00Z': [physio],
  'Procedure?date=ap2026-11-02': [hydro, physio], // 18 days ago, so nearly two days more on either side
  'Procedure?date=ap2026-11-20': [],
  'Procedure?date=ge2026-10&date=lt2026-11': [physio],
  'Procedure?date:missing=true': [walk],
  'Observation?date=2026-11-03T11:00:00%2B01:00': [timed],
  'Patient?birthdate=1981': [bryn],
  'Patient?birthdate=1974-03': [ada],
  'Patient?birthdate=eb1980': [ada],
})

finds('every prefix over numbers, with the precision they are written in', {
  'RiskAssessment?probability=0.35': [risk],
  'RiskAssessment?probability=0.4': [risk],
  'RiskAssessment?probability=0.40': [],
  'RiskAssessment?probability=ne0.35': [wide],
  'RiskAssessment?probability=gt0.35': [wide],
  'RiskAssessment?probability=ge0.35': [risk, wide],
  'RiskAssessment?probability=lt0.9': [risk],
  'RiskAssessment?probability=le0.9': [risk, wide],
  'RiskAssessment?probability=sa0.4': [wide],
  'RiskAssessment?probability=eb0.4': [risk],
  'RiskAssessment?probability=ap0.36': [risk],
})

finds('a quantity is found with system and code, by unit alone, and without a unit', {
  'Observation?value-quantity=12.5|http://unitsofmeasure.org|s': [timed],
  'Observation?value-quantity=12.5||s': [timed],
  'Observation?value-quantity=12.5': [timed],
  'Observation?value-quantity=12.5|http://unitsofmeasure.org|min': [],
  'Observation?combo-value-quantity=gt100||mmHg': [pressure],
  'Observation?combo-value-quantity=gt100|http://unitsofmeasure.org|mm[Hg]': [pressure],
})

finds('the parts of a composite belong together', {
  'Observation?component-code-value-quantity=http://loinc.org|8480-6$gt120': [pressure],
  'Observation?component-code-value-quantity=8462-4$gt120': [],
  'Observation?combo-code-value-quantity=http://loinc.org|8462-4$lt90,41957-7$12.5': [pressure, timed],
  'Observation?code-value-quantity=http://loinc.org|41957-7$ge12||s': [timed],
})

finds('a URI is found exactly, below and above', {
  'ValueSet?url=https://a.example/fhir/ValueSet/x': [set],
  'ValueSet?url:below=https://a.example/fhir/ValueSet/x': [set, setBelow],
  'ValueSet?url:below=https://a.example/fhir/': [set, setBelow],
  'ValueSet?url:above=https://a.example/fhir/ValueSet/x/deep': [set, setBelow],
  'Procedure?_profile=https://a.example/StructureDefinition/session': [hydro],
})

finds('ids, tags and the last update are searched like any other', {
  [`Procedure?_id=${hydro},${walk}`]: [hydro, walk],
  [`Procedure?_id=${ada}`]: [],
  [`Procedure?_id:not=${hydro}`]: [physio, walk],
  [`Patient?_id=${ada}`]: [ada],
  'Procedure?_tag=pilot': [hydro],
  'Procedure?_lastUpdated=ge2026-11-21': [hydro, physio, walk],
  'Procedure?_lastUpdated=lt2026-11-21': [],
  'Procedure?_security:missing=true': [hydro, physio, walk],
})

finds('a chain follows references, several of them too', {
  'Procedure?patient.family=llyw': [hydro, physio],
  'Procedure?patient.identifier=https://fhir.nhs.uk/Id/nhs-number|9990123454&status=completed': [hydro],
  'Procedure?performer:Organization.name=deeside': [hydro],
  'Task?focus:ServiceRequest.requester:Organization.name=quay': [ask],
  'Task?owner.name=deeside': [ask],
  'Procedure?patient.family=nobody': [],
})

finds('_has finds what others refer to, nested too', {
  'Patient?_has:Procedure:patient:code=229070002': [ada],
  'Patient?_has:Observation:subject:code=http://loinc.org|41957-7': [bryn],
  'Organization?_has:Procedure:performer:status=completed': [pool],
  [`ServiceRequest?_has:Task:focus:owner=Organization/${pool}`]: [need],
  'Organization?_has:ServiceRequest:requester:_has:Task:focus:status=requested': [gym],
  'Patient?_has:Procedure:patient:performer:Organization.name=quay': [ada],
})

t.test('of one person the newest comes first, of many the last changed; what has no date comes last', async (t) => {
  t.same(idsOf(await run(`Procedure?patient=${ada}`)), [hydro, physio])
  t.same(idsOf(await run('Procedure')), [walk, physio, hydro])
  t.same(idsOf(await run('Procedure?_sort=date')), [physio, hydro, walk])
  t.same(idsOf(await run('Procedure?_sort=-date')), [hydro, physio, walk])
})

t.test('results are sorted by strings, numbers, ids and updates', async (t) => {
  t.same(idsOf(await run('Patient?_sort=family')), [bryn, ada])
  t.same(idsOf(await run('Patient?_sort=-family')), [ada, bryn])
  t.same(idsOf(await run('RiskAssessment?_sort=-probability')), [wide, risk])
  t.same(idsOf(await run('Observation?_sort=value-quantity')), [timed, pressure])
  t.same(idsOf(await run('Procedure?_sort=_lastUpdated')), [hydro, physio, walk])
  t.same(idsOf(await run('Procedure?_sort=_id')), [hydro, physio, walk].toSorted())
  t.same(idsOf(await run('Procedure?_sort=-_id')), [hydro, physio, walk].toSorted().toReversed())
})

for (const sort of [
  '',
  '&_sort=date',
  '&_sort=-date',
  '&_sort=_lastUpdated',
  '&_sort=-_lastUpdated',
  '&_sort=_id',
  '&_sort=-_id',
  '&_sort=-date,_lastUpdated',
]) {
  t.test(`pages of one, joined, are the whole (Procedure?${sort})`, async (t) => {
    const whole = idsOf(await run(`Procedure?_count=50${sort}`))
    const joined: string[] = []
    let after: Position | undefined
    do {
      const page: SearchResult = await run(`Procedure?_count=1${sort}`, after && { after })
      joined.push(...idsOf(page))
      after = page.next
    } while (after)
    t.same(joined, whole)
  })
}

t.test('the pages of one person join too, and by name', async (t) => {
  for (const url of [`Procedure?patient=${ada}&_count=1`, 'Patient?_sort=family&_count=1', 'RiskAssessment?_sort=probability&_count=1']) {
    const first = await run(url)
    const second = await run(url, first.next && { after: first.next })
    t.same([...idsOf(first), ...idsOf(second)], idsOf(await run(url.replace('_count=1', '_count=9'))), url)
    t.notOk(second.next)
  }
})

t.test('the total is known on a page that holds all, counted when asked for, and alone for _count=0', async (t) => {
  t.equal((await run('Procedure')).total, 3)
  t.equal((await run('Procedure?_count=1')).total, undefined)
  t.equal((await run('Procedure?_count=1&_total=accurate')).total, 3)
  t.match(await run('Procedure?_summary=count'), { rows: [], total: 3 })
})

t.test('_include brings what matches refer to, once; _revinclude what refers to them', async (t) => {
  const brought = async (url: string) => (await run(url)).included.map(({ id }) => id).toSorted()
  t.same(await brought(`Procedure?patient=${ada}&_include=Procedure:subject`), [ada])
  t.same(await brought('Procedure?_include=Procedure:performer'), [pool, gym].toSorted())
  t.same(await brought('Procedure?_include=Procedure:subject:Group'), [])
  t.same(await brought('Procedure?status=in-progress&_include=Procedure:*'), [ada, gym].toSorted())
  t.same(await brought(`Patient?_id=${ada}&_revinclude=Procedure:patient`), [hydro, physio].toSorted())
  t.same(await brought('Task?_include=Task:focus'), [need])
  t.same(await brought('Task?_include=Task:focus&_include:iterate=ServiceRequest:requester'), [need, gym].toSorted())
  t.same(await brought('Task?_include=ServiceRequest:requester'), [], 'includes of another type only follow what is included')
  t.same(await brought(`ServiceRequest?_id=${need}&_revinclude=Task:focus&_include:iterate=Task:owner`), [ask, pool].toSorted())
})

t.test('rows of a person that lie outside the bucket of the person are found too', async (t) => {
  const [stray = ''] = await stored({
    resourceType: 'Goal',
    lifecycleStatus: 'active',
    description: { text: 'Walk to the quay' },
    subject: { reference: 'Patient/elsewhere' },
  })
  await adHoc.query({ text: 'UPDATE passport.resource SET patient = $1 WHERE id = $2', values: [ada, stray] })
  await adHoc.query({
    text: 'INSERT INTO passport.strayed (patient, bucket) VALUES ($1, $2)',
    values: [ada, bucketIn(stray) ?? bucketOfPatient('elsewhere')],
  })
  t.same(await find(`Goal?patient=${ada}`), [stray])
  t.same(await find(`Goal?patient=${ada}&lifecycle-status=active`), [stray])
  t.same(await find(`Procedure?patient=${ada}`), [hydro, physio].toSorted(), 'beside those in the bucket')
  t.same((await run(`Procedure?patient=${ada}&_count=0`)).total, 2)
  await adHoc.query({ text: 'DELETE FROM passport.strayed' })
})

t.test('a deleted resource is found by nothing', async (t) => {
  const [gone = ''] = await stored({
    resourceType: 'Procedure',
    status: 'stopped',
    subject: { reference: `Patient/${ada}` },
    identifier: [{ value: 'gone' }],
  })
  t.same(await find('Procedure?identifier=gone'), [gone])
  const row = { bucket: bucketIn(gone) ?? 0, type: 'Procedure', id: gone, version: 1, patient: ada, classes: 1, parties: [] }
  await commit(planned, { writes: [prepareDelete(row)], at, audit })
  for (const url of ['Procedure?identifier=gone', 'Procedure?status=stopped', `Procedure?_id=${gone}`]) t.same(await find(url), [], url)
  t.notOk((await find(`Procedure?patient=${ada}`)).includes(gone))
})

t.test('what the caller may not see is not found, not counted, not chained through, not brought along', async (t) => {
  const { rows } = await adHoc.query<{ classes: number }>({ text: 'SELECT classes FROM passport.resource WHERE id = $1', values: [ada] })
  const access = withoutClass(rows[0]?.classes ?? 0)
  const hidden = (url: string) => run(url, { access })
  t.match(await hidden('Patient'), { rows: [], total: 0 })
  t.match(await hidden('Patient?_summary=count'), { total: 0 })
  t.same(idsOf(await hidden('Patient?identifier=9990123454')), [])
  t.same(idsOf(await hidden('Procedure?patient.family=llyw')), [])
  t.same((await hidden('Procedure?_include=Procedure:subject')).included, [])
  const therapy =
    (await adHoc.query<{ classes: number }>({ text: 'SELECT classes FROM passport.resource WHERE id = $1', values: [hydro] })).rows[0]
      ?.classes ?? 0
  t.same(idsOf(await run('Patient?_has:Procedure:patient:status=completed', { access: withoutClass(therapy) })), [])
  t.same((await run(`Patient?_id=${ada}&_revinclude=Procedure:patient`, { access: withoutClass(therapy) })).included, [])
})

t.test("of one's own people those that the caller may not see take no place on a page in the order of names", async (t) => {
  const closed = 0x4000
  const set = (id: string, classes: string) =>
    adHoc.query({ text: `UPDATE passport.resource SET classes = ${classes} WHERE type = 'Patient' AND id = $1`, values: [id] })
  const own = [ada, bryn]
  t.same(idsOf(await run('Patient?_sort=family&_count=1', { own })), [bryn])
  await set(bryn, `classes | ${closed}`)
  const page = await run('Patient?_sort=family&_count=1', { own, access: withoutClass(closed) })
  t.same([idsOf(page), page.next, page.total], [[ada], undefined, 1])
  await set(bryn, `classes & ~${closed}`)
  const first = await run('Patient?_sort=family&_count=1', { own, access: withoutClass(closed) })
  t.same(idsOf(await run('Patient?_sort=family&_count=1', { own, access: withoutClass(closed), after: first.next })), [ada])
})

t.test('people are in the order of their first family name however they are asked for, those without one last', async (t) => {
  const named = (...families: readonly string[]) => ({ resourceType: 'Patient', name: families.map((family) => ({ family })) }) as const
  const [zoe = '', none = '', two = '', nobody = ''] = await stored(named('Zzz'), named(), named('Yyy', 'Aaa'), { resourceType: 'Patient' })
  const all = [zoe, none, two, nobody]
  const last = [none, nobody].toSorted()
  const pages = async (own: readonly string[] | undefined, count: number) => {
    const found: string[] = []
    let after: Position | undefined
    do {
      const page = await run(`Patient?_sort=family&_count=${count}`, { after, ...(own && { own }) })
      found.push(...idsOf(page))
      after = page.next
    } while (after !== undefined)
    return found
  }
  for (const count of [1, 2, 3, 10]) {
    t.same(await pages(all, count), [two, zoe, ...last], `own people, ${count} a page`)
    t.same(await pages(undefined, count), [two, bryn, ada, zoe, ...last], `everybody, ${count} a page`)
  }
  const nameOf = async (id: string) =>
    (await adHoc.query({ text: 'SELECT family FROM passport.family_name WHERE patient = $1', values: [id] })).rows
  await adHoc.query({ text: `DELETE FROM passport.string_index WHERE id = $1 AND value = 'aaa'`, values: [two] })
  t.same(await nameOf(two), [{ family: 'yyy' }], 'what is left counts')
  await adHoc.query({ text: 'DELETE FROM passport.string_index WHERE id = ANY($1)', values: [all] })
  t.same([await nameOf(zoe), await nameOf(two)], [[], []], 'nothing is left of a name that is gone')
  await adHoc.query({ text: 'UPDATE passport.resource SET deleted = true WHERE id = ANY($1)', values: [all] })
})

t.test('a type outside the scopes of the caller is not chained through and not brought along', async (t) => {
  const mayRead = (type: string) => type === 'Procedure'
  t.same(idsOf(await run('Procedure?patient.family=llyw', { mayRead })), [])
  t.same((await run('Procedure?_include=Procedure:subject', { mayRead })).included, [])
  t.same(idsOf(await run('Patient?_has:Procedure:patient:status=completed', { mayRead: () => false })), [])
})

t.test('places are found within a distance, in kilometres or miles, across the 180th meridian and at the pole', async (t) => {
  const place = (name: string, latitude: number, longitude: number) => ({
    resourceType: 'Location',
    name,
    position: { latitude, longitude },
  })
  const [mold = '', chester = '', fiji = '', samoa = '', north = ''] = await stored(
    place('Mold', 53.167, -3.142),
    place('Chester', 53.19, -2.892),
    place('Taveuni', -16.85, 179.97),
    place('West of it', -16.85, -179.97),
    place('Far north', 89.9, 20),
  )
  await stored({ resourceType: 'Location', name: 'Nowhere that is known' })
  // Mold and Chester lie 16.9 km apart.
  t.same(await find('Location?near=53.167|-3.142|16|km'), [mold])
  t.same(await find('Location?near=53.167|-3.142|17|km'), [mold, chester].toSorted())
  t.same(await find('Location?near=53.167|-3.142|17000|m'), [mold, chester].toSorted())
  t.same(await find('Location?near=53.167|-3.142|10.6|[mi_i]'), [mold, chester].toSorted())
  t.same(await find('Location?near=53.167|-3.142'), [mold, chester].toSorted(), 'near alone is 20 km')
  t.same(await find('Location?near=53.167|-3.142|0'), [mold])
  t.same(await find('Location?near=53.167|-3.142|1|km,53.19|-2.892|1|km'), [mold, chester].toSorted())
  t.same(await find('Location?near=-16.85|179.99|10'), [fiji, samoa].toSorted())
  t.same(await find('Location?near=89.9|-160|25'), [north])
  t.same((await find('Location?near=0|0|100000')).length, 5)
  for (const value of ['53.2', '53.2|', 'x|y', '91|0', '0|181', '1|1|-1', '1|1|1|furlong', '1|1|1|km|more', '1e9|0', 'NaN|0'])
    await t.rejects(run(`Location?near=${encodeURIComponent(value)}`), { code: 'SEARCH_VALUE_INVALID', expression: ['near'] }, value)
  await t.rejects(run('Location?near:exact=1|1'), { code: 'SEARCH_MODIFIER_UNSUPPORTED' })
  await t.rejects(run('Location?_sort=near'), { code: 'SEARCH_SORT_UNSUPPORTED' })
})

t.test('signs that mean something to SQL are only text', async (t) => {
  for (const text of ["'; DROP TABLE passport.resource; --", '%', '_', '\\', '\0', '\u{10ffff}', '\ud800']) {
    t.same(await find(`Patient?family=${encodeURIComponent(`x${text.toWellFormed()}`)}`), [])
    t.same(await find(`Patient?identifier=${encodeURIComponent(`s${text.toWellFormed().replace('\\', '')}`)}`), [])
  }
})

t.test('a chain through more than 5,000 resources is refused, naming it', async (t) => {
  await adHoc.query({
    text: `INSERT INTO passport.resource (bucket, type, id, version, updated_at, classes, tokens, content)
      SELECT n % 4096, 'Location', 'l' || n, 1, now(), 0, tokens, '{"resourceType":"Location"}' FROM generate_series(1, 5001) n, (SELECT ARRAY[$1::bigint] AS tokens) x`,
    values: [extract({ resourceType: 'Location', status: 'active' } as never).tokens[0]],
  })
  const error: unknown = await run('Encounter?location.status=active').catch((caught: unknown) => caught)
  t.ok(error instanceof Refusal)
  t.match(error, { code: 'SEARCH_TOO_COSTLY', expression: ['location.status'] })
})

t.test('a search that the database gives up is refused as too slow', async (t) => {
  const hurried = await open({ options: '-c statement_timeout=200' }) // long enough to open it, far shorter than it sleeps
  const query = parseQuery('Location', new URLSearchParams('status=active&_sort=name'), { definitions, now: at })
  const slowly = (first: number): Predicate => ({
    shape: 'own',
    standing: '',
    sql: `pg_sleep($${first}::integer) IS NOT NULL`,
    values: [1],
  })
  const error: unknown = await search(query, { access: slowly, mayRead: () => true }, { planned, adHoc: hurried, definitions }).catch(
    (caught: unknown) => caught,
  )
  t.match(error, { code: 'SEARCH_TOO_SLOW' })
})
