import t from 'tap'
import { loadRetention } from '@handrail/fhir-profiles/retention'
import { noteDisposal, purgeDisposed } from '../src/store/retention-rows.ts'
import { aRecord, type ARecord } from './a-record.ts'

const confirmed = (await loadRetention()).map((code) => ({ ...code, confirmed: { by: 'A records manager', on: '2026-11-01' } }))
const hub = await aRecord(t, { retention: confirmed })

interface Answer {
  parameter?: {
    name: string
    part: { name: string; valueReference?: { reference: string }; valueDate?: string; valueBoolean?: boolean; valueString?: string }[]
  }[]
}

/** Somebody who was last seen long ago by a team in England, and of late by one elsewhere. */
async function somebody({ store }: ARecord, country = 'GB-ENG') {
  const english = await store({ resourceType: 'Organization', name: 'English', address: [{ country: 'GB-ENG' }] })
  const other = await store({ resourceType: 'Organization', name: 'Other', address: [{ country }] })
  const doctor = await store({ resourceType: 'Practitioner', name: [{ family: 'Rees' }] })
  const person = await store({
    resourceType: 'Patient',
    birthDate: '1950-01-01',
    managingOrganization: { reference: `Organization/${other.id}` },
  })
  const referral = (organization: string, on: string) =>
    store({
      resourceType: 'ServiceRequest',
      status: 'completed',
      intent: 'order',
      subject: { reference: `Patient/${person.id}` },
      performer: [{ reference: `Organization/${organization}` }],
      authoredOn: on,
    })
  return {
    person,
    doctor: `Practitioner/${doctor.id}`,
    old: await referral(english.id, '2012-03-01'),
    late: await referral(other.id, '2026-01-01'),
  }
}

const partOf = (answer: Answer, what: string) =>
  answer.parameter?.find(({ part }) => part[0]?.valueReference?.reference === what)?.part ?? []
const disposing = (entry: readonly string[], confirmedBy?: string) => ({
  resourceType: 'Parameters',
  parameter: [
    ...entry.map((reference) => ({ name: 'entry', valueReference: { reference } })),
    ...(confirmedBy === undefined ? [] : [{ name: 'confirmedBy', valueReference: { reference: confirmedBy } }]),
  ],
})

t.test('the clock of each entry says until when, by whom, and by which rule', async (t) => {
  const { person, old, late } = await somebody(hub)
  const answer = (await hub.send('admin', 'GET', `/Patient/${person.id}/$retention`)).json<Answer>()
  const part = partOf(answer, `ServiceRequest/${old.id}`)
  t.equal(part.find(({ name }) => name === 'until')?.valueDate, '2020-03-01')
  t.equal(part.find(({ name }) => name === 'confirmed')?.valueBoolean, true)
  t.match(part.find(({ name }) => name === 'because')?.valueString, /8 years/)
  t.equal(partOf(answer, `ServiceRequest/${late.id}`).find(({ name }) => name === 'until')?.valueDate, '2034-01-01')
  t.notOk(
    partOf(answer, `Patient/${person.id}`).some(({ name }) => name === 'until'),
    'who somebody is has no end where nobody wrote it as an organisation',
  )
})

t.test('where a nation states no period, no end is known, and the words say why', async (t) => {
  const { person, late } = await somebody(hub, 'GB-WLS')
  const answer = (await hub.send('admin', 'GET', `/Patient/${person.id}/$retention`)).json<Answer>()
  t.match(partOf(answer, `ServiceRequest/${late.id}`).find(({ name }) => name === 'because')?.valueString, /wales states no period/)
})

t.test('the person reads their own clock; nobody else but the operator does', async (t) => {
  const { person } = await somebody(hub)
  hub.caller('person', { role: 'patient', patient: person.id })
  hub.caller('stranger', { role: 'professional', organization: 'Organization/x' })
  t.equal((await hub.send('person', 'GET', `/Patient/${person.id}/$retention`)).statusCode, 200)
  t.equal((await hub.send('stranger', 'GET', `/Patient/${person.id}/$retention`)).statusCode, 404)
  t.equal((await hub.send('person', 'GET', '/$retention-due')).statusCode, 403)
  t.equal((await hub.send('person', 'POST', `/Patient/${person.id}/$dispose`, disposing([]))).statusCode, 403)
})

t.test('the report names what is due and deletes nothing', async (t) => {
  const { person, old, late } = await somebody(hub)
  const answer = await hub.send('admin', 'GET', '/$retention-due')
  t.match(answer.body, `Patient/${person.id}`)
  t.match(answer.body, `ServiceRequest/${old.id}`)
  t.notMatch(answer.body, `ServiceRequest/${late.id}`)
  t.equal((await hub.send('admin', 'GET', `/ServiceRequest/${old.id}`)).statusCode, 200)
})

