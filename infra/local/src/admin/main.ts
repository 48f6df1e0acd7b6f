/** `npm run admin -- <command> …`: the operator's command line. Every file of `commands/` is one command. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CannotStart, runProgram } from '../cannot-start.ts'
import type { AdminCommand } from './command.ts'

const FOLDER = join(import.meta.dirname, 'commands')

async function loadCommands(): Promise<readonly AdminCommand[]> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const commands = await Promise.all(files.map(async (file) => (await import(join(FOLDER, file))) as AdminCommand))
  return commands.toSorted((one, other) => one.name.localeCompare(other.name))
}

function help(commands: readonly AdminCommand[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length), 0)
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`)
  return `npm run admin -- <command> [options]\n\n${lines.join('')}\n"npm run admin -- <command> --help" says more about one.\n`
}

await runProgram(async () => {
  const [name, ...rest] = process.argv.slice(2)
  const commands = await loadCommands()
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(help(commands))
    return 0
  }
  const command = commands.find((candidate) => candidate.name === name)
  if (command === undefined) throw new CannotStart(`There is no command "${name}": "npm run admin -- --help" lists them.`)
  return command.run(rest)
})
