/** How many tests ended how. */
export interface Counts {
  passed: number
  failed: number
  skipped: number
}

/** `N passed, N failed`, and `, N skipped` when some were: the last line of `npm test` and of CI. */
export const closingLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
