/**
 * What an organisation is asked for, as a spreadsheet: one row a step, with the columns of a list of answers left empty, so that the same sheet comes back by
 * `$import-answers`. Of the person it holds a name and nothing else. Pure.
 */
import { stringify } from 'csv-stringify/sync'
import type { Patient, ServiceRequest, Task } from '@medplum/fhirtypes'
import { dueOf, isOpen, kindOf, localId, needIdOf } from '../need.ts'
import { COLUMNS } from './answers-list.ts'

const HEADINGS = [...COLUMNS, 'person', 'asked for', 'to do', 'kind', 'asked on', 'due', 'waiting since']

/** What stands behind the steps, by id, as far as the caller may see it. */
export interface BehindSteps {
  readonly requests: ReadonlyMap<string, ServiceRequest>
  readonly patients: ReadonlyMap<string, Patient>
}

/** The open ones of these steps, the first due first. What would start a formula in a spreadsheet is a text there. RFC 4180 */
export function stepsList(tasks: readonly Task[], { requests, patients }: BehindSteps): { readonly rows: number; readonly csv: string } {
  const open = tasks
    .filter((task) => isOpen(task) && needIdOf(task) !== undefined)
    .toSorted((one, other) => (dueOf(one)?.getTime() ?? 0) - (dueOf(other)?.getTime() ?? 0) || ((one.id ?? '') < (other.id ?? '') ? -1 : 1))
  const rows = open.map((task) => {
    const request = requests.get(needIdOf(task) ?? '')
    const patient = patients.get(localId(task.for, 'Patient') ?? '')
    const said = [nameOf(patient), request?.code?.text ?? request?.code?.coding?.[0]?.display, task.description, kindOf(task)]
    const times = [task.authoredOn, task.restriction?.period?.end, request?.authoredOn]
    return [task.id ?? '', '', '', '', ...said.map((one) => one ?? ''), ...times.map((one) => one ?? '')]
  })
  const csv = stringify([HEADINGS, ...rows], { bom: true, escape_formulas: true, record_delimiter: '\r\n' })
  return { rows: rows.length, csv }
}

function nameOf(patient: Patient | undefined): string | undefined {
  const [name] = (patient?.name ?? []).toSorted((one, other) => Number(other.use === 'usual') - Number(one.use === 'usual'))
  return name?.text ?? (name === undefined ? undefined : [...(name.given ?? []), name.family ?? ''].join(' ').trim())
}
