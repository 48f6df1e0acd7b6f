/**
 * Parts of messages (HL7 v2, DSC and MSH-14) until the whole is there: sealed as in quarantine, since nobody knows yet whom they are about. What was
 * answered for good loses its bytes at once and is forgotten after a day. HAZ-A81
 */
import type { Complaint, Verdict } from '@platform/hl7v2/acknowledgement'
import type { Database } from '@platform/service/database'
import { openSeal, type Quarantine } from './quarantine.ts'

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
export function messagePartsIn(database: Database, folder: string, quarantine: Pick<Quarantine, 'keep'>): MessageParts {
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
  const intoQuarantine = async ({ received_at: receivedAt, facility, content }: Waiting, why: string) =>
    quarantine.keep({ content: unsealed(content) ?? content, receivedAt, facility, why })

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
      const { rows } = await database.query<Waiting>({ name: 'part-former', text: FORMER, values: [pointer] })
      for (const other of rows) {
        if (!other.barred) await intoQuarantine(other, 'DSC^1^1 Another part came with the same continuation pointer.')
        await database.query({ name: 'part-bar', text: BAR, values: [other.id, part.receivedAt] })
      }
      if (rows.length > 0) return false
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
      const { rows } = await database.query<Waiting>({ name: 'part-overdue', text: OVERDUE, values: [waiting] })
      for (const part of rows) {
        // First into quarantine: what a crash leaves is put there again, and counted there as the same.
        await intoQuarantine(part, 'DSC^1^1 A part of a message whose other parts did not come.')
        await database.query({
          name: 'part-gone',
          text: 'DELETE FROM alerts.message_part WHERE id = $1 AND answered IS NULL',
          values: [part.id],
        })
      }
      await database.query({ name: 'part-forget', text: FORGET, values: [answered] })
      return rows.length
    },
  }
}

interface Waiting {
  readonly id: string
  readonly continues: Buffer | null
  readonly received_at: Date
  readonly facility: string
  readonly content: Buffer
  readonly barred: boolean
}

const ANSWERED = 'SELECT answered FROM alerts.message_part WHERE mark = $1'
const FORMER = `
  SELECT id::text AS id, continues, received_at, facility, content, barred FROM alerts.message_part
  WHERE goes_on = $1 AND (answered IS NULL OR barred)`
const KEEP = `
  INSERT INTO alerts.message_part (mark, continues, goes_on, received_at, facility, content) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (mark) DO NOTHING`
const BAR = `
  UPDATE alerts.message_part SET barred = true, content = NULL, answered = '{"verdict":"accept"}', answered_at = $2 WHERE id = $1`
// The former parts were taken when they came, and are answered so again.
const SETTLE = `
  WITH former AS (
    UPDATE alerts.message_part SET content = NULL, answered = '{"verdict":"accept"}', answered_at = $4 WHERE id = ANY ($1::bigint[])
  )
  INSERT INTO alerts.message_part (mark, continues, received_at, facility, answered, answered_at) VALUES ($2, $3, $4, $5, $6, $4)
  ON CONFLICT (mark) DO NOTHING`
const OVERDUE = `
  SELECT id::text AS id, continues, received_at, facility, content, barred FROM alerts.message_part
  WHERE answered IS NULL AND received_at < $1 ORDER BY id LIMIT 100`
const FORGET = 'DELETE FROM alerts.message_part WHERE answered IS NOT NULL AND answered_at < $1'
