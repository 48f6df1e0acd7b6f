/** `npm start`: the whole hub in one process. Stdout carries one line, when it is ready; everything else goes to stderr. */
import { CannotGoOn, runProgram } from './cannot-start.ts'
import { startHub } from './hub.ts'
import { toldToStop } from './told-to-stop.ts'

/** A stop that takes longer than this ends by force, in milliseconds. */
const STOP_WITHIN_MS = 25_000

await runProgram(async () => {
  let told = false
  const stop = toldToStop().then((reason) => {
    told = true
    return reason
  })
  const hub = await startHub(process.env)
  if (!told) process.stdout.write(`Handrail is ready at ${hub.publicUrl}\n`)
  const end = await Promise.race([stop, hub.cannotGoOn])
  if (end instanceof CannotGoOn) process.stderr.write(`${end.message}\n`)

  setTimeout(() => {
    process.stderr.write(`The hub did not stop within ${STOP_WITHIN_MS / 1_000} seconds and was ended.\n`)
    process.exit(1)
  }, STOP_WITHIN_MS).unref()
  await hub[Symbol.asyncDispose]()
  return end instanceof CannotGoOn ? 1 : 0
})
