import { setTimeout as wait } from 'node:timers/promises'

/**
 * Waits for a condition, looking every few milliseconds.
 *
 * @throws Error naming the condition when it has not come true within `withinMs`, 20 s unless given
 */
export async function until(what: string, condition: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain until: ${what}`)
    await wait(5)
  }
}
