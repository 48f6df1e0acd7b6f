/** From an entry to the line that shows it. */
import type { Item, Material } from '../material.ts'
import { provenanceOf } from '../provenance.ts'
import type { Said } from '../words.ts'
import type { Detail, EmergencyLine } from './emergency-view.ts'

export interface LineParts {
  readonly details?: readonly (Detail | undefined)[]
  readonly notes?: readonly (Said | undefined)[]
  readonly kind?: EmergencyLine['kind']
  readonly code?: string | undefined
  readonly call?: string | undefined
  readonly old?: boolean
}

/** The line of an entry: its words, and how it came to be known. */
export function lineOf(text: string, item: Item, material: Material, parts: LineParts = {}): EmergencyLine {
  const { details = [], notes = [], kind, code, call, old = false } = parts
  return {
    text,
    details: details.filter((one) => one !== undefined),
    notes: notes.filter((one) => one !== undefined),
    reference: item.reference,
    ...provenanceOf(item, material),
    old,
    ...(kind === undefined ? {} : { kind }),
    ...(code === undefined ? {} : { code }),
    ...(call === undefined ? {} : { call }),
  }
}

/** A detail that is there only when it has a value. */
export const detail = (label: string, text: string | undefined): Detail | undefined => (text === undefined ? undefined : { label, text })

/** Newest first; what has no date last; then by reference, so that the order is always the same. */
export function newestFirst(one: EmergencyLine, other: EmergencyLine): number {
  const [a, b] = [one.asOf ?? '', other.asOf ?? '']
  if (a !== b) return a < b ? 1 : -1
  return (one.reference ?? '') < (other.reference ?? '') ? -1 : 1
}
