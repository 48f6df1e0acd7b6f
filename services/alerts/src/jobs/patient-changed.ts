import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import { takeOver, type RegisterChangedDependencies } from './register-changed.ts'

/** A Patient was changed: names, numbers and birth date of somebody on the register are compared as they are now. Others are nobody's business here. */
export const patientChanged =
  (dependencies: RegisterChangedDependencies) =>
  async ({ id }: ResourceChanged): Promise<void> => {
    if (await dependencies.watchList.knows(id)) await takeOver(id, dependencies)
  }
