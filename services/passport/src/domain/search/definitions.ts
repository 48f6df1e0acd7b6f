// Which search parameters each resource type has: those of the specification, and our own.
// FHIR R4 search parameter registry. https://hl7.org/fhir/R4/searchparameter-registry.html
import type { SearchParameter as SearchParameterResource } from '@medplum/fhirtypes'
import type { Shapes } from './elements.ts'
import { composition, type Composition } from './composition.ts'
import { alternativesOf, compilePath, type CompiledPath } from './fhir-path.ts'

export type SearchType = 'token' | 'reference' | 'string' | 'date' | 'number' | 'quantity' | 'uri' | 'composite' | 'special'

/** A search parameter of one resource type, ready for extracting and for searching. */
export interface SearchParameter {
  /** The name in a URL: `based-on`. */
  readonly code: string
  readonly type: SearchType
  /** Canonical of its definition. */
  readonly url: string
  /** Under which its values are indexed: `Task.based-on`. */
  readonly key: string
  /**
   * Where its values are found: its own key, or those of other parameters that index the same elements already. `patient` of a Procedure is
   * found under `Procedure.subject`. Presence is always under its own key.
   */
  readonly keys: readonly string[]
  /** Resource types it may point to; empty unless it is a reference. */
  readonly targets: readonly string[]
  readonly paths: readonly CompiledPath[]
  /** The parts of a composite. */
  readonly composition?: Composition
}

/** What can be searched for, of every resource type of the hub. */
export interface SearchDefinitions {
  readonly types: readonly string[]
  /** Without a trailing slash; references that begin with it are references to this server. */
  readonly baseUrl: string
  /** The parameters of a type by name, those of every resource (`_tag` …) among them; `_id` and `_lastUpdated` are columns and not here. */
  parametersOf(type: string): ReadonlyMap<string, SearchParameter>
  /** Those by which a page may bring along what a resource of the type refers to, as far as its reader is shown it. @default those it is searched by */
  readonly bringing?: (type: string) => ReadonlyMap<string, SearchParameter>
  /** The codes of a value set by their system; nothing when it is not held here. */
  expand(valueSet: string): Expansion | undefined
}

/** System URL to its codes in a value set. */
export type Expansion = ReadonlyMap<string, ReadonlySet<string>>

/** Not offered: they point into a Bundle's own entries, where there is nothing to search by. */
const LEFT_OUT = new Set(['http://hl7.org/fhir/SearchParameter/Bundle-composition', 'http://hl7.org/fhir/SearchParameter/Bundle-message'])
const COLUMNS = new Set(['_id', '_lastUpdated'])
const SEARCH_TYPES: ReadonlySet<string> = new Set<SearchType>([
  'token',
  'reference',
  'string',
  'date',
  'number',
  'quantity',
  'uri',
  'composite',
  'special', // of R4's only Location.near has an expression
])

/**
 * The definitions for the given resource types; those of a type are compiled when it is first asked for, so that a start waits for none of them.
 * A later definition of the same name for the same type replaces an earlier one.
 */
export function searchDefinitions(given: {
  readonly types: readonly string[]
  readonly searchParameters: readonly SearchParameterResource[]
  readonly shapes: Shapes
  readonly expand: (valueSet: string) => Expansion | undefined
  readonly baseUrl: string
}): SearchDefinitions {
  const usable = given.searchParameters.filter(({ type, expression, url }) => expression && SEARCH_TYPES.has(type) && !LEFT_OUT.has(url))
  const byType = new Map<string, ReadonlyMap<string, SearchParameter>>()
  return {
    types: given.types,
    baseUrl: given.baseUrl,
    expand: given.expand,
    parametersOf: (type) => {
      if (!given.types.includes(type)) return new Map()
      const parameters = byType.get(type) ?? compileType(type, usable, given)
      byType.set(type, parameters)
      return parameters
    },
  }
}

interface Known {
  readonly types: readonly string[]
  readonly shapes: Shapes
}

function compileType(type: string, all: readonly SearchParameterResource[], known: Known): ReadonlyMap<string, SearchParameter> {
  const chosen = new Map<string, SearchParameterResource>()
  for (const definition of all) if (appliesTo(definition, type) && !COLUMNS.has(definition.code)) chosen.set(definition.code, definition)
  const definitions = [...chosen.values()]
  return new Map(
    definitions.flatMap((definition) => {
      const parameter = compile(definition, type, definitions, known)
      return parameter.paths.length > 0 || parameter.composition ? [[parameter.code, parameter] as const] : []
    }),
  )
}

