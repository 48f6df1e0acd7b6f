/** The source of this repository, read as a graph: which file imports which. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

/** One source file. */
export interface SourceFile {
  /** From the repository's root, e.g. `services/alerts/src/domain/stay.ts`. */
  readonly path: string
  readonly code: string
  readonly imports: readonly Import[]
}

/** One import, as it stands and as it resolves. */
export interface Import {
  /** As written. */
  readonly specifier: string
  /** The repository's file it means; absent for npm packages and Node's own modules. */
  readonly file?: string
  /** The names that are taken, as written between the braces; empty for other forms. */
  readonly names: readonly string[]
  /** `import type`: erased, so it loads nothing. */
  readonly typeOnly: boolean
}

const STATEMENT = /^[ \t]*(?:import|export)\s+(type\s)?([^'"`;]*?)\s*from\s*['"]([^'"]+)['"]/gm
const BARE = /^[ \t]*import\s*['"]([^'"]+)['"]/gm
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g

/** Workspace names and the folders they mean; a subpath `x` is `src/x.ts` there. */
const WORKSPACES: readonly [prefix: string, folder: (rest: string) => string][] = [
  ['@platform/', (rest) => `platform/${rest.replace('/', '/src/')}.ts`],
  ['@services/', (rest) => `services/${rest.replace('/', '/src/')}.ts`],
  ['@infra/local/', (rest) => `infra/local/src/${rest}.ts`],
  ['@handrail/fhir-profiles/', (rest) => `fhir-profiles/src/${rest}.ts`],
]

/** Every TypeScript file of the repository, by path. */
export function readSourceTree(): ReadonlyMap<string, SourceFile> {
  const folders = ['platform', 'services', 'fhir-profiles', 'infra', 'bench', 'test', 'scripts']
  const paths = globSync(`{${folders.join(',')}}/**/*.ts`, { cwd: ROOT, exclude: ['**/node_modules'] }).toSorted()
  return new Map(paths.map((path) => [path, readSource(path, readFileSync(join(ROOT, path), 'utf8'))]))
}

function readSource(path: string, code: string): SourceFile {
  const imports: Import[] = []
  const add = (specifier: string, clause = '', typeOnly = false): void => {
    const file = resolve(path, specifier)
    const names =
      /\{([^}]*)\}/
        .exec(clause)?.[1]
        ?.split(',')
        .map((name) => name.trim()) ?? []
    imports.push({ specifier, names, typeOnly, ...(file === undefined ? {} : { file }) })
  }
  for (const [, type, clause, specifier] of code.matchAll(STATEMENT)) add(specifier as string, clause, type !== undefined)
  for (const [, specifier] of code.matchAll(BARE)) add(specifier as string)
  for (const [, specifier] of code.matchAll(DYNAMIC)) add(specifier as string)
  return { path, code, imports }
}

function resolve(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return relative(ROOT, join(ROOT, dirname(from), specifier))
  for (const [prefix, folder] of WORKSPACES) if (specifier.startsWith(prefix)) return folder(specifier.slice(prefix.length))
  return undefined
}

/** What a file loads in the end: itself and the way to every npm package or Node module that it reaches at run time. */
export function reaches(tree: ReadonlyMap<string, SourceFile>, path: string): ReadonlyMap<string, readonly string[]> {
  const packages = new Map<string, readonly string[]>()
  const seen = new Set<string>()
  const walk = (at: string, way: readonly string[]): void => {
    if (seen.has(at)) return
    seen.add(at)
    for (const { specifier, file, typeOnly } of tree.get(at)?.imports ?? []) {
      if (typeOnly) continue
      if (file !== undefined) walk(file, [...way, file])
      else if (!packages.has(specifier)) packages.set(specifier, way)
    }
  }
  walk(path, [path])
  return packages
}
