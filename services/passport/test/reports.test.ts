/** Reports from the record: what becomes a fact, what is published of it, who reads it, and that it stays as it was. */
import { aPatient, aReferral, aSession, aTask, anAdmission, anOrganization, refused } from '@platform/testing/cast'
import fc from '@platform/testing/properties'
import { placesIn } from '@platform/service/places'
import t from 'tap'
import { FACT_KINDS, type FactOfPerson } from '../src/domain/reports/fact.ts'
import { countFacts, publishTable, type PublishedTable } from '../src/domain/reports/publish.ts'
import { SECTORS, SETTINGS, TABLES } from '../src/domain/reports/tables.ts'
import { factStore } from '../src/store/reports/fact-store.ts'
import { PUBLISHED_AFTER_DAYS, reportStore } from '../src/store/reports/report-store.ts'
import { aRecord } from './a-record.ts'

const record = await aRecord(t)
const { database, send, store } = record
record.setNow(new Date('2026-10-10T09:00:00Z'))
/** Without its key: the record gives it an id. */
const fresh = <T extends { id?: string }>({ id: _id, ...rest }: T) => rest
const centre = await store(fresh(anOrganization('therapy-centre')))
const team = await store(fresh(anOrganization('community-team')))
const hospital = await store(fresh(anOrganization('hospital')))
record.caller('commissioner', { role: 'commissioner', grade: 'link-only', organization: `Organization/${team.id}`, scope: 'system/*.rs' })
record.caller('worker', { role: 'worker', grade: 'therapy-record', organization: `Organization/${centre.id}` })
record.caller('ada', { role: 'patient', patient: 'ada' })

const extension = (name: string, valueCode: string) => ({ url: `https://handrail.example/fhir/StructureDefinition/${name}`, valueCode })
const sessionOf = (patient: string, day: number, given: object = {}) => ({
  ...aSession({
    for: `Patient/${patient}`,
    by: `Organization/${centre.id}`,
    start: `2026-08-${String(day).padStart(2, '0')}T10:00:00Z`,
    end: `2026-08-${String(day).padStart(2, '0')}T10:45:00Z`,
  }),
  performer: [{ actor: { display: 'Gareth Hughes' }, onBehalfOf: { reference: `Organization/${centre.id}` } }],
  extension: [
    extension('sector', 'third-sector'),
    extension('setting', 'therapy-centre'),
    extension('funder', 'charity'),
    extension('checked-level', 'worker-recorded'),
  ],
  ...given,
})

const people: string[] = []
for (let index = 0; index < 9; index += 1) {
  const { identifier: _number, managingOrganization: _team, generalPractitioner: _gp, ...person } = aPatient('ada')
  people.push(
    (
      await store({
        ...fresh(person),
        ...(index === 0 ? { birthDate: '1940-01-01', gender: 'male' } : { birthDate: '1974-03-18', gender: 'female' }),
      })
    ).id,
  )
}
for (const [index, patient] of people.entries()) await store(sessionOf(patient, index + 1))
const [first = '', second = ''] = people

const cellOf = (tables: readonly PublishedTable[], id: string, row: string, column?: string) =>
  tables
    .find((table) => table.id === id)
    ?.rows.find((one) => one.class === row)
    ?.cells.find((cell) => cell.class === column)?.is
const reportAs = async (who: string, path: string) => {
  const answer = await record.app.inject({ method: 'GET', url: `/reports${path}`, headers: { authorization: `Bearer ${who}` } })
  return {
    status: answer.statusCode,
    body: answer.json<{ tables: PublishedTable[]; digest: string; issue?: { details: { text: string } }[] }>(),
  }
}
const factsOf = async (kind: string) => {
  const { rows } = await database.query<Record<string, unknown>>({
    text: `SELECT f.amount, f.minutes, f.quarter, a.word AS area, s.word AS sector, g.word AS setting, w.word AS what, h.word AS how
             FROM passport.fact f LEFT JOIN passport.fact_word a ON a.id = f.area LEFT JOIN passport.fact_word s ON s.id = f.sector
             LEFT JOIN passport.fact_word g ON g.id = f.setting LEFT JOIN passport.fact_word w ON w.id = f.what LEFT JOIN passport.fact_word h ON h.id = f.how
            WHERE f.kind = $1 ORDER BY f.quarter, w.word, f.amount`,
    values: [FACT_KINDS.indexOf(kind as never) + 1],
  })
  return rows
}

