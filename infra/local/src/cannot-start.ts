/**
 * Why the hub, or a program beside it, cannot begin: one sentence that says what is wrong and how to mend it.
 * The programs print it alone, without a stack, and end with 1.
 */
export class CannotStart extends Error {
  override name = 'CannotStart'
}

/** Why a hub that runs must end: one sentence that says what is wrong and how to mend it. */
export class CannotGoOn extends Error {
  override name = 'CannotGoOn'
}

/**
 * Runs a program's main function and ends the process with its exit code.
 *
 * What a person can mend is printed as its sentence only: a `CannotStart`, wrong settings, and every error that carries a remedy.
 * Anything else is a defect and prints its stack.
 */
export async function runProgram(main: () => Promise<number>): Promise<never> {
  try {
    process.exit(await main())
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`)
    process.exit(1)
  }
}

/** What a program says last when this ended it. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof CannotStart || error.name === 'ConfigError') return error.message
  if (!('remedy' in error) || typeof error.remedy !== 'string') return error.stack ?? error.message
  const remedy = /^[A-Z][a-z]/.test(error.remedy) ? `${error.remedy.charAt(0).toLowerCase()}${error.remedy.slice(1)}` : error.remedy
  return `${error.message.replace(/\.$/, '')}; ${remedy}`
}
