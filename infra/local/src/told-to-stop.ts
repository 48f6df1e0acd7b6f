/** How often the hub looks whether its launcher still lives, in milliseconds. */
const LOOK_EVERY_MS = 250

/**
 * Resolves when this process is told to stop: SIGTERM, SIGINT or SIGHUP, or the launcher that started it is gone without a word.
 * Ctrl-C reaches a process once from the terminal and once from the launcher, so what comes after the first is ignored.
 */
export function toldToStop(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve(signal))
    const launcher = process.ppid
    if (String(launcher) !== process.env.HANDRAIL_LAUNCHER_PID) return
    setInterval(() => {
      if (process.ppid !== launcher) resolve('the launcher is gone')
    }, LOOK_EVERY_MS).unref()
  })
}
