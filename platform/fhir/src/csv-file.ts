/**
 * A CSV file as somebody's spreadsheet saved it: any of the usual encodings and separators, quotes kept. Each row knows its line. What
 * cannot be read whole is not read at all, with the line: half a file would be half a record. Pure.
 */
import { parse, CsvError } from 'csv-parse/sync'

export interface CsvRow {
  /** Line of the file, from 1, as a text editor counts it. */
  readonly line: number
  readonly cells: readonly string[]
}

export interface CsvFile {
  readonly header: readonly string[]
  /** Rows in which something stands. */
  readonly rows: readonly CsvRow[]
}

/** Why a file as a whole is not read; `why` in words, where there are some. */
export type NoCsv = { readonly no: 'unreadable'; readonly why: string } | { readonly no: 'empty' } | { readonly no: 'too-long' }

const MOST_COLUMNS = 100
const LONGEST_RECORD_CHARACTERS = 100_000

/** @param mostRows more are several files */
export function readCsv(bytes: Uint8Array, { mostRows }: { readonly mostRows: number }): CsvFile | NoCsv {
  const text = decodeText(bytes)
  if (text.includes('\0')) return unreadable('it holds bytes that no text has; is it a spreadsheet file?')
  const records = parsed(text, separatorOf(text))
  if ('no' in records) return records
  const [header, ...rows] = records
  if (header === undefined || header.cells.every((cell) => cell.trim() === '')) return { no: 'empty' }
  if (rows.length > mostRows) return { no: 'too-long' }
  if (header.cells.length > MOST_COLUMNS) return unreadable(`it has more than ${MOST_COLUMNS} columns`)
  return { header: header.cells, rows: rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== '')) }
}

const unreadable = (why: string): NoCsv => ({ no: 'unreadable', why })

/** UTF-8 or UTF-16 by its mark; else UTF-8 where it is valid; else Windows-1252, which every byte of a spreadsheet is valid in. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second, third] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  if (first === 0xef && second === 0xbb && third === 0xbf) return new TextDecoder('utf-8').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** Comma, semicolon or tab: the one that the first line has most of, outside of quotes. */
function separatorOf(text: string): string {
  const line = (/^[^\r\n]*/.exec(text)?.[0] ?? '').replace(/"[^"]*"/g, '')
  const counted = [',', ';', '\t'].map((separator) => ({ separator, count: line.split(separator).length - 1 }))
  return counted.toSorted((a, b) => b.count - a.count)[0]?.separator ?? ','
}

function parsed(text: string, delimiter: string): readonly CsvRow[] | NoCsv {
  try {
    const records = parse(text, {
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      max_record_size: LONGEST_RECORD_CHARACTERS,
    }) as unknown as { record: string[]; info: { lines: number } }[]
    // The parser counts to the end of a record: where quotes hold line breaks it begins so many lines before.
    return records.map(({ record, info }) => ({ line: info.lines - record.join('').split('\n').length + 1, cells: record }))
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    const line = Number((cause as { lines?: number }).lines ?? 0)
    return unreadable(`${WORDS[cause.code] ?? 'it is no CSV'} (near line ${line})`)
  }
}

const WORDS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is opened and never closed',
  INVALID_OPENING_QUOTE: 'a quotation mark stands in the middle of a cell',
  CSV_INVALID_CLOSING_QUOTE: 'text follows a closing quotation mark',
  CSV_MAX_RECORD_SIZE: 'a row is longer than any row of a sheet',
}
