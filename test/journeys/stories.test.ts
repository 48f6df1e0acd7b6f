/** The acceptance stories through the public doors of a real hub: what `npm run demo` tells. Acceptance stories 1 to 4. */
import { stories } from '@infra/local/demo/stories'
import { down } from '@infra/local/demo/stories/down'
import { openWorld } from '@infra/local/demo/world/world'
import { testHub } from '@platform/testing/hub'
import t from 'tap'
import { proveStory } from './prove-story.ts'

t.setTimeout(600_000)

t.test('queues in PostgreSQL', async (t) => {
  const hub = await testHub(t)
  const world = await openWorld(hub)
  t.teardown(() => world[Symbol.asyncDispose]())
  for (const times of ['told once', 'told again on the same hub']) {
    await t.test(times, async (t) => {
      for (const story of stories.map((tell) => tell(world))) await t.test(story.title, (t) => proveStory(t, story))
    })
  }
  t.match(await (await fetch(`${hub.url}/metrics`)).text(), /^handrail_dead_letters\{consumer="referrals"\} 0$/m, 'no change was given up')
})

const { TEST_REDIS_URL: redis } = process.env
t.test('queues in Redis', { skip: redis === undefined && 'no redis-server or valkey-server on this machine' }, async (t) => {
  const hub = await testHub(t, { REDIS_URL: redis ?? '' })
  const world = await openWorld(hub)
  t.teardown(() => world[Symbol.asyncDispose]())
  const story = down(world)
  await t.test(story.title, (t) => proveStory(t, story))
})
