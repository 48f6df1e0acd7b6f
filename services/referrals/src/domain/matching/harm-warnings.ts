/** Sentences of a data file that are shown beside a listing when two coded facts meet: a precaution that the request states, and an attribute. Decision 110. */

/** One warning. It is shown with its source, and blocks nothing. */
export interface HarmWarning {
  readonly id: string
  readonly status: 'draft' | 'active' | 'retired'
  /** Code of the CodeSystem precaution. */
  readonly precaution: string
  /** Code of the CodeSystem access-attribute. */
  readonly attribute: string
  readonly says: string
  readonly source: string
}
