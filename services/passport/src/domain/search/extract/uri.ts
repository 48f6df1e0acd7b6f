// FHIR R4 Search, uri. https://hl7.org/fhir/R4/search.html#uri
import type { SearchParameter } from '../definitions.ts'
import { tokenHash, tokenText, vocabularyHash } from '../token-hash.ts'
import type { Extractor } from './found.ts'

/** Indexes URIs exactly, and each path above them, for `:below`. */
export function uriExtractor({ key, paths }: SearchParameter): Extractor {
  const present = tokenText.present(key)
  return (resource, found) => {
    let any = false
    for (const path of paths) {
      path.read(resource, (value) => {
        if (typeof value !== 'string' || value === '') return
        any = true
        found.tokens.add(tokenHash(tokenText.uri(key, value)))
        for (const ancestor of ancestorsOf(value)) found.tokens.add(vocabularyHash(tokenText.below(key, ancestor)))
      })
    }
    if (any) found.addToken(present)
  }
}

/** The paths above a URL, the nearest last: `http://a/b/c` → `http://a`, `http://a/b`. A URN has none: only URLs have a hierarchy (R4). */
export function ancestorsOf(uri: string): string[] {
  const [origin] = /^[a-z][a-z0-9+.-]*:\/\/[^/]+/i.exec(uri) ?? []
  if (origin === undefined) return []
  const segments = uri.slice(origin.length).split('/').slice(1, -1)
  return segments.length === 0 && uri === origin
    ? []
    : segments.reduce((paths, segment) => [...paths, `${paths.at(-1)}/${segment}`], [origin])
}
