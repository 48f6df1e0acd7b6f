import type { ParametersParameter } from '@medplum/fhirtypes'
import fc from '@platform/testing/properties'
import t from 'tap'
import { dayOf, midnightOf, showTime } from '../../rendering/dates.ts'
import { cy, en } from '../../words/words.ts'
import { daysOf, gapsSaid, hoursSaid, rotaIn, showDuty } from './own-rota.ts'

const span = (name: string, start: string, end: string, duty?: string): ParametersParameter => ({
  name,
  part: [
    ...(duty === undefined ? [] : [{ name: 'duty', valueReference: { reference: `PractitionerRole/${duty}` } }]),
    { name: 'start', valueInstant: start },
    { name: 'end', valueInstant: end },
  ],
})
const entry = (id: string, title: string): ParametersParameter => ({
  name: 'entry',
  part: [
    { name: 'duty', valueReference: { reference: `PractitionerRole/${id}` } },
    { name: 'id', valueId: id },
    { name: 'version', valueString: '1' },
    { name: 'for', valueCode: 'on-call' },
    { name: 'title', valueString: title },
  ],
})
const rota = (at: string, ...parameter: readonly ParametersParameter[]) =>
  rotaIn({
    resourceType: 'Parameters',
    parameter: [
      { name: 'at', valueInstant: at },
      { name: 'until', valueInstant: new Date(Date.parse(at) + 7 * 86_400_000).toISOString() },
      { name: 'state', valueCode: 'on' },
      entry('night', 'Nights'),
      ...parameter,
    ],
  })
const told = (given: ReturnType<typeof rota>, words = en) =>
  daysOf(given, words).map(
    ({ on, lines }) => `${on}: ${lines.map(({ when, duty }) => `${when} ${duty?.title ?? words.ownRota.nobody}`).join(', ')}`,
  )

t.test('a week is seven days, each with who is on when; a night stands under both of its days', async (t) => {
  const given = rota(
    '2026-11-20T10:30:00Z',
    span('gap', '2026-11-20T10:30:00Z', '2026-11-20T17:00:00Z'),
    span('shift', '2026-11-20T17:00:00Z', '2026-11-21T09:00:00Z', 'night'),
    span('gap', '2026-11-21T09:00:00Z', '2026-11-24T12:00:00Z'),
    span('shift', '2026-11-24T12:00:00Z', '2026-11-27T10:30:00Z', 'night'),
  )
  t.strictSame(told(given), [
    '2026-11-20: Now until 5pm Nobody is on, From 5pm Nights',
    '2026-11-21: Until 9am Nights, From 9am Nobody is on',
    '2026-11-22: All day Nobody is on',
    '2026-11-23: All day Nobody is on',
    '2026-11-24: Until midday Nobody is on, From midday Nights',
    '2026-11-25: All day Nights',
    '2026-11-26: All day Nights',
  ])
  t.equal(gapsSaid(given, en), 'Nobody is on twice in the coming week, for 82 hours together.')
  t.match(told(given, cy)[0], 'Nawr tan 5yp Nid oes neb ar ddyletswydd')
})

t.test('the day on which the clocks go back has its own length, and its times are those on the wall', async (t) => {
  const given = rota('2026-10-24T12:00:00Z', span('shift', '2026-10-24T16:00:00Z', '2026-10-25T09:00:00Z', 'night'))
  t.strictSame(told(given).slice(0, 2), ['2026-10-24: From 5pm Nights', '2026-10-25: Until 9am Nights'])
  for (const day of ['2026-10-25', '2026-10-26', '2027-03-28', '2027-03-29', '2026-06-01'])
    t.strictSame([dayOf(midnightOf(day)), showTime(midnightOf(day))], [day, 'midnight'])
})

t.test('every minute of the days that are shown stands under its own day, in the order of the day', async (t) => {
  const start = fc.integer({ min: 0, max: 40 * 24 * 60 }).map((minutes) => new Date(Date.UTC(2026, 9, 1, 0, minutes)))
  const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 })
  const property = fc.property(start, lengths, (at, hours) => {
    let from = at.getTime()
    const spans = hours.map((length, index) => {
      const [begin, end] = [from, from + length * 3_600_000]
      from = end
      const [one, other] = [new Date(begin).toISOString(), new Date(end).toISOString()]
      return index % 2 === 0 ? span('gap', one, other) : span('shift', one, other, 'night')
    })
    const days = daysOf(rota(at.toISOString(), ...spans), en)
    const covered = spans.length
    const last = new Date(from)
    return days.every(({ on, lines }, index) => {
      const [begin, end] = [index === 0 ? at : midnightOf(on), midnightOf(days[index + 1]?.on ?? '2999-01-01')]
      if (index === 6) return lines.length <= covered
      const expected = spans.filter(({ part = [] }) => {
        const [one, other] = part.slice(-2).map(({ valueInstant = '' }) => new Date(valueInstant))
        return one !== undefined && other !== undefined && one < end && other > begin
      })
      return lines.length === expected.length && (lines.length > 0 || last <= begin)
    })
  })
  t.doesNotThrow(() => fc.assert(property, { numRuns: 200 }))
})

t.test('where no rota is kept no gap is said; where somebody is on at all hours that is said', async (t) => {
  const none = rotaIn({
    resourceType: 'Parameters',
    parameter: [
      { name: 'at', valueInstant: '2026-11-20T10:30:00Z' },
      { name: 'state', valueCode: 'none' },
    ],
  })
  t.equal(gapsSaid(none, en), undefined)
  t.equal(gapsSaid(rota('2026-11-20T10:30:00Z'), en), 'Somebody is on at every hour of the coming week.')
})

t.test('days and hours of a duty are said as people say them', async (t) => {
  const hours = (days: readonly string[], from: string, to: string, { nextDay = false, allDay = false } = {}) => ({
    days,
    from,
    to,
    nextDay,
    allDay,
  })
  const week = ['mon', 'tue', 'wed', 'thu', 'fri']
  const given = {
    hours: [
      hours(week, '17:00', '09:00', { nextDay: true }),
      hours(['sat', 'sun'], '', '', { allDay: true }),
      hours([...week, 'sat', 'sun'], '12:00', '24:00'),
      hours(['wed', 'mon'], '09:15', '17:30'),
    ],
  }
  t.strictSame(hoursSaid(given, en), [
    'Monday to Friday: 5pm to 9am on the next day',
    'Saturday and Sunday: all day',
    'Every day: midday to midnight',
    'Monday, Wednesday: 9:15am to 5:30pm',
  ])
  t.strictSame(hoursSaid({ hours: [] }, en), ['At all hours'])
})

t.test('a duty that is on longer than the week is on all week, another until a time', async (t) => {
  const given = rota('2026-11-20T10:30:00Z')
  const [duty] = given.duties
  if (duty === undefined) throw new Error('There is no duty.')
  const until = (onUntil: Date) => showDuty({ ...duty, onUntil }, given, en).until
  t.equal(until(given.until), 'all week')
  t.equal(until(new Date('2026-11-21T09:00:00Z')), 'until 21 November 2026, 9am')
})
