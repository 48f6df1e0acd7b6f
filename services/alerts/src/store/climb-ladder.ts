/** An answer that is not there when it is due goes one step further up, to whoever the rota of that step says is on. */
import type { Task } from '@medplum/fhirtypes'
import { doneAfter, dutiesOf, escalate, stepDueAt, stepsBy, takeBack, withoutWordsAhead, type RotaStep } from '../domain/ladder.ts'
import { ASKED_AT_ONCE, type Duty } from '../domain/rota.ts'
import { OPEN, referenceTo } from '../domain/vocabulary.ts'
import { firstDueAt, ladderOf } from './alert-context.ts'
import type { AlertSources } from './alert-sources.ts'
import { audienceOf, onDutyIn } from './settlement.ts'
import type { WaitingAnswer } from './stay-state.ts'

/** Takes one answer a step up. */
export async function climb(answer: WaitingAnswer, now: Date, sources: AlertSources): Promise<void> {
  const { record, stays, clock, log } = sources
  const { role, raisedAt, done } = answer
  const state = await stays.get(answer.stay)
  const ladder = await ladderOf(state === undefined ? [] : (sources.watchList.get(state.view.patient)?.registers ?? []), sources)
  const { organization, alert } = await askedOf(answer, sources)
  const duty = await onDutyAt(organization, dutiesOf(ladder, role, done), clock.now(), sources)
  const rota: RotaStep | undefined =
    duty.says === undefined ? undefined : { says: duty.says, ...(duty.found.state === 'on' ? { entry: duty.found.entry } : {}) }
  if (duty.found.state === 'on') await sources.subscriptions.reach(duty.found.entry)
  let climbed: Task | undefined
  const task = await record.change<Task>(`Task/${answer.task}`, (current) => {
    climbed = escalate(current, ladder, role, { raisedAt, done, at: now, rota })
    return climbed ?? current
  })
  // Somebody may be handing it on at this moment: then what they do to the stay says whether it is waited for.
  if (climbed === undefined || task === undefined) return stays.notWaitedFor(answer, state?.version ?? 0)
  const notice = {
    kind: 'escalated',
    quiet: false,
    task: referenceTo(task),
    encounter: task.encounter?.reference ?? '',
    audience: audienceOf([task]).filter((one) => duty.isStillAsked(one)),
    at: now,
  }
  log.info({ event: 'alert.escalated', task: referenceTo(task), role, step: done + 1 })
  const taken = doneAfter(ladder, role, raisedAt, done, now)
  await stays.stepped(answer, { done: taken, nextStepAt: stepDueAt(ladder, role, raisedAt, taken), notice })
  // The ward reads on the alert itself that nobody has been reached, and whom to ring.
  const text = task.note?.at(-1)?.text
  if (role === 'specialist' && alert !== undefined && text !== undefined)
    await sayOnAlert(alert, `The specialist team has not answered. ${text}`, sources)
}

/** Takes one answer back to where its ladder stands now, after a clock that was ahead has taken it further. */
export async function climbDown(answer: WaitingAnswer, now: Date, sources: AlertSources): Promise<void> {
  const { record, stays, answersAhead, watchList, pathway, log } = sources
  const { role } = answer
  const state = await stays.get(answer.stay)
  const ladder = await ladderOf(state === undefined ? [] : (watchList.get(state.view.patient)?.registers ?? []), sources)
  const raisedAt = answer.raisedAt > now ? now : answer.raisedAt
  const done = stepsBy(ladder, role, raisedAt, now)
  const nextStepAt = stepDueAt(ladder, role, raisedAt, done)
  const dueBy = done === 0 ? firstDueAt(role, raisedAt, ladder, pathway) : nextStepAt
  let taken: Task | undefined
  const task = await record.change<Task>(`Task/${answer.task}`, (current) => {
    taken = takeBack(current, ladder, role, { done, dueBy, at: now })
    return taken ?? current
  })
  if (taken === undefined || task === undefined) return stays.notWaitedFor(answer, state?.version ?? 0)
  const alert = task.partOf?.[0]?.reference
  if (alert !== undefined) await record.change<Task>(alert, (current) => withoutWordsAhead(current, now))
  await answersAhead.standsAt(answer, { raisedAt, done, nextStepAt })
  log.warn({ event: 'alert.ladder-was-ahead', task: referenceTo(task), role, step: done })
}

/** A duty as the rota says it, and whom a step of the ladder still asks. */
type StepDuty = Awaited<ReturnType<AlertSources['register']['onDuty']>> & { readonly isStillAsked: (reference: string) => boolean }

/**
 * Who is on for a step. Where its own duty has nobody, it goes to whoever is on for what is asked at once: duties change while a ladder is climbed, and the
 * ward does not read that nobody is on while somebody is. Whoever is off by now is not told again, unless nobody else is there to be told. HAZ-A130
 */
async function onDutyAt(
  organization: string,
  duties: readonly Duty[],
  now: Date,
  { register }: Pick<AlertSources, 'register'>,
): Promise<StepDuty> {
  const own = await register.onDuty(organization, duties, now)
  const instead = own.found.state === 'on' ? own : await register.onDuty(organization, ASKED_AT_ONCE, now)
  const duty = instead.found.state === 'on' ? instead : own
  return { ...duty, isStillAsked: (reference) => duty.found.state !== 'on' || !duty.off.has(reference) }
}

async function sayOnAlert(alert: string, text: string, { record, clock }: Pick<AlertSources, 'record' | 'clock'>): Promise<void> {
  await record.change<Task>(alert, (current) =>
    !OPEN.has(current.status) || current.note?.some((note) => note.text === text) === true
      ? current
      : { ...current, note: [...(current.note ?? []), { time: clock.now().toISOString(), text }] },
  )
}

/** Whose rota is asked: that of whoever owns the answer, or of the specialist where the rota has given the answer to somebody who covers them. */
async function askedOf(
  { task, role }: WaitingAnswer,
  { record }: Pick<AlertSources, 'record'>,
): Promise<{ readonly organization: string; readonly alert: string | undefined }> {
  const answer = await record.read<Task>(`Task/${task}`)
  const alert = answer?.partOf?.[0]?.reference
  const owner = answer?.owner?.reference ?? ''
  if (role === 'ward' || alert === undefined || (answer?.input ?? []).flatMap(onDutyIn).length === 0) return { organization: owner, alert }
  return { organization: (await record.read<Task>(alert))?.owner?.reference ?? owner, alert }
}
