/** How an export walks through the record: by ranges of buckets, each small enough to be read at once. Pure. */
import { BUCKETS } from '../bucket.ts'

/** Rows that one step should meet: some 40 MB at 2 KB each, which PostgreSQL sends in a fraction of a second. */
const ROWS_A_STEP = 20_000
/** Rows after which a file ends and the next begins: clients complain of very many tiny files, and of files that cannot be fetched again. */
const ROWS_A_FILE = 250_000

/** How many buckets a step takes, when the record holds about so many rows. */
export function widthFor(rows: number): number {
  return Math.max(1, Math.min(BUCKETS, Math.floor((BUCKETS * ROWS_A_STEP) / Math.max(rows, 1))))
}

/** A range of buckets; `to` is the first after it. */
export interface BucketRange {
  readonly from: number
  readonly to: number
}

/** How many buckets a step through a file takes: one that holds little of each bucket is read at once. */
export function widthOf({ from, to, count }: Pick<ExportFile, 'from' | 'to' | 'count'>): number {
  return Math.max(1, Math.floor(((to - from) * ROWS_A_STEP) / Math.max(count, ROWS_A_STEP)))
}

/** The steps in a range, in order. */
export function* stepsIn({ from, to }: BucketRange, width: number): Generator<BucketRange> {
  for (let at = from; at < to; at = Math.floor(at / width) * width + width)
    yield { from: at, to: Math.min(Math.floor(at / width) * width + width, to) }
}

/** A file of an export. */
export interface ExportFile extends BucketRange {
  readonly kind: 'output' | 'deleted'
  readonly type: string
  readonly count: number
}

/**
 * The files after a step: what was counted in it goes on with the last file of its type, or begins the next.
 *
 * @param last the last file of each type and kind so far
 * @returns the files that are new or longer
 */
export function filesAfter(
  last: readonly ExportFile[],
  step: BucketRange,
  counted: readonly { readonly kind: ExportFile['kind']; readonly type: string; readonly count: number }[],
  rowsAFile = ROWS_A_FILE,
): ExportFile[] {
  return counted
    .filter(({ count }) => count > 0)
    .map(({ kind, type, count }) => {
      const before = last.find((file) => file.kind === kind && file.type === type)
      return before === undefined || before.count + count > rowsAFile
        ? { kind, type, count, ...step }
        : { ...before, to: step.to, count: before.count + count }
    })
}
