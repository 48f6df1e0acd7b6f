/** A listed organisation was changed: the directory in memory takes it over. */
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { ServiceDirectory } from '../store/directory.ts'

export const organizationChanged =
  ({ directory }: { directory: ServiceDirectory }) =>
  ({ id }: ResourceChanged): Promise<void> =>
    directory.hear(`Organization/${id}`)
