/** `npm start` in a home that has been started before: how long until it is ready, and what the idle process holds. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startProgram } from '../program.ts'
import type { Result } from '../scenario.ts'
import { median, rounded } from '../statistics.ts'
import { residentBytes } from '../world.ts'
import type { Phase } from './phase.ts'

const READY_WITHIN_S = 5
const AT_MOST_MB = 500
const STARTS = 3
const IDLE_AFTER_MS = 4_000

export const startPhase: Phase = {
  title: 'npm start, again',
  covers: ['start-again', 'memory-idle'],
  run: async ({ folder, wanted, signal, tell }) => {
    const home = join(folder, 'start')
    const seconds: number[] = []
    const megabytes: number[] = []
    for (let start = 0; start <= STARTS; start += 1) {
      signal.throwIfAborted()
      const begun = performance.now()
      await using _hub = await startProgram({
        command: 'npm',
        args: ['start'],
        env: { HANDRAIL_HOME: home, PORT: '0', MLLP_PORT: '0', LOG_LEVEL: 'warn' },
        ready: /^Handrail is ready at /,
      })
      if (start === 0) continue // the first one makes everything
      seconds.push((performance.now() - begun) / 1_000)
      await wait(IDLE_AFTER_MS)
      megabytes.push(residentBytes(pidOf(home)) / 1_000_000)
      tell(`  start ${start} of ${STARTS}`)
    }
    return [
      lineOf('start-again', 's', median(seconds), READY_WITHIN_S, `≤ ${READY_WITHIN_S} s`),
      lineOf('memory-idle', 'MB', median(megabytes), AT_MOST_MB, `< ${AT_MOST_MB} MB`),
    ].filter(({ name }) => wanted(name))
  },
}

/** The hub's process, which is not npm's. */
function pidOf(home: string): number {
  return (JSON.parse(readFileSync(join(home, 'hub.json'), 'utf8')) as { pid: number }).pid
}

const lineOf = (name: string, unit: string, value: number, atMost: number, target: string): Result => ({
  name,
  unit,
  concurrency: 1,
  rounds: STARTS,
  ours: rounded(value),
  ceiling: null,
  ratio: null,
  target,
  met: value <= atMost,
  p50: null,
  p99: null,
})
