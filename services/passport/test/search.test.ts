/** What each kind of search parameter finds, with its modifiers, prefixes and chains. */
import t from 'tap'
import { bucketIn, bucketOfPatient } from '../src/domain/bucket.ts'
import { prepareDelete } from '../src/domain/prepare-write.ts'
import { commit } from '../src/store/record-store.ts'
import { searchedRecord, at, audit } from './a-searched-record.ts'

const {
  planned,
  adHoc,
  stored,
  run,
  find,
  ada,
  bryn,
  pool,
  gym,
  hydro,
  physio,
  walk,
  pressure,
  timed,
  set,
  setBelow,
  risk,
  wide,
  need,
  ask,
} = await searchedRecord(t)

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
