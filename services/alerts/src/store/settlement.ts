/** What a stay leaves behind once the record tells of it: answers that are waited for, and notices. */
import type { Task, TaskInput } from '@medplum/fhirtypes'
import { CODES } from '@platform/nhs/systems'
import type { AlertContext, StayRecord } from '../domain/alert-context.ts'
import { phaseOf } from '../domain/phase.ts'
import { ROTA_RULE } from '../domain/alert-lines.ts'
import { hasDied } from '../domain/encounter.ts'
import { leftAt, type Stay } from '../domain/stay.ts'
import { stepDueAt, type LadderStep } from '../domain/ladder.ts'
import { tellingOf, toTell } from '../domain/told.ts'
import { ANSWERED, ANSWERING_ROLES, codeOf, referenceTo } from '../domain/vocabulary.ts'
import type { NewNotice, Settlement, StayState } from './stay-state.ts'

/** What is written down of a stay that was settled. @param after what the record holds now @param settledAs what it was brought in line with */
export function settlementOf(
  state: StayState,
  after: StayRecord,
  settledAs: string,
  context: AlertContext,
  ladder: readonly LadderStep[],
): Settlement {
  const { view, version } = state
  const { now } = context
  const told = tellingOf(view, phaseOf(view, context.registered), after.answers)
  const alert = after.alert
  const encounter = after.encounter === undefined ? '' : referenceTo(after.encounter)
  const tasks = [...(alert === undefined ? [] : [alert]), ...Object.values(after.answers)]
  const planned = state.told === undefined && view.stay.status === 'planned' && encounter !== '' && !hasDied(view)
  const notices: NewNotice[] =
    alert === undefined
      ? planned
        ? [{ kind: 'planned', quiet: true, task: encounter, encounter, audience: [context.owners.specialist], at: now }]
        : []
      : toTell(state.alert === undefined ? undefined : state.told, told, { died: hasDied(view) }).map(({ kind, quiet }) => ({
          kind,
          quiet,
          task: referenceTo(alert),
          encounter,
          audience: audienceOf(tasks),
          at: now,
        }))
  const answers = ANSWERING_ROLES.flatMap((role) => {
    const task = after.answers[role]
    if (task?.id === undefined) return []
    const waiting = task.status === 'requested' || task.status === 'received'
    return [
      {
        role,
        task: task.id,
        raisedAt: now,
        nextStepAt: waiting ? stepDueAt(ladder, role, now, 0) : undefined,
        answeredAt: ANSWERED.has(task.status) ? now : undefined,
      },
    ]
  })
  const spoke = new Set([...context.lines.lines, ...context.lines.more].map(({ rule }) => rule.split(' ')[0] ?? ''))
  spoke.delete(ROTA_RULE)
  return {
    version,
    toldBefore: state.told,
    encounter: after.encounter?.id ?? '',
    ...(alert?.id === undefined ? {} : { alert: alert.id }),
    over: view.stay.status === 'ended' || view.stay.status === 'cancelled',
    told,
    settledAs,
    answers,
    notices,
    ...(spoke.size === 0 ? {} : { rules: [...spoke] }),
    ...whenInHospital(view.stay),
  }
}

function whenInHospital(stay: Stay): Pick<Settlement, 'beganAt' | 'endedAt'> {
  if (stay.status === 'cancelled' || !stay.wasIn) return {}
  const [beganAt, endedAt] = [stay.admittedAt, leftAt(stay)]
  return { ...(beganAt === undefined ? {} : { beganAt }), ...(endedAt === undefined ? {} : { endedAt }) }
}

/** Who owns a part of it, and whom the rota named: those hear too when it is withdrawn. */
export const audienceOf = (tasks: readonly Task[]): string[] =>
  [...new Set(tasks.flatMap(({ owner, input = [] }) => [owner?.reference ?? [], input.flatMap(onDutyIn)].flat()))].toSorted()

/** Whom the rota named in an input of a Task. */
export const onDutyIn = ({ type, valueReference }: TaskInput): readonly string[] =>
  codeOf(type, CODES.TASK_INPUT) === 'on-duty' && valueReference?.reference !== undefined ? [valueReference.reference] : []
