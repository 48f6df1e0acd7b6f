// What the StructureDefinitions say of an element. They are loaded into @medplum/core once a process, before anything here is called.
import { tryGetDataType } from '@medplum/core'

/** An element as a path may step into it. `types` are FHIR type names, also of anonymous elements (`ObservationComponent`). */
export interface Element {
  readonly types: readonly string[]
  readonly isArray: boolean
  /** True for `value[x]`: the JSON property is the name followed by the type, `valueQuantity`. */
  readonly isChoice: boolean
  /** Resource types a Reference may point to; empty means any. */
  readonly targets: readonly string[]
  /** Canonical of the value set a code must come from, without its version. */
  readonly requiredValueSet?: string
}

/** The element `name` of a type, or nothing when the type has none of that name. */
export function elementOf(type: string, name: string): Element | undefined {
  const schema = tryGetDataType(type)
  const plain = schema?.elements[name]
  const found = plain ?? schema?.elements[`${name}[x]`]
  if (!found) return undefined
  const valueSet = found.binding?.strength === 'required' ? found.binding.valueSet?.split('|')[0] : undefined
  return {
    types: found.type.map(({ code }) => code),
    isArray: found.isArray === true || found.max > 1,
    isChoice: plain === undefined,
    targets: found.type.flatMap(({ targetProfile }) => targetProfile ?? []).flatMap(targetType),
    ...(valueSet && { requiredValueSet: valueSet }),
  }
}

function targetType(profile: string): string[] {
  const type = profile.slice(profile.lastIndexOf('/') + 1)
  return type === 'Resource' ? [] : [type]
}
