/**
 * Referrals from somebody's own system, as a spreadsheet: one row a request. Each has the sender's own reference, so that a list that is sent again asks
 * nobody twice. A person is named by number and date of birth, both, and never by name. Pure.
 */
import type { CodeableConcept, Reference, ServiceRequest } from '@medplum/fhirtypes'
import type { CsvFile, CsvRow } from '@platform/fhir/csv-file'
import { readUkDate } from '@platform/fhir/uk-date'
import { parseNhsNumber, type NhsNumber } from '@platform/nhs/nhs-number'
import { NEED_KEY, RED_FLAG, SERVICE_KIND } from '../vocabulary.ts'

/** The columns, as headings; upper and lower case, spaces and hyphens do not matter. */
const NEEDED = ['reference', 'nhs number', 'date of birth', 'need'] as const
const POSSIBLE = [...NEEDED, 'kind', 'priority', 'receiver', 'red flags', 'words'] as const
type Column = (typeof POSSIBLE)[number]

/** The most rows of one list. */
export const MOST_REFERRALS = 500

/** One row that can be asked for, once the person is found. */
export interface ReferralRow {
  /** Line of the file, from 1; the header is line 1. */
  readonly line: number
  /** The sender's own reference. */
  readonly reference: string
  readonly nhsNumber: NhsNumber
  /** FHIR date. */
  readonly bornOn: string
  readonly need: string
  /** Code of service-kind. */
  readonly kind?: string
  readonly priority?: ServiceRequest['priority']
  /** `Organization/<id>` or `HealthcareService/<id>` */
  readonly receiver?: string
  /** Ids of red-flag cues that the sender ticked. */
  readonly redFlags: readonly string[]
  readonly words?: string
}

/** One row that cannot be asked for, and why. Names the column, never what stands in it. */
export interface UnreadableReferral {
  readonly line: number
  readonly problem: string
}

/** The rows of a list; or the headings that it lacks. */
export function readReferralsList({
  header,
  rows,
}: CsvFile): { readonly missing: readonly string[] } | { readonly rows: readonly (ReferralRow | UnreadableReferral)[] } {
  const at = new Map(header.map((heading, index) => [plain(heading), index]))
  const missing = NEEDED.filter((column) => !at.has(column))
  if (missing.length > 0) return { missing }
  return { rows: rows.map((row) => rowOf(row, (column) => (row.cells[at.get(column) ?? -1] ?? '').trim())) }
}

const plain = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')

const PRIORITIES: ReadonlySet<string> = new Set(['routine', 'urgent', 'asap', 'stat'])
const RECEIVER = /^(Organization|HealthcareService)\/[A-Za-z0-9\-.]{1,64}$/
const CODE = /^[a-z0-9-]{1,64}$/

function rowOf({ line }: CsvRow, cell: (column: Column) => string): ReferralRow | UnreadableReferral {
  const no = (problem: string): UnreadableReferral => ({ line, problem })
  const [reference, need, kind, priority, receiver, words] = [
    cell('reference'),
    cell('need'),
    cell('kind'),
    cell('priority').toLowerCase(),
    cell('receiver'),
    cell('words'),
  ]
  if (!/^[\x21-\x7e]{1,64}$/.test(reference)) return no('The column reference holds no reference of your own, up to 64 letters and digits.')
  const nhsNumber = parseNhsNumber(cell('nhs number'))
  if (nhsNumber === undefined) return no('The column NHS number holds no NHS number.')
  const born = readUkDate(cell('date of birth'), { monthFirstSeen: false })
  if ('wrong' in born) return no(`The column date of birth ${born.wrong}`)
  if (need === '' || need.length > 500) return no('The column need says nothing, or more than 500 letters.')
  if (kind !== '' && !CODE.test(kind)) return no('The column kind holds no code of service-kind.')
  if (priority !== '' && !PRIORITIES.has(priority)) return no(`The column priority holds none of ${[...PRIORITIES].join(', ')}.`)
  if (receiver !== '' && !RECEIVER.test(receiver))
    return no('The column receiver holds no Organization/… or HealthcareService/… of the directory.')
  const redFlags = cell('red flags')
    .split(/[\s,;]+/)
    .filter((one) => one !== '')
  if (redFlags.some((one) => !CODE.test(one))) return no('The column red flags holds something that is no id of a cue.')
  return {
    line,
    reference,
    nhsNumber,
    bornOn: born.date,
    need,
    redFlags,
    ...(kind === '' ? {} : { kind }),
    ...(priority === '' ? {} : { priority: priority as NonNullable<ServiceRequest['priority']> }),
    ...(receiver === '' ? {} : { receiver }),
    ...(words === '' ? {} : { words }),
  }
}

/** The key under which a row is asked for once: the sender, and the sender's own reference. */
export const keyOfRow = (sender: string, { reference }: ReferralRow): string => `csv:${sender}:${reference}`

/** The request of a row. @param category in which it is routed */
export function requestOf(
  row: ReferralRow,
  {
    sender,
    patient,
    category,
    at,
  }: { readonly sender: string; readonly patient: string; readonly category: CodeableConcept; readonly at: Date },
): ServiceRequest {
  const performer: Reference[] = row.receiver === undefined ? [] : [{ reference: row.receiver }]
  return {
    resourceType: 'ServiceRequest',
    identifier: [{ system: NEED_KEY, value: keyOfRow(sender, row) }],
    status: 'active',
    intent: 'order',
    category: [category],
    ...(row.priority === undefined ? {} : { priority: row.priority }),
    code: { ...(row.kind === undefined ? {} : { coding: [{ system: SERVICE_KIND, code: row.kind }] }), text: row.need },
    subject: { reference: patient },
    authoredOn: at.toISOString(),
    requester: { reference: sender },
    ...(performer.length === 0 ? {} : { performer: performer as NonNullable<ServiceRequest['performer']> }),
    ...(row.redFlags.length === 0 ? {} : { reasonCode: row.redFlags.map((code) => ({ coding: [{ system: RED_FLAG, code }] })) }),
    ...(row.words === undefined ? {} : { note: [{ text: row.words, time: at.toISOString() }] }),
  }
}
