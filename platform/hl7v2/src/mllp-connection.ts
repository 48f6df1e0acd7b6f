import type { Socket } from 'node:net'
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

interface Slot {
  answer: readonly Buffer[] | undefined
  failed: boolean
}

/** Serves one sender until it leaves or breaks a limit. The caller adds and removes the socket's error listener. */
export class MllpConnection {
  readonly #socket: Socket
  readonly #peer: Peer
  readonly #handle: FrameHandler
  readonly #limits: ConnectionLimits
  readonly #counts: MllpCounts
  readonly #framer: MllpFramer
  readonly #slots: Slot[] = []
  #waiting: Buffer[] = []
  #flushPlanned = false
  #leaving = false
  #idle: NodeJS.Timeout | undefined

  constructor(socket: Socket, peer: Peer, handle: FrameHandler, limits: ConnectionLimits, counts: MllpCounts) {
    this.#socket = socket
    this.#peer = peer
    this.#handle = handle
    this.#limits = limits
    this.#counts = counts
    this.#framer = new MllpFramer({ maxBytes: limits.maxFrameBytes })
    socket.setNoDelay(true) // else two small answers in a row wait about 40 ms for each other
    socket.setKeepAlive(true, 60_000)
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('end', () => this.leave())
    socket.on('drain', () => this.#pump())
    socket.on('close', () => clearTimeout(this.#idle))
  }

  /** Reads no more, answers what has come in, then closes. */
  leave(): void {
    this.#leaving = true
    this.#socket.pause()
    this.#plan()
  }

  #read(chunk: Buffer): void {
    if (this.#leaving) return
    const [garbage, restarts] = [this.#framer.garbageBytes, this.#framer.restarts]
    for (const content of this.#framer.push(chunk)) this.#waiting.push(content)
    this.#counts.garbageBytes += this.#framer.garbageBytes - garbage
    this.#counts.restarts += this.#framer.restarts - restarts
    this.#watch()
    this.#pump()
    if (!this.#framer.overflowed) return
    this.#counts.tooLarge += 1
    this.leave() // the good frames before it are still answered
  }

  #watch(): void {
    if (!this.#framer.unfinished) {
      clearTimeout(this.#idle)
      this.#idle = undefined
    } else if (this.#idle !== undefined) this.#idle.refresh()
    else {
      this.#idle = setTimeout(() => {
        this.#counts.idleClosed += 1
        this.leave()
      }, this.#limits.unfinishedIdleMs).unref()
    }
  }

  #pump(): void {
    let started = 0
    while (started < this.#waiting.length && this.#slots.length < this.#limits.maxInFlight) {
      const content = this.#waiting[started]
      started += 1
      if (content !== undefined) this.#start(content)
    }
    if (started > 0) this.#waiting = this.#waiting.slice(started)
    if (this.#waiting.length > 0 || this.#socket.writableNeedDrain || this.#leaving) this.#socket.pause()
    else this.#socket.resume()
  }

  #start(content: Buffer): void {
    this.#counts.frames += 1
    const slot: Slot = { answer: undefined, failed: false }
    this.#slots.push(slot)
    try {
      const answer = this.#handle(content, this.#peer)
      if (answer instanceof Promise)
        answer.then(
          (ready) => this.#settle(slot, ready),
          () => this.#fail(slot),
        )
      else this.#settle(slot, answer)
    } catch {
      this.#fail(slot)
    }
  }

  #settle(slot: Slot, answer: readonly Buffer[]): void {
    slot.answer = answer
    this.#plan()
  }

  #fail(slot: Slot): void {
    this.#counts.failures += 1
    slot.failed = true
    this.#plan()
  }

  /** Once a turn, after everything that settles in it: all answers of a turn leave in one write. */
  #plan(): void {
    if (this.#flushPlanned) return
    this.#flushPlanned = true
    process.nextTick(() => {
      this.#flushPlanned = false
      this.#flush()
    })
  }

  #flush(): void {
    if (this.#socket.destroyed) return
    const ready: Buffer[] = []
    let done = 0
    let failed = false
    for (const slot of this.#slots) {
      failed = slot.failed
      if (failed || slot.answer === undefined) break
      for (const answer of slot.answer) ready.push(frame(answer))
      done += 1
    }
    if (done > 0) this.#slots.splice(0, done)
    if (ready.length > 0) this.#socket.write(ready.length === 1 && ready[0] !== undefined ? ready[0] : Buffer.concat(ready))
    if (failed) this.#socket.destroySoon()
    else if (!this.#leaving) this.#pump()
    else if (this.#slots.length === 0 && this.#waiting.length === 0) this.#socket.destroySoon()
    else this.#pump()
  }
}
