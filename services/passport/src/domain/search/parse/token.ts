// FHIR R4 Search, token. https://hl7.org/fhir/R4/search.html#token
import { comparableCode, comparableContact, isListed, textKey } from '../extract/token.ts'
import type { SearchDefinitions, SearchParameter } from '../definitions.ts'
import type { Condition } from '../query.ts'
import { searchRefuse } from '../refusals.ts'
import { comparable, indexable, storable } from '../text.ts'
import { tokenHash, tokenText } from '../token-hash.ts'
import { malformed, unsupported, type Asked, type ParseContext } from './asked.ts'
import { splitAt, unescaped } from './escapes.ts'

/** The system a boolean is said to have. R4 Search, token. */
const SPECIAL_VALUES = 'http://terminology.hl7.org/CodeSystem/special-values'

/** A token as written: `code`, `system|code`, `|code` (empty system) or `system|` (no code). */
export interface WrittenToken {
  readonly system?: string
  readonly code?: string
}

/** @throws SEARCH_VALUE_INVALID, SEARCH_MODIFIER_UNSUPPORTED, SEARCH_VALUE_SET_UNKNOWN */
export function tokenCondition(asked: Asked, { definitions }: ParseContext): Condition {
  const { name, parameter, modifier, values } = asked
  switch (modifier) {
    case undefined:
      return (
        identifierCondition(asked) ?? {
          kind: 'tokens',
          any: hashes(
            parameter,
            values.map((value) => writtenToken(value, name)),
            definitions,
          ),
        }
      )
    case 'not':
      return {
        kind: 'tokens',
        not: true,
        any: hashes(
          parameter,
          values.map((value) => writtenToken(value, name)),
          definitions,
        ),
      }
    case 'text':
      return {
        kind: 'strings',
        keys: parameter.keys.map(textKey),
        any: values.map((value) => ({ match: 'starts', value: indexable(comparable(unescaped(value))) })),
      }
    case 'in':
      return { kind: 'tokens', any: hashes(parameter, membersOf(values, name, definitions), definitions) }
    case 'not-in':
      return { kind: 'tokens', not: true, any: hashes(parameter, membersOf(values, name, definitions), definitions) }
    case 'of-type':
      if (!parameter.paths.some(({ type }) => type === 'Identifier')) unsupported(name, modifier)
      return { kind: 'tokens', any: values.flatMap((value) => ofTypeHashes(parameter, value, name)) }
    default:
      return unsupported(name, modifier)
  }
}

/** @throws SEARCH_VALUE_INVALID */
export function writtenToken(value: string, name: string): WrittenToken {
  const parts = splitAt(value, '|').map((part) => storable(unescaped(part)))
  const [first = '', second] = parts
  if (parts.length > 2 || (first === '' && !second)) malformed(name, 'a code, or a system and a code separated by one bar')
  if (second === undefined) return { code: first }
  return second === '' ? { system: first } : { system: first, code: second }
}

/** The hashes by which any of the tokens is found under any of the parameter's keys. Empty when no value could ever match. */
function hashes(parameter: SearchParameter, tokens: readonly WrittenToken[], definitions: SearchDefinitions): string[] {
  return [...new Set(tokens.flatMap((token) => texts(parameter, token, definitions)))].map(tokenHash)
}

function texts(parameter: SearchParameter, token: WrittenToken, definitions: SearchDefinitions): string[] {
  const types = new Set(parameter.paths.map(({ type }) => type))
  const coded = ['Coding', 'CodeableConcept', 'Identifier', 'ContactPoint'].some((type) => types.has(type))
  const codes = token.code === undefined ? [undefined] : comparedCodes(token.code, types)
  return parameter.keys.flatMap((key) =>
    codes.flatMap((code) =>
      coded
        ? [tokenTextOf(key, { ...token, ...(code !== undefined && { code }) })]
        : plainText(key, parameter, token.system, code, definitions),
    ),
  )
}

/** The text of a token in the forms of `token-hash.ts`. The code is compared as it is given. */
export function tokenTextOf(key: string, { system, code }: WrittenToken): string {
  if (code === undefined) return tokenText.system(key, system ?? '')
  if (system === undefined) return tokenText.code(key, code)
  return system === '' ? tokenText.codeWithoutSystem(key, code) : tokenText.systemAndCode(key, system, code)
}

// A parameter may look at elements of several types (an identifier here, a code there), each compared in its own way.
function comparedCodes(code: string, types: ReadonlySet<string>): string[] {
  const ways = [...types].map((type) =>
    type === 'Identifier' ? code : type === 'ContactPoint' ? comparableContact(code) : comparableCode(code),
  )
  return [...new Set(ways)]
}

// An element of type code has no system of its own: it is that of its value set, and a search may name it.
function plainText(
  key: string,
  { paths }: SearchParameter,
  system: string | undefined,
  code: string | undefined,
  { expand }: SearchDefinitions,
): string[] {
  const fits =
    system === undefined ||
    system === '' ||
    system === SPECIAL_VALUES ||
    paths.some(({ valueSet }) => valueSet !== undefined && expand(valueSet)?.has(system))
  if (!fits) return []
  return [code === undefined ? tokenText.present(key) : tokenText.code(key, code)]
}

/** The usual search for an identifier goes by the table of identifiers; long values and whole systems go by tokens. */
function identifierCondition({ name, parameter, values }: Asked): Condition | undefined {
  if (parameter.code !== 'identifier' || !parameter.paths.every(({ type }) => type === 'Identifier')) return undefined
  const tokens = values.map((value) => writtenToken(value, name))
  const any = tokens.flatMap(({ system, code }) =>
    code !== undefined && isListed(system ?? '', code) ? [{ value: code, ...(system !== undefined && { system }) }] : [],
  )
  if (any.length < tokens.length) return undefined
  return { kind: 'identifier', any, tokens: tokens.map((token) => tokenHash(tokenTextOf(parameter.key, token))) }
}

function ofTypeHashes({ keys }: SearchParameter, written: string, name: string): string[] {
  const [system = '', code = '', value = '', ...more] = splitAt(written, '|').map(unescaped)
  if (more.length > 0 || code === '' || value === '') malformed(name, 'system|code|value')
  return keys.map((key) => tokenHash(tokenText.ofType(key, system, comparableCode(code), value)))
}

function membersOf(values: readonly string[], name: string, { expand }: SearchDefinitions): WrittenToken[] {
  return values.flatMap((value) => {
    const members = expand(unescaped(value))
    if (!members) throw searchRefuse.SEARCH_VALUE_SET_UNKNOWN({ parameter: name }, { expression: name })
    return [...members].flatMap(([system, codes]) => [...codes].map((code) => ({ system, code })))
  })
}
