/** Paging of what is not a search: `_count`, `_since`, and our own sealed `_cursor`. */
import { defineErrors } from '@platform/fhir/errors'
import type { CursorSeal } from '../../domain/cursor.ts'
import { isObject } from '../../domain/references.ts'

export const pageRefuse = defineErrors({
  COUNT_INVALID: { issue: 'value', says: '_count must be a whole number from 1.', remedy: 'Leave it out, or send for example _count=50.' },
  SINCE_INVALID: {
    issue: 'value',
    says: '_since must be an instant such as 2026-11-21T02:14:00Z.',
    remedy: 'Send a full date and time with its zone, or leave it out.',
  },
  CURSOR_INVALID: {
    issue: 'value',
    says: 'The page link is not one of this server, or is no longer readable.',
    remedy: 'Begin again from the first page.',
  },
})

/** Entries on a page when the client does not say, and the most it may ask for. */
const DEFAULT_COUNT = 50
const MOST = 500

export interface Page<Position> {
  readonly count: number
  readonly since: Date | undefined
  readonly after: Position | undefined
}

/**
 * @param request its parameters by name; one that is given several times is refused
 * @param path  what the cursor must have been made for
 * @throws COUNT_INVALID, SINCE_INVALID, CURSOR_INVALID
 */
export function pageOf<Position>(
  request: { readonly query: unknown },
  seal: CursorSeal,
  path: string,
  { count = DEFAULT_COUNT, most = MOST }: { count?: number; most?: number } = {},
): Page<Position> {
  const query = request.query as Readonly<Record<string, unknown>>
  const { _cursor: cursor } = query
  if (cursor !== undefined) {
    const opened = typeof cursor === 'string' ? seal.open(cursor) : undefined
    if (!isObject(opened) || opened['path'] !== path) throw pageRefuse.CURSOR_INVALID({}, { expression: '_cursor' })
    const { since } = opened
    return {
      count: Number(opened['count']),
      since: typeof since === 'string' ? new Date(since) : undefined,
      after: opened['after'] as Position,
    }
  }
  return { count: countOf(query['_count'], count, most), since: sinceOf(query['_since']), after: undefined }
}

function countOf(value: unknown, byDefault: number, most: number): number {
  if (value === undefined) return byDefault
  if (typeof value !== 'string' || !/^[1-9]\d{0,5}$/.test(value)) throw pageRefuse.COUNT_INVALID({}, { expression: '_count' })
  return Math.min(Number(value), most)
}

function sinceOf(value: unknown): Date | undefined {
  if (value === undefined) return undefined
  // In a query a plus sign of a zone arrives as a space when it was not encoded.
  const text = typeof value === 'string' ? value.replace(' ', '+') : ''
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text) || Number.isNaN(Date.parse(text)))
    throw pageRefuse.SINCE_INVALID({}, { expression: '_since' })
  return new Date(text)
}
