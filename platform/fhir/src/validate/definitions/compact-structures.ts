import type { ElementDefinition, ElementDefinitionType, StructureDefinition } from '@medplum/fhirtypes'
import { asInR4, notInR4, rulesNotInR4, typesNotInR4 } from './corrections.ts'

/** One type of FHIR (`Patient`, `Period`) or one of its inner parts (`Patient.contact`). */
export interface CompactType {
  readonly base: string
  /** Element name (choices as `value[x]`) to notation; see `parseElement` in ../structures.ts. */
  readonly elements: Record<string, string>
  /** Invariants of severity error: key to [what it asks, FHIRPath]. */
  readonly rules?: Record<string, readonly [string, string]>
  /** Invariants on an element whose type is shared: element to key to the same. */
  readonly elementRules?: Record<string, Record<string, readonly [string, string]>>
}

export interface CompactStructures {
  readonly fhirVersion: string
  readonly resources: Record<string, CompactType>
  readonly datatypes: Record<string, CompactType>
}

const CORE = 'http://hl7.org/fhir/StructureDefinition/'
const VALUE_SETS = 'http://hl7.org/fhir/ValueSet/'
const INHERITED = new Set(['id', 'meta', 'implicitRules', 'language', 'text', 'contained', 'extension', 'modifierExtension'])
/** Compiled once for every element or resource, so not repeated at each. */
const EVERYWHERE = new Set(['ele-1', 'ext-1', 'dom-2', 'dom-3', 'dom-4', 'dom-5', 'txt-1', 'txt-2', 'ref-1'])

/** The R4 structures in compact notation, without what `corrections.ts` names. */
export function compactStructures(definitions: readonly StructureDefinition[]): CompactStructures {
  const result = { fhirVersion: '4.0.1', resources: {} as Record<string, CompactType>, datatypes: {} as Record<string, CompactType> }
  for (const definition of definitions) {
    if (definition.kind === 'primitive-type' || definition.kind === 'logical') continue
    if (definition.derivation === 'constraint' || typesNotInR4.includes(definition.name ?? '')) continue
    const into = definition.kind === 'resource' ? result.resources : result.datatypes
    Object.assign(into, compactType(definition))
  }
  return result
}

function compactType(definition: StructureDefinition): Record<string, CompactType> {
  const elements = (definition.snapshot?.element ?? []).filter(
    ({ path }) => !notInR4.some((gone) => path === gone || path?.startsWith(`${gone}.`)),
  )
  const parents = new Set(elements.map((element) => parentOf(element.path ?? '')).filter((path) => path !== ''))
  parents.add(definition.name ?? '')
  const types: Record<string, CompactType> = {}
  for (const parent of parents) types[parent] = partOf(parent, elements, definition)
  return types
}

function partOf(parent: string, elements: readonly ElementDefinition[], definition: StructureDefinition): CompactType {
  const own = elements.find(({ path }) => path === parent)
  const isRoot = !parent.includes('.')
  const base = isRoot ? (definition.baseDefinition ?? '').replace(CORE, '') : (own?.type?.[0]?.code ?? 'BackboneElement')
  const inherited =
    base !== '' && parent !== 'Resource' && parent !== 'DomainResource' && parent !== 'Element' && parent !== 'BackboneElement'
  const described: Record<string, string> = {}
  const elementRules: Record<string, Record<string, readonly [string, string]>> = {}
  for (const element of elements) {
    const path = element.path ?? ''
    if (parentOf(path) !== parent) continue
    const name = path.slice(parent.length + 1)
    if (inherited && INHERITED.has(name) && element.base?.path !== path) continue
    described[name] = notation(element)
    const isPart = elements.some((child) => parentOf(child.path ?? '') === path)
    const rules = isPart ? {} : rulesOf(element)
    if (Object.keys(rules).length > 0) elementRules[name] = rules
  }
  const rules = own === undefined ? {} : rulesOf(own)
  return {
    base,
    elements: { ...described, ...asInR4[parent] },
    ...(Object.keys(rules).length > 0 ? { rules } : {}),
    ...(Object.keys(elementRules).length > 0 ? { elementRules } : {}),
  }
}

function rulesOf(element: ElementDefinition): Record<string, readonly [string, string]> {
  const rules: Record<string, readonly [string, string]> = {}
  for (const { key, severity, human, expression } of element.constraint ?? []) {
    if (severity !== 'error' || expression === undefined || EVERYWHERE.has(key ?? '') || rulesNotInR4.includes(key ?? '')) continue
    // A rule of the element's own type is compiled with that type; this keeps those of the place.
    if (key !== undefined) rules[key] = [human ?? '', expression]
  }
  return rules
}

function notation(element: ElementDefinition): string {
  const words = [`${String(element.min ?? 0)}..${element.max ?? '*'}`, types(element)]
  const { strength, valueSet } = element.binding ?? {}
  const bound = strength === 'required' ? valueSet : maximumOf(element)
  if (bound !== undefined) words.push(`=${(bound.split('|')[0] ?? '').replace(VALUE_SETS, '')}`)
  if (element.isModifier === true) words.push('?!')
  if (element.isSummary === true) words.push('Σ')
  return words.join(' ')
}

/** A preferred binding may have a widest value set nobody may leave; only languages do that where a code is a plain code. */
function maximumOf(element: ElementDefinition): string | undefined {
  if (element.type?.[0]?.code !== 'code') return undefined
  return element.binding?.extension?.find(({ url }) => url?.endsWith('elementdefinition-maxValueSet'))?.valueCanonical
}

function types(element: ElementDefinition): string {
  if (element.contentReference !== undefined) return element.contentReference
  return (element.type ?? []).map((type) => typeNotation(type, element)).join(',')
}

function typeNotation(type: ElementDefinitionType, element: ElementDefinition): string {
  const code = type.code ?? ''
  if (code.startsWith('http://hl7.org/fhirpath/'))
    return element.base?.path === 'Resource.id' ? 'id' : element.path?.endsWith('.id') === true ? '@string' : '@uri'
  if (code === 'BackboneElement' || code === 'Element') return '+'
  const profile = type.profile?.[0]?.replace(CORE, '')
  if (profile !== undefined && code === 'Quantity') return profile
  const targets = (type.targetProfile ?? []).filter((url) => url.startsWith(CORE)).map((url) => url.slice(CORE.length))
  return targets.length > 0 && !targets.includes('Resource') ? `${code}(${targets.join('|')})` : code
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')))
}
