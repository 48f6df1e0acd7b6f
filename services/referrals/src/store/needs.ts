/** Needs and their steps: where a decision becomes true. What is decided is in `domain/`; what is true is in the record. */
import type { Caller } from '@platform/fhir/caller'
import { Refusal } from '@platform/fhir/errors'
import { scopesAllow } from '@platform/fhir/scopes'
import { isSubsetted } from '@platform/fhir/subsetted'
import type { Clock } from '@platform/service/clock'
import { summariseError } from '@platform/service/describe-error'
import type { Log } from '@platform/service/log'
import type { Patient, ServiceRequest, Task } from '@medplum/fhirtypes'
import { offerCapacity } from '../domain/answers/offer-capacity.ts'
import { toRemember } from '../domain/clocks.ts'
import { isInUse, type Listing } from '../domain/directory.ts'
import { livesIn } from '../domain/lives-in.ts'
import { codesServed } from '../domain/matching/catchment.ts'
import { isOpen, kindOf, needIdOf, type Need } from '../domain/need.ts'
import type { Circumstances, Pathway } from '../domain/pathway.ts'
import { unknownPerformers } from '../domain/routed.ts'
import { offersMeanwhile, protectedKinds } from '../domain/rules/interim-support.ts'
import { settle } from '../domain/settle.ts'
import { wantsOf } from '../domain/wants.ts'
import { afterwards, type Write } from '../domain/write.ts'
import { refuse } from '../errors.ts'
import type { Clocks } from './clocks.ts'
import type { ServiceDirectory } from './directory.ts'
import { newNeeds } from './new-needs.ts'
import type { FhirRecord, TokenSource } from './record.ts'

/** A decision about a need, taken in the circumstances of the moment. */
export type Decision = (need: Need, circumstances: Circumstances) => readonly Write[]

/** What can be done with needs. */
export interface Needs {
  /** Puts a need in order, as it is now, and remembers when to look again. Harmless when there is nothing to do. */
  settle(needId: string): Promise<void>
  /**
   * Puts a need in order whose ServiceRequest was just created. The same as `settle`, for many at once: all that come while a
   * group is on its way are read by one search and asked for by one transaction.
   */
  route(needId: string): Promise<void>
  /** Settles the need that a Task is a step of, if it is one. */
  settleNeedOf(taskId: string): Promise<void>
  /**
   * An answer to a step, on behalf of a caller: the caller must be able to see the Task, and it is the caller's own token that
   * writes; where the caller is shown a part of the request, the hub's for whoever the step is asked of. What is decided on is the whole need, also those steps that the caller may not see.
   *
   * @returns the Tasks that were changed or opened, the answered one first, as the caller may see them
   * @throws TASK_UNKNOWN, TASK_NOT_OF_A_REFERRAL, and whatever the decision or the record refuses
   */
  answer(taskId: string, caller: Caller, decide: Decision): Promise<readonly Task[]>
  /**
   * What `answer` would write, without writing it: decided on the same need, and refused where the record would refuse the caller.
   *
   * @param rehearsed needs as earlier answers of the same list would leave them; it is brought up to date
   * @throws whatever `answer` throws, ANSWER_NOT_YOURS_TO_WRITE, STEP_ASKED_OF_ANOTHER
   */
  rehearse(taskId: string, caller: Caller, decide: Decision, rehearsed: Map<string, Need>): Promise<readonly Write[]>
  /**
   * A decision about a whole need, on behalf of a caller, who reads and writes with his own token.
   *
   * @throws REFERRAL_UNKNOWN, and whatever the decision or the record refuses
   */
  decide(needId: string, caller: Caller, decide: Decision): Promise<Need>
  /**
   * A need as this caller may see it, and the circumstances of the moment.
   *
   * @throws REFERRAL_UNKNOWN
   */
  read(needId: string, caller: Caller): Promise<{ readonly need: Need; readonly circumstances: Circumstances }>
  /**
   * What a decision about a need would write, without writing it; read with the caller's token.
   *
   * @throws REFERRAL_UNKNOWN, and whatever the decision refuses
   */
  preview(needId: string, caller: Caller, decide: Decision): Promise<{ readonly need: Need; readonly writes: readonly Write[] }>
  /**
   * A decision of the hub itself about a need, for instance what a receiver answered by its own channel; then the need is put in order.
   *
   * @param behalf `Organization/<id>` that answered and has no account
   */
  apply(needId: string, decide: Decision, behalf?: string): Promise<void>
  /** Offers the places that a service says it has to those in the unmet-need ledger who have waited longest, each place once. */
  offer(service: Listing): Promise<void>
  /** Looks at every need that is due by `now`: overdue steps go up, needs that nobody has go to the single point of access. */
  sweep(now: Date): Promise<void>
}

