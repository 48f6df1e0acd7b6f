/**
 * The lines of an export, on their way from PostgreSQL to the reader. A text is neither parsed nor decoded: it is copied once, from where it was
 * read to, into a share of lines, and a share is written over when the reader has it. Memory is so what a connection has, whatever is exported. HAZ-P133
 */
import type { Pool, PoolClient } from 'pg'
import { copyConnections, copyOut } from './copy-out.ts'
import { READ_BYTES } from './copy-socket.ts'
import { rowsOf, type Counted, type RowsAsked } from './export-rows.ts'

/** Files that are read at once, each by a connection of its own; the next one waits. */
export const FILES_AT_ONCE = 4
/** What is read before the people in it are named and it may leave: an entry of the trail is an fsync, and so much shares one. */
const SHARE_BYTES = 1024 * 1024
/** One that the reader is taking, one whose people are being named, one that is being filled. */
const SHARES = 3
/** What all files together hold of what they send, in bytes: 13 MB. A resource that is longer than a share comes on top, while it is sent. */
export const EXPORT_BYTES = FILES_AT_ONCE * (SHARES * SHARE_BYTES + READ_BYTES)

/** People named in one entry of the audit trail. */
const PEOPLE_AN_ENTRY = 1000
const NEW_LINE = 0x0a
/** Of a field: its length, 4 bytes. */
const LENGTH_BYTES = 4

/** The connections that files are read by; they go, and the memory with them, ten seconds after they were last wanted. */
export const exportConnections = (url: string): Pool => copyConnections(url, FILES_AT_ONCE)

/** What is asked for, and by whom. */
export interface LinesRequest extends RowsAsked {
  readonly kind: Counted['kind']
}

/**
 * The lines of a file in one step of its walk, one resource each. PostgreSQL sends each with whose record it is; that is taken off, and
 * said and kept before the line leaves. While one share is being kept, the next is read, and no further.
 *
 * @param disclosing called with ids of Patients, 1,000 at most at a time, each once a step; resolves when the audit trail holds them
 * @returns bytes that are others as soon as the next are asked for
 */
export async function* linesOf(
  connections: Pool,
  { kind, ...asked }: LinesRequest,
  disclosing: (people: readonly string[]) => Promise<void>,
): AsyncGenerator<Buffer> {
  const client = await connections.connect()
  let broken: Error | undefined = new Error('The reader stopped')
  try {
    const shares = shareReader(client, `COPY (${rowsOf(kind, asked)}) TO STDOUT WITH (FORMAT binary)`)
    let read: { readonly share: Share; readonly kept: Promise<unknown> } | undefined
    for (;;) {
      const share = await shares.next()
      if (read !== undefined) {
        await read.kept
        yield read.share.lines
        shares.done(read.share)
      }
      // Only when all has come the connection is of use to the next: whoever stops reading leaves it in the middle of a COPY.
      if (share === undefined) break
      const kept = Promise.all(entriesOf(share.people).map(disclosing))
      // It is awaited a share later: until then nobody else would hear that it failed.
      kept.catch(() => undefined)
      read = { share, kept }
    }
    broken = undefined
  } finally {
    client.release(broken)
  }
}

function entriesOf(people: readonly string[]): (readonly string[])[] {
  return Array.from({ length: Math.ceil(people.length / PEOPLE_AN_ENTRY) }, (_, entry) =>
    people.slice(entry * PEOPLE_AN_ENTRY, (entry + 1) * PEOPLE_AN_ENTRY),
  )
}

interface Share {
  readonly lines: Buffer
  /** Those in it that were in none before. */
  readonly people: readonly string[]
  /** What its lines lie in. */
  readonly room: Buffer
}

interface ShareReader {
  /** The next whole lines without whose they are; nothing when all have been given. */
  next(): Promise<Share | undefined>
  /** Its bytes may be written over. */
  done(share: Share): void
}

/** Rooms of shares that nobody uses now, by the connection that has them, so that they go with it. */
const spare = new WeakMap<PoolClient, Buffer[]>()

function shareReader(client: PoolClient, statement: string): ShareReader {
  const empty = spare.get(client) ?? []
  spare.set(client, empty)
  const named = new Set<string>()
  const full: Share[] = []
  let people: string[] = []
  let room: Buffer | undefined
  let filled = 0
  /** Shares that are filled and not done with. */
  let away = 0
  let wake = () => {}

  function finish(from: Buffer): void {
    full.push({ lines: from.subarray(0, filled), people, room: from })
    people = []
    room = undefined
    filled = 0
    away += 1
    wake()
  }

  function roomFor(length: number): Buffer {
    if (room !== undefined && filled + length > room.length) finish(room)
    room ??= length > SHARE_BYTES ? Buffer.allocUnsafeSlow(length) : (empty.pop() ?? Buffer.allocUnsafeSlow(SHARE_BYTES))
    return room
  }

  const copy = copyOut(client, statement, (bytes, at) => {
    const text = at + LENGTH_BYTES + Math.max(0, bytes.readInt32BE(at))
    const from = text + LENGTH_BYTES
    const length = bytes.readInt32BE(text)
    const lines = roomFor(length + 1)
    const patient = bytes.toString('latin1', at + LENGTH_BYTES, text)
    if (patient !== '' && !named.has(patient)) {
      named.add(patient)
      people.push(patient)
    }
    filled += bytes.copy(lines, filled, from, from + length)
    lines[filled++] = NEW_LINE
    // What has been read already still comes, and needs a place.
    if (away >= SHARES - 1 && lines.length - filled < READ_BYTES) copy.pause()
  })
  let ended = false
  const end = copy.ended.finally(() => {
    ended = true
    wake()
  })
  end.catch(() => undefined)

  return {
    async next() {
      while (full.length === 0 && !ended) await new Promise<void>((resolve) => (wake = resolve))
      if (full.length === 0) {
        await end
        if (room !== undefined) finish(room)
      }
      return full.shift()
    },
    done(share) {
      away -= 1
      if (share.room.length === SHARE_BYTES && empty.length < SHARES) empty.push(share.room)
      copy.resume()
    },
  }
}
