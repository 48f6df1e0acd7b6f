/** A ServiceRequest was created, changed or deleted: the need is put in order, as it is by now. */
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { Needs } from '../store/needs.ts'

export const serviceRequestChanged =
  ({ needs }: { needs: Needs }) =>
  ({ id, versionId }: ResourceChanged): Promise<void> =>
    versionId === '1' ? needs.route(id) : needs.settle(id)
