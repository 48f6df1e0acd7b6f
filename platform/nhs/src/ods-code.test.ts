import fc from '@platform/testing/properties'
import t from 'tap'
import { isOdsCode, parseOdsCode } from './ods-code.ts'

t.test('codes of trusts, practices and sites are taken', async (t) => {
  for (const code of ['RRK', 'A81001', 'RRK15', 'X26', '8HK48', 'A81001001']) t.ok(isOdsCode(code), code)
})

t.test('what has not the shape of a code is refused', async (t) => {
  for (const text of ['', 'RR', 'RRK-15', 'the charity', 'ABCDEFGHIJ']) t.equal(parseOdsCode(text), undefined, text)
})

t.test('case and outer spaces do not make another organisation', async () => {
  fc.assert(fc.property(fc.stringMatching(/^[A-Z0-9]{3,9}$/), (code) => parseOdsCode(` ${code.toLowerCase()} `) === code))
})
