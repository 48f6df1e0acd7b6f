/** Which column of a file is which fact, by its heading, whatever its case, spaces and punctuation. */
import { refuse } from '../../errors.ts'
import { plainWord } from './vocabulary.ts'

/** Each fact with the headings it is known by. The first is the one that messages name. */
const HEADINGS = {
  nhsNumber: ['NHS number', 'NHS no', 'NHS no.', 'nhs', 'nhs num', 'CHI number', 'CHI', 'H&C number'],
  bornOn: ['Date of birth', 'DOB', 'D.O.B.', 'born', 'birth date', 'birthdate'],
  on: ['Date', 'Session date', 'Date of session', 'Done on', 'Activity date', 'Appointment date', 'Attended on'],
  kind: ['Therapy', 'Intervention', 'Activity', 'Treatment', 'Kind', 'Type', 'Session type', 'Class'],
  attended: ['Attended', 'Attendance', 'Status', 'Present', 'Came'],
  reason: ['Reason', 'Reason for absence', 'Absence reason', 'Why not'],
  participation: ['Pause or drop-out', 'Participation', 'Paused', 'Dropped out'],
  sessions: ['Sessions', 'Number of sessions', 'No of sessions', 'Session count'],
  minutes: ['Minutes', 'Mins', 'Duration', 'Duration (minutes)', 'Length (minutes)', 'Time (mins)'],
  repetitions: ['Repetitions', 'Reps'],
  effort: ['Effort', 'Effort 0-10', 'Effort (0 to 10)', 'RPE'],
  setting: ['Setting', 'Place', 'Where', 'Venue type'],
  mode: ['Mode', 'Delivery mode', 'How', 'Delivered'],
  approach: ['Approach', 'Hands-on'],
  funder: ['Funder', 'Who paid', 'Paid by', 'Funding'],
  bodySite: ['Body site', 'Body part', 'Site'],
  response: ['Response', 'How it went', 'Result'],
  event: ['Event', 'Events', 'Incident'],
  note: ['Note', 'Notes', 'Comment', 'Comments'],
  by: ['By', 'Therapist', 'Instructor', 'Staff', 'Practitioner', 'Worker', 'Given by', 'Led by'],
  key: ['Reference', 'Session reference', 'Session ID', 'Booking reference', 'Booking ID', 'Row ID', 'Record ID'],
} as const

export type Column = keyof typeof HEADINGS
const REQUIRED: readonly Column[] = ['nhsNumber', 'bornOn', 'on', 'kind']

/** The heading a message names a column by. */
export const headingOf = (column: Column): string => HEADINGS[column][0]

export interface Columns {
  /** Where each fact stands, from 0. */
  readonly at: ReadonlyMap<Column, number>
  /** How many columns there are. */
  readonly width: number
  /** Headings that nothing is known by: named in the report, so that nobody believes they were read. */
  readonly passedOver: readonly string[]
}

const KNOWN = new Map(Object.entries(HEADINGS).flatMap(([column, headings]) => headings.map((each) => [plainWord(each), column as Column])))

/** @throws CSV_COLUMN_MISSING, CSV_COLUMN_TWICE */
export function columnsOf(header: readonly string[]): Columns {
  const at = new Map<Column, number>()
  const passedOver: string[] = []
  for (const [index, heading] of header.entries()) {
    const column = KNOWN.get(plainWord(heading))
    if (column === undefined) {
      if (heading.trim() !== '') passedOver.push(heading.trim().slice(0, 60))
    } else if (at.has(column)) throw refuse.CSV_COLUMN_TWICE({ column: headingOf(column) })
    else at.set(column, index)
  }
  const missing = REQUIRED.filter((column) => !at.has(column))
  if (missing.length > 0) throw refuse.CSV_COLUMN_MISSING({ columns: missing.map(headingOf).join(', ') })
  return { at, width: header.length, passedOver }
}
