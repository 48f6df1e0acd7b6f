/** A Task was changed by somebody else: if it is a step of a need, the need is put in order, as it is by now. */
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { Needs } from '../store/needs.ts'

export const taskChanged =
  ({ needs }: { needs: Needs }) =>
  ({ id }: ResourceChanged): Promise<void> =>
    needs.settleNeedOf(id)
