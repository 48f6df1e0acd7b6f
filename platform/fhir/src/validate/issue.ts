import type { IssueType } from '../errors.ts'

/** The FHIR issue types validation uses. */
export type ValidationIssueType = Extract<
  IssueType,
  | 'structure'
  | 'required'
  | 'value'
  | 'code-invalid'
  | 'invariant'
  | 'extension'
  | 'not-found'
  | 'too-long'
  | 'too-costly'
  | 'informational'
  | 'exception'
>

/** One thing a validator has to say about a resource. */
export interface Issue {
  readonly severity: 'error' | 'warning' | 'information'
  readonly code: ValidationIssueType
  /** One sentence. It names elements, types, codes that are allowed and URLs of definitions; never the value that was sent. */
  readonly text: string
  /** The place in FHIRPath, with indexes: `Patient.name[0].given[1]`. A missing element is named where it should be. */
  readonly expression: string
  readonly remedy?: string
  /** For errors: 400 when it is not valid R4, 422 when it is but breaks a profile or cannot be understood safely. */
  readonly http?: 400 | 422
  /** The profile that asks for it. */
  readonly profile?: string
}
