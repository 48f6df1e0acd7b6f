import { readFileSync } from 'node:fs'
import type { CodeSystem, ValueSet } from '@medplum/fhirtypes'
import type { CodeLists } from './bindings.ts'
import { compactTerminology, type CompactPart, type CompactTerminology } from './definitions/compact-terminology.ts'

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
  if (!expansions.has(url)) expansions.set(url, expansionOf(url, definitions()))
  return expansions.get(url)
}

/** The codes of an R4 value set whatever their system, as an element of type code has them. */
export function codesOfBase(canonical: string): ReadonlySet<string> | undefined {
  const url = withoutVersion(canonical)
  if (!codes.has(url)) codes.set(url, codesIn(expandBase(url)))
  return codes.get(url)
}

/** R4's own code lists with those of these value sets and code systems in front of them. */
export function codeLists(resources: readonly (CodeSystem | ValueSet)[]): CodeLists {
  const own = compactTerminology(resources, { codesOf: codesOfSystem, partsOf: partsOfBase })
  const ownExpansions = new Map(Object.keys(own.valueSets).map((url) => [url, expansionOf(url, own)]))
  const ownCodes = new Map([...ownExpansions].map(([url, expansion]) => [url, codesIn(expansion)]))
  return {
    expand: (valueSet) => ownExpansions.get(withoutVersion(valueSet)) ?? expandBase(valueSet),
    codes: (valueSet) => ownCodes.get(withoutVersion(valueSet)) ?? codesOfBase(valueSet),
    form: formOfCodes,
  }
}

function expansionOf(url: string, { valueSets, systems }: CompactTerminology): Expansion | undefined {
  if (!Object.hasOwn(valueSets, url)) return undefined
  const bySystem = new Map<string, Set<string>>()
  for (const [system, some] of valueSets[url] ?? []) {
    const into = bySystem.get(system) ?? new Set<string>()
    for (const code of some ?? systems[system] ?? []) into.add(code)
    bySystem.set(system, into)
  }
  return bySystem
}

function codesIn(expansion: Expansion | undefined): ReadonlySet<string> | undefined {
  return expansion === undefined ? undefined : new Set([...expansion.values()].flatMap((some) => [...some]))
}

function partsOfBase(url: string): readonly CompactPart[] | undefined {
  const expansion = expandBase(url)
  return expansion === undefined ? undefined : [...expansion].map(([system, some]) => [system, [...some]])
}

/** All codes of an R4 code system that a listed value set takes whole. */
function codesOfSystem(url: string): readonly string[] | undefined {
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
