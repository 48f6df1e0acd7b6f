/**
 * The door for hospitals: one frame in, its acknowledgement out. The look-up in the watch list comes before anything is stored; of people who are
 * not ours nothing stays but a keyed hash; what concerns one of ours is on disk before it is acknowledged. HAZ-A02, HAZ-A09.
 */
import { acknowledge } from '@platform/hl7v2/acknowledgement'
import { readMessages, type Message, type Unreadable } from '@platform/hl7v2/message'
import type { FrameHandler } from '@platform/hl7v2/mllp-server'
import { isWhole, joinParts, partOf, type PartOfMessage } from '@platform/hl7v2/parts'
import type { Clock } from '@platform/service/clock'
import type { Log } from '@platform/service/log'
import { CANCELS, TAKES_BACK, type AdtFacts } from '../../domain/adt.ts'
import { toReview, type Match } from '../../domain/match.ts'
import { matchFacts } from '../../domain/match-facts.ts'
import { atAGlance } from '../../domain/translate/at-a-glance.ts'
import { facilityOf, readAdt, refuseHeader, type SiteWays } from '../../domain/translate/read-adt.ts'
import type { AdtCounts } from '../../store/adt-counts.ts'
import type { Feeds } from '../../store/feeds.ts'
import type { Former, MessageParts, PartToKeep, Said } from '../../store/message-parts.ts'
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
  readonly parts: MessageParts
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
  // An acknowledgement is never acknowledged: two engines would answer each other for ever.
  if (message.readable && message.type === 'ACK') return []
  const said = message.readable ? decide(message, receivedAt, door) : refuseUnreadable(message, receivedAt, door)
  return said instanceof Promise ? said.then((each) => answer(message, receivedAt, door, each)) : answer(message, receivedAt, door, said)
}

function refuseUnreadable(message: Unreadable, receivedAt: Date, door: AdtDoor): Promise<Said> {
  door.counts.count('unreadable')
  return setAside(message, receivedAt, door, {
    verdict: 'reject',
    complaint: { condition: '100', says: 'This is not an HL7 v2 message.' },
  })
}

function decide(message: Message, receivedAt: Date, door: AdtDoor): Said | Promise<Said> {
  door.feeds.heard(facilityOf(message), receivedAt)
  if (isWhole(message) || refuseHeader(message, door) !== undefined) return decideWhole(message, receivedAt, door)
  const part = partOf(message)
  return part === undefined
    ? decideJoined([message], receivedAt, door)
    : door.parts.inTurn(async () => takePart(message, part, receivedAt, door))
}

/** What a whole message says is acted on, never what a part of one says. HAZ-A81 */
async function takePart(message: Message, part: PartOfMessage, receivedAt: Date, door: AdtDoor): Promise<Said> {
  const { parts, counts } = door
  const before = await parts.answered(message.raw)
  if (before !== undefined) {
    counts.count('repeated')
    return before
  }
  const refuse = async (location: string, says: string) => {
    counts.count('refused')
    return setAside(message, receivedAt, door, { verdict: 'error', complaint: { condition: '100', location, says } })
  }
  const { continues, goesOn, mustBeAskedFor } = part
  if (mustBeAskedFor) return refuse('DSC^1^2', 'The rest of a message is not asked for here. Send it whole, or in parts of style F.')
  const former: Former | undefined = continues === undefined ? { ids: [], contents: [] } : await parts.former(senderOf(message), continues)
  if (former === undefined) return refuse('MSH^1^14', 'The parts that this one continues are not here, or more than one may be meant.')
  const all = [...former.contents.flatMap((content) => readMessages(content)).filter(isReadable), message]
  if (joinParts(all) === undefined) return refuse('MSH^1^14', 'This is no continuation of the parts before it.')
  const kept: PartToKeep = { content: message.raw, receivedAt, facility: facilityOf(message), sender: senderOf(message), ...part }
  if (goesOn !== undefined) {
    if (!(await parts.keep(kept))) return refuse('DSC^1^1', 'Another part came with the same continuation pointer.')
    counts.count('part')
    return TAKEN
  }
  const said = await decideJoined(all, receivedAt, door)
  if (said.complaint?.condition !== SENT_AGAIN) await parts.settle(former, kept, said)
  return said
}

