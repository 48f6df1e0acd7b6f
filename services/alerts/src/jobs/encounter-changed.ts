import type { Encounter } from '@medplum/fhirtypes'
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import { OWN_ID } from '@platform/nhs/systems'
import type { Clock } from '@platform/service/clock'
import type { Log } from '@platform/service/log'
import { refuse } from '../errors.ts'
import { facilityIn } from '../domain/translate/read-encounter.ts'
import { toKept } from '../domain/translate/read-kept.ts'
import type { Intake } from '../store/intake.ts'
import type { MessageStore } from '../store/message-store.ts'
import type { FhirRecord } from '../store/record.ts'
import type { Register } from '../store/register.ts'
import type { WatchList } from '../store/watch-list.ts'
import type { MessageReceived } from './message-received.ts'

/** What it works with. */
export interface EncounterChangedDependencies {
  readonly record: FhirRecord
  readonly register: Pick<Register, 'facilityOf'>
  readonly watchList: WatchList
  readonly intake: Intake
  readonly messages: MessageStore
  readonly received: MessageReceived
  readonly clock: Clock
  readonly log: Log
}

/**
 * A hospital wrote an Encounter into the record, about a Patient it may see: it is news of a stay as an ADT message is. Encounters that alerts wrote
 * itself are passed over, and so is everybody who is not on the register.
 */
export const encounterChanged =
  ({ record, register, watchList, intake, messages, received, clock, log }: EncounterChangedDependencies) =>
  async ({ id, versionId, patientId }: ResourceChanged): Promise<void> => {
    if (patientId === undefined) return
    if (watchList.get(patientId) === undefined) {
      // "Not registered" is final only once the watch list has applied every change committed before: the register is heard by another consumer. HAZ-A02
      if ((await intake.running?.caughtUp()) !== true) throw refuse.REGISTER_LATE()
      if (watchList.get(patientId) === undefined) return
    }
    const encounter = await record.read<Encounter>(`Encounter/${id}`)
    if (encounter === undefined || encounter.identifier?.some(({ system }) => system === OWN_ID.STAY) === true) return
    if (encounter.subject?.reference !== `Patient/${patientId}`) return
    const facility = await register.facilityOf(facilityIn(encounter) ?? 'unnamed hospital')
    const kept = await messages.keep({
      sender: ['FHIR', facility, `Encounter/${id}/_history/${encounter.meta?.versionId ?? versionId}`],
      content: toKept({ facility, resource: encounter }),
      receivedAt: clock.now(),
      disposition: 'matched',
      patient: patientId,
      row: 1,
    })
    if (kept.repeated) return
    log.info({ event: 'encounter.heard', message: kept.id })
    await received.byId(kept.id)
  }
