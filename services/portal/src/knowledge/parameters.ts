/** Reading the answers of operations: FHIR Parameters, by name. What is absent stays absent. */
import type { Parameters, ParametersParameter } from '@medplum/fhirtypes'

/** The parts of one parameter, or the parameters of one answer. */
export interface Parts {
  /** The first text, code, address or instant of this name. */
  text(name: string): string | undefined
  texts(name: string): readonly string[]
  number(name: string): number | undefined
  /** Whether the first of this name is true. */
  flag(name: string): boolean
  /** The first reference of this name: `Type/<id>`, and what it is called. */
  reference(name: string): { readonly reference?: string; readonly display?: string } | undefined
  /** Code and words of the first Coding of this name. */
  coding(name: string): { readonly code?: string; readonly display?: string } | undefined
  /** The parts of each parameter of this name. */
  all(name: string): readonly Parts[]
}

/** @param from an answer, or the parts of one of its parameters */
export function readParts(from: Parameters | readonly ParametersParameter[] | undefined): Parts {
  const list = from === undefined ? [] : 'resourceType' in from ? (from.parameter ?? []) : from
  const values = (name: string): readonly unknown[] =>
    list.flatMap((one) => (one.name === name ? [Object.entries(one).find(([key]) => key.startsWith('value'))?.[1] as unknown] : []))
  const texts = (name: string) => values(name).filter((value) => typeof value === 'string')
  const first = <T>(name: string): T | undefined =>
    values(name).find((value) => typeof value === 'object' && value !== null) as T | undefined
  return {
    texts,
    text: (name) => texts(name)[0],
    number: (name) => values(name).find((value) => typeof value === 'number'),
    flag: (name) => values(name)[0] === true,
    reference: (name) => first(name),
    coding: (name) => first(name),
    all: (name) => list.filter((one) => one.name === name).map(({ part }) => readParts(part ?? [])),
  }
}

/** Parameters from names and values, such as `{ name: 'reason', valueString: '…' }`. */
export const parametersOf = (...parameter: readonly ParametersParameter[]): Parameters => ({
  resourceType: 'Parameters',
  parameter: [...parameter],
})
