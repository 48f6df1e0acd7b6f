/**
 * Parts of messages (HL7 v2, DSC and MSH-14) until the whole is there: sealed as in quarantine, since nobody knows yet whom they are about. What was
 * answered for good loses its bytes at once and is forgotten after a day. HAZ-A81
 */
import type { Complaint, Verdict } from '@platform/hl7v2/acknowledgement'
import type { Database } from '@platform/service/database'
import { INTO_QUARANTINE, openSeal } from './quarantine.ts'

/** What a sender is told. */
export interface Said {
  readonly verdict: Verdict
  readonly complaint?: Complaint
}

/** A part as it came. */
export interface PartToKeep {
  readonly content: Buffer
  readonly receivedAt: Date
  readonly facility: string
  /** Who sends it to whom: pointers of two senders have nothing to do with each other. */
  readonly sender: readonly string[]
  readonly continues?: string
  readonly goesOn?: string
}

/** Parts that a later one continues, in their order. */
export interface Former {
  readonly ids: readonly string[]
  readonly contents: readonly Buffer[]
}

/** The parts that wait. */
export interface MessageParts {
  /** Does this alone: which part continues which is decided on what has come before. */
  inTurn<T>(work: () => Promise<T>): Promise<T>
  /** What was answered when the same bytes came before; nothing where they never did. */
  answered(content: Buffer): Promise<Said | undefined>
  /** The parts before the one that continues at this pointer, from the first on; nothing where one is missing, or two may be meant. */
  former(sender: readonly string[], continues: string): Promise<Former | undefined>
  /** Resolves once it is on disk. @returns false when another part waits, or waited, with the same pointer: then neither is ever joined, and what waited is in quarantine */
  keep(part: PartToKeep): Promise<boolean>
  /** The whole was acted on, or refused: the bytes go. */
  settle(former: Former, last: PartToKeep, said: Said): Promise<void>
  /** Puts what waited since before this into quarantine, and forgets what was answered before the other. @returns how many went into quarantine */
  expire(before: { readonly waiting: Date; readonly answered: Date }): Promise<number>
}

const MOST_PARTS = 100

/** Opens them. @param folder `HANDRAIL_HOME/alerts`, where the key is */
export function messagePartsIn(database: Database, folder: string): MessageParts {
  const { markOf, seal, unseal } = openSeal(folder)
  const pointerOf = (sender: readonly string[], pointer: string) => markOf(JSON.stringify(['part', ...sender, pointer]))
  let turn: Promise<unknown> = Promise.resolve()

  /** Nothing where the key is another one. */
  const unsealed = (content: Buffer): Buffer | undefined => {
    try {
      return unseal(content)
    } catch {
      return undefined
    }
  }

  return {
    inTurn(work) {
      const done = turn.then(work)
      turn = done.catch(() => undefined)
      return done
    },
    async answered(content) {
      const { rows } = await database.query<{ answered: Said | null }>({ name: 'part-answered', text: ANSWERED, values: [markOf(content)] })
      const [row] = rows
      return row === undefined ? undefined : (row.answered ?? { verdict: 'accept' })
    },
    async former(sender, continues) {
      const found: Waiting[] = []
      for (let pointer: Buffer | null = pointerOf(sender, continues); pointer !== null; pointer = found[0]?.continues ?? null) {
        const { rows } = await database.query<Waiting>({ name: 'part-former', text: FORMER, values: [pointer] })
        const [part, ...others] = rows
        if (part === undefined || part.barred || others.length > 0 || found.length === MOST_PARTS) return undefined
        found.unshift(part)
      }
      const contents = found.flatMap(({ content }) => unsealed(content) ?? [])
      return contents.length < found.length ? undefined : { ids: found.map(({ id }) => id), contents }
    },
    async keep(part) {
      const { goesOn = '', sender } = part
      const pointer = pointerOf(sender, goesOn)
      const { rowCount } = await database.query({ name: 'part-bar', text: BAR, values: [pointer, part.receivedAt] })
      if ((rowCount ?? 0) > 0) return false
      const continues = part.continues === undefined ? null : pointerOf(sender, part.continues)
      const values = [markOf(part.content), continues, pointer, part.receivedAt, part.facility.slice(0, 100), seal(part.content)]
      await database.query({ name: 'part-keep', text: KEEP, values })
      return true
    },
    async settle({ ids }, last, said) {
      const continues = pointerOf(last.sender, last.continues ?? '')
      const values = [ids, markOf(last.content), continues, last.receivedAt, last.facility.slice(0, 100), JSON.stringify(said)]
      await database.query({ name: 'part-settle', text: SETTLE, values })
    },
    async expire({ waiting, answered }) {
      const { rowCount } = await database.query({ name: 'part-overdue', text: OVERDUE, values: [waiting] })
      await database.query({ name: 'part-forget', text: FORGET, values: [answered] })
      return rowCount ?? 0
    },
  }
}

interface Waiting {
  readonly id: string
  readonly continues: Buffer | null
  readonly content: Buffer
  readonly barred: boolean
}

const ANSWERED = 'SELECT answered FROM alerts.message_part WHERE mark = $1'
const FORMER = `
  SELECT id::text AS id, continues, content, barred FROM alerts.message_part
  WHERE goes_on = $1 AND (answered IS NULL OR barred)`
const KEEP = `
  INSERT INTO alerts.message_part (mark, continues, goes_on, received_at, facility, content) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (mark) DO NOTHING`
// One that a person had replayed, and that stays alone again.
const WAITS_AGAIN = `ON CONFLICT (mark) DO UPDATE
    SET content = excluded.content, why = excluded.why, last_at = excluded.last_at, handled_at = NULL, outcome = NULL, replay_at = NULL`
// Whatever waits at that pointer goes into quarantine as it is sealed, and with it, in the same commit, the pointer is barred.
const BAR = `
  WITH other AS (
    SELECT id, mark, received_at, facility, content FROM alerts.message_part WHERE goes_on = $1 AND (answered IS NULL OR barred) FOR UPDATE
  ), moved AS (
    ${INTO_QUARANTINE}
    SELECT mark, received_at, received_at, facility, 'DSC^1^1 Another part came with the same continuation pointer.', content
    FROM other WHERE content IS NOT NULL
    ${WAITS_AGAIN}
  )
  UPDATE alerts.message_part SET barred = true, content = NULL, answered = '{"verdict":"accept"}', answered_at = $2
  WHERE id IN (SELECT id FROM other)`
// The former parts were taken when they came, and are answered so again.
const SETTLE = `
  WITH former AS (
    UPDATE alerts.message_part SET content = NULL, answered = '{"verdict":"accept"}', answered_at = $4 WHERE id = ANY ($1::bigint[])
  )
  INSERT INTO alerts.message_part (mark, continues, received_at, facility, answered, answered_at) VALUES ($2, $3, $4, $5, $6, $4)
  ON CONFLICT (mark) DO NOTHING`
const OVERDUE = `
  WITH gone AS (
    DELETE FROM alerts.message_part WHERE answered IS NULL AND received_at < $1 RETURNING mark, received_at, facility, content
  )
  ${INTO_QUARANTINE}
  SELECT mark, received_at, received_at, facility, 'DSC^1^1 A part of a message whose other parts did not come.', content FROM gone
  ${WAITS_AGAIN}`
const FORGET = 'DELETE FROM alerts.message_part WHERE answered IS NOT NULL AND answered_at < $1'
