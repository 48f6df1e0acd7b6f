import fc from '@platform/testing/properties'
import t from 'tap'
import { begun, dueForRenewal, endOf, renewed } from './session-end.ts'
import type { Session } from './session.ts'

const TIMES = { idleMs: 1_800_000, longestMs: 28_800_000 }
const plain: Session = { subject: 'a', name: 'A', title: '', role: 'worker', token: 't', expiresAt: 300 }
const kept = (session: Session) => session as Session & { renewal: NonNullable<Session['renewal']> }

t.test('without a refresh token a sign-in ends with its access token, and is never renewed', async (t) => {
  const session = begun(plain, undefined, TIMES, 0)
  t.equal(endOf(session), 300)
  t.notOk(dueForRenewal(session, 290))
})

t.test('a sign-in is renewed once a minute, and before its access token is too short', async (t) => {
  const session = begun(plain, 'r', TIMES, 0)
  t.notOk(dueForRenewal(session, 59))
  t.ok(dueForRenewal(session, 60))
  t.ok(dueForRenewal({ ...session, expiresAt: 40 }, 11))
})

t.test('what a person does moves the idle end; what a script fetches does not; nothing moves the absolute end', async (t) => {
  const session = kept(begun({ ...plain, largePrint: true }, 'r', TIMES, 0))
  t.equal(endOf(session), 1860)
  const by = (who: 'person' | 'script') => renewed(session, plain, { refreshToken: 's', by: who, times: TIMES, now: 600 })
  t.match(by('person'), { largePrint: true, renewal: { token: 's', idleEndsAt: 2460, endsAt: 28_800 } })
  t.match(by('script'), { renewal: { token: 's', renewedAt: 600, idleEndsAt: 1860, endsAt: 28_800 } })
})

t.test('however it is used, a sign-in ends at the latest after the longest time', async () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 1800 }), fc.constantFrom('person' as const, 'script' as const)), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(steps, (done) => {
      let now = 0
      let session = begun(plain, 'r', TIMES, 0)
      for (const [seconds, by] of done) {
        now += seconds
        if (endOf(session) <= now) return true
        session = renewed(kept(session), plain, { refreshToken: undefined, by, times: TIMES, now })
      }
      return endOf(session) <= 28_800
    }),
  )
})
