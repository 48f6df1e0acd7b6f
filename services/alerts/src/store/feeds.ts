/** When each hospital was last heard, so that silence is noticed. HAZ-A11 silent feed. */
import type { Database } from '@platform/service/database'

/** The feeds. */
export interface Feeds extends AsyncDisposable {
  /** A frame of this facility came in. Costs nothing: written every few seconds. */
  heard(facility: string, at: Date): void
  /** Hospitals that have sent before and not for so long. */
  silent(now: Date, forMs: number): Promise<readonly { readonly facility: string; readonly lastAt: Date }[]>
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
    async silent(now, forMs) {
      await flush()
      const { rows } = await database.query<{ facility: string; last_at: Date }>({
        name: 'feed-silent',
        text: SILENT,
        values: [new Date(now.getTime() - forMs)],
      })
      return rows.map(({ facility, last_at: lastAt }) => ({ facility, lastAt }))
    },
    flush,
    [Symbol.asyncDispose]: flush,
  }
}

const HEARD = `
  INSERT INTO alerts.feed AS feed (facility, last_at, frames) SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::bigint[])
  ON CONFLICT (facility) DO UPDATE SET last_at = greatest(feed.last_at, excluded.last_at), frames = feed.frames + excluded.frames`
const SILENT = 'SELECT facility, last_at FROM alerts.feed WHERE last_at < $1 ORDER BY facility'