/** What the needs are kept with. */
export interface NeedsOptions {
  readonly record: FhirRecord
  readonly clocks: Clocks
  readonly directory: ServiceDirectory
  readonly pathway: Pathway
  readonly clock: Clock
  readonly log: Log
  /** Told of every need after it was put in order: what goes out of the hub is planned from it. */
  readonly dispatch?: (need: Need) => Promise<void>
}

const SWEPT_AT_ONCE = 8
const SWEEP_BATCH = 200

/** Opens the needs of a record. */
export function needsOf({ record, clocks, directory, pathway, clock, log, dispatch }: NeedsOptions): Needs {
  const settleAt = async (needId: string, now: () => Date): Promise<void> => {
    let circumstances: Circumstances = { at: now(), pathway, directory }
    const settled = await record.change(needId, async (need) => {
      await directory.lookUp(unknownPerformers(need.request, directory))
      circumstances = { ...circumstances, at: now(), alike: need.tasks.length === 0 ? await alikeTo(need) : [] }
      const writes = settle(need, circumstances)
      // Where they live is read when it decides something, and never else: each reading is in the trail that the person reads.
      if (!writes.some(offersMeanwhile)) return writes
      circumstances = { ...circumstances, ...(await homeOf(need)) }
      return settle(need, circumstances)
    })
    if (settled === undefined) return clocks.forget(needId)
    await clocks.keep(toRemember(settled.need, circumstances, { wrote: settled.writes.length > 0 }))
    await dispatch?.(settled.need)
  }

  /** The circumstances of an answer: an absence is judged beside the person's other needs. */
  const forAnswer = async ({ request }: Need): Promise<Circumstances> => {
    const { id: need = '', subject } = request
    const wanted = [{ need, subject: subject.reference ?? '', wants: protectedKinds(pathway) }]
    return { at: clock.now(), pathway, directory, protectedNeeds: (await clocks.alike(wanted)).get(need) ?? [] }
  }

  /** The nation in which the person lives, where it is known. */
  const homeOf = async ({ request }: Need): Promise<Pick<Circumstances, 'livesIn'>> => {
    const { reference = '' } = request.subject
    const person = reference.startsWith('Patient/') ? await record.read<Patient>(reference) : undefined
    const nation = person === undefined ? undefined : livesIn(person, clock.now())
    return nation === undefined ? {} : { livesIn: nation }
  }

  const alikeTo = async ({ request }: Need): Promise<readonly string[]> => {
    const { id: need = '', subject } = request
    return (await clocks.alike([{ need, subject: subject.reference ?? '', wants: wantsOf(request) }])).get(need) ?? []
  }

  const read: Needs['read'] = async (needId, caller) => {
    const need = await record.as(tokensOf(caller)).readNeed(needId)
    if (need === undefined) throw refuse.REFERRAL_UNKNOWN({ id: needId })
    return { need, circumstances: { at: clock.now(), pathway, directory } }
  }

  const settleNow = (needId: string) => settleAt(needId, () => clock.now())

  const routeNew = newNeeds({ record, clocks, directory, pathway, clock, ...(dispatch === undefined ? {} : { dispatch }) })

  return {
    settle: settleNow,
    async route(needId) {
      if ((await routeNew(needId)) === 'look closer') await settleNow(needId)
    },
    async settleNeedOf(taskId) {
      const task = await record.read<Task>(`Task/${taskId}`)
      const needId = task === undefined ? undefined : needIdOf(task)
      if (needId !== undefined) await settleNow(needId)
    },
    async rehearse(taskId, caller, decide, rehearsed) {
      const { task, needId } = await stepFor(taskId, caller)
      const need = rehearsed.get(needId) ?? (await record.readNeed(needId))
      if (need === undefined) throw refuse.TASK_NOT_OF_A_REFERRAL({ id: taskId })
      const writes = decide(need, await forAnswer(need))
      mustBeAllowed(writes, { task, need, caller })
      rehearsed.set(
        needId,
        afterwards(need, writes, (key) => key),
      )
      return writes
    },
    async answer(taskId, caller, decide) {
      const own = tokensOf(caller)
      const { task, needId } = await stepFor(taskId, caller)
      const decideNow = async (need: Need) => decide(need, await forAnswer(need))
      const decided = await record.change(needId, decideNow, own).catch(async (error: unknown) => {
        const behalf = caller.organization
        if (behalf === undefined || !(await isAnswerOfAPart(task, needId, caller, error))) throw error
        return record.onBehalfOf(behalf).change(needId, decideNow)
      })
      if (decided === undefined) throw refuse.TASK_NOT_OF_A_REFERRAL({ id: taskId })
      const opened = decided.writes.flatMap((write) => ('open' in write ? [write.key] : []))
      const concerned = decided.need.tasks.filter(({ id, identifier }) => id === taskId || opened.includes(identifier?.[0]?.value ?? ''))
      const seen = await Promise.all(concerned.map(({ id }) => record.as(own).read<Task>(`Task/${id}`)))
      return seen.filter((one) => one !== undefined)
    },
    async decide(needId, caller, decide) {
      const decided = await record.as(tokensOf(caller)).change(needId, (need) => decide(need, { at: clock.now(), pathway, directory }))
      if (decided === undefined) throw refuse.REFERRAL_UNKNOWN({ id: needId })
      return decided.need
    },
    read,
    async preview(needId, caller, decide) {
      const { need, circumstances } = await read(needId, caller)
      return { need, writes: decide(need, circumstances) }
    },
    async apply(needId, decide, behalf) {
      const writer = behalf === undefined ? record : record.onBehalfOf(behalf)
      const decided = await writer.change(needId, async (need) => decide(need, await forAnswer(need)))
      if (decided === undefined) throw refuse.REFERRAL_UNKNOWN({ id: needId })
      await settleNow(needId)
    },
    async offer(service) {
      const { capacity, offers } = service
      if (capacity?.places === undefined || !isInUse(service, directory)) return
      const { places, asOf } = capacity
      const serves = codesServed(service.facts?.catchment ?? [])
      const said = {
        service: service.reference,
        asOf,
        places,
        wants: [...offers.keys()],
        at: clock.now(),
        ...(serves === undefined ? {} : { serves }),
      }
      for (const claim of await clocks.claimPlaces(said)) {
        // Twice by two, or again after a crash: the second finds the entry closed, and changes nothing.
        await record.change(claim.need, (whole) => offerCapacity(whole, service, { at: clock.now(), pathway, directory }))
        await settleNow(claim.need)
        await clocks.toldOfPlace({ ...claim, service: service.reference, at: clock.now() })
      }
    },
    async sweep(now) {
      const tried = new Set<string>()
      for (;;) {
        const due = (await clocks.due(now, SWEEP_BATCH + tried.size)).filter((need) => !tried.has(need))
        if (due.length === 0) return
        for (const need of due) tried.add(need)
        for (let first = 0; first < due.length; first += SWEPT_AT_ONCE) {
          await Promise.all(due.slice(first, first + SWEPT_AT_ONCE).map((need) => sweepOne(need, now)))
        }
      }
    },
  }

  /** A step that the caller may see, and its need. @throws TASK_UNKNOWN, TASK_NOT_OF_A_REFERRAL */
  async function stepFor(taskId: string, caller: Caller): Promise<{ readonly task: Task; readonly needId: string }> {
    const task = await record.as(tokensOf(caller)).read<Task>(`Task/${taskId}`)
    if (task === undefined) throw refuse.TASK_UNKNOWN({ id: taskId })
    const needId = needIdOf(task)
    if (needId === undefined) throw refuse.TASK_NOT_OF_A_REFERRAL({ id: taskId })
    return { task, needId }
  }

  /** As the record has it: what the token's scopes allow, and that a step is answered by whom it is asked of or by who coordinates the need. HAZ-R84 */
  function mustBeAllowed(
    writes: readonly Write[],
    { task, need, caller }: { readonly task: Task; readonly need: Need; readonly caller: Caller },
  ): void {
    for (const write of writes) {
      const [type, permission] = 'open' in write ? (['Task', 'c'] as const) : ([write.change.resourceType, 'u'] as const)
      if (!scopesAllow(caller.scopes, type, permission)) throw refuse.ANSWER_NOT_YOURS_TO_WRITE({ type })
    }
    const organizationOf = (one: Task) => directory.listing(one.owner?.reference ?? '')?.organization
    const asked = organizationOf(task)
    // Of an owner that is not in the directory, such as a care team, the record alone knows for whom it speaks.
    if (writes.length === 0 || asked === undefined || asked === caller.organization || FOR_ALL.has(caller.role)) return
    const coordinates = need.tasks.some(
      (one) =>
        isOpen(one) && COORDINATING.has(kindOf(one)) && caller.organization !== undefined && organizationOf(one) === caller.organization,
    )
    if (!coordinates) throw refuse.STEP_ASKED_OF_ANOTHER()
  }

  /**
   * Whether it failed because the caller is shown a part of the request, which nobody puts back: what an answer makes of the request the hub then writes for
   * them, where the step is theirs and their token may write both. Docs, decision 500; HAZ-R86
   */
  async function isAnswerOfAPart(task: Task, needId: string, caller: Caller, error: unknown): Promise<boolean> {
    if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED' || error.http !== 403 || !ANSWERING.has(caller.role)) return false
    const isTheirs = directory.listing(task.owner?.reference ?? '')?.organization === caller.organization
    const mayWrite = ['Task', 'ServiceRequest'].every((type) => scopesAllow(caller.scopes, type, 'u'))
    if (!isTheirs || !mayWrite) return false
    const request = await record.as(tokensOf(caller)).read<ServiceRequest>(`ServiceRequest/${needId}`)
    return request !== undefined && isSubsetted(request)
  }

  /** One need that cannot be settled now must not keep the others waiting; it stays due. */
  async function sweepOne(need: string, now: Date): Promise<void> {
    try {
      await settleAt(need, () => now)
    } catch (error) {
      log.warn({ event: 'sweep.need-failed', need, reason: summariseError(error) })
    }
  }
}

/** The operator answers for all. */
const FOR_ALL: ReadonlySet<string> = new Set(['admin'])

/** Steps whose owner decides what becomes of the need, others' steps included. */
const COORDINATING: ReadonlySet<string> = new Set(['single-point-of-access', 'escalation', 'joint-review', 'answer-of-another'])

/** Who answers for an organisation. */
const ANSWERING: ReadonlySet<Caller['role']> = new Set<Caller['role']>(['professional', 'worker', 'ward'])

const tokensOf = ({ token }: Caller): TokenSource => ({ get: async () => token })
