// What happens when nobody answers: standards page "Hospital alerts", section 10. The steps are data (`fhir-profiles/pathway/hospital-alerts.json`).
// HAZ-A07 seen by nobody.
import type { Task } from '@medplum/fhirtypes'
import { CODES } from '@platform/nhs/systems'
import type { Duty, DutyEntry } from './rota.ts'
import { ANSWERED, concept, type AnsweringRole } from './vocabulary.ts'

/** A step of the ladder, counted from when the alert was raised. */
export interface LadderStep {
  readonly afterMinutes: number
  readonly does: 'second-channel' | 'next-role'
  /** Whose it becomes, `site-lead` or `on-call`. */
  readonly role?: string | undefined
  /** What stands on the alert once it is taken; `{time}` stands for how long that is after the alert was raised. */
  readonly says: string
}

/** What the rota says of a step: who is on, or that nobody is. */
export interface RotaStep {
  readonly entry?: DutyEntry
  readonly says: string
}

/** Whose duty a step is, and who stands in where the rota has none of it; after the last one it stays the on-call route's. */
export function dutiesOf(ladder: readonly LadderStep[], role: AnsweringRole, done: number): readonly Duty[] {
  const steps = stepsOf(ladder, role)
  const step = steps[done] ?? steps.at(-1)
  if (step?.role === 'site-lead') return ['site-lead', 'on-call', 'specialist']
  return step?.does === 'second-channel' ? ['deputy'] : ['on-call', 'specialist']
}

/** After the last step the on-call route is told again each hour until somebody answers. */
const REPEAT_AFTER_MINUTES = 60

/** The steps of a role: the ward page is its only channel, so a second channel is for the specialist team alone. Ward 30, 60; specialist 15, 30, 60. */
export function stepsOf(ladder: readonly LadderStep[], role: AnsweringRole): readonly LadderStep[] {
  return role === 'ward' ? ladder.filter(({ does }) => does !== 'second-channel') : ladder
}

/**
 * The ladder for people under these rules: each step as early as any rule that speaks wants it. A rule that would take a step later than the pathway
 * changes nothing: no ladder is lengthened in silence. What a step says is said of the time at which it is taken. HAZ-A102
 */
export function ladderUnder(
  ladder: readonly LadderStep[],
  rules: readonly { readonly ladder: readonly number[] }[],
): readonly LadderStep[] {
  return ladder.map((step, index) => {
    const afterMinutes = Math.min(step.afterMinutes, ...rules.flatMap((rule) => rule.ladder[index] ?? []))
    return { ...step, afterMinutes, says: step.says.replace('{time}', inWords(afterMinutes)) }
  })
}

const inWords = (minutes: number): string => (minutes === 60 ? 'an hour' : minutes === 1 ? 'a minute' : `${String(minutes)} minutes`)

/** The rules that would take a step later than the pathway: whoever wrote one is to hear that it has no effect. */
export const lengthening = <R extends { readonly ladder: readonly number[] }>(
  ladder: readonly LadderStep[],
  rules: readonly R[],
): readonly R[] => rules.filter((rule) => ladder.some(({ afterMinutes }, index) => (rule.ladder[index] ?? 0) > afterMinutes))

/** When step number `done` (0 = the first) is due; after the last one, each hour. */
export function stepDueAt(ladder: readonly LadderStep[], role: AnsweringRole, raisedAt: Date, done: number): Date {
  const steps = stepsOf(ladder, role)
  const last = steps.at(-1)?.afterMinutes ?? 0
  const minutes = steps[done]?.afterMinutes ?? last + (done - steps.length + 1) * REPEAT_AFTER_MINUTES
  return new Date(raisedAt.getTime() + minutes * 60_000)
}

/**
 * How many steps are behind an answer once number `done` (0 = the first) is taken. Each step of the ladder is taken, however late. Of the hours
 * after the last one that went by while the hub stood still none is made up for: whoever is told is told once. HAZ-A65
 */
export function doneAfter(ladder: readonly LadderStep[], role: AnsweringRole, raisedAt: Date, done: number, at: Date): number {
  const steps = stepsOf(ladder, role)
  if (done + 1 < steps.length) return done + 1
  const hoursSinceLast = Math.floor(
    (at.getTime() - stepDueAt(ladder, role, raisedAt, steps.length - 1).getTime()) / (REPEAT_AFTER_MINUTES * 60_000),
  )
  return Math.max(done + 1, steps.length + hoursSinceLast)
}

