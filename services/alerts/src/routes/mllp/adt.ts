/**
 * The door for hospitals: one frame in, its acknowledgement out. The look-up in the watch list comes before anything is stored; of people who are
 * not ours nothing stays but a keyed hash; what concerns one of ours is on disk before it is acknowledged. HAZ-A02, HAZ-A09.
 */
import { acknowledge, type Complaint, type Verdict } from '@platform/hl7v2/acknowledgement'
import { readMessages, type Message, type Unreadable } from '@platform/hl7v2/message'
import type { FrameHandler } from '@platform/hl7v2/mllp-server'
import type { Clock } from '@platform/service/clock'
import type { Log } from '@platform/service/log'
import { CANCELS, TAKES_BACK, type AdtFacts } from '../../domain/adt.ts'
import { toReview, type Match } from '../../domain/match.ts'
import { matchFacts } from '../../domain/match-facts.ts'
import { atAGlance } from '../../domain/translate/at-a-glance.ts'
import { facilityOf, readAdt, refuseHeader, type SiteWays } from '../../domain/translate/read-adt.ts'
import type { AdtCounts } from '../../store/adt-counts.ts'
import type { Feeds } from '../../store/feeds.ts'
import type { MessageStore, WaitingMessage } from '../../store/message-store.ts'
import type { Quarantine } from '../../store/quarantine.ts'
import type { ReviewStore } from '../../store/review-store.ts'
import type { UnregisteredMarks } from '../../store/unregistered-marks.ts'
import type { WatchList } from '../../store/watch-list.ts'

/** What the door works with. */
export interface AdtDoor {
  readonly watchList: WatchList
  /** True once the watch list has applied every change committed before the call, which it may know at once; false when that took too long. */
  readonly caughtUp: () => true | Promise<boolean>
  readonly messages: MessageStore
  readonly reviews: ReviewStore
  readonly marks: UnregisteredMarks
  readonly feeds: Pick<Feeds, 'heard'>
  readonly counts: AdtCounts
  readonly quarantine: Pick<Quarantine, 'keep'>
  /** Answers also what asks for no answer. */
  readonly answersAlways?: true
  /** How each hospital writes. */
  readonly siteOf: (facility: string) => SiteWays
  /** Given each message about one of ours, once it is on disk. */
  readonly onMessage: (message: WaitingMessage) => void
  readonly processingIds: readonly string[]
  readonly clock: Clock
  readonly newControlId: () => string
  readonly log: Log
}

/**
 * How what a person replays goes through the door: it is in quarantine already, no hospital sent it just now, and whether it was taken is asked also of
 * a message that wants no acknowledgement (MSH-15 and MSH-16 `NE`).
 */
export const AT_REPLAY: Pick<AdtDoor, 'feeds' | 'quarantine' | 'answersAlways'> = {
  feeds: { heard: () => {} },
  quarantine: { keep: async () => {} },
  answersAlways: true,
}

/** The handler of frames. Its answers are those of the messages in the frame, in order. */
export function adtHandler(door: AdtDoor): FrameHandler {
  return (content) => {
    const [only, ...more] = readMessages(content)
    if (only === undefined) return []
    if (more.length === 0) return take(only, door)
    return Promise.all([only, ...more].map(async (message) => take(message, door))).then((answers) => answers.flat())
  }
}

function take(message: Message | Unreadable, door: AdtDoor): readonly Buffer[] | Promise<readonly Buffer[]> {
  const receivedAt = door.clock.now()
  if (!message.readable) {
    door.counts.count('unreadable')
    return setAside(message, receivedAt, door, {
      verdict: 'reject',
      complaint: { condition: '100', says: 'This is not an HL7 v2 message.' },
    })
  }
  // An acknowledgement is never acknowledged: two engines would answer each other for ever.
  if (message.type === 'ACK') return []

  door.feeds.heard(facilityOf(message), receivedAt)
  if (isCertainlyNobody(message, door)) {
    const upToDate = door.caughtUp()
    if (upToDate === true) return forget(message, [], receivedAt, door)
  }
  const read = readAdt(message, { processingIds: door.processingIds, receivedAt, siteOf: door.siteOf })
  if (!read.usable) {
    door.counts.count('refused')
    return read.verdict === 'error' ? setAside(message, receivedAt, door, read) : answer(message, receivedAt, door, read)
  }
  if (read.facts.length === 0) {
    door.counts.count('not-of-interest')
    return answer(message, receivedAt, door, { verdict: 'accept' })
  }
  const ours = oursIn(read.facts, door)
  if (ours.length === 0) return stranger(message, read.facts, receivedAt, door)
  return keep(message, read.facts.length, ours, receivedAt, door)
}

/** A message that is taken, of a kind we act on, about somebody who cannot be ours. A cancel is read properly: its visit is remembered. */
function isCertainlyNobody(message: Message, { watchList, processingIds }: AdtDoor): boolean {
  if (CANCELS.has(message.event) || refuseHeader(message, { processingIds }) !== undefined) return false
  const glance = atAGlance(message)
  return glance !== undefined && !watchList.mayConcern(glance)
}

/** What cannot be used is on disk before the sender hears so: a person mends it. */
async function setAside(message: Message | Unreadable, receivedAt: Date, door: AdtDoor, why: Answer): Promise<readonly Buffer[]> {
  const { condition = '', location = '' } = (why.complaint ?? {}) as { condition?: string; location?: string }
  await door.quarantine.keep({
    content: message.raw,
    receivedAt,
    facility: message.readable ? facilityOf(message) : '',
    why: [condition, location, why.complaint?.says].filter((part) => part !== '' && part !== undefined).join(' '),
  })
  return answer(message, receivedAt, door, why)
}

