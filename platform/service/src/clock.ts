/**
 * What time it is, for decisions.
 *
 * Business code takes the time from a Clock that is given to it. Tokens, TLS and audit stay on real time.
 */
import type { Database } from './database.ts'

/** Tells the time of business decisions. */
export interface Clock {
  now(): Date
}

/** The machine's own time. */
export const systemClock: Clock = { now: () => new Date() }

/** Where to move the demo clock: forward by a duration, or to an instant. */
export type ClockMove = { readonly advanceMs: number } | { readonly set: Date }

/** A clock that runs at the usual pace, ahead of or behind real time by an offset that is kept in the database. */
export interface MovableClock extends Clock {
  /** How far ahead of real time this clock is, in milliseconds; negative when it is behind. */
  readonly offsetMs: number
  /** Moves the clock for everybody, and says what time it is then. It is durable before it takes effect. */
  move(to: ClockMove): Promise<Date>
  /** Takes over the offset another process has stored. */
  refresh(): Promise<Date>
}

/**
 * The demo clock, as it was left; a fresh database has it on real time.
 *
 * It reads `events.demo_clock`, so the events schema must have been migrated.
 *
 * @param real what it is offset from; the machine's time unless given
 */
export async function movableClock(database: Database, real: Clock = systemClock): Promise<MovableClock> {
  let offsetMs = 0
  const now = () => new Date(real.now().getTime() + offsetMs)
  const taken = (row: { offset_ms: string } | undefined) => {
    offsetMs = Number(row?.offset_ms ?? 0)
    return now()
  }

  const clock: MovableClock = {
    now,
    get offsetMs() {
      return offsetMs
    },
    async move(to) {
      const values = 'set' in to ? ['set', to.set.getTime() - real.now().getTime()] : ['advance', Math.trunc(to.advanceMs)]
      const { rows } = await database.query<{ offset_ms: string }>({ name: 'demo-clock-move', text: MOVE, values })
      return taken(rows[0])
    },
    async refresh() {
      const { rows } = await database.query<{ offset_ms: string }>({ name: 'demo-clock-read', text: READ })
      return taken(rows[0])
    },
  }
  await clock.refresh()
  return clock
}

const READ = 'SELECT offset_ms FROM events.demo_clock'

// An advance adds to what is stored and not to what this process remembers, so two that move it at once both count.
const MOVE = `
  INSERT INTO events.demo_clock AS clock (singleton, offset_ms) VALUES (true, $2::bigint)
  ON CONFLICT (singleton) DO UPDATE
    SET offset_ms = excluded.offset_ms + CASE WHEN $1::text = 'advance' THEN clock.offset_ms ELSE 0 END
  RETURNING offset_ms`
