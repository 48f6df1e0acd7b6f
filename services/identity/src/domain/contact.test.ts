import fc from '@platform/testing/properties'
import t from 'tap'
import { parseContact } from './contact.ts'

t.test('an address is found again however it is spelled', async (t) => {
  t.same(parseContact(' Megan@Centre.Example '), { way: 'email', to: 'megan@centre.example' })
  for (const written of ['07700 900123', '+44 7700 900123', '0044 7700-900123', '(07700) 900 123'])
    t.same(parseContact(written), { way: 'sms', to: '+447700900123' }, written)
})

t.test('what is no address is nothing', async (t) => {
  for (const written of ['', 'megan', 'a@b', 'a b@c.example', 'a@b.example,c@d.example', '12', '+012345678', 'a@b.example\nbcc:c'])
    t.equal(parseContact(written), undefined, written)
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { to } = parseContact(text) ?? { to: '' }
      return !/[\r\n,<>]/.test(to)
    }),
  )
})
