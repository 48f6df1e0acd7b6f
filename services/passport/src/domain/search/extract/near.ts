// FHIR R4, Location.near: where a place is, as two numbers. https://hl7.org/fhir/R4/location.html#search
import type { LocationPosition } from '@medplum/fhirtypes'
import type { SearchParameter } from '../definitions.ts'
import { tokenText } from '../token-hash.ts'
import type { Extractor } from './found.ts'

/** Under which the two numbers of a position are indexed, in degrees (WGS 84). */
export const positionKeys = (key: string) => ({ latitude: `${key}/latitude`, longitude: `${key}/longitude` }) as const

/** Indexes positions. */
export function nearExtractor({ key, paths }: SearchParameter): Extractor {
  const { latitude: latitudeKey, longitude: longitudeKey } = positionKeys(key)
  const present = tokenText.present(key)
  return (resource, found) => {
    for (const path of paths) {
      path.read(resource, (value) => {
        const { latitude, longitude } = value as Partial<LocationPosition>
        if (typeof latitude !== 'number' || typeof longitude !== 'number') return
        found.numbers.push({ key: latitudeKey, low: latitude, high: latitude }, { key: longitudeKey, low: longitude, high: longitude })
        found.addToken(present)
      })
    }
  }
}
