/** The small-number rule of what is published. NHS England, Hospital Episode Statistics, disclosure control below national level. HAZ-C01 */

/** People, and things counted, from which on a count is shown. */
const FEWEST = 8
const ROUNDED_TO = 5

/** A count as it may be published: rounded to five; nothing where fewer than eight people, or fewer than eight things, are behind it. */
export function publishedCount({ people, times }: { readonly people: number; readonly times: number }): number | undefined {
  return people < FEWEST || times < FEWEST ? undefined : Math.round(times / ROUNDED_TO) * ROUNDED_TO
}
