/**
 * `npm run check`: what must be true of the repository beside its tests. Every step runs, each says `ok` or what is wrong, and the
 * exit code says whether all were well. `npm run check -- --after-test` leaves out what `npm test` has looked at already.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findNhsNumbers } from './nhs-number-scan.ts'
import { ROOT, runStep, type StepResult } from './run-step.ts'

const SOURCES = '{platform,services,fhir-profiles,infra,bench,test,scripts}/**/*.{ts,cjs,mjs,js}'

const STEPS: readonly [name: string, run: () => StepResult | Promise<StepResult>][] = [
  ['format', () => runStep('prettier', ['--check', '--log-level=warn', SOURCES])],
  ['lint', () => runStep('oxlint', ['--type-aware'])],
  ['types', () => runStep('tsc', ['-p', '.'])],
  ['architecture', () => runStep('node', ['test/architecture.test.ts'])],
  ['generated pages are fresh', () => runStep('node', ['scripts/docs.ts', '--check'])],
  ['no NHS number outside the synthetic range', scanForNhsNumbers],
  ['the lockfile names no registry', lockfileWithoutRegistry],
  ['every setting is in .env.example', envExamples],
]

/** Steps of `npm test` too. */
const TESTED = ['lint', 'types', 'architecture']

const steps = process.argv.includes('--after-test') ? STEPS.filter(([name]) => !TESTED.includes(name)) : STEPS
let failed = 0
for (const [name, run] of steps) {
  const { ok, output } = await run()
  if (!ok) failed += 1
  process.stdout.write(ok ? `ok   ${name}\n` : `${output.trimEnd()}\nFAIL ${name}\n`)
}
process.stdout.write(failed === 0 ? '\nEverything checked is well.\n' : `\n${failed} of ${steps.length} checks failed.\n`)
process.exit(failed === 0 ? 0 : 1)

function trackedFiles(): string[] {
  try {
    const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8' })
    return listed.split('\0').filter((file) => file !== '' && existsSync(join(ROOT, file)))
  } catch {
    // Not a git checkout, for example an unpacked archive.
    return globSync('**/*', { cwd: ROOT, exclude: ['**/node_modules', '.handrail', '.git'] })
  }
}

function scanForNhsNumbers(): StepResult {
  const found = trackedFiles().flatMap((file) => findNhsNumbers(file, readFileSync(join(ROOT, file))))
  return { ok: found.length === 0, output: found.map(({ file, line, number }) => `${file}:${line} holds ${number}`).join('\n') }
}

/** `npm ci` takes the registry from its own configuration; an address in the lockfile would bind everybody to one machine's. */
function lockfileWithoutRegistry(): StepResult {
  const lockfile = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Record<string, { resolved?: string }> }
  const bound = Object.entries(lockfile.packages).filter(([, { resolved }]) => resolved !== undefined && /^[a-z+]+:\/\//.test(resolved))
  return { ok: bound.length === 0, output: bound.map(([place, { resolved }]) => `${place} is bound to ${resolved}`).join('\n') }
}

async function envExamples(): Promise<StepResult> {
  const missing: string[] = []
  for (const config of ['infra/local/src/config.ts', ...globSync('services/*/src/config.ts', { cwd: ROOT })]) {
    const { readConfig } = (await import(join(ROOT, config))) as { readConfig: { settings: readonly { name: string }[] } }
    const page = config.startsWith('infra/') ? '.env.example' : config.replace('src/config.ts', '.env.example')
    const text = existsSync(join(ROOT, page)) ? readFileSync(join(ROOT, page), 'utf8') : ''
    for (const { name } of readConfig.settings) if (!new RegExp(`^#? ?${name}=`, 'm').test(text)) missing.push(`${page} lacks ${name}`)
  }
  return { ok: missing.length === 0, output: missing.join('\n') }
}
