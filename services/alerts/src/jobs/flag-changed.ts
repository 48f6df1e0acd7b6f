import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import { takeOver, type RegisterChangedDependencies } from './register-changed.ts'

/** A Flag was changed: it may put somebody on the alerts register, or take them off. */
export const flagChanged =
  (dependencies: RegisterChangedDependencies) =>
  async ({ patientId }: ResourceChanged): Promise<void> => {
    if (patientId !== undefined) await takeOver(patientId, dependencies)
  }
