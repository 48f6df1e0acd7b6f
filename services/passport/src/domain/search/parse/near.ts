// FHIR R4, Location.near: `latitude|longitude|distance|units`. https://hl7.org/fhir/R4/location.html#search
import { positionKeys } from '../extract/near.ts'
import type { Condition, NearTest } from '../query.ts'
import { malformed, unsupported, type Asked } from './asked.ts'
import { splitAt, unescaped } from './escapes.ts'

/** How far “near” goes where the search does not say: R4 leaves it to the server. */
const NEAR_KM = 20
/** Half the Earth's circumference: everything lies within it. */
const FARTHEST_KM = 20_038

const KM: Readonly<Record<string, number>> = { km: 1, m: 0.001, '[mi_i]': 1.609344, '[mi_us]': 1.609347, mi: 1.609344 }
const NUMBER = /^-?\d{1,9}(\.\d{1,15})?$/

/** @throws SEARCH_VALUE_INVALID, SEARCH_MODIFIER_UNSUPPORTED */
export function nearCondition({ name, parameter, modifier, values }: Asked): Condition {
  if (modifier !== undefined) unsupported(name, modifier)
  return { kind: 'near', keys: positionKeys(parameter.key), any: values.map((value) => nearTest(value, name)) }
}

function nearTest(value: string, name: string): NearTest {
  const [latitude = '', longitude = '', distance = '', unit = '', ...more] = splitAt(value, '|').map(unescaped)
  const kmPerUnit = KM[unit === '' ? 'km' : unit]
  const given = [latitude, longitude, ...(distance === '' ? [] : [distance])]
  if (kmPerUnit === undefined || more.length > 0 || !given.every((text) => NUMBER.test(text))) return malformed(name, EXPECTED)
  const test = { latitude: Number(latitude), longitude: Number(longitude), km: distance === '' ? NEAR_KM : Number(distance) * kmPerUnit }
  if (Math.abs(test.latitude) > 90 || Math.abs(test.longitude) > 180 || test.km < 0) return malformed(name, EXPECTED)
  return { ...test, km: Math.min(test.km, FARTHEST_KM) }
}

const EXPECTED = 'latitude|longitude|distance|units, such as 53.19|-2.89|10|km, in degrees, with units km, m or [mi_i]'
