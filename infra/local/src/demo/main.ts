/**
 * `npm run demo`: the acceptance stories on a running hub, or on one that is started for them, told step by step. Everything goes through the
 * hub's public doors. The last line is `N stories, N steps, N failed`; the exit code is 1 when a step failed.
 */
import { defineConfig, text } from '@platform/service/config'
import { CannotStart, runProgram } from '../cannot-start.ts'
import { homeOf } from '../config.ts'
import { hubAtHand } from './hub-at-hand.ts'
import { stories } from './stories.ts'
import { NotSo, runStory } from './story.ts'
import { closingLine, tellStep, tellStory } from './tell.ts'
import { openWorld } from './world/world.ts'

const readConfig = defineConfig({ HANDRAIL_HOME: text('Folder of data, generated keys and quarantine.', { default: '.handrail' }) })

await runProgram(async () => {
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort())
  await using hub = await hubAtHand(homeOf(readConfig(process.env)), process.env)
  await using world = await openWorld(hub).catch((cause: unknown) => {
    throw cause instanceof NotSo ? new CannotStart(`${cause.message} The stories are told on a demonstration only.`, { cause }) : cause
  })
  const before = await world.clock.now()
  const startedAt = Date.now()
  process.stdout.write(
    `Handrail tells its stories at ${hub.url}.\n` +
      'All people are invented. Days go by because the clock of the hub is moved; afterwards it is put back.\n',
  )

  const counts = { stories: 0, steps: 0, failed: 0 }
  for (const story of stories.map((tell) => tell(world))) {
    if (interrupted.signal.aborted) break
    counts.stories += 1
    counts.steps += story.steps.length
    process.stdout.write(tellStory(story, counts.stories))
    counts.failed += await runStory(story, (step, ending) => process.stdout.write(tellStep(step, ending)), interrupted.signal)
  }
  const clockBack = await world.clock.set(new Date(before.getTime() + Date.now() - startedAt).toISOString()).then(
    () => true,
    () => false, // what failed before has been told; the last line is promised
  )
  if (!clockBack) process.stderr.write('The clock of the hub could not be put back.\n')
  if (interrupted.signal.aborted) return 1
  process.stdout.write(`\n${closingLine(counts)}\n`)
  return counts.failed === 0 ? 0 : 1
})
