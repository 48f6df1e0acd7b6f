/**
 * `npm test`: types and lint, and every test on one PostgreSQL server, and on one Redis where the machine has it.
 * `npm test -- services/alerts` runs the tests of that folder only. The last line is `N passed, N failed[, N skipped]`.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { startTestServer } from '@platform/testing/database'
import { closingLine, type Counts } from './closing-line.ts'
import { ROOT, runStep } from './run-step.ts'
import { TapSummary } from './tap-summary.ts'
import { startTestRedis } from '@platform/testing/redis'

/** What the tests must not see of this machine: the hub under test is told everything. */
const SETTINGS = /^(HOST|PORT|[A-Z]+_URL|HANDRAIL_.*|MLLP_.*|OUTBOUND_ALLOW|TRUSTED_ISSUERS|BARS_.*|LOG_LEVEL)$/

let running: ChildProcess | undefined
let interrupted: NodeJS.Signals | undefined
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted = signal
    running?.kill(signal)
  })
}

const selection = process.argv.slice(2)
const files = selection.length === 0 ? everyTest('{bench,fhir-profiles,infra,platform,scripts,services,test}') : selection.flatMap(chosen)
const counts: Counts = { passed: 0, failed: 0, skipped: 0 }

// Beside the tests: on two cores that is sooner over than one after the other.
await Promise.all([tests(), ...(selection.length === 0 ? [typesAndLint()] : [])])
process.stdout.write(`\n${closingLine(counts)}\n`)
process.exit(counts.failed === 0 && interrupted === undefined ? 0 : 1)

/** A folder stands for the tests below it; a file for itself. */
function chosen(word: string): readonly string[] {
  if (statSync(join(ROOT, word), { throwIfNoEntry: false })?.isFile()) return [word]
  const found = everyTest(word.replace(/\/+$/, ''))
  if (found.length > 0) return found
  process.stdout.write(`There is no test in ${word}.\n\n${closingLine({ passed: 0, failed: 1, skipped: 0 })}\n`)
  process.exit(1)
}

/** What starts whole hubs and browsers comes first, so that no core waits for one of them at the end. */
function everyTest(folder: string): readonly string[] {
  const long = (file: string): number => Number(/^(test\/journeys|services\/portal\/test|infra\/local\/test)\//.test(file))
  return globSync(`${folder}/**/*.test.ts`, { cwd: ROOT, exclude: ['**/node_modules'] })
    .toSorted()
    .toSorted((one, other) => long(other) - long(one))
}

async function typesAndLint(): Promise<void> {
  await step('types', 'tsc', ['-p', '.'])
  if (interrupted === undefined) await step('lint', 'oxlint', ['--type-aware'])
}

/** A step counts as one test. */
async function step(name: string, tool: string, args: readonly string[]): Promise<void> {
  const { ok, output } = await runStep(tool, args)
  counts[ok ? 'passed' : 'failed'] += 1
  process.stdout.write(ok ? `ok   ${name}\n` : `${output.trimEnd()}\nFAIL ${name}\n`)
}

async function tests(): Promise<void> {
  await using server = await startTestServer()
  await using redis = await startTestRedis()
  if (interrupted !== undefined) return
  const environment = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !SETTINGS.test(name))),
    TEST_DATABASE_URL: server.url,
    TEST_DATABASE_TEMPLATE: server.template,
    ...(redis === undefined ? {} : { TEST_REDIS_URL: redis.url }),
  }
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'run-tests.ts'), ...files], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environment,
  })
  running = child
  const summary = new TapSummary(counts)
  summary.pipe(process.stdout, { end: false })
  await pipeline(child.stdout, summary)
}
