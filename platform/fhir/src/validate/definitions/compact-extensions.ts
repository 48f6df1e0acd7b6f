import type { ElementDefinition, StructureDefinition } from '@medplum/fhirtypes'

/**
 * The extensions R4 defines, by the end of their URL: what is in them by path. The path of the value is empty, that of a part is its
 * name (`code`), of a part's part both (`a.b`); the notation is that of structures.json, without types where any may be.
 */
export type CompactExtensions = Readonly<Record<string, Readonly<Record<string, string>>>>

const CORE = 'http://hl7.org/fhir/StructureDefinition/'
const VALUE_SETS = 'http://hl7.org/fhir/ValueSet/'

/** The core extensions in compact notation: cardinality, types, targets and required bindings of values and parts. */
export function compactExtensions(definitions: readonly StructureDefinition[]): CompactExtensions {
  const extensions: Record<string, Record<string, string>> = {}
  for (const { url = '', type, differential } of definitions) {
    if (type !== 'Extension' || !url.startsWith(CORE)) continue
    const parts: Record<string, string> = {}
    for (const element of differential?.element ?? []) {
      const place = placeOf(element)
      if (place !== undefined) parts[place.path] = [parts[place.path], place.notation].filter((one) => one !== undefined).join(' ')
    }
    extensions[url.slice(CORE.length)] = parts
  }
  return extensions
}

function placeOf(element: ElementDefinition): { path: string; notation: string } | undefined {
  const { id = '', min = 0, max = '1' } = element
  const slices = [...id.matchAll(/extension:([^.]+)/g)].map(([, name]) => name)
  if (/^Extension(?:\.extension:[^.]+)*\.value\[x\]$/.test(id)) {
    return max === '0' ? undefined : { path: [...slices, ''].join('.'), notation: `${String(min)}..1 ${notation(element)}`.trimEnd() }
  }
  return /\.extension:[^.]+$/.test(id) ? { path: slices.join('.'), notation: `${String(min)}..${max}` } : undefined
}

function notation({ type = [], binding }: ElementDefinition): string {
  const types = type.map(({ code, targetProfile = [] }) => {
    const targets = targetProfile.filter((url) => url.startsWith(CORE)).map((url) => url.slice(CORE.length))
    return targets.length === targetProfile.length && targets.length > 0 ? `${code}(${targets.join('|')})` : code
  })
  const bound =
    binding?.strength === 'required' && binding.valueSet !== undefined
      ? ` =${binding.valueSet.split('|')[0]?.replace(VALUE_SETS, '') ?? ''}`
      : ''
  return `${types.join(',')}${bound}`
}
