/** The bands of age that figures are published by; the same everywhere, so that no two figures overlap. */

/** Years of age, both included; the last one is open. */
export const AGE_BANDS = ['0-17', '18-39', '40-64', '65-79', '80-'] as const
export type AgeBand = (typeof AGE_BANDS)[number]

/** The band of an age in whole years. */
export function bandOfAge(years: number): AgeBand {
  if (years < 18) return '0-17'
  if (years < 40) return '18-39'
  if (years < 65) return '40-64'
  return years < 80 ? '65-79' : '80-'
}

/**
 * The band of somebody on a day.
 *
 * @param bornOn FHIR date, which may be a year or a month alone: then nobody is taken for older than they can be by it
 * @param on `YYYY-MM-DD`
 * @returns nothing where no year of birth is known
 */
export function ageBandOf(bornOn: string | undefined, on: string): AgeBand | undefined {
  if (bornOn === undefined || !/^\d{4}/.test(bornOn)) return undefined
  const notYet = bornOn.length >= 7 && bornOn.slice(5) > on.slice(5, bornOn.length)
  return bandOfAge(Number(on.slice(0, 4)) - Number(bornOn.slice(0, 4)) - (notYet ? 1 : 0))
}
