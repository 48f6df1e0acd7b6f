import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import { takeOver, type RegisterChangedDependencies } from './register-changed.ts'

/** A Consent was changed: it may be what an entry of the alerts register stands on. HAZ-A10 */
export const consentChanged =
  (dependencies: RegisterChangedDependencies) =>
  async ({ patientId }: ResourceChanged): Promise<void> => {
    // Most consents are about other things, of people who were never on the register.
    if (patientId !== undefined && (await dependencies.watchList.knows(patientId))) await takeOver(patientId, dependencies)
  }
