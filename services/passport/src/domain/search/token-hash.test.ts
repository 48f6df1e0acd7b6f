import t from 'tap'
import { recently, tokenHash, tokenText } from './token-hash.ts'

t.test('a hash is the first eight bytes of SHA-256 as a signed decimal', async (t) => {
  t.equal(tokenHash('abc'), '-5010229573455851542') // ba7816bf8f01cfea, FIPS 180-2 appendix B.1
  t.match(tokenHash('Procedure.status|completed'), /^-?\d{1,19}$/)
})

t.test('a bar inside a system or code does not make another pair of it', async (t) => {
  t.not(tokenText.systemAndCode('Task.code', 'a', 'b'), tokenText.code('Task.code', 'a|b'))
})

t.test('what was asked for lately is computed once, and no more than two generations are kept', async (t) => {
  const computed: string[] = []
  const length = recently(2, (key) => {
    computed.push(key)
    return key.length
  })
  for (const key of ['a', 'a', 'bb', 'ccc', 'a', 'dddd', 'e', 'ff', 'ccc']) t.equal(length(key), key.length)
  t.same(computed, ['a', 'bb', 'ccc', 'dddd', 'e', 'ff', 'ccc'])
})
