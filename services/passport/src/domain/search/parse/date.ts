// FHIR R4 Search, date. https://hl7.org/fhir/R4/search.html#date
import { dateRange } from '../date-range.ts'
import type { Condition, DateTest } from '../query.ts'
import { malformed, unsupported, type Asked, type ParseContext } from './asked.ts'
import { unescaped } from './escapes.ts'
import { withoutPrefix } from './prefix.ts'

/** @throws SEARCH_VALUE_INVALID, SEARCH_MODIFIER_UNSUPPORTED, SEARCH_PREFIX_UNSUPPORTED */
export function dateCondition({ name, parameter, modifier, values }: Asked, { now }: ParseContext): Condition {
  if (modifier !== undefined) unsupported(name, modifier)
  return { kind: 'dates', keys: parameter.keys, any: values.map((value) => dateTest(unescaped(value), name, now)) }
}

/** @throws SEARCH_VALUE_INVALID, SEARCH_PREFIX_UNSUPPORTED */
export function dateTest(value: string, name: string, now: Date): DateTest {
  const { prefix, rest } = withoutPrefix(value, name)
  // In a query the plus sign of a zone arrives as a space when it was not encoded.
  const range = dateRange(rest.replace(/ (?=\d\d:\d\d$)/, '+'))
  if (!range) return malformed(name, 'a date such as 2026, 2026-11, 2026-11-21 or 2026-11-21T09:30:00Z')
  if (prefix !== 'ap') return { prefix, ...range }
  const [low, high] = [Date.parse(range.low), Date.parse(range.high)]
  if (Number.isNaN(low) || Number.isNaN(high)) return { prefix, ...range } // the ends of the calendar
  // "10% of the gap between now and the date": R4 leaves the degree of closeness to the server and suggests this.
  const slackMs = Math.max(0, now.getTime() - high, low - now.getTime()) / 10
  return { prefix, low: instant(low - slackMs), high: instant(high + slackMs) }
}

const instant = (ms: number) =>
  ms < -62_135_596_800_000 ? '-infinity' : ms > 253_402_300_799_999 ? 'infinity' : new Date(ms).toISOString() // years 1 to 9999