const TAKEN: Said = { verdict: 'accept' }
/** Of what the sender is to send again as it is. */
const SENT_AGAIN = '207'
const isReadable = (message: Message | Unreadable): message is Message => message.readable
const senderOf = ({ msh }: Message): readonly string[] => [3, 4, 5, 6].map((field) => msh.field(field))

/** Parts of one message, or a message with segments that are continued in it. */
async function decideJoined(parts: readonly Message[], receivedAt: Date, door: AdtDoor): Promise<Said> {
  const joined = joinParts(parts)
  const [whole] = joined === undefined ? [] : readMessages(joined)
  if (whole?.readable === true) return decideWhole(whole, receivedAt, door)
  door.counts.count('refused')
  const complaint = { condition: '100', location: 'ADD', says: 'An ADD segment continues nothing that may be continued.' } as const
  return setAside(parts.at(-1) as Message, receivedAt, door, { verdict: 'error', complaint })
}

function decideWhole(message: Message, receivedAt: Date, door: AdtDoor): Said | Promise<Said> {
  if (isCertainlyNobody(message, door)) {
    const upToDate = door.caughtUp()
    if (upToDate === true) return forget(message, [], door)
  }
  const read = readAdt(message, { processingIds: door.processingIds, receivedAt, siteOf: door.siteOf })
  if (!read.usable) {
    door.counts.count('refused')
    return read.verdict === 'error' ? setAside(message, receivedAt, door, read) : read
  }
  if (read.facts.length === 0) {
    door.counts.count('not-of-interest')
    return TAKEN
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
async function setAside(message: Message | Unreadable, receivedAt: Date, door: AdtDoor, why: Said): Promise<Said> {
  const { condition = '', location = '' } = (why.complaint ?? {}) as { condition?: string; location?: string }
  await door.quarantine.keep({
    content: message.raw,
    receivedAt,
    facility: message.readable ? facilityOf(message) : '',
    why: [condition, location, why.complaint?.says].filter((part) => part !== '' && part !== undefined).join(' '),
  })
  return why
}

function answer(message: Message | Unreadable, at: Date, { newControlId, answersAlways }: AdtDoor, { verdict, complaint }: Said): Buffer[] {
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
function stranger(message: Message, facts: readonly AdtFacts[], receivedAt: Date, door: AdtDoor): Said | Promise<Said> {
  const upToDate = door.caughtUp()
  return upToDate === true ? forget(message, facts, door) : onceUpToDate(upToDate, message, facts, receivedAt, door)
}

async function onceUpToDate(
  upToDate: Promise<boolean>,
  message: Message,
  facts: readonly AdtFacts[],
  receivedAt: Date,
  door: AdtDoor,
): Promise<Said> {
  if (!(await upToDate)) {
    door.counts.count('watch-list-late')
    const says = 'The register is being brought up to date. Send the message again.'
    return { verdict: 'error', complaint: { condition: SENT_AGAIN, says } }
  }
  const ours = oursIn(facts, door)
  return ours.length === 0 ? forget(message, facts, door) : keep(message, facts.length, ours, receivedAt, door)
}

/** Nothing stays but keyed hashes: of the repeat key, and of a cancel, which must be on disk. */
function forget(message: Message, facts: readonly AdtFacts[], door: AdtDoor): Said | Promise<Said> {
  const repeated = door.marks.seen(message.raw) // its bytes say who sent it under which id
  door.counts.count(repeated ? 'repeated' : 'unregistered')
  const cancels = facts.flatMap(({ event, facility, visit, recordedAt }) => {
    const takesBack = TAKES_BACK[event]
    return takesBack === undefined || visit === undefined
      ? []
      : [{ facility, visit: `${visit.authority}|${visit.value}`, takesBack, recordedAt }]
  })
  if (cancels.length === 0) return TAKEN
  const marked = cancels.map(async (one) => door.marks.cancelled(one.facility, one.visit, one.takesBack, one.recordedAt))
  return Promise.all(marked).then(() => TAKEN)
}

/**
 * On disk before it is acknowledged; what follows from it comes after. Of a message about several people each who concerns us is kept alone, with what a
 * person is to decide of them, and nothing of the others.
 */
async function keep(message: Message, patients: number, ours: readonly Ours[], receivedAt: Date, door: AdtDoor): Promise<Said> {
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
  return TAKEN
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
