import { outOfBounds } from './validate/bounds.ts'
import { checkResource } from './validate/resources.ts'
import type { Issue } from './validate/issue.ts'
import { Run, type Knowledge } from './validate/run.ts'

export type { Issue, ValidationIssueType } from './validate/issue.ts'

export interface Validator {
  /** Everything wrong with a resource, and what could not be checked. No errors among the issues: it may be stored. Never throws. */
  validate(resource: unknown, options?: ValidateOptions): Issue[]
}

export interface ValidateOptions {
  /**
   * Whether `Patient?identifier=…` is a reference, as it is inside a transaction before it is resolved.
   *
   * @default false
   */
  readonly conditionalReferences?: boolean
}

export function createValidator(): Validator {
  return {
    validate(resource, { conditionalReferences = false } = {}) {
      const knowledge: Knowledge = { modifierExtensions: new Set(), conditionalReferences, enforceProfiles: () => undefined }
      const run = new Run(knowledge)
      const reason = outOfBounds(resource)
      if (reason !== undefined) run.error('too-costly', `The resource is not checked. ${reason}`)
      else checkResource(resource, run, 'root')
      return run.issues
    },
  }
}
