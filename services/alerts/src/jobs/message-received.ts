/**
 * A message about somebody of ours is on disk: what it says is added to the stay, and the stay is settled. It may be called again for the same
 * message: an event is added once, and settling changes nothing that is so already.
 */
import type { Clock } from '@platform/service/clock'
import { summariseError } from '@platform/service/describe-error'
import type { NewId } from '@platform/service/ids'
import type { Log } from '@platform/service/log'
import {
  DELETE_EVENTS,
  MERGE_EVENTS,
  STAY_EVENTS,
  takenBackWith,
  VISIT_MERGE_EVENTS,
  type AdtFacts,
  type StayEventType,
} from '../domain/adt.ts'
import { detailsOf } from '../domain/decided-match.ts'
import { heldBy, matchFacts, survivorIsSomebodyElse } from '../domain/match-facts.ts'
import type { SiteWays } from '../domain/translate/read-adt.ts'
import { readKept } from '../domain/translate/read-kept.ts'
import type { Alerts } from '../store/alerts.ts'
import type { Deaths } from '../store/deaths.ts'
import type { MessageStore, WaitingMessage } from '../store/message-store.ts'
import type { AskAboutMerge } from '../store/possible-duplicates.ts'
import type { ReviewStore } from '../store/review-store.ts'
import { saysOf } from '../store/settle-stay.ts'
import type { StayState } from '../store/stay-state.ts'
import type { StayStore } from '../store/stay-store.ts'
import type { NewTie } from '../store/tied-visits.ts'
import type { UnregisteredMarks } from '../store/unregistered-marks.ts'
import type { WatchList } from '../store/watch-list.ts'

/** What it works with. */
export interface MessageReceivedDependencies {
  readonly messages: MessageStore
  readonly stays: StayStore
  readonly alerts: Alerts
  readonly watchList: WatchList
  readonly reviews: ReviewStore
  readonly askAboutMerge: AskAboutMerge
  readonly marks: UnregisteredMarks
  readonly deaths: Deaths
  readonly onDeath: () => void
  readonly processingIds: readonly string[]
  readonly siteOf: (facility: string) => SiteWays
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
}

/** Acts on messages as they come, and on what was left behind. */
export interface MessageReceived {
  /** @returns false when that failed: it stays, and comes again */
  (message: WaitingMessage): Promise<boolean>
  /** Acts on a message by its id, once a person has decided whom it is about. */
  byId(id: string): Promise<void>
  /** A person has decided that this message, which a machine may not match, is about this one of ours: what says exactly the same is not asked again. */
  remember(id: string, patient: string): Promise<void>
}

/** Makes the job. */
export function messageReceived(dependencies: MessageReceivedDependencies): MessageReceived {
  const { messages, log } = dependencies
  const act = async (message: WaitingMessage) => {
    try {
      await interpret(message, dependencies)
      return true
    } catch (error) {
      await messages.failed(message.id)
      log.warn({ event: 'adt.not-acted-on', message: message.id, reason: summariseError(error) })
      return false
    }
  }
  return Object.assign(act, {
    byId: async (id: string) => {
      const message = await messages.get(id)
      if (message !== undefined) await act(message)
    },
    remember: async (id: string, patient: string) => remember(id, patient, dependencies),
  })
}

async function remember(id: string, patient: string, dependencies: MessageReceivedDependencies): Promise<void> {
  const { messages, watchList, processingIds, siteOf, clock } = dependencies
  const [kept, person] = [await messages.content(id), watchList.get(patient)]
  if (kept === undefined || person === undefined) return
  const [facts, ...others] = readKept(kept.content, { processingIds, receivedAt: kept.receivedAt, siteOf })
  if (facts === undefined || others.length > 0) return
  const match = matchFacts(facts, watchList.candidatesFor)
  const wasAsked = match.outcome === 'review' && (match.row === 2 || match.row === 3) && match.candidates[0] === patient
  const details = wasAsked ? detailsOf(facts, person) : undefined
  if (details !== undefined) await watchList.remember(patient, { details, message: id }, clock.now())
}

