/** What the standard lets anybody ask of our own listings: words, kinds, ages, days and times, a postcode that is served, what was changed since. */
import type { Directory, Listing } from './directory.ts'
import { outwardIn, servesPlace } from './matching/catchment.ts'
import { descriptionOf, modifiedAt, termsIn } from './open-referral.ts'

/** By what services may be looked for. `text` is `search` by an older name. */
export const FILTERS = [
  'search',
  'text',
  'taxonomy_term_id',
  'taxonomy_id',
  'minimum_age',
  'maximum_age',
  'day',
  'start_time',
  'end_time',
  'postcode',
  'proximity',
  'modified_after',
] as const

/** What was asked. */
export type Filters = Readonly<Partial<Record<(typeof FILTERS)[number], string>>>

/** What is wrong with what was asked, in words; nothing where nothing is. */
export function wrongIn(asked: Filters): string | undefined {
  if (asked.modified_after !== undefined && instantIn(asked.modified_after) === undefined)
    return 'modified_after is a date, such as 2026-11-21, or a time, such as 2026-11-21T09:00:00Z.'
  for (const name of ['minimum_age', 'maximum_age'] as const)
    if (asked[name] !== undefined && !/^\d{1,3}(\.\d+)?$/.test(asked[name])) return `${name} is a number of years.`
  for (const name of ['start_time', 'end_time'] as const)
    if (asked[name] !== undefined && timeIn(asked[name]) === undefined) return `${name} is a time of day, such as 09:30.`
  if (asked.day !== undefined && dayIn(asked.day) === undefined) return 'day is MO, TU, WE, TH, FR, SA or SU.'
  if (asked.postcode !== undefined && outwardIn(asked.postcode) === undefined) return 'postcode is a postcode, such as CH5 1AB.'
  // Answered as if nothing had been asked, everything would look near.
  if (asked.proximity !== undefined)
    return 'proximity is not known here: no coordinates of postcodes are held. Ask by postcode alone, or not by place.'
  return undefined
}

/** Whether a service is what was asked for. What `wrongIn` has found nothing wrong with. */
export function isAskedFor(listing: Listing, asked: Filters, directory: Directory): boolean {
  const { facts, name, organization = '', offers } = listing
  const text = (asked.search ?? asked.text)?.trim().toLowerCase()
  if (
    text !== undefined &&
    ![name, descriptionOf(listing) ?? '', directory.listing(organization)?.name ?? '', ...offers.values()].some((one) =>
      one.toLowerCase().includes(text),
    )
  )
    return false
  if (asked.taxonomy_term_id !== undefined && !termsIn(listing).some(({ id }) => id === asked.taxonomy_term_id)) return false
  if (asked.taxonomy_id !== undefined && !termsIn(listing).some(({ taxonomy_id: id }) => id === asked.taxonomy_id)) return false
  if (asked.minimum_age !== undefined && (facts?.ageFrom === undefined || facts.ageFrom < Number(asked.minimum_age))) return false
  if (asked.maximum_age !== undefined && (facts?.ageTo === undefined || facts.ageTo > Number(asked.maximum_age))) return false
  if (!isOfferedThen(listing, asked)) return false
  // A service that does not say whom it serves, or not by postcode, is not left out: nobody knows that it does not.
  if (asked.postcode !== undefined && servesPlace(facts?.catchment ?? [], outwardIn(asked.postcode)) === 'no') return false
  if (asked.modified_after === undefined) return true
  return Date.parse(modifiedAt(listing, directory) ?? '') >= (instantIn(asked.modified_after) ?? Infinity)
}

/** One of its times that is of the day, and within the times, that were asked for. */
function isOfferedThen({ facts }: Listing, { day, start_time: from, end_time: until }: Filters): boolean {
  if (day === undefined && from === undefined && until === undefined) return true
  return (facts?.times ?? []).some(
    ({ start, end, days = [] }) =>
      (day === undefined || days.some((one) => dayIn(one) === dayIn(day))) &&
      (from === undefined || start.slice(0, 5) >= (timeIn(from) ?? '')) &&
      (until === undefined || (end !== undefined && end.slice(0, 5) <= (timeIn(until) ?? ''))),
  )
}

const timeIn = (written: string): string | undefined => /^(([01]\d|2[0-3]):[0-5]\d)(?::[0-5]\d)?(?:Z|[+ -]\d{2}:\d{2})?$/.exec(written)?.[1]

const DAYS: ReadonlySet<string> = new Set(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'])

const dayIn = (written: string): string | undefined => {
  const day = written.slice(0, 2).toUpperCase()
  return DAYS.has(day) ? day : undefined
}

/** In milliseconds. The plus of an offset that was written into an address as it stands arrives as a blank. */
const instantIn = (written: string): number | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}/.test(written)) return undefined
  const at = Date.parse(written.replace(' ', '+'))
  return Number.isNaN(at) ? undefined : at
}
