import type { PractitionerRole } from '@medplum/fhirtypes'
import { loadPathway } from '@handrail/fhir-profiles/pathway'
import fc from '@platform/testing/properties'
import t from 'tap'
import { isOn, onDuty, toDutyEntry, type Duty, type DutyEntry } from './rota.ts'
import { firstTogether, readWeek } from './rota-week.ts'

const { calendar } = await loadPathway()
const FRIDAY = new Date('2026-11-20T10:30:00Z')

const entry = (duty: Duty, more: Partial<PractitionerRole> = {}): DutyEntry => {
  const found = toDutyEntry({
    resourceType: 'PractitionerRole',
    id: duty,
    organization: { reference: 'Organization/pump-centre' },
    code: [{ coding: [{ system: 'https://handrail.example/fhir/CodeSystem/answering-role', code: duty }] }],
    ...more,
  })
  if (found === undefined) throw new Error('It is no entry of a rota.')
  return found
}
const office = entry('specialist', {
  availableTime: [{ daysOfWeek: ['mon', 'tue', 'wed', 'thu', 'fri'], availableStartTime: '09:00:00', availableEndTime: '17:00:00' }],
})
const nights = entry('on-call', { availableTime: [{ availableStartTime: '17:00:00', availableEndTime: '09:00:00' }] })

const told = (entries: readonly DutyEntry[], from = FRIDAY) => {
  const { gaps, shifts } = readWeek(entries, from, calendar)
  const span = ({ from: start, to }: { from: Date; to: Date }) => `${start.toISOString().slice(5, 16)} to ${to.toISOString().slice(5, 16)}`
  return { gaps: gaps.map(span), shifts: shifts.map((one) => `${one.entry.reference.slice(17)} ${span(one)}`) }
}

t.test('the hours at which nobody is on are those between the duties of who is asked at once', async (t) => {
  t.strictSame(told([office]).gaps, [
    '11-20T17:00 to 11-23T09:00',
    '11-23T17:00 to 11-24T09:00',
    '11-24T17:00 to 11-25T09:00',
    '11-25T17:00 to 11-26T09:00',
    '11-26T17:00 to 11-27T09:00',
  ])
  t.strictSame(told([office, nights]).gaps, ['11-21T09:00 to 11-21T17:00', '11-22T09:00 to 11-22T17:00'], 'the days of the weekend')
  t.strictSame(told([office, entry('on-call')]).gaps, [])
  t.equal(told([office, entry('deputy')]).gaps.length, 5, 'a deputy is asked a quarter of an hour later')
})

t.test('who is on now is on from now until the end of their hours, by the clock on the wall', async (t) => {
  t.equal(told([office, nights]).shifts[0], 'specialist 11-20T10:30 to 11-20T17:00')
  t.equal(told([nights], new Date('2026-11-21T02:14:00Z')).shifts[0], 'on-call 11-21T02:14 to 11-21T09:00')
  t.strictSame(told([entry('on-call')]).shifts, ['on-call 11-20T10:30 to 11-27T10:30'])
})

t.test('in the night in which the clocks go back or forward, hours keep their place on the wall', async (t) => {
  const back = told([nights], new Date('2026-10-24T12:00:00Z')).shifts[0]
  t.equal(back, 'on-call 10-24T16:00 to 10-25T09:00', 'seventeen hours')
  const forward = told([nights], new Date('2027-03-27T12:00:00Z')).shifts[0]
  t.equal(forward, 'on-call 03-27T17:00 to 03-28T08:00', 'fifteen hours')
  const small = entry('on-call', { availableTime: [{ daysOfWeek: ['sun'], availableStartTime: '01:30:00', availableEndTime: '02:30:00' }] })
  t.strictSame(
    told([small], new Date('2027-03-27T12:00:00Z')).shifts,
    ['on-call 03-28T01:00 to 03-28T01:30', 'on-call 03-29T00:30 to 03-29T01:30'],
    'what the clocks leave out is left out; Easter Monday is worked as a Sunday is',
  )
})

t.test('a bank holiday leaves a gap where only working days are filled', async (t) => {
  t.strictSame(
    told([office], new Date('2026-12-24T09:30:00Z')).gaps[0],
    '12-24T17:00 to 12-29T09:00',
    'Christmas Day is a Friday, its Monday is worked by nobody',
  )
})

t.test('where nobody is ever asked at once nothing is a gap: the organisation is asked as a whole', async (t) => {
  t.strictSame(told([entry('deputy', { availableTime: [{ daysOfWeek: ['mon'], allDay: true }] })]).gaps, [])
  t.strictSame(told([]), { gaps: [], shifts: [] })
})

t.test('leave and an end with a time of day end a duty at that minute', async (t) => {
  const away = entry('on-call', {
    notAvailable: [{ description: 'Leave', during: { start: '2026-11-20T13:07:00Z', end: '2026-11-20T15:00:30Z' } }],
  })
  t.strictSame(told([away]).gaps, ['11-20T13:07 to 11-20T15:00'])
})

