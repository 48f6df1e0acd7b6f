import type { CodeSystem, CodeSystemConcept, Resource, ValueSet, ValueSetComposeInclude } from '@medplum/fhirtypes'
import { codeForms } from './corrections.ts'

/** A system and which of its codes; without codes, all codes of the system in `systems`. */
export type CompactPart = readonly [system: string, codes?: readonly string[]]

export interface CompactTerminology {
  /** Code system URL to all its codes. */
  readonly systems: Record<string, readonly string[]>
  /** Value set URL to its parts. Only those whose codes can all be listed. */
  readonly valueSets: Record<string, readonly CompactPart[]>
  /** Value set URL to the form its codes have, where no list is published. */
  readonly forms: Readonly<Record<string, string>>
}

/**
 * The complete code lists of the value sets among these resources. A value set that uses a system not given here, one not
 * given in full, or a filter other than a subsumption one is left out: nothing can be refused on its account.
 */
export function compactTerminology(resources: readonly Resource[], elsewhere: Elsewhere = {}): CompactTerminology {
  const codeSystems = new Map(resources.filter((r): r is CodeSystem => r.resourceType === 'CodeSystem').map((r) => [r.url ?? '', r]))
  const valueSets = new Map(resources.filter((r): r is ValueSet => r.resourceType === 'ValueSet').map((r) => [r.url ?? '', r]))
  const systems: Record<string, readonly string[]> = {}
  const listed: Record<string, readonly CompactPart[]> = {}
  for (const [url, valueSet] of [...valueSets].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const parts = partsOf(valueSet, { codeSystems, valueSets, elsewhere, above: [] })
    if (parts === undefined || parts.length === 0) continue
    listed[url] = parts.map(([system, codes]) => {
      const all = codesOf(codeSystems.get(system))
      if (codes !== undefined && codes !== all) return [system, codes]
      systems[system] = codes ?? all ?? []
      return [system]
    })
  }
  return { systems, valueSets: listed, forms: codeForms }
}

/** Code systems and value sets that are not among the resources but are known already. */
export interface Elsewhere {
  readonly codesOf?: (system: string) => readonly string[] | undefined
  readonly partsOf?: (valueSet: string) => readonly CompactPart[] | undefined
}

interface Known {
  readonly elsewhere: Elsewhere
  readonly codeSystems: ReadonlyMap<string, CodeSystem>
  readonly valueSets: ReadonlyMap<string, ValueSet>
  readonly above: readonly string[]
}

function partsOf(valueSet: ValueSet, known: Known): CompactPart[] | undefined {
  if (valueSet.compose === undefined || known.above.includes(valueSet.url ?? '')) return undefined
  const within = { ...known, above: [...known.above, valueSet.url ?? ''] }
  const included = valueSet.compose.include?.map((include) => partsOfInclude(include, within)) ?? []
  const excluded = valueSet.compose.exclude?.map((exclude) => partsOfInclude(exclude, within)) ?? []
  if ([...included, ...excluded].includes(undefined)) return undefined
  const without = excluded.flatMap((parts) => parts ?? [])
  return included.flatMap((parts) => parts ?? []).map((part) => subtract(part, without))
}

function partsOfInclude(include: ValueSetComposeInclude, known: Known): CompactPart[] | undefined {
  if (include.valueSet !== undefined) {
    // More than one value set, or a system beside it, means their intersection; R4's own definitions do not do that.
    if (include.system !== undefined || include.valueSet.length !== 1) return undefined
    const url = include.valueSet[0]?.split('|')[0] ?? ''
    const imported = known.valueSets.get(url)
    return imported === undefined ? known.elsewhere.partsOf?.(url)?.slice() : partsOf(imported, known)
  }
  const system = include.system ?? ''
  if (include.concept !== undefined) return [[system, include.concept.map(({ code }) => code ?? '')]]
  const codeSystem = known.codeSystems.get(system)
  const all = codesOf(codeSystem)
  if (codeSystem === undefined && include.filter === undefined) {
    const codes = known.elsewhere.codesOf?.(system)
    return codes === undefined ? undefined : [[system, codes]]
  }
  if (codeSystem === undefined || all === undefined) return undefined
  let codes = all
  for (const { op, value, property } of include.filter ?? []) {
    if (property !== 'concept' || (op !== 'is-a' && op !== 'descendent-of' && op !== 'is-not-a')) return undefined
    const below = subsumedBy(codeSystem, value ?? '')
    if (op === 'descendent-of') below.delete(value ?? '')
    codes = codes.filter((code) => below.has(code) === (op !== 'is-not-a'))
  }
  return [[system, codes]]
}

function subtract([system, codes]: CompactPart, without: readonly CompactPart[]): CompactPart {
  const gone = new Set(without.filter(([other]) => other === system).flatMap(([, others]) => others ?? []))
  if (gone.size === 0 || codes === undefined) return [system, codes ?? []]
  return [system, codes.filter((code) => !gone.has(code))]
}

const listed = new WeakMap<CodeSystem, readonly string[]>()

function codesOf(codeSystem: CodeSystem | undefined): readonly string[] | undefined {
  if (codeSystem?.content !== 'complete' || codeSystem.concept === undefined) return undefined
  let codes = listed.get(codeSystem)
  if (codes === undefined) {
    codes = [...new Set(flat(codeSystem.concept).map(({ code }) => code ?? ''))]
    listed.set(codeSystem, codes)
  }
  return codes
}

function flat(concepts: readonly CodeSystemConcept[]): CodeSystemConcept[] {
  return concepts.flatMap((concept) => [concept, ...flat(concept.concept ?? [])])
}

/** The code and everything below it, by nesting and by the properties `subsumedBy` and `parent`. */
function subsumedBy(codeSystem: CodeSystem, top: string): Set<string> {
  const below = new Map<string, string[]>()
  for (const concept of flat(codeSystem.concept ?? [])) {
    const children = concept.concept?.map(({ code }) => code ?? '') ?? []
    below.set(concept.code ?? '', [...(below.get(concept.code ?? '') ?? []), ...children])
    for (const { code, valueCode } of concept.property ?? []) {
      if ((code === 'subsumedBy' || code === 'parent') && valueCode !== undefined) {
        below.set(valueCode, [...(below.get(valueCode) ?? []), concept.code ?? ''])
      }
    }
  }
  const found = new Set<string>()
  const waiting = [top]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue
    found.add(next)
    waiting.push(...(below.get(next) ?? []))
  }
  return found
}
