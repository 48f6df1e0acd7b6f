// FHIR R4 Search, date. https://hl7.org/fhir/R4/search.html#date
import type { Period, Timing } from '@medplum/fhirtypes'
import { dateRange, periodRange, type DateRange } from '../date-range.ts'
import type { SearchParameter } from '../definitions.ts'
import { tokenText } from '../token-hash.ts'
import type { Extractor } from './found.ts'

/** Indexes dates, periods and the outer limits of timings. */
export function dateExtractor({ key, paths }: SearchParameter): Extractor {
  const present = tokenText.present(key)
  return (resource, found) => {
    let any = false
    for (const path of paths) {
      path.read(resource, (value) => {
        const range = rangeOf(value, path.type)
        if (!range) return
        any = true
        found.dates.push({ key, ...range })
      })
    }
    if (any) found.addToken(present)
  }
}

/** The span of a value of the given type; nothing when it is none, or is malformed. */
export function rangeOf(value: unknown, type: string): DateRange | undefined {
  if (type === 'Period') return periodRange((value as Period).start, (value as Period).end)
  if (type === 'Timing') return timingRange(value as Timing)
  return typeof value === 'string' ? dateRange(value) : undefined
}

// "The specified scheduling details are ignored and only the outer limits matter." R4 Search, date.
function timingRange({ event = [], repeat }: Timing): DateRange | undefined {
  const bounds = repeat?.boundsPeriod
  const ranges = [...event.map(dateRange), bounds && periodRange(bounds.start, bounds.end)].filter((range) => range !== undefined)
  if (ranges.length === 0) return undefined
  const lows = ranges.map(({ low }) => low).toSorted() // '-infinity' sorts before every year, 'infinity' after
  const highs = ranges.map(({ high }) => high).toSorted()
  return { low: lows[0] ?? '-infinity', high: highs.at(-1) ?? 'infinity' }
}
