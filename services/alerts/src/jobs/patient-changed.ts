import type { Patient } from '@medplum/fhirtypes'
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { Deaths } from '../store/deaths.ts'
import type { Intake } from '../store/intake.ts'
import type { FhirRecord } from '../store/record.ts'
import { takeOver, type RegisterChangedDependencies } from './register-changed.ts'

/** What it works with. */
export interface PatientChangedDependencies extends RegisterChangedDependencies {
  readonly record: FhirRecord
  readonly deaths: Deaths
  readonly intake: Intake
}

/**
 * A Patient was changed: names, numbers and birth date of somebody on the register are compared as they are now, and a death noted in the record closes
 * what stands open. Others are nobody's business here.
 */
export const patientChanged =
  (dependencies: PatientChangedDependencies) =>
  async ({ id }: ResourceChanged): Promise<void> => {
    const { watchList, record, deaths, alerts, intake, clock } = dependencies
    if (!(await watchList.knows(id))) return
    const patient = await record.read<Patient>(`Patient/${id}`)
    const died = patient?.deceasedBoolean === true || patient?.deceasedDateTime !== undefined
    const changed = await deaths.says(`record:${id}`, died ? id : undefined, clock.now())
    await takeOver(id, dependencies)
    if (changed.length === 0) return
    await alerts.settlePerson(id)
    intake.onDeath?.()
  }
