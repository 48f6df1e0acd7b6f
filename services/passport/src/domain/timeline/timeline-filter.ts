/** What of a timeline is asked for: decided exactly here, and narrowed before by what a text must contain to be worth reading. */
import type { CheckedLevel } from '../summary/provenance.ts'
import type { TimelineEntry } from './timeline-entry.ts'

export interface TimelineFilter {
  /** 'Condition/…' */
  readonly problem?: string
  /** 'Organization/…' */
  readonly provider?: string
  readonly sector?: string
  readonly checked?: CheckedLevel
  /** A code of any system. */
  readonly kind?: string
}

/**
 * A text is worth reading when it contains one of `any`, or does not contain `lacking`. Stored texts have no white space between their
 * tokens, and keys in any order; so only what must be there in every order is looked for.
 */
export interface Needle {
  readonly any: readonly string[]
  readonly lacking?: string
}

/** @param through what the entry may name in place of the problem: requests, plans and goals for it */
export function needlesOf(filter: TimelineFilter, through: readonly string[]): Needle[] {
  const { problem, provider, sector, checked, kind } = filter
  const quoted = (value: string) => JSON.stringify(value)
  return [
    ...(problem === undefined
      ? []
      : [{ any: [...[problem, ...through].map(quoted), `"id":${quoted(problem.slice('Condition/'.length))}`] }]),
    ...(provider === undefined ? [] : [{ any: [quoted(provider)] }]),
    // An entry that does not say its sector has that of its provider.
    ...(sector === undefined ? [] : [{ any: [`"valueCode":${quoted(sector)}`], lacking: '/StructureDefinition/sector"' }]),
    ...(checked === undefined
      ? []
      : [{ any: checked === 'not-stated' ? [] : [`"valueCode":${quoted(checked)}`], lacking: '/StructureDefinition/checked-level"' }]),
    ...(kind === undefined ? [] : [{ any: [`"code":${quoted(kind)}`] }]),
  ]
}

/** Whether an entry is what was asked for. @param text of its resource */
export function fits(entry: TimelineEntry, text: string, author: string, filter: TimelineFilter, through: readonly string[]): boolean {
  const { problem, provider, sector, checked, kind } = filter
  if (sector !== undefined && entry.sector !== sector) return false
  if (checked !== undefined && entry.checked !== checked) return false
  if (kind !== undefined && entry.kind?.code !== kind && !text.includes(`"code":${JSON.stringify(kind)}`)) return false
  if (provider !== undefined && author !== provider && !text.includes(JSON.stringify(provider))) return false
  if (problem === undefined) return true
  return entry.reference === problem || [problem, ...through].some((one) => one === entry.reference || text.includes(JSON.stringify(one)))
}
