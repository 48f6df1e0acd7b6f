import type { Organization, Subscription } from '@medplum/fhirtypes'
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import { turnedOff } from '../domain/alert-subscription.ts'
import type { FhirRecord } from '../store/record.ts'
import type { Subscriptions } from '../store/subscriptions.ts'

/** What it works with. */
export interface OrganizationChangedDependencies {
  readonly record: FhirRecord
  readonly subscriptions: Subscriptions
}

/** What whoever reads the Subscription finds. */
export const CLOSED =
  'The organisation is closed in the directory (Organization.active is false). Once it is not, set the status to requested.'

/** An organisation was closed in the directory: who is behind the addresses that it gave is not known any more, and nothing is sent there. HAZ-A126 */
export const organizationChanged =
  ({ record, subscriptions }: OrganizationChangedDependencies) =>
  async ({ id }: Pick<ResourceChanged, 'id'>): Promise<void> => {
    const party = `Organization/${id}`
    const its = await subscriptions.ofParty(party)
    if (its.length === 0 || !(await isClosed(party, record))) return
    for (const one of its) {
      await record.change<Subscription>(`Subscription/${one}`, (current) => turnedOff(current, CLOSED))
      await subscriptions.turnOff(one)
    }
  }

/** Whether the directory says that an organisation is closed. */
export const isClosed = async (party: string, record: FhirRecord): Promise<boolean> =>
  party.startsWith('Organization/') && (await record.read<Organization>(party))?.active === false
