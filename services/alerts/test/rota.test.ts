import type { OrganizationAffiliation, PractitionerRole, Task } from '@medplum/fhirtypes'
import t from 'tap'
import type { AlertRule } from '../src/domain/alert-lines.ts'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { NIGHT, testHospital, type TestHospital } from './a-hospital.ts'

const later = (minutes: number) => new Date(NIGHT.getTime() + minutes * 60_000)
const role = (code: string) => ({ coding: [{ system: 'https://handrail.example/fhir/CodeSystem/answering-role', code }] })

const duty = (code: string, more: Partial<PractitionerRole> = {}): PractitionerRole => ({
  resourceType: 'PractitionerRole',
  id: `rota-${code}`,
  organization: { reference: 'Organization/pump-centre' },
  code: [{ ...role(code), text: `Pump centre ${code}` }],
  ...more,
})
const office = {
  availableTime: [{ daysOfWeek: ['mon', 'tue', 'wed', 'thu', 'fri'], availableStartTime: '09:00:00', availableEndTime: '17:00:00' }],
}
const byDay = duty('specialist', office as Partial<PractitionerRole>)

async function admitted(t: Parameters<typeof testHospital>[0], rota: readonly (PractitionerRole | OrganizationAffiliation)[]) {
  const hospital = await testHospital(t, { demo: true })
  for (const each of rota) hospital.record.seed(each)
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  return hospital
}
const contactOf = (task: Task) => task.input?.find(({ type }) => type.text === 'Call, 24 hours')?.valueString
const written = async (hospital: TestHospital) => {
  await hospital.running.tellDue()
  return (await hospital.dependencies.kept.newest(50)).map(({ channel, to, subject, text }) => ({ channel, to, subject, text }))
}

t.test('HAZ-A19: at night the alert goes to who is on call, at once and by the means their rota names', async (t) => {
  const onCall = duty('on-call', {
    availableTime: [{ availableStartTime: '17:00:00', availableEndTime: '09:00:00' }],
    telecom: [
      { system: 'phone', value: '01632 960199' },
      { system: 'sms', value: '07700 900123' },
    ],
  })
  const hospital = await admitted(t, [byDay, onCall])
  const specialist = hospital.task(/-specialist$/)
  t.equal(specialist.restriction?.period?.end, later(30).toISOString(), 'the route changes, never the time')
  t.match(specialist.input?.at(-1), {
    type: { coding: [{ code: 'on-duty' }] },
    valueReference: { reference: 'PractitionerRole/rota-on-call' },
  })
  t.match(contactOf(hospital.task(/-ward$/)), /^On duty at 21 Nov 2026, 02:14: the on-call route, .*: ring 01632 960199\./)
  t.equal(hospital.task(/-ward$/).input?.length, 7, 'seven lines and no more')

  const [message, ...others] = await written(hospital)
  t.match(message, { channel: 'sms', to: '07700900123' })
  t.notMatch(JSON.stringify(message), /Rees|Dafydd|9990004447|pump|baclofen/i)
  t.strictSame(others, [])

  await hospital.send(anAdmissionMessage({ event: 'A11', controlId: '2', at: later(10) }))
  await hospital.acted()
  t.equal((await written(hospital)).length, 2, 'who was told hears that it was a mistake')
})

t.test('HAZ-A19: where nobody is on, the ward sees so at once with the number to ring, and each step says so again', async (t) => {
  const hospital = await admitted(t, [byDay])
  t.match(
    contactOf(hospital.task(/-ward$/)),
    /^Nobody is on duty at 21 Nov 2026, 02:14 by the rota of Northmere Spasticity and Pump Centre: ring 01632 960107/,
  )
  t.equal(hospital.task(/-specialist$/).owner?.reference, 'Organization/pump-centre')
  await hospital.moveTo(later(61))
  const alert = hospital.task(/^alert-/)
  t.match(alert.note?.at(-1)?.text, /^The specialist team has not answered\. .*on-call route of the service\. Nobody is on duty at/)
  t.strictSame(
    hospital.task(/-specialist$/).note?.map(({ text }) => /Nobody is on duty/.test(text)),
    [false, true, true],
    'no rota is kept for a deputy, so nothing is claimed of one',
  )
  const notes = hospital.task(/-specialist$/).note?.length
  await hospital.moveTo(later(60 * 5))
  t.equal(hospital.task(/-specialist$/).note?.length, notes, 'asking again each hour does not fill the page')
})

