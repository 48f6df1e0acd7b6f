/**
 * `npm run demo`: the acceptance stories on a running hub, or on one that is started for them, told step by step. Everything goes through the
 * hub's public doors. With `--show` a browser opens beside it, with the page of each step under its caption. The last line is
 * `N stories, N steps, N failed`; the exit code is 1 when a step failed.
 */
import { parseArgs } from 'node:util'
import { defineConfig, text } from '@platform/service/config'
import { CannotStart, runProgram } from '../cannot-start.ts'
import { homeOf } from '../config.ts'
import { hasDisplay, openChromium } from '../screenshots/browser.ts'
import { hubAtHand } from './hub-at-hand.ts'
import { stories } from './stories.ts'
import { readingTimeMs, stageIn, type Stage } from './stage.ts'
import { NotSo, runStory } from './story.ts'
import { closingLine, tellStep, tellStory } from './tell.ts'
import { openWorld } from './world/world.ts'

const readConfig = defineConfig({ HANDRAIL_HOME: text('Folder of data, generated keys and quarantine.', { default: '.handrail' }) })

const USAGE = `npm run demo -- [--show] [--pictures FOLDER]
  --show      opens a browser that shows the page of each step, with a caption; Ctrl-C or closing it ends the telling
  --pictures  a folder: a picture of each step is put there, with or without a display`

/** @throws CannotStart where the command line cannot be understood, or no window can be opened */
function readOptions(args: readonly string[]): { readonly show: boolean; readonly pictures: string | undefined } {
  let values: { readonly show?: boolean; readonly pictures?: string; readonly help?: boolean }
  try {
    const options = { show: { type: 'boolean' }, pictures: { type: 'string' }, help: { type: 'boolean' } } as const
    values = parseArgs({ args: [...args], options }).values
  } catch (cause) {
    throw new CannotStart(`${cause instanceof Error ? cause.message : String(cause)}\n${USAGE}`, { cause })
  }
  if (values.help === true) throw new CannotStart(USAGE)
  if (values.show === true && !hasDisplay(process.env)) {
    throw new CannotStart(
      'There is no display here to show the stories on: run it on a desktop, or under "xvfb-run -a", or ask for pictures with --pictures FOLDER.',
    )
  }
  return { show: values.show === true, pictures: values.pictures }
}

await runProgram(async () => {
  const { show, pictures } = readOptions(process.argv.slice(2))
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort())
  await using hub = await hubAtHand(homeOf(readConfig(process.env)), process.env)
  await using world = await openWorld(hub).catch((cause: unknown) => {
    throw cause instanceof NotSo ? new CannotStart(`${cause.message} The stories are told on a demonstration only.`, { cause }) : cause
  })
  await using browser = show || pictures !== undefined ? await openChromium(process.env, { headed: show }) : undefined
  browser?.on('disconnected', () => interrupted.abort())
  const stage: Stage | undefined = browser && stageIn({ url: hub.url, browser, pictures, stays: show ? readingTimeMs : () => 0 })
  const told = stage?.watched(world) ?? world
  const before = await world.clock.now()
  const startedAt = Date.now()
  process.stdout.write(
    `Handrail tells its stories at ${hub.url}.\n` +
      'All people are invented. Days go by because the clock of the hub is moved; afterwards it is put back.\n',
  )

  const counts = { stories: 0, steps: 0, failed: 0 }
  for (const each of stories.map((tell) => tell(told))) {
    if (interrupted.signal.aborted) break
    counts.stories += 1
    const story = stage?.shown(each, counts.stories) ?? each
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
