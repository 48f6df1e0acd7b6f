/**
 * So much at once to each receiver, over all that this process carries: whoever hangs is waited for by so many and no more, and holds up nobody else. What
 * waits for its turn goes in its order, what is tried again among it: what came first is the first to be given up. HAZ-A12, HAZ-A90
 */

/** Whose turn it is. */
export interface Turns {
  /** Does the work when its turn has come: at once, before this returns, where less than so much is under way. @param place what has a lower one goes first */
  take<T>(receiver: string, place: bigint, work: () => Promise<T>): Promise<T>
}

interface Receiver {
  underWay: number
  readonly waiting: { readonly place: bigint; readonly go: () => void }[]
}

/** Nothing is under way. @param most at once to one receiver */
export function turnsOf(most: number): Turns {
  const receivers = new Map<string, Receiver>()
  const its = (receiver: string): Receiver => {
    const known = receivers.get(receiver) ?? { underWay: 0, waiting: [] }
    receivers.set(receiver, known)
    return known
  }
  return {
    async take(receiver, place, work) {
      const known = its(receiver)
      const { waiting } = known
      if (known.underWay < most) known.underWay += 1
      else
        await new Promise<void>((go) => {
          const before = waiting.findLastIndex((one) => one.place <= place)
          waiting.splice(before + 1, 0, { place, go })
        })
      try {
        return await work()
      } finally {
        const next = waiting.shift() // whose turn it is goes on in place of what has ended
        if (next === undefined) known.underWay -= 1
        else next.go()
        if (known.underWay === 0) receivers.delete(receiver)
      }
    },
  }
}
