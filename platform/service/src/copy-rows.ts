/** Rows into a table by COPY. PostgreSQL documentation, "COPY", text format. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { PoolClient } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

/** A value of a column. */
export type ColumnValue = string | number | boolean | undefined

/** One row as a line of COPY's text format. */
export const copyLine = (values: readonly ColumnValue[]): string => `${values.map(columnText).join('\t')}\n`

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function columnText(value: ColumnValue): string {
  if (value === undefined) return '\\N'
  if (typeof value !== 'string') return String(value)
  return /[\\\t\n\r]/.test(value) ? value.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character) : value
}

/**
 * Copies lines into a table. Lines that come one after the other are copied as they come, so that a file of any length needs no memory.
 *
 * @param into table and columns
 * @throws whatever PostgreSQL says; then nothing of it is stored
 */
export async function copyRows(client: PoolClient, into: string, lines: readonly string[] | AsyncIterable<string>): Promise<void> {
  if (isList(lines) && lines.length === 0) return
  const stream = client.query(copyFrom(`COPY ${into} FROM STDIN`))
  await pipeline(Readable.from(isList(lines) ? inParts(lines) : asTheyCome(lines)), stream)
}

const isList = (lines: readonly string[] | AsyncIterable<string>): lines is readonly string[] => Array.isArray(lines)

const PART = 500 // lines in one piece of the stream

function* inParts(lines: readonly string[]): Generator<Buffer> {
  for (let at = 0; at < lines.length; at += PART) yield Buffer.from(lines.slice(at, at + PART).join(''))
}

async function* asTheyCome(lines: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let part: string[] = []
  for await (const line of lines) {
    if (part.push(line) < PART) continue
    yield Buffer.from(part.join(''))
    part = []
  }
  if (part.length > 0) yield Buffer.from(part.join(''))
}
