/** A request that is being written, as the record keeps it until it is sent; and whom it goes to where it names nobody. Decision 170 */
import type { HealthcareService, ServiceRequest } from '@medplum/fhirtypes'
import type { PersonalRecord } from '../../clients/record.ts'
import { codes } from '../../knowledge/reading.ts'
import { unlessSent, type RequestGiven } from './refer-form.ts'

/**
 * Keeps what the form says, and answers with the request of that form: the same one, however often the form is sent. Whoever goes back and changes the
 * form changes the draft that the form made; what was sent is not changed by it.
 *
 * @throws as `PersonalRecord.create` and `patch`
 */
export async function keepDraft(record: PersonalRecord, draft: ServiceRequest, given: RequestGiven): Promise<ServiceRequest> {
  const stored = await record.create(draft, unlessSent(given))
  if (stored.status === 'draft' && JSON.stringify(changeable(stored)) !== JSON.stringify(changeable(draft))) {
    const changed = { ...takenOut(stored, draft), ...changeable(draft) }
    await record.patch(`ServiceRequest/${stored.id ?? ''}`, stored.meta?.versionId ?? '', changed)
  }
  return stored
}

/** The organisation of the listed single point of access, `Organization/<id>`; nothing where the area has none. */
export async function accessPoint(record: PersonalRecord): Promise<string | undefined> {
  const { all } = await record.find<HealthcareService>('HealthcareService', {
    'service-type': `${codes('service-kind')}|single-point-of-access`,
    active: 'true',
  })
  return all[0]?.providedBy?.reference
}

/** What the form says; the rest of a draft is not its business. */
const OF_THE_FORM = ['extension', 'priority', 'code', 'reasonCode', 'orderDetail'] as const

const changeable = (request: ServiceRequest): Readonly<Record<string, unknown>> =>
  Object.fromEntries(OF_THE_FORM.flatMap((name) => (request[name] === undefined ? [] : [[name, request[name]]])))

/** What was entered before and is not any more. */
const takenOut = (stored: ServiceRequest, draft: ServiceRequest): Readonly<Record<string, undefined>> =>
  Object.fromEntries(OF_THE_FORM.flatMap((name) => (stored[name] === undefined || draft[name] !== undefined ? [] : [[name, undefined]])))
