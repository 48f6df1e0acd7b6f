/**
 * Group commit: what many callers ask for in the same turn, or while the last group is on its way, is one statement.
 */

/**
 * Gathers items and hands each group to `commit`; at most one group is on its way at a time.
 *
 * @returns a function that resolves with `commit`'s answer for the group its item was in, and fails with that group's error
 */
export function groupCommit<Item, Answer>(commit: (items: readonly Item[]) => Promise<Answer>): (item: Item) => Promise<Answer> {
  let waiting: { items: Item[]; done: PromiseWithResolvers<Answer> } | undefined
  let busy = false

  const next = async () => {
    if (busy || waiting === undefined) return
    busy = true
    const { items, done } = waiting
    waiting = undefined
    try {
      done.resolve(await commit(items))
    } catch (error) {
      done.reject(error)
    } finally {
      busy = false
      void next()
    }
  }

  return (item) => {
    if (waiting === undefined) {
      waiting = { items: [], done: Promise.withResolvers() }
      if (!busy) setImmediate(() => void next())
    }
    waiting.items.push(item)
    return waiting.done.promise
  }
}
