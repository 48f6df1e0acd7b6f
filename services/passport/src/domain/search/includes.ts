// Which further resources belong on a page. FHIR R4 Search, including other resources. https://hl7.org/fhir/R4/search.html#include
import type { SearchDefinitions, SearchParameter } from './definitions.ts'
import { targetsOf } from './extract/reference.ts'
import type { Include } from './query.ts'
import { localTarget } from './reference.ts'
import { tokenHash, tokenText } from './token-hash.ts'

export interface Target {
  readonly type: string
  readonly id: string
}

/** The parameters by which what a resource of a type refers to is brought along. */
export const bringing = (definitions: SearchDefinitions, type: string): ReadonlyMap<string, SearchParameter> =>
  definitions.bringing?.(type) ?? definitions.parametersOf(type)

/** What a resource refers to by the includes that are about its type: references to this server, each once. */
export function includedBy(
  resource: { readonly resourceType: string },
  includes: readonly Include[],
  definitions: SearchDefinitions,
): Target[] {
  const found = new Map<string, Target>()
  for (const { type, parameter: code, target: wanted } of includes) {
    if (type !== resource.resourceType) continue
    for (const parameter of bringing(definitions, type).values()) {
      if (parameter.type !== 'reference' || (code !== undefined && parameter.code !== code)) continue
      for (const target of pointedTo(resource, parameter.paths, definitions.baseUrl)) {
        if (wanted === undefined || target.type === wanted) found.set(`${target.type}/${target.id}`, target)
      }
    }
  }
  return [...found.values()]
}

/** The resources of this server that a resource refers to by the given accessors. */
export function pointedTo(
  resource: object,
  paths: readonly { read: (node: unknown, visit: (value: unknown) => void) => void }[],
  baseUrl: string,
): Target[] {
  const found: Target[] = []
  for (const { read } of paths) {
    read(resource, (value) => {
      for (const reference of targetsOf(value, baseUrl)) {
        const target = localTarget(reference, baseUrl)
        if (target) found.push(target)
      }
    })
  }
  return found
}

/** The tokens of resources that refer to any of the targets by a reverse include, and their type. Nothing when none could. */
export function includingTokens(
  { type, parameter: code, target: wanted }: Include,
  targets: readonly Target[],
  definitions: SearchDefinitions,
): { type: string; tokens: string[] } | undefined {
  const parameters = [...definitions.parametersOf(type).values()].filter(
    (parameter) => parameter.type === 'reference' && (code === undefined || parameter.code === code),
  )
  const tokens = parameters.flatMap(({ keys, targets: allowed }) =>
    targets
      .filter((target) => allowed.includes(target.type) && (wanted === undefined || target.type === wanted))
      .flatMap((target) => keys.map((key) => tokenHash(tokenText.reference(key, `${target.type}/${target.id}`)))),
  )
  return tokens.length === 0 ? undefined : { type, tokens: [...new Set(tokens)] }
}
