/** A listed organisation was changed: the directory in memory takes it over, and where it has closed its open steps go up at once. */
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import { isInUse } from '../domain/directory.ts'
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
    const before = directory.listing(organization)
    const wasInUse = before === undefined || isInUse(before, directory)
    await directory.hear(organization)
    const now = directory.listing(organization)
    // One that is in use again has its steps back: what was told of them ends.
    if (now === undefined || (isInUse(now, directory) && wasInUse)) return
    for (const need of await clocks.ofOwner(organization)) await needs.settle(need)
  }
