import { setTimeout as wait } from 'node:timers/promises'

/**
 * Waits for a condition, looking every few milliseconds.
 *
 * @throws Error naming the condition when it has not come true within `withinMs`, 60 s unless given: longer than any busy machine needs
 */
export async function until(what: string, condition: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain until: ${what}`)
    await wait(5)
  }
}
