/** What a review rule says of one entry: whether it holds, from when until when, and what its stop rule says of two scores. Pure. HAZ-K01, HAZ-K02. */
import { evalFhirPath, toTypedValue, type TypedValue } from '@medplum/core'
import type { CarePlan, Coding, Device, DeviceUseStatement, MedicationStatement, Procedure } from '@medplum/fhirtypes'
import type { EntryMatch, ReviewLine, Span } from './review-rules.ts'

/** What a review may be about. */
export type ReviewEntry = Procedure | MedicationStatement | DeviceUseStatement | CarePlan

/** An entry, and the device where it is the use of one. */
export interface ReviewMaterial {
  readonly entry: ReviewEntry
  readonly device?: Device
}

/**
 * Calendar dates, both included. `unknown`: the entry gives no day, or only a year, so that somebody has to ask. `asked`: the line itself
 * asks, and is due by what the pathway allows for `review-due`.
 */
export type DueWindow =
  { readonly kind: 'known'; readonly opensOn?: string; readonly dueOn: string } | { readonly kind: 'unknown' } | { readonly kind: 'asked' }

/** Whether the entry starts this line. */
export const starts = (line: ReviewLine, material: ReviewMaterial): boolean =>
  matchesAny(line.startedBy, material.entry) && (line.when === undefined || read(line.when, material) === true)

/** Whether an entry, being later and of the same person, settles this line. */
export const settles = (line: ReviewLine, entry: ReviewEntry): boolean => matchesAny(line.settledBy, entry)

const matchesAny = (matches: readonly EntryMatch[], entry: ReviewEntry): boolean =>
  matches.some(
    ({ type, filters }) =>
      type === entry.resourceType &&
      filters.every(({ path, codes }) => codes.some((wanted) => codingsAt(entry, path).some((found) => fits(found, wanted)))),
  )

const codingsAt = (entry: ReviewEntry, path: 'code' | 'status'): readonly Coding[] =>
  path === 'status' ? [{ code: entry.status }] : 'code' in entry ? (entry.code?.coding ?? []) : []

const fits = (found: Coding, { system, code }: { readonly system?: string; readonly code: string }): boolean =>
  found.code === code && (system === undefined || found.system === system)

/**
 * When an entry that starts the line is to be looked at. A date known only to the month opens the window as if it were the last day of it
 * and ends it as if it were the first, so that nothing is repeated early or looked at late.
 */
export function dueWindow({ window }: ReviewLine, material: ReviewMaterial): DueWindow {
  if (window.kind === 'asked') return { kind: 'asked' }
  const counted = read(window.countedFrom, material)
  const [, day, month] = typeof counted === 'string' ? (/^(?:(\d{4}-\d{2}-\d{2})(?:T.*)?|(\d{4}-\d{2}))$/.exec(counted) ?? []) : []
  const first = day ?? (month === undefined ? undefined : `${month}-01`)
  const last = day ?? (month === undefined ? undefined : lastDayOf(month))
  if (first === undefined || last === undefined || Number.isNaN(Date.parse(first))) return { kind: 'unknown' }
  const dueOn = later(first, window.dueAfter)
  return window.opensAfter === undefined ? { kind: 'known', dueOn } : { kind: 'known', opensOn: later(last, window.opensAfter), dueOn }
}

/** What a stop rule says. It is shown to who decides, and decides nothing. */
export type TrialVerdict = 'continue' | 'stop' | 'unknown'

/**
 * Whether the score is better by as many percent as the rule asks. Unknown when a score is missing or the first was 0.
 *
 * @example trialVerdict({ betterByPercent: 20 }, { before: 8, after: 6.4, better: 'lower' })   // 'continue': exactly 20 %
 */
export function trialVerdict(
  { betterByPercent }: { readonly betterByPercent: number },
  { before, after, better }: { readonly before?: number; readonly after?: number; readonly better: 'lower' | 'higher' },
): TrialVerdict {
  if (before === undefined || after === undefined || before === 0) return 'unknown'
  const gain = better === 'lower' ? before - after : after - before
  // Multiplied, not divided, and rounded to a millionth: 8 - 6.4 is 1.5999999999999996 in a computer, and is 20 % of 8 to a person.
  return Math.round(gain * 100 * 1e6) >= Math.round(betterByPercent * Math.abs(before) * 1e6) ? 'continue' : 'stop'
}

function read(expression: string, { entry, device }: ReviewMaterial): unknown {
  const variables: Record<`%${string}`, TypedValue> = {
    '%entry': toTypedValue(entry),
    '%device': device === undefined ? { type: 'BackboneElement', value: {} } : toTypedValue(device),
  }
  return evalFhirPath(expression, {}, variables)[0]
}

const lastDayOf = (month: string): string => {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10)
}

/** The day a span later; a month or year later than the 31st or 29 February is the last day of a shorter month. */
function later(day: string, { value, unit }: Span): string {
  const at = new Date(`${day}T00:00:00Z`)
  if (unit === 'days' || unit === 'weeks') at.setUTCDate(at.getUTCDate() + value * (unit === 'weeks' ? 7 : 1))
  else {
    const dayOfMonth = at.getUTCDate()
    at.setUTCDate(1)
    at.setUTCMonth(at.getUTCMonth() + value * (unit === 'years' ? 12 : 1))
    at.setUTCDate(Math.min(dayOfMonth, new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate()))
  }
  return at.toISOString().slice(0, 10)
}
