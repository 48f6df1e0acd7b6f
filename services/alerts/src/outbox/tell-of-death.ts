/**
 * After a death: whoever answers for an open need of the person has one Task that says so, with an owner and a due time. Neither the person, nor a
 * carer, nor whoever gives sessions is told anything. Taken back when the death was a mistake. It may run any number of times. HAZ-A20
 */
import type { PractitionerRole, ServiceRequest, Task } from '@medplum/fhirtypes'
import { CODES, OWN_ID } from '@platform/nhs/systems'
import type { Log } from '@platform/service/log'
import { summariseError } from '@platform/service/describe-error'
import { codeOf, concept, kindOf, OPEN, referenceTo } from '../domain/vocabulary.ts'
import type { Deaths } from '../store/deaths.ts'
import type { FhirRecord } from '../store/record.ts'

/** What it works with. */
export interface TellOfDeath {
  readonly deaths: Deaths
  readonly record: FhirRecord
  /** `Organization/…` that answers where nobody else can. */
  readonly otherwise: () => Promise<string>
  readonly log: Log
}

const BATCH = 100
const DUE_MS = 24 * 3_600_000
const OPEN_STATES = 'draft,requested,received,accepted,ready,in-progress,on-hold'

/** Tells of every death that is not told of yet, or was taken back. */
export async function tellOfDeaths(work: TellOfDeath, now: Date): Promise<void> {
  for (const patient of await work.deaths.untold(BATCH)) {
    await work.deaths
      .alone(patient, async () => tellOfDeath(patient, work, now))
      .catch((error: unknown) => work.log.warn({ event: 'death.not-told', reason: summariseError(error) }))
  }
}

async function tellOfDeath(patient: string, work: TellOfDeath, now: Date): Promise<void> {
  const { deaths, log } = work
  const sources = await deaths.beginTelling(patient)
  const made = await deaths.tasks(patient)
  const died = await deaths.hasDied(patient)
  if (died) await open(patient, made, work, now)
  else for (const task of made.values()) await takeBack(task, work, now)
  await deaths.told(sources)
  log.info({ event: died ? 'death.told' : 'death.taken-back' })
}

async function open(patient: string, made: ReadonlyMap<string, string>, work: TellOfDeath, now: Date): Promise<void> {
  const { record, deaths } = work
  const about = { patient: `Patient/${patient}` }
  const [needs, tasks] = await Promise.all([
    record.search<ServiceRequest>('ServiceRequest', { ...about, status: 'active' }),
    record.search<Task>('Task', { ...about, status: OPEN_STATES }),
  ])
  for (const need of needs) {
    const reference = referenceTo(need)
    const before = made.get(reference)
    if (before !== undefined) {
      await record.change<Task>(before, (task) => (wasTakenBack(task) || task.description === ALIVE ? ask(task, DIED, now) : task))
      continue
    }
    const owner = await ownerOf(need, tasks, work)
    const key = `death-${need.id ?? ''}`
    const resource: Task = {
      resourceType: 'Task',
      identifier: [{ system: OWN_ID.TASK_KEY, value: key }],
      status: 'requested',
      intent: 'order',
      priority: 'urgent',
      code: concept(CODES.TASK_KIND, 'death-notice', 'Death of somebody with an open need'),
      description: DIED,
      authoredOn: now.toISOString(),
      owner: { reference: owner },
      restriction: { period: { end: new Date(now.getTime() + DUE_MS).toISOString() } },
      // Not `for` and not `focus`: it must stand in no list that the person or a carer reads, and keeps no need alive.
      input: [{ type: concept(CODES.TASK_INPUT, 'need'), valueReference: { reference } }],
    }
    const request = { method: 'POST', url: 'Task', ifNoneExist: `identifier=${OWN_ID.TASK_KEY}|${key}` } as const
    const [place] = (await record.transact([{ resource, request }])) ?? []
    if (place === undefined) throw new Error('The Task about a need was not written.')
    await deaths.keepTask(patient, reference, place.reference)
  }
}

/** Who answers for a need: the team that decides what becomes of it, else who asked for it. Whoever only gives sessions is not told. */
async function ownerOf(need: ServiceRequest, tasks: readonly Task[], { record, otherwise }: TellOfDeath): Promise<string> {
  const reference = referenceTo(need)
  const deciding = tasks.findLast(
    (task) =>
      (task.focus?.reference === reference || task.basedOn?.some((each) => each.reference === reference) === true) &&
      kindOf(task) !== undefined &&
      kindOf(task) !== 'referral' &&
      task.owner?.reference?.startsWith('Organization/') === true,
  )?.owner?.reference
  if (deciding !== undefined) return deciding
  const requester = need.requester?.reference ?? ''
  if (requester.startsWith('Organization/')) return requester
  const role = requester.startsWith('PractitionerRole/') ? await record.read<PractitionerRole>(requester) : undefined
  return role?.organization?.reference ?? otherwise()
}

const DIED =
  'A hospital or the record says that the person has died. Confirm it, end what is planned in this need, and tell whoever must be told by a person. Nothing was sent to the family or to whoever gives sessions.'
const ALIVE =
  'The death that was told here was a mistake and was taken back. Find out how the person is, undo what was ended in this need because of it, and tell whoever was told. Nothing was sent to the family or to whoever gives sessions.'
const TAKEN_BACK = 'The death was a mistake and was taken back.'
const wasTakenBack = ({ status, statusReason }: Task): boolean =>
  status === 'cancelled' && codeOf(statusReason, CODES.ALERT_OUTCOME) === 'withdrawn'
const ACTED_ON: ReadonlySet<string> = new Set(['accepted', 'in-progress', 'completed'])

async function takeBack(task: string, { record }: TellOfDeath, now: Date): Promise<void> {
  await record.change<Task>(task, (current) => {
    if (wasTakenBack(current) || current.description === ALIVE) return current
    const note = [...(current.note ?? []), { time: now.toISOString(), text: TAKEN_BACK }]
    // Who has begun to act on it, or has done so, must know most of all: a note in what is closed stands in no list. HAZ-A133
    if (ACTED_ON.has(current.status)) return { ...ask(current, ALIVE, now), note }
    if (!OPEN.has(current.status)) return current.note?.some(({ text }) => text === TAKEN_BACK) === true ? current : { ...current, note }
    return { ...current, note, status: 'cancelled', statusReason: concept(CODES.ALERT_OUTCOME, 'withdrawn', TAKEN_BACK) }
  })
}

/** It is put before its owner, now with these words; what was answered before stays. */
function ask(task: Task, description: string, now: Date): Task {
  const { statusReason: _, businessStatus: __, ...rest } = task
  return {
    ...rest,
    status: 'requested',
    description,
    restriction: { ...task.restriction, period: { end: new Date(now.getTime() + DUE_MS).toISOString() } },
  }
}
