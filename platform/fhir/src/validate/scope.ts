/**
 * The reach of `#id` references: one resource together with those contained in it.
 *
 * @see https://hl7.org/fhir/R4/references.html#contained
 */
export interface Scope {
  /** Type of the resource that contains. */
  readonly type: string
  /** Contained id to its type; undefined until there is one. */
  contained: Map<string, { readonly type: string; readonly place: string; readonly pointsUp: boolean }> | undefined
  /** Ids referred to as `#id` by any reference, canonical, uri or url. */
  used: Set<string> | undefined
  /** References to judge when all contained resources have been seen. */
  pending: PendingReference[] | undefined
  insideContained: boolean
  /** Set when the contained resource at hand refers to its container by `#`. */
  pointsUp: boolean
}

export interface PendingReference {
  readonly id: string
  readonly targets: readonly string[] | undefined
  readonly expression: string
}

export function newScope(type: string): Scope {
  return { type, contained: undefined, used: undefined, pending: undefined, insideContained: false, pointsUp: false }
}
