/** `npm run bench`: what the hub costs, beside the ceilings it is measured against. bench/README.md says how to read it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { CannotStart, runProgram } from '@infra/local/cannot-start'
import { readOptions, USAGE } from './options.ts'
import { exportPhase } from './phases/export.ts'
import { factoryPhase } from './phases/factory.ts'
import { hospitalPhase } from './phases/hospital.ts'
import { feedsPhase } from './phases/feeds.ts'
import { matchingPhase } from './phases/matching.ts'
import type { Phase } from './phases/phase.ts'
import { reportsPhase } from './phases/reports.ts'
import { redisPhase } from './phases/redis.ts'
import { sizePhase } from './phases/size.ts'
import { startPhase } from './phases/start.ts'
import { townPhase } from './phases/town.ts'
import { subscriptionsPhase } from './phases/subscriptions.ts'
import { table } from './report.ts'
import type { Result } from './scenario.ts'
import { startServer, temporaryFolder } from './world.ts'

const PHASES: readonly Phase[] = [
  townPhase,
  hospitalPhase,
  subscriptionsPhase,
  matchingPhase,
  feedsPhase,
  redisPhase,
  factoryPhase,
  exportPhase,
  startPhase,
  sizePhase,
  reportsPhase,
]
const FILE = join(import.meta.dirname, '..', 'results', 'latest.json')
/** A run that was told to stop and has not by then ends by force, in milliseconds. */
const STOP_WITHIN_MS = 30_000
const tell = (line: string): void => void process.stderr.write(`${line}\n`)

await runProgram(async () => {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') {
    tell(USAGE)
    return 0
  }
  const startedAt = new Date()
  const signal = toldToStop()
  const sinceStart = (): number => Math.round((Date.now() - startedAt.getTime()) / 1_000)
  const secondsLeft = (): number => options.withinS - sinceStart()
  const results: Result[] = []
  const failed: string[] = []
  {
    using folder = temporaryFolder()
    await using server = await startServer(folder.path, { max_connections: '300' }) // two hubs at once
    for (const phase of PHASES) {
      if (!phase.covers.some((name) => options.touches(name))) continue
      tell(`${phase.title} (after ${sinceStart()} s)`)
      try {
        results.push(...(await phase.run({ ...options, secondsLeft, folder: folder.path, server, signal, tell })))
      } catch (error) {
        failed.push(phase.title)
        if (signal.aborted) break
        tell(`  failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      }
    }
  }

  if (signal.aborted && results.length === 0) signal.throwIfAborted()
  tell(`\n${table(results)}\n`)
  if (signal.aborted)
    tell(`The run was told to stop in “${failed.at(-1) ?? ''}”: what stands above was measured before, and the rest was not.\n`)
  const outcome = { startedAt, seconds: sinceStart(), machine: machine(), rounds: options.rounds, forMs: options.forMs, failed, results }
  mkdirSync(dirname(FILE), { recursive: true })
  writeFileSync(FILE, `${JSON.stringify(outcome, null, 2)}\n`)
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
  return failed.length === 0 ? 0 : 1
})

/**
 * Ctrl-C ends the run between two measurements, so that everything it made is removed. It reaches this process once from the terminal
 * and once from the launcher, so what comes after the first is ignored.
 */
function toldToStop(): AbortSignal {
  const stop = new AbortController()
  const told = (): void => {
    if (stop.signal.aborted) return
    stop.abort(new CannotStart('The run was told to stop before anything was measured.'))
    setTimeout(() => process.exit(130), STOP_WITHIN_MS).unref()
  }
  process.on('SIGINT', told).on('SIGTERM', told)
  return stop.signal
}

function machine(): Record<string, string | number> {
  const [first] = cpus()
  return {
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    cpu: first?.model ?? 'unknown',
    cpus: cpus().length,
    memoryGb: Math.round(totalmem() / 1_000_000_000),
  }
}
