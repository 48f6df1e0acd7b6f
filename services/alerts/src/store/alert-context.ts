/** What an alert is decided by beside its stay: who owns it, what is known of the person, by when an answer is due. */
import { dueAt, type Duration } from '@handrail/fhir-profiles/calendar'
import type { Pathway } from '@handrail/fhir-profiles/pathway'
import type { AlertContext, StayRecord } from '../domain/alert-context.ts'
import { phaseOf } from '../domain/phase.ts'
import { linesFor } from '../domain/alert-lines.ts'
import { isOurs } from '../domain/hospital-encounter.ts'
import { ladderUnder, type LadderStep } from '../domain/ladder.ts'
import type { WatchedPerson } from '../domain/person.ts'
import { dateOf } from '../domain/rota-week.ts'
import { OPEN, type AnsweringRole } from '../domain/vocabulary.ts'
import type { AlertSources } from './alert-sources.ts'
import type { StayState } from './stay-state.ts'

/**
 * Lines and owners are read only where something is to be opened: an alert that stands keeps its own.
 *
 * @param person as the watch list knows whoever the stay is of; nothing when they are not on the register
 */
export async function contextFor(
  { view, settledAs, told }: StayState,
  person: WatchedPerson | undefined,
  held: StayRecord,
  { register, rules, approvals, pathway, clock, newId, log }: AlertSources,
): Promise<AlertContext> {
  const now = clock.now()
  const phase = phaseOf(view, person !== undefined)
  const opens =
    (phase === 'open' && (held.alert === undefined || !OPEN.has(held.alert.status))) ||
    (phase === 'closed' && held.afterDischarge === undefined) ||
    (view.stay.status === 'planned' && (held.encounter === undefined || (told === undefined && !isOurs(held.encounter))))
  const { alerts, calendar } = pathway
  const due = {
    answer: { ward: answerDue('ward', alerts), specialist: answerDue('specialist', alerts) },
    alert: alerts.alertDue,
    afterDischarge: alerts.afterDischarge.due,
  }
  // What was planned is looked at when a stay opens, when something else than a message bears on it, and when it is over or was a mistake.
  if (!opens) {
    const community = phase !== 'open' || settledAs === undefined ? { community: await register.community(view.patient) } : {}
    const provider = held.encounter?.serviceProvider?.reference
    return {
      now,
      registered: person !== undefined,
      lines: { lines: [], more: [] },
      owners: { alert: '', ward: '', specialist: '', afterDischarge: '' },
      due,
      calendar,
      newId,
      ...community,
      ...(provider === undefined ? {} : { hospital: provider }),
    }
  }
  const [ladder, material] = await Promise.all([
    ladderOf(person?.registers ?? [], { pathway, rules, approvals }),
    register.material(view.patient, person?.registers ?? [], view.facility, now),
  ])
  const lines = linesFor(person?.registers ?? [], material.person, rules, dateOf(now, calendar), await approvals.of(rules))
  for (const { rule, title } of lines.unread ?? []) log.error({ event: 'alert.line-unread', stay: view.id, rule, line: title })
  return {
    now,
    registered: person !== undefined,
    lines,
    owners: material.owners,
    onDuty: material.onDuty,
    ...(material.hospital === undefined ? {} : { hospital: material.hospital }),
    due: { ...due, answer: { ward: dueUnder(ladder, due.answer.ward), specialist: dueUnder(ladder, due.answer.specialist) } },
    calendar,
    newId,
    community: material.community,
  }
}

/** By when an answer is due that nobody has been told of again, under these rules. */
export function firstDueAt(role: AnsweringRole, raisedAt: Date, ladder: readonly LadderStep[], { alerts, calendar }: Pathway): Date {
  return dueAt(dueUnder(ladder, answerDue(role, alerts)), raisedAt, calendar)
}

const answerDue = (role: AnsweringRole, { answers }: Pathway['alerts']): Duration =>
  answers.find((answer) => answer.role === role)?.due ?? { minutes: 30 }

/** An answer is due when the next role is told at the latest: a rule that shortens the ladder shortens this too. */
function dueUnder(ladder: readonly LadderStep[], due: Duration): Duration {
  const next = ladder.find(({ does }) => does === 'next-role')
  return next !== undefined && 'minutes' in due && next.afterMinutes < due.minutes ? { minutes: next.afterMinutes } : due
}

/** The ladder for somebody registered under these codes. A rule that nobody approved shortens nothing. HAZ-A13 */
export async function ladderOf(
  registers: readonly string[],
  { pathway, rules, approvals }: Pick<AlertSources, 'pathway' | 'rules' | 'approvals'>,
): Promise<readonly LadderStep[]> {
  const approved = await approvals.of(rules)
  return ladderUnder(
    pathway.alerts.ladder,
    rules.filter((rule) => (rule.register === '*' || registers.includes(rule.register)) && approved(rule) !== undefined),
  )
}
