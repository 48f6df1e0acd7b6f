/**
 * "This entry is wrong": what a person says becomes a Task of whoever made the entry. The entry itself is never changed by the asking,
 * and stays as it was until its author corrects it as a new version, or says why it stays. UK GDPR article 16; hazard HAZ-P130.
 */
import type { FhirResource } from '../references.ts'
import { BIT, classesIn } from './data-class.ts'
import type { Owner } from './review.ts'

const SYSTEM = 'https://handrail.example/fhir/CodeSystem'

/** The most characters of what is wrong. */
export const LONGEST_CORRECTION = 2_000

/**
 * By when somebody must have answered: one month, as UK GDPR article 12(3) has it. The last day of a shorter month where there is no such day.
 */
export function answerDue(at: Date): Date {
  const due = new Date(at)
  due.setUTCDate(1)
  due.setUTCMonth(due.getUTCMonth() + 1)
  const lastDay = new Date(Date.UTC(due.getUTCFullYear(), due.getUTCMonth() + 1, 0)).getUTCDate()
  due.setUTCDate(Math.min(at.getUTCDate(), lastDay))
  return due
}

/** An entry as it is stored. */
export interface Entry {
  /** 'Procedure/…' */
  readonly reference: string
  /** Data classes of the row, as bits: the Task is shown to nobody who may not see the entry. */
  readonly classes: number
}

/** The Task that asks for it, open, with owner and due time. */
export function correctionTask({
  patient,
  entry,
  words,
  owner,
  requester,
  at,
}: {
  readonly patient: string
  readonly entry: Entry
  readonly words: string
  readonly owner: Owner
  readonly requester: string
  readonly at: Date
}): FhirResource {
  const labels = classesIn(entry.classes & ~BIT.referral & ~BIT.directory)
  return {
    resourceType: 'Task',
    meta: {
      profile: ['https://handrail.example/fhir/StructureDefinition/hub-task'],
      ...(labels.length === 0 ? {} : { security: labels.map((code) => ({ system: `${SYSTEM}/data-class`, code })) }),
    },
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: `${SYSTEM}/task-kind`, code: 'correction' }] },
    description: words,
    // Not the focus: a Task with a referral or a stay as its focus would be a step of it.
    reasonReference: { reference: entry.reference },
    for: { reference: `Patient/${patient}` },
    authoredOn: at.toISOString(),
    requester: { reference: requester },
    owner,
    restriction: { period: { end: answerDue(at).toISOString() } },
  }
}
