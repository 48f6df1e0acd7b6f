/**
 * Runs the test files that are given, three at once, each in a process of its own, and writes TAP.
 *
 * As `tap` itself does, but each file is started by plain Node.js: the loaders that tap puts before a test, to count lines and to replace modules, take
 * a second of processor time of every file that loads a service, and nothing here uses them.
 */
import t from 'tap'

/** A file that takes longer is ended; the longest take two minutes on two slow cores. */
const WITHIN_S = 900

process.env.TAP_TIMEOUT = String(WITHIN_S) // what a test allows itself where it says nothing
t.setTimeout(0) // the run itself takes what it takes
t.jobs = 3 // a file waits for a third of its time: with three, two cores always have something to do
for (const file of process.argv.slice(2)) {
  void t.spawn('env', ['-u', 'NODE_OPTIONS', process.execPath, file], { name: file, buffered: true, timeout: WITHIN_S * 1_000 })
}
