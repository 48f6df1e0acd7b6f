/** A place was changed: the listings that are there are where it is now. */
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { ServiceDirectory } from '../store/directory.ts'

export const locationChanged =
  ({ directory }: { directory: ServiceDirectory }) =>
  ({ id }: ResourceChanged): Promise<void> =>
    directory.hear(`Location/${id}`)
