/** The Tasks of reviews and queries as FHIR: made, kept in step, closed and opened again. Pure. */
import { DEVICE_BLOCK } from '@handrail/fhir-profiles/device-block'
import type { Task, TaskInput } from '@medplum/fhirtypes'
import { BIT, classesIn } from '../access/data-class.ts'
import type { Kept } from './facts.ts'
import type { Owner } from './owner.ts'
import { refillWords, type RefillQuery } from './refill-query.ts'
import type { Review } from './reviews.ts'
import type { TrialFinding } from './trial.ts'

const BASE = 'https://handrail.example/fhir'
export const TASK_KEY = `${BASE}/Id/task-key`
const VERDICT = `${BASE}/CodeSystem/trial-verdict`
const ENDED = `${BASE}/CodeSystem/step-ended`
const DATA_CLASS = `${BASE}/CodeSystem/data-class`

interface Making {
  readonly now: Date
  readonly dueAfter: (from: Date) => Date
}

/** The Task of a review that is to be looked at. */
export function reviewTask(
  { key, rule, line, entry, window }: Review,
  { now, dueAfter, patient, owner }: Making & { patient: string; owner: Owner },
): Task {
  const known = window.kind === 'known'
  const draft = rule.status === 'draft' ? ['This rule is a draft: no clinical lead has approved it yet.'] : []
  return {
    resourceType: 'Task',
    meta: { profile: [`${BASE}/StructureDefinition/hub-task`], ...securityOf(entry) },
    identifier: [{ system: TASK_KEY, value: key }],
    instantiatesCanonical: `${BASE}/PlanDefinition/${rule.id}`,
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: `${BASE}/CodeSystem/task-kind`, code: 'review-due' }] },
    description: line.title,
    focus: { reference: entry.reference },
    for: { reference: `Patient/${patient}` },
    authoredOn: now.toISOString(),
    owner,
    restriction: {
      period: known
        ? { ...(window.opensOn !== undefined && { start: window.opensOn }), end: window.dueOn }
        : { end: dueAfter(now).toISOString() },
    },
    note: [line.says, ...draft].map((text) => ({ text })),
  }
}

/** A question to whoever made an entry, which nobody else is shown: neither the person nor the rest of the care team. */
export function queryTask(query: RefillQuery, patient: string, { now, dueAfter, accessPoint }: Making & { accessPoint: Owner }): Task {
  const { key, entry } = query
  const block = entry.resource.extension?.find(({ url }) => url === DEVICE_BLOCK)?.extension ?? []
  const confirmedBy = block.find(({ url }) => url === 'confirmed-by')?.valueReference?.reference
  const asked = [entry.author, confirmedBy].find((party) => party?.startsWith('Organization/') === true)
  return {
    resourceType: 'Task',
    meta: {
      profile: [`${BASE}/StructureDefinition/hub-task`],
      security: [{ system: DATA_CLASS, code: 'unclassified', display: 'Not classified' }],
    },
    identifier: [{ system: TASK_KEY, value: key }],
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: `${BASE}/CodeSystem/task-kind`, code: 'entry-query' }] },
    description: 'The refill date and the amounts of the pump do not agree',
    focus: { reference: entry.reference },
    for: { reference: `Patient/${patient}` },
    authoredOn: now.toISOString(),
    owner: asked === undefined ? accessPoint : { reference: asked },
    restriction: { period: { end: dueAfter(now).toISOString() } },
    note: [{ text: refillWords(query) }],
  }
}

/** The Task says what the entry is about, and so it is shown to nobody who may not see the entry. */
function securityOf({ classes }: Kept<unknown>): { security?: { system: string; code: string }[] } {
  const labels = classesIn(classes & ~BIT.referral)
  return labels.length === 0 ? {} : { security: labels.map((code) => ({ system: DATA_CLASS, code })) }
}

const isVerdict = ({ type }: TaskInput): boolean => type.coding?.some(({ system }) => system === VERDICT) === true

/** The sentence about the scores that a Task carries. */
export const verdictIn = ({ input = [] }: Task): string | undefined => input.find(isVerdict)?.valueString

/** The Task with what the scores of a trial came to, for whoever decides: it says whether they meet the stop rule, and stops nothing. */
export function withFinding(task: Task, { verdict, words }: TrialFinding): Task {
  const others = (task.input ?? []).filter((input) => !isVerdict(input))
  const said: TaskInput = { type: { coding: [{ system: VERDICT, code: verdict }], text: 'What the scores show' }, valueString: words }
  return { ...task, input: [...others, said] }
}

const output = (code: string) => ({ coding: [{ system: `${BASE}/CodeSystem/task-output`, code }] })

/** How a review closes a Task of its own; each says why, so that it can be told from a person's closing. */
export const closed = {
  /** By a later entry, or because the entry has a new date. */
  answered: (task: Task, by: string): Task => ({
    ...task,
    status: 'completed',
    statusReason: { coding: [{ system: ENDED, code: 'answered' }], text: 'The record shows that it was looked at.' },
    output: [...(task.output ?? []), { type: output('outcome'), valueReference: { reference: by } }],
  }),
  /** The entry was stopped, corrected or taken back. */
  noLongerCalledFor: (task: Task): Task => ({
    ...task,
    status: 'cancelled',
    statusReason: { coding: [{ system: ENDED, code: 'need-ended' }], text: 'The entry it came from no longer calls for it.' },
  }),
  byUs: ({ status, statusReason }: Task): boolean =>
    (status === 'completed' || status === 'cancelled') && statusReason?.coding?.some(({ system }) => system === ENDED) === true,
} as const

/** The entry calls for it again: with its old due time, since nobody looked. */
export function reopened({ statusReason: _reason, output: _output, ...task }: Task): Task {
  return { ...task, status: 'requested' }
}
