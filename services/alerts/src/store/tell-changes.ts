/**
 * Tells whoever listens of changes of the record. What is about to be committed is told of in a transaction that ends once it is: the numbers are found
 * while the disk is waited for, and nothing leaves before both are done. Decision 640.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Database, Queryable } from '@platform/service/database'
import { groupCommit } from '@platform/service/group-commit'
import { lastingSession, type LastingSession } from '@platform/service/lasting-session'
import type { ComingChange } from '@platform/service/outbox'
import { toDue, type DeliveryRow } from './subscription-rows.ts'
import type { DueDelivery } from './subscriptions.ts'

interface OfResource {
  readonly topic: 'task' | 'referral'
  /** `Type/id` */
  readonly focus: string
  /** What it became: a version is one event. */
  readonly versionId: string
  readonly patient?: string
  /** `created` or `updated`. */
  readonly kind: string
  readonly at: Date
}

/** Something that is about to happen to a resource of the record, or not. */
export interface ComingNotice extends OfResource {
  readonly came: ComingChange
  /** What filters are held against. */
  readonly facts: readonly string[]
}

/** Something that happened to a resource of the record. */
export interface ResourceNotice extends OfResource {
  readonly change: string
  /** The consumer that was told of the change. What filters are held against came with it: `events.facts_of`. */
  readonly heardBy: string
  /** As what it was seen before it was committed, the very object. */
  readonly came?: ComingChange
}

/** Whoever carries notices out of this process: what is told is put into their hands at once, while they have room for it. */
export interface Carrier {
  /** Until when what they take is theirs, and the subscriptions that they have enough of; nothing while they take nothing. */
  room(): { readonly until: Date; readonly enoughOf: readonly string[] } | undefined
  /** Has ready what is theirs until then, and returns what takes it; both return at once. Whoever never calls that has given them nothing. */
  ready(taken: readonly DueDelivery[], until: Date): () => void
}

/** Tells of changes. */
export interface ChangeTeller {
  /** Tells of one; the same version told twice is one event. Many at once are one statement. */
  tell(notice: ResourceNotice): Promise<void>
  /** Has ready what is told once these are committed. Only if nothing else is told of meanwhile, and for a moment: otherwise it is done then. */
  prepare(coming: readonly ComingNotice[]): void
  /** Who is given what is told of changes; without one all of it waits to be claimed. Once this is disposed of nothing more is given. */
  carriedBy(carrier: Carrier): AsyncDisposable
}

/** How long what was prepared waits for its commit. Nobody else tells meanwhile: a commit that takes longer is told of as if nothing had been prepared. */
const PREPARED_FOR_MS = 25

