import t from 'tap'
import { addressFor, choiceOf, subscriptionFor } from './choice.ts'

t.test('what was chosen is shown as it was chosen, and nothing is chosen for anybody', async (t) => {
  t.same(choiceOf(undefined), { way: 'off', address: '', times: 'now' })
  const chosen = subscriptionFor('sms', '+447700900123', 'weekly')
  t.same(choiceOf(chosen), { way: 'sms', address: '+447700900123', times: 'weekly' })
  t.equal(choiceOf({ ...chosen, status: 'off' }).way, 'off')
})

t.test('an address is one for its way; a telephone number has its country', async (t) => {
  t.equal(addressFor('email', 'ada@post.example'), 'ada@post.example')
  t.equal(addressFor('email', '07700 900123'), undefined)
  t.equal(addressFor('sms', '07700 900 123'), '+447700900123')
  t.equal(addressFor('sms', '+353 86 000 0000'), '+353860000000')
  t.equal(addressFor('sms', '900123'), undefined)
})
