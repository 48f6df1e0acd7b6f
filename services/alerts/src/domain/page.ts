/**
 * Paging for an urgent answer: the named role at once, then a deputy, then on-call, and again until somebody says that they have it. Steps,
 * minutes and duties are data (`fhir-profiles/pathway/urgent-answer.json`). What is so is read from the Task, nothing is remembered. HAZ-R51
 */
import type { Organization, Task } from '@medplum/fhirtypes'
import type { UrgentAnswerLadder } from '@handrail/fhir-profiles/urgent-answer'
import { CODES } from '@platform/nhs/systems'
import { showInstant } from './place.ts'
import type { Duty, OnDuty } from './rota.ts'
import { codeOf, concept } from './vocabulary.ts'

/** One step that is due now. */
export interface PageStep {
  readonly step: UrgentAnswerLadder['ladder'][number]['step']
  readonly duties: readonly Duty[]
  /** When the next one is due. */
  readonly nextAt: Date
}

const WAITING: ReadonlySet<Task['status']> = new Set<Task['status']>(['requested', 'received'])

/** Whether nobody has said yet that they have it. */
export const isWaiting = ({ status }: Task): boolean => WAITING.has(status)

/** The next step, where it is due; after the last one the last again. Nothing when somebody has answered, or it is not time. */
export function pageStep(task: Task, { ladder, repeatAfterMinutes }: UrgentAnswerLadder, now: Date): PageStep | undefined {
  if (!isWaiting(task)) return undefined
  const raisedAt = instant(task.authoredOn) ?? now
  const at = (minutes: number) => new Date(raisedAt.getTime() + minutes * 60_000)
  const done = ladder.findIndex(({ step }) => step === codeOf(task.businessStatus, CODES.ESCALATION_STEP))
  const last = ladder.length - 1
  const repeats = done === last
  const index = repeats ? last : done + 1
  const entry = ladder[index]
  // A Task that says of no time when the next is due is due: nobody would page for it otherwise.
  const dueAt = repeats ? (instant(task.restriction?.period?.end) ?? now) : at(entry?.afterMinutes ?? 0)
  if (entry === undefined || dueAt > now) return undefined
  const following = ladder[index + 1]
  const nextAt = following === undefined ? new Date(now.getTime() + repeatAfterMinutes * 60_000) : at(following.afterMinutes)
  return { step: entry.step, duties: entry.duties, nextAt }
}

const instant = (text: string | undefined): Date | undefined => {
  const at = new Date(text ?? '')
  return Number.isNaN(at.getTime()) ? undefined : at
}

/** The Task after that step: who is asked, in words and as a party of it, and by when the next one is. The named role keeps it. */
export function paged(
  task: Task,
  { step, nextAt }: PageStep,
  { found, says, at }: { readonly found: OnDuty; readonly says: string; readonly at: Date },
): Task {
  const asked = found.state === 'on' ? found.entry : undefined
  const known = task.restriction?.recipient ?? []
  const isNew =
    asked !== undefined && asked.organization !== task.owner?.reference && !known.some(({ reference }) => reference === asked.organization)
  const recipient = isNew ? [...known, { reference: asked.organization }] : known
  const named = asked === undefined || (task.input ?? []).some(({ valueReference }) => valueReference?.reference === asked.reference)
  return {
    ...task,
    businessStatus: concept(CODES.ESCALATION_STEP, step),
    lastModified: at.toISOString(),
    restriction: {
      ...task.restriction,
      period: { ...task.restriction?.period, end: nextAt.toISOString() },
      ...(recipient.length === 0 ? {} : { recipient: [...recipient] }),
    },
    ...(named
      ? {}
      : {
          input: [
            ...(task.input ?? []),
            { type: concept(CODES.TASK_INPUT, 'on-duty'), valueReference: { reference: asked.reference, display: asked.title } },
          ],
        }),
    ...(task.note?.at(-1)?.text === says ? {} : { note: [...(task.note ?? []), { time: at.toISOString(), text: says }] }),
  }
}

/** What is said where an organisation keeps no rota here: nothing is claimed of its hours, and somebody must ring. */
export function noRota(organization: Organization | undefined, now: Date): string {
  const number = organization?.telecom?.find(
    ({ system, value }) => (system === 'phone' || system === undefined) && value !== undefined,
  )?.value
  const ring = number === undefined ? 'no number is recorded, ask the switchboard for them' : `ring ${number}`
  return `No rota is kept here for ${organization?.name ?? 'whoever is to answer'}, so nobody is known to be on duty at ${showInstant(now)}: ${ring}. They are asked again.`
}
