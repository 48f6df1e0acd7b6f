/** What the reviews of one person are decided on: entries as they are now, devices, scores, care teams, and the Tasks there are already. */
import type { CareTeam, Device, Observation, Task } from '@medplum/fhirtypes'
import type { ReviewEntry } from '@handrail/fhir-profiles/review-windows'

/** A resource of the record with what is kept beside it. */
export interface Kept<T> {
  /** `Procedure/<id>` */
  readonly reference: string
  readonly version: number
  /** Who first wrote it: `Organization/…`, a person, or `Client/…`. */
  readonly author: string
  /** Data classes as bits: a Task about it opens no more than it does itself. */
  readonly classes: number
  readonly resource: T
}

export interface PersonFacts {
  /** Id of the Patient. */
  readonly patient: string
  readonly entries: readonly Kept<ReviewEntry>[]
  readonly devices: readonly Kept<Device>[]
  /** Scores that a trial may be judged by. */
  readonly scores: readonly Kept<Observation>[]
  readonly careTeams: readonly Kept<CareTeam>[]
  /** Every Task that the reviews made, open and closed. */
  readonly tasks: readonly Kept<Task>[]
}

/** The day an entry speaks of, as precisely as it says; '' when it says none. */
export function happenedOn(entry: ReviewEntry): string {
  switch (entry.resourceType) {
    case 'Procedure':
      return dayOf(entry.performedPeriod?.end ?? entry.performedDateTime ?? entry.performedPeriod?.start)
    case 'MedicationStatement':
      return dayOf(entry.effectivePeriod?.start ?? entry.effectiveDateTime ?? entry.dateAsserted)
    case 'DeviceUseStatement':
      return dayOf(entry.recordedOn)
    case 'CarePlan':
      return dayOf(entry.period?.start ?? entry.created)
  }
}

/** The day of a FHIR date or dateTime as it is written, without its zone; empty where there is none. */
export const dayOf = (date: string | undefined): string => date?.slice(0, 10) ?? ''

/** The device that a use is of. */
export function deviceOf(entry: ReviewEntry, devices: readonly Kept<Device>[]): Device | undefined {
  if (entry.resourceType !== 'DeviceUseStatement') return undefined
  return devices.find(({ reference }) => reference === entry.device.reference)?.resource
}
