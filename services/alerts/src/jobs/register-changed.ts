/** What the jobs for Patient, Flag and Consent have in common: the watch list takes over what the record says of one person now. */
import type { Patient } from '@medplum/fhirtypes'
import type { Clock } from '@platform/service/clock'
import type { Alerts } from '../store/alerts.ts'
import type { MergedRecords } from '../store/merged-records.ts'
import type { FhirRecord } from '../store/record.ts'
import type { Register } from '../store/register.ts'
import type { WatchList } from '../store/watch-list.ts'

/** What they work with. */
export interface RegisterChangedDependencies {
  readonly record: FhirRecord
  readonly watchList: WatchList
  readonly register: Register
  readonly mergedRecords: MergedRecords
  readonly alerts: Alerts
  readonly clock: Clock
}

/** Reads one person again; where that takes somebody off the register or puts them on, open stays follow. */
export async function takeOver(patient: string, dependencies: RegisterChangedDependencies): Promise<void> {
  // Only who is on the list can be missed there, and changes are heard in any order: this one may be heard before the merge that it is a part of.
  if (dependencies.watchList.get(patient) !== undefined) await followMerges(patient, dependencies)
  await readAgain(patient, dependencies)
}

const LOOKED_AT_ONCE = 50 // other things wait for the same sweep

/** A consent or a decision has ended with its day, or an entry begins: nobody has written anything, and the register is another. HAZ-A135 */
export async function followTheDay(dependencies: RegisterChangedDependencies, now: Date, onError: (error: unknown) => void): Promise<void> {
  for (const patient of await dependencies.watchList.changingBy(now, LOOKED_AT_ONCE)) await takeOver(patient, dependencies).catch(onError)
}

/**
 * Takes stays and hospital numbers along where the record has merged this Patient, or another into it, or has taken that back.
 *
 * Whoever the stays go to is on the watch list before they have them, and whoever they leave is taken off afterwards: in between nobody would be
 * found, and an alert would be withdrawn that is wanted. HAZ-A47
 */
export async function followMerges(patient: string, dependencies: RegisterChangedDependencies): Promise<void> {
  const { record, mergedRecords, alerts } = dependencies
  const followed = await mergedRecords.about(patient)
  for (const goes of new Set([patient, ...followed.map((merge) => merge.goes)])) {
    const held = followed.find((merge) => merge.goes === goes)?.remains ?? goes
    const now = survivorOf(await record.read<Patient>(`Patient/${goes}`)) ?? goes
    if (now === held) {
      // Heard again after a crash that fell between the merge and the reading of its numbers.
      if (goes === patient && now !== goes) await readAgain(now, dependencies)
      continue
    }
    await readAgain(now, dependencies)
    const moved = now === goes ? await mergedRecords.undo(goes) : await mergedRecords.follow(goes, now)
    for (const each of [now, held]) await readAgain(each, dependencies) // the numbers went along
    if (moved.length > 0) await alerts.settlePerson(now)
  }
}

async function readAgain(patient: string, { watchList, register, alerts, clock }: RegisterChangedDependencies): Promise<void> {
  let changesAt: Date | undefined
  const read = async () => {
    const standing = await register.standing(patient, clock.now())
    changesAt = standing.changesAt
    return standing.person
  }
  const bears = await watchList.refresh(patient, read, () => changesAt)
  if (bears) await alerts.settlePerson(patient)
}

/** Whom the record put in place of this Patient. FHIR R4, Patient.link of type replaced-by. */
function survivorOf(patient: Patient | undefined): string | undefined {
  const link = patient?.link?.find(({ type }) => type === 'replaced-by')
  return /^Patient\/(.+)$/.exec(link?.other.reference ?? '')?.[1]
}
