/** What the jobs for Patient, Flag and Consent have in common: the watch list takes over what the record says of one person now. */
import type { Clock } from '@platform/service/clock'
import type { Alerts } from '../store/alerts.ts'
import type { Register } from '../store/register.ts'
import type { WatchList } from '../store/watch-list.ts'

/** What they work with. */
export interface RegisterChangedDependencies {
  readonly watchList: WatchList
  readonly register: Register
  readonly alerts: Alerts
  readonly clock: Clock
}

/** Reads one person again; where that takes somebody off the register or puts them on, open stays follow. */
export async function takeOver(patient: string, { watchList, register, alerts, clock }: RegisterChangedDependencies): Promise<void> {
  const before = watchList.get(patient) !== undefined
  await watchList.refresh(patient, async () => register.watched(patient, clock.now()))
  if (before !== (watchList.get(patient) !== undefined)) await alerts.settlePerson(patient)
}
