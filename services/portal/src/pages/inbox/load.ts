/** Reads the steps an organisation has to answer. */
import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import type { PersonalRecord, Resolved, SearchCriteria } from '../../clients/record.ts'
import { refuse } from '../../errors.ts'
import { OPEN_STATUSES } from '../../knowledge/reading.ts'
import type { Session } from '../../session/session.ts'
import { belongsInInbox, byCueAndDue, duplicatesOf, needReferenceOf, referencesOf } from './steps.ts'

/** Open steps of an organisation: all of them, since whoever has waited longest was not found last. HAZ-R82 */
export interface Inbox {
  /** What has a cue first, then the oldest due. */
  readonly tasks: readonly Task[]
  /** What came with them. */
  readonly brought: Resolved
  readonly more: boolean
}

/** The open steps of the person's organisation. */
export const loadInbox = (record: PersonalRecord, session: Session): Promise<Inbox> => inboxWith(record, session, {})

/** What steps point to, and who sent the requests behind them: read together with them, for a list of sixty points to some two hundred. */
const NAMED: SearchCriteria = {
  _include: ['Task:patient', 'Task:focus', 'Task:based-on', 'Task:requester', 'Task:owner'],
  '_include:iterate': 'ServiceRequest:requester',
}

/** The same with what they point to and who sent the requests behind them. @param most steps that are named */
export async function loadInboxNamed(record: PersonalRecord, session: Session, most: number): Promise<Inbox> {
  const inbox = await inboxWith(record, session, NAMED)
  const tasks = inbox.tasks.slice(0, most)
  return { tasks, more: inbox.more || tasks.length < inbox.tasks.length, brought: await resolveSteps(record, tasks, inbox.brought) }
}

async function inboxWith(record: PersonalRecord, { organization }: Session, more: SearchCriteria): Promise<Inbox> {
  if (organization === undefined) return { tasks: [], brought: new Map(), more: false }
  const found = await record.findAll<Task>('Task', { owner: organization, status: OPEN_STATUSES, ...more })
  return { tasks: found.all.filter(belongsInInbox).toSorted(byCueAndDue), brought: found.brought, more: found.more }
}

/** What the steps point to, and who sent the requests behind them. @param known what was read already */
async function resolveSteps(record: PersonalRecord, tasks: readonly Task[], known: Resolved = new Map()): Promise<Resolved> {
  const unknown = (references: readonly (string | undefined)[], to: Resolved) =>
    record.resolve(references.filter((one) => one !== undefined && !to.has(one)))
  const first = new Map([...known, ...(await unknown(tasks.flatMap(referencesOf), known))])
  const named = [...first.values()].flatMap((one) =>
    one.resourceType === 'ServiceRequest' ? [one.requester?.reference, one.subject.reference] : [],
  )
  return new Map([...first, ...(await unknown(named, first))])
}

/** One step with everything that happened under its need. */
export interface OpenedStep {
  readonly task: Task
  /** Every step of the same need that may be seen, oldest first. */
  readonly history: readonly Task[]
  readonly request?: ServiceRequest
  /** Steps of this organisation under requests that may be for the same. */
  readonly alike: readonly Task[]
  readonly resolved: Resolved
}

/** A step alone. @throws NOT_FOUND when it is none of this organisation's */
export async function readStep(record: PersonalRecord, id: string, { organization }: Session): Promise<Task> {
  const task = await record.read<Task>('Task', id)
  if (organization === undefined || task.owner?.reference !== organization || !belongsInInbox(task)) throw refuse.NOT_FOUND()
  return task
}

/** @throws NOT_FOUND when the step is none of this organisation's */
export const openStep = async (record: PersonalRecord, id: string, session: Session): Promise<OpenedStep> =>
  openedStep(record, await readStep(record, id, session))

/** The same of a step that was read. */
export async function openedStep(record: PersonalRecord, task: Task): Promise<OpenedStep> {
  const need = needReferenceOf(task)
  const duplicates = duplicatesOf(task)
  const [found, alike, known] = await Promise.all([
    need === undefined ? { all: [task], brought: new Map() } : record.findAll<Task>('Task', { 'based-on': need, ...NAMED }),
    duplicates.length === 0
      ? []
      : record.findAll<Task>('Task', { owner: task.owner?.reference ?? '', 'based-on': duplicates.join(',') }).then(({ all }) => all),
    record.resolve(duplicates),
  ])
  const history = found.all.toSorted((one, other) => (one.authoredOn ?? '').localeCompare(other.authoredOn ?? ''))
  const resolved = await resolveSteps(record, [task, ...history], new Map([...found.brought, ...known]))
  const request = resolved.get(need ?? '')
  return { task, history, alike, resolved, ...(request?.resourceType === 'ServiceRequest' ? { request } : {}) }
}
