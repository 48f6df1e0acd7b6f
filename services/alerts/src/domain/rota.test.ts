import type { PractitionerRole } from '@medplum/fhirtypes'
import t from 'tap'
import { loadPathway } from '@handrail/fhir-profiles/pathway'
import { isOn, onDuty, toDutyEntry, type Duty, type DutyEntry } from './rota.ts'

const { calendar } = await loadPathway()
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri'] as const

const entry = (duty: Duty | 'ward', more: Partial<PractitionerRole> = {}): PractitionerRole => ({
  resourceType: 'PractitionerRole',
  id: duty,
  organization: { reference: 'Organization/pump-centre' },
  code: [{ coding: [{ system: 'https://handrail.example/fhir/CodeSystem/answering-role', code: duty }] }],
  ...more,
})
const read = (role: PractitionerRole): DutyEntry => {
  const found = toDutyEntry(role)
  if (found === undefined) throw new Error('It is no entry of a rota.')
  return found
}
const on = (role: PractitionerRole, at: string) => isOn(read(role), new Date(at), calendar)

const office = entry('specialist', {
  availableTime: [{ daysOfWeek: [...WEEK], availableStartTime: '09:00:00', availableEndTime: '17:00:00' }],
})
const nights = entry('on-call', { availableTime: [{ availableStartTime: '17:00:00', availableEndTime: '09:00:00' }] })

t.test('hours are those of the clock on the wall, in winter and in summer', async (t) => {
  t.ok(on(office, '2026-11-20T09:00:00Z'), 'a Friday at nine')
  t.notOk(on(office, '2026-11-20T08:59:59Z'))
  t.notOk(on(office, '2026-11-20T17:00:00Z'), 'the end is not part of it')
  t.ok(on(office, '2026-07-03T08:00:00Z'), 'nine by British Summer Time')
  t.notOk(on(office, '2026-11-21T10:00:00Z'), 'a Saturday')
})

t.test('hours that end before they begin go on over midnight', async (t) => {
  t.ok(on(nights, '2026-11-21T02:14:00Z'))
  t.notOk(on(nights, '2026-11-21T12:00:00Z'))
  const friday = entry('on-call', {
    availableTime: [{ daysOfWeek: ['fri'], availableStartTime: '17:00:00', availableEndTime: '09:00:00' }],
  })
  t.ok(on(friday, '2026-11-21T02:14:00Z'), 'the night of Friday ends on Saturday')
  t.notOk(on(friday, '2026-11-22T02:14:00Z'))
  t.ok(on(nights, '2026-10-25T01:30:00Z'), 'the night in which the clocks go back')
})

t.test('a bank holiday is worked as a Sunday is', async (t) => {
  t.notOk(on(office, '2026-12-25T10:00:00Z'), 'Christmas Day is a Friday')
  t.ok(on(entry('specialist', { availableTime: [{ daysOfWeek: ['sun'], allDay: true }] }), '2026-12-25T10:00:00Z'))
})

t.test('leave and the period of an entry are kept; an entry without hours is on at all hours', async (t) => {
  const always = entry('on-call')
  t.ok(on(always, '2026-12-25T03:00:00Z'))
  const away = entry('on-call', { notAvailable: [{ description: 'Leave', during: { start: '2026-11-20', end: '2026-11-21' } }] })
  t.notOk(on(away, '2026-11-21T23:00:00Z'), 'the last day too')
  t.ok(on(away, '2026-11-22T00:30:00Z'))
  const week = entry('on-call', { period: { start: '2026-11-16', end: '2026-11-22' } })
  t.ok(on(week, '2026-11-22T23:00:00Z'))
  t.notOk(on(week, '2026-11-23T00:30:00Z'))
})

t.test('what is inactive, holds no duty or belongs to nobody is no entry', async (t) => {
  t.equal(toDutyEntry(entry('on-call', { active: false })), undefined)
  t.equal(toDutyEntry(entry('ward')), undefined)
  const { organization: _, ...nobodys } = entry('on-call')
  t.equal(toDutyEntry(nobodys), undefined)
})

t.test('out of hours the route changes; where nobody is on it is said, and where no rota is kept nothing is claimed', async (t) => {
  const entries = [read(office), read(nights)]
  const ask = (list: readonly DutyEntry[], at: string) => onDuty(list, ['specialist', 'on-call'], new Date(at), calendar)
  t.match(ask(entries, '2026-11-20T10:00:00Z'), { state: 'on', duty: 'specialist' })
  t.match(ask(entries, '2026-11-21T02:14:00Z'), { state: 'on', duty: 'on-call' })
  t.match(ask([read(office)], '2026-11-21T02:14:00Z'), { state: 'nobody' })
  t.match(ask([], '2026-11-21T02:14:00Z'), { state: 'unknown' })
})

t.test('only what an entry names as e-mail or SMS is written to', async (t) => {
  const { telephone, written } = read(
    entry('on-call', {
      telecom: [
        { system: 'phone', value: '01632 960199' },
        { system: 'sms', value: '07700 900 123' },
        { system: 'email', value: 'oncall@trust.example' },
      ],
    }),
  )
  t.equal(telephone, '01632 960199')
  t.strictSame(written, [
    { channel: 'sms', endpoint: '07700900123' },
    { channel: 'email', endpoint: 'oncall@trust.example' },
  ])
})
