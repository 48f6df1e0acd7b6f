/** For whom matching was asked, as little as the screening-out report needs: groups, from the request and the call alone. It decides nothing. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import { AGE_BANDS, bandOfAge, type AgeBand } from '@platform/fhir/age-band'
import type { PlaceGroups } from '@platform/nhs/place-groups'
import { askedIn, outwardOf } from './asked.ts'
import type { AskedFor } from './effects.ts'

const NEVER = new Date(0) // when it was asked is not looked at

/**
 * @param ageBand as whoever asks states it; a request that states an age needs none. What is no band is not counted
 * @param near a postcode; of a position no area is made
 * @param groups of its place, where a table of places says them
 */
export function askedFor(
  request: ServiceRequest,
  {
    near,
    ageBand,
    groups = {},
  }: { readonly near?: string | undefined; readonly ageBand?: string | undefined; readonly groups?: PlaceGroups },
): AskedFor {
  const { age: years, condition } = askedIn(request, { at: NEVER })
  const age: AgeBand | undefined = years === undefined ? AGE_BANDS.find((band) => band === ageBand) : bandOfAge(years)
  return {
    area: near === undefined || near.includes(',') ? '' : outwardOf(near),
    ...(age === undefined ? {} : { age }),
    ...(condition === undefined ? {} : { condition }),
    ...groups,
  }
}

/** What tells the person of a request apart from others; empty where it names none. */
export const personOf = ({ subject }: Partial<ServiceRequest>): string => subject?.reference ?? ''
