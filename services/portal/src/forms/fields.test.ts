import fc from '@platform/testing/properties'
import t from 'tap'
import { fromDate, problems, textIn, toDate } from './fields.ts'

t.test('a day that exists is read, a day that does not is not', async (t) => {
  t.equal(toDate({ day: '7', month: '3', year: '2026' }), '2026-03-07')
  for (const [day, month, year] of [
    ['31', '2', '2026'],
    ['0', '1', '2026'],
    ['1', '13', '2026'],
    ['1', '1', '26'],
    ['', '1', '2026'],
    ['x', '1', '2026'],
  ] as const)
    t.equal(toDate({ day, month, year }), undefined, `${day}/${month}/${year}`)
})

t.test('a date goes into its boxes and back', async () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }), (at) => {
      const date = at.toISOString().slice(0, 10)
      return toDate(fromDate(date)) === date
    }),
  )
})

t.test('a field that is missing, repeated or no text is empty', async (t) => {
  t.equal(textIn({ a: ' x\r\ny ' }, 'a'), 'x\ny')
  for (const body of [undefined, null, {}, { a: ['x', 'y'] }, { a: { b: 'x' } }, 'a=x']) t.equal(textIn(body, 'a'), '')
})

t.test('the first word about a field stays, in the order of the fields', async (t) => {
  const found = problems()
  found.add('one', 'first')
  found.add('two', 'second')
  found.add('one', 'third')
  t.same(found.list, [
    { href: '#one', text: 'first' },
    { href: '#two', text: 'second' },
  ])
  t.same(found.of['one'], { text: 'first' })
})
