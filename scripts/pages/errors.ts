/** docs/errors.md: every way Handrail says no, from the catalogues that `defineErrors` is given. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { STATUS_OF } from '@platform/fhir/operation-outcome'
import type { RefusalDefinition } from '@platform/fhir/errors'
import { ROOT } from '../run-step.ts'
import { cell, GENERATED } from './page.ts'

/** One catalogue, and the file it stands in. */
export interface Catalogue {
  /** From the repository's root. */
  readonly file: string
  readonly entries: readonly (readonly [code: string, definition: RefusalDefinition<never>])[]
}

/** Every exported catalogue of the platform, the services and the hub, in the order of their files. */
export async function catalogues(): Promise<readonly Catalogue[]> {
  const files = globSync('{platform,services,infra}/**/src/**/*.ts', { cwd: ROOT, exclude: ['**/node_modules', '**/*.test.ts'] }).toSorted()
  const found: Catalogue[] = []
  for (const file of files) {
    const names = [...readFileSync(join(ROOT, file), 'utf8').matchAll(/^export const (\w+) = defineErrors\(/gm)].map(
      ([, name]) => name as string,
    )
    if (names.length === 0) continue
    const module = (await import(join(ROOT, file))) as Record<string, { catalogue: Record<string, RefusalDefinition<never>> }>
    found.push({ file, entries: names.flatMap((name) => Object.entries(module[name]?.catalogue ?? {})) })
  }
  return found
}

/** Renders the page. */
export async function errorsPage(): Promise<string> {
  const sections = (await catalogues()).map(({ file, entries }) => {
    const rows = entries.map(([code, definition]) => {
      const { issue, http, says, remedy } = definition
      return `| \`${code}\` | ${issue} | ${http ?? STATUS_OF[issue]} | ${cell(wordsOf(says))} | ${cell(wordsOf(remedy))} |`
    })
    return `## ${placeOf(file)}\n\nIn \`${file}\`.\n\n| Code | Issue type | HTTP | What it says | What to do |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`
  })
  return `# Errors

${GENERATED}

Every no is an OperationOutcome: \`issue.code\` is the FHIR issue type, \`issue.details.coding\` carries the code below (system
\`https://handrail.example/fhir/CodeSystem/error-code\`), \`details.text\` what is wrong, \`diagnostics\` how to mend it, \`expression\` where.
The HTTP status follows from the issue type by one table (\`platform/fhir/src/operation-outcome.ts\`), unless HTTP has one of its own for the
case. Where a resource fails validation there is one issue for each finding instead of the code: 400 when it is no valid R4, 422 when it
breaks a profile it claims or a rule of the hub. What nobody foresaw is \`exception\`, 500, with a correlation id and nothing else.

Codes may be added; none is renamed. Words between angle brackets stand for what the case fills in.

${sections.join('\n')}`
}

/** `services/passport/src/errors.ts` is said by the passport. */
function placeOf(file: string): string {
  const [, place = file, rest = ''] = /^(?:platform|services|infra)\/([^/]+)\/src\/(.*)\.ts$/.exec(file) ?? []
  return rest === 'errors' ? (place === 'local' ? 'hub' : place) : `${place}: ${rest.replace(/^.*\//, '')}`
}

/** The words as they stand, or made with the name of each parameter in its place. */
function wordsOf(source: string | ((params: never) => string)): string {
  return typeof source === 'string' ? source : source(new Proxy({}, { get: (_params, name) => placeholder(String(name)) }) as never)
}

/** Stands for a parameter of any kind: text, number, or a list that is joined. */
function placeholder(name: string): unknown {
  const shown = `⟨${name}⟩`
  return { toString: () => shown, join: () => shown, toLowerCase: () => shown }
}
