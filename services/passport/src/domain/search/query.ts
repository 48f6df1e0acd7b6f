// What a search asks for, after parsing: nothing here can be malformed any more.

/** FHIR R4 Search, prefixes. https://hl7.org/fhir/R4/search.html#prefix */
export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap'

/** Compared with the span of a stored date; `ap` spans are already widened. ISO instants. */
export interface DateTest {
  readonly prefix: Prefix
  readonly low: string
  readonly high: string
}

/** `value` is comparable text; `exact` is the text as given, for `exact` only. */
export type StringTest =
  | { readonly match: 'starts' | 'contains'; readonly value: string }
  | { readonly match: 'exact'; readonly value: string; readonly exact: string }

/** Compared with a stored number or range; `ap` spans are already widened. */
export interface NumberTest {
  readonly prefix: Prefix
  readonly low: number
  readonly high: number
  readonly exact: number
  readonly unit?: { readonly system?: string; readonly code: string }
}

/** Within so many kilometres of a point, in degrees (WGS 84). */
export interface NearTest {
  readonly latitude: number
  readonly longitude: number
  readonly km: number
}

/** One thing that must hold of a matching resource. */
export type Condition =
  | TokenCondition
  | { readonly kind: 'identifier'; readonly any: readonly IdentifierTest[]; readonly tokens: readonly string[] }
  | { readonly kind: 'dates'; readonly keys: readonly string[]; readonly any: readonly DateTest[] }
  | { readonly kind: 'strings'; readonly keys: readonly string[]; readonly any: readonly StringTest[] }
  | { readonly kind: 'numbers'; readonly keys: readonly string[]; readonly any: readonly NumberTest[] }
  | { readonly kind: 'near'; readonly keys: { readonly latitude: string; readonly longitude: string }; readonly any: readonly NearTest[] }
  | { readonly kind: 'updated'; readonly any: readonly DateTest[] }
  | { readonly kind: 'ids'; readonly ids: readonly string[]; readonly not?: true }
  | { readonly kind: 'patient'; readonly id: string }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] }
  | ChainCondition
  | HasCondition

/** The resource has one of the tokens, or none of them. */
export interface TokenCondition {
  readonly kind: 'tokens'
  readonly any: readonly string[]
  readonly not?: true
  /** True when few resources can have it however large the hub grows: a reference to one referral, stay or task. */
  readonly rare?: true
}

/** An identifier as the table of identifiers holds it; without `system` any will do, an empty one means none. */
export interface IdentifierTest {
  readonly system?: string
  readonly value: string
}

/** The resource refers to one of another type of which something holds. */
export interface ChainCondition {
  readonly kind: 'chain'
  /** As the client wrote it, for refusals. */
  readonly parameter: string
  /** Index keys of the reference. */
  readonly keys: readonly string[]
  /** True when the reference is the one that says whose compartment the resource lies in. */
  readonly compartment?: true
  readonly targets: readonly { readonly type: string; readonly condition: Condition }[]
}

/** Another resource of which something holds refers to this one. */
export interface HasCondition {
  readonly kind: 'has'
  readonly parameter: string
  readonly type: string
  /** Name of the reference parameter of `type`. */
  readonly reference: string
  readonly condition: Condition
}

/** In which order: by when, by text or by size, or by a column. `keys` are index keys. */
export type SortKey =
  | { readonly by: 'date' | 'string' | 'number'; readonly keys: readonly string[]; readonly descending: boolean }
  | { readonly by: 'updated' | 'id' | 'occurred'; readonly descending: boolean }

/** `_include=Task:focus:ServiceRequest`; without `parameter` every reference of the type, without `target` every target. */
export interface Include {
  readonly type: string
  readonly parameter?: string
  readonly target?: string
  readonly iterate: boolean
}

export type Summary = 'true' | 'text' | 'data'

export interface SearchQuery {
  readonly type: string
  /** The one person the search is about, when it says so. */
  readonly patient?: string
  /** All of them must hold. */
  readonly conditions: readonly Condition[]
  /** Never empty. Unless asked otherwise newest first: of one person by when it happened, of many by last update. */
  readonly sort: readonly SortKey[]
  /** Matches on a page; 0 asks for the total only. */
  readonly count: number
  readonly total: 'none' | 'accurate'
  readonly summary?: Summary
  readonly elements?: readonly string[]
  readonly includes: readonly Include[]
  readonly revincludes: readonly Include[]
  /** The parameters that took effect, as the client wrote them: for the self link. */
  readonly used: readonly (readonly [name: string, value: string])[]
  /** Names of parameters that are not known here or have no value. */
  readonly ignored: readonly string[]
}
