import fc from '@platform/testing/properties'
import t from 'tap'
import { planKeys, publishedKeys, type KeyTimes } from './key-schedule.ts'

const DAY_MS = 86_400_000
const START = new Date('2026-11-21T00:00:00Z')
const after = (days: number) => new Date(START.getTime() + days * DAY_MS)
const kids = (keys: readonly KeyTimes[]) => keys.map(({ kid }) => kid)
const A = { kid: 'a', signsFrom: START }
const B = { kid: 'b', signsFrom: after(30) }

t.test('without a key, one is made that signs at once', async (t) => {
  t.same(planKeys([], START), { make: { signsFrom: START }, forget: [] })
})

t.test('a successor is made a day before it signs', async (t) => {
  t.same(planKeys([A], after(28.9)), { forget: [] })
  t.same(planKeys([A], after(29)), { make: { signsFrom: after(30) }, forget: [] })
  t.same(planKeys([A, B], after(29.5)), { forget: [] })
})

t.test('the successor is published before it signs, and signs when its time has come', async (t) => {
  t.same(kids(publishedKeys([B, A], after(29))), ['a', 'b'])
  t.same(kids(publishedKeys([B, A], after(30))), ['b', 'a'])
})

t.test('the old key stays published until its tokens have expired, and is then forgotten', async (t) => {
  t.same(kids(publishedKeys([A, B], after(30.08))), ['b', 'a'])
  t.same(kids(publishedKeys([A, B], after(30.09))), ['b'])
  t.same(planKeys([A, B], after(30.09)), { forget: ['a'] })
})

t.test('after a long stop the old key signs until its successor has been published for a day', async (t) => {
  t.same(planKeys([A], after(400)), { make: { signsFrom: after(401) }, forget: [] })
  t.same(kids(publishedKeys([A], after(400))), ['a'])
})

t.test('whenever the schedule is looked at, a key signs, and whoever signed in the last hour is published', async () => {
  const hours = fc.array(fc.integer({ min: 1, max: 60 * 24 }), { maxLength: 60 })
  fc.assert(
    fc.property(hours, (steps) => {
      let keys: KeyTimes[] = []
      let now = START.getTime()
      for (const [index, step] of steps.entries()) {
        now += step * 3_600_000
        const at = new Date(now)
        const { make, forget } = planKeys(keys, at)
        keys = keys.filter(({ kid }) => !forget.includes(kid))
        if (make !== undefined) keys.push({ kid: `k${index}`, signsFrom: make.signsFrom })
        const published = kids(publishedKeys(keys, at))
        const signer = (moment: Date) => publishedKeys(keys, moment)[0]
        if (signer(at) === undefined) return false
        const anHourAgo = signer(new Date(now - 3_600_000))
        if (anHourAgo !== undefined && anHourAgo.signsFrom <= at && !published.includes(anHourAgo.kid)) return false
      }
      return true
    }),
  )
})
