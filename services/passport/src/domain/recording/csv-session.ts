/** One row of a file as a session of somebody, or what is wrong with it, every fault at once and in plain words. */
import { parseChiNumber, parseHcNumber, parseNhsNumber } from '@platform/nhs/nhs-number'
import type { CsvRow } from '@platform/fhir/csv-file'
import { headingOf, type Column, type Columns } from './csv-columns.ts'
import type { SessionFacts } from './session.ts'
import { isMonthFirst, readUkDate } from '@platform/fhir/uk-date'
import { plainWord, termFor, type Term, type Vocabulary, type VocabularyName } from './vocabulary.ts'

export interface RowSession {
  readonly line: number
  /** Ten digits. */
  readonly nhsNumber: string
  readonly bornOn: string
  /** The file's own key of the row, where it has one. */
  readonly key?: string
  readonly facts: SessionFacts
}

export type ReadRow = { readonly line: number; readonly session: RowSession } | { readonly line: number; readonly wrong: readonly string[] }

export interface Reading {
  readonly columns: Columns
  readonly vocabulary: Vocabulary
  /** The local day, after which nothing can have taken place. */
  readonly today: string
  /** Whether some date of the file can only be month first. */
  readonly monthFirstSeen: boolean
}

const YES = new Set(['yes', 'y', 'attended', 'present', 'true', '1', 'done', 'completed', 'came'])
const NO = new Set(['no', 'n', 'absent', 'missed', 'false', '0', 'dna', 'didnotattend', 'notdone', 'cancelled', 'canceled'])
const LONGEST = { words: 200, note: 4_000, key: 100 } as const

/** Whether any date in these columns of the file can only be month first. */
export const seesMonthFirst = (rows: readonly CsvRow[], { at }: Columns): boolean =>
  rows.some(({ cells }) => (['on', 'bornOn'] as const).some((column) => isMonthFirst(cells[at.get(column) ?? -1] ?? '')))

/** A row of a file as a session, or what is wrong with it in words; nothing is guessed that the row leaves open. */
export function readSessionRow({ line, cells }: CsvRow, { columns, vocabulary, today, monthFirstSeen }: Reading): ReadRow {
  const wrong: string[] = []
  const cell = (column: Column) => (cells[columns.at.get(column) ?? -1] ?? '').trim()
  const fault = (column: Column, says: string) => {
    wrong.push(`${headingOf(column)} ${says}`)
    return undefined
  }
  const date = (column: 'on' | 'bornOn'): string | undefined => {
    if (cell(column) === '') return fault(column, 'is empty.')
    const read = readUkDate(cell(column), { monthFirstSeen })
    if ('wrong' in read) return fault(column, read.wrong)
    return read.date > today ? fault(column, 'is in the future.') : read.date
  }
  const term = (column: Column, name: VocabularyName): Term | undefined => {
    if (cell(column) === '') return undefined
    const found = termFor(vocabulary[name], cell(column))
    return found ?? fault(column, `is none of: ${vocabulary[name].map(({ display }) => display).join('; ')}.`)
  }
  const count = (column: Column, least: number, most: number): number | undefined => {
    if (cell(column) === '') return undefined
    const number = /^\d{1,6}$/.test(cell(column)) ? Number(cell(column)) : Number.NaN
    return number >= least && number <= most ? number : fault(column, `must be a whole number from ${least} to ${most}.`)
  }
  const text = (column: Column, most: number): string | undefined => {
    if (cell(column) === '') return undefined
    // Characters that no text of a record may hold: control characters other than line break and tab.
    if (/[^\P{Cc}\t\n\r]/u.test(cell(column))) return fault(column, 'holds characters that are no text.')
    return cell(column).length > most ? fault(column, `is longer than ${most} characters.`) : cell(column)
  }

  if (cells.slice(columns.width).some((extra) => extra.trim() !== ''))
    wrong.push('The row has more cells than the file has headings: a cell with a comma in it needs quotation marks around it.')
  const nhsNumber =
    cell('nhsNumber') === ''
      ? fault('nhsNumber', 'is empty.')
      : (parseNhsNumber(cell('nhsNumber')) ??
        parseChiNumber(cell('nhsNumber')) ??
        parseHcNumber(cell('nhsNumber')) ??
        fault('nhsNumber', 'is not a valid number: ten digits with a right check digit. A spreadsheet drops a leading 0.'))
  const [bornOn, on] = [date('bornOn'), date('on')]
  if (bornOn !== undefined && on !== undefined && on < bornOn) fault('on', 'is before the date of birth.')
  const kind = cell('kind') === '' ? fault('kind', 'is empty.') : termFor(vocabulary['intervention-kind'], cell('kind'))
  if (kind === undefined && cell('kind') !== '') fault('kind', 'is no therapy of the catalogue. Use a name or code of intervention-kind.')
  const status = statusOf()
  const reason = term('reason', 'absence-reason')
  const facts = {
    participation: term('participation', 'participation'),
    sessions: count('sessions', 1, 500),
    minutes: count('minutes', 1, 1_440),
    repetitions: count('repetitions', 1, 100_000),
    effort: count('effort', 0, 10),
    setting: term('setting', 'setting'),
    mode: term('mode', 'delivery-mode'),
    approach: term('approach', 'approach'),
    funder: term('funder', 'funder'),
    bodySite: text('bodySite', LONGEST.words),
    response: term('response', 'session-response'),
    event: term('event', 'session-event'),
    note: text('note', LONGEST.note),
    by: text('by', LONGEST.words),
  }
  const key = text('key', LONGEST.key)
  if (status === 'completed' && reason !== undefined) fault('reason', 'is given for a session that took place.')
  if (status === 'completed' && facts.participation !== undefined) fault('participation', 'is given for a session that took place.')
  if (wrong.length > 0 || nhsNumber === undefined || bornOn === undefined || on === undefined || kind === undefined || status === undefined)
    return { line, wrong }
  const said = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Partial<SessionFacts>
  const why = status === 'completed' ? {} : { reason: reason ?? noReason(vocabulary) }
  const session = { kind, words: cell('kind').slice(0, LONGEST.words), on, status, ...why, ...said }
  return { line, session: { line, nhsNumber, bornOn, ...(key !== undefined && { key }), facts: session } }

  function statusOf(): SessionFacts['status'] | undefined {
    if (!columns.at.has('attended')) return 'completed'
    const word = plainWord(cell('attended'))
    if (YES.has(word)) return 'completed'
    if (NO.has(word)) {
      // Who cancelled changes what is counted: it is not for us to say.
      if (word.startsWith('cancel') && cell('reason') === '')
        return fault('attended', 'says cancelled; say in the column Reason by whom or why.')
      return 'not-done'
    }
    // An empty cell is not an absence.
    return fault('attended', word === '' ? 'is empty: say yes or no.' : 'is neither yes nor no.')
  }
}

/** What the file says of a missed session without a reason: that none was given. */
function noReason(vocabulary: Vocabulary): Term {
  const term = vocabulary['absence-reason'].find(({ code }) => code === 'no-reason-given')
  if (term === undefined) throw new Error('The code system absence-reason lacks no-reason-given.')
  return term
}
