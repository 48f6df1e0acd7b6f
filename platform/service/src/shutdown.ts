/** The signals that ask a process to stop. */
export type StopSignal = 'SIGTERM' | 'SIGINT'

/**
 * Resolves when the process is told to stop, by SIGTERM or SIGINT. What was opened with `await using` then closes in reverse
 * order. A second signal ends the process at once, as if nothing listened.
 */
export function toldToStop(): Promise<StopSignal> {
  const { promise, resolve } = Promise.withResolvers<StopSignal>()
  const heard = (signal: NodeJS.Signals) => {
    process.off('SIGTERM', heard)
    process.off('SIGINT', heard)
    resolve(signal as StopSignal)
  }
  process.on('SIGTERM', heard)
  process.on('SIGINT', heard)
  return promise
}
