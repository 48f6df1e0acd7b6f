/**
 * Why the hub, or a program beside it, cannot begin: one sentence that says what is wrong and how to mend it.
 * The programs print it alone, without a stack, and end with 1.
 */
export class CannotStart extends Error {
  override name = 'CannotStart'
}

/**
 * Runs a program's main function and ends the process with its exit code.
 * A `CannotStart`, or a configuration error, prints its message only; anything else is a defect and prints its stack.
 */
export async function runProgram(main: () => Promise<number>): Promise<never> {
  try {
    process.exit(await main())
  } catch (error) {
    const expected = error instanceof CannotStart || (error instanceof Error && error.name === 'ConfigError')
    process.stderr.write(`${expected ? error.message : (error instanceof Error && error.stack) || String(error)}\n`)
    process.exit(1)
  }
}
