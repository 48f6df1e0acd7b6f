/** COPY … FROM STDIN over a `pg` client. PostgreSQL documentation, "COPY", text format; protocol, 54.2.6 "COPY operations". */
import type { Client, Connection, PoolClient } from 'pg'

/** The part of a connection that the copy protocol needs; `pg` has it and its types do not. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/** A value of a column. An array of strings is written as `text[]`; arrays of others come as PostgreSQL writes them. */
export type ColumnValue = string | number | boolean | Date | null | undefined | readonly string[]

/** One row as a line of COPY's text format. */
export function copyLine(values: readonly ColumnValue[]): string {
  return `${values.map(columnText).join('\t')}\n`
}

function columnText(value: ColumnValue): string {
  if (value === undefined || value === null) return '\\N'
  if (typeof value === 'string') return escaped(value)
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'object') return escaped(`{${value.map((item) => `"${item.replace(/(["\\])/g, '\\$1')}"`).join(',')}}`)
  return String(value)
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
const escaped = (text: string): string =>
  /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character) : text

/**
 * Copies lines into a table, in one statement.
 *
 * @param into table and columns: `passport.resource (bucket, type)`
 * @throws whatever PostgreSQL says; then nothing of it is stored
 */
export function copyIn(client: Client | PoolClient, into: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    let failure: Error | undefined
    // The methods that `pg` calls on the query in hand. pg/lib/client.js
    client.query({
      submit(connection: Connection) {
        connection.query(`COPY ${into} FROM STDIN`)
      },
      handleCopyInResponse(connection: CopyConnection) {
        connection.sendCopyFromChunk(Buffer.from(lines.join('')))
        connection.endCopyFrom()
      },
      handleCommandComplete() {},
      handleError(error: Error) {
        failure = error
        reject(error)
      },
      handleReadyForQuery() {
        if (failure === undefined) resolve()
      },
    })
  })
}
