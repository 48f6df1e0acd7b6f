/** What a file in `commands/` exports: one command of the operator's command line. */
export interface AdminCommand {
  /** What is typed after `npm run admin --`. */
  readonly name: string
  /** One line for `--help`. */
  readonly summary: string
  /** Runs it with the words that follow its name; writes its result to stdout and progress to stderr. */
  readonly run: (words: readonly string[]) => Promise<number>
}
