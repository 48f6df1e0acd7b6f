import { isDeepStrictEqual as same } from 'node:util'
import fc from '@platform/testing/properties'
import t from 'tap'
import { decodeLink, encodeLink, flagOf, type LinkPayload } from './link.ts'

const VIEWER = 'https://hub.example/view'
const base64url = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_01234', ...'56789'),
    minLength: length,
    maxLength: length,
  })
const payload: fc.Arbitrary<LinkPayload> = fc
  .record(
    {
      url: base64url(43).map((secret) => `https://hub.example/shl/${secret}`),
      key: base64url(43),
      exp: fc.nat(),
      flag: fc.constantFrom('L' as const, 'P' as const, 'LP' as const, 'U' as const, 'LU' as const),
      label: fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => [...text].length <= 80),
    },
    { requiredKeys: ['url', 'key'] },
  )
  .map((one) => ({ ...one }) as LinkPayload)

t.test('a link read back is the payload it was made from', async () => {
  fc.assert(
    fc.property(payload, (given) => {
      const link = encodeLink(VIEWER, given)
      return same(decodeLink(link), given) && same(decodeLink(link.slice(VIEWER.length + 1)), given)
    }),
    { numRuns: 300 },
  )
})

t.test('whatever text is given, reading it gives a payload or nothing, and never throws', async () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json().map((text) => `shlink:/${Buffer.from(text).toString('base64url')}`),
      ),
      (text) => {
        const read = decodeLink(text)
        return read === undefined || (typeof read.url === 'string' && read.key.length === 43)
      },
    ),
    { numRuns: 500 },
  )
})

t.test('the rules of the payload are kept when it is made', async (t) => {
  const key = 'k'.repeat(43)
  t.throws(() => encodeLink(VIEWER, { url: `https://hub.example/${'x'.repeat(120)}`, key }), /128/)
  t.throws(() => encodeLink(VIEWER, { url: 'https://hub.example/x', key: 'short' }), /32 bytes/)
  t.throws(() => encodeLink(VIEWER, { url: 'https://hub.example/x', key, label: 'x'.repeat(81) }), /80/)
  t.match(encodeLink(VIEWER, { url: 'https://hub.example/x', key }), /^https:\/\/hub\.example\/view#shlink:\/[A-Za-z0-9_-]+$/)
})

t.test('P and U never meet, and flags stand in the order of the alphabet', async (t) => {
  t.throws(() => flagOf({ longTerm: false, passcode: true, direct: true }))
  t.equal(flagOf({ longTerm: true, passcode: true, direct: false }), 'LP')
  t.equal(flagOf({ longTerm: true, passcode: false, direct: true }), 'LU')
  t.equal(flagOf({ longTerm: false, passcode: false, direct: false }), '')
  const contradictory = `shlink:/${Buffer.from(JSON.stringify({ url: 'https://x.example', key: 'k'.repeat(43), flag: 'PU' })).toString('base64url')}`
  t.equal(decodeLink(contradictory), undefined)
})

t.test('unknown properties and flags of others are passed over', async (t) => {
  const payload = { url: 'https://x.example', key: 'k'.repeat(43), flag: 'LXZ', v: 1, _own: true, extension: { a: 1 } }
  t.same(decodeLink(`shlink:/${Buffer.from(JSON.stringify(payload)).toString('base64url')}`), {
    url: payload.url,
    key: payload.key,
    flag: 'L',
  })
})
