/**
 * What the log says of work that is done again and again and fails for a while: at once when it begins, once a minute while it goes on, and
 * once when it is over. A database that is away for an hour then fills a page of the log and not a disk.
 */
import { describeError, summariseError } from './describe-error.ts'
import type { Log } from './log.ts'

/** Whose trouble it is, and how often it is told. */
export interface TroubleOptions {
  /** The `event` of its lines, e.g. `relay.trouble`. */
  readonly event: string
  /** What else each of its lines holds, e.g. which queue. References, never content. */
  readonly fields?: Readonly<Record<string, string>>
  /** `by-silence`: whoever tells of the failures never hears that it works again. @default 'when-told' */
  readonly isOver?: 'when-told' | 'by-silence'
  /** How often the same reason is said while the trouble goes on, in milliseconds. @default 60_000 */
  readonly againAfterMs?: number
  /** How long nothing may have failed before it is over, in milliseconds. @default 15_000 */
  readonly overAfterMs?: number
  /** Milliseconds that only grow. @default performance.now */
  readonly now?: () => number
}

/** Something that is tried again and again. */
export interface Trouble {
  /** It failed. Said at once where the reason is new, else counted and said with the next line. */
  failed(error: unknown): void
  /** It worked. Said once, when nothing has failed for a while since; costs nothing while there is no trouble. */
  worked(): void
  /** Does the work once, and tells whether it failed. @returns what it returned, or undefined when it failed */
  during<T>(work: () => Promise<T>): Promise<T | undefined>
}

const AGAIN_AFTER_MS = 60_000
// Longer than a connection may take to fail, which is 10 s: between two such failures nothing has worked.
const OVER_AFTER_MS = 15_000
// Codes and classes of errors are few. Should they not be, those beyond these share one line a minute.
const REASONS_TOLD_APART = 20

/** Begins to watch over it; says nothing before the first failure. */
export function troubleOf(
  log: Log,
  {
    event,
    fields = {},
    isOver = 'when-told',
    againAfterMs = AGAIN_AFTER_MS,
    overAfterMs = OVER_AFTER_MS,
    now = () => performance.now(),
  }: TroubleOptions,
): Trouble {
  const said = new Map<string, { at: number; since: number }>()
  let bout: { readonly began: number; last: number; times: number } | undefined
  let calm: NodeJS.Timeout | undefined

  const over = () => {
    calm = undefined
    if (bout === undefined) return
    const { began, last, times } = bout
    log.warn({ event: 'trouble.over', trouble: event, ...fields, times, forMs: Math.round(last - began) })
    bout = undefined
    said.clear()
  }
  const calmDown = () => {
    calm ??= setTimeout(over, overAfterMs).unref()
  }

  const trouble: Trouble = {
    failed(error) {
      clearTimeout(calm)
      calm = undefined
      const at = now()
      bout ??= { began: at, last: at, times: 0 }
      bout.last = at
      bout.times += 1

      const reason = summariseError(error)
      const kind = said.has(reason) || said.size < REASONS_TOLD_APART ? reason : ''
      const before = said.get(kind)
      if (before !== undefined && at - before.at < againAfterMs) before.since += 1
      else {
        const times = before === undefined ? {} : { times: before.since + 1 }
        log.warn({ event, ...fields, reason, error: describeError(error), ...times })
        said.set(kind, { at, since: 0 })
      }
      if (isOver === 'by-silence') calmDown()
    },
    worked() {
      if (bout !== undefined) calmDown()
    },
    async during(work) {
      try {
        const result = await work()
        trouble.worked()
        return result
      } catch (error) {
        trouble.failed(error)
        return undefined
      }
    },
  }
  return trouble
}
