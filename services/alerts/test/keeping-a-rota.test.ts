/** A rota as the people keep it who administer its organisation: read, added to, changed, ended, put back; and nobody else's to see. */
import type {
  OperationOutcome,
  OrganizationAffiliation,
  Parameters,
  ParametersParameter,
  Practitioner,
  PractitionerRole,
} from '@medplum/fhirtypes'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import type { TestScope } from '@platform/testing/database'
import t from 'tap'
import { NIGHT, testHospital, type TestHospital } from './a-hospital.ts'

const HERE = '/fhir/Organization/pump-centre'
const ADMINISTERS = { administers: true, sub: 'ruth' }
const role = (code: string) => ({ coding: [{ system: 'https://handrail.example/fhir/CodeSystem/answering-role', code }] })
const ruth: Practitioner = { resourceType: 'Practitioner', id: 'ruth', name: [{ given: ['Ruth'], family: 'Bailey' }] }
const herRole: PractitionerRole = {
  resourceType: 'PractitionerRole',
  id: 'ruth-role',
  organization: { reference: 'Organization/pump-centre' },
  practitioner: { reference: 'Practitioner/ruth' },
}

interface HoursGiven {
  readonly days?: readonly string[]
  readonly from?: string
  readonly to?: string
  readonly nextDay?: boolean
  readonly allDay?: boolean
}

const hours = ({ days = [], from, to, nextDay, allDay }: HoursGiven): ParametersParameter => ({
  name: 'hours',
  part: [
    ...days.map((day) => ({ name: 'day', valueCode: day })),
    ...(from === undefined ? [] : [{ name: 'from', valueTime: from }]),
    ...(to === undefined ? [] : [{ name: 'to', valueTime: to }]),
    ...(nextDay === true ? [{ name: 'nextDay', valueBoolean: true }] : []),
    ...(allDay === true ? [{ name: 'allDay', valueBoolean: true }] : []),
  ],
})
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri']
const onCall = (...more: readonly ParametersParameter[]): readonly ParametersParameter[] => [
  { name: 'duty', valueCode: 'on-call' },
  { name: 'title', valueString: 'Pump centre on call' },
  { name: 'telephone', valueString: '01632 960199' },
  ...more,
]
const EVERY_NIGHT = hours({ days: [...WEEK, 'sat', 'sun'], from: '17:00', to: '09:00', nextDay: true })

/** What a parameter holds, by name. */
const partsOf = ({ part = [] }: ParametersParameter): Readonly<Record<string, unknown>> =>
  Object.fromEntries(part.map(({ name, ...value }) => [name ?? '', Object.values(value as Readonly<Record<string, unknown>>)[0]] as const))
const allOf = ({ parameter = [] }: Parameters, name: string) => parameter.filter((one) => one.name === name).map(partsOf)
const oneOf = ({ parameter = [] }: Parameters, name: string): unknown => {
  const found = parameter.find((one) => one.name === name)
  return found?.valueCode ?? found?.valueString ?? found?.valueInstant
}

async function keeping(t: TestScope, { demo = false } = {}) {
  const hospital = await testHospital(t, { demo })
  const administrator = await hospital.bearer('pump-centre', 'professional', ADMINISTERS)
  const ask = async <T = Parameters>(
    url: string,
    { bearer = administrator, body }: { bearer?: string; body?: readonly ParametersParameter[] } = {},
  ) => {
    const response = await hospital.app.inject({
      method: body === undefined ? 'GET' : 'POST',
      url,
      headers: { authorization: bearer, 'content-type': 'application/fhir+json' },
      ...(body === undefined ? {} : { payload: JSON.stringify({ resourceType: 'Parameters', parameter: body }) }),
    })
    return { status: response.statusCode, body: JSON.parse(response.body) as T }
  }
  const rota = async () => (await ask(`${HERE}/$rota`)).body
  const add = async (...body: readonly ParametersParameter[]) => ask<PractitionerRole>(`${HERE}/$add-duty`, { body })
  const faults = async (body: readonly ParametersParameter[], operation = '$add-duty') => {
    const answer = await ask<OperationOutcome>(`${HERE}/${operation}`, { body })
    return {
      status: answer.status,
      faults: (answer.body.issue ?? []).map(({ details, expression, diagnostics }) => [
        details?.coding?.[0]?.code,
        expression?.[0],
        (diagnostics ?? '') !== '',
      ]),
    }
  }
  return { hospital, ask, rota, add, faults }
}
const versionOf = ({ id = '', meta }: PractitionerRole): readonly ParametersParameter[] => [
  { name: 'id', valueId: id },
  { name: 'version', valueString: meta?.versionId ?? '' },
]
const duties = (hospital: TestHospital) => hospital.record.all<PractitionerRole>('PractitionerRole')

