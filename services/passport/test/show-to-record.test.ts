/** A code that a person shows, so that a session is recorded for them without an identifier, for as long as they say. */
import t from 'tap'
import { aRecord } from './a-record.ts'

t.setTimeout(600_000)
const hub = await aRecord(t)
const gym = await hub.store({ resourceType: 'Organization', name: 'Gym' })
const ada = await hub.store({ resourceType: 'Patient', name: [{ family: 'Probert', given: ['Ada'] }] })
const about = { reference: `Patient/${ada.id}` }
await hub.store({ resourceType: 'Condition', code: { text: 'Secret' }, subject: about })
const elsewhere = await hub.store({ resourceType: 'Procedure', status: 'completed', code: { text: 'By others' }, subject: about })
hub.caller('ada', { role: 'patient', patient: ada.id, scope: 'patient/*.crus' })
hub.caller('gym', { role: 'worker', grade: 'needs-only', organization: `Organization/${gym.id}` })
hub.caller('rival', { role: 'worker', grade: 'needs-only', organization: 'Organization/rival' })
hub.caller('alone', { role: 'worker', grade: 'needs-only' })

const parameters = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter })
interface Out {
  readonly parameter: readonly { name: string; valueString?: string; valueId?: string; valueUri?: string }[]
}
const show = async (...given: object[]) => {
  const answer = await hub.send('ada', 'POST', `/Patient/${ada.id}/$show-to-record`, parameters(...given))
  const of = (wanted: string) => answer.json<Out>().parameter.find(({ name }) => name === wanted)
  return { status: answer.statusCode, token: of('token')?.valueString ?? '', id: of('id')?.valueId ?? '', link: of('link')?.valueUri ?? '' }
}
const accept = (who: string, token: unknown) =>
  hub.send(who, 'POST', '/Patient/$accept-shown', parameters({ name: 'token', valueString: token }))
const session = { resourceType: 'Procedure', status: 'completed', code: { text: 'Chair-based exercise' }, subject: about, performedDateTime: '2026-11-20' } // prettier-ignore
const record = (who: string) => hub.send(who, 'POST', '/Procedure', session)

t.test('without a code nobody records for somebody they do not know', async (t) => {
  t.equal((await record('gym')).statusCode, 404)
  t.equal((await accept('gym', 'A'.repeat(43))).statusCode, 404)
  t.equal((await accept('gym', 'nonsense')).statusCode, 404)
})

t.test('whoever was shown the code records sessions, sees its own, and nothing more', async (t) => {
  const { token, link } = await show({ name: 'purpose', valueString: 'Tuesday class' })
  t.equal(link, `http://hub.example/view#record:/${token}`)
  t.equal((await accept('alone', token)).statusCode, 403, 'somebody must answer for what is recorded')
  const answer = await accept('gym', link)
  t.match(answer.json(), { parameter: [{ name: 'patient', valueReference: about }, { name: 'expires' }, { name: 'purpose', valueString: 'Tuesday class' }] }) // prettier-ignore
  const made = await record('gym')
  t.equal(made.statusCode, 201, made.body)
  t.equal((await hub.send('gym', 'GET', `/Procedure/${made.json<{ id: string }>().id}`)).statusCode, 200)
  t.equal((await hub.send('gym', 'GET', `/Patient/${ada.id}`)).statusCode, 404)
  t.equal((await hub.send('gym', 'GET', `/Procedure/${elsewhere.id}`)).statusCode, 404)
  t.equal((await hub.send('gym', 'GET', `/Patient/${ada.id}/$everything`)).statusCode, 404)
  for (const other of [
    { resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: about },
    { resourceType: 'Goal', lifecycleStatus: 'active', description: { text: 'x' }, subject: about },
    { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: about },
    { resourceType: 'CareTeam', status: 'active', subject: about, participant: [{ member: { reference: `Organization/${gym.id}` } }] },
    { resourceType: 'ServiceRequest', status: 'active', intent: 'order', subject: about },
  ])
    t.equal((await hub.send('gym', 'POST', `/${other.resourceType}`, other)).statusCode, 404, other.resourceType)
  t.equal((await record('rival')).statusCode, 404, 'the right is of the organisation that accepted it')
})

t.test('the person sees who accepted it, and withdraws it with the next request', async (t) => {
  const { token, id } = await show()
  await accept('rival', token)
  t.equal((await record('rival')).statusCode, 201)
  const links = await hub.send('ada', 'GET', `/Patient/${ada.id}/$share-links`)
  t.match(links.body, /"shown"/)
  t.match(links.body, /Organization\/rival/)
  const withdraw = (who: string) => hub.send(who, 'POST', `/Patient/${ada.id}/$withdraw-shown`, parameters({ name: 'id', valueString: id }))
  t.equal((await withdraw('rival')).statusCode, 404)
  t.equal((await withdraw('ada')).statusCode, 200)
  t.equal((await record('rival')).statusCode, 404)
  t.equal((await accept('rival', token)).statusCode, 404)
})

t.test('it ends when the person said, and lasts a year at most', async (t) => {
  const { token } = await show({ name: 'expires', valueInstant: '2026-11-21T10:00:00Z' })
  hub.caller('hall', { role: 'professional', grade: 'therapy-record', organization: 'Organization/hall' })
  await accept('hall', token)
  t.equal((await record('hall')).statusCode, 201)
  const { rows } = await hub.database.query<{ about_an_hour: boolean }>({
    text: `SELECT ends BETWEEN now() + interval '59 minutes' AND now() + interval '61 minutes' AS about_an_hour FROM passport.relationship WHERE party = 'Organization/hall'`,
  })
  t.same(rows, [{ about_an_hour: true }])
  await hub.database.query({ text: `UPDATE passport.relationship SET ends = now() WHERE party = 'Organization/hall'` })
  t.equal((await record('hall')).statusCode, 404, 'and then it is over')
  hub.setNow(new Date('2026-11-21T10:00:00Z'))
  t.equal((await accept('hall', token)).statusCode, 404)
  hub.setNow(new Date('2026-11-21T09:00:00Z'))
  const late = await hub.send('ada', 'POST', `/Patient/${ada.id}/$show-to-record`, parameters({ name: 'expires', valueInstant: '2030-01-01T00:00:00Z' })) // prettier-ignore
  t.ok(late.statusCode >= 400 && late.statusCode < 500)
})

t.test('what the code says is nowhere in the database', async (t) => {
  const { token } = await show()
  const { rows } = await hub.database.query({ text: 'SELECT 1 FROM passport.shown s WHERE position($1 IN s::text) > 0', values: [token] })
  t.same(rows, [])
})
