import type { Appointment, HealthcareService, PractitionerRole } from '@medplum/fhirtypes'
import t from 'tap'
import { readDemo } from '@handrail/fhir-profiles/demo'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { NIGHT, testHospital } from './a-hospital.ts'

const at = (minutes: number) => new Date(Date.parse('2026-11-21T02:14:00Z') + minutes * 60_000)

const booked = (id: string, start: string, who: readonly string[], more: Partial<Appointment> = {}): Appointment => ({
  resourceType: 'Appointment',
  id,
  status: 'booked',
  start,
  end: start.replace(':00Z', ':45Z'),
  participant: ['Patient/dafydd', ...who].map((reference) => ({ actor: { reference }, status: 'accepted' })),
  ...more,
})

async function admitted(t: Parameters<typeof testHospital>[0], appointments: readonly Appointment[]) {
  const hospital = await testHospital(t)
  for (const each of readDemo().register) if (each.resourceType === 'Consent') hospital.record.seed(each)
  const therapyCentre = { reference: 'Organization/therapy-centre' }
  hospital.record.seed<PractitionerRole>({ resourceType: 'PractitionerRole', id: 'physiotherapist', organization: therapyCentre })
  hospital.record.seed({ resourceType: 'Practitioner', id: 'mair' })
  hospital.record.seed<HealthcareService>({
    resourceType: 'HealthcareService',
    id: 'rehab',
    providedBy: { reference: 'Organization/neurorehab' },
  })
  for (const each of appointments) hospital.record.seed(each)
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  const appointment = (id: string) => hospital.record.read<Appointment>(`Appointment/${id}`)
  const close = async (outcome: string) => {
    await hospital.send(anAdmissionMessage({ event: 'A03', controlId: '2', at: at(60) }))
    await hospital.acted()
    const followUp = hospital.task(/^after-discharge-/)
    const parameter = [
      { name: 'outcome', valueCode: outcome },
      { name: 'by', valueReference: { reference: 'Practitioner/mair' } },
    ]
    const answer = await hospital.app.inject({
      method: 'POST',
      url: `/fhir/Task/${String(followUp.id)}/$close`,
      headers: { authorization: await hospital.bearer('community-team'), 'content-type': 'application/fhir+json' },
      payload: { resourceType: 'Parameters', parameter },
    })
    await hospital.tell()
    await hospital.acted()
    return { status: answer.statusCode, asked: followUp.input?.map(({ valueReference }) => valueReference?.reference) }
  }
  return { hospital, appointment, close }
}

t.test('HAZ-A16: visits of the next two weeks are held; "in hospital" stands only where everybody who reads it may know', async (t) => {
  const { hospital, appointment, close } = await admitted(t, [
    booked('class', '2026-11-25T10:00:00Z', ['PractitionerRole/physiotherapist'], { comment: 'Bring the walking frame.' }),
    booked('joint', '2026-11-26T10:00:00Z', ['PractitionerRole/physiotherapist', 'HealthcareService/rehab']),
    booked('nobody', '2026-11-27T10:00:00Z', []),
    booked('clinic', '2026-12-06T10:00:00Z', ['HealthcareService/rehab']),
    booked('gone', '2026-11-20T10:00:00Z', ['PractitionerRole/physiotherapist']),
  ])
  t.match(appointment('class'), { status: 'pending', comment: 'In hospital, do not expect. Bring the walking frame.' })
  t.match(appointment('joint'), { status: 'pending', comment: 'Not attending until further notice.' })
  t.match(appointment('nobody'), { status: 'pending', comment: 'Not attending until further notice.' })
  for (const id of ['clinic', 'gone']) t.equal(appointment(id).status, 'booked', id)

  for (const role of ['ward', 'specialist']) {
    const answer = hospital.task(new RegExp(`-${role}$`))
    hospital.record.seed({ ...answer, status: 'accepted' })
  }
  await hospital.tell()
  await hospital.moveTo(new Date('2026-11-22T15:00:00Z'))
  await hospital.acted()
  t.equal(appointment('clinic').status, 'pending', 'it has come near, and he is still there')
  await hospital.moveTo(NIGHT)

  const { status, asked } = await close('resume')
  t.equal(status, 200)
  t.strictSame(new Set(asked), new Set(['class', 'joint', 'nobody', 'clinic'].map((id) => `Appointment/${id}`)))
  t.match(appointment('class'), { status: 'booked', comment: 'Bring the walking frame.' })
  t.equal(appointment('class').extension, undefined)
  t.equal(appointment('nobody').comment, undefined)
})

t.test('HAZ-A120: after a clock that was ahead, visits that come near are held as before', async (t) => {
  const { hospital, appointment } = await admitted(t, [booked('clinic', '2026-12-06T10:00:00Z', ['HealthcareService/rehab'])])
  await hospital.moveTo(new Date('2027-04-12T09:00:00Z'))
  t.equal(appointment('clinic').status, 'booked')
  await hospital.moveTo(new Date('2026-11-22T15:00:00Z'))
  await hospital.acted()
  t.equal(appointment('clinic').status, 'pending')
})

t.test('a visit is changed or ended as the professional answers; what was booked meanwhile is held too', async (t) => {
  const { hospital, appointment, close } = await admitted(t, [])
  hospital.record.seed(booked('later', '2026-11-25T10:00:00Z', ['PractitionerRole/physiotherapist']))
  await hospital.tell()
  await hospital.acted()
  t.equal(appointment('later').status, 'pending')
  await close('stop')
  t.match(appointment('later'), { status: 'cancelled', cancelationReason: { text: 'Not to be taken up again.' } })
})

t.test('an admission that was a mistake holds nothing', async (t) => {
  const { hospital, appointment } = await admitted(t, [booked('class', '2026-11-25T10:00:00Z', ['PractitionerRole/physiotherapist'])])
  t.equal(appointment('class').status, 'pending')
  await hospital.send(anAdmissionMessage({ event: 'A11', controlId: '2', at: at(10) }))
  await hospital.acted()
  t.match(appointment('class'), { status: 'booked' })
  t.equal(appointment('class').comment, undefined)
})
