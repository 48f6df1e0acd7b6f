/** The operator's command line as a function. Every file of `commands/` is the command of its name; the others are not loaded. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CannotStart } from '../cannot-start.ts'
import type { AdminCommand } from './command.ts'

const FOLDER = join(import.meta.dirname, 'commands')

const names = readdirSync(FOLDER)
  .flatMap((file) => /^([a-z-]+)\.ts$/.exec(file)?.[1] ?? [])
  .toSorted()

const load = async (name: string): Promise<AdminCommand> => (await import(join(FOLDER, `${name}.ts`))) as AdminCommand

function help(commands: readonly AdminCommand[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length), 0)
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`)
  return `npm run admin -- <command> [options]\n\n${lines.join('')}\n"npm run admin -- <command> --help" says more about one.\n`
}

/**
 * Runs what was typed after `npm run admin --`.
 *
 * @returns the exit code
 * @throws CannotStart and every other error that a command ends with
 */
export async function runCommand([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(help(await Promise.all(names.map(load))))
    return 0
  }
  if (!names.includes(name)) throw new CannotStart(`There is no command "${name}": "npm run admin -- --help" lists them.`)
  return (await load(name)).run(rest)
}