t.test('an organisation that keeps no rota is asked as a whole, and no hour is a gap', async (t) => {
  const { rota } = await keeping(t)
  const stands = await rota()
  t.equal(oneOf(stands, 'state'), 'none')
  t.equal(oneOf(stands, 'ring'), '01632 960107', 'what a ward would be given to ring')
  t.strictSame([allOf(stands, 'entry'), allOf(stands, 'gap')], [[], []])
})

t.test(
  'a duty that is added is kept as a PractitionerRole, is on by the clock on the wall, and the alert of that night goes to it',
  async (t) => {
    const { hospital, add, rota } = await keeping(t, { demo: true })
    const before = await hospital.dependencies.register.onDuty('Organization/pump-centre', ['specialist', 'on-call'], NIGHT)
    t.equal(before.found.state, 'unknown')
    const added = await add(...onCall(EVERY_NIGHT, { name: 'sms', valueString: '07700 900123' }))
    t.equal(added.status, 201)
    t.match(added.body, {
      active: true,
      organization: { reference: 'Organization/pump-centre' },
      code: [{ ...role('on-call'), text: 'Pump centre on call' }],
      availableTime: [{ availableStartTime: '17:00:00', availableEndTime: '09:00:00' }],
      telecom: [
        { system: 'phone', value: '01632 960199' },
        { system: 'sms', value: '07700 900123' },
      ],
    })
    t.strictSame(added.body.availableTime?.[0]?.daysOfWeek, ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'])
    const stands = await rota()
    t.equal(oneOf(stands, 'state'), 'on')
    t.match(allOf(stands, 'entry'), [
      { title: 'Pump centre on call', on: true, onUntil: '2026-11-21T09:00:00.000Z', for: 'on-call', sms: '07700 900123' },
    ])
    t.match(allOf(stands, 'gap')[0], { start: '2026-11-21T09:00:00.000Z', end: '2026-11-21T17:00:00.000Z' })
    t.equal(allOf(stands, 'gap').length, 7)
    t.equal(allOf(stands, 'shift').length, 8)

    await hospital.send(anAdmissionMessage())
    await hospital.acted()
    t.match(
      hospital.task(/-ward$/).input?.find(({ type }) => type.text === 'Call, 24 hours')?.valueString,
      /on-call route, .*ring 01632 960199/,
    )
  },
)

t.test('a night may go on into the hours of the next day: nights of the week and all of the weekend is one duty', async (t) => {
  const { add, rota } = await keeping(t)
  const nights = hours({ days: WEEK, from: '17:00', to: '09:00', nextDay: true })
  t.equal((await add(...onCall(nights, hours({ days: ['sat', 'sun'], allDay: true })))).status, 201)
  t.match(
    allOf(await rota(), 'shift')[0],
    { start: NIGHT.toISOString(), end: '2026-11-23T00:00:00.000Z' },
    'the night of Friday and the weekend',
  )
})

t.test('a form that is sent twice adds one duty', async (t) => {
  const { hospital, add } = await keeping(t)
  const [first, second] = [await add(...onCall(EVERY_NIGHT)), await add(...onCall(EVERY_NIGHT))]
  t.equal(first.body.id, second.body.id)
  t.equal(duties(hospital).length, 1)
})

t.test('HAZ-A70: everything that is wrong with a duty is said at once, each with its place and how to mend it', async (t) => {
  const { hospital, faults } = await keeping(t)
  const place = (name: string) => `Parameters.parameter.where(name = '${name}')`
  t.strictSame(await faults([{ name: 'telephone', valueString: 'ask at the desk' }, hours({ from: '9am', to: '25:00' })]), {
    status: 422,
    faults: [
      ['DUTY_MISSING', place('duty'), true],
      ['DUTY_TITLE_MISSING', place('title'), true],
      ['DUTY_TELEPHONE_UNREADABLE', place('telephone'), true],
      ['DUTY_DAYS_MISSING', `${place('hours')}[0].part.where(name = 'day')`, true],
      ['DUTY_TIME_UNREADABLE', `${place('hours')}[0].part.where(name = 'from')`, true],
      ['DUTY_TIME_UNREADABLE', `${place('hours')}[0].part.where(name = 'to')`, true],
    ],
  })
  const codes = async (...more: readonly ParametersParameter[]) => (await faults(onCall(...more))).faults.map(([code, at]) => [code, at])
  t.strictSame(await codes(hours({ days: ['mon'], from: '17:00', to: '09:00' })), [
    ['DUTY_HOURS_END_FIRST', `${place('hours')}[0].part.where(name = 'to')`],
  ])
  t.strictSame(await codes(hours({ days: ['mon'], from: '09:00', to: '17:00', nextDay: true })), [
    ['DUTY_HOURS_LONG', `${place('hours')}[0].part.where(name = 'to')`],
  ])
  const twice = [hours({ days: ['sat'], from: '09:00', to: '17:00' }), hours({ days: ['sat', 'sun'], from: '16:00', to: '20:00' })]
  t.strictSame(await codes(...twice), [['DUTY_HOURS_TWICE', place('hours')]])
  t.strictSame(await codes({ name: 'practitioner', valueReference: { reference: 'Practitioner/stranger' } }), [
    ['DUTY_NO_COLLEAGUE', place('practitioner')],
  ])
  t.strictSame(await codes({ name: 'startsOn', valueDate: '2026-12-31' }, { name: 'endsOn', valueDate: '2026-12-01' }), [
    ['DUTY_DATES_END_FIRST', place('endsOn')],
  ])
  t.strictSame(await codes({ name: 'startsOn', valueDate: '2026-02-30' }), [['DUTY_DATE_UNREADABLE', place('startsOn')]])
  t.strictSame(await codes({ name: 'away', part: [{ name: 'start', valueDate: '2026-12-24' }] }), [
    ['DUTY_DATE_UNREADABLE', `${place('away')}[0].part.where(name = 'end')`],
  ])
  t.strictSame(await codes({ name: 'sms', valueString: 'none' }, { name: 'email', valueString: 'none' }), [
    ['DUTY_SMS_UNREADABLE', place('sms')],
    ['DUTY_EMAIL_UNREADABLE', place('email')],
  ])
  t.strictSame((await faults(onCall().filter(({ name }) => name !== 'telephone'))).faults, [
    ['DUTY_TELEPHONE_MISSING', place('telephone'), true],
  ])
  t.strictSame((await faults([...onCall().slice(1), { name: 'duty', valueCode: 'porter' }])).faults, [
    ['DUTY_UNKNOWN', place('duty'), true],
  ])
  t.equal((await faults([...onCall(), { name: 'titel', valueString: 'x' }])).status, 400, 'a misspelt parameter is not passed over')
  t.strictSame(duties(hospital), [], 'nothing of it was written')
})

t.test('a colleague may be named, and is whoever has a role in the organisation', async (t) => {
  const { hospital, add, rota } = await keeping(t)
  hospital.record.seed(ruth)
  hospital.record.seed(herRole)
  t.match(
    (await rota()).parameter?.filter(({ name }) => name === 'colleague'),
    [{ valueReference: { reference: 'Practitioner/ruth', display: 'Ruth Bailey' } }],
  )
  t.equal((await add(...onCall({ name: 'practitioner', valueReference: { reference: 'Practitioner/ruth' } }))).status, 201)
  t.match(allOf(await rota(), 'entry')[0]?.['practitioner'], { display: 'Ruth Bailey' })
})

t.test('of two who are on for one duty at once only one would be asked: the second is refused, with when', async (t) => {
  const { add, faults } = await keeping(t)
  await add(...onCall(EVERY_NIGHT))
  const saturday = hours({ days: ['sat'], from: '08:00', to: '12:00' })
  const second = onCall(saturday).map((one) => (one.name === 'title' ? { name: 'title', valueString: 'Saturday clinic' } : one))
  const refused = await faults(second)
  t.match(refused, { status: 422, faults: [['DUTY_OVERLAPS', "Parameters.parameter.where(name = 'hours')"]] })
  t.equal((await add(...second.filter(({ name }) => name !== 'hours'), hours({ days: ['sat'], from: '09:00', to: '17:00' }))).status, 201)
  t.equal((await add({ name: 'duty', valueCode: 'deputy' }, ...onCall().slice(1))).status, 201, 'for another duty they may be on at once')
})

t.test('a duty is changed where it is still as it was read, and keeps what this says nothing of', async (t) => {
  const { hospital, ask, rota } = await keeping(t)
  const seeded: PractitionerRole = {
    resourceType: 'PractitionerRole',
    id: 'kept',
    organization: { reference: 'Organization/pump-centre' },
    identifier: [{ system: 'https://rota.example', value: '7' }],
    code: [{ ...role('on-call'), text: 'On call' }, { text: 'Registrar' }],
    telecom: [
      { system: 'phone', value: '01632 960101' },
      { system: 'pager', value: '1234' },
    ],
    notAvailable: [{ description: 'Clinic', during: { start: '2026-11-23T10:00:00Z', end: '2026-11-23T12:00:00Z' } }],
  }
  const read = hospital.record.seed(seeded)
  const was = [
    { name: 'id', valueId: read.id ?? '' },
    { name: 'version', valueString: '1' },
  ]
  const christmas = {
    name: 'away',
    part: [
      { name: 'start', valueDate: '2026-12-24' },
      { name: 'end', valueDate: '2026-12-26' },
    ],
  }
  const changed = await ask<PractitionerRole>(`${HERE}/$change-duty`, { body: [...was, ...onCall(EVERY_NIGHT, christmas)] })
  t.equal(changed.status, 200)
  t.match(changed.body, { identifier: [{ value: '7' }], code: [{ text: 'Pump centre on call' }, { text: 'Registrar' }] })
  t.strictSame(changed.body.telecom, [
    { system: 'phone', value: '01632 960199' },
    { system: 'pager', value: '1234' },
  ])
  t.match(changed.body.notAvailable, [{ description: 'Clinic' }, { during: { start: '2026-12-24', end: '2026-12-26' } }])
  t.match(allOf(await rota(), 'entry'), [{ title: 'Pump centre on call', version: '2' }])

  const late = await ask<OperationOutcome>(`${HERE}/$change-duty`, { body: [...was, ...onCall()] })
  t.match(
    [late.status, late.body.issue[0]?.details?.coding?.[0]?.code],
    [412, 'DUTY_CHANGED_MEANWHILE'],
    'somebody else changed it meanwhile',
  )
  t.equal((await ask(`${HERE}/$end-duty`, { body: was })).status, 412)
})

t.test('somebody who is faster, in the moment between reading and writing, is not overwritten', async (t) => {
  const { hospital, add, ask } = await keeping(t)
  const { body } = await add(...onCall(EVERY_NIGHT))
  hospital.record.beforeNextWrite(() => hospital.record.seed({ ...body, telecom: [{ system: 'phone', value: '01632 960111' }] }))
  t.equal((await ask(`${HERE}/$change-duty`, { body: [...versionOf(body), ...onCall()] })).status, 412)
  t.equal(duties(hospital)[0]?.telecom?.[0]?.value, '01632 960111')
})

t.test('HAZ-A70: a duty that was ended is on no more at once, and can be put back, but not beside who took its place', async (t) => {
  const { hospital, add, ask, rota } = await keeping(t)
  const { body } = await add(...onCall(EVERY_NIGHT))
  t.equal((await hospital.dependencies.register.onDuty('Organization/pump-centre', ['on-call'], NIGHT)).found.state, 'on')
  const ended = await ask<PractitionerRole>(`${HERE}/$end-duty`, { body: versionOf(body) })
  t.equal(ended.body.active, false)
  t.match(allOf(await rota(), 'entry'), [{ ended: true, on: false }])
  t.equal(oneOf(await rota(), 'state'), 'none')
  t.equal((await hospital.dependencies.register.onDuty('Organization/pump-centre', ['on-call'], NIGHT)).found.state, 'unknown')
  const back = await ask<PractitionerRole>(`${HERE}/$put-back-duty`, { body: versionOf(ended.body) })
  t.match([back.status, back.body.active], [200, true])
  t.equal(oneOf(await rota(), 'state'), 'on')

  const again = await ask<PractitionerRole>(`${HERE}/$end-duty`, { body: versionOf(back.body) })
  await add(...onCall())
  const refused = await ask<OperationOutcome>(`${HERE}/$put-back-duty`, { body: versionOf(again.body) })
  t.match([refused.status, refused.body.issue[0]?.details?.coding?.[0]?.code], [422, 'DUTY_OVERLAPS'])
})

t.test('a duty that another organisation holds is shown with whose it is, and is not theirs to change here', async (t) => {
  const { hospital, ask, rota } = await keeping(t)
  const cover: OrganizationAffiliation = {
    resourceType: 'OrganizationAffiliation',
    id: 'cover',
    organization: { reference: 'Organization/pump-centre' },
    participatingOrganization: { reference: 'Organization/neurorehab' },
    code: [role('on-call')],
  }
  hospital.record.seed(cover)
  const theirs = hospital.record.seed<PractitionerRole>({
    resourceType: 'PractitionerRole',
    id: 'theirs',
    organization: { reference: 'Organization/neurorehab' },
    code: [{ ...role('on-call'), text: 'Neuro on call' }],
  })
  const [held] = allOf(await rota(), 'held')
  t.match(held, { title: 'Neuro on call', for: 'on-call', on: true, holder: { reference: 'Organization/neurorehab' } })
  t.equal(oneOf(await rota(), 'state'), 'on')
  t.equal(
    (
      await ask(`${HERE}/$end-duty`, {
        body: [
          { name: 'id', valueId: theirs.id ?? '' },
          { name: 'version', valueString: '1' },
        ],
      })
    ).status,
    404,
  )
  t.not(hospital.record.read<PractitionerRole>('PractitionerRole/theirs').active, false)
})

t.test('what is no duty of this rota is not there: another role, a role of somebody else, nothing at all', async (t) => {
  const { hospital, ask } = await keeping(t)
  hospital.record.seed(herRole)
  for (const id of ['ruth-role', 'unheard-of', '../Patient/dafydd'])
    for (const operation of ['$end-duty', '$put-back-duty'])
      t.equal(
        (
          await ask(`${HERE}/${operation}`, {
            body: [
              { name: 'id', valueString: id },
              { name: 'version', valueString: '1' },
            ],
          })
        ).status,
        404,
        id,
      )
  t.not(hospital.record.read<PractitionerRole>('PractitionerRole/ruth-role').active, false)
})

t.test(
  'HAZ-A70: a rota is kept by who administers its organisation and by the operator; to everybody else it is as if there were none',
  async (t) => {
    const { hospital, ask, add, rota } = await keeping(t)
    const { body } = await add(...onCall(EVERY_NIGHT))
    const { bearer } = hospital
    const others = {
      'who administers another organisation': await bearer('neurorehab', 'professional', ADMINISTERS),
      'a colleague who does not administer it': await bearer('pump-centre'),
      'a system of it': await bearer('pump-centre', 'professional', { scope: 'system/*.cruds' }),
      'a token that says it in another way': await bearer('pump-centre', 'professional', { administers: 'true' }),
      'a ward': await bearer('hospital', 'ward'),
      'a commissioner': await bearer('pump-centre', 'commissioner'),
    }
    const absent = await ask('/fhir/Organization/none/$rota')
    t.equal(absent.status, 404)
    for (const [who, token] of Object.entries(others)) {
      t.strictSame(await ask(`${HERE}/$rota`, { bearer: token }), absent, `${who} is told what is told where there is none`)
      for (const [operation, sent] of Object.entries({
        '$add-duty': onCall(),
        '$change-duty': [...versionOf(body), ...onCall()],
        '$end-duty': versionOf(body),
        '$put-back-duty': versionOf(body),
      }))
        t.strictSame(await ask(`${HERE}/${operation}`, { bearer: token, body: sent }), absent, `${who}: ${operation}`)
    }
    t.equal(duties(hospital).length, 1)
    t.equal(duties(hospital)[0]?.meta?.versionId, '1')

    const operator = await bearer('operator', 'admin', { organization: undefined })
    t.equal((await ask(`${HERE}/$rota`, { bearer: operator })).status, 200)
    t.equal((await ask('/fhir/Organization/none/$rota', { bearer: operator })).status, 404)
    t.equal((await ask(`${HERE}/$end-duty`, { bearer: operator, body: versionOf(body) })).status, 200)
    t.equal(oneOf(await rota(), 'state'), 'none')
    t.equal((await ask(`${HERE}/$rota`, { bearer: 'Bearer forged' })).status, 401)
  },
)
