/**
 * All that stays of messages about people who are not ours: keyed hashes, for a day. They make a repeat recognisable and an early cancel
 * remembered; without the key, which is destroyed every 24 hours, they say nothing about anybody. HAZ-A09 trace of people not registered.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '@platform/service/database'
import type { TakenBack } from '../domain/adt.ts'
import { keyedHash } from './keyed-hash.ts'
import { MARK_BYTES, MarkTable } from './mark-table.ts'

/** The marks of the current day. */
export interface UnregisteredMarks extends AsyncDisposable {
  /**
   * Marks a message; true when it was marked before. In memory at once, in the table within a second: losing it does no harm.
   *
   * @param sender who sent it under which id, where the content does not say so itself
   */
  seen(content: Uint8Array, sender?: readonly string[]): boolean
  /** Resolves when every mark is in the table, or could not be put there: for whom an answer must take as long as one about somebody of ours. */
  written(): Promise<void>
  /** Marks facility and visit of a cancel that concerns nobody of ours, with what it takes back; resolves when it is on disk. */
  cancelled(facility: string, visit: string, takesBack: TakenBack, recordedAt: Date): Promise<void>
  /** When the last such cancel was recorded: what it takes back, and the hospital recorded before, is dead on arrival. */
  cancelledAt(facility: string, visit: string, takesBack: TakenBack): Date | undefined
  /** A keyed hash of values that were compared, to be stored with a decision. */
  hash(parts: readonly string[]): Buffer
  /** Destroys the key and every mark when the key is older than 24 hours by this clock. */
  rotate(now: Date): Promise<void>
}

const KEY_LIFE_MS = 24 * 3_600_000
/** Marks of 96 bits kept in memory (two of a million frames a day collide once in some 10^17 days): half a million frames a day and hospital group; beyond it the older half is forgotten, in the table too at the next rotation. */
const MOST_IN_MEMORY = 1_000_000
const WRITE_AFTER_MS = 500

/**
 * Opens the marks. The key is a file of `folder` that only this user can read.
 *
 * @param folder `HANDRAIL_HOME/alerts`
 */
export async function openUnregisteredMarks(
  database: Database,
  { folder, now }: { readonly folder: string; readonly now: Date },
): Promise<UnregisteredMarks> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'mark-key')
  const held = readKey(file)
  let key = held ?? newKey(file, now)
  if (held === undefined) await database.query({ text: 'TRUNCATE alerts.unregistered_marks, alerts.unregistered_cancel' }) // of a key that is gone
  const { rows } = await database.query<{ marks: Buffer }>({ text: 'SELECT marks FROM alerts.unregistered_marks' })
  const { rows: cancelled } = await database.query<{ mark: Buffer; cancelled_at: Date }>({
    text: 'SELECT mark, cancelled_at FROM alerts.unregistered_cancel',
  })
  let marks = new MarkTable()
  for (const { marks: batch } of rows) for (let at = 0; at + MARK_BYTES <= batch.length; at += MARK_BYTES) marks.add(batch, at)
  let cancels = new Map(cancelled.map(({ mark, cancelled_at: at }) => [mark.toString('latin1'), at]))
  let older = new MarkTable()
  let unwritten = Buffer.allocUnsafe(1_024 * MARK_BYTES)
  let unwrittenBytes = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  /** One character a byte. */
  const markOf = (parts: readonly string[], content: Uint8Array = NOTHING): string =>
    key.hash(parts.length === 0 ? '' : parts.join('\u0000'), content).slice(0, MARK_BYTES)
  const write = async () => {
    timer = undefined
    const batch = Buffer.from(unwritten.subarray(0, unwrittenBytes))
    unwrittenBytes = 0
    // Losing a mark in a crash only means that one repeat is not recognised, so nobody waits for the disk.
    if (batch.length > 0) await database.query({ name: 'marks-write', text: WRITE, values: [batch] }).catch(() => undefined)
  }

  return {
    seen(content, sender = NOBODY) {
      if (unwrittenBytes === unwritten.length) unwritten = Buffer.concat([unwritten, Buffer.allocUnsafe(unwritten.length)])
      unwritten.write(markOf(sender, content), unwrittenBytes, MARK_BYTES, 'latin1')
      if (older.has(unwritten, unwrittenBytes) || !marks.add(unwritten, unwrittenBytes)) return true
      if (marks.size >= MOST_IN_MEMORY / 2) [older, marks] = [marks, new MarkTable()]
      unwrittenBytes += MARK_BYTES
      timer ??= setTimeout(() => (writing = write()), WRITE_AFTER_MS)
      return false
    },
    written() {
      clearTimeout(timer)
      writing = Promise.all([writing, write()]).then(() => undefined)
      return writing
    },
    async cancelled(facility, visit, takesBack, recordedAt) {
      const mark = markOf(cancelOf(facility, visit, takesBack))
      const before = cancels.get(mark)
      if (before === undefined || before < recordedAt) cancels.set(mark, recordedAt) // the last one, in whatever order they come
      await database.query({ name: 'marks-cancelled', text: CANCEL, values: [Buffer.from(mark, 'latin1'), recordedAt] })
    },
    cancelledAt: (facility, visit, takesBack) => cancels.get(markOf(cancelOf(facility, visit, takesBack))),
    hash: (parts) => Buffer.from(markOf(['compared', ...parts]), 'latin1'),
    async rotate(at) {
      if (at.getTime() - key.madeAt < KEY_LIFE_MS) return
      key = newKey(file, at)
      marks = new MarkTable()
      older = new MarkTable()
      cancels = new Map()
      unwrittenBytes = 0
      await database.query({ text: 'TRUNCATE alerts.unregistered_marks, alerts.unregistered_cancel' })
    },
    [Symbol.asyncDispose]: async () => {
      clearTimeout(timer)
      await writing
      await write()
    },
  }
}

const WRITE = 'INSERT INTO alerts.unregistered_marks (marks) VALUES ($1)'
const CANCEL =
  'INSERT INTO alerts.unregistered_cancel AS held (mark, cancelled_at) VALUES ($1, $2) ON CONFLICT (mark) DO UPDATE SET cancelled_at = greatest(held.cancelled_at, excluded.cancelled_at)'

const cancelOf = (facility: string, visit: string, takesBack: TakenBack): readonly string[] =>
  takesBack === 'visit' ? ['cancelled', facility, visit] : ['cancelled', facility, visit, takesBack]

interface MarkKey {
  readonly hash: ReturnType<typeof keyedHash>
  readonly madeAt: number
}

const NOTHING = new Uint8Array(0)
const NOBODY: readonly string[] = []

function readKey(file: string): MarkKey | undefined {
  try {
    const { secret, madeAt } = JSON.parse(readFileSync(file, 'utf8')) as { secret: string; madeAt: number }
    return { hash: keyedHash(Buffer.from(secret, 'base64')), madeAt }
  } catch {
    return undefined // none yet, or one that cannot be read and therefore marks nothing
  }
}

/** The old key is overwritten in place before the new one takes its name. */
function newKey(file: string, at: Date): MarkKey {
  const [secret, madeAt] = [randomBytes(32), at.getTime()]
  const fresh = `${file}.new`
  writeFileSync(fresh, JSON.stringify({ secret: secret.toString('base64'), madeAt }), { mode: 0o600, flush: true })
  try {
    writeFileSync(file, randomBytes(128), { flag: 'r+', flush: true })
  } catch {
    // there was none
  }
  renameSync(fresh, file)
  return { hash: keyedHash(secret), madeAt }
}
