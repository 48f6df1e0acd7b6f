import type { Patient } from '@medplum/fhirtypes'
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { Deaths } from '../store/deaths.ts'
import type { Intake } from '../store/intake.ts'
import type { MergedRecords } from '../store/merged-records.ts'
import type { FhirRecord } from '../store/record.ts'
import { takeOver, type RegisterChangedDependencies } from './register-changed.ts'

/** What it works with. */
export interface PatientChangedDependencies extends RegisterChangedDependencies {
  readonly record: FhirRecord
  readonly deaths: Deaths
  readonly mergedRecords: MergedRecords
  readonly intake: Intake
}

/**
 * A Patient was changed: names, numbers and birth date of somebody on the register are compared as they are now, a death noted in the record closes
 * what stands open, and a merge takes their stays along. Others are nobody's business here.
 */
export const patientChanged =
  (dependencies: PatientChangedDependencies) =>
  async ({ id }: ResourceChanged): Promise<void> => {
    const { watchList, record, deaths, alerts, intake, clock } = dependencies
    if (!(await watchList.knows(id))) return
    const patient = await record.read<Patient>(`Patient/${id}`)
    const survivor = survivorOf(patient)
    const moved = await followMerge(id, survivor, dependencies)
    const died = patient?.deceasedBoolean === true || patient?.deceasedDateTime !== undefined
    const changed = await deaths.says(`record:${id}`, died ? (survivor ?? id) : undefined, clock.now())
    await takeOver(id, dependencies)
    if (changed.length > 0) intake.onDeath?.()
    if (changed.length > 0 || moved) await alerts.settlePerson(survivor ?? id)
  }

/** The survivor is on the list before the one that goes leaves it: in between nobody would be found. @returns whether stays moved */
async function followMerge(id: string, survivor: string | undefined, dependencies: PatientChangedDependencies): Promise<boolean> {
  const { mergedRecords } = dependencies
  if (survivor === undefined) return (await mergedRecords.undo(id)).length > 0
  const moved = await mergedRecords.follow(id, survivor)
  await takeOver(survivor, dependencies)
  return moved.length > 0
}

/** Whom the record put in place of this Patient. FHIR R4, Patient.link of type replaced-by. */
function survivorOf(patient: Patient | undefined): string | undefined {
  const link = patient?.link?.find(({ type }) => type === 'replaced-by')
  return /^Patient\/(.+)$/.exec(link?.other.reference ?? '')?.[1]
}
