/**
 * A process that runs one command of the operator's after the other, each as `admin/main.ts` would: to load the programs anew for each of a hundred
 * commands takes longer than the commands.
 */
import { sentenceOf } from '../src/cannot-start.ts'
import { runCommand } from '../src/admin/command-line.ts'

/** A command, with what it is told by its environment. */
export interface Asked {
  readonly words: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** How it ended, and what it said. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

process.on('message', ({ words, env }: Asked) => {
  Object.assign(process.env, env)
  const said = { stdout: '', stderr: '' }
  for (const to of ['stdout', 'stderr'] as const) process[to].write = (text: unknown) => ((said[to] += String(text)), true)
  const ended = (code: number) => process.send?.({ code, ...said } satisfies Ended)
  runCommand(words).then(ended, (error: unknown) => {
    said.stderr += `${sentenceOf(error)}\n`
    ended(1)
  })
})