/** No answer waits for its next step for longer; where one does, its ladder was climbed by a clock that was ahead. Clocks of processes differ by minutes. */
export const longestWaitMs = (ladder: readonly LadderStep[]): number =>
  (Math.max(REPEAT_AFTER_MINUTES, ...ladder.map(({ afterMinutes }) => afterMinutes)) + CLOCKS_DIFFER_MINUTES) * 60_000
const CLOCKS_DIFFER_MINUTES = 10

/** How many steps are behind an answer by then, where each was taken in time. */
export function stepsBy(ladder: readonly LadderStep[], role: AnsweringRole, raisedAt: Date, at: Date): number {
  const steps = stepsOf(ladder, role)
  const taken = steps.filter((_, index) => stepDueAt(ladder, role, raisedAt, index) <= at).length
  if (taken < steps.length) return taken
  const last = stepDueAt(ladder, role, raisedAt, steps.length - 1)
  return steps.length + Math.floor((at.getTime() - last.getTime()) / (REPEAT_AFTER_MINUTES * 60_000))
}

/**
 * The answer as it stands by then, where a clock that was ahead has taken it further: due when it is, and without what was said at times that have not
 * come. Who was asked meanwhile was asked, and stays named. HAZ-A120
 *
 * @returns nothing when somebody has answered meanwhile, or the answer is no longer wanted
 */
export function takeBack(
  answer: Task,
  ladder: readonly LadderStep[],
  role: AnsweringRole,
  { done, dueBy, at }: { readonly done: number; readonly dueBy: Date; readonly at: Date },
): Task | undefined {
  if (answer.status !== 'requested' && answer.status !== 'received') return undefined
  const { businessStatus: _, ...rest } = withoutWordsAhead(answer, at)
  const taken = stepsOf(ladder, role)
  const step = taken[Math.min(done, taken.length) - 1]
  return {
    ...rest,
    ...(step === undefined ? {} : { businessStatus: concept(CODES.ESCALATION_STEP, step.role ?? step.does, step.says) }),
    restriction: { ...answer.restriction, period: { ...answer.restriction?.period, end: dueBy.toISOString() } },
  }
}

/** The same Task without notes of a time that has not come. */
export function withoutWordsAhead(task: Task, at: Date): Task {
  const said = task.note?.filter(({ time }) => time === undefined || Date.parse(time) <= at.getTime())
  if (said === undefined || said.length === task.note?.length) return task
  const { note: _, ...rest } = task
  return said.length === 0 ? rest : { ...rest, note: said }
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
  { raisedAt, done, at, rota }: { readonly raisedAt: Date; readonly done: number; readonly at: Date; readonly rota?: RotaStep | undefined },
): Task | undefined {
  if (ANSWERED.has(answer.status) || (answer.status !== 'requested' && answer.status !== 'received')) return undefined
  const steps = stepsOf(ladder, role)
  const step = steps[done] ?? steps.at(-1)
  if (step === undefined) return undefined
  const performer = step.role === undefined ? [] : [concept(CODES.ANSWERING_ROLE, step.role)]
  const known = new Set((answer.performerType ?? []).flatMap(({ coding }) => (coding ?? []).map(({ code }) => code)))
  const repeated = done >= steps.length
  const asked = rota?.entry === undefined ? undefined : { reference: rota.entry.reference, display: rota.entry.title }
  const named = asked !== undefined && answer.input?.some(({ valueReference }) => valueReference?.reference === asked.reference) === true
  // Each hour the same is asked again: it is written down when somebody else is.
  const said = repeated && (named || asked === undefined) ? '' : [...(repeated ? [] : [step.says]), rota?.says ?? ''].join(' ').trim()
  return {
    ...answer,
    // Another organisation may hold the duty at this hour: the answer is theirs to give, and they may read it.
    ...(rota?.entry === undefined ? {} : { owner: { reference: rota.entry.organization } }),
    ...(asked === undefined || named
      ? {}
      : {
          input: [...(answer.input ?? []), { type: concept(CODES.TASK_INPUT, 'on-duty', step.role ?? step.does), valueReference: asked }],
        }),
    businessStatus: concept(CODES.ESCALATION_STEP, step.role ?? step.does, step.says),
    performerType: [...(answer.performerType ?? []), ...performer.filter(({ coding }) => !known.has(coding?.[0]?.code))],
    restriction: {
      ...answer.restriction,
      period: {
        ...answer.restriction?.period,
        end: stepDueAt(ladder, role, raisedAt, doneAfter(ladder, role, raisedAt, done, at)).toISOString(),
      },
    },
    ...(said === '' ? {} : { note: [...(answer.note ?? []), { time: at.toISOString(), text: said }] }),
  }
}
