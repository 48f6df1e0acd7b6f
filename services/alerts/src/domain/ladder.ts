// What happens when nobody answers: standards page "Hospital alerts", section 10. The steps are data (`fhir-profiles/pathway/hospital-alerts.json`).
// HAZ-A07 seen by nobody.
import type { Task } from '@medplum/fhirtypes'
import { CODES } from '@platform/nhs/systems'
import { ANSWERED, concept, type AnsweringRole } from './vocabulary.ts'

/** A step of the ladder, counted from when the alert was raised. */
export interface LadderStep {
  readonly afterMinutes: number
  readonly does: 'second-channel' | 'next-role'
  /** Whose it becomes, `site-lead` or `on-call`. */
  readonly role?: string | undefined
  readonly says: string
}

/** After the last step the on-call route is told again each hour until somebody answers. */
const REPEAT_AFTER_MINUTES = 60

/** The steps of a role: the ward page is its only channel, so a second channel is for the specialist team alone. Ward 30, 60; specialist 15, 30, 60. */
export function stepsOf(ladder: readonly LadderStep[], role: AnsweringRole): readonly LadderStep[] {
  return role === 'ward' ? ladder.filter(({ does }) => does !== 'second-channel') : ladder
}

/**
 * The ladder for people under these rules: each step as early as any rule that speaks wants it. A rule that would take a step later than the pathway
 * changes nothing: no ladder is lengthened in silence.
 */
export function ladderUnder(
  ladder: readonly LadderStep[],
  rules: readonly { readonly ladder: readonly number[] }[],
): readonly LadderStep[] {
  return ladder.map((step, index) => ({
    ...step,
    afterMinutes: Math.min(step.afterMinutes, ...rules.flatMap((rule) => rule.ladder[index] ?? [])),
  }))
}

/** When step number `done` (0 = the first) is due; after the last one, each hour. */
export function stepDueAt(ladder: readonly LadderStep[], role: AnsweringRole, raisedAt: Date, done: number): Date {
  const steps = stepsOf(ladder, role)
  const last = steps.at(-1)?.afterMinutes ?? 0
  const minutes = steps[done]?.afterMinutes ?? last + (done - steps.length + 1) * REPEAT_AFTER_MINUTES
  return new Date(raisedAt.getTime() + minutes * 60_000)
}

/**
 * The answer one step further up, with the time by which the next one comes.
 *
 * @returns nothing when somebody has answered meanwhile, or the answer is no longer wanted
 */
export function escalate(
  answer: Task,
  ladder: readonly LadderStep[],
  role: AnsweringRole,
  { raisedAt, done, at }: { readonly raisedAt: Date; readonly done: number; readonly at: Date },
): Task | undefined {
  if (ANSWERED.has(answer.status) || (answer.status !== 'requested' && answer.status !== 'received')) return undefined
  const steps = stepsOf(ladder, role)
  const step = steps[done] ?? steps.at(-1)
  if (step === undefined) return undefined
  const performer = step.role === undefined ? [] : [concept(CODES.ANSWERING_ROLE, step.role)]
  const known = new Set((answer.performerType ?? []).flatMap(({ coding }) => (coding ?? []).map(({ code }) => code)))
  const repeated = done >= steps.length
  return {
    ...answer,
    businessStatus: concept(CODES.ESCALATION_STEP, step.role ?? step.does, step.says),
    performerType: [...(answer.performerType ?? []), ...performer.filter(({ coding }) => !known.has(coding?.[0]?.code))],
    restriction: {
      ...answer.restriction,
      period: { ...answer.restriction?.period, end: stepDueAt(ladder, role, raisedAt, done + 1).toISOString() },
    },
    ...(repeated ? {} : { note: [...(answer.note ?? []), { time: at.toISOString(), text: step.says }] }),
  }
}
