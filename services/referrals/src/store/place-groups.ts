/** The groups of the place that somebody looks near, for the count of who is turned away. A statistic: where it cannot be had, matching goes on without. */
import { groupsOf, type PlaceGroups } from '@platform/nhs/place-groups'
import { wholePostcode } from '@platform/nhs/postcode'
import type { Log } from '@platform/service/log'
import type { Places } from '@platform/service/places'

/** @returns nothing known for what is no whole postcode, and where no table of places is loaded */
export type GroupsNear = (near: string | undefined) => Promise<PlaceGroups>

/** Opens it. The postcode is looked up and forgotten. */
export const groupsNear =
  (places: Pick<Places, 'of' | 'tables'>, log: Log): GroupsNear =>
  async (near) => {
    const postcode = wholePostcode(near)
    if (postcode === undefined) return {}
    try {
      const place = (await places.of([postcode])).get(postcode)
      if (place !== undefined) return groupsOf(place)
      return (await places.tables()).length === 0 ? {} : groupsOf(undefined)
    } catch {
      log.warn({ event: 'place.not-read' }) // without the error, which could quote what was looked for
      return {}
    }
  }
