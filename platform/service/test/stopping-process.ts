/** A process that opens two things and waits to be told to stop, for a test. */
import { toldToStop } from '../src/shutdown.ts'

const open = (name: string): AsyncDisposable => ({ [Symbol.asyncDispose]: async () => void process.stdout.write(`${name}\n`) })

await using _first = open('first')
await using _second = open('second')
const beating = setInterval(() => undefined, 1_000)
const told = toldToStop()
process.stdout.write('open\n')
process.stdout.write(`${await told}\n`)
clearInterval(beating)
