/**
 * JSON Patch (RFC 6902) on a stored resource. https://hl7.org/fhir/R4/http.html#patch
 *
 * Our own, because numbers must keep their digits through every operation, and because a handful of `copy` operations doubles a
 * document until nothing is left of the server.
 */
import { parseJson } from '@platform/fhir/json'
import { refuse } from '../errors.ts'
import type { FhirResource } from './references.ts'
import { isObject } from './references.ts'

/** How many operations one patch may have, and how many values all its `copy` operations together may copy. */
const MOST_OPERATIONS = 5_000
const MOST_COPIED = 100_000

type Json = unknown
interface Budget {
  copied: number
}

/**
 * @param content the resource as it is stored; decimals keep their digits
 * @param patch   as it was parsed exactly; it is not changed
 * @throws PATCH_INVALID, PATCH_TEST_FAILED naming the operation; PATCH_TOO_LARGE, PATCH_FORBIDDEN
 */
export function applyPatch(content: string, patch: readonly unknown[]): FhirResource {
  if (patch.length > MOST_OPERATIONS) throw refuse.PATCH_TOO_LARGE({ limit: `${MOST_OPERATIONS} operations` })
  const before = parseJson(content).exact as FhirResource
  const budget = { copied: 0 }
  let after: Json = clone(before)
  for (const [index, operation] of patch.entries()) {
    const applied = applyOne(after, operation, budget)
    if (applied === 'invalid') throw refuse.PATCH_INVALID({}, { expression: `[${index}]` })
    if (applied === 'test failed') throw refuse.PATCH_TEST_FAILED({}, { expression: `[${index}]` })
    after = applied.document
  }
  if (!isObject(after)) throw refuse.PATCH_INVALID()
  if (after['id'] !== before.id || after['resourceType'] !== before.resourceType) throw refuse.PATCH_FORBIDDEN()
  return after as FhirResource
}

type Applied = { readonly document: Json } | 'invalid' | 'test failed'

function applyOne(document: Json, operation: unknown, budget: Budget): Applied {
  if (!isObject(operation)) return 'invalid'
  const { op, value } = operation
  const path = pointerOf(operation['path'])
  if (path === undefined) return 'invalid'
  switch (op) {
    case 'add':
      return value === undefined ? 'invalid' : put(document, path, clone(value))
    case 'remove':
      return take(document, path)
    case 'replace':
      if (value === undefined || valueAt(document, path) === undefined) return 'invalid'
      return replace(document, path, clone(value))
    case 'move': {
      const from = pointerOf(operation['from'])
      const moved = from === undefined ? undefined : valueAt(document, from)
      // RFC 6902 section 4.4: a value cannot be moved into itself.
      if (from === undefined || moved === undefined || isWithin(path, from)) return 'invalid'
      const taken = take(document, from)
      return typeof taken === 'string' ? taken : put(taken.document, path, moved)
    }
    case 'copy': {
      const from = pointerOf(operation['from'])
      const copied = from === undefined ? undefined : valueAt(document, from)
      return copied === undefined ? 'invalid' : put(document, path, clone(copied, budget))
    }
    case 'test': {
      const found = valueAt(document, path)
      return found !== undefined && isSame(found, value) ? { document } : 'test failed'
    }
    default:
      return 'invalid'
  }
}

const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** The parts of a JSON Pointer (RFC 6901); nothing when it is none, or reaches for a prototype. */
function pointerOf(text: unknown): readonly string[] | undefined {
  if (text === '') return []
  if (typeof text !== 'string' || !text.startsWith('/') || /~(?![01])/.test(text)) return undefined
  const parts = text
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return parts.some((part) => FORBIDDEN.has(part)) ? undefined : parts
}

const isWithin = (path: readonly string[], from: readonly string[]) =>
  path.length > from.length && from.every((part, index) => path[index] === part)

/** The place of a list that a part names: below its length, or at it where something is to be added. */
function placeIn(list: readonly Json[], part: string, { adding }: { adding: boolean }): number | undefined {
  if (adding && part === '-') return list.length
  if (!/^(0|[1-9]\d{0,8})$/.test(part)) return undefined
  const place = Number(part)
  return place < list.length || (adding && place === list.length) ? place : undefined
}

/** The value at a pointer; nothing when there is none. JSON has no value that is undefined. */
function valueAt(document: Json, path: readonly string[]): Json {
  let here = document
  for (const part of path) {
    if (Array.isArray(here)) {
      const place = placeIn(here, part, { adding: false })
      if (place === undefined) return undefined
      here = here[place]
    } else if (isNode(here) && Object.hasOwn(here, part)) here = here[part]
    else return undefined
  }
  return here
}

// The document is a copy of our own, and so these change it in place.

function put(document: Json, path: readonly string[], value: Json): Applied {
  const last = path.at(-1)
  if (last === undefined) return { document: value }
  const parent = valueAt(document, path.slice(0, -1))
  if (Array.isArray(parent)) {
    const place = placeIn(parent, last, { adding: true })
    if (place === undefined) return 'invalid'
    parent.splice(place, 0, value)
  } else if (isNode(parent)) parent[last] = value
  else return 'invalid'
  return { document }
}

function take(document: Json, path: readonly string[]): Applied {
  const last = path.at(-1)
  const parent = last === undefined ? undefined : valueAt(document, path.slice(0, -1))
  if (last === undefined || valueAt(document, path) === undefined) return 'invalid'
  if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else if (isNode(parent)) delete parent[last]
  return { document }
}

function replace(document: Json, path: readonly string[], value: Json): Applied {
  const last = path.at(-1)
  if (last === undefined) return { document: value }
  const parent = valueAt(document, path.slice(0, -1))
  if (Array.isArray(parent)) parent[Number(last)] = value
  else if (isNode(parent)) parent[last] = value
  return { document }
}

const isNode = (value: Json): value is Record<string, Json> => isObject(value) && !JSON.isRawJSON(value)

/** A copy that keeps the numbers' source text, which structuredClone would not. */
function clone(value: Json, budget?: Budget): Json {
  if (budget !== undefined && (budget.copied += 1) > MOST_COPIED) throw refuse.PATCH_TOO_LARGE({ limit: `${MOST_COPIED} copied values` })
  if (Array.isArray(value)) return value.map((item) => clone(item, budget))
  if (!isNode(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, clone(child, budget)]))
}

/** RFC 6902 section 4.6: numbers are equal when their values are, objects when their members are, whatever their order. */
function isSame(one: Json, other: Json): boolean {
  if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((item, at) => isSame(item, other[at]))
  if (isNode(one)) {
    const keys = Object.keys(one)
    return (
      isNode(other) &&
      keys.length === Object.keys(other).length &&
      keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]))
    )
  }
  return plain(one) === plain(other)
}

const plain = (value: Json): Json => (JSON.isRawJSON(value) ? Number((value as { rawJSON: string }).rawJSON) : value)
