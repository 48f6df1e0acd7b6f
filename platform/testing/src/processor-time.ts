/**
 * Milliseconds of the processor that this process spent on some work. What must not take long is measured by this and not by the clock:
 * a busy machine, or a collector of another process, then says nothing.
 */
export async function processorMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
