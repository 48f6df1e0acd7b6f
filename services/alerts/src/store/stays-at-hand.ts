/**
 * Stays as they were last seen in this process, with their events: what a further message makes of one is known without reading it all again. What
 * others did to a stay meanwhile shows in its version, which whoever adds the event compares.
 */
import type { StayRow } from './stay-rows.ts'

/** Where a message says that its stay is. */
interface Place {
  readonly patient: string
  readonly facility: string
  readonly visit: string
}

/** The stays at hand. */
export interface StaysAtHand {
  /** This is how it was a moment ago. */
  seen(row: StayRow): void
  /** The stay of that visit as it is with one more event, where it is known. From now on that is how it was seen. */
  add(place: Place, event: StayRow['events'][number]): StayRow | undefined
  /** What was added is not so, or not known to be. */
  forget(place: Place): void
}

/** None yet. @param most how many are remembered at most: those that were seen last */
export function staysAtHand(most = 1_000): StaysAtHand {
  const held = new Map<string, StayRow>()
  const keyOf = ({ patient, facility, visit }: Place): string => `${patient}\n${facility}\n${visit}`
  const keep = (row: StayRow): void => {
    const key = keyOf(row)
    held.delete(key) // the last one is the one that was seen last
    held.set(key, row)
    const [oldest] = held.keys()
    if (held.size > most && oldest !== undefined) held.delete(oldest)
  }
  return {
    seen: keep,
    add(place, event) {
      const row = held.get(keyOf(place))
      if (row === undefined) return undefined
      const next = { ...row, version: row.version + 1, events: [...row.events, event] }
      keep(next)
      return next
    },
    forget: (place) => void held.delete(keyOf(place)),
  }
}
