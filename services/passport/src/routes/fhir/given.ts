/** What an operation is given: the parameters of its Parameters resource, and those of the address. https://hl7.org/fhir/R4/parameters.html */
import { defineErrors } from '@platform/fhir/errors'
import type { FastifyRequest } from 'fastify'
import { isObject, localReference, understood, valuesAt } from '../../domain/references.ts'
import type { AccessLanguage } from '../../domain/access/words.ts'
import { queryOf } from './request.ts'

const parameterRefuse = defineErrors({
  PARAMETER_MISSING: {
    issue: 'required',
    says: ({ name }: { name: string }) => `The operation needs the parameter ${name}.`,
    remedy: 'Send a Parameters resource with it; the OperationDefinition says what each is.',
  },
  PARAMETER_INVALID: {
    issue: 'value',
    says: ({ name }: { name: string }) => `The parameter ${name} is not what the operation takes.`,
    remedy: 'See its OperationDefinition in /fhir/metadata.',
  },
})

export interface Given {
  /** The parameters of the body, as they came. */
  readonly sent: readonly object[]
  /** The value of a parameter, whatever its type; nothing when it was not given. */
  value(name: string): unknown
  values(name: string): readonly unknown[]
  /** @throws PARAMETER_MISSING, PARAMETER_INVALID */
  text(name: string): string | undefined
  flag(name: string): boolean
  /** Type and id of a local reference of this type. @throws PARAMETER_INVALID */
  reference(name: string, type: string): { type: string; id: string } | undefined
  /** en when none is given. @throws PARAMETER_INVALID */
  language(): AccessLanguage
}

/** @param baseUrl references by this server's absolute address are those to its resources */
export function given(request: FastifyRequest, baseUrl: string): Given {
  const body = isObject(request.body) ? request.body['value'] : undefined
  const sent = valuesAt(understood(body, baseUrl), 'parameter').filter(isObject)
  const asked = queryOf(request)
  const values = (name: string): readonly unknown[] => [
    ...sent
      .filter((parameter) => parameter['name'] === name)
      .map((parameter) => parameter['resource'] ?? Object.entries(parameter).find(([key]) => key.startsWith('value'))?.[1]),
    ...asked.flatMap(([key, value]) => (key === name ? [value] : [])),
  ]
  const only = (name: string): unknown => {
    const all = values(name)
    if (all.length > 1) throw invalid(name)
    return all[0]
  }
  const self: Given = {
    sent,
    value: only,
    values,
    text(name) {
      const value = only(name)
      if (value !== undefined && typeof value !== 'string') throw invalid(name)
      return value
    },
    flag(name) {
      const value = only(name)
      if (value !== undefined && value !== true && value !== false && value !== 'true' && value !== 'false') throw invalid(name)
      return value === true || value === 'true'
    },
    reference(name, type) {
      const value = only(name)
      if (value === undefined) return undefined
      const local = localReference(isObject(value) ? value['reference'] : value)
      if (local === undefined || local.type !== type) throw invalid(name)
      return local
    },
    language() {
      const value = self.text('language') ?? 'en'
      if (value !== 'en' && value !== 'cy') throw invalid('language')
      return value
    },
  }
  return self
}

/** What is missing is said with its place. */
export const missing = (name: string) => parameterRefuse.PARAMETER_MISSING({ name }, { expression: placeOf(name) })
/** The refusal of a parameter whose value is of another kind. */
export const invalid = (name: string) => parameterRefuse.PARAMETER_INVALID({ name }, { expression: placeOf(name) })
const placeOf = (name: string) => `Parameters.parameter.where(name = '${name}')`

/** A Parameters resource as text. */
export const parametersText = (parameter: readonly object[]): string => JSON.stringify({ resourceType: 'Parameters', parameter })
