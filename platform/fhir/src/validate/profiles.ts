import type { CodeSystem, StructureDefinition, ValueSet } from '@medplum/fhirtypes'
import type { CodeLists } from './bindings.ts'
import { coreExtension } from './core-extensions.ts'
import { compileProfile, type ProfileContext } from './profiles/check.ts'
import { constraintTree } from './profiles/tree.ts'
import type { Run } from './run.ts'
import type { Json } from './shape.ts'
import { resourceTypes } from './structures.ts'
import { codeLists, withoutVersion } from './terminology.ts'

/** Profiles and extensions beyond R4 with the value sets and code systems they are bound to. */
export interface ProfileDefinitions {
  readonly structureDefinitions: readonly StructureDefinition[]
  readonly valueSets: readonly ValueSet[]
  readonly codeSystems: readonly CodeSystem[]
}

/** What a validator knows beyond base R4. */
export interface Profiles {
  /** Checks a resource against a profile; what it finds has http 422 and names the profile. False when the profile is not known. */
  readonly enforce: (canonical: string, resource: Json, run: Run) => boolean
  /** Checks an extension against its definition, if there is one. */
  readonly checkExtension: (extension: Json, run: Run) => void
  readonly modifierExtensions: ReadonlySet<string>
  readonly lists: CodeLists
}

const CORE = 'http://hl7.org/fhir/StructureDefinition/'

interface Compiled {
  readonly definition: StructureDefinition
  readonly check: (value: Json, run: Run) => void
}

/** Compiles each profile when it is first claimed. The definitions are kept, as they are small. */
export function compileProfiles({ structureDefinitions, valueSets, codeSystems }: ProfileDefinitions): Profiles {
  const urls = new Set(structureDefinitions.map(({ url }) => url))
  const definitions = new Map(structureDefinitions.map((one) => [one.url ?? '', inOneView(one, urls)]))
  const lists = codeLists([...valueSets, ...codeSystems])
  const context: ProfileContext = { lists, typeOfProfile: (url) => typeOf(withoutVersion(url), definitions) }
  const compiled = new Map<string, Compiled | undefined>()

  function profile(canonical: string): Compiled | undefined {
    const url = withoutVersion(canonical)
    const definition = definitionOf(url)
    const asked = canonical === url ? undefined : canonical.slice(url.length + 1)
    if (definition === undefined || (asked !== undefined && definition.version !== undefined && asked !== definition.version))
      return undefined
    if (!compiled.has(url)) compiled.set(url, compile(definition))
    return compiled.get(url)
  }

  function definitionOf(url: string): StructureDefinition | undefined {
    const known = definitions.get(url)
    const core = known === undefined ? coreExtension(url) : undefined
    if (core !== undefined) definitions.set(url, core)
    return known ?? core
  }

  function compile(definition: StructureDefinition): Compiled | undefined {
    const tree = constraintTree(definition)
    if (tree === undefined) return undefined
    const own = compileProfile(tree, context)
    // What is derived from a profile of ours keeps what that one asks.
    const base = definition.baseDefinition?.startsWith(CORE) === false ? profile(definition.baseDefinition) : undefined
    return {
      definition,
      check: (value, run) => {
        base?.check(value, run)
        own(value, run)
      },
    }
  }

  function checkAs({ definition, check }: Compiled, value: Json, run: Run): void {
    const outer = run.profile
    run.profile = definition.url
    check(value, run)
    run.profile = outer
  }

  const extensions = new Set([...definitions.values()].filter(({ type }) => type === 'Extension').map(({ url }) => url ?? ''))
  return {
    lists,
    modifierExtensions: new Set([...extensions].filter((url) => isModifier(definitions.get(url)))),
    enforce(canonical, resource, run) {
      const isOfR4 = resourceTypes().has(canonical.startsWith(CORE) ? canonical.slice(CORE.length) : '')
      const type = isOfR4 ? canonical.slice(CORE.length) : profile(canonical)?.definition.type
      if (type === undefined) return false
      if (type !== resource.resourceType) {
        run.error('structure', `The profile ${canonical} is for ${type}.`, { child: 'meta', http: 422 })
        return true
      }
      const known = profile(canonical)
      if (known !== undefined) checkAs(known, resource, run)
      return true
    },
    checkExtension(extension, run) {
      const { url } = extension
      const isDefined = typeof url === 'string' && (extensions.has(url) || url.startsWith(CORE))
      const known = isDefined ? profile(url) : undefined
      if (known !== undefined) checkAs(known, extension, run)
    },
  }
}

/**
 * A definition with its differential only, as snapshots are ten times as large and would stay in memory. The snapshot is kept
 * where the differential rests on a profile that is not here.
 */
function inOneView(definition: StructureDefinition, known: ReadonlySet<string | undefined>): StructureDefinition {
  const { snapshot, differential, ...rest } = definition
  const rests = definition.baseDefinition?.startsWith(CORE) === true || known.has(definition.baseDefinition)
  if (differential !== undefined && (rests || snapshot === undefined)) return { ...rest, differential }
  return snapshot === undefined ? rest : { ...rest, snapshot }
}

function typeOf(url: string, definitions: ReadonlyMap<string, StructureDefinition>): string | undefined {
  const known = definitions.get(url)?.type
  const core = url.startsWith(CORE) ? url.slice(CORE.length) : undefined
  return known ?? (core !== undefined && (resourceTypes().has(core) || core === 'Resource') ? core : undefined)
}

function isModifier(definition: StructureDefinition | undefined): boolean {
  const elements = definition?.differential?.element ?? definition?.snapshot?.element ?? []
  return elements.find(({ path }) => path === 'Extension')?.isModifier === true
}
