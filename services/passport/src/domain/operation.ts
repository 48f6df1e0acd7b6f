/** What a client asks to be written, whether alone or as one entry of a transaction. FHIR R4 http.html. */
import type { Relationship } from './access/relationship.ts'
import type { FhirResource } from './references.ts'

interface Common {
  /** Where it stands, for messages: '' for a lone request, `Bundle.entry[2].resource` in a transaction. */
  readonly place: string
  readonly type: string
}

/** `exact` holds the decimals as they came. */
export interface Create extends Common {
  readonly kind: 'create'
  readonly exact: FhirResource
  /** The temporary id by which other entries point here. */
  readonly fullUrl?: string | undefined
  /** Query of `If-None-Exist`. */
  readonly ifNoneExist?: string | undefined
  /** Relationships that the record itself makes with this row; never taken from a client. */
  readonly opens?: readonly Relationship[]
}

export interface Target extends Common {
  /** Id in the address; absent when the address is a search. */
  readonly id?: string | undefined
  /** Query of a conditional interaction. */
  readonly criteria?: string | undefined
  /** Version in `If-Match`. */
  readonly ifMatch?: number | undefined
}

export interface Update extends Target {
  readonly kind: 'update'
  readonly exact: FhirResource
  readonly fullUrl?: string | undefined
}

export interface Patch extends Target {
  readonly kind: 'patch'
  readonly patch: readonly unknown[]
}

export interface Delete extends Target {
  readonly kind: 'delete'
}

export type Operation = Create | Update | Patch | Delete

/** The version that the tag of a part means: none, for nothing is put back in place of a part. */
const OF_A_PART = 0

/** The version in an ETag such as `W/"3"`, which is none in the tag of a part; nothing where it is no such tag. */
export function versionIn(tag: string): number | undefined {
  const match = /^(?:W\/)?"(\d{1,9})(-[0-9a-f]{12})?"$/.exec(tag.trim())
  if (match === null) return undefined
  return match[2] === undefined ? Number(match[1]) : OF_A_PART
}

/** Where an operation stands, for a refusal; nothing for a lone one. */
export const placeOf = ({ place }: Pick<Operation, 'place'>): { readonly expression?: string } =>
  place === '' ? {} : { expression: place }

/** What became of one operation. `content` is the text as it is now served; empty when deleted. */
export interface Outcome {
  /** `content` is a part, as whoever asked is shown it. */
  readonly inPart?: true
  readonly operation: Operation['kind']
  readonly status: 200 | 201 | 204
  readonly type: string
  readonly id: string
  readonly version: number
  readonly updatedAt: Date
  readonly patient: string | undefined
  readonly content: string
}