t.test('a completed session is one contact, with what is recorded of it and nothing else', async (t) => {
  await record.report()
  const contacts = await factsOf('contact')
  t.equal(contacts.length, 9)
  t.same(contacts[0], {
    amount: null,
    minutes: 45,
    quarter: 2026 * 4 + 2,
    area: 'pont-y-garreg',
    sector: 'third-sector',
    setting: 'therapy-centre',
    what: 'exercise',
    how: 'not-nhs',
  })
})

t.test('a session that did not take place, and one taken back, are no contacts', async (t) => {
  const missed = await store(sessionOf(first, 20, { status: 'not-done', statusReason: { text: 'A flare' } }))
  await store(sessionOf(first, 21, { status: 'entered-in-error' }))
  await record.report()
  t.equal((await factsOf('contact')).length, 9)
  await send('admin', 'DELETE', `/Procedure/${missed.id}`)
})

t.test('a correction of the record is a correction of the facts, and a fact read twice is there once', async (t) => {
  const added = await store(sessionOf(first, 22))
  await record.report()
  t.equal((await factsOf('contact')).length, 10)
  await send('admin', 'PUT', `/Procedure/${added.id}`, { ...added, status: 'entered-in-error' })
  await record.report()
  await record.report()
  t.equal((await factsOf('contact')).length, 9)
})

t.test('a stay is its nights, each in its quarter, once it has ended', async (t) => {
  const stay = {
    ...anAdmission({ for: `Patient/${second}`, hospital: `Organization/${hospital.id}` }),
    status: 'finished' as const,
    period: { start: '2026-06-28T10:00:00Z', end: '2026-07-05T12:00:00Z' },
  }
  await store(stay)
  const { identifier: _visit, ...another } = stay
  await store({ ...another, status: 'in-progress' as const, period: { start: '2026-09-01T10:00:00Z' } })
  await record.report()
  t.match(await factsOf('stay'), [
    { quarter: 2026 * 4 + 1, amount: 3, sector: 'nhs' },
    { quarter: 2026 * 4 + 2, amount: 4, sector: 'nhs' },
  ])
})

t.test('two scores of a measure are one outcome, in hundredths of its unit', async (t) => {
  const score = (value: number, on: string) => ({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/measure', code: 'timed-up-and-go' }] },
    subject: { reference: `Patient/${first}` },
    effectiveDateTime: on,
    performer: [{ reference: `Organization/${team.id}` }],
    valueQuantity: { value, unit: 's', system: 'http://unitsofmeasure.org', code: 's' },
  })
  await store(score(21.4, '2026-05-02'))
  await store(score(17.9, '2026-08-02'))
  await record.report()
  t.match(await factsOf('outcome'), [{ quarter: 2026 * 4 + 2, what: 'timed-up-and-go', how: 'better', amount: -350, sector: 'nhs' }])
})

t.test('a request is one, its acceptance is days waited, its refusal is a reason', async (t) => {
  const request = await store(
    aReferral({ for: `Patient/${first}`, from: `Organization/${centre.id}`, to: `Organization/${team.id}`, at: '2026-08-01T10:00:00Z' }),
  )
  const asked = aTask({ of: request, owner: `Organization/${team.id}`, at: '2026-08-01T10:00:00Z' })
  const task = await store(asked)
  const accepted = await send('admin', 'PUT', `/Task/${task.id}`, { ...task, status: 'accepted', lastModified: '2026-08-12T09:00:00Z' })
  t.equal(accepted.statusCode, 200, accepted.body)
  // It goes on; when it was accepted stays so.
  await send('admin', 'PUT', `/Task/${task.id}`, { ...task, status: 'in-progress', lastModified: '2026-09-12T09:00:00Z' })
  const other = await store(asked)
  const no = await send('admin', 'PUT', `/Task/${other.id}`, {
    ...refused({ ...other, lastModified: '2026-08-09T09:00:00Z' }, { nextOwner: `Organization/${centre.id}`, due: '2026-12-01T09:00:00Z' }),
  })
  t.equal(no.statusCode, 200, no.body)
  await record.report()
  t.match(await factsOf('request'), [
    { sector: 'nhs', how: 'third-sector' },
    { sector: 'nhs', how: 'third-sector' },
  ])
  t.match(await factsOf('acceptance'), [{ amount: 10, sector: 'nhs' }])
  t.match(await factsOf('refusal'), [{ how: 'too-complex', sector: 'nhs' }])
})

