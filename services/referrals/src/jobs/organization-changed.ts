/** A listed organisation was changed: the directory in memory takes it over, and where it has closed its open steps go up at once. */
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { Clocks } from '../store/clocks.ts'
import type { ServiceDirectory } from '../store/directory.ts'
import type { Needs } from '../store/needs.ts'

/** What it needs. */
export interface OrganizationJobOptions {
  readonly directory: Pick<ServiceDirectory, 'hear' | 'listing'>
  readonly clocks: Pick<Clocks, 'ofOwner'>
  readonly needs: Pick<Needs, 'settle'>
}

export const organizationChanged =
  ({ directory, clocks, needs }: OrganizationJobOptions) =>
  async ({ id }: Pick<ResourceChanged, 'id'>): Promise<void> => {
    const organization = `Organization/${id}`
    await directory.hear(organization)
    if (directory.listing(organization)?.active !== false) return
    for (const need of await clocks.ofOwner(organization)) await needs.settle(need)
  }
