/**
 * The door for hospitals: one frame in, its acknowledgement out. The look-up in the watch list comes before anything is stored; of people who are
 * not ours nothing stays but a keyed hash; what concerns one of ours is on disk before it is acknowledged. HAZ-A02, HAZ-A09.
 */
import { acknowledge, type Complaint, type Verdict } from '@platform/hl7v2/acknowledgement'
import { readMessages, type Message, type Unreadable } from '@platform/hl7v2/message'
import type { FrameHandler } from '@platform/hl7v2/mllp-server'
import type { Clock } from '@platform/service/clock'
import type { Log } from '@platform/service/log'
import { CANCELS, type AdtFacts } from '../../domain/adt.ts'
import type { Match } from '../../domain/match.ts'
import { matchFacts } from '../../domain/match-facts.ts'
import { facilityOf, readAdt } from '../../domain/translate/read-adt.ts'
import type { AdtCounts } from '../../store/adt-counts.ts'
import type { Feeds } from '../../store/feeds.ts'
import type { MessageStore } from '../../store/message-store.ts'
import type { ReviewStore } from '../../store/review-store.ts'
import type { UnregisteredMarks } from '../../store/unregistered-marks.ts'
import type { WatchList } from '../../store/watch-list.ts'

/** What the door works with. */
export interface AdtDoor {
  readonly watchList: WatchList
  /** Resolves true once the watch list has applied every change committed before the call; false when that took too long. */
  readonly caughtUp: () => Promise<boolean>
  readonly messages: MessageStore
  readonly reviews: ReviewStore
  readonly marks: UnregisteredMarks
  readonly feeds: Feeds
  readonly counts: AdtCounts
  /** Told the id of each message about one of ours, once it is on disk. */
  readonly onMessage: (id: string) => void
  readonly processingIds: readonly string[]
  readonly clock: Clock
  readonly newControlId: () => string
  readonly log: Log
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
    return answer(message, door, { verdict: 'reject', complaint: { condition: '100', says: 'This is not an HL7 v2 message.' } })
  }
  // An acknowledgement is never acknowledged: two engines would answer each other for ever.
  if (message.type === 'ACK') return []

  const read = readAdt(message, { processingIds: door.processingIds, receivedAt })
  door.feeds.heard(facilityOf(message), receivedAt)
  if (!read.usable) {
    door.counts.count('refused')
    return answer(message, door, read)
  }
  if (read.facts.length === 0) {
    door.counts.count('not-of-interest')
    return answer(message, door, { verdict: 'accept' })
  }
  const matched = decide(read.facts, door)
  if (matched.outcome === 'unregistered') return stranger(message, read.facts, receivedAt, door)
  return keep(message, read.facts, matched, receivedAt, door)
}

interface Answer {
  readonly verdict: Verdict
  readonly complaint?: Complaint
}

function answer(message: Message | Unreadable, { newControlId, clock }: AdtDoor, { verdict, complaint }: Answer): Buffer[] {
  return acknowledge(message, { verdict, newControlId, at: clock.now(), ...(complaint === undefined ? {} : { complaint }) })
}

/** The most weighty decision among the patients of a message: A17 has two, A40 may have several. */
function decide(facts: readonly AdtFacts[], { watchList }: AdtDoor): Match {
  const matches = facts.map((each) => matchFacts(each, watchList.candidatesFor))
  for (const outcome of ['match', 'review', 'mismatch'] as const) {
    const found = matches.find((each) => each.outcome === outcome)
    if (found !== undefined) return found
  }
  return { outcome: 'unregistered' }
}

/** "Not registered" is final only once the watch list has applied every change committed before the frame arrived. */
async function stranger(message: Message, facts: readonly AdtFacts[], receivedAt: Date, door: AdtDoor): Promise<readonly Buffer[]> {
  if (!(await door.caughtUp())) {
    door.counts.count('watch-list-late')
    return answer(message, door, {
      verdict: 'error',
      complaint: { condition: '207', says: 'The register is being brought up to date. Send the message again.' },
    })
  }
  const matched = decide(facts, door)
  if (matched.outcome !== 'unregistered') return keep(message, facts, matched, receivedAt, door)

  const { msh } = message
  const repeated = door.marks.seen([msh.field(3), msh.field(4), message.controlId], message.raw)
  for (const { event, facility, visit, recordedAt } of facts) {
    if (CANCELS.has(event) && visit !== undefined) await door.marks.cancelled(facility, `${visit.authority}|${visit.value}`, recordedAt)
  }
  door.counts.count(repeated ? 'repeated' : 'unregistered')
  return answer(message, door, { verdict: 'accept' })
}

/** On disk before it is acknowledged; what follows from it comes after. */
async function keep(
  message: Message,
  facts: readonly AdtFacts[],
  match: Exclude<Match, { outcome: 'unregistered' }>,
  receivedAt: Date,
  door: AdtDoor,
): Promise<readonly Buffer[]> {
  const { msh } = message
  const { id, repeated, reusedControlId } = await door.messages.keep({
    sender: [msh.field(3), msh.field(4), message.controlId],
    content: message.raw,
    receivedAt,
    disposition: match.outcome === 'match' ? 'matched' : match.outcome,
    row: match.row,
    compared: door.marks.hash(facts.map(({ person }) => JSON.stringify([person.nhsNumbers, person.bornOn, person.names]))),
    ...(match.outcome === 'match' ? { patient: match.patient } : {}),
  })
  door.counts.count(repeated ? 'repeated' : match.outcome)
  if (repeated) return answer(message, door, { verdict: 'accept' })

  if (reusedControlId) door.log.info({ event: 'adt.control-id-reused', message: id })
  if (match.outcome === 'match') door.onMessage(id)
  else {
    const urgent = match.outcome === 'review' && match.urgent
    await door.reviews.open({ message: id, row: match.row, urgent, candidates: match.candidates, openedAt: receivedAt })
    door.log.warn({ event: match.outcome === 'mismatch' ? 'adt.mismatch' : 'adt.review', message: id, row: match.row })
  }
  return answer(message, door, { verdict: 'accept' })
}
