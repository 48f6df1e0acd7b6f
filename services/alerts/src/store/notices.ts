/** What was told, for boards that listen and for subscriptions. References only. */
import type { Database } from '@platform/service/database'
import { changeTeller, type ChangeTeller } from './tell-changes.ts'

/** A notice. */
export interface Notice {
  /** Position in the stream; grows, and commits in its order. */
  readonly id: string
  readonly kind: string
  readonly quiet: boolean
  /** `Task/…` and `Encounter/…`. */
  readonly task: string
  readonly encounter: string
  /** `Organization/…` that may hear of it. */
  readonly audience: readonly string[]
  readonly at: Date
}

/** What a stream tells of: alerts to boards, Tasks to inboxes. */
export type StreamTopic = 'alert' | 'task'

/** The notices. */
export interface Notices {
  /** Those after a position, oldest first. @param topic alerts, unless others are asked for */
  after(position: string, limit: number, topic?: StreamTopic): Promise<readonly Notice[]>
  /** The position of the newest one; `0` when there is none. */
  newest(): Promise<string>
  /** Says that an inbox is open: Tasks are told of for the next minutes, from the next sweep on. */
  inboxIsOpen(): Promise<void>
  /** Calls `wake` whenever there may be new ones, until it is disposed of; `deliveries` says whether any is for a subscription. */
  listen(wake: (made: { readonly deliveries: number }) => void): Disposable
  /** Who is given what is told of changes of the record. There is one in a process. */
  carriedBy: ChangeTeller['carriedBy']
  /**
   * Tells of a change of a Task or ServiceRequest to whoever listens for these; the same version told twice is one event. Many at once are one statement.
   */
  tellOfResource: ChangeTeller['tell']
  /** Has ready what is told of changes of the record that are about to be committed. */
  prepareFor: ChangeTeller['prepare']
  /** Pages for a Task: whoever is on duty, the boards of those who answer, and whoever subscribed to alerts. */
  tellOfPage(page: {
    readonly focus: string
    readonly kind: 'raised' | 'escalated'
    readonly audience: readonly string[]
    readonly at: Date
  }): Promise<void>
  /** Says that there may be new ones. */
  ring(made: { readonly deliveries: number }): void
}

/** Opens them. Within a process listeners are woken at once; across processes by their own looking. */
export function noticesIn(database: Database): Notices {
  const wakes = new Set<(made: { readonly deliveries: number }) => void>()
  const ring = (made: { readonly deliveries: number }) => wakes.forEach((wake) => wake(made))
  const changes = changeTeller(database, ring)
  return {
    async after(position, limit, topic = 'alert') {
      const { rows } = await database.query<Notice>({ name: 'notice-after', text: AFTER, values: [position, limit, topic] })
      return rows
    },
    async inboxIsOpen() {
      await database.query({ name: 'notice-inbox', text: INBOX_IS_OPEN })
    },
    async newest() {
      const { rows } = await database.query<{ id: string }>({
        name: 'notice-newest',
        text: 'SELECT coalesce(max(id), 0)::text AS id FROM alerts.notice',
      })
      return rows[0]?.id ?? '0'
    },
    tellOfResource: changes.tell,
    prepareFor: changes.prepare,
    async tellOfPage({ focus, kind, audience, at }) {
      const facts = ['code=urgent-answer', ...audience.map((one) => `owner=${one}`)]
      const notice = { topic: 'alert', task: focus, kind, quiet: false, audience, facts, at }
      const { rows } = await database.query<{ deliveries: number }>({
        name: 'notice-page',
        text: 'SELECT alerts.tell_all(NULL, NULL, $1::jsonb) AS deliveries',
        values: [JSON.stringify([notice])],
      })
      ring({ deliveries: rows[0]?.deliveries ?? 0 })
    },
    listen(wake) {
      wakes.add(wake)
      return { [Symbol.dispose]: () => void wakes.delete(wake) }
    },
    carriedBy: changes.carriedBy,
    ring,
  }
}

const AFTER = `
  SELECT id::text AS id, kind, quiet, task, encounter, audience, at FROM alerts.notice WHERE id > $1 AND topic = $3 ORDER BY notice.id LIMIT $2`
// One row for all inboxes, written about once a minute.
const INBOX_IS_OPEN = `
  INSERT INTO alerts.listened (until) VALUES (now() + interval '3 minutes')
  ON CONFLICT (single) DO UPDATE SET until = excluded.until WHERE listened.until < now() + interval '2 minutes'`