t.test('what the person says of a request is one fact for each question, and nobody else’s words are', async (t) => {
  const said = (question: string, answer: string) => ({
    url: 'https://handrail.example/fhir/StructureDefinition/experience',
    extension: [
      { url: 'question', valueCode: question },
      { url: 'answer', valueCode: answer },
    ],
  })
  const feedback = (patient: string, key: string, given: object = {}) => ({
    resourceType: 'Communication' as const,
    extension: [said('heard', 'yes'), said('helped', 'too-soon')],
    identifier: [{ system: 'https://handrail.example/fhir/Id/feedback', value: key }],
    status: 'completed' as const,
    subject: { reference: `Patient/${patient}` },
    sender: { reference: `Patient/${patient}` },
    recipient: [{ reference: `Organization/${team.id}` }],
    sent: '2026-09-30T10:00:00Z',
    payload: [{ contentString: 'They asked me first.' }],
    ...given,
  })
  for (const patient of people) await store(feedback(patient, `of-${patient}`))
  const theirs = { sender: { reference: `Organization/${team.id}` } }
  for (const [key, given] of Object.entries({
    theirs,
    withdrawn: { status: 'entered-in-error' },
    advice: { identifier: [{ system: 'https://handrail.example/fhir/Id/advice', value: '1' }] },
  }))
    await store(feedback(second, key, given))
  await record.report()
  const facts = await factsOf('feedback')
  t.equal(facts.length, 2 * people.length)
  t.match(facts[0], { quarter: 2026 * 4 + 2, area: 'pont-y-garreg', sector: 'nhs', what: 'heard', how: 'yes' })
})

t.test('a change is taken over once, though it is read again while it is young', async (t) => {
  await record.report()
  t.equal(await record.reporting.keeper.keep(), 0, 'nothing is new')
  const session = await store(sessionOf(people[0] ?? '', 30))
  t.equal(await record.reporting.keeper.keep(), 1)
  t.equal(await record.reporting.keeper.keep(), 0)
  t.equal((await send('admin', 'DELETE', `/Procedure/${session.id}`)).statusCode, 204)
  t.equal(await record.reporting.keeper.keep(), 1, 'a later version is new')
})

t.test('facts made anew from the whole record are the facts that were kept', async (t) => {
  const all = async () => (await Promise.all(FACT_KINDS.map((kind) => factsOf(kind)))).flat()
  const kept = await all()
  t.equal(await record.reporting.keeper.rebuild(), 9)
  t.same(await all(), kept)
})

t.test('an organisation that changes its sector has it in the facts of everybody, though their records did not change', async (t) => {
  const before = (await send('admin', 'GET', `/Organization/${team.id}`)).json<
    Record<string, unknown> & { extension?: { url: string }[] }
  >()
  const { text: _text, ...organization } = before
  const others = (before.extension ?? []).filter(({ url }) => !url.endsWith('/sector'))
  const become = async (sector: string, name = 'The team') => {
    const written = { ...organization, name, extension: [...others, extension('sector', sector)] }
    const answer = await send('admin', 'PUT', `/Organization/${team.id}`, written)
    t.equal(answer.statusCode, 200, answer.body)
  }
  const sectors = async () => [...new Set((await factsOf('refusal')).map(({ sector }) => sector))]
  await record.reporting.keeper.keep()
  const [was] = await sectors()
  await become('third-sector')
  t.equal(await record.reporting.keeper.keep(), 9)
  t.same(await sectors(), ['third-sector'])
  t.equal(await record.reporting.keeper.keep(), 0, 'it is said once')
  await become('third-sector', 'Another name')
  t.equal(await record.reporting.keeper.keep(), 0, 'any other change of an organisation is no news')
  await become(was as string)
  t.equal(await record.reporting.keeper.rebuild(), 9)
  t.same(await sectors(), [was])
  t.equal(await record.reporting.keeper.keep(), 0, 'what was made anew by hand is known')
  await become('third-sector')
  t.equal(await record.reporting.keeper.keep(), 9)
  await become(was as string)
  t.equal(await record.reporting.keeper.keep(), 9)
})

