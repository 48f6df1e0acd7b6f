/**
 * What a story is: steps in plain words, each of which does something through a public door of the hub and says what it saw. The demonstration
 * tells them, the journeys of the tests prove them.
 */

/** One step. */
export interface Step {
  readonly word: 'Given' | 'When' | 'Then' | 'And'
  /** The sentence, without its first word. */
  readonly text: string
  /** Does it, looks at what came of it, and answers what was seen, in words; one line or several. @throws NotSo when it is not as told */
  run(): Promise<string>
}

/** A story with its steps, in order: each relies on those before it. */
export interface Story {
  readonly title: string
  /** Who is in it and why it matters, in a sentence or two. */
  readonly about: string
  readonly steps: readonly Step[]
}

/** Something is not as the story tells it. The message is a sentence. */
export class NotSo extends Error {
  override readonly name: string = 'NotSo'
}

/** It has not come to that in the time that was given. */
export class NotSoYet extends NotSo {
  override readonly name = 'NotSoYet'
}

/** @throws NotSo with this sentence unless the condition holds */
export function expect(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new NotSo(sentence)
}

const step =
  (word: Step['word']) =>
  (text: string, run: Step['run']): Step => ({ word, text, run })

export const given = step('Given')
export const when = step('When')
/** Says "Then"; a module that exports that word itself would pass for a promise. */
export const hence = step('Then')
export const and = step('And')

/** How a step went. One that stands behind a failed one is not tried, and counts as failed. */
export type Ending =
  { readonly went: 'ok'; readonly saw: string } | { readonly went: 'failed'; readonly because: unknown } | { readonly went: 'not tried' }

/**
 * Runs the steps in order.
 *
 * @param told hears of each as soon as it has ended
 * @param interrupted when it aborts, no further step is begun, and none is told
 * @returns how many failed
 */
export async function runStory(
  { steps }: Story,
  told: (step: Step, ending: Ending) => void,
  interrupted: AbortSignal = new AbortController().signal,
): Promise<number> {
  let failed = 0
  for (const each of steps) {
    if (interrupted.aborted) return failed
    if (failed > 0) {
      failed += 1
      told(each, { went: 'not tried' })
      continue
    }
    const ending = await each.run().then(
      (saw): Ending => ({ went: 'ok', saw }),
      (because: unknown): Ending => ({ went: 'failed', because }),
    )
    if (interrupted.aborted) return failed
    if (ending.went === 'failed') failed += 1
    told(each, ending)
  }
  return failed
}
