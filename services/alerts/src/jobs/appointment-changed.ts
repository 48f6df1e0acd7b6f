import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { Alerts } from '../store/alerts.ts'
import type { WatchList } from '../store/watch-list.ts'

/** Something was booked or changed: for somebody of ours who is in hospital it is put on hold. Others are nobody's business here. */
export const appointmentChanged =
  ({ alerts, watchList }: { readonly alerts: Alerts; readonly watchList: WatchList }) =>
  async ({ patientId }: ResourceChanged): Promise<void> => {
    if (patientId !== undefined && watchList.get(patientId) !== undefined) await alerts.settlePerson(patientId)
  }
