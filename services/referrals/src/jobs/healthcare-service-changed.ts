/** A listed service was changed: the directory in memory takes it over, and room that it says it has is offered to who waited longest. */
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { ServiceDirectory } from '../store/directory.ts'
import type { Needs } from '../store/needs.ts'

export const healthcareServiceChanged =
  ({ directory, needs }: { directory: ServiceDirectory; needs: Pick<Needs, 'offer'> }) =>
  async ({ id }: ResourceChanged): Promise<void> => {
    const reference = `HealthcareService/${id}`
    await directory.hear(reference)
    const service = directory.listing(reference)
    if (service !== undefined) await needs.offer(service)
  }
