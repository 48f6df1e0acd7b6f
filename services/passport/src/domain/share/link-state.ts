/** How a link stands, from the facts that are stored of it. Pure. */

/** Wrong passcodes that a link takes over its whole life; a right one gives none back. */
export const ATTEMPTS = 5
/** What a person may choose as a passcode, in characters. */
export const PASSCODE = { least: 6, most: 128 } as const
/** A link is good for a day when nothing is said, and for a year at most. */
export const LIFETIME_MS = { usual: 24 * 60 * 60 * 1000, most: 366 * 24 * 60 * 60 * 1000 } as const
/** How long an address of a file is good: a quarter of an hour. The specification allows an hour. */
export const TICKET_MS = 15 * 60 * 1000
/** How long whoever opened a link may leave a note: a day. */
export const NOTE_MS = 24 * 60 * 60 * 1000
/** Openings of one link within a minute, so that a program that polls it does not wear out the record. */
export const OPENINGS_A_MINUTE = 60
/** Notes from one link within a day. */
export const NOTES_A_DAY = 10
/** The most characters of a note, and of the name a reader gives. */
export const LONGEST_NOTE = 1_000
/** The longest name by which a reader says who is reading, in characters: it is shown to the person, and chosen by anybody. */
export const LONGEST_RECIPIENT = 200

export interface LinkFacts {
  readonly expiresAt: Date
  readonly withdrawnAt: Date | undefined
  readonly lockedAt: Date | undefined
}

export type LinkStatus = 'active' | 'expired' | 'locked' | 'withdrawn'

/** What the person is told. To a stranger all but `active` look the same, and like a link that never was. */
export function statusOf({ expiresAt, withdrawnAt, lockedAt }: LinkFacts, at: Date): LinkStatus {
  if (withdrawnAt !== undefined) return 'withdrawn'
  if (lockedAt !== undefined) return 'locked'
  return expiresAt.getTime() <= at.getTime() ? 'expired' : 'active'
}
