/** A type of the record as a table: a line each resource, a column each element that any of them has. RFC 4180. */
import { stringify } from 'csv-stringify/sync'
import { isObject } from '../references.ts'

/**
 * @param resources of one type, with their digits as they came
 * @returns with a byte order mark, so that spreadsheets read it as UTF-8; what would start a formula is prefixed with an apostrophe
 */
export function tableOf(resources: readonly Readonly<Record<string, unknown>>[]): string {
  const rows = resources.map((resource) => new Map(cellsOf(resource, '')))
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))]
  return stringify([columns, ...rows.map((row) => columns.map((column) => row.get(column) ?? ''))], {
    bom: true,
    escape_formulas: true,
    record_delimiter: '\r\n',
  })
}

function cellsOf(value: unknown, path: string): [string, string][] {
  if (JSON.isRawJSON(value)) return [[path, (value as { rawJSON: string }).rawJSON]]
  if (Array.isArray(value)) return value.flatMap((item, index) => cellsOf(item, `${path}[${index}]`))
  if (isObject(value)) return Object.entries(value).flatMap(([key, child]) => cellsOf(child, path === '' ? key : `${path}.${key}`))
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[path, String(value)]] : []
}
