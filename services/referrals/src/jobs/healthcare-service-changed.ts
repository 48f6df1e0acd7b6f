/** A listed service was changed: the directory in memory takes it over. */
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { ServiceDirectory } from '../store/directory.ts'

export const healthcareServiceChanged =
  ({ directory }: { directory: ServiceDirectory }) =>
  ({ id }: ResourceChanged): Promise<void> =>
    directory.hear(`HealthcareService/${id}`)