const placed = (postcode: string, decile: number, line: number) => ({ line, postcode, place: { nation: 'wales' as const, decile } })
/** As an operator loads a table beside the running hub. */
const loadPlaces = (...rows: ReturnType<typeof placed>[]) =>
  placesIn(database).replace(
    { name: 'An index', edition: '2019', licence: 'Some licence' },
    (async function* () {
      yield* rows
    })(),
    { at: new Date(), mayKeep: () => 'yes' },
  )

t.test('without a table of places nothing is counted by place; once one is loaded, everybody is, though no record changed', async (t) => {
  t.same(await factsOf('seen-deprivation'), [])
  await loadPlaces(placed('QQ12ZZ', 7, 2))
  t.equal(await record.reporting.keeper.keep(), people.length)
  t.match(await factsOf('seen-deprivation'), Array<object>(people.length).fill({ what: 'not-in-table', area: 'pont-y-garreg' }))
  await loadPlaces(placed('QQ13AP', 2, 2), placed('QQ12ZZ', 7, 3))
  t.equal(await record.reporting.keeper.keep(), people.length)
  t.match(await factsOf('seen-deprivation'), Array<object>(people.length).fill({ what: 'wimd-1' }))
  t.same(
    (await factsOf('seen-rurality')).map(({ what }) => what),
    Array<null>(people.length).fill(null),
    'what the table does not say is in the class that is never shown',
  )
  t.equal(await record.reporting.keeper.keep(), 0, 'the same tables, read again, are no news')
  const { rows } = await database.query<{ word: string }>({ text: `SELECT word FROM passport.fact_word WHERE word LIKE 'QQ%'` })
  t.same(rows, [], 'no postcode is in a fact')
})

t.test('somebody who moved is counted in each quarter by where they lived when it began', async (t) => {
  const [patient] = people
  const at = (use: string, postalCode: string, period: object) => ({ use, postalCode, period })
  const before = await send('admin', 'GET', `/Patient/${patient ?? ''}`)
  const moved = at('home', 'QQ1 3AP', { start: '2026-06-15' })
  const { text: _text, ...person } = before.json<Record<string, unknown> & { text?: object }>()
  const address = [at('old', 'QQ2 2ZZ', { start: '2020-01-01', end: '2026-06-15' }), moved]
  t.equal((await send('admin', 'PUT', `/Patient/${patient ?? ''}`, { ...person, address })).statusCode, 200)
  await loadPlaces(placed('QQ13AP', 2, 2), placed('QQ22ZZ', 9, 3))
  const early = await store({
    ...sessionOf(patient ?? '', 1),
    performedPeriod: { start: '2026-05-04T10:00:00Z', end: '2026-05-04T10:30:00Z' },
  })
  await record.reporting.keeper.keep()
  t.match(
    (await factsOf('seen-deprivation')).filter(({ quarter }) => quarter === 2026 * 4 + 1),
    [{ what: 'wimd-5', area: 'bryn-alwen' }],
  )
  await send('admin', 'DELETE', `/Procedure/${early.id}`)
  await record.reporting.keeper.keep()
  t.match(await factsOf('seen-deprivation'), Array<object>(people.length).fill({ what: 'wimd-1', area: 'pont-y-garreg' }))
})

t.test('a quarter is published once its entries had time to arrive, and not before', async (t) => {
  t.equal((await reportAs('commissioner', '/2026-Q3/areas/pont-y-garreg')).status, 404)
  record.setNow(new Date(Date.parse('2026-10-01') + PUBLISHED_AFTER_DAYS * 86_400_000))
  await record.report()
  const { status, body } = await reportAs('commissioner', '/2026-Q3/areas/pont-y-garreg')
  t.equal(status, 200)
  t.same(cellOf(body.tables, 'activity-not-nhs', 'third-sector', 'therapy-centre'), { people: 10, events: 10, 'mean-minutes': 45 })
  t.equal(cellOf(body.tables, 'activity-nhs', 'nhs', 'clinic'), 0)
  t.equal(cellOf(body.tables, 'refusals', 'too-complex', 'nhs'), '*', 'one person is hidden')
  t.equal(cellOf(body.tables, 'bed-days', 'nhs'), '*', 'one person’s nights are hidden')
  t.equal(cellOf(body.tables, 'equity-age', '80-'), '*')
  t.same(cellOf(body.tables, 'equity-age', '40-64'), { people: 10 })
  t.same(cellOf(body.tables, 'feedback', 'heard', 'yes'), { people: 10, events: 10 })
  t.same(cellOf(body.tables, 'feedback', 'helped', 'too-soon'), { people: 10, events: 10 })
  t.equal(cellOf(body.tables, 'feedback', 'informed', 'yes'), 0)
  t.equal(cellOf(body.tables, 'equity-gender', 'male'), '*')
  t.same(cellOf(body.tables, 'equity-gender', 'female'), { people: 10 })
  t.same(cellOf(body.tables, 'equity-deprivation', 'wimd-1'), { people: 10 })
  t.equal(cellOf(body.tables, 'equity-deprivation', 'imd-1'), 0, 'nations are never one group')
  const index = (await reportAs('commissioner', '')).body as unknown as { quarters: { quarter: string; places: object[] }[] }
  t.same(index.quarters.find(({ quarter }) => quarter === '2026-Q3')?.places, [
    { nation: 'wales', name: 'An index', edition: '2019', licence: 'Some licence' },
  ])
})

