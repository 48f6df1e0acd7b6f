import fc from '@platform/testing/properties'
import t from 'tap'
import { isMonthFirst, readUkDate, showUkDate } from './uk-date.ts'

const read = (text: string, monthFirstSeen = false) => {
  const result = readUkDate(text, { monthFirstSeen })
  return 'date' in result ? result.date : result.wrong
}

t.test('a date as people in the United Kingdom write it is read, and nothing else', async (t) => {
  for (const text of [
    '03/04/2026',
    '3/4/2026',
    '3.4.2026',
    '03-04-2026',
    '2026-04-03',
    '3 April 2026',
    '3 Apr 2026',
    '3-Apr-2026',
    '3rd April 2026',
    ' 03/04/2026 00:00 ',
    '2026-04-03T00:00:00',
  ])
    t.equal(read(text), '2026-04-03', text)
  t.match(read('03/04/26'), /two digits/)
  t.match(read('46115'), /number, not a date/)
  t.match(read('31/02/2026'), /does not exist/)
  t.match(read('04/13/2026'), /does not exist/)
  t.match(read('03/04/2026 10:30'), /time in it/)
  t.match(read('3 Aprl 2026'), /not a date/)
  t.match(read('ma 2026'), /not a date/)
  for (const text of ['', 'yesterday', '3/4', '2026', '2026-04', '3/4-2026', '00/04/2026', '1 Ma 2026']) t.notMatch(read(text), /^\d/, text)
})

t.test('where a file puts the month first once, a day that could be either is refused', async (t) => {
  t.equal(isMonthFirst('04/13/2026'), true)
  t.equal(isMonthFirst('13/04/2026'), false)
  t.equal(isMonthFirst('32/13/2026'), false)
  t.match(read('03/04/2026', true), /two days/)
  t.equal(read('25/04/2026', true), '2026-04-25')
  t.equal(read('04/04/2026', true), '2026-04-04')
  t.equal(read('2026-04-03', true), '2026-04-03')
})

t.test(
  'every day that exists is read back as it was, in each way of writing it; any text gets a date that exists or a sentence',
  async () => {
    const day = fc
      .date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2100-12-31T00:00:00Z'), noInvalidDate: true })
      .map((at) => at.toISOString().slice(0, 10))
    fc.assert(
      fc.property(day, (iso) => {
        const [year, month, date] = iso.split('-')
        return [iso, `${date}/${month}/${year}`, `${Number(date)}.${Number(month)}.${year}`].every((text) => read(text) === iso)
      }),
    )
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$/)), fc.boolean(), (text, seen) => {
        const result = readUkDate(text, { monthFirstSeen: seen })
        if ('wrong' in result) return result.wrong.endsWith('.')
        return new Date(`${result.date}T00:00:00Z`).toISOString().startsWith(result.date)
      }),
    )
  },
)

t.test('a date is shown as people write it, and as exactly as it is known', async (t) => {
  t.same(['2026-08-03', '2026-08', '2026', '2026-12-31T23:30:00Z'].map(showUkDate), [
    '3 August 2026',
    'August 2026',
    '2026',
    '31 December 2026',
  ])
})
