import { readFileSync } from 'node:fs'
import type { CompactTerminology } from './definitions/compact-terminology.ts'

/** System URL to its codes in a value set. */
export type Expansion = ReadonlyMap<string, ReadonlySet<string>>

let compact: CompactTerminology | undefined
const expansions = new Map<string, Expansion | undefined>()
const codes = new Map<string, ReadonlySet<string> | undefined>()
const forms = new Map<string, RegExp | undefined>()

function definitions(): CompactTerminology {
  compact ??= JSON.parse(readFileSync(new URL('definitions/terminology.json', import.meta.url), 'utf8')) as CompactTerminology
  return compact
}

/** All codes of an R4 value set by system. Undefined where the specification gives no complete list. A `|version` is ignored. */
export function expandBase(canonical: string): Expansion | undefined {
  const url = withoutVersion(canonical)
  if (expansions.has(url)) return expansions.get(url)
  const { valueSets, systems } = definitions()
  const parts = Object.hasOwn(valueSets, url) ? valueSets[url] : undefined
  const bySystem = new Map<string, Set<string>>()
  for (const [system, some] of parts ?? []) {
    const into = bySystem.get(system) ?? new Set<string>()
    for (const code of some ?? systems[system] ?? []) into.add(code)
    bySystem.set(system, into)
  }
  const expansion = parts === undefined ? undefined : bySystem
  expansions.set(url, expansion)
  return expansion
}

/** The codes of an R4 value set whatever their system, as an element of type code has them. */
export function codesOfBase(canonical: string): ReadonlySet<string> | undefined {
  const url = withoutVersion(canonical)
  if (codes.has(url)) return codes.get(url)
  const expansion = expandBase(url)
  const all = expansion === undefined ? undefined : new Set([...expansion.values()].flatMap((some) => [...some]))
  codes.set(url, all)
  return all
}

/** All codes of an R4 code system that a listed value set takes whole. */
export function codesOfSystem(url: string): readonly string[] | undefined {
  const { systems } = definitions()
  return Object.hasOwn(systems, url) ? systems[url] : undefined
}

/** The form codes of a value set have whose standard publishes no list (media types, languages, currencies). */
export function formOfCodes(canonical: string): RegExp | undefined {
  const url = withoutVersion(canonical)
  if (!forms.has(url)) {
    const source = definitions().forms[url]
    forms.set(url, source === undefined ? undefined : new RegExp(source, 'u'))
  }
  return forms.get(url)
}

export function withoutVersion(canonical: string): string {
  const bar = canonical.indexOf('|')
  return bar < 0 ? canonical : canonical.slice(0, bar)
}
