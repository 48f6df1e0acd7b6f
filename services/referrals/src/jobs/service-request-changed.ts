/** A ServiceRequest was created, changed or deleted: the need is put in order, as it is by now. */
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { Needs } from '../store/needs.ts'

export const serviceRequestChanged =
  ({ needs }: { needs: Needs }) =>
  ({ id }: ResourceChanged): Promise<void> =>
    needs.settle(id)
