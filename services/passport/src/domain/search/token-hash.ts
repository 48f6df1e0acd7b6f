// What is searched for exactly is kept as 64-bit hashes of short texts. This file is the only place that spells those texts.
import { hash } from 'node:crypto'

/**
 * The texts behind the hashes. `key` is type and search parameter: `Procedure.code`.
 *
 * | text | found by |
 * | --- | --- |
 * | `key\|system\|code` | `code=system\|code` |
 * | `key\|code` | `code=code`, whatever the system |
 * | `key\|\|code` | `code=\|code`, no system |
 * | `key\|system\|` | `code=system\|`, any code of the system |
 * | `key=present` | `code:missing=false` |
 * | `key>Patient/1`, `key>https://…` | a reference, a canonical, a URI |
 * | `key<https://…` | a URI below that path |
 * | `key:identifier\|…` | the same four forms for `Reference.identifier` |
 * | `key:of-type\|system\|code\|value` | `identifier:of-type=system\|code\|value` |
 * | `key~S530` | a word that sounds so |
 */
export const tokenText = {
  systemAndCode: (key: string, system: string, code: string) => `${key}|${part(system)}|${part(code)}`,
  code: (key: string, code: string) => `${key}|${part(code)}`,
  codeWithoutSystem: (key: string, code: string) => `${key}||${part(code)}`,
  system: (key: string, system: string) => `${key}|${part(system)}|`,
  present: (key: string) => `${key}=present`,
  reference: (key: string, target: string) => `${key}>${target}`,
  uri: (key: string, uri: string) => `${key}>${uri}`,
  below: (key: string, ancestor: string) => `${key}<${ancestor}`,
  ofType: (key: string, system: string, code: string, value: string) => `${key}:of-type|${part(system)}|${part(code)}|${part(value)}`,
  sound: (key: string, sound: string) => `${key}~${sound}`,
} as const

const part = (text: string) => (text.includes('|') ? text.replaceAll('|', String.raw`\|`) : text)

/**
 * The first 8 bytes of the SHA-256 of a text, big endian, as a signed 64-bit number in decimal digits: what PostgreSQL takes as bigint.
 * Two texts of one database share a hash with a chance of about 1 in 10^7 once there are a billion of them; a match is then one resource too many, never one too few.
 */
export function tokenHash(text: string): string {
  return BigInt.asIntN(64, BigInt(`0x${hash('sha256', text).slice(0, 16)}`)).toString()
}

/**
 * Keeps what was computed lately: two generations of at most `size` entries, the older dropped when the younger is full. Values are never
 * undefined.
 */
export function recently<Value>(size: number, compute: (key: string) => Value): (key: string) => Value {
  let young = new Map<string, Value>()
  let old = new Map<string, Value>()
  return (key) => {
    const held = young.get(key)
    if (held !== undefined) return held
    const value = old.get(key) ?? compute(key)
    if (young.size >= size) {
      old = young
      young = new Map()
    }
    young.set(key, value)
    return value
  }
}

/** `tokenHash` for texts that come again and again: codes, systems, presence. References and identifiers would only push those out. */
export const vocabularyHash = recently(4096, tokenHash)
