import t from 'tap'
import { ageInYears, dayOf, showDay, showMoment, showMonth, showNhsNumber, showPeriod, showSpan, wordsOfSpans } from './dates.ts'

t.test('a partial date stays partial', async (t) => {
  t.equal(showDay('1948'), '1948')
  t.equal(showDay('2026-03'), 'March 2026')
  t.equal(showDay('2026-03-18'), '18 March 2026')
})

t.test('a time is that of the United Kingdom, summer and winter', async (t) => {
  t.equal(showMoment('2026-11-21T02:14:00Z'), '21 November 2026, 2:14am')
  t.equal(showMoment('2026-07-27T09:00:00Z'), '27 July 2026, 10am')
  t.equal(showMoment('2026-07-27T12:30:00+01:00'), '27 July 2026, 12:30pm')
  t.equal(showMoment('2026-11-21T02:14:00Z', 'cy'), '21 Tachwedd 2026, 2:14yb')
  t.equal(showMoment('2026-07-27T12:30:00+01:00', 'cy'), '27 Gorffennaf 2026, 12:30yp')
})

t.test('midday and midnight are words', async (t) => {
  t.equal(showMoment('2026-01-05T12:00:00Z'), '5 January 2026, midday')
  t.equal(showMoment('2026-01-05T00:00:00Z'), '5 January 2026, midnight')
})

t.test('a period names its day once, unless it ends on another', async (t) => {
  t.equal(showPeriod('2026-11-13T10:00:00Z', '2026-11-13T11:30:00Z', 'until'), '13 November 2026, 10am until 11:30am')
  t.equal(showPeriod('2026-11-13T23:00:00Z', '2026-11-14T01:00:00Z', 'until'), '13 November 2026, 11pm until 14 November 2026, 1am')
  t.equal(showPeriod('2026-11-13', '2026-11-15', 'tan', 'cy'), '13 Tachwedd 2026 tan 15 Tachwedd 2026')
})

t.test('a day alone has no time and does not move', async (t) => t.equal(showMoment('2026-07-01'), '1 July 2026'))

t.test('the local day turns at local midnight', async (t) => {
  t.equal(dayOf(new Date('2026-07-01T22:59:00Z')), '2026-07-01')
  t.equal(dayOf(new Date('2026-07-01T23:00:00Z')), '2026-07-02')
})

t.test('an entry is filed under its month, or its year when no more is known', async (t) => {
  t.equal(showMonth('2026-11-21T02:14:00Z'), 'November 2026')
  t.equal(showMonth('2026-03'), 'March 2026')
  t.equal(showMonth('2019'), '2019')
})

t.test('a birthday counts from its day', async (t) => {
  t.equal(ageInYears('1974-03-18', new Date('2026-03-17T12:00:00Z')), 51)
  t.equal(ageInYears('1974-03-18', new Date('2026-03-18T12:00:00Z')), 52)
  t.equal(ageInYears('1974', new Date()), undefined)
})

t.test('a span is told in its largest unit', async (t) => {
  const from = new Date('2026-11-21T02:00:00Z')
  const after = (minutes: number) => showSpan(from, new Date(from.getTime() + minutes * 60_000))
  t.same([after(0), after(0.9)], ['less than a minute', 'less than a minute'])
  t.same([after(1), after(40), after(60), after(47 * 60), after(72 * 60)], ['1 minute', '40 minutes', '1 hour', '47 hours', '3 days'])
})

t.test('the words of a span, one, two and more, are those that it is told in', async (t) => {
  for (const language of ['en', 'cy'] as const) {
    const { none, minute, hour, day } = wordsOfSpans(language)
    const shown = (minutes: number) => showSpan(new Date(0), new Date(minutes * 60_000), language)
    t.equal(shown(0), none)
    for (let count = 1; count < 48; count += 1) {
      const nth = Math.min(count, 3) - 1
      t.equal(shown(count * 60), `${String(count)} ${hour[nth] ?? ''}`)
      t.equal(shown((count + 1) * 1440), `${String(count + 1)} ${day[Math.min(count, 2)] ?? ''}`)
      t.equal(shown(count), `${String(count)} ${minute[nth] ?? ''}`)
    }
  }
})

t.test('an NHS number is shown in three groups', async (t) => t.equal(showNhsNumber('9990123454'), '999 012 3454'))
