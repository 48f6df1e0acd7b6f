/** What the routes of sharing are given. */
import type { Sharing } from '../../store/sharing.ts'
import type { FhirDependencies } from './dependencies.ts'

export interface ShareDependencies extends FhirDependencies {
  readonly sharing: Sharing
  /** Without a trailing slash. */
  readonly publicUrl: string
}
