import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

interface Holder {
  pid: number
  /** When that process began, in clock ticks since boot; absent where the system does not tell. */
  began?: string
}

/** When a process began, from field 22 of its stat line (proc(5)); a process number alone may have been given out again. */
function beganAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

/** True while a process with this number exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

const holds = ({ pid, began }: Holder): boolean => isAlive(pid) && (began === undefined || beganAt(pid) === began)

/** Whether the lock names a process that no longer lives. One that is being written names nobody yet. */
export function isLeftBehind(file: string): boolean {
  const holder = readHolder(file)
  return holder !== undefined && !holds(holder)
}

/**
 * Takes a lock that is a file naming its holder. The lock of a process that no longer lives counts as free.
 *
 * @returns the function that gives it back, or the number of the process that holds it.
 */
export function takeLock(file: string): { release: () => void } | { heldBy: number } {
  mkdirSync(dirname(file), { recursive: true })
  const began = beganAt(process.pid)
  const mine = JSON.stringify({ pid: process.pid, ...(began === undefined ? {} : { began }) } satisfies Holder)
  for (let attempt = 0; attempt < 10; attempt++) {
    try {
      writeFileSync(file, mine, { flag: 'wx', mode: 0o600 })
      return { release: () => rmSync(file, { force: true }) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = readHolder(file)
    if (holder !== undefined && holds(holder)) return { heldBy: holder.pid }
    // Moved aside, then looked at again: between reading and moving, another starter may have taken it.
    const aside = `${file}.${process.pid}`
    try {
      renameSync(file, aside)
    } catch {
      continue
    }
    const moved = readHolder(aside)
    if (moved !== undefined && holds(moved)) {
      renameSync(aside, file)
      return { heldBy: moved.pid }
    }
    rmSync(aside, { force: true })
  }
  return { heldBy: readHolder(file)?.pid ?? 0 }
}
