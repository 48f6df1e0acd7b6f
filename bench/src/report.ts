import type { Result } from './scenario.ts'

const COLUMNS = ['name', 'unit', 'concurrency', 'ours', 'ceiling', 'ratio', 'target', 'met', 'p50', 'p95', 'p99', 'ceilingP50'] as const
const LEFT: ReadonlySet<string> = new Set(['name', 'unit', 'target', 'met'])

/** The results as a table for people; what failed is below it. */
export function table(results: readonly Result[]): string {
  const rows = [
    COLUMNS.map((column) => (column === 'ceilingP50' ? 'p50 of the ceiling' : column)),
    ...results.map((result) => COLUMNS.map((column) => shown(result[column]))),
  ]
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (LEFT.has(COLUMNS[column] ?? '') ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  const failures = results.flatMap(({ name, error }) => (error === undefined ? [] : `${name}: ${error}`))
  return [...lines, ...(failures.length === 0 ? [] : ['', ...failures])].join('\n')
}

function shown(value: Result[keyof Result]): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'met' : 'MISSED'
  return typeof value === 'number' ? value.toLocaleString('en-GB', { maximumFractionDigits: value >= 100 ? 0 : 3 }) : value
}
