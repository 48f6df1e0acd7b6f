/**
 * `npm test`: types and lint, then every test on one PostgreSQL server, and on one Redis where the machine has it.
 * `npm test -- services/alerts` runs the tests of that folder only. The last line is `N passed, N failed[, N skipped]`.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer } from '@platform/testing/database'
import { closingLine, type Counts } from './closing-line.ts'
import { ROOT, runStep } from './run-step.ts'
import { startTestRedis } from './test-redis.ts'

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

const selection = process.argv.slice(2).flatMap(chosen)
const counts: Counts = { passed: 0, failed: 0, skipped: 0 }

if (selection.length === 0) {
  await step('types', 'tsc', ['-p', '.'])
  await step('lint', 'oxlint', ['--type-aware'])
}
if (interrupted === undefined) await tests()
process.stdout.write(`\n${closingLine(counts)}\n`)
process.exit(counts.failed === 0 && interrupted === undefined ? 0 : 1)

/** A folder stands for the tests below it; a file, or an option of tap, for itself. */
function chosen(word: string): readonly string[] {
  if (word.startsWith('-') || statSync(join(ROOT, word), { throwIfNoEntry: false })?.isFile()) return [word]
  const files = globSync(`${word.replace(/\/+$/, '')}/**/*.test.ts`, { cwd: ROOT, exclude: ['**/node_modules'] }).toSorted()
  if (files.length > 0) return files
  process.stdout.write(`There is no test in ${word}.\n\n${closingLine({ passed: 0, failed: 1, skipped: 0 })}\n`)
  process.exit(1)
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
  const scratch = mkdtempSync(join(tmpdir(), 'handrail-run-'))
  const summary = join(scratch, 'summary.json')
  const environment = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !SETTINGS.test(name))),
    TEST_DATABASE_URL: server.url,
    TEST_DATABASE_TEMPLATE: server.template,
    TEST_SUMMARY_FILE: summary,
    ...(redis === undefined ? {} : { TEST_REDIS_URL: redis.url }),
  }
  const code = await new Promise<number>((resolve) => {
    running = spawn(join(ROOT, 'node_modules', '.bin', 'tap'), ['--jobs=2', '--disable-coverage', ...selection], {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: environment,
    })
    running.on('exit', (exitCode) => resolve(exitCode ?? 1))
  })
  add(summary, code)
  rmSync(scratch, { recursive: true, force: true })
}

function add(summary: string, code: number): void {
  try {
    const found = JSON.parse(readFileSync(summary, 'utf8')) as Counts
    for (const kind of ['passed', 'failed', 'skipped'] as const) counts[kind] += found[kind]
    if (code !== 0 && found.failed === 0) counts.failed += 1
  } catch {
    process.stdout.write(`  not ok: the tests did not run to their end (exit code ${code})\n`)
    counts.failed += 1
  }
}