async function interpret(waiting: WaitingMessage, dependencies: MessageReceivedDependencies): Promise<void> {
  const { stays, alerts, watchList, processingIds, siteOf, clock } = dependencies
  const told = waiting.facts ?? readKept(waiting.content, { processingIds, receivedAt: waiting.receivedAt, siteOf })
  const touched = new Set<string>()
  let done = false // joining a stay marks the message in the same round trip, where that is all there is to do
  for (const facts of told) {
    const match = matchFacts(facts, watchList.candidatesFor)
    // One patient in the message: whom it was matched to when it came, or by a person since. Two: each stands for itself.
    const patient = match.outcome === 'match' ? match.patient : told.length === 1 ? waiting.patient : undefined
    if (patient === undefined) continue
    if (MERGES.has(facts.event))
      for (const stay of await merge(facts, patient, waiting, facts === told.at(-1), dependencies)) touched.add(stay)
    else if (VISIT_MERGES.has(facts.event)) for (const stay of await mergeVisit(facts, patient, waiting, dependencies)) touched.add(stay)
    else if (DELETES.has(facts.event)) await askAboutDeletion(patient, waiting, dependencies)
    else {
      // Beside each other, so that the events of a person are added in the order in which they came; where something is tied the message is marked after it.
      const tying = watchList.tie(patient, facts.person.hospitalNumbers, clock.now())
      const more = told.length > 1 || facts.encounter !== undefined || tying !== undefined
      const [added] = await Promise.all([event(facts, patient, waiting, more, dependencies), tying])
      if (added === undefined) for (const stay of await deathOutsideAStay(facts, patient, waiting, dependencies)) touched.add(stay)
      else {
        if (facts.alive === true && !facts.died) await aliveAfterAll(facts, patient, 'stay', dependencies)
        if (!added.asTold || more) touched.add(added.stay)
        for (const stay of added.changed) touched.add(stay)
        if (facts.encounter !== undefined) await stays.isEncounter(added.stay, facts.encounter)
        done = added.marked
      }
      if (added?.reviewsWait !== false) await matchAgain(patient, waiting.id, dependencies)
    }
  }
  if (!done) await stays.handled(waiting.id, clock.now())
  for (const stay of touched) alerts.settleSoon(stay)
}

/**
 * A hospital says of somebody, not of a stay, that they have died, or that this was a mistake, wherever it had said so. HAZ-A20
 *
 * @returns stays of that hospital that say something else now
 */
async function deathOutsideAStay(
  facts: AdtFacts,
  patient: string,
  { id }: WaitingMessage,
  dependencies: MessageReceivedDependencies,
): Promise<readonly string[]> {
  const { facility, died, alive, recordedAt } = facts
  if (died) await heardOf(await dependencies.deaths.says(saidOfThePerson(facility, patient), patient, recordedAt), dependencies)
  if (died || alive !== true) return []
  await aliveAfterAll(facts, patient, 'deaths', dependencies)
  return OF_A_STAY.has(facts.event) ? [] : dependencies.stays.aliveAfterAll({ message: id, patient, facts })
}

/** Also in a message about a stay: what the hospital said of the person before that is taken back. */
async function aliveAfterAll(
  { facility, recordedAt }: AdtFacts,
  patient: string,
  rememberedBy: 'deaths' | 'stay',
  dependencies: MessageReceivedDependencies,
): Promise<void> {
  const source = saidOfThePerson(facility, patient)
  await heardOf(await dependencies.deaths.takesBack(source, patient, recordedAt, { rememberedBy }), dependencies)
}

const saidOfThePerson = (facility: string, patient: string): string => `hospital:${facility}:${patient}`

async function heardOf(changed: readonly string[], { alerts, onDeath }: MessageReceivedDependencies): Promise<void> {
  for (const one of changed) await alerts.settlePerson(one)
  if (changed.length > 0) onDeath()
}

