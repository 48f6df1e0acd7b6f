/** What was told, for boards that listen and for subscriptions. References only. */
import type { Database } from '@platform/service/database'
import { lastingSession, type LastingSession } from '@platform/service/lasting-session'
import { groupCommit } from '@platform/service/group-commit'
import { toDue, type DeliveryRow, type DueDelivery } from './subscriptions.ts'

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

/** Something that happened to a resource of the record. */
export interface ResourceNotice {
  readonly topic: 'task' | 'referral'
  readonly change: string
  /** `Type/id` */
  readonly focus: string
  readonly patient?: string
  /** `created`, `updated` or `deleted`. */
  readonly kind: string
  /** The consumer that was told of the change. What filters are held against came with it: `events.facts_of`. */
  readonly heardBy: string
  readonly at: Date
}

/** What a stream tells of: alerts to boards, Tasks to inboxes. */
export type StreamTopic = 'alert' | 'task'

/** Whoever carries notices out of this process: what is told is put into their hands at once, while they have room for it. */
export interface Carrier {
  /** Until when what they take is theirs, and the subscriptions that they have enough of; nothing while they take nothing. */
  room(): { readonly until: Date; readonly enoughOf: readonly string[] } | undefined
  /** Takes what is theirs until then; returns at once. */
  carry(taken: readonly DueDelivery[], until: Date): void
}

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
  /**
   * Who is given what is told of changes; without one all of it waits to be claimed. There is one in a process. Once this is disposed of nothing more is
   * given.
   */
  carriedBy(carrier: Carrier): AsyncDisposable
  /**
   * Tells of a change of a Task or ServiceRequest to whoever listens for these; the same change told twice is one event. Many at once are one statement.
   */
  tellOfResource(notice: ResourceNotice): Promise<void>
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
  let carrier: Carrier | undefined
  /** A connection for telling alone, while somebody carries: one of the pool is handed out only when the writer's whole turn has ended. */
  let session: LastingSession | undefined
  let telling: Promise<unknown> = Promise.resolve()
  const tellOfChanges = async (heardBy: string, changes: readonly ResourceNotice[]) => {
    const given = changes.map(({ topic, change, focus, patient, kind, at }) => ({
      topic,
      change,
      task: focus,
      patient,
      kind,
      quiet: false,
      at,
    }))
    const by = carrier
    const room = by?.room()
    const { rows } = await (session?.current() ?? database).query<{ due: number; taken: readonly TakenRow[] | null }>({
      name: 'notice-tell',
      text: 'SELECT due, taken FROM alerts.tell_changes($1, $2::jsonb, $3, $4)',
      values: [heardBy, JSON.stringify(given), room?.until ?? null, room?.enoughOf ?? []],
    })
    const { due = 0, taken = null } = rows[0] ?? {}
    if (taken !== null && room !== undefined)
      by?.carry(
        taken.map((row) => toDue({ ...row, at: new Date(row.at) })),
        room.until,
      )
    ring({ deliveries: due })
  }
  // What the database refuses together is told one by one, so that nobody is left untold for another's sake.
  const tellTogether = groupCommit<ResourceNotice, ReadonlyMap<ResourceNotice, unknown>>(
    async (changes) => {
      const failures = new Map<ResourceNotice, unknown>()
      const tell = async (heardBy: string, some: readonly ResourceNotice[]) => {
        const told = tellOfChanges(heardBy, some)
        telling = told.catch(() => undefined)
        await told
      }
      for (const [heardBy, its] of Map.groupBy(changes, (change) => change.heardBy)) {
        const together =
          its.length === 1
            ? false
            : await tell(heardBy, its).then(
                () => true,
                () => false,
              )
        if (!together) for (const one of its) await tell(heardBy, [one]).catch((reason: unknown) => failures.set(one, reason))
      }
      return failures
    },
    { gather: 'go' },
  )
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
    async tellOfResource(notice) {
      const failures = await tellTogether(notice)
      if (failures.has(notice)) throw failures.get(notice)
    },
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
    carriedBy(given) {
      carrier = given
      const own = lastingSession(database)
      session = own
      return {
        async [Symbol.asyncDispose]() {
          carrier = undefined
          session = undefined
          await telling
          await own[Symbol.asyncDispose]()
        },
      }
    },
    ring,
  }
}

/** Times within JSON are texts. */
type TakenRow = Omit<DeliveryRow, 'at'> & { readonly at: string }

const AFTER = `
  SELECT id::text AS id, kind, quiet, task, encounter, audience, at FROM alerts.notice WHERE id > $1 AND topic = $3 ORDER BY notice.id LIMIT $2`
// One row for all inboxes, written about once a minute.
const INBOX_IS_OPEN = `
  INSERT INTO alerts.listened (until) VALUES (now() + interval '3 minutes')
  ON CONFLICT (single) DO UPDATE SET until = excluded.until WHERE listened.until < now() + interval '2 minutes'`
