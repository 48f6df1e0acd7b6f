/**
 * Group commit: what many callers ask for in the same moment, or while the last group is on its way, is one statement.
 */

/** How groups are made. */
export interface GroupOptions {
  /** How many groups may be on their way at a time. More of them are smaller, and one that is slow holds fewer others up. @default 1 */
  readonly atOnce?: number
  /** What a group is that none is ahead of: what is asked for in one go, where every moment counts, or in the whole turn of the thread. @default 'turn' */
  readonly gather?: 'go' | 'turn'
}

/**
 * Gathers items and hands each group to `commit`.
 *
 * @returns a function that resolves with `commit`'s answer for the group its item was in, and fails with that group's error
 */
export function groupCommit<Item, Answer>(
  commit: (items: readonly Item[]) => Promise<Answer>,
  { atOnce = 1, gather = 'turn' }: GroupOptions = {},
): (item: Item) => Promise<Answer> {
  let waiting: { items: Item[]; done: PromiseWithResolvers<Answer> } | undefined
  let busy = 0
  const begin = gather === 'go' ? queueMicrotask : setImmediate

  const next = async () => {
    if (busy >= atOnce || waiting === undefined) return
    busy += 1
    const { items, done } = waiting
    waiting = undefined
    try {
      done.resolve(await commit(items))
    } catch (error) {
      done.reject(error)
    } finally {
      busy -= 1
      void next()
    }
  }

  return (item) => {
    if (waiting === undefined) {
      waiting = { items: [], done: Promise.withResolvers() }
      if (busy < atOnce) begin(() => void next())
    }
    waiting.items.push(item)
    return waiting.done.promise
  }
}