/** What was for a person to decide may be plain now: a later message brought the number. Section 7, A28 and A31. */
async function matchAgain(patient: string, but: string, dependencies: MessageReceivedDependencies): Promise<void> {
  const { messages, reviews, watchList, processingIds, siteOf, clock, log } = dependencies
  for (const { message } of await reviews.ofCandidate(patient)) {
    const kept = message === but ? undefined : await messages.content(message)
    if (kept === undefined) continue
    const [facts, ...others] = readKept(kept.content, { processingIds, receivedAt: kept.receivedAt, siteOf })
    const match = facts !== undefined && others.length === 0 ? matchFacts(facts, watchList.candidatesFor) : undefined
    if (match?.outcome !== 'match' || match.patient !== patient) continue
    await messages.adopt(message, patient)
    await reviews.matchedLater(message, patient, clock.now())
    log.info({ event: 'adt.matched-later', message, row: match.row })
    const waiting = await messages.get(message)
    if (waiting !== undefined) await interpret(waiting, dependencies)
  }
}

/** No row of section 8: what a merge shows of an alert that went out. */
const WENT_TO_ANOTHER = 9
const MERGES: ReadonlySet<string> = new Set(MERGE_EVENTS)
const VISIT_MERGES: ReadonlySet<string> = new Set(VISIT_MERGE_EVENTS)
const DELETES: ReadonlySet<string> = new Set(DELETE_EVENTS)
const OF_A_STAY: ReadonlySet<string> = new Set(STAY_EVENTS)
const isOfAStay = (facts: AdtFacts): facts is AdtFacts & { event: StayEventType } => OF_A_STAY.has(facts.event)

/** Adds an event to its stay; A28 and A31 say who somebody is and nothing of a stay. */
async function event(
  facts: AdtFacts,
  patient: string,
  { id, receivedAt }: WaitingMessage,
  more: boolean,
  { stays, marks, watchList, newId, log }: MessageReceivedDependencies,
): Promise<Awaited<ReturnType<StayStore['addEvent']>> | undefined> {
  if (!isOfAStay(facts)) return undefined
  const { visit, facility, recordedAt } = facts
  const label = visit === undefined ? undefined : `${visit.authority}|${visit.value}`
  const cancels = label === undefined ? [] : takenBackWith(facts.event).map((what) => marks.cancelledAt(facility, label, what))
  if (cancels.some((cancelledAt) => cancelledAt !== undefined && recordedAt <= cancelledAt)) {
    log.info({ event: 'adt.dead-on-arrival', message: id })
    return undefined
  }
  const says = (state: StayState) => saysOf(state, watchList.get(state.view.patient))
  return stays.addEvent({ message: id, patient, facts, receivedAt, newId, more, saysOf: says })
}

/**
 * The numbers that go are from now on those of the survivor: stays and alerts follow. A merge never changes who somebody is: where both are people
 * of ours, whether their records become one is asked of a person. HAZ-P24
 */
async function merge(
  facts: AdtFacts,
  patient: string,
  { id, receivedAt }: WaitingMessage,
  last: boolean,
  { stays, watchList, reviews, askAboutMerge, clock, log }: MessageReceivedDependencies,
): Promise<readonly string[]> {
  const { facility, recordedAt, merged: goes } = facts
  const held = heldBy(goes, watchList.candidatesFor)
  const wrong = held.filter((one) => survivorIsSomebodyElse(facts, one)).map((one) => one.patient)
  const now = clock.now()
  const [number] = facts.person.hospitalNumbers
  if (wrong.length > 0) {
    // The stays under the numbers that go are somebody else's: whoever was told is told that it was a mistake, and a person looks into it. The numbers
    // go last and with the message: by them one that comes again is known to be about the wrong person.
    const stayIds = await wrongPerson({ id, receivedAt }, wrong, { kind: 'number', facility, goes, recordedAt }, { stays, reviews, log })
    await watchList.repoint(goes, { patient: undefined, ...(last ? { handled: id } : {}) }, now)
    return stayIds
  }
  // Before anything moves: a record that cannot be reached now is asked when the message comes again, and then the numbers still say whose they were.
  const from = held.map((one) => one.patient).filter((one) => one !== patient)
  for (const one of from) await askAboutMerge({ stays: patient, goes: one, at: receivedAt })
  const moved = await stays.tie(patient, {
    kind: 'number',
    facility,
    goes,
    recordedAt,
    from,
    ...(number === undefined ? {} : { stays: number }),
  })
  await watchList.repoint([...goes, ...facts.person.hospitalNumbers], { patient }, now)
  return moved
}

