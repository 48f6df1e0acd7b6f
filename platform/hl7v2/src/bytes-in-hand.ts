/**
 * How much the messages of all connections that are being answered may hold of memory. When it is used up, sockets are not read until answers have
 * left: the senders wait, and TCP tells them so.
 */
export class BytesInHand {
  readonly #most: number
  #bytes = 0
  readonly #waiting = new Set<() => void>()

  /** @param most bytes; one message is always taken, however long it is */
  constructor(most: number) {
    this.#most = most
  }

  /** Whether another message may be begun. Where not, `wake` is called once when it may be worth asking again. */
  hasRoom(wake: () => void): boolean {
    if (this.#bytes < this.#most) return true
    this.#waiting.add(wake)
    return false
  }

  take(bytes: number): void {
    this.#bytes += bytes
  }

  giveBack(bytes: number): void {
    this.#bytes -= bytes
    if (this.#bytes >= this.#most || this.#waiting.size === 0) return
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }
}
