import fc, { anyCharacter } from '@platform/testing/properties'
import t from 'tap'
import { checkDigit } from './check-digit.ts'
import { isNhsNumber, parseChiNumber, parseHcNumber, parseNhsNumber, rangeOf, showNumber, testNumber } from './nhs-number.ts'

const nineDigits = fc.stringMatching(/^[0-9]{9}$/)

t.test('the numbers of the published test list are taken', async (t) => {
  for (const number of ['9990123454', '9990548609', '9990001235', '9990004447', '9434765919', '9000000009', '9912003888'])
    t.ok(isNhsNumber(number), number)
})

t.test('numbers of official examples that fail the check are refused', async (t) => {
  for (const number of ['3478526985', '7778521234', '9000000015']) t.notOk(isNhsNumber(number), number)
})

t.test('spaces and hyphens are how people write a number', async (t) => {
  t.equal(parseNhsNumber(' 999 012 3454'), '9990123454')
  t.equal(parseNhsNumber('999-012-3454'), '9990123454')
  t.equal(parseNhsNumber('999 012 345'), undefined)
  t.equal(parseNhsNumber('٩٩٩٠١٢٣٤٥٤'), undefined)
})

t.test('any one digit typed wrong is refused', async () => {
  fc.assert(
    fc.property(nineDigits, fc.nat(9), fc.integer({ min: 1, max: 9 }), (nine, place, by) => {
      const digit = checkDigit(nine)
      if (digit === undefined) return
      const number = `${nine}${String(digit)}`
      const wrong = `${number.slice(0, place)}${String((Number(number[place]) + by) % 10)}${number.slice(place + 1)}`
      return isNhsNumber(number) && !isNhsNumber(wrong)
    }),
  )
})

t.test('two neighbouring digits typed the wrong way round are refused', async () => {
  fc.assert(
    fc.property(nineDigits, fc.nat(8), (nine, place) => {
      const digit = checkDigit(nine)
      if (digit === undefined) return
      const number = `${nine}${String(digit)}`
      const swapped = `${number.slice(0, place)}${String(number[place + 1])}${String(number[place])}${number.slice(place + 2)}`
      return swapped === number || !isNhsNumber(swapped)
    }),
  )
})

t.test('showing and reading a number loses nothing', async () => {
  fc.assert(
    fc.property(fc.nat(999_999), (place) => {
      const number = testNumber(place)
      return number === undefined || (rangeOf(number) === 'test' && parseNhsNumber(showNumber(number)) === number)
    }),
  )
})

t.test('whatever is thrown at it is answered', async () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      const number = parseNhsNumber(text)
      return number === undefined || isNhsNumber(number)
    }),
  )
})

t.test('a CHI number begins with a day and month that exist', async (t) => {
  t.equal(parseChiNumber('010190000' + String(checkDigit('010190000'))), '010190000' + String(checkDigit('010190000')))
  const thirtiethOfFebruary = ['300290000', '300290001', '300290002'].find((nine) => checkDigit(nine) !== undefined) ?? ''
  t.equal(parseChiNumber(thirtiethOfFebruary + String(checkDigit(thirtiethOfFebruary))), undefined)
  t.equal(parseChiNumber('9990123454'), undefined)
})

t.test('a Health and Care number lies in the range of Northern Ireland', async (t) => {
  const nine = ['320000000', '320000001', '320000002'].find((text) => checkDigit(text) !== undefined) ?? ''
  t.ok(parseHcNumber(nine + String(checkDigit(nine))))
  t.equal(parseHcNumber('9990123454'), undefined)
  t.equal(rangeOf('9000000009'), 'unallocated')
})
