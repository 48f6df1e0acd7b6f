/** When each hospital was last heard, so that silence is noticed. HAZ-A11 silent feed. */
import type { Database } from '@platform/service/database'

/** A hospital that sends. */
export interface Feed {
  /** As it writes itself in MSH-4. */
  readonly facility: string
  readonly lastAt: Date
  readonly frames: number
  /** `Task/…` that asks somebody to look into its silence, and since when it does. */
  readonly task?: string
  readonly silentSince?: Date
  /** From when the next look at that Task is counted. */
  readonly lookedFrom?: Date
  /** When that Task was closed, though nothing had come; as far as it was seen. */
  readonly answeredAt?: Date
}

/** The feeds. */
export interface Feeds extends AsyncDisposable {
  /** A frame of this facility came in. Costs nothing: written every few seconds. */
  heard(facility: string, at: Date): void
  /** This facility is to send from then on: until it does, its silence began then. */
  expect(facility: string, from: Date): Promise<void>
  /** Hospitals that have ever sent, and those that are expected to. */
  all(): Promise<readonly Feed[]>
  /** Its silence was put before a person. */
  silentSince(facility: string, at: Date, task: string): Promise<void>
  /** The Task that asks is still open at this moment. */
  stillAsked(facility: string, at: Date): Promise<void>
  /** The Task that asks was closed at this moment, and nothing had come. */
  answered(facility: string, at: Date): Promise<void>
  /** It sends again. */
  heardAgain(facility: string): Promise<void>
  /** Writes down what was heard. */
  flush(): Promise<void>
}

/** A facility is a name in MSH-4, written by the sender: more than so many are not told apart. */
const MOST_FACILITIES = 1_000

/** Opens them. */
export function feedsIn(database: Database): Feeds {
  let heard = new Map<string, { at: Date; frames: number }>()
  const flush = async () => {
    if (heard.size === 0) return
    const batch = [...heard]
    heard = new Map()
    await database.query({
      name: 'feed-heard',
      text: HEARD,
      values: [batch.map(([facility]) => facility), batch.map(([, { at }]) => at), batch.map(([, { frames }]) => frames)],
    })
  }
  return {
    heard(facility, at) {
      const known = heard.get(facility)
      if (known !== undefined) {
        known.at = at
        known.frames += 1
      } else if (heard.size < MOST_FACILITIES) heard.set(facility.slice(0, 100), { at, frames: 1 })
    },
    async expect(facility, from) {
      await database.query({ name: 'feed-expect', text: EXPECT, values: [facility, from] })
    },
    async all() {
      await flush()
      const { rows } = await database.query<Row>({ name: 'feed-all', text: ALL })
      return rows.map(
        ({
          facility,
          last_at: lastAt,
          frames,
          silent_task: task,
          silent_since: silentSince,
          looked_from: lookedFrom,
          answered_at: answeredAt,
        }) => ({
          facility,
          lastAt,
          frames: Number(frames),
          ...(task === null ? {} : { task }),
          ...(silentSince === null ? {} : { silentSince }),
          ...(lookedFrom === null ? {} : { lookedFrom }),
          ...(answeredAt === null ? {} : { answeredAt }),
        }),
      )
    },
    async silentSince(facility, at, task) {
      await database.query({ name: 'feed-silent', text: SILENT, values: [facility, at, task] })
    },
    async stillAsked(facility, at) {
      await database.query({ name: 'feed-still-asked', text: STILL_ASKED, values: [facility, at] })
    },
    async answered(facility, at) {
      await database.query({ name: 'feed-answered', text: ANSWERED, values: [facility, at] })
    },
    async heardAgain(facility) {
      await database.query({ name: 'feed-again', text: AGAIN, values: [facility] })
    },
    flush,
    [Symbol.asyncDispose]: flush,
  }
}

interface Row {
  readonly facility: string
  readonly last_at: Date
  readonly frames: string
  readonly silent_task: string | null
  readonly silent_since: Date | null
  readonly looked_from: Date | null
  readonly answered_at: Date | null
}

const EXPECT = `
  INSERT INTO alerts.feed AS feed (facility, last_at, frames) VALUES ($1, $2, 0)
  ON CONFLICT (facility) DO UPDATE SET last_at = excluded.last_at WHERE feed.frames = 0 AND feed.last_at <> excluded.last_at`
const HEARD = `
  INSERT INTO alerts.feed AS feed (facility, last_at, frames) SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::bigint[])
  ON CONFLICT (facility) DO UPDATE SET last_at = greatest(feed.last_at, excluded.last_at), frames = feed.frames + excluded.frames`
const ALL = 'SELECT facility, last_at, frames, silent_task, silent_since, looked_from, answered_at FROM alerts.feed ORDER BY facility'
// Of a silence that is asked about again, its beginning stays.
const SILENT = `
  UPDATE alerts.feed SET silent_since = coalesce(silent_since, $2), silent_task = $3, looked_from = $2, answered_at = NULL WHERE facility = $1`
const STILL_ASKED = 'UPDATE alerts.feed SET looked_from = $2 WHERE facility = $1'
const ANSWERED = 'UPDATE alerts.feed SET looked_from = $2, answered_at = $2 WHERE facility = $1'
const AGAIN = 'UPDATE alerts.feed SET silent_since = NULL, silent_task = NULL, looked_from = NULL, answered_at = NULL WHERE facility = $1'