/** An alert went out for the wrong person: it is withdrawn, and a person looks into it. HAZ-A01 */
async function wrongPerson(
  { id, receivedAt }: Pick<WaitingMessage, 'id' | 'receivedAt'>,
  people: readonly string[],
  tie: Omit<NewTie, 'wrong' | 'from'>,
  { stays, reviews, log }: Pick<MessageReceivedDependencies, 'stays' | 'reviews' | 'log'>,
): Promise<readonly string[]> {
  await reviews.open({ message: id, row: WENT_TO_ANOTHER, urgent: true, candidates: people, openedAt: receivedAt })
  const withdrawn: string[] = []
  for (const one of people) withdrawn.push(...(await stays.tie(one, { ...tie, wrong: true })))
  log.error({ event: 'incident.wrong-person', message: id, stays: withdrawn })
  return withdrawn
}

/**
 * The visit that goes is from now on the one that stays, and its alert with it; moved to somebody else, the alert went out for the wrong person, also where
 * the stay is over. Whoever of ours it is moved to is there: what the message says of the visit is news of them. HAZ-A100
 */
async function mergeVisit(
  facts: AdtFacts,
  patient: string,
  waiting: WaitingMessage,
  dependencies: MessageReceivedDependencies,
): Promise<readonly string[]> {
  const { stays, watchList } = dependencies
  const { event: type, facility, visit, merged, mergedVisits, recordedAt } = facts
  const goes = mergedVisits.length > 0 ? mergedVisits : visit === undefined ? [] : [visit]
  const held = heldBy(merged, watchList.candidatesFor)
  const found = (await stays.whoseVisits(facility, goes, facts.occurredAt)).flatMap((one) => watchList.get(one) ?? [])
  const people = [...new Map([...held, ...found].map((one) => [one.patient, one])).values()]
  const wrong = people.filter((one) => survivorIsSomebodyElse(facts, one)).map((one) => one.patient)
  const tie = { kind: 'visit', facility, goes, recordedAt } as const
  const withdrawn = wrong.length === 0 ? [] : await wrongPerson(waiting, wrong, tie, dependencies)
  if (wrong.includes(patient)) return withdrawn
  const from = people.map((one) => one.patient).filter((one) => one !== patient && !wrong.includes(one))
  const moved = await stays.tie(patient, { ...tie, from, ...(visit === undefined ? {} : { stays: visit }) })
  const added = type === 'A42' ? undefined : await event({ ...facts, event: 'A08' }, patient, waiting, true, dependencies)
  return [...withdrawn, ...moved, ...(added === undefined ? [] : [added.stay, ...added.changed])]
}

/** The hospital deleted a visit or a person: nothing is deleted here, and nobody concludes that nobody is there. Section 7, A23 and A29. */
async function askAboutDeletion(
  patient: string,
  { id, receivedAt }: WaitingMessage,
  { reviews, log }: MessageReceivedDependencies,
): Promise<void> {
  await reviews.open({ message: id, row: 0, urgent: true, candidates: [patient], openedAt: receivedAt })
  log.warn({ event: 'adt.deleted-by-hospital', message: id })
}
