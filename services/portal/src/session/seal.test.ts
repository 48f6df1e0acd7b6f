import { CompactEncrypt, jwtDecrypt } from 'jose'
import t from 'tap'
import { sealWith } from './seal.ts'

const master = Buffer.alloc(32, 7)
const seal = sealWith(master)
const LATER = Math.floor(Date.now() / 1000) + 60
const sealed = await seal.seal('session', { name: 'Ada Llŷwd' }, LATER)

t.test('what was sealed is opened for its purpose until its end, and by its own seal', async (t) => {
  t.same(await seal.open('session', sealed), { name: 'Ada Llŷwd' })
  t.same(await sealWith(master).open('session', sealed), { name: 'Ada Llŷwd' })
  t.equal(await seal.open('sign-in', sealed), undefined, 'for something else')
  t.equal(await sealWith(Buffer.alloc(32, 8)).open('session', sealed), undefined, 'by somebody else')
  const ended = await seal.seal('session', { name: 'Ada' }, LATER - 61)
  t.equal(await seal.open('session', ended), undefined)
  t.same(await seal.openEnded('session', ended), { name: 'Ada' })
})

t.test('what was changed anywhere, cut or added to opens nothing', async (t) => {
  const parts = sealed.split('.')
  for (const [at, part] of parts.entries())
    for (const other of [`${part.slice(0, -2)}${part.endsWith('AA') ? 'BB' : 'AA'}`, part.slice(4), `${part}AAAA`])
      if (other !== part) t.equal(await seal.open('session', parts.with(at, other).join('.')), undefined, `${at}: ${other}`)
  for (const text of ['', '.', '....', `${sealed}.`, `${sealed}.AAAA`, parts.slice(0, 4).join('.'), sealed.slice(0, -4)])
    t.equal(await seal.open('session', text), undefined, text)
})

t.test('it is a JWT by RFC 7516 that others can open, and one that was sealed in another way is not opened', async (t) => {
  const key = Buffer.from(seal.derive('session'), 'base64url')
  const { payload } = await jwtDecrypt(sealed, key)
  t.same(payload, { content: { name: 'Ada Llŷwd' }, exp: LATER })
  const text = new TextEncoder().encode(JSON.stringify(payload))
  const same = await new CompactEncrypt(text).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(key)
  t.same(await seal.open('session', same), { name: 'Ada Llŷwd' })
  const wrapped = await new CompactEncrypt(text).setProtectedHeader({ alg: 'A256KW', enc: 'A256GCM' }).encrypt(key)
  t.equal(await seal.open('session', wrapped), undefined)
})