function appliesTo(definition: SearchParameterResource, type: string): boolean {
  const base: readonly string[] = definition.base
  return base.includes(type) || base.includes('Resource') || base.includes('DomainResource')
}

function compile(
  definition: SearchParameterResource,
  type: string,
  siblings: readonly SearchParameterResource[],
  { types, shapes }: Known,
): SearchParameter {
  const { code, url, expression = '' } = definition
  const key = `${type}.${code}`
  const searchType = definition.type as SearchType
  const shared = { code, url, key, type: searchType }
  if (searchType === 'composite') {
    const parts = composition(definition, type, siblings, shapes)
    return { ...shared, keys: [key], targets: [], paths: [], ...(parts && { composition: parts }) }
  }
  const paths = compilePath(expression, type, shapes).filter(({ type: found }) => found !== 'Extension')
  return {
    ...shared,
    keys: keysOf(definition, type, siblings),
    targets: searchType === 'reference' ? targetsOf(definition, paths, types) : [],
    paths,
  }
}

// The element says more precisely than the definition what it may point to: definitions are shared by many types.
function targetsOf({ target = [] }: SearchParameterResource, paths: readonly CompiledPath[], types: readonly string[]): readonly string[] {
  const elements = new Set(paths.flatMap(({ targets }) => targets))
  const declared = target.length > 0 ? target : [...elements]
  const open = paths.some(({ targets }) => targets.length === 0)
  const found = declared.filter((name) => open || elements.has(name))
  return found.length > 0 ? found : types
}

/**
 * A parameter whose elements other parameters of the same kind index already is found under their keys. All or none: a key of its own is
 * simpler than both. Of two definitions of the very same elements the first holds the values.
 */
function keysOf(definition: SearchParameterResource, type: string, siblings: readonly SearchParameterResource[]): readonly string[] {
  const own = [`${type}.${definition.code}`]
  if (definition.type === 'string' || definition.type === 'date') return own // sorted by, so they keep a key of their own
  const elements = alternativesOf(definition.expression ?? '', type).map((alternative) => alternative.replace(RESOLVED, ''))
  // Asked of the type's own part: a shared definition is narrowed for some types and not for others.
  const isNarrowed = ({ expression = '' }: SearchParameterResource) => alternativesOf(expression, type).some((one) => RESOLVED.test(one))
  const narrowed = isNarrowed(definition)
  const holders = siblings.filter((sibling) => {
    if (sibling === definition || sibling.type !== definition.type) return false
    const held = alternativesOf(sibling.expression ?? '', type)
    if (held.length === 0 || !held.every((one) => elements.includes(one))) return false
    // Only what is narrowed leans on what is not: two that are narrowed alike would lean on each other for ever.
    return (narrowed && !isNarrowed(sibling)) || held.length < elements.length || siblings.indexOf(sibling) < siblings.indexOf(definition)
  })
  const covered = new Set(holders.flatMap(({ expression = '' }) => alternativesOf(expression, type)))
  if (elements.length === 0 || !elements.every((element) => covered.has(element))) return own
  return [...new Set(holders.flatMap((holder) => keysOf(holder, type, siblings)))]
}

const RESOLVED = /\.where\(resolve\(\) is [A-Za-z]+\)/

/** A search parameter as the CapabilityStatement names it. */
export interface DeclaredParameter {
  readonly name: string
  readonly type: SearchType
  /** Canonical of its definition. */
  readonly definition: string
}

/** Every search parameter that works for a type, those that are columns among them. */
export function searchParametersOf(definitions: SearchDefinitions, type: string): DeclaredParameter[] {
  const indexed = [...definitions.parametersOf(type).values()].map(({ code, type: kind, url }) => ({
    name: code,
    type: kind,
    definition: url,
  }))
  return [
    { name: '_id', type: 'token', definition: 'http://hl7.org/fhir/SearchParameter/Resource-id' },
    { name: '_lastUpdated', type: 'date', definition: 'http://hl7.org/fhir/SearchParameter/Resource-lastUpdated' },
    ...indexed,
  ]
}
