// FHIR R4 Search, reference. https://hl7.org/fhir/R4/search.html#reference
import type { Reference } from '@medplum/fhirtypes'
import type { SearchParameter } from '../definitions.ts'
import { comparableReference } from '../reference.ts'
import { tokenHash, tokenText } from '../token-hash.ts'
import type { Extractor } from './found.ts'
import { addIdentifier } from './token.ts'

/** The key under which a logical reference is found: `subject:identifier`. */
export const identifierKey = (key: string) => `${key}:identifier`

/** Indexes literal references by their target, canonicals with and without version, and logical references by their identifier. */
export function referenceExtractor({ key, keys, paths }: SearchParameter, baseUrl: string): Extractor {
  const extracts = keys.includes(key)
  const present = tokenText.present(key)
  return (resource, found) => {
    let any = false
    for (const path of paths) {
      path.read(resource, (value) => {
        any = true
        if (!extracts) return
        for (const target of targetsOf(value, baseUrl)) found.tokens.add(tokenHash(tokenText.reference(key, target)))
        const identifier = typeof value === 'object' ? (value as Reference).identifier : undefined
        if (identifier) addIdentifier(identifierKey(key), identifier, false, found)
      })
    }
    if (any) found.addToken(present)
  }
}

/** What a Reference or canonical points to, as it is compared; a canonical with a version is also found without. */
export function targetsOf(value: unknown, baseUrl: string): string[] {
  if (typeof value === 'string') {
    const bar = value.lastIndexOf('|')
    return bar > 0 ? [value, value.slice(0, bar)] : [comparableReference(value, baseUrl) ?? value]
  }
  const literal = (value as Reference).reference
  const target = typeof literal === 'string' ? comparableReference(literal, baseUrl) : undefined
  return target === undefined ? [] : [target]
}