t.test('what was published is never changed, by later entries or by anybody', async (t) => {
  const before = await reportAs('commissioner', '/2026-Q3/areas/pont-y-garreg')
  for (const patient of people) await store(sessionOf(patient, 25))
  await record.report()
  t.same((await reportAs('commissioner', '/2026-Q3/areas/pont-y-garreg')).body, before.body)
  await t.rejects(database.query({ text: 'UPDATE passport.report SET content = content' }), { message: /never changed/ })
  await t.rejects(database.query({ text: 'DELETE FROM passport.report_quarter' }), { message: /never changed/ })
})

t.test('an organisation reads the report about itself, and no other', async (t) => {
  const { status, body } = await reportAs('worker', '/2026-Q3/own')
  t.equal(status, 200)
  t.same(
    body.tables.map(({ id }) => id),
    ['own-activity', 'own-outcomes', 'own-waits'],
  )
  t.same(cellOf(body.tables, 'own-activity', 'exercise'), { people: 10, events: 10, 'mean-minutes': 45 })
  t.equal((await reportAs('worker', '/2026-Q3/areas/pont-y-garreg')).status, 403)
  t.equal((await reportAs('ada', '/2026-Q3/own')).status, 403)
  t.equal((await reportAs('nobody', '/2026-Q3/own')).status, 401)
})

t.test('reports exist for whole quarters and fixed areas only', async (t) => {
  for (const path of ['/2026-08/areas/pont-y-garreg', '/2026-Q5/areas/pont-y-garreg', '/2026-Q3/areas/QQ1', '/2026-Q3/areas/bryn-alwen%27'])
    t.ok([404, 422, 400].includes((await reportAs('commissioner', path)).status), path)
  t.equal((await reportAs('commissioner', '/2026-Q3/areas/bryn-alwen')).status, 200, 'an area where nothing happened is published too')
})

