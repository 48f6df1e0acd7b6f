/** A stay as it is known here, and what is written down once the record tells of it. */
import type { StayView } from '../domain/encounter.ts'
import type { Told } from '../domain/told.ts'
import type { AnsweringRole } from '../domain/vocabulary.ts'

/** A stay with everything needed to bring the record in line with it. */
export interface StayState {
  readonly view: StayView
  readonly version: number
  readonly settled: number
  readonly raisedAt: Date
  readonly encounter?: string
  /** The hospital's own Encounter of the stay, where it writes one. */
  readonly hospitalEncounter?: string
  readonly alert?: string
  readonly answers: Readonly<Partial<Record<AnsweringRole, string>>>
  readonly told?: Told
  /** Hash of what the record was brought in line with last; absent when something else than a message bears on the stay since. */
  readonly settledAs?: string
}

/** An answer that is being waited for, and how far up the ladder it is. */
export interface WaitingAnswer {
  readonly stay: string
  readonly role: AnsweringRole
  readonly task: string
  readonly raisedAt: Date
  readonly done: number
}

/** What was brought about in the record. */
export interface Settlement {
  readonly version: number
  /** What the last notice had said when this was decided. */
  readonly toldBefore: Told | undefined
  readonly encounter: string
  readonly alert?: string
  /** The stay has ended or was cancelled. */
  readonly over: boolean
  readonly told: Told
  /** When the person was in hospital, for figures; absent where they were not, where it has not ended, or where nobody said when. */
  readonly beganAt?: Date
  readonly endedAt?: Date
  /** Hash of what the record now tells. */
  readonly settledAs: string
  /** Under which rules the alert speaks, where this opened it. */
  readonly rules?: readonly string[]
  readonly answers: readonly {
    readonly role: AnsweringRole
    readonly task: string
    readonly raisedAt: Date
    readonly nextStepAt: Date | undefined
    readonly answeredAt: Date | undefined
  }[]
  readonly notices: readonly NewNotice[]
}

/** Something to tell. References only. */
export interface NewNotice {
  readonly kind: string
  readonly quiet: boolean
  readonly task: string
  readonly encounter: string
  readonly audience: readonly string[]
  readonly at: Date
}
