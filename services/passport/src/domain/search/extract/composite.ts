// FHIR R4 Search, composite. https://hl7.org/fhir/R4/search.html#combining
import type { CodeableConcept, Coding } from '@medplum/fhirtypes'
import type { CompositeElement } from '../composition.ts'
import type { SearchParameter } from '../definitions.ts'
import type { CompiledPath } from '../fhir-path.ts'
import { comparable, indexable, storable } from '../text.ts'
import { tokenHash } from '../token-hash.ts'
import { rangeOf } from './date.ts'
import type { Extractor, Found } from './found.ts'
import { amountOf } from './number.ts'
import { targetsOf } from './reference.ts'
import { comparableCode } from './token.ts'

/** The text of a pair of exact values: `key|system|code$code`. */
export const pairText = (key: string, first: string, second: string) => `${key}|${first}$${second}`

/** The key of values that are compared by size or as text, beside an exact first part. */
export const pairKey = (key: string, first: string) => `${key}$${first}`

// It becomes part of a key, and a B-tree entry holds 2,704 bytes.
const LONGEST_CODE = 200

/**
 * Indexes the pairs of a composite parameter that lie on repeating elements, those in `done` left out: two parameters may ask for the same
 * pairs. Pairs on the resource itself are indexed part by part.
 */
export function compositeExtractor({ composition }: SearchParameter, baseUrl: string, done: Set<string>): Extractor {
  const elements = (composition?.elements ?? []).filter(({ key }) => !done.has(key))
  for (const { key } of elements) done.add(key)
  const [, second] = composition?.types ?? []
  return (resource, found) => {
    for (const element of elements) {
      element.read(resource, (node) => {
        const firsts = exactOf(node, element.parts[0], baseUrl)
        if (firsts.size === 0) return
        if (second === 'token' || second === 'reference') {
          const seconds = exactOf(node, element.parts[1], baseUrl)
          found.countPairs(firsts.size * seconds.size)
          for (const one of firsts) for (const other of seconds) found.tokens.add(tokenHash(pairText(element.key, one, other)))
        } else for (const one of firsts) addSecond(node, element, one, second, found)
      })
    }
  }
}

function addSecond(node: unknown, { key, parts }: CompositeElement, first: string, type: string | undefined, found: Found): void {
  const pair = pairKey(key, first)
  for (const path of parts[1]) {
    path.read(node, (value) => {
      found.countPairs(1)
      if (type === 'date') {
        const range = rangeOf(value, path.type)
        if (range) found.dates.push({ key: pair, ...range })
      } else if (type === 'string') {
        if (typeof value === 'string') found.addString(pair, indexable(comparable(value)), storable(value))
      } else {
        const amount = amountOf(value, path.type)
        if (amount) found.numbers.push({ key: pair, ...amount })
      }
    })
  }
}

/** Every way to ask for the exact values of a part: `code`, `system|code`, `|code` when there is no system, `Type/id`. */
function exactOf(node: unknown, paths: readonly CompiledPath[], baseUrl: string): Set<string> {
  const found = new Set<string>()
  for (const path of paths) {
    path.read(node, (value) => {
      if (path.type === 'Reference') for (const target of targetsOf(value, baseUrl)) found.add(target)
      else for (const one of codingsOf(value, path.type)) for (const way of waysToAsk(one)) found.add(way)
    })
  }
  return found
}

function codingsOf(value: unknown, type: string): readonly Coding[] {
  if (type === 'CodeableConcept') return (value as CodeableConcept).coding ?? []
  if (type === 'Coding') return [value as Coding]
  return typeof value === 'string' || typeof value === 'boolean' ? [{ code: String(value) }] : []
}

function waysToAsk({ system, code }: Coding): string[] {
  if (!code || code.length > LONGEST_CODE) return []
  const compared = storable(comparableCode(code))
  return [compared, `${system ?? ''}|${compared}`]
}
