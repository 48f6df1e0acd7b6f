import { setTimeout as wait } from 'node:timers/promises'

/**
 * How long an answer took is told in whole steps: what a registered person's message costs more than anybody else's is less than one, as long as the
 * machine keeps up. HAZ-A09
 */
const STEP_MS = 25

/** Resolves at the end of the step that is under way, counted from when the request came. @param came of `performance.now()` */
export async function endOfStep(came: number): Promise<void> {
  const taken = performance.now() - came
  await wait(Math.ceil(STEP_MS * Math.max(1, Math.ceil(taken / STEP_MS)) - taken))
}
