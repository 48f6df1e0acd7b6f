/**
 * When signing keys are made, used and forgotten.
 *
 * A key is published a day before it signs, so that everybody who caches our keys knows it by then; it stays published after its
 * successor took over until the last token it signed has expired.
 */

/** A signing key in time. It signs until the next key's `signsFrom`. */
export interface KeyTimes {
  readonly kid: string
  readonly signsFrom: Date
}

/** What to do about the keys now. */
export interface KeyPlan {
  /** A key to make, and when it starts to sign. */
  readonly make?: { readonly signsFrom: Date }
  /** Ids of keys that no living token needs any more. */
  readonly forget: readonly string[]
}

const HOUR_MS = 3_600_000
const SIGNS_FOR_MS = 30 * 24 * HOUR_MS
const MADE_AHEAD_MS = 24 * HOUR_MS
const STAYS_PUBLISHED_MS = 2 * HOUR_MS // The longest token lives 1 h; the rest is for clocks and caches.

/** What the schedule asks for at `now`. Without any key, one is made that signs at once. */
export function planKeys(keys: readonly KeyTimes[], now: Date): KeyPlan {
  const ordered = byStart(keys)
  const newest = ordered.at(-1)
  const forget = ordered.filter((_key, index) => published(ordered, index, now) === 'no').map(({ kid }) => kid)
  if (newest === undefined) return { make: { signsFrom: now }, forget }
  const successorDue = newest.signsFrom.getTime() + SIGNS_FOR_MS - MADE_AHEAD_MS <= now.getTime()
  return successorDue ? { make: { signsFrom: new Date(now.getTime() + MADE_AHEAD_MS) }, forget } : { forget }
}

/** The keys to publish at `now`, the one that signs first, then the newest first. */
export function publishedKeys<K extends KeyTimes>(keys: readonly K[], now: Date): K[] {
  const ordered = byStart(keys)
  const current = ordered.filter(({ signsFrom }) => signsFrom <= now).at(-1) ?? ordered[0]
  const others = ordered.filter((key, index) => key !== current && published(ordered, index, now) === 'yes').toReversed()
  return current === undefined ? [] : [current, ...others]
}

const byStart = <K extends KeyTimes>(keys: readonly K[]): K[] =>
  keys.toSorted((a, b) => a.signsFrom.getTime() - b.signsFrom.getTime() || a.kid.localeCompare(b.kid))

function published(ordered: readonly KeyTimes[], index: number, now: Date): 'yes' | 'no' {
  const successor = ordered[index + 1]
  return successor === undefined || successor.signsFrom.getTime() + STAYS_PUBLISHED_MS > now.getTime() ? 'yes' : 'no'
}
