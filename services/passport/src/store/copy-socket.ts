/**
 * A socket to PostgreSQL that reads into one buffer again and again, and gives the data of a copy from there. A usual socket has new memory
 * for each packet, outside of the heap; at 80 MB a second the collector walks the whole heap several times a second for it, which took more
 * of the processor than all the rest of an export. What is no data of a copy goes to the driver as any socket gives it, as bytes of its own.
 * PostgreSQL documentation, "Frontend/Backend Protocol", 55.7 "Message Formats".
 */
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** Given the data of one message of a copy, from `from` to before `to`. The bytes are others afterwards: whoever wants them copies them now. */
export type TakeData = (bytes: Buffer, from: number, to: number) => void

/** What one read brings at most, in bytes; the buffer grows for a message that is longer, and back after it. */
export const READ_BYTES = 256 * 1024

/** A kind of message, one byte, and the length of all but that. */
const HEADER_BYTES = 5
const COPY_DATA = 0x64 // 'd'

interface Taking {
  take: TakeData | undefined
}

const taking = new WeakMap<Duplex, Taking>()

/** A socket for a connection that is not encrypted, not connected yet. */
export function copySocket(): Socket {
  const to: Taking = { take: undefined }
  let bytes: Buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  /** Of a message whose rest has not come: it lies at the beginning. */
  let held = 0
  const socket = new Socket({
    onread: {
      buffer: () => bytes.subarray(held),
      callback: (read) => {
        const end = held + read
        const rest = giveMessages(bytes, end, to.take, (of) => socket.emit('data', of))
        held = end - rest
        bytes.copyWithin(0, rest, end)
        const room = Math.max(READ_BYTES, held < HEADER_BYTES ? 0 : lengthAt(bytes, 0))
        if (room !== bytes.length) bytes = inRoomOf(room, bytes, held)
        return true
      },
    },
  })
  taking.set(socket, to)
  return socket
}

/** Lets the data of the copies of this connection come here, or no longer. @returns whether the socket can: else the driver has them */
export function takeFrom(stream: Duplex, take: TakeData | undefined): boolean {
  const to = taking.get(stream)
  if (to !== undefined) to.take = take
  return to !== undefined
}

const lengthAt = (bytes: Buffer, at: number): number => bytes.readUInt32BE(at + 1) + 1

/** @returns where the first message begins that is not whole */
function giveMessages(bytes: Buffer, end: number, take: TakeData | undefined, others: (bytes: Buffer) => void): number {
  let at = 0
  let from = 0
  const giveOthers = (before: number): void => {
    if (before > from) others(Buffer.from(bytes.subarray(from, before)))
  }
  while (at + HEADER_BYTES <= end) {
    const next = at + lengthAt(bytes, at)
    if (next > end) break
    if (take !== undefined && bytes[at] === COPY_DATA) {
      giveOthers(at)
      take(bytes, at + HEADER_BYTES, next)
      from = next
    }
    at = next
  }
  giveOthers(at)
  return at
}

function inRoomOf(room: number, bytes: Buffer, held: number): Buffer {
  const other = Buffer.allocUnsafeSlow(room)
  bytes.copy(other, 0, 0, held)
  return other
}
