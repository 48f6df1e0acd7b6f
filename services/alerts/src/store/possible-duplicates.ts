/**
 * A hospital merged the numbers of two people of the record (A40): whether the record merges them too is for a person to decide. The Task is of
 * the same kind and key as what `Patient/$find-duplicates` suggests, so that a pair waits once. docs/decisions/0120
 */
import type { Task } from '@medplum/fhirtypes'
import { CODES } from '@platform/nhs/systems'
import { concept, OPEN } from '../domain/vocabulary.ts'
import type { FhirRecord } from './record.ts'

/** Whose numbers stay at the hospital, and whose go: ids of two Patients. */
export interface MergedAtHospital {
  readonly stays: string
  readonly goes: string
  /** When the hospital's message came. */
  readonly at: Date
}

/** Puts a pair before a person. It may be called again for the same pair: while the question is open it is not asked twice. */
export type AskAboutMerge = (merged: MergedAtHospital) => Promise<void>

/** As long as the record itself gives a reviewer of two records: a week. Alerts of either go on meanwhile. */
const DUE_MS = 7 * 24 * 60 * 60 * 1000

/** @param owner `Organization/…` that decides uncertain matches */
export const askAboutMergeIn =
  (record: FhirRecord, owner: () => Promise<string>): AskAboutMerge =>
  async (merged) => {
    const pair = [merged.stays, merged.goes].toSorted().join(':')
    const open = [...OPEN].join(',')
    // Only an open question keeps it from being asked: what was answered before is asked again, because the hospital's word is new.
    const ifNoneExist = `identifier=${REVIEW}|duplicate:${pair}&status=${open}`
    const written = await record.transact([
      { resource: taskFor(merged, pair, await owner()), request: { method: 'POST', url: 'Task', ifNoneExist } },
    ])
    // Somebody was asking the same just now: the message comes again and finds that it is asked.
    if (written === undefined) throw new Error('The question was being written by somebody else')
  }

const REVIEW = 'https://handrail.example/fhir/Id/review'

function taskFor({ stays, goes, at }: MergedAtHospital, pair: string, owner: string): Task {
  return {
    resourceType: 'Task',
    identifier: [{ system: REVIEW, value: `duplicate:${pair}` }],
    status: 'requested',
    intent: 'order',
    code: concept(CODES.TASK_KIND, 'possible-duplicate'),
    description: `A hospital merged the numbers of two people of this record (A40): there Patient/${stays} stays and Patient/${goes} goes. Nothing was merged here. Are they one person? Then ask the operator to merge them; if not, close this and tell the hospital.`,
    authoredOn: at.toISOString(),
    owner: { reference: owner },
    restriction: { period: { end: new Date(at.getTime() + DUE_MS).toISOString() } },
    // It belongs to neither record, so that nobody of the one learns of the other.
    input: [stays, goes].map((id) => ({ type: { text: 'Patient' }, valueReference: { reference: `Patient/${id}` } })),
  }
}
