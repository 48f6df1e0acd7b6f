import type { Patient } from '@medplum/fhirtypes'
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { Deaths } from '../store/deaths.ts'
import type { Intake } from '../store/intake.ts'
import { followMerges, takeOver, type RegisterChangedDependencies } from './register-changed.ts'

/** What it works with. */
export interface PatientChangedDependencies extends RegisterChangedDependencies {
  readonly deaths: Deaths
  readonly intake: Intake
}

/**
 * A Patient was changed: names, numbers and birth date of somebody on the register are compared as they are now, a death noted in the record closes
 * what stands open, and a merge takes their stays along. Others are nobody's business here.
 */
export const patientChanged =
  (dependencies: PatientChangedDependencies) =>
  async ({ id }: ResourceChanged): Promise<void> => {
    const { watchList, record, mergedRecords, deaths, alerts, intake, clock } = dependencies
    if (!(await watchList.knows(id))) return
    await followMerges(id, dependencies)
    const patient = await record.read<Patient>(`Patient/${id}`)
    const died = patient?.deceasedBoolean === true || patient?.deceasedDateTime !== undefined
    const now = await mergedRecords.now(id)
    const changed = await deaths.says(`record:${id}`, died ? now : undefined, clock.now())
    await takeOver(id, dependencies)
    if (changed.length === 0) return
    intake.onDeath?.()
    await alerts.settlePerson(now)
  }
