/**
 * From what is known of alerts to what may be published: by site and by rule, cell by cell, by the number of people behind it. 1 to 7 people are hidden,
 * others rounded to the nearest five, and times given from 8 people on, as in every report of the hub. docs/decisions/0190, docs/decisions/0227
 */

/** What was counted of one hospital or one rule in one quarter. */
export interface CountedAlerts {
  readonly of: string
  readonly by: 'site' | 'rule'
  readonly cells: Readonly<Record<AlertCell, { readonly people: number; readonly times: number }>>
  /** Medians, in seconds. */
  readonly secondsToTell: number | null
  readonly secondsToAcknowledge: number | null
  readonly secondsInHospital: number | null
  /** People behind that median: a stay that a death ended may have no length. It is not published itself. */
  readonly peopleWithLength: number
}

/** Numbers that a hospital publishes. */
export const ALERT_CELLS = ['alerts', 'reached', 'acknowledged', 'ended', 'readmitted'] as const
export type AlertCell = (typeof ALERT_CELLS)[number]

/** A number as it is published; `*` stands for 1 to 7 people. */
export type PublishedCount = number | '*'

/** One row as it is published. */
export interface PublishedAlerts extends Readonly<Record<AlertCell, PublishedCount>> {
  readonly of: string
  readonly by: 'site' | 'rule'
  /** Medians in seconds, of 8 people or more. */
  readonly secondsToTell?: number
  readonly secondsToAcknowledge?: number
  readonly secondsInHospital?: number
}

const FEWEST_PEOPLE = 8

/** Each cell by its own count, and by nothing else. */
export function publishedAlerts({ of, by, cells, peopleWithLength, ...times }: CountedAlerts): PublishedAlerts {
  const shown = Object.fromEntries(ALERT_CELLS.map((cell) => [cell, published(cells[cell])])) as Record<AlertCell, PublishedCount>
  const median = (name: keyof typeof times, people: number) => {
    const seconds = times[name]
    return seconds === null || people < FEWEST_PEOPLE ? {} : { [name]: Math.round(seconds) }
  }
  return {
    of,
    by,
    ...shown,
    ...median('secondsToTell', cells.alerts.people),
    ...median('secondsToAcknowledge', cells.acknowledged.people),
    ...median('secondsInHospital', Math.min(cells.ended.people, peopleWithLength)),
  }
}

const published = ({ people, times }: { readonly people: number; readonly times: number }): PublishedCount =>
  people === 0 ? 0 : people < FEWEST_PEOPLE ? '*' : Math.round(times / 5) * 5

/** A quarter that is over for four weeks, `2026-Q3`; nothing where it is none, or not over. */
export function quarterToPublish(text: string, now: Date): { readonly from: Date; readonly to: Date } | undefined {
  const [, year, quarter] = /^(\d{4})-Q([1-4])$/.exec(text) ?? []
  if (year === undefined || quarter === undefined) return undefined
  const month = (Number(quarter) - 1) * 3
  const [from, to] = [new Date(Date.UTC(Number(year), month, 1)), new Date(Date.UTC(Number(year), month + 3, 1))]
  return to.getTime() + SETTLED_AFTER_MS > now.getTime() ? undefined : { from, to }
}

/** Every quarter since that instant that is over for four weeks, oldest first. */
export function quartersToPublish(since: Date, now: Date): readonly string[] {
  const quarters: string[] = []
  for (let index = since.getUTCFullYear() * 4 + Math.floor(since.getUTCMonth() / 3); ; index += 1) {
    const quarter = `${String(Math.floor(index / 4))}-Q${String((index % 4) + 1)}`
    if (quarterToPublish(quarter, now) === undefined) return quarters
    quarters.push(quarter)
  }
}

/** The newest quarter that is over for four weeks. */
export const newestToPublish = (now: Date): string => quartersToPublish(new Date(now.getTime() - YEAR_MS), now).at(-1) ?? ''

const YEAR_MS = 365 * 86_400_000
const SETTLED_AFTER_MS = 28 * 86_400_000
