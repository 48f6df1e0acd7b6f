/** Reads the steps an organisation has to answer. */
import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import type { PersonalRecord, Resolved } from '../../clients/record.ts'
import { refuse } from '../../errors.ts'
import { OPEN_STATUSES } from '../../knowledge/reading.ts'
import type { Session } from '../../session/session.ts'
import { belongsInInbox, byCueAndDue, needReferenceOf, referencesOf } from './steps.ts'

/** The open steps of the person's organisation, oldest due first: all of them, since whoever has waited longest was not found last. HAZ-R82 */
export async function loadInbox(record: PersonalRecord, { organization }: Session): Promise<{ tasks: Task[]; more: boolean }> {
  if (organization === undefined) return { tasks: [], more: false }
  const { all, more } = await record.findAll<Task>('Task', { owner: organization, status: OPEN_STATUSES })
  return { tasks: all.filter(belongsInInbox).toSorted(byCueAndDue), more }
}

/** What the steps point to, and who sent the requests behind them. */
export async function resolveSteps(record: PersonalRecord, tasks: readonly Task[]): Promise<Resolved> {
  const first = await record.resolve(tasks.flatMap(referencesOf))
  const requesters = [...first.values()].flatMap((one) => (one.resourceType === 'ServiceRequest' ? [one.requester?.reference] : []))
  return new Map([...first, ...(await record.resolve(requesters.filter((one) => one !== undefined && !first.has(one))))])
}

/** One step with everything that happened under its need. */
export interface OpenedStep {
  readonly task: Task
  /** Every step of the same need that may be seen, oldest first. */
  readonly history: readonly Task[]
  readonly request?: ServiceRequest
  readonly resolved: Resolved
}

/** @throws NOT_FOUND when the step is none of this organisation's */
export async function openStep(record: PersonalRecord, id: string, { organization }: Session): Promise<OpenedStep> {
  const task = await record.read<Task>('Task', id)
  if (organization === undefined || task.owner?.reference !== organization || !belongsInInbox(task)) throw refuse.NOT_FOUND()
  const need = needReferenceOf(task)
  const found = need === undefined ? [task] : (await record.findAll<Task>('Task', { 'based-on': need })).all
  const history = found.toSorted((one, other) => (one.authoredOn ?? '').localeCompare(other.authoredOn ?? ''))
  const resolved = await resolveSteps(record, [task, ...history])
  const request = resolved.get(need ?? '')
  return { task, history, resolved, ...(request?.resourceType === 'ServiceRequest' ? { request } : {}) }
}
