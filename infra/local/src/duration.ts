const PATTERN = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/**
 * The length of an ISO 8601 duration of weeks, days, hours, minutes and seconds, in milliseconds; undefined for any other text.
 * Months and years have no fixed length and are not taken.
 */
export function parseDurationMs(text: string): number | undefined {
  const match = PATTERN.exec(text)
  if (match === null || match.slice(1).every((part) => part === undefined)) return undefined
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number]
  return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000
}
