// HL7 v2 Minimal Lower Layer Protocol: a frame is VT, message, FS, CR. HL7 v2.5.1 Implementation Guide, appendix C (MLLP release 1).

const VT = 0x0b
const FS = 0x1c
const CR = 0x0d

/** Longest message a frame may hold unless told otherwise: 1 MiB, as NHS Wales' integration hub takes. */
export const MAX_FRAME_BYTES = 1_048_576

/** The bytes of one frame around a message. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(message.length + 3)
  framed[0] = VT
  framed.set(message, 1)
  framed[message.length + 1] = FS
  framed[message.length + 2] = CR
  return framed
}

/**
 * Finds the messages in a byte stream that may be cut anywhere. Every byte is looked at once and kept in the piece it came in;
 * pieces are joined when the frame ends, so that the cost of a frame grows with its size and not with the number of reads.
 * It never throws.
 */
export class MllpFramer {
  /** Bytes dropped because they lay outside any frame. */
  garbageBytes = 0
  /** Frames dropped because the sender began again before it had ended them. */
  restarts = 0
  /** A frame passed the limit; nothing is read any more and the connection must be closed. */
  overflowed = false

  readonly #maxBytes: number
  #inside = false
  /** FS was the last byte seen and whether it ends the frame is decided by the next one. */
  #separatorSeen = false
  #pieces: Buffer[] = []
  #bytes = 0

  /** @param limits.maxBytes longest message in a frame, in bytes; default 1 MiB */
  constructor({ maxBytes = MAX_FRAME_BYTES }: { readonly maxBytes?: number } = {}) {
    this.#maxBytes = maxBytes
  }

  /** A frame has begun and not ended. */
  get unfinished(): boolean {
    return this.#inside
  }

  /**
   * The messages that ended in these bytes, in order. A message that lies in one chunk is a view of it: copy what is kept.
   */
  push(chunk: Buffer): Buffer[] {
    const messages: Buffer[] = []
    let at = 0
    let from = 0 // where the part of the current frame begins in this chunk
    while (at < chunk.length && !this.overflowed) {
      if (!this.#inside) {
        const start = chunk.indexOf(VT, at)
        this.garbageBytes += (start < 0 ? chunk.length : start) - at
        if (start < 0) break
        this.#inside = true
        from = at = start + 1
        continue
      }
      if (this.#separatorSeen) {
        this.#separatorSeen = false
        const byte = chunk[at]
        if (byte === CR || byte === VT) {
          messages.push(this.#end())
          this.#inside = byte === VT // a sender that forgets CR is understood by its next VT
          from = at += 1
          continue
        }
        this.#keep(SEPARATOR) // FS was a byte of the message
        from = at
      }
      const end = chunk.indexOf(FS, at)
      const stop = end < 0 ? chunk.length : end
      const again = chunk.subarray(at, stop).lastIndexOf(VT)
      if (again >= 0) {
        this.restarts += 1
        this.#drop()
        from = at + again + 1
      }
      if (end >= 0 && end + 1 < chunk.length && chunk[end + 1] !== CR && chunk[end + 1] !== VT) {
        at = end + 1 // FS is a byte of the message: the part goes on, nothing is cut
        if (this.#bytes + at - from > this.#maxBytes) this.#overflow()
        continue
      }
      this.#keep(chunk.subarray(from, stop))
      this.#separatorSeen = end >= 0
      from = at = stop + 1
    }
    return messages
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0 || this.overflowed) return
    this.#bytes += piece.length
    if (this.#bytes > this.#maxBytes) return this.#overflow()
    this.#pieces.push(piece)
  }

  #end(): Buffer {
    const [first] = this.#pieces
    const message = this.#pieces.length === 1 && first !== undefined ? first : Buffer.concat(this.#pieces, this.#bytes)
    this.#drop()
    return message
  }

  #drop(): void {
    this.#pieces = []
    this.#bytes = 0
    this.#separatorSeen = false
  }

  #overflow(): void {
    this.overflowed = true
    this.#inside = false
    this.#drop()
  }
}

const SEPARATOR = Buffer.from([FS])
