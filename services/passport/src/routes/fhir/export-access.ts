/** Who may export in bulk, and how the routes of an export say no. */
import { defineErrors } from '@platform/fhir/errors'
import type { Caller } from '@platform/fhir/caller'
import { scopesAllow } from '@platform/fhir/scopes'
import { EXPORTS_AT_ONCE } from '../../store/export-jobs.ts'

export const exportRefuse = defineErrors({
  EXPORT_NEEDS_SYSTEM_SCOPE: {
    issue: 'forbidden',
    says: 'A bulk export is for systems: it needs a system scope to read what is asked for.',
    remedy: 'Ask for a token with system/*.rs, or with system/… for each type in _type.',
  },
  EXPORT_IN_PART: {
    issue: 'forbidden',
    says: ({ type }: { type: string }) => `This organisation is shown a part of each ${type}, and an export gives whole resources.`,
    remedy: 'Leave it out of _type, and search for it: GET /fhir/ServiceRequest, GET /fhir/Patient.',
  },
  EXPORT_TOO_MANY: {
    issue: 'throttled',
    says: `This client has ${EXPORTS_AT_ONCE} exports under way already.`,
    remedy: 'Wait for one of them, or cancel it with DELETE on its status address.',
  },
  EXPORT_GIVEN_UP: {
    issue: 'exception',
    says: 'The export was tried five times and failed each time.',
    remedy: 'Ask for it again. When that fails too, the log of the hub says why under export.not-counted.',
  },
})

/** Whether a scope of a system, and not of a person, opens this type to reading. */
export function systemAllows({ scopes }: Caller, type: string): boolean {
  return scopesAllow(
    scopes.filter(({ context }) => context === 'system'),
    type,
    'r',
  )
}
