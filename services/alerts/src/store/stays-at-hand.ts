/**
 * Stays as they were last seen in this process, with their events: what a further message makes of one is known without reading it all again. What
 * others did to a stay meanwhile shows in its version, which whoever adds the event compares.
 */
import type { StayEvent } from '../domain/stay.ts'
import { fromStored, toState, type StayRow, type StoredEvent } from './stay-rows.ts'
import type { StayState } from './stay-state.ts'

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
  add(place: Place, event: StoredEvent): StayState | undefined
  /** What was added is not so, or not known to be. */
  forget(place: Place): void
}

interface Seen {
  readonly row: StayRow
  readonly events: readonly StayEvent[]
}

/** None yet. @param most how many are remembered at most: those that were seen last */
export function staysAtHand(most = 1_000): StaysAtHand {
  const held = new Map<string, Seen>()
  const keyOf = ({ patient, facility, visit }: Place): string => `${patient}\n${facility}\n${visit}`
  const keep = (seen: Seen): void => {
    const key = keyOf(seen.row)
    held.delete(key) // the last one is the one that was seen last
    held.set(key, seen)
    const [oldest] = held.keys()
    if (held.size > most && oldest !== undefined) held.delete(oldest)
  }
  return {
    seen: (row) => keep({ row: { ...row, events: [] }, events: row.events.map(fromStored) }),
    add(place, event) {
      const seen = held.get(keyOf(place))
      if (seen === undefined) return undefined
      const row = { ...seen.row, version: seen.row.version + 1 }
      const events = [...seen.events, fromStored(event)]
      keep({ row, events })
      return toState(row, events)
    },
    forget: (place) => void held.delete(keyOf(place)),
  }
}