t.test('HAZ-A65: a hub that stood still for three days tells each step once, and goes on by the hour', async (t) => {
  const hospital = await admitted(t, [])
  const told = async () => (await hospital.notices()).filter((kind) => kind === 'escalated').length
  await hospital.moveTo(later(3 * 24 * 60))
  t.equal(await told(), 5, 'the ward two, the specialist team three')
  t.equal(hospital.task(/-specialist$/).restriction?.period?.end, later(3 * 24 * 60 + 60).toISOString())
  await hospital.moveTo(later(3 * 24 * 60 + 59))
  t.equal(await told(), 5)
  await hospital.moveTo(later(3 * 24 * 60 + 60))
  t.equal(await told(), 7, 'an hour later both are told again')
})

t.test('a duty that another organisation covers is theirs to answer, and each step goes to who is on then', async (t) => {
  const cover: OrganizationAffiliation = {
    resourceType: 'OrganizationAffiliation',
    id: 'cover',
    organization: { reference: 'Organization/pump-centre' },
    participatingOrganization: { reference: 'Organization/neurorehab' },
    code: [role('on-call')],
  }
  const theirs = duty('on-call', { id: 'theirs', organization: { reference: 'Organization/neurorehab' } })
  const lead = duty('site-lead', { telecom: [{ system: 'email', value: 'lead@trust.example' }] })
  const hospital = await admitted(t, [byDay, cover, theirs, lead])
  t.equal(hospital.task(/-specialist$/).owner?.reference, 'Organization/neurorehab')
  t.equal(hospital.task(/^alert-/).owner?.reference, 'Organization/pump-centre')

  await hospital.moveTo(later(31))
  const asked = hospital.task(/-specialist$/)
  t.equal(asked.owner?.reference, 'Organization/pump-centre', 'the lead is of the centre itself')
  t.match(asked.businessStatus, { coding: [{ code: 'site-lead' }] })
  t.match(await written(hospital), [{ channel: 'email', to: 'lead@trust.example' }])

  const handed = await hospital.app.inject({
    method: 'POST',
    url: `/fhir/Task/${String(asked.id)}/$hand-on`,
    headers: { authorization: await hospital.bearer('pump-centre'), 'content-type': 'application/fhir+json' },
    payload: { resourceType: 'Parameters', parameter: [{ name: 'to', valueReference: { reference: 'Organization/community-team' } }] },
  })
  t.equal(handed.statusCode, 200)
  await hospital.moveTo(later(61))
  t.equal(hospital.task(/-specialist$/).owner?.reference, 'Organization/community-team', 'who was handed it by a person keeps it')
})

t.test(
  'HAZ-A130: who is on is told and named while no deputy is; who comes on duty within a ladder hears at its next step, and who has gone no more',
  async (t) => {
    const at = (days: string[], from: string, to: string) =>
      [{ daysOfWeek: days, availableStartTime: from, availableEndTime: to }] as NonNullable<PractitionerRole['availableTime']>
    const reached = (number: string) => ({
      telecom: [
        { system: 'phone', value: number },
        { system: 'sms', value: number.replace('01632 960', '07700 900') },
      ] as NonNullable<PractitionerRole['telecom']>,
    })
    // The alert is raised at 02:14 on a Saturday.
    const first = duty('specialist', { ...reached('01632 960151'), availableTime: at(['sat'], '00:00:00', '02:40:00') })
    const deputy = duty('deputy', { ...reached('01632 960152'), availableTime: at(['mon'], '09:00:00', '17:00:00') })
    const next = duty('on-call', { ...reached('01632 960153'), availableTime: at(['sat'], '02:40:00', '03:10:00') })
    const hospital = await admitted(t, [first, deputy, next])
    const told = async (minutes: number) => {
      const before = (await written(hospital)).length
      await hospital.moveTo(later(minutes))
      return (await written(hospital)).slice(0, -before || undefined).map(({ to }) => to)
    }
    const lastNote = () => hospital.task(/^alert-/).note?.at(-1)?.text ?? ''
    t.strictSame(
      (await written(hospital)).map(({ to }) => to),
      ['07700900151'],
    )

    t.strictSame(await told(16), ['07700900151'])
    t.match(
      lastNote(),
      /^The specialist team has not answered\. Not acknowledged for 15 minutes: .* On duty at .*: the specialist team, .*: ring 01632 960151\.$/,
    )
    t.strictSame(await told(31), ['07700900153'], 'who went off duty at 02:40 is not rung up at home')
    t.match(lastNote(), /On duty at .*: the on-call route, .*: ring 01632 960153\.$/)
    t.strictSame(
      (await told(61)).toSorted(),
      ['07700900151', '07700900153'],
      'nobody is on: everybody who was asked is told rather than nobody',
    )
    t.match(lastNote(), /Nobody is on duty at .*: ring 01632 960107/)
  },
)