t.test('a unit cost is entered with its range and its source, and the latest counts', async (t) => {
  const enter = (who: string, body: object) =>
    record.app.inject({
      method: 'POST',
      url: '/reports/unit-costs',
      headers: { authorization: `Bearer ${who}`, 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    })
  const cost = {
    sector: 'nhs',
    unit: 'bed-day',
    low: 30_000,
    central: 40_000,
    high: 55_000,
    source: 'Finance, schedule 4',
    priceYear: 2026,
  }
  t.equal((await enter('worker', cost)).statusCode, 403)
  for (const wrong of [
    { ...cost, source: ' ' },
    { ...cost, low: 50_000 },
    { ...cost, sector: 'moon' },
    { ...cost, central: 1.5 },
    { ...cost, unit: 'visit' },
    [],
  ])
    t.equal((await enter('commissioner', wrong)).statusCode, 400, JSON.stringify(wrong))
  t.equal((await enter('commissioner', cost)).statusCode, 201)
  t.equal((await enter('commissioner', { ...cost, central: 42_000 })).statusCode, 201)
  const answer = await record.app.inject({ method: 'GET', url: '/reports/unit-costs', headers: { authorization: 'Bearer commissioner' } })
  t.match(answer.json(), { costs: [{ sector: 'nhs', unit: 'bed-day', central: 42_000, enteredBy: 'commissioner' }] })
  t.equal(answer.json<{ costs: unknown[] }>().costs.length, 1)
})

t.test('the database counts what the rule counts, and publishing twice gives the same bytes', async (t) => {
  const arbitrary = fc.array(
    fc.record(
      {
        person: fc.integer({ min: 1, max: 60 }).map(String),
        kind: fc.constantFrom('contact' as const, 'outcome' as const, 'acceptance' as const, 'refusal' as const),
        quarter: fc.constant('2020-Q1' as const),
        area: fc.constantFrom('pont-y-garreg', 'elsewhere'),
        organization: fc.constantFrom('Organization/one', 'Organization/two'),
        sector: fc.constantFrom(...SECTORS.slice(0, 2)),
        setting: fc.constantFrom(...SETTINGS.slice(0, 2)),
        what: fc.constantFrom('exercise', 'timed-up-and-go', 'counselling', 'unknown'),
        how: fc.constantFrom('nhs', 'not-nhs', 'better', 'too-complex'),
        minutes: fc.integer({ min: 1, max: 90 }),
        amount: fc.integer({ min: -400, max: 400 }),
      },
      { requiredKeys: ['person', 'kind', 'quarter'] },
    ),
    { minLength: 300, maxLength: 600, size: 'max' },
  )
  await fc.assert(
    fc.asyncProperty(arbitrary, async (facts) => {
      await database.query({ text: 'TRUNCATE passport.fact' })
      const all = facts as unknown as FactOfPerson[]
      const kept = factStore(database)
      await kept.replace(Map.groupBy(all, ({ person }) => person))
      for (const table of TABLES) {
        const counted = await kept.count(database, table, '2020-Q1')
        for (const subject of ['pont-y-garreg', 'Organization/one', 'Organization/two'])
          t.same(publishTable(table, counted.get(subject) ?? []), publishTable(table, countFacts(table, subject, all)), table.id)
      }
    }),
    { numRuns: 4 },
  )
  const published = async () => {
    await database.query({ text: 'TRUNCATE passport.report, passport.report_quarter' })
    await reportStore(database, factStore(database), ['pont-y-garreg', 'bryn-alwen']).publishDue(new Date('2021-01-01'))
    return (await database.query<{ digest: string }>({ text: 'SELECT subject, digest FROM passport.report ORDER BY subject' })).rows
  }
  const once = await published()
  t.equal(once.length, 4)
  t.same(await published(), once)
})

t.test('the operator sees what waits and what was given up, and nobody else does', async (t) => {
  const ask = (who: string, method: 'GET' | 'POST', path: string, body?: object) =>
    record.app.inject({
      method,
      url: `/operator${path}`,
      headers: { authorization: `Bearer ${who}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { payload: JSON.stringify(body) }),
    })
  for (const who of ['commissioner', 'worker', 'ada']) {
    t.equal((await ask(who, 'GET', '/state')).statusCode, 403, who)
    t.equal((await ask(who, 'POST', '/retry', { changes: 'all' })).statusCode, 403, who)
  }
  await database.query({ text: `INSERT INTO events.consumer (name, types) VALUES ('reader', '{Task}')` })
  await database.query({
    text: `INSERT INTO events.delivery (consumer, change_id, type, id, version, at, due_at, dead_at, reason, attempts)
           VALUES ('reader', 41, 'Task', 'a', 1, now() - interval '1 h', now(), now(), 'RECORD_UNAVAILABLE', 12)`,
  })
  const state = (await ask('admin', 'GET', '/state')).json<{
    behind: { consumer: string; dead: number }[]
    deadLetters: object[]
    organizations: object[]
  }>()
  t.equal(state.behind.find(({ consumer }) => consumer === 'reader')?.dead, 1)
  t.match(state.deadLetters, [{ changeId: '41', resource: 'Task/a', reason: 'RECORD_UNAVAILABLE' }])
  t.ok(state.organizations.length >= 3)
  for (const wrong of [{}, { changes: [] }, { changes: ['x'] }, { changes: 41 }])
    t.equal((await ask('admin', 'POST', '/retry', wrong)).statusCode, 400)
  t.same((await ask('admin', 'POST', '/retry', { changes: ['41'] })).json(), { retried: 1 })
  t.same((await ask('admin', 'GET', '/state')).json<{ deadLetters: object[] }>().deadLetters, [])
})
