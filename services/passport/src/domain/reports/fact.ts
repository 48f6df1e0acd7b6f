/**
 * A fact: one thing that happened to somebody in one quarter, stripped to what reports count. It says no name, no day and no id of a
 * record; which person it is about is a number that means nothing outside of the table.
 *
 * What is not recorded is absent. An absent value is in a class of every table that is never published ("not stated"): the proof that
 * nothing can be found by subtraction rests on it. See docs/decisions/0190.
 */
import type { Quarter } from './quarter.ts'

/** What happened. The numbers are stored: kinds may be added at the end, not moved. */
export const FACT_KINDS = [
  'contact',
  'stay',
  'outcome',
  'acceptance',
  'refusal',
  'unmet',
  'request',
  'alert',
  'seen-language',
  'seen-age',
  'seen-gender',
  'feedback',
  'seen-deprivation',
  'seen-rurality',
] as const
export type FactKind = (typeof FACT_KINDS)[number]

/** Who pays, as far as it says so: the blocks in which activity is counted, never added to each other. */
export type Funding = 'nhs' | 'not-nhs'

export interface Fact {
  readonly kind: FactKind
  readonly quarter: Quarter
  /** Id of one of the fixed areas; absent: elsewhere, or not known. */
  readonly area?: string
  /** `Organization/<id>` of who gave it, was asked, or is answered by. */
  readonly organization?: string
  /** Code of the CodeSystem sector: of who gave it or was asked. */
  readonly sector?: string
  /** Code of the CodeSystem setting. */
  readonly setting?: string
  /** A contact's group of therapy, an outcome's measure, an answer's or need's service kind, an alert's answering role, a class of people, a question. */
  readonly what?: string
  /** A contact's funding, an outcome's direction, the reason of a refusal or unmet need, the sector of who asked, an alert's state, an answer to a question. */
  readonly how?: string
  /** Minutes of a contact. */
  readonly minutes?: number
  /** Bed days of a stay in the quarter, days waited, hundredths of the unit by which a measure changed. Whole, so that sums are exact. */
  readonly amount?: number
}

/** A fact with whom it is about. */
export interface FactOfPerson extends Fact {
  /** A number for the person; the same in every fact of theirs. */
  readonly person: string
}
