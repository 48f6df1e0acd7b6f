/** What became of the messages of this process, in counts. */

/** What a message came to. */
export type AdtOutcome =
  'match' | 'review' | 'mismatch' | 'unregistered' | 'repeated' | 'refused' | 'unreadable' | 'not-of-interest' | 'watch-list-late' | 'part'

/** The counts. */
export interface AdtCounts {
  count(outcome: AdtOutcome): void
  /** A message gave a time that had not come. */
  countAhead(): void
  ahead(): number
  read(): Readonly<Record<AdtOutcome, number>>
}

/** Counts from nought. */
export function adtCounts(): AdtCounts {
  const counts: Record<AdtOutcome, number> = {
    match: 0,
    review: 0,
    mismatch: 0,
    unregistered: 0,
    repeated: 0,
    refused: 0,
    unreadable: 0,
    'not-of-interest': 0,
    'watch-list-late': 0,
    part: 0,
  }
  let ahead = 0
  return {
    countAhead() {
      ahead += 1
    },
    ahead: () => ahead,
    count(outcome) {
      counts[outcome] += 1
    },
    read: () => ({ ...counts }),
  }
}
