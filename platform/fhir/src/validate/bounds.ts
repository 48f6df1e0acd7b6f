/** Deeper than any record needs; the JSON parser at the door has the same limit. */
const DEEPEST = 64
const MOST_NODES = 200_000
const TOO_MANY = 'It has more than 200,000 values.'

/** Why a value is not even walked: too deep, or too many values in it. Undefined when it is neither. Recursion is safe afterwards. */
export function outOfBounds(value: unknown): string | undefined {
  const waiting: unknown[] = [value]
  const depths: number[] = [1]
  let nodes = 0
  while (waiting.length > 0) {
    const next = waiting.pop()
    const depth = depths.pop() ?? 0
    nodes += 1
    if (nodes > MOST_NODES) return TOO_MANY
    if (typeof next !== 'object' || next === null) continue
    if (depth > DEEPEST) return `It is nested deeper than ${String(DEEPEST)} levels.`
    if (Array.isArray(next)) {
      // Counted before it is walked: a list of holes is long at no cost to its sender.
      if (next.length + nodes > MOST_NODES) return TOO_MANY
      for (const item of next) {
        if (typeof item === 'object' && item !== null) {
          waiting.push(item)
          depths.push(depth + 1)
        } else nodes += 1
      }
      continue
    }
    for (const key of Object.keys(next)) {
      const item = (next as Record<string, unknown>)[key]
      if (typeof item === 'object' && item !== null) {
        waiting.push(item)
        depths.push(depth + 1)
      } else nodes += 1
    }
  }
  return nodes > MOST_NODES ? TOO_MANY : undefined
}
