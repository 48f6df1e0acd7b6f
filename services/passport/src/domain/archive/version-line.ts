/** A line of `versions.ndjson`: one version of one resource, with what the record knows of it beside its text. Pure pair, there and back. */
import { parseJson } from '@platform/fhir/json'
import { KINDS, type Kind } from '../access/policy.ts'
import type { FhirResource } from '../references.ts'
import { isObject } from '../references.ts'
import { RESOURCE_TYPES } from '../resource-types.ts'
import { archiveRefuse } from './format.ts'

/** A version as the record keeps it. */
export interface Version {
  readonly type: string
  readonly id: string
  readonly version: number
  readonly at: Date
  readonly deleted: boolean
  /** Who first wrote it; `Organization/…` or a person. */
  readonly author: string
  /** How whom it makes stand to the person; of the present version only. */
  readonly relationships: readonly { readonly party: string; readonly kind: Kind }[]
  /** The text as it is served; empty when deleted. */
  readonly content: string
}

/** One version as a line of the archive, with its digits as they were. */
export function toVersionLine({ content, at, ...facts }: Version): string {
  const { type, id, version, deleted, author, relationships } = facts
  const head = JSON.stringify({ type, id, version, at: at.toISOString(), deleted, author, relationships })
  return content === '' ? head : `${head.slice(0, -1)},"resource":${content}}`
}

/** A version that was read, with its resource exact and plain. */
export interface ReadVersion extends Omit<Version, 'content'> {
  readonly exact: FhirResource | undefined
  readonly plain: FhirResource | undefined
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/
// A client that writes for no organisation is an author too, under its own name.
const PARTY = /^[A-Z][A-Za-z]{1,40}\/[^\s"\\]{1,200}$/

/** @param line its number, from 1 @throws ARCHIVE_ENTRY_INVALID */
export function fromVersionLine(text: string, line: number): ReadVersion {
  const wrong = (why: string, cause?: unknown) =>
    archiveRefuse.ARCHIVE_ENTRY_INVALID({ line, why }, { expression: `versions.ndjson[${line}]`, cause })
  let parsed
  try {
    parsed = parseJson(text)
  } catch (cause) {
    throw wrong('it is not JSON', cause)
  }
  const { value, exact } = parsed
  if (!isObject(value) || !isObject(exact)) throw wrong('it is no object')
  const { type, id, version, at, deleted, author, relationships, resource } = value
  if (typeof type !== 'string' || !Object.hasOwn(RESOURCE_TYPES, type)) throw wrong('its type is not kept here')
  if (typeof id !== 'string' || !ID.test(id)) throw wrong('its id is none')
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1 || version > 1_000_000) throw wrong('its version is none')
  if (typeof at !== 'string' || !/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(at) || Number.isNaN(Date.parse(at))) throw wrong('its time is none')
  if (typeof deleted !== 'boolean' || deleted !== (resource === undefined)) throw wrong('it must be deleted or have a resource')
  if (typeof author !== 'string' || !PARTY.test(author)) throw wrong('its author is none')
  const related = Array.isArray(relationships) ? relationships.map(relationshipIn) : [undefined]
  if (related.includes(undefined)) throw wrong('its relationships are none')
  if (!deleted) {
    const { resourceType, meta } = resource as Partial<FhirResource>
    if (!isObject(resource) || resourceType !== type || resource['id'] !== id) throw wrong('its resource is another')
    if (meta?.versionId !== String(version) || Date.parse(meta.lastUpdated ?? '') !== Date.parse(at))
      throw wrong('its resource is of another version')
  }
  return {
    type,
    id,
    version,
    at: new Date(at),
    deleted,
    author,
    relationships: related.filter((one) => one !== undefined),
    exact: exact['resource'] as FhirResource | undefined,
    plain: resource as FhirResource | undefined,
  }
}

function relationshipIn(value: unknown): { party: string; kind: Kind } | undefined {
  if (!isObject(value)) return undefined
  const { party, kind } = value
  return typeof party === 'string' && PARTY.test(party) && KINDS.includes(kind as Kind) ? { party, kind: kind as Kind } : undefined
}
