/** The one organisation that the hub itself is: it owns what nobody else can, such as a hospital's feed that fell silent. HAZ-A07 */
import { OWN_ID } from '@platform/nhs/systems'
import type { RecordDependencies } from './change-record.ts'
import { changeRecord } from './change-record.ts'
import { HUB } from './hub-caller.ts'

/** Makes it, unless it is there. Found by its identifier, `operations`, by the other services too, which may write no organisation. */
export async function keepOwnOrganization(record: RecordDependencies, at: Date): Promise<void> {
  const exact = {
    resourceType: 'Organization',
    active: true,
    name: 'Hub operations',
    identifier: [{ system: OWN_ID.HUB, value: 'operations' }],
  }
  const ifNoneExist = `identifier=${OWN_ID.HUB}|operations`
  const audit = {
    client: HUB.clientId,
    subject: HUB.subject,
    organization: undefined,
    interaction: 'create',
    status: 201,
    purpose: undefined,
    request: 'start',
  }
  await changeRecord(record, [{ kind: 'create', place: '', type: 'Organization', exact, ifNoneExist }], { caller: HUB, at, audit })
}
