/**
 * The text of a SMART Health Link, there and back. Pure: key and address are given.
 * https://hl7.org/fhir/uv/smart-health-cards-and-links/links-specification.html#construct-a-smart-health-link-payload
 */
import { isObject } from '../references.ts'

/** `L` content may change, `P` a passcode is asked for, `U` the address is one encrypted file. In alphabetical order; `P` and `U` never meet. */
export type Flag = '' | 'L' | 'P' | 'LP' | 'U' | 'LU'

/** What is inside a link. */
export interface LinkPayload {
  /** At most 128 characters, with 256 random bits in it. */
  readonly url: string
  /** 32 bytes as base64url: 43 characters. */
  readonly key: string
  /** Seconds since 1970; a hint to the reader, the server enforces it itself. */
  readonly exp?: number
  readonly flag?: Exclude<Flag, ''>
  /** At most 80 characters, readable by whoever sees the code. */
  readonly label?: string
}

/** The longest manifest URL, in characters. SMART Health Links specification, `url`. */
export const LONGEST_URL = 128
/** The longest label, in characters. SMART Health Links specification, `label`. */
export const LONGEST_LABEL = 80
const KEY = /^[A-Za-z0-9_-]{43}$/

/** The flags of a link in their order. */
export function flagOf({ longTerm, passcode, direct }: { longTerm: boolean; passcode: boolean; direct: boolean }): Flag {
  if (passcode && direct) throw new TypeError('A link has a passcode or is one file, never both.')
  return `${longTerm ? 'L' : ''}${passcode ? 'P' : direct ? 'U' : ''}`
}

/**
 * `https://hub/view#shlink:/…`. Everything after `#` stays with the reader: a browser sends none of it.
 *
 * @throws TypeError when the payload breaks a rule of the specification
 */
export function encodeLink(viewer: string, { url, key, exp, flag, label }: LinkPayload): string {
  if (url.length > LONGEST_URL) throw new TypeError('The address inside a link is at most 128 characters long.')
  if (!KEY.test(key)) throw new TypeError('The key of a link is 32 bytes in base64url.')
  if (label !== undefined && [...label].length > LONGEST_LABEL) throw new TypeError('The label of a link is at most 80 characters long.')
  // Left out where they would say nothing: each character makes the code denser.
  const payload = {
    url,
    key,
    ...(exp === undefined ? {} : { exp }),
    ...(flag === undefined ? {} : { flag }),
    ...(label === undefined ? {} : { label }),
  }
  return `${viewer}#shlink:/${Buffer.from(JSON.stringify(payload), 'utf8').toString('base64url')}`
}

/** The payload of a link, with or without a viewer before it; nothing when it is none. Unknown properties and flags are passed over. */
export function decodeLink(text: string): LinkPayload | undefined {
  const [, encoded] = /^(?:[^#]*#)?shlink:\/([A-Za-z0-9_-]+)$/.exec(text.trim()) ?? []
  if (encoded === undefined) return undefined
  const payload = parsed(Buffer.from(encoded, 'base64url').toString('utf8'))
  if (!isObject(payload)) return undefined
  const { url, key, exp, flag, label } = payload
  if (typeof url !== 'string' || typeof key !== 'string' || !KEY.test(key)) return undefined
  const known = typeof flag === 'string' ? knownFlag(flag) : ''
  if (known === undefined) return undefined
  return {
    url,
    key,
    ...(typeof exp === 'number' ? { exp } : {}),
    ...(known === '' ? {} : { flag: known }),
    ...(typeof label === 'string' ? { label } : {}),
  }
}

function knownFlag(flag: string): Flag | undefined {
  const known = ['L', 'P', 'U'].filter((letter) => flag.includes(letter)).join('')
  return known === 'PU' || known === 'LPU' ? undefined : (known as Flag)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
