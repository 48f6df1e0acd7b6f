import fc from '@platform/testing/properties'
import t from 'tap'
import { dateRange, periodRange } from './date-range.ts'

const span = (low: string, high: string) => ({ low, high })

t.test('a partial date is the whole of its year, month or day', async (t) => {
  t.same(dateRange('2026'), span('2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'))
  t.same(dateRange('2026-12'), span('2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'))
  t.same(dateRange('2024-02-29'), span('2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'))
})

t.test('a time is as long as it was written: a minute, a second, a millisecond', async (t) => {
  t.same(dateRange('2026-11-21T09:30Z'), span('2026-11-21T09:30:00.000Z', '2026-11-21T09:31:00.000Z'))
  t.same(dateRange('2026-11-21T09:30:15Z'), span('2026-11-21T09:30:15.000Z', '2026-11-21T09:30:16.000Z'))
  t.same(dateRange('2026-11-21T09:30:15.5Z'), span('2026-11-21T09:30:15.500Z', '2026-11-21T09:30:15.501Z'))
  t.same(dateRange('2026-11-21T09:30:15.123456Z'), span('2026-11-21T09:30:15.123Z', '2026-11-21T09:30:15.124Z'))
})

t.test('a zone moves the instant; without one the day is that of UTC', async (t) => {
  t.same(dateRange('2026-06-01T00:30:00+01:00'), span('2026-05-31T23:30:00.000Z', '2026-05-31T23:30:01.000Z'))
  t.same(dateRange('2026-06-01T23:30:00-05:30'), span('2026-06-02T05:00:00.000Z', '2026-06-02T05:00:01.000Z'))
  t.same(dateRange('2026-06-01T10:00:00'), dateRange('2026-06-01T10:00:00Z'))
})

t.test('a leap second belongs to the next day', async (t) => {
  t.equal(dateRange('2016-12-31T23:59:60Z')?.low, '2017-01-01T00:00:00.000Z')
})

t.test('the ends of the calendar are open', async (t) => {
  t.equal(dateRange('9999')?.high, 'infinity')
  t.equal(dateRange('0001-01-01T00:00:00+14:00')?.low, '-infinity')
  t.equal(dateRange('0099')?.low, '0099-01-01T00:00:00.000Z')
  t.same(dateRange('0050-12'), span('0050-12-01T00:00:00.000Z', '0051-01-01T00:00:00.000Z'))
})

for (const text of [
  '',
  '26',
  '2026-13',
  '2026-02-30',
  '2026-1-1',
  '2026-01-01T24:00:00Z',
  '2026-01-01T10',
  '2026-01-01T10:00:00+15:00',
  'today',
  '0000',
]) {
  t.test(`"${text}" is no date`, async (t) => t.equal(dateRange(text), undefined))
}

t.test('a period without an end is open, and one of nothing is none', async (t) => {
  t.same(periodRange('2026', undefined), span('2026-01-01T00:00:00.000Z', 'infinity'))
  t.same(periodRange(undefined, '2026'), span('-infinity', '2027-01-01T00:00:00.000Z'))
  t.equal(periodRange(undefined, undefined), undefined)
  t.equal(periodRange('2026', 'soon'), undefined)
})

t.test('the span of an instant lies within the spans of its second, day, month and year', async (t) => {
  const instants = fc.date({ min: new Date('0002-01-01'), max: new Date('9998-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(instants, fc.integer({ min: -14 * 60, max: 14 * 60 }), (instant, offset) => {
      const zone = `${offset < 0 ? '-' : '+'}${String(Math.trunc(Math.abs(offset) / 60)).padStart(2, '0')}:${String(Math.abs(offset) % 60).padStart(2, '0')}`
      const local = new Date(instant.getTime() + offset * 60_000).toISOString().slice(0, 23)
      t.equal(dateRange(local + zone)?.low, instant.toISOString())
      const utc = instant.toISOString()
      for (const length of [4, 7, 10, 19]) {
        const wider = dateRange(length === 19 ? `${utc.slice(0, 19)}Z` : utc.slice(0, length))
        if (!wider || wider.low > utc || wider.high <= utc) return false
      }
      return true
    }),
    { numRuns: 300 },
  )
})