t.test('HAZ-A130: who comes on duty before the second step is asked at that step', async (t) => {
  const first = duty('specialist', { period: { end: '2026-11-21T02:20:00Z' } })
  const next = duty('on-call', { period: { start: '2026-11-21T02:20:00Z' }, telecom: [{ system: 'phone', value: '01632 960153' }] })
  const hospital = await admitted(t, [first, next])
  t.match(contactOf(hospital.task(/-ward$/)), /^On duty at .*: the specialist team/)
  await hospital.moveTo(later(16))
  t.match(hospital.task(/-specialist$/).input?.at(-1), { valueReference: { reference: 'PractitionerRole/rota-on-call' } })
  t.match(hospital.task(/^alert-/).note?.at(-1)?.text, /On duty at .*: the on-call route, .*: ring 01632 960153\.$/)
})

t.test('without a rota nothing is claimed, and the organisation is asked as before', async (t) => {
  const hospital = await admitted(t, [])
  t.notMatch(JSON.stringify(hospital.record.all('Task')), /on duty/i)
  t.equal(hospital.task(/-specialist$/).owner?.reference, 'Organization/pump-centre')
})

t.test('HAZ-A13: the shorter ladder of a rule counts once a named clinical lead has approved it, and not before', async (t) => {
  const hospital = await testHospital(t)
  const { rules, approvals } = hospital.dependencies
  const [known] = rules
  if (known === undefined) throw new Error('There is no rule.')
  const impatient = { ...known, id: 'alert-impatient', register: '*', wording: 'nobody has approved this', lines: [], ladder: [5] }
  ;(rules as AlertRule[]).push(impatient)
  const stepOf = async (visit: string) => {
    await hospital.send(anAdmissionMessage({ controlId: visit, visit }))
    await hospital.acted()
    const { rows } = await hospital.database.query<{ minutes: number }>({
      text: `SELECT (extract(epoch FROM answer.next_step_at - answer.raised_at) / 60)::int AS minutes
             FROM alerts.answer JOIN alerts.stay ON stay.id = answer.stay WHERE answer.role = 'specialist' AND stay.visit LIKE '%' || $1`,
      values: [visit],
    })
    return rows[0]?.minutes
  }
  t.equal(await stepOf('V801'), 15)
  await approvals.approve({ rule: impatient, by: 'Dr Example, clinical lead', on: '2026-11-01', reviewBy: '2027-11-01', at: NIGHT })
  t.equal(await stepOf('V802'), 5)
})

t.test(
  'under rules for emergencies alone a planned admission alerts nobody; what turns out to be an emergency does, and stays told',
  async (t) => {
    const hospital = await testHospital(t)
    const rules = hospital.dependencies.rules as AlertRule[]
    for (const [index, rule] of rules.entries()) rules[index] = { ...rule, admissions: ['emergency'] }
    const send = async (event: 'A01' | 'A08', type: string, minute: number) => {
      const at = new Date(NIGHT.getTime() + minute * 60_000)
      const message = anAdmissionMessage({ event, controlId: String(minute), at }).replace('PV1|1|I|ED^^', `PV1|1|I|ED^^|${type}`)
      t.match(await hospital.send(message), { code: 'CA' })
      await hospital.acted()
    }
    await send('A01', 'C', 1)
    t.strictSame([hospital.tasks(), await hospital.notices()], [[], []])
    await send('A08', 'E', 2)
    t.equal(hospital.task(/^alert-/).status, 'requested')
    await send('A08', 'C', 3)
    t.equal(hospital.task(/^alert-/).status, 'requested')
    t.strictSame(await hospital.notices(), ['raised'])
  },
)
