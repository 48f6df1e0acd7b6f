/** `npm run admin -- <command> …`: the operator's command line. */
import { runProgram } from '../cannot-start.ts'
import { runCommand } from './command-line.ts'

await runProgram(async () => runCommand(process.argv.slice(2)))
