/** Reading a batch or transaction Bundle into operations. https://hl7.org/fhir/R4/http.html#transaction. Pure. */
import { parseJson } from '@platform/fhir/json'
import { refuse } from '../errors.ts'
import { versionIn, type Operation } from './operation.ts'
import type { FhirResource } from './references.ts'
import { isObject } from './references.ts'

/** An entry that asks for something to be read; done after the writes. */
export interface ReadEntry {
  readonly kind: 'read'
  readonly method: 'GET' | 'HEAD'
  readonly place: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

export type Entry = { readonly kind: 'write'; readonly operation: Operation } | ReadEntry

export interface RequestBundle {
  readonly type: 'batch' | 'transaction'
  readonly entries: readonly unknown[]
}

/** How many entries one Bundle may hold. */
export const MOST_ENTRIES = 1000

/** @throws BUNDLE_INVALID */
export function readBundle(exact: unknown): RequestBundle {
  if (!isObject(exact) || exact['resourceType'] !== 'Bundle')
    throw refuse.BUNDLE_INVALID({ why: 'it is not a Bundle' }, { expression: 'resourceType' })
  const { type, entry = [] } = exact
  if (type !== 'batch' && type !== 'transaction')
    throw refuse.BUNDLE_INVALID({ why: 'its type is neither batch nor transaction' }, { expression: 'Bundle.type' })
  if (!Array.isArray(entry)) throw refuse.BUNDLE_INVALID({ why: 'entry is not a list' }, { expression: 'Bundle.entry' })
  if (entry.length > MOST_ENTRIES)
    throw refuse.BUNDLE_INVALID({ why: `it has more than ${MOST_ENTRIES} entries` }, { expression: 'Bundle.entry' })
  return { type, entries: entry as unknown[] }
}

/** @throws BUNDLE_INVALID naming the entry */
export function readEntry(entry: unknown, index: number): Entry {
  const place = `Bundle.entry[${index}]`
  const wrong = (why: string, element: string) => refuse.BUNDLE_INVALID({ why }, { expression: `${place}.${element}` })
  if (!isObject(entry) || !isObject(entry['request'])) throw wrong('an entry has no request', 'request')
  const { request, resource, fullUrl } = entry as { request: Record<string, unknown>; resource?: unknown; fullUrl?: unknown }
  const { method, url } = request
  if (typeof method !== 'string' || typeof url !== 'string') throw wrong('a request needs method and url', 'request')
  if (method === 'GET' || method === 'HEAD') return { kind: 'read', method, place, url, headers: readHeaders(request) }

  const target = parseTarget(url)
  if (target === undefined) throw wrong('the url is not that of a resource or a type', 'request.url')
  const link = typeof fullUrl === 'string' ? fullUrl : undefined
  const ifMatch = ifMatchOf(request['ifMatch'])
  if (ifMatch === 'bad') throw wrong('ifMatch is not an ETag such as W/"3"', 'request.ifMatch')
  const common = { place: `${place}.resource`, type: target.type, id: target.id, criteria: target.criteria, ifMatch }
  switch (method) {
    case 'POST': {
      if (target.id !== undefined || target.criteria !== undefined) throw wrong('a POST goes to a type', 'request.url')
      const { ifNoneExist } = request
      return {
        kind: 'write',
        operation: {
          kind: 'create',
          place: `${place}.resource`,
          type: target.type,
          exact: bodyOf(resource, target.type, wrong),
          fullUrl: link,
          ifNoneExist: typeof ifNoneExist === 'string' && ifNoneExist !== '' ? ifNoneExist : undefined,
        },
      }
    }
    case 'PUT': {
      const exact = bodyOf(resource, target.type, wrong)
      if (target.id !== undefined && exact.id !== target.id) throw wrong('the id in the resource is not that of the url', 'resource.id')
      return { kind: 'write', operation: { ...common, kind: 'update', exact, fullUrl: link } }
    }
    case 'PATCH':
      return { kind: 'write', operation: { ...common, kind: 'patch', patch: patchOf(resource, wrong) } }
    case 'DELETE':
      return { kind: 'write', operation: { ...common, kind: 'delete' } }
    default:
      throw wrong('the method is none of GET, HEAD, POST, PUT, PATCH and DELETE', 'request.method')
  }
}

type Wrong = (why: string, element: string) => Error

function bodyOf(resource: unknown, type: string, wrong: Wrong): FhirResource {
  if (!isObject(resource)) throw wrong('the entry has no resource', 'resource')
  if (resource['resourceType'] !== type) throw wrong('the resource is not of the type in the url', 'resource.resourceType')
  return resource as FhirResource
}

/** FHIR R4 http.html#patch: in a Bundle a JSON Patch travels as a Binary. */
function patchOf(resource: unknown, wrong: Wrong): readonly unknown[] {
  if (!isObject(resource) || resource['resourceType'] !== 'Binary' || typeof resource['data'] !== 'string')
    throw wrong('a patch travels as a Binary of type application/json-patch+json', 'resource')
  try {
    const patch = parseJson(Buffer.from(resource['data'], 'base64').toString('utf8')).exact
    if (Array.isArray(patch)) return patch
  } catch {
    // Told below, like every other malformed patch.
  }
  throw wrong('the patch is not a JSON array', 'resource.data')
}

function parseTarget(url: string): { type: string; id?: string; criteria?: string } | undefined {
  const match = /^\/?([A-Z][A-Za-z]+)(?:\/([A-Za-z0-9\-.]{1,64}))?(?:\?(.+))?$/.exec(url)
  if (match === null) return undefined
  const [, type = '', id, criteria] = match
  return { type, ...(id === undefined ? {} : { id }), ...(criteria === undefined ? {} : { criteria }) }
}

function ifMatchOf(value: unknown): number | 'bad' | undefined {
  if (value === undefined) return undefined
  return (typeof value === 'string' ? versionIn(value) : undefined) ?? 'bad'
}

function readHeaders(request: Record<string, unknown>): Record<string, string> {
  const { ifNoneMatch, ifModifiedSince } = request
  return {
    ...(typeof ifNoneMatch === 'string' ? { 'if-none-match': ifNoneMatch } : {}),
    ...(typeof ifModifiedSince === 'string' ? { 'if-modified-since': ifModifiedSince } : {}),
  }
}
