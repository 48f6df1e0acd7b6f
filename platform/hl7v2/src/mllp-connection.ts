import type { Socket } from 'node:net'
import type { BytesInHand } from './bytes-in-hand.ts'
import { frame, MllpFramer } from './mllp-framer.ts'

/** What happened on the listener since it began, in counts; and what an operator must hear of. */
export interface MllpCounts {
  frames: number
  garbageBytes: number
  restarts: number
  tooLarge: number
  idleClosed: number
  refusedConnections: number
  failures: number
}

/** Who is at the other end. */
export interface Peer {
  readonly address: string
  readonly port: number
}

/**
 * What a message is answered with: the messages to send back, none to many, each put into a frame of its own. A promise is waited for,
 * answers leave in the order the frames came in. A rejection closes the connection without an answer: the sender keeps its message and sends it again.
 */
export type FrameHandler = (content: Buffer, peer: Peer) => readonly Buffer[] | Promise<readonly Buffer[]>

/** Limits of one connection. */
export interface ConnectionLimits {
  /** Longest message, bytes. */
  readonly maxFrameBytes: number
  /** How long a frame that has begun may stay without a further byte, ms. None between frames: feeds are quiet at night. */
  readonly unfinishedIdleMs: number
  /** Messages of this connection being answered at once; beyond it the socket is not read. */
  readonly maxInFlight: number
}

/** The place of an answer among those of its connection. */
interface Slot {
  answer: readonly Buffer[] | undefined
  failed: boolean
}

/** What all connections of a listener share. */
export interface SharedByConnections {
  readonly handle: FrameHandler
  readonly limits: ConnectionLimits
  readonly counts: MllpCounts
  readonly inHand: BytesInHand
}

/** Serves one sender until it leaves or breaks a limit. The caller adds and removes the socket's error listener. */
export class MllpConnection {
  readonly #socket: Socket
  readonly #peer: Peer
  readonly #shared: SharedByConnections
  readonly #framer: MllpFramer
  /** Frames that were begun and whose answers have not left, in their order. */
  readonly #slots: Slot[] = []
  /** Frames that have come in and were not begun. While there are any, the socket is not read: they came in one read. */
  #waiting: readonly Buffer[] = []
  #turnPlanned = false
  #leaving = false
  #idle: NodeJS.Timeout | undefined

  constructor(socket: Socket, peer: Peer, shared: SharedByConnections) {
    this.#socket = socket
    this.#peer = peer
    this.#shared = shared
    this.#framer = new MllpFramer({ maxBytes: shared.limits.maxFrameBytes })
    socket.setNoDelay(true) // else two small answers in a row wait about 40 ms for each other
    socket.setKeepAlive(true, 60_000)
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('end', () => this.leave())
    socket.on('drain', () => this.#turn())
    socket.on('close', () => clearTimeout(this.#idle))
  }

  /** Reads no more, answers what has come in, then closes. */
  leave(): void {
    this.#leaving = true
    this.#socket.pause()
    this.#planTurn()
  }

  #read(chunk: Buffer): void {
    if (this.#leaving) return
    const { counts } = this.#shared
    const [garbage, restarts] = [this.#framer.garbageBytes, this.#framer.restarts]
    const messages = this.#framer.push(chunk)
    this.#waiting = this.#waiting.length === 0 ? messages : [...this.#waiting, ...messages]
    counts.garbageBytes += this.#framer.garbageBytes - garbage
    counts.restarts += this.#framer.restarts - restarts
    this.#watch()
    if (this.#framer.overflowed) {
      counts.tooLarge += 1
      this.#leaving = true // the good frames before it are still answered
    }
    this.#turn()
  }

  #watch(): void {
    if (!this.#framer.unfinished) {
      clearTimeout(this.#idle)
      this.#idle = undefined
    } else if (this.#idle !== undefined) this.#idle.refresh()
    else {
      this.#idle = setTimeout(() => {
        if (this.#socket.isPaused()) return void this.#idle?.refresh() // it is we who do not read
        this.#shared.counts.idleClosed += 1
        this.leave()
      }, this.#shared.limits.unfinishedIdleMs).unref()
    }
  }

  /** After everything that settles in this turn of the event loop: all its answers leave in one write. */
  readonly #planTurn = (): void => {
    if (this.#turnPlanned) return
    this.#turnPlanned = true
    process.nextTick(() => {
      this.#turnPlanned = false
      this.#turn()
    })
  }

  /** Sends what is answered and begins what waits, as long as either makes room for the other. */
  #turn(): void {
    const socket = this.#socket
    if (socket.destroyed) return
    const ready: Buffer[] = []
    let failed = this.#takeAnswered(ready)
    while (!failed && this.#beginWaiting()) failed = this.#takeAnswered(ready)
    const [first] = ready
    if (first !== undefined) socket.write(ready.length === 1 ? first : Buffer.concat(ready))

    const idle = this.#slots.length === 0 && this.#waiting.length === 0
    if (failed || (this.#leaving && idle)) socket.destroySoon()
    else if (this.#leaving || this.#waiting.length > 0 || socket.writableNeedDrain) socket.pause()
    else if (socket.isPaused()) socket.resume()
  }

  /** Moves the answers that nothing waits before into `ready`. @returns whether the next one is a failure */
  #takeAnswered(ready: Buffer[]): boolean {
    let done = 0
    let failed = false
    for (const slot of this.#slots) {
      failed = slot.failed
      if (failed || slot.answer === undefined) break
      for (const answer of slot.answer) ready.push(frame(answer))
      done += 1
    }
    if (done > 0) this.#slots.splice(0, done)
    return failed
  }

  /** Begins as many of the waiting frames as may be in hand; none while the sender does not take its answers. @returns whether any was */
  #beginWaiting(): boolean {
    const { limits, inHand } = this.#shared
    if (this.#waiting.length === 0 || this.#socket.writableNeedDrain) return false
    let begun = 0
    while (begun < this.#waiting.length && this.#slots.length < limits.maxInFlight && inHand.hasRoom(this.#planTurn)) {
      this.#begin(this.#waiting[begun] as Buffer)
      begun += 1
    }
    this.#waiting = begun === this.#waiting.length ? NONE : this.#waiting.slice(begun)
    return begun > 0
  }

  #begin(content: Buffer): void {
    const { handle, counts, inHand } = this.#shared
    counts.frames += 1
    const slot: Slot = { answer: undefined, failed: false }
    this.#slots.push(slot)
    try {
      const answer = handle(content, this.#peer)
      if (!(answer instanceof Promise)) {
        slot.answer = answer
        return
      }
      inHand.take(content.length)
      void answer
        .then(
          (ready) => (slot.answer = ready),
          () => this.#fail(slot),
        )
        .then(() => {
          inHand.giveBack(content.length)
          this.#planTurn()
        })
    } catch {
      this.#fail(slot)
    }
  }

  #fail(slot: Slot): void {
    this.#shared.counts.failures += 1
    slot.failed = true
  }
}

const NONE: readonly Buffer[] = []
