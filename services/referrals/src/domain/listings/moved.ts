/** Whether a service has moved: its publishers name a place that they had not named before. */
import type { Place } from './facts.ts'

/** Each place by what tells it from others: its postcode, else its coordinates to about a hundred metres, else its words. */
export const placeKeys = (places: readonly Place[]): readonly string[] => places.map(keyOf).filter((key) => key !== '')

function keyOf({ postcode, latitude, longitude, lines = [], city, name }: Place): string {
  if (postcode !== undefined) return `postcode ${postcode.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')}`
  if (latitude !== undefined && longitude !== undefined) return `at ${latitude.toFixed(3)} ${longitude.toFixed(3)}`
  return [...lines, city, name]
    .filter((words) => words !== undefined)
    .join(', ')
    .toLowerCase()
}

/** @param before as `placeKeys` gave them; of a service that had no place before nobody can say that it moved */
export const hasMoved = (before: readonly string[], now: readonly string[]): boolean =>
  before.length > 0 && now.some((key) => !before.includes(key))
