/**
 * What may be said about an error where many people read it: a log, a list of dead letters.
 *
 * The text of an unknown error can quote what it choked on, and that may be a name. So only what was written to be read
 * by others is told: the code, the class, a status, and a refusal's own words.
 */

/** An error without anything that could be personal. */
export interface DescribedError {
  /** The class, e.g. `TypeError`. */
  readonly type: string
  /** A code such as `ECONNREFUSED`, a SQLSTATE, or the code of a refusal. */
  readonly code?: string
  /** The HTTP status of an answer that was an error. */
  readonly status?: number
  /** What to do, where the error is a refusal of ours. */
  readonly remedy?: string
  /** What else was found, `invariant at Task.lastModified`: kind and place of each, without its words. */
  readonly found?: readonly string[]
  /** Where it happened, without the message. */
  readonly stack?: string
  readonly cause?: DescribedError
}

const CODE = /^[A-Za-z0-9_]{2,60}$/
const CLASS = /^[A-Za-z][A-Za-z0-9_]{0,59}$/
const PLACE = /^[A-Za-z][A-Za-z0-9.[\]]{0,119}$/
/** What libraries tell in words alone, and always in the same ones: they quote nothing, and without them nobody knows what is the matter. pg and pg-pool. */
const CODE_OF: Readonly<Record<string, string>> = {
  'timeout exceeded when trying to connect': 'CONNECTION_TIMED_OUT',
  'Connection terminated due to connection timeout': 'CONNECTION_TIMED_OUT',
  'Connection terminated unexpectedly': 'CONNECTION_LOST',
  'Connection terminated': 'CONNECTION_LOST',
}
const DEEPEST_CAUSE = 4
const MOST_FOUND = 3

/** Describes anything that was thrown. */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error }

  const { code = CODE_OF[error.message], remedy, status, statusCode, response, issues } = error as Error & Record<string, unknown>
  const answered = [status, statusCode, (response as { status?: unknown } | undefined)?.status].find((value) => typeof value === 'number')
  const isRefusal = typeof code === 'string' && typeof remedy === 'string'
  const found = foundIn(issues)
  return {
    type: CLASS.test(error.name) ? error.name : 'Error',
    ...(typeof code === 'string' && CODE.test(code) && { code }),
    ...(answered !== undefined && { status: answered as number }),
    ...(isRefusal && { remedy: remedy }),
    ...(found.length > 0 && { found }),
    ...(error.stack !== undefined && { stack: framesOf(error.stack) }),
    ...(error.cause !== undefined && depth < DEEPEST_CAUSE && { cause: describeError(error.cause, depth + 1) }),
  }
}

/** The same as one line: `REFERRAL_NOT_OPEN: Read the Task again.`, or `TypeError, because Error ECONNREFUSED`. */
export function summariseError(error: unknown): string {
  return inWords(describeError(error))
}

function inWords({ type, code, status, remedy, found = [], cause }: DescribedError): string {
  if (remedy !== undefined) return `${code}: ${remedy}${found.length === 0 ? '' : ` (${found.join(', ')})`}`
  const self = [type, code, status === undefined ? undefined : `HTTP ${status}`].filter((part) => part !== undefined).join(' ')
  return cause === undefined ? self : `${self}, because ${inWords(cause)}`
}

/** Kind and place of the first few findings that a refusal was made of. */
function foundIn(issues: unknown): readonly string[] {
  if (!Array.isArray(issues)) return []
  return issues.slice(0, MOST_FOUND).flatMap((issue: unknown) => {
    const { code, expression } = (issue ?? {}) as { readonly code?: unknown; readonly expression?: unknown }
    if (typeof code !== 'string' || !/^[a-z-]{1,40}$/.test(code)) return []
    return typeof expression === 'string' && PLACE.test(expression) ? `${code} at ${expression}` : code
  })
}

const framesOf = (stack: string): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
