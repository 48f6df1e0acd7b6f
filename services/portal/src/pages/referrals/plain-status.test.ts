import t from 'tap'
import { plainOf } from './load.ts'

t.test('a request that nobody has sent yet is never called sent, whatever the pathway says: HAZ-R70', async (t) => {
  t.equal(plainOf({ status: 'draft' }, undefined), 'not-sent')
  t.equal(plainOf({ status: 'draft' }, 'sent'), 'not-sent')
})

t.test('an ended request is finished; an open one has the word of the pathway, and is sent where it has none', async (t) => {
  t.equal(plainOf({ status: 'completed' }, 'accepted'), 'finished')
  t.equal(plainOf({ status: 'revoked' }, undefined), 'finished')
  t.equal(plainOf({ status: 'active' }, 'waiting'), 'waiting')
  t.equal(plainOf({ status: 'active' }, 'some-new-word'), 'sent')
})
