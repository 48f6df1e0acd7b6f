/**
 * The review engine: reads whose record changed and whose time has come, decides with `domain/reviews`, and writes the Tasks. It is
 * level-triggered: it acts on what is so, so that a change read twice, late or by two processes makes nothing twice.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Task } from '@medplum/fhirtypes'
import type { ReviewRule } from '@handrail/fhir-profiles/review-rules'
import { taskDueAt, type Pathway } from '@handrail/fhir-profiles/pathway'
import type { Caller } from '@platform/fhir/caller'
import { describeError } from '@platform/service/describe-error'
import type { NewId } from '@platform/service/ids'
import type { Log } from '@platform/service/log'
import type { Operation } from '../domain/operation.ts'
import type { FhirResource } from '../domain/references.ts'
import type { Owner } from '../domain/reviews/owner.ts'
import { reviewsOf } from '../domain/reviews/reviews.ts'
import { keyOf, settle } from '../domain/reviews/settle.ts'
import { TASK_KEY } from '../domain/reviews/review-task.ts'
import { changeRecord, type RecordDependencies } from './change-record.ts'
import { reviewReader, reviewWakes, type ChangePlace } from './review-facts.ts'

/** Whose hand the Tasks are written with. It is no client: no token of it exists, and it never leaves the process. */
const REVIEWER: Caller = {
  clientId: 'handrail-reviews',
  subject: 'handrail-reviews',
  role: 'admin',
  grade: 'full',
  scopes: [{ context: 'system', type: '*', c: true, r: true, u: true, d: false, s: true }],
  token: '',
  expiresAt: 0,
}

export interface ReviewEngineOptions {
  readonly record: RecordDependencies
  readonly rules: readonly ReviewRule[]
  readonly pathway: Pathway
  readonly newId: NewId
  readonly log: Log
  /** Real time. */
  readonly now: () => Date
}

export interface ReviewEngine {
  /** Looks at everybody whose record changed and whose time has come by `now` (business time). */
  sweep(now: Date): Promise<void>
}

/** A change becomes visible at its commit and carries the time of its request: what is younger than this is read once more. */
const SETTLED_AFTER_MS = 60_000
const DUE_AT_ONCE = 500
const CHANGES_AT_ONCE = 2_000
/** After each of these it rests so many times as long as that took: whoever writes or reads meanwhile does not wait for reviews. */
const RESTS = 2
/** After a failure the same person is tried again this much later, so that one does not hold up the others. */
const AGAIN_AFTER_MS = 60 * 60 * 1000

/** Opens the engine. It does nothing until it is asked to look. */
export function reviewEngine({ record, rules, pathway, newId, log, now: realNow }: ReviewEngineOptions): ReviewEngine {
  const { database, baseUrl } = record
  const reader = reviewReader(database, rules, baseUrl)
  const wakes = reviewWakes(database)
  const { system, value } = pathway.referrals.owners.get(pathway.referrals.singlePointOfAccess) ?? { system: '', value: '' }
  let running: Promise<void> | undefined

  return {
    // One after the other: a sweep that waits for another looks again afterwards, at its own time.
    sweep: async (now) => {
      while (running !== undefined) await running
      running = run(now).finally(() => (running = undefined))
      return running
    },
  }

  async function run(now: Date): Promise<void> {
    const accessPoint = await ownerAtTheEnd()
    const seen = new Set<string>()
    const look = async (patient: string) => {
      if (seen.has(patient)) return
      seen.add(patient)
      await review(patient, now, accessPoint).catch(async (error: unknown) => {
        log.error({ event: 'review.failed', patient, error: describeError(error) })
        await wakes.keep(patient, new Date(now.getTime() + AGAIN_AFTER_MS))
      })
    }
    const begun = realNow()
    const settled = new Date(begun.getTime() - SETTLED_AFTER_MS)
    for (let place: ChangePlace | undefined = { at: await wakes.readTo(), type: '', id: '' }; place !== undefined;) {
      const started = performance.now()
      const { patients, next }: { patients: readonly string[]; next?: ChangePlace } = await reader.changedSince(place, CHANGES_AT_ONCE)
      for (const patient of patients) await look(patient)
      place = next
      if (next === undefined || next.at <= settled) await wakes.keepReadTo(next?.at ?? settled)
      if (next !== undefined) await wait(RESTS * (performance.now() - started))
    }
    for (;;) {
      const due = (await wakes.due(now, DUE_AT_ONCE)).filter((patient) => !seen.has(patient))
      if (due.length === 0) return
      for (const patient of due) await look(patient)
    }
  }

  async function review(patient: string, now: Date, accessPoint: Owner): Promise<void> {
    const facts = await reader.facts(patient)
    const dueAfter = (from: Date) => taskDueAt(pathway, 'review-due', undefined, from)
    const { open, change, lookAgainAt } = settle(reviewsOf(rules, facts), facts, { now, dueAfter, accessPoint })
    const operations: Operation[] = [
      ...open.map((task): Operation => {
        const key = task.identifier?.[0]?.value ?? ''
        return { kind: 'create', place: '', type: 'Task', exact: plain(task), ifNoneExist: `identifier=${TASK_KEY}|${key}` }
      }),
      ...change.map(({ task, next }): Operation => ({
        kind: 'update',
        place: '',
        type: 'Task',
        id: task.resource.id ?? '',
        exact: plain(next),
        ifMatch: task.version,
      })),
    ]
    if (operations.length > 0) {
      const audit = {
        client: REVIEWER.clientId,
        subject: REVIEWER.subject,
        organization: undefined,
        interaction: 'transaction',
        status: 200,
        purpose: undefined,
        request: newId(),
      }
      await changeRecord(record, operations, { caller: REVIEWER, at: realNow(), audit })
      log.info({ event: 'review.settled', patient, opened: open.length, changed: change.map(({ task }) => keyOf(task)).length })
    }
    await wakes.keep(patient, lookAgainAt)
  }

  async function ownerAtTheEnd(): Promise<Owner> {
    const [found] = await record.find(database, REVIEWER, 'Organization', `identifier=${system}|${value}`)
    return found === undefined ? { identifier: { system, value } } : { reference: `Organization/${found.id}` }
  }
}

const plain = (task: Task): FhirResource => task as unknown as FhirResource
