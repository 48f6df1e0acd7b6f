// FHIR R4 Search, token. https://hl7.org/fhir/R4/search.html#token
import type { CodeableConcept, Coding, ContactPoint, Identifier } from '@medplum/fhirtypes'
import type { SearchParameter } from '../definitions.ts'
import type { CompiledPath } from '../fhir-path.ts'
import { comparable, indexable, storable } from '../text.ts'
import { recently, tokenHash, tokenText } from '../token-hash.ts'
import type { Extractor, Found } from './found.ts'

/** The key under which the words of a coded value are found: `code:text`. */
export const textKey = (key: string) => `${key}:text`

/** Longer identifiers are found by their hash alone: a B-tree entry holds 2,704 bytes. */
const LONGEST_IDENTIFIER = 200

/** Indexes codes, codings, concepts, identifiers, contact points, booleans and strings, and the words beside them. */
export function tokenExtractor({ key, keys, paths, code }: SearchParameter): Extractor {
  const extracts = keys.includes(key)
  const present = tokenText.present(key)
  const adders = extracts ? paths.map((path) => adderOf(path, key, code === 'identifier')) : paths.map(() => () => {})
  return (resource, found) => {
    let any = false
    paths.forEach((path, at) =>
      path.read(resource, (value) => {
        any = true
        adders[at]?.(value, found)
      }),
    )
    if (any) found.addToken(present)
  }
}

type Adder = (value: unknown, found: Found) => void

function adderOf({ type }: CompiledPath, key: string, isIdentifier: boolean): Adder {
  const codes = recently(1024, (pair) => codingHashes(key, pair))
  const addCoding: Adder = (value, found) => {
    const { system, code, display } = value as Coding
    if (isText(code)) for (const hash of codes(`${isText(system) ? system : ''}\n${comparableCode(code)}`)) found.tokens.add(hash)
    else if (isText(system)) found.addToken(tokenText.system(key, system))
    addWords(key, display, found)
  }
  switch (type) {
    case 'Coding':
      return addCoding
    case 'CodeableConcept':
      return (value, found) => {
        const { coding, text } = value as CodeableConcept
        addWords(key, text, found)
        if (Array.isArray(coding)) for (const one of coding) if (one) addCoding(one, found)
      }
    case 'Identifier':
      return (value, found) => addIdentifier(key, value as Identifier, isIdentifier, found)
    case 'ContactPoint':
      return (value, found) => {
        const { system, value: number } = value as ContactPoint
        if (!isText(number)) return
        for (const text of contactTexts(key, system, comparableContact(number))) found.tokens.add(tokenHash(text))
      }
    default:
      return (value, found) => {
        if (isText(value) || typeof value === 'boolean') found.addToken(tokenText.code(key, comparableCode(String(value))))
      }
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/**
 * A code as it is compared: without case. "When in doubt, servers SHOULD treat tokens in a case-insensitive manner" (R4 Search, token);
 * identifiers are not in doubt and stay as they are.
 */
export const comparableCode = (code: string) => code.toLowerCase()

/** A telephone number or address as it is compared: without case, spaces and punctuation of numbers. */
export const comparableContact = (value: string) => (/[@:]/.test(value) ? value.trim() : value.replace(/[\s().-]/g, '')).toLowerCase()

function codingHashes(key: string, pair: string): readonly string[] {
  const [system = '', code = ''] = pair.split('\n')
  return codeTexts(key, system, code).map(tokenHash)
}

/** The texts by which a code of a system (empty: none) is found. */
function codeTexts(key: string, system: string, code: string): string[] {
  if (system === '') return [tokenText.code(key, code), tokenText.codeWithoutSystem(key, code)]
  return [tokenText.code(key, code), tokenText.systemAndCode(key, system, code), tokenText.system(key, system)]
}

function contactTexts(key: string, system: string | undefined, value: string): string[] {
  return [tokenText.code(key, value), ...(system ? [tokenText.systemAndCode(key, system, value)] : [])]
}

/** Adds an identifier under a key; `listed` also puts it into the table of identifiers. */
export function addIdentifier(key: string, identifier: Identifier, listed: boolean, found: Found): void {
  const { system, value, type } = identifier
  if (!isText(value)) return
  const given = isText(system) ? system : ''
  if (given !== '') found.addToken(tokenText.system(key, given))
  found.tokens.add(tokenHash(tokenText.code(key, value)))
  found.tokens.add(tokenHash(given === '' ? tokenText.codeWithoutSystem(key, value) : tokenText.systemAndCode(key, given, value)))
  for (const { system: typeSystem = '', code } of type?.coding ?? []) {
    if (isText(code)) found.tokens.add(tokenHash(tokenText.ofType(key, typeSystem, comparableCode(code), value)))
  }
  addWords(key, type?.text, found)
  if (listed && isListed(given, value)) found.identifiers.push({ system: storable(given), value: storable(value) })
}

/** Whether an identifier is short enough for the table of identifiers. */
export const isListed = (system: string, value: string) => value.length <= LONGEST_IDENTIFIER && system.length <= LONGEST_IDENTIFIER

function addWords(key: string, words: unknown, found: Found): void {
  if (isText(words)) found.addString(textKey(key), indexable(comparable(words)), storable(words))
}