const time = fc
  .integer({ min: 0, max: 95 })
  .map((quarter) => `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15 + 7).padStart(2, '0')}:00`)
const days = fc.subarray(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const, { minLength: 1 })
const date = fc.integer({ min: 0, max: 12 }).map((ahead) => new Date(Date.UTC(2026, 9, 20 + ahead)).toISOString().slice(0, 10))
const duties = fc.array(
  fc
    .record({
      duty: fc.constantFrom<Duty>('specialist', 'on-call', 'deputy'),
      hours: fc.array(fc.record({ daysOfWeek: days, availableStartTime: time, availableEndTime: time }), { maxLength: 2 }),
      start: fc.option(date, { nil: undefined }),
      away: fc.option(date, { nil: undefined }),
    })
    .map(({ duty, hours, start, away }) =>
      entry(duty, {
        availableTime: hours.map((one) => ({ ...one, daysOfWeek: [...one.daysOfWeek] })),
        ...(start === undefined ? {} : { period: { start } }),
        ...(away === undefined ? {} : { notAvailable: [{ description: 'Away', during: { start: away, end: away } }] }),
      }),
    ),
  { minLength: 1, maxLength: 3 },
)
const MINUTES = 7 * 24 * 60

t.test(
  'HAZ-A70: the week that is shown is, minute by minute, whom an alert would be asked of, over a change of the clocks too',
  async (t) => {
    const from = fc.integer({ min: 0, max: 6 * 24 * 60 }).map((minutes) => new Date(Date.UTC(2026, 9, 20, 0, minutes)))
    const property = fc.property(
      duties,
      from,
      fc.array(fc.integer({ min: 0, max: MINUTES - 1 }), { minLength: 40, maxLength: 40 }),
      (entries, start, minutes) => {
        const { shifts, gaps } = readWeek(entries, start, calendar)
        const asked = entries.some((one) => one.duties.has('specialist') || one.duties.has('on-call'))
        for (const minute of minutes) {
          const at = new Date(start.getTime() + minute * 60_000)
          const within = ({ from: begin, to }: { from: Date; to: Date }) => begin <= at && at < to
          const on = entries.filter((one) => shifts.some((shift) => shift.entry === one && within(shift)))
          if (entries.some((one) => isOn(one, at, calendar) !== on.includes(one))) return false
          const nobody = onDuty(entries, ['specialist', 'on-call'], at, calendar).state === 'nobody'
          if ((asked && nobody) !== gaps.some(within)) return false
        }
        return true
      },
    )
    t.doesNotThrow(() => fc.assert(property, { numRuns: 150 }))
  },
)

t.test(
  'two duties are together on the first date on which some minute is in both, and not where leave or days keep them apart',
  async (t) => {
    const first = (one: DutyEntry, other: DutyEntry) => firstTogether(one, other, '2026-11-20', calendar)
    t.equal(first(office, nights), undefined, 'one ends where the other begins')
    t.equal(first(nights, entry('on-call')), '2026-11-20')
    const saturday = entry('on-call', {
      availableTime: [{ daysOfWeek: ['sat'], availableStartTime: '08:00:00', availableEndTime: '12:00:00' }],
    })
    t.equal(first(nights, saturday), '2026-11-21', 'the night of Friday goes on until nine')
    const christmas = { start: '2026-12-24', end: '2026-12-26' }
    const always = entry('on-call', { notAvailable: [{ description: 'Away', during: christmas }] })
    t.equal(first(always, entry('on-call', { period: christmas })), undefined, 'somebody stands in during leave')
    t.equal(first(always, entry('on-call', { period: { start: '2026-12-24', end: '2026-12-27' } })), '2026-12-27')
    t.equal(first(entry('on-call', { period: { end: '2026-11-30' } }), entry('on-call', { period: { start: '2026-12-01' } })), undefined)
  },
)

t.test('HAZ-A70: two duties that are said never to be together in a fortnight never are', async (t) => {
  const property = fc.property(duties, duties, ([one = nights], [other = nights]) => {
    const said = firstTogether(one, other, '2026-10-20', calendar)
    const last = said ?? '2026-11-02'
    for (let at = new Date('2026-10-20T00:00:00Z'); at.toISOString().slice(0, 10) < last; at = new Date(at.getTime() + 7 * 60_000)) {
      // A day on the wall ends an hour earlier by UTC in summer.
      if (new Date(at.getTime() + 3_600_000).toISOString().slice(0, 10) >= last) break
      if (isOn(one, at, calendar) && isOn(other, at, calendar)) return false
    }
    return true
  })
  t.doesNotThrow(() => fc.assert(property, { numRuns: 30 }))
})