interface Answer {
  readonly verdict: Verdict
  readonly complaint?: Complaint
}

function answer(
  message: Message | Unreadable,
  at: Date,
  { newControlId, answersAlways }: AdtDoor,
  { verdict, complaint }: Answer,
): Buffer[] {
  const always = answersAlways === true ? ({ ifNoneWanted: 'original' } as const) : {}
  return acknowledge(message, { verdict, newControlId, at, ...always, ...(complaint === undefined ? {} : { complaint }) })
}

/** One patient of a message who is, or may be, one of ours. */
interface Ours {
  readonly facts: AdtFacts
  readonly match: Exclude<Match, { outcome: 'unregistered' }>
  /** The place among the patients of the message, from nought: A17 has two, A40 may have several. */
  readonly place: number
}

const oursIn = (facts: readonly AdtFacts[], { watchList }: AdtDoor): readonly Ours[] =>
  facts.flatMap((each, place) => {
    const match = matchFacts(each, watchList.candidatesFor)
    return match.outcome === 'unregistered' ? [] : [{ facts: each, match, place }]
  })

/** "Not registered" is final only once the watch list has applied every change committed before the frame arrived. */
function stranger(
  message: Message,
  facts: readonly AdtFacts[],
  receivedAt: Date,
  door: AdtDoor,
): readonly Buffer[] | Promise<readonly Buffer[]> {
  const upToDate = door.caughtUp()
  return upToDate === true ? forget(message, facts, receivedAt, door) : onceUpToDate(upToDate, message, facts, receivedAt, door)
}

async function onceUpToDate(
  upToDate: Promise<boolean>,
  message: Message,
  facts: readonly AdtFacts[],
  receivedAt: Date,
  door: AdtDoor,
): Promise<readonly Buffer[]> {
  if (!(await upToDate)) {
    door.counts.count('watch-list-late')
    const says = 'The register is being brought up to date. Send the message again.'
    return answer(message, receivedAt, door, { verdict: 'error', complaint: { condition: '207', says } })
  }
  const ours = oursIn(facts, door)
  return ours.length === 0 ? forget(message, facts, receivedAt, door) : keep(message, facts.length, ours, receivedAt, door)
}

/** Nothing stays but keyed hashes: of the repeat key, and of a cancel, which must be on disk. */
function forget(
  message: Message,
  facts: readonly AdtFacts[],
  receivedAt: Date,
  door: AdtDoor,
): readonly Buffer[] | Promise<readonly Buffer[]> {
  const repeated = door.marks.seen(message.raw) // its bytes say who sent it under which id
  door.counts.count(repeated ? 'repeated' : 'unregistered')
  const cancels = facts.flatMap(({ event, facility, visit, recordedAt }) => {
    const takesBack = TAKES_BACK[event]
    return takesBack === undefined || visit === undefined
      ? []
      : [{ facility, visit: `${visit.authority}|${visit.value}`, takesBack, recordedAt }]
  })
  if (cancels.length === 0) return answer(message, receivedAt, door, { verdict: 'accept' })
  const marked = cancels.map(async (one) => door.marks.cancelled(one.facility, one.visit, one.takesBack, one.recordedAt))
  return Promise.all(marked).then(() => answer(message, receivedAt, door, { verdict: 'accept' }))
}

/**
 * On disk before it is acknowledged; what follows from it comes after. Of a message about several people each who concerns us is kept alone, with what a
 * person is to decide of them, and nothing of the others.
 */
async function keep(
  message: Message,
  patients: number,
  ours: readonly Ours[],
  receivedAt: Date,
  door: AdtDoor,
): Promise<readonly Buffer[]> {
  const alone = patients === 1 ? [message.raw] : message.perPatient()
  const kept = await Promise.all(
    ours.map(async (one) => {
      const name = patients === 1 ? message.controlId : `${message.controlId} patient ${String(one.place + 1)}`
      return keepOne(message, name, alone[one.place] ?? message.raw, one, receivedAt, door)
    }),
  )
  const fresh = ours.filter((_, index) => kept[index] === 'fresh')
  const outcomes = new Set(fresh.map(({ match }) => match.outcome))
  door.counts.count((['match', 'review', 'mismatch'] as const).find((outcome) => outcomes.has(outcome)) ?? 'repeated')
  if (fresh.some(({ facts }) => facts.ahead === true)) door.counts.countAhead()
  return answer(message, receivedAt, door, { verdict: 'accept' })
}

async function keepOne(
  { msh }: Message,
  controlId: string,
  content: Buffer,
  { facts, match }: Ours,
  receivedAt: Date,
  door: AdtDoor,
): Promise<'fresh' | 'repeated'> {
  const { person, ahead } = facts
  const { id, repeated, reusedControlId } = await door.messages.keep({
    sender: [msh.field(3), msh.field(4), controlId],
    content,
    receivedAt,
    disposition: match.outcome === 'match' ? 'matched' : match.outcome,
    row: match.row,
    compared: door.marks.hash([JSON.stringify([person.nhsNumbers, person.bornOn, person.names])]),
    ...(match.outcome === 'match' ? { patient: match.patient } : { review: toReview(match) }),
  })
  if (repeated) return 'repeated'

  if (reusedControlId) door.log.info({ event: 'adt.control-id-reused', message: id })
  if (ahead === true) door.log.warn({ event: 'adt.time-ahead', message: id })
  if (match.outcome === 'match') door.onMessage({ id, patient: match.patient, row: match.row, content, receivedAt, facts: [facts] })
  else {
    door.reviews.wake()
    door.log.warn({ event: match.outcome === 'mismatch' ? 'adt.mismatch' : 'adt.review', message: id, row: match.row })
  }
  return 'fresh'
}
