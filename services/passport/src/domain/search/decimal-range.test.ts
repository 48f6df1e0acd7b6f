import fc from '@platform/testing/properties'
import t from 'tap'
import { decimalRange } from './decimal-range.ts'

t.test('a decimal means all that rounds to its last digit', async (t) => {
  t.same(decimalRange('100'), { low: 99.5, high: 100.5, exact: 100 })
  t.same(decimalRange('100.00'), { low: 99.995, high: 100.005, exact: 100 })
  t.same(decimalRange('1e2'), { low: 50, high: 150, exact: 100 })
  t.same(decimalRange('5.4'), { low: 5.35, high: 5.45, exact: 5.4 })
  t.same(decimalRange('-5.4'), { low: -5.45, high: -5.35, exact: -5.4 })
  t.same(decimalRange('+7'), { low: 6.5, high: 7.5, exact: 7 })
})

for (const text of ['', 'x', '1.', '.5', '1e', '0x10', 'Infinity', '1e999', '1,5']) {
  t.test(`"${text}" is no decimal`, async (t) => t.equal(decimalRange(text), undefined))
}

t.test('a decimal lies within its own span, however it is written', async () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.nat({ max: 6 }), fc.integer({ min: -5, max: 5 }), (whole, places, exponent) => {
      const range = decimalRange(`${whole}${places === 0 ? '' : `.${'7'.repeat(places)}`}e${exponent}`)
      return range !== undefined && range.low < range.exact && range.exact < range.high
    }),
  )
})