t.test('what is due goes with every earlier version when a named person confirms it, and that it was there stays', async (t) => {
  const { person, old, doctor } = await somebody(hub)
  await hub.send('admin', 'PUT', `/ServiceRequest/${old.id}`, { ...old, note: [{ text: 'Again' }] })
  const answer = await hub.send('admin', 'POST', `/Patient/${person.id}/$dispose`, disposing([`ServiceRequest/${old.id}`], doctor))
  t.equal(answer.statusCode, 200, answer.body)
  t.equal((await hub.send('admin', 'GET', `/ServiceRequest/${old.id}`)).statusCode, 410)
  t.equal((await hub.send('admin', 'GET', `/ServiceRequest/${old.id}/_history/1`)).statusCode, 404)
  t.equal((await hub.send('admin', 'GET', `/ServiceRequest/${old.id}/_history/2`)).statusCode, 404)
  const { rows } = await hub.database.query<{ confirmed_by: string; because: string; purged: boolean }>({
    text: 'SELECT confirmed_by, because, purged_at IS NOT NULL AS purged FROM passport.disposal WHERE id = $1',
    values: [old.id],
  })
  t.equal(rows[0]?.confirmed_by, doctor)
  t.match(rows[0]?.because, /8 years/)
  t.equal(rows[0]?.purged, true)
  t.match((await hub.send('admin', 'GET', `/AuditEvent?patient=${person.id}`)).body, 'dispose')
})

t.test('nothing goes that is not due, not confirmed by somebody who is there, or about somebody else', async (t) => {
  const { person, old, late, doctor } = await somebody(hub)
  const stranger = await somebody(hub)
  const refused: readonly [readonly string[], string | undefined, string][] = [
    [[`ServiceRequest/${late.id}`], doctor, 'DISPOSAL_NOT_DUE'],
    [[`ServiceRequest/${old.id}`, `ServiceRequest/${late.id}`], doctor, 'DISPOSAL_NOT_DUE'],
    [[`ServiceRequest/${old.id}`], undefined, 'DISPOSAL_INCOMPLETE'],
    [[`ServiceRequest/${old.id}`], 'Practitioner/nobody', 'DISPOSAL_INCOMPLETE'],
    [[`ServiceRequest/${old.id}`], `Patient/${person.id}`, 'DISPOSAL_INCOMPLETE'],
    [[], doctor, 'DISPOSAL_INCOMPLETE'],
    [[`ServiceRequest/${stranger.old.id}`], doctor, 'NOT_FOUND'],
  ]
  for (const [entries, by, code] of refused) {
    const answer = await hub.send('admin', 'POST', `/Patient/${person.id}/$dispose`, disposing(entries, by))
    t.match(answer.body, code)
    t.ok(answer.statusCode >= 400 && answer.statusCode < 500)
  }
  for (const { id } of [old, late, stranger.old]) t.equal((await hub.send('admin', 'GET', `/ServiceRequest/${id}`)).statusCode, 200)
})

t.test('nothing goes by a period that nobody has compared with the live schedule', async (t) => {
  const asShipped = await aRecord(t)
  const { person, old, doctor } = await somebody(asShipped)
  const answer = await asShipped.send('admin', 'POST', `/Patient/${person.id}/$dispose`, disposing([`ServiceRequest/${old.id}`], doctor))
  t.equal(answer.statusCode, 422)
  t.match(answer.body, 'DISPOSAL_PERIOD_UNCONFIRMED')
})

t.test('a disposal that died between its two steps is finished, and one that was confirmed and not done keeps everything', async (t) => {
  const { person, old, late, doctor } = await somebody(hub)
  const noted = (id: string) =>
    noteDisposal(
      hub.database,
      [
        {
          type: 'ServiceRequest',
          id,
          version: 1,
          classes: 0,
          parties: [],
          at: new Date(),
          keeping: { state: 'no-end-known', because: 'A test.' },
        },
      ],
      { patient: person.id, confirmedBy: doctor, client: 'admin', at: new Date() },
    )
  await noted(old.id)
  await noted(late.id)
  await hub.send('admin', 'DELETE', `/ServiceRequest/${old.id}`)
  t.equal(await purgeDisposed(hub.database, new Date()), 1)
  t.equal((await hub.send('admin', 'GET', `/ServiceRequest/${old.id}/_history/1`)).statusCode, 404)
  t.equal((await hub.send('admin', 'GET', `/ServiceRequest/${late.id}`)).statusCode, 200)
  t.equal(await purgeDisposed(hub.database, new Date()), 0)
})
