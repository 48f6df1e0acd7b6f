/** When each hospital was last heard. */
import t from 'tap'
import { testDatabase } from '@platform/testing/database'
import { feedsIn } from '../src/store/feeds.ts'

t.test('HAZ-A11: a hospital that has sent before and not for half an hour is silent, and one that sends again is not', async (t) => {
  const { open } = await testDatabase(t)
  const feeds = feedsIn(await open({ max: 2 }))
  const at = (time: string) => new Date(`2026-11-21T${time}:00Z`)
  const silentAt = async (time: string) => (await feeds.silent(at(time), 30 * 60_000)).map(({ facility }) => facility)

  feeds.heard('RXX01', at('02:00'))
  feeds.heard('RXX02', at('02:20'))
  t.strictSame(await silentAt('02:29'), [])
  t.strictSame(await silentAt('02:31'), ['RXX01'])
  feeds.heard('RXX01', at('02:40'))
  t.strictSame(await silentAt('02:51'), ['RXX02'])
  t.strictSame(await silentAt('03:20'), ['RXX01', 'RXX02'])
})
