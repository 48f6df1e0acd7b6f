// FHIR R4 Search, uri. https://hl7.org/fhir/R4/search.html#uri
import { ancestorsOf } from '../extract/uri.ts'
import type { Condition } from '../query.ts'
import { tokenHash, tokenText } from '../token-hash.ts'
import { unsupported, type Asked } from './asked.ts'
import { unescaped } from './escapes.ts'

/** `:below` finds the URI itself and all under its path, `:above` itself and the paths it lies under. @throws SEARCH_MODIFIER_UNSUPPORTED */
export function uriCondition({ name, parameter, modifier, values }: Asked): Condition {
  const uris = values.map(unescaped)
  const hash = (text: (key: string, uri: string) => string) => (uri: string) => parameter.keys.map((key) => tokenHash(text(key, uri)))
  const itself = hash(tokenText.uri)
  const below = hash(tokenText.below)
  if (modifier === undefined) return { kind: 'tokens', any: uris.flatMap(itself) }
  if (modifier === 'below') return { kind: 'tokens', any: uris.flatMap((uri) => [...itself(uri), ...below(uri.replace(/\/$/, ''))]) }
  if (modifier === 'above')
    return { kind: 'tokens', any: uris.flatMap((uri) => [uri, ...ancestorsOf(uri).flatMap((one) => [one, `${one}/`])].flatMap(itself)) }
  return unsupported(name, modifier)
}