/** Opens it. @param ring says how many deliveries are due that nobody carries */
export function changeTeller(database: Database, ring: (made: { readonly deliveries: number }) => void): ChangeTeller {
  let carrier: Carrier | undefined
  /** A connection for telling alone, while somebody carries: one of the pool is handed out only when the writer's whole turn has ended. */
  let session: LastingSession | undefined
  let telling: Promise<unknown> | undefined
  let prepared: Prepared | undefined

  const tellNow = async (heardBy: string, changes: readonly ResourceNotice[]) => {
    const by = carrier
    const room = by?.room()
    const { rows } = await (session?.current() ?? database).query<Told>({
      name: 'notice-tell',
      text: 'SELECT due, taken FROM alerts.tell_changes($1, $2::jsonb, $3, $4)',
      values: [heardBy, JSON.stringify(changes.map(asNotice)), room?.until ?? null, room?.enoughOf ?? []],
    })
    const { due = 0, taken = null } = rows[0] ?? {}
    if (taken !== null && room !== undefined) by?.ready(taken.map(asDue), room.until)()
    ring({ deliveries: due })
  }

  /** @returns what is still to be told of: what was prepared for and is committed is told of now */
  const tellPrepared = async (changes: readonly ResourceNotice[]): Promise<readonly ResourceNotice[]> => {
    const its = prepared
    if (its === undefined) return changes
    const [first, others] = [changes.slice(0, its.of.length), changes.slice(its.of.length)]
    if (!its.of.every((came, place) => first[place]?.came === came)) {
      await its.drop()
      return changes
    }
    const due = await its.keep()
    if (due === undefined) return changes
    ring({ deliveries: due })
    return others
  }

  const tellOfChanges = async (heardBy: string, changes: readonly ResourceNotice[]) => {
    const others = await tellPrepared(changes)
    if (others.length > 0) await tellNow(heardBy, others)
  }

  // What the database refuses together is told one by one, so that nobody is left untold for another's sake.
  const tellTogether = groupCommit<ResourceNotice, ReadonlyMap<ResourceNotice, unknown>>(
    async (changes) => {
      const failures = new Map<ResourceNotice, unknown>()
      const tell = async (heardBy: string, some: readonly ResourceNotice[]) => {
        const told = tellOfChanges(heardBy, some)
        const now = told.catch(() => undefined)
        telling = now
        await told.finally(() => {
          if (telling === now) telling = undefined
        })
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
    async tell(notice) {
      const failures = await tellTogether(notice)
      if (failures.has(notice)) throw failures.get(notice)
    },
    prepare(coming) {
      if (prepared !== undefined || telling !== undefined) return
      const by = carrier
      const [room, own] = [by?.room(), session?.current()]
      if (by === undefined || room === undefined || own === undefined) return
      prepared = prepare(own, by, coming, room, () => (prepared = undefined))
    },
    carriedBy(given) {
      carrier = given
      const own = lastingSession(database, { pipeline: true })
      session = own
      own.current() // opened now, and not when the first change is told of
      return {
        async [Symbol.asyncDispose]() {
          carrier = undefined
          session = undefined
          await telling
          await prepared?.drop()
          await own[Symbol.asyncDispose]()
        },
      }
    },
  }
}

/** What was told of changes that are not committed yet, and seen by nobody. */
interface Prepared {
  /** In their order. */
  readonly of: readonly ComingChange[]
  /** They are committed: what was taken is carried. @returns how much else is due; nothing where it has to be told anew */
  keep(): Promise<number | undefined>
  /** As if nothing had been prepared. */
  drop(): Promise<void>
}

function prepare(
  session: Queryable,
  by: Carrier,
  coming: readonly ComingNotice[],
  { until, enoughOf }: { readonly until: Date; readonly enoughOf: readonly string[] },
  ended: () => void,
): Prepared {
  // What it is about goes as a value: a statement that fails is in the server's log.
  const begin = async () => {
    const [, { rows }] = await Promise.all([
      session.query({ text: 'BEGIN' }),
      session.query<Told>({
        name: 'notice-tell-coming',
        text: 'SELECT due, taken FROM alerts.tell_coming($1::jsonb, $2, $3)',
        values: [JSON.stringify(coming.map(asNotice)), until, enoughOf],
      }),
    ])
    return rows[0]
  }
  // Whoever makes the change sends it first.
  const sent = nextTurn().then(() => {
    const begun = begin()
    begun.catch(() => undefined) // whoever ends this hears of it
    return { begun }
  })
  const back = async () => {
    await sent
    await session.query({ text: 'ROLLBACK' }).catch(() => undefined) // a session that is lost has gone back by itself
    return undefined
  }
  const keep = async () => {
    const { begun } = await sent
    // Behind it on the way, whether it has been answered or not.
    const kept = session.query({ text: 'COMMIT' })
    const ready = begun.then(async (row) => {
      const { due = 0, taken = null } = row ?? {}
      await nextTurn() // whoever made the change is answered first, in this turn
      return { due, carry: taken === null ? undefined : by.ready(taken.map(asDue), until) }
    })
    const [{ due, carry }] = await Promise.all([ready, kept])
    carry?.()
    await nextTurn() // what was begun leaves before anything else is done
    return due
  }
  let ending: Promise<number | undefined> | undefined
  /** @returns nothing where it has ended in another way */
  const end = async (how: () => Promise<number | undefined>): Promise<number | undefined> => {
    if (ending !== undefined) return ending.then(() => undefined)
    clearTimeout(timer)
    ending = how().finally(ended)
    return ending
  }
  const drop = async () => void (await end(back))
  const timer = setTimeout(() => void drop(), PREPARED_FOR_MS)
  return {
    of: coming.map(({ came }) => came),
    // Whoever told of it meanwhile has told it; a commit that was not answered is found when it is told anew.
    keep: async () => end(async () => keep().catch(back)),
    drop,
  }
}

const asNotice = ({ topic, focus, versionId, patient, kind, at, ...other }: ComingNotice | ResourceNotice) => ({
  topic,
  task: focus,
  version: versionId,
  patient,
  kind,
  quiet: false,
  at,
  ...('change' in other ? { change: other.change } : { facts: other.facts }),
})

/** How much is due that nobody took, and what was taken. */
interface Told {
  readonly due: number
  readonly taken: readonly TakenRow[] | null
}

/** Times within JSON are texts. */
type TakenRow = Omit<DeliveryRow, 'at'> & { readonly at: string }

const asDue = (row: TakenRow): DueDelivery => toDue({ ...row, at: new Date(row.at) })
