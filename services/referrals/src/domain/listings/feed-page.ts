/** What every kind of feed is read into: a page of items, each with its original text, and where to go on. */

import type { ItemRefusal } from './item-refusal.ts'
import type { SessionFacts } from './session.ts'

/** The kinds of feed that are read. */
export type FeedType = 'oruk' | 'rpde' | 'ods'

/** One thing that a feed says. */
export interface FeedItem {
  /** As the publisher calls it: `ScheduledSession`, `service`, `Organization` … */
  readonly kind: string
  readonly id: string
  /** Order key: of two versions of one item the greater is the newer. See `orderOf`. */
  readonly modified: string
  /** What it says; absent when it says that the item is no more. */
  readonly said?: {
    /** As it came. */
    readonly text: string
    /** Of a session, when it is and how much room it has. */
    readonly session?: SessionFacts
    /** Whether more of it is found at an address of its own. */
    readonly short?: boolean
  }
}

/** A page that could be read. */
export interface FeedPage {
  readonly items: readonly FeedItem[]
  /** Address of the next page; absent at the end of the feed. */
  readonly next?: string
  /** Where to ask next time, at the end of the feed; absent: from the beginning. */
  readonly again?: string
  /** Order of the last item of the page; absent in feeds that promise no order. */
  readonly position?: string
  readonly licence?: string
  /** How many items the feed says that it has in all. */
  readonly expected?: number
  /** Items that could not be taken. */
  readonly refused: readonly ItemRefusal[]
}

/** A page that cannot be read. Nothing of it is taken, and the feed stands still at it until the publisher has mended it. */
export class PageUnreadable extends Error {
  override readonly name = 'PageUnreadable'
}

/**
 * What can be compared byte by byte as the publisher's own values are compared: whole numbers of any length by value, texts as they are.
 * A number is never turned into one of JavaScript's, which is exact to 15 digits only.
 *
 * @returns nothing for what is neither
 */
export function orderOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? orderOf(String(value)) : undefined
  if (typeof value !== 'string' || value === '') return undefined
  if (!/^\d+$/.test(value)) return `s${value}`
  const digits = value.replace(/^0+(?=\d)/, '')
  return digits.length > 999 ? undefined : `${String(digits.length).padStart(3, '0')}:${digits}`
}

/** Whether PostgreSQL holds this text as it is: without the one character that it holds not, and without half of a pair, which it would keep as another. */
export const mayBeKept = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed()

// Ten times what is in the largest directory of the country.
const MOST_ITEMS = 10_000_000

/**
 * How many items a feed says that it has in all, where that can be: a whole number, not less than what was met of it.
 *
 * @returns nothing for anything else; how far a reading has come is then not known
 */
export const sizeSaid = (value: unknown, met: number): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= met && value <= MOST_ITEMS ? value : undefined

const QUOTE = 34
const BACKSLASH = 92
const [COMMA, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [44, 91, 93, 123, 125]
const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9

/** The texts of the elements of an array that is a member of the outermost object, and that object without them. */
export interface Taken {
  readonly texts: readonly string[]
  readonly rest: Readonly<Record<string, unknown>>
}

/**
 * Takes a page apart and leaves every item as it came.
 *
 * @param names what the array may be called; the first that is there counts
 * @throws PageUnreadable with the place at which it stops being JSON
 */
export function takeApart(text: string, names: readonly string[]): Taken {
  let at = skipSpace(text, 0)
  if (text.charCodeAt(at) !== OPEN_OBJECT) throw new PageUnreadable(`It is no JSON object${shown(text)}.`)
  at = skipSpace(text, at + 1)
  let found: { readonly from: number; readonly to: number; readonly texts: readonly string[] } | undefined
  while (text.charCodeAt(at) === QUOTE) {
    const ended = endOfString(text, at)
    const name = text.slice(at + 1, ended - 1)
    at = skipSpace(text, ended)
    if (text[at] !== ':') throw broken(at)
    const from = skipSpace(text, at + 1)
    if (found === undefined && names.includes(name) && text.charCodeAt(from) === OPEN_ARRAY) {
      const { texts, to } = elements(text, from)
      found = { from, to, texts }
      at = to
    } else at = endOfValue(text, from)
    at = skipSpace(text, at)
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1)
  }
  if (text.charCodeAt(at) !== CLOSE_OBJECT) throw broken(at)
  const { from, to, texts } = found ?? { from: 0, to: 0, texts: [] }
  if (found === undefined) throw new PageUnreadable(`It has no array ${names.join(' or ')}.`)
  return { texts, rest: parsed(`${text.slice(0, from)}[]${text.slice(to)}`, 'What stands around its items') }
}

/**
 * One item as JSON; large whole numbers called `modified` arrive as text, so that they keep their digits.
 *
 * @param what it is, at the beginning of a sentence
 */
export function parsed(text: string, what = 'It'): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text.replace(LARGE_MODIFIED, '$1"$2"'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (cause) {
    throw new PageUnreadable(`${what} stops being JSON before its end.`, { cause })
  }
  throw new PageUnreadable(`${what} is no JSON object.`)
}

// A quotation mark inside a string is escaped, so that this name in plain quotation marks before a colon is always a member's.
const LARGE_MODIFIED = /(?<!\\)("modified"\s*:\s*)(\d{15,})(?=\s*[,}])/g

function elements(text: string, from: number): { texts: readonly string[]; to: number } {
  const texts: string[] = []
  let at = skipSpace(text, from + 1)
  while (text.charCodeAt(at) !== CLOSE_ARRAY) {
    const to = endOfValue(text, at)
    texts.push(text.slice(at, to))
    at = skipSpace(text, to)
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1)
    else if (text.charCodeAt(at) !== CLOSE_ARRAY) throw broken(at)
  }
  return { texts, to: at + 1 }
}

function endOfValue(text: string, from: number): number {
  const first = text.charCodeAt(from)
  if (first === QUOTE) return endOfString(text, from)
  if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) {
    let at = from
    while (at < text.length && !/[\s,\]}]/.test(text[at] ?? '')) at += 1
    if (at === from) throw broken(from)
    return at
  }
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at) - 1
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth += 1
    else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  throw new PageUnreadable('It ends in the middle.')
}

function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1
    if (backslashes % 2 === 0) return at + 1
  }
  throw new PageUnreadable('It ends in the middle of a text.')
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (isSpace(text.charCodeAt(at))) at += 1
  return at
}

const broken = (at: number): PageUnreadable => new PageUnreadable(`It stops being JSON at character ${at}.`)

const shown = (text: string): string => (/^\s*</.test(text) ? ', but a page for browsers' : '')
