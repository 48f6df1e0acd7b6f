/**
 * The places of our own listings as Open Referral UK 3.0 says them: each one that we hold, with what is known of it. Its coordinates and its postcode stay
 * together; where there are none, none are made up. Decision 580
 */
import type { Address } from '@medplum/fhirtypes'
import type { Listing } from './directory.ts'
import type { ListedPlace } from './listed-service.ts'
import { idIn, someOf, uuidIn, uuidOf } from './open-referral-ids.ts'

type Json = Readonly<Record<string, unknown>>

/** The places of a service, each with its id, in the order of the listing. By the place and not by its number, so that another one before it moves no id. */
export function locationsOf({ reference, facts }: Listing): readonly { readonly id: string; readonly at: Json }[] {
  const service = idIn(reference)
  return (facts?.places ?? []).map((place) => {
    const id = uuidOf(`${service}/at/${nameOf(place)}`)
    return { id, at: { id, location: locationOf(place, service) } }
  })
}

const nameOf = ({ reference, words = '' }: ListedPlace): string => reference ?? `in words/${words}`

function locationOf(place: ListedPlace, service: string): Json {
  const { reference, words, location } = place
  const id = reference === undefined ? uuidOf(`${service}/location/${nameOf(place)}`) : uuidIn(reference)
  const name = location?.name ?? words
  const { latitude, longitude } = location?.position ?? {}
  return {
    id,
    location_type: 'physical',
    ...(name === undefined ? {} : { name }),
    ...(latitude === undefined || longitude === undefined ? {} : { latitude, longitude }),
    ...someOf('addresses', location?.address === undefined ? [] : addressesOf(location.address, id)),
  }
}

/** The address, where anything of it is known. */
function addressesOf({ line = [], text, city, district, state, postalCode, country }: Address, location: string): readonly Json[] {
  const [first = text, ...others] = line
  const said = [first, city, district ?? state, postalCode].filter((one) => one !== undefined)
  if (said.length === 0) return []
  return [
    {
      id: uuidOf(`${location}/address`),
      address_type: 'physical',
      // The standard has each of these in every address. What is not known of one is left empty: an address without them all is one all the same.
      address_1: first ?? '',
      ...(others.length === 0 ? {} : { address_2: others.join(', ') }),
      city: city ?? '',
      state_province: district ?? state ?? '',
      postal_code: postalCode ?? '',
      country: countryOf(country),
    },
  ]
}

const UNITED_KINGDOM = /^(uk|gb|gb-(eng|wls|sct|nir)|united kingdom|great britain|england|wales|cymru|scotland|northern ireland)$/i

/** ISO 3166-1, two letters. */
const countryOf = (written = ''): string => {
  const country = written.trim()
  if (UNITED_KINGDOM.test(country)) return 'GB'
  return /^[A-Z]{2}$/.test(country) ? country : ''
}
