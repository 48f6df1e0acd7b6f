/** A session that lasts: lost when the server says so, and another is had in its place. */
import t from 'tap'
import { testDatabase } from '@platform/testing/database'
import { lastingSession } from '../src/lasting-session.ts'

const END_IT = { text: 'SELECT pg_terminate_backend(pg_backend_pid())' }

for (const pipeline of [false, true]) {
  t.test(
    `a session that is ended is lost with the answer that says so, ${pipeline ? 'one statement behind another' : 'one after another'}`,
    async (t) => {
      const { open } = await testDatabase(t)
      const lasting = lastingSession(await open(), { pipeline })
      t.teardown(() => lasting[Symbol.asyncDispose]())
      let lost = 0
      lasting.onLost(() => (lost += 1))
      const first = await lasting.opened()
      t.equal(lasting.current(), first)
      await t.rejects(first.query(END_IT), { code: '57P01' })
      t.equal(lasting.current(), undefined, 'nobody is given what is about to be closed')
      t.equal(lost, 1)
      const second = await lasting.opened()
      t.not(second, first)
      t.strictSame((await second.query({ text: 'SELECT 1 AS one' })).rows, [{ one: 1 }])
      t.equal(lost, 1, 'and it is lost once')
    },
  )
}
