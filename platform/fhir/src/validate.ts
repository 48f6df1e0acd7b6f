/**
 * Validation of resources: base R4 compiled from its definitions, and profiles on top.
 *
 * @see https://hl7.org/fhir/R4/validation.html
 */
import { outOfBounds } from './validate/bounds.ts'
import type { Issue } from './validate/issue.ts'
import { compileProfiles, type ProfileDefinitions } from './validate/profiles.ts'
import { checkResource } from './validate/resources.ts'
import { Run, type Knowledge } from './validate/run.ts'
import { typeShape, type ElementShape } from './validate/structures.ts'
import type { Expansion } from './validate/terminology.ts'

export type { Issue, ValidationIssueType } from './validate/issue.ts'
export type { ProfileDefinitions } from './validate/profiles.ts'
export type { ElementShape, ElementType } from './validate/structures.ts'
export type { Expansion } from './validate/terminology.ts'

export interface ValidateOptions {
  /**
   * Which profiles are enforced: those each resource claims in `meta.profile`, or these on the resource sent. One that is not
   * loaded gives an information that it was not checked.
   *
   * @default 'claimed'
   */
  readonly profiles?: 'claimed' | readonly string[]
  /**
   * Whether `Patient?identifier=…` is a reference outside a transaction Bundle too, as for an entry checked by itself.
   *
   * @default false
   */
  readonly conditionalReferences?: boolean
}

export interface Validator {
  /**
   * Everything wrong with a resource (severity `error`: `http` 400 when it is not valid R4, 422 when it breaks a profile or has
   * a modifier extension nobody here knows), and what could not be checked (severity `information`). It may be stored when there
   * is no error. Never throws. At most 100 errors are listed. The issues name places, never what is there.
   */
  validate(resource: unknown, options?: ValidateOptions): Issue[]
  /** Whether a value set, R4's or a loaded one, has a code; undefined when its codes cannot be listed. Without system: a code of any. */
  valueSetHas(valueSet: string, system: string | undefined, code: string): boolean | undefined
  /** The codes of a value set by system; undefined when they cannot all be listed. */
  expand(valueSet: string): Expansion | undefined
}

/** A validator for base R4 and these profiles. The definitions are read at the first validation, profiles compiled when claimed. */
export function createValidator({ profiles: loaded }: { readonly profiles?: ProfileDefinitions | undefined } = {}): Validator {
  const known = compileProfiles(loaded ?? { structureDefinitions: [], valueSets: [], codeSystems: [] })

  function enforce(profile: string, resource: Record<string, unknown>, run: Run): void {
    if (!known.enforce(profile, resource, run)) run.information('The profile is not known here and was not checked.', profile)
  }

  return {
    validate(resource, { profiles = 'claimed', conditionalReferences = false } = {}) {
      const knowledge: Knowledge = {
        modifierExtensions: known.modifierExtensions,
        conditionalReferences,
        checkExtension: known.checkExtension,
        enforceProfiles: (one, run) => {
          if (profiles === 'claimed') for (const claim of claims(one.meta)) enforce(claim, one, run)
          else if (one === resource) for (const profile of profiles) enforce(profile, one, run)
        },
      }
      return checked(resource, new Run(knowledge))
    },
    valueSetHas(valueSet, system, code) {
      if (system === undefined) return known.lists.codes(valueSet)?.has(code)
      const expansion = known.lists.expand(valueSet)
      return expansion === undefined ? undefined : (expansion.get(system)?.has(code) ?? false)
    },
    expand: (valueSet) => known.lists.expand(valueSet),
  }
}

function checked(resource: unknown, run: Run): Issue[] {
  try {
    const reason = outOfBounds(resource)
    if (reason !== undefined) run.error('too-costly', `The resource is not checked. ${reason}`)
    else checkResource(resource, run, 'root')
  } catch {
    // Only what is no JSON value gets here, such as an object whose properties throw when read. What was not checked is not accepted.
    run.error('exception', 'The resource could not be checked, so it is not accepted.')
  }
  return run.issues
}

function claims(meta: unknown): string[] {
  if (typeof meta !== 'object' || meta === null || !('profile' in meta) || !Array.isArray(meta.profile)) return []
  return meta.profile.filter((claim: unknown) => typeof claim === 'string')
}

/** The elements of a type of R4 (`Patient`, `Period`) or of an inner part (`Patient.contact`); undefined for another name. */
export function elementsOf(path: string): readonly ElementShape[] | undefined {
  return typeShape(path)?.elements
}

/** The URL of the value set an element takes its codes from, by its path in R4: `Patient.gender`. Required bindings only. */
export function bindingOf(path: string): string | undefined {
  const dot = path.lastIndexOf('.')
  return elementsOf(path.slice(0, dot))?.find(({ name }) => name === path.slice(dot + 1).replace('[x]', ''))?.valueSet
}
