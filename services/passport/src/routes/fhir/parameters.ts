/** Parameters of an operation, whether in the address or in a Parameters resource. https://hl7.org/fhir/R4/operations.html#executing */
import type { FastifyRequest } from 'fastify'
import { isObject, valuesAt } from '../../domain/references.ts'
import { LANGUAGES, type Language } from '../../domain/summary/words.ts'
import { refuse } from '../../errors.ts'
import { headerText, queryOf } from './request.ts'

/** Name and value of each parameter, those of the address first; an Identifier becomes `system|value`. */
export function parametersOf(request: FastifyRequest): [string, string][] {
  return [...queryOf(request), ...parametersIn(request)]
}

/** The parameters of the operation in a Parameters resource. https://hl7.org/fhir/R4/parameters.html */
function parametersIn({ body }: FastifyRequest): [string, string][] {
  const value = isObject(body) ? body['value'] : undefined
  return valuesAt(value, 'parameter')
    .filter(isObject)
    .flatMap((parameter) => {
      const given = Object.entries(parameter).find(([key]) => key.startsWith('value'))?.[1]
      if (typeof given === 'string' || typeof given === 'number') return [[String(parameter['name']), String(given)]]
      const { system, value: token } = isObject(given) ? given : {}
      return typeof system === 'string' && typeof token === 'string' ? [[String(parameter['name']), `${system}|${token}`]] : []
    })
}

/** The value of a parameter that may be given once. @throws PARAMETER_TWICE */
export function oneOf(parameters: readonly (readonly [string, string])[], name: string): string | undefined {
  const [first, second] = parameters.filter(([given]) => given === name)
  if (second !== undefined) throw refuse.PARAMETER_TWICE({ parameter: name }, { expression: name })
  return first?.[1]
}

/** What any request may say of the form of its answer. https://hl7.org/fhir/R4/http.html#parameters */
const OF_ANY: ReadonlySet<string> = new Set(['_format', '_pretty'])

/** Refuses a parameter that an operation does not have, so that a misspelt one is not overlooked. @throws OPERATION_PARAMETER_UNKNOWN */
export function onlyKnown(parameters: readonly (readonly [string, string])[], names: ReadonlySet<string>): void {
  const unknown = parameters.find(([name]) => !names.has(name) && !OF_ANY.has(name))
  if (unknown !== undefined) throw refuse.OPERATION_PARAMETER_UNKNOWN({ parameter: unknown[0] }, { expression: unknown[0] })
}

/**
 * The language asked for by `_language`, else the first of `Accept-Language` that there is, else English.
 *
 * @throws LANGUAGE_UNKNOWN for a `_language` that there is not; a header is a wish
 */
export function languageOf(request: FastifyRequest, parameters: readonly (readonly [string, string])[]): Language {
  const asked = oneOf(parameters, '_language')
  if (asked !== undefined) {
    const language = known(asked)
    if (language === undefined) throw refuse.LANGUAGE_UNKNOWN({}, { expression: '_language' })
    return language
  }
  // RFC 9110 section 12.5.4: ranges with weights, 1 where none is given.
  const wished = headerText(request, 'accept-language')
    .split(',')
    .map((range) => {
      const [tag = '', weight] = range.split(';')
      return { language: known(tag.trim()), weight: weight === undefined ? 1 : Number(/q=([\d.]+)/.exec(weight)?.[1] ?? 0) }
    })
    .filter(({ language, weight }) => language !== undefined && weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
  return wished[0]?.language ?? 'en'
}

const known = (tag: string): Language | undefined => LANGUAGES.find((language) => tag.toLowerCase().split('-')[0] === language)
