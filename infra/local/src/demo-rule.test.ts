import t from 'tap'
import { decideDemo, isLoopback } from './demo-rule.ts'

const here = { asked: undefined, host: '127.0.0.1', publicUrl: 'http://127.0.0.1:8080', database: 'empty' } as const

t.test('unasked, a hub is a demonstration only alone on its machine and without real records', async (t) => {
  t.equal(decideDemo(here), true)
  t.equal(decideDemo({ ...here, database: 'demo' }), true)
  t.equal(decideDemo({ ...here, host: 'localhost', publicUrl: 'http://[::1]:8080' }), true)
  t.equal(decideDemo({ ...here, database: 'real' }), false)
  t.equal(decideDemo({ ...here, host: '0.0.0.0' }), false)
  t.equal(decideDemo({ ...here, publicUrl: 'https://hub.example.org' }), false)
})

t.test('a demonstration asked for elsewhere stops the start', async (t) => {
  const asked = { ...here, asked: true }
  t.throws(() => decideDemo({ ...asked, host: '0.0.0.0' }), { name: 'CannotStart' })
  t.throws(() => decideDemo({ ...asked, publicUrl: 'https://hub.example.org' }), { name: 'CannotStart' })
  t.throws(() => decideDemo({ ...asked, database: 'real' }), { name: 'CannotStart' })
  t.equal(decideDemo(asked), true)
})

t.test('no is no', async (t) => {
  t.equal(decideDemo({ ...here, asked: false }), false)
})

t.test('a name that only looks like loopback is not', async (t) => {
  for (const host of ['127.0.0.1.example.org', 'localhost.example.org', '128.0.0.1', '::', '0.0.0.0']) t.notOk(isLoopback(host), host)
})
