/**
 * What somebody must look after so that alerts keep coming: a hospital that fell silent, messages that could not be read, matches that nobody
 * decided. Each is a Task with an owner and a due time, opened once. HAZ-A11, HAZ-A15
 */
import { hash } from 'node:crypto'
import type { Organization, Task } from '@medplum/fhirtypes'
import { CODES, OWN_ID } from '@platform/nhs/systems'
import type { Log } from '@platform/service/log'
import { concept, OPEN } from '../domain/vocabulary.ts'
import { showInstant } from '../domain/place.ts'
import { isSilent, type UsualSilence } from '../domain/silence.ts'
import type { Feed, Feeds } from '../store/feeds.ts'
import type { MessageParts } from '../store/message-parts.ts'
import type { MessageStore } from '../store/message-store.ts'
import type { Quarantine } from '../store/quarantine.ts'
import type { FhirRecord } from '../store/record.ts'
import type { ReviewStore } from '../store/review-store.ts'
import type { StayStore } from '../store/stay-store.ts'

/** What it works with. */
export interface Housekeeping {
  readonly record: FhirRecord
  readonly feeds: Feeds
  readonly quarantine: Quarantine
  readonly parts: MessageParts
  readonly reviews: ReviewStore
  readonly messages: Pick<MessageStore, 'stuck'>
  readonly stays: Pick<StayStore, 'stuck'>
  /** How long a hospital may be silent. */
  readonly usualSilence: (facility: string) => UsualSilence
  /** What people call a hospital, where its entry says so. */
  readonly called?: (facility: string) => string | undefined
  /** Hospitals that are to send, and from when. */
  readonly expected: readonly { readonly facility: string; readonly from: Date }[]
  /** `Organization/…` that looks after the hub. */
  readonly owner: () => Promise<string>
  /** How long what nobody decided is kept, ms. */
  readonly keepMs: number
  /** A question could not be asked, or one that was settled not be closed; it is tried again. */
  readonly onNotClosed: (error: unknown) => void
  readonly log: Log
}

const DUE_MS = 3_600_000
const PARTS_COME_WITHIN_MS = 15 * 60_000 // a sender sends the next as soon as the one before is answered
const PART_REMEMBERED_MS = 24 * 3_600_000
/** At the usual pause between two sweeps four minutes. */
const STUCK_AFTER_ATTEMPTS = 50
const ONLY_OPEN = `&status=${[...OPEN].join(',')}`
type Kind = 'feed-silent' | 'message-unreadable'

/** Looks after all of it. It may be called at any time and any number of times. */
export async function keepHouse(work: Housekeeping, now: Date): Promise<void> {
  await watchFeeds(work, now)
  await giveUpParts(work, now)
  await tellOfMessages(work, now)
  await expire(work, now)
}

/** Silence looks exactly like a quiet night. What cannot be asked or closed for one hospital holds up no other. */
async function watchFeeds(work: Housekeeping, now: Date): Promise<void> {
  const { feeds, expected, onNotClosed } = work
  for (const { facility, from } of expected) if (from <= now) await feeds.expect(facility, from)
  for (const feed of await feeds.all()) await watchFeed(feed, work, now).catch(onNotClosed)
}

async function watchFeed(feed: Feed, work: Housekeeping, now: Date): Promise<void> {
  const { record, feeds, usualSilence, log } = work
  const { facility, lastAt, frames, task, silentSince } = feed
  if (task === undefined) {
    if (isSilent(lastAt, now, usualSilence(facility))) await askOfSilence(feed, work, now)
    return
  }
  // Only what was heard ends a silence: not the night, in which more of it is usual, and not a longer time in the hospital's entry.
  if (silentSince !== undefined && lastAt < silentSince) return goesOn(feed, task, work, now)
  const words = frames === 0 ? 'Messages are expected from a later day on.' : 'Messages come again.'
  await record.change<Task>(task, (current) => (OPEN.has(current.status) ? over(current, 'mended', words) : current))
  await feeds.heardAgain(facility)
  log.info({ event: 'feed.heard-again', facility })
}

/** A silence is put before a person: once, and once more each time that it went on for as long as is usual after they had closed what asked for it. */
async function askOfSilence(feed: Feed, { record, feeds, usualSilence, called, owner, log }: Housekeeping, now: Date): Promise<void> {
  const { facility, lastAt, answeredAt } = feed
  const key = [tagOf(facility), lastAt.toISOString(), ...(answeredAt === undefined ? [] : [answeredAt.toISOString()])].join('-')
  const said = saidOfSilence(feed, await calledIn(record, facility, called?.(facility)), usualSilence(facility))
  const asked = await open(record, 'feed-silent', key, said, await owner(), now)
  if (asked !== undefined) await feeds.silentSince(facility, now, asked)
  log.error({ event: 'feed.silent', facility })
}

/** Still nothing came. Whether somebody still looks into it is looked up once in as long as is usual, and not in each sweep: each look is in the audit trail. */
async function goesOn(feed: Feed, task: string, work: Housekeeping, now: Date): Promise<void> {
  const { record, feeds, usualSilence } = work
  const { facility, silentSince, lookedFrom = silentSince ?? now, answeredAt } = feed
  if (!isSilent(lookedFrom, now, usualSilence(facility))) return
  if (answeredAt !== undefined) return askOfSilence(feed, work, now)
  const current = await record.read<Task>(task)
  if (current !== undefined && OPEN.has(current.status)) return feeds.stillAsked(facility, now)
  const closedAt = closedBetween(lookedFrom, now, current?.lastModified)
  await feeds.answered(facility, closedAt)
  if (isSilent(closedAt, now, usualSilence(facility))) await askOfSilence({ ...feed, answeredAt: closedAt }, work, now)
}

/** When a Task was closed: as it says itself, where that can be; else when it was found closed. */
function closedBetween(from: Date, now: Date, lastModified: string | undefined): Date {
  const said = new Date(lastModified ?? Number.NaN)
  return said >= from && said <= now ? said : now
}

/** Who sends FHIR messages is known by its Organization, who sends HL7 v2 by its entry: whoever must ring them knows their name. */
async function calledIn(record: FhirRecord, facility: string, called: string | undefined): Promise<string> {
  if (!facility.startsWith('Organization/')) return called === undefined ? facility : `${called} (${facility})`
  const { name } = (await record.read<Organization>(facility)) ?? {}
  return name === undefined ? facility : `${name} (FHIR messages)`
}

function saidOfSilence({ lastAt, frames, answeredAt }: Feed, called: string, usual: UsualSilence): string {
  const since =
    frames === 0
      ? `Nothing was ever heard from ${called}, which was to send from ${showInstant(lastAt)} on`
      : `Nothing was heard from ${called} since ${showInstant(lastAt)}, longer than is usual there`
  const before =
    answeredAt === undefined ? '' : ` This was asked before; it was closed at ${showInstant(answeredAt)}, and nothing has come since.`
  const [byDay, atNight] = [inMinutes(usual.byDayMs), inMinutes(usual.atNightMs)]
  const nightly = byDay === atNight ? '' : `, at night after ${atNight}`
  return `${since}. Ring the hospital's integration team: nobody who is admitted there raises an alert until messages come.${before} Keep this open until then: closed before, it is asked again after ${byDay} without a message${nightly}.`
}

const inMinutes = (ms: number): string => `${Math.round(ms / 60_000)} minutes`

/** A part of a message whose other parts do not come is for a person: the hospital was told that it was taken. HAZ-A81 */
async function giveUpParts({ parts, log }: Housekeeping, now: Date): Promise<void> {
  const ago = (ms: number) => new Date(now.getTime() - ms)
  const alone = await parts.expire({ waiting: ago(PARTS_COME_WITHIN_MS), answered: ago(PART_REMEMBERED_MS) })
  if (alone > 0) log.warn({ event: 'adt.parts-missing', parts: alone })
}

/**
 * While anything waits there is one open Task for each matter, however many days it stays open; one that was closed says nothing of what came since, and
 * another is opened.
 */
async function tellOfMessages({ record, quarantine, messages, stays, owner }: Housekeeping, now: Date): Promise<void> {
  const stuck = await stays.stuck()
  const said: Readonly<Record<string, string>> = {
    ...((await quarantine.count()) === 0
      ? {}
      : {
          [QUARANTINE]: `Hospital messages that could not be read wait in quarantine, some of them perhaps about people on the register: "npm run admin -- quarantine" lists them.`,
        }),
    ...((await messages.stuck(STUCK_AFTER_ATTEMPTS)) === 0
      ? {}
      : {
          'not-acted-on':
            'Hospital messages about people on the register were acknowledged and could not be acted on, again and again; they are still tried. The log says why: look for adt.not-acted-on.',
        }),
    ...(stuck.length === 0
      ? {}
      : {
          'not-settled': stuck
            .map(
              ({ reason, count }) =>
                `${count} hospital stays of people on the register could not be written into the record, again and again; they are still tried. The reason: ${reason}`,
            )
            .join(' '),
        }),
  }
  for (const [matter, words] of Object.entries(said)) await open(record, 'message-unreadable', matter, words, await owner(), now, ONLY_OPEN)
}

const QUARANTINE = 'quarantine'

/** What nobody decided in time is destroyed; the Tasks that asked for it are closed with what else was settled. */
async function expire({ record, quarantine, reviews, keepMs, onNotClosed, log }: Housekeeping, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keepMs)
  const destroyed = await quarantine.expire(before, now)
  const expired = await reviews.expire(before, now)
  if (destroyed > 0 || expired > 0) log.warn({ event: 'undecided.expired', quarantine: destroyed, reviews: expired })
  if (destroyed > 0 && (await quarantine.count()) === 0) await nothingWaits(record).catch(onNotClosed)
  await reviews.closeSettled(record, now, onNotClosed)
}

/** Nobody need look for what is no longer there. */
async function nothingWaits(record: FhirRecord): Promise<void> {
  const identifier = `${OWN_ID.TASK_KEY}|message-unreadable-${QUARANTINE}`
  for (const { id } of await record.search<Task>('Task', { identifier, status: [...OPEN].join(',') }))
    await record.change<Task>(`Task/${String(id)}`, (task) =>
      OPEN.has(task.status)
        ? { ...task, status: 'cancelled', statusReason: { text: 'Nobody saw to it in time; the messages were destroyed.' } }
        : task,
    )
}

async function open(
  record: FhirRecord,
  kind: Kind,
  key: string,
  description: string,
  owner: string,
  now: Date,
  but = '',
): Promise<string | undefined> {
  const value = `${kind}-${key}`
  const task: Task = {
    resourceType: 'Task',
    identifier: [{ system: OWN_ID.TASK_KEY, value }],
    status: 'requested',
    intent: 'order',
    priority: 'urgent',
    code: concept(CODES.TASK_KIND, kind),
    description,
    authoredOn: now.toISOString(),
    owner: { reference: owner },
    restriction: { period: { end: new Date(now.getTime() + DUE_MS).toISOString() } },
  }
  const request = { method: 'POST', url: 'Task', ifNoneExist: `identifier=${OWN_ID.TASK_KEY}|${value}${but}` } as const
  const [place] = (await record.transact([{ resource: task, request }])) ?? []
  return place?.reference
}

const over = (task: Task, outcome: 'mended', words: string): Task => ({
  ...task,
  status: 'completed',
  output: [
    ...(task.output ?? []),
    { type: concept(CODES.TASK_OUTPUT, 'outcome'), valueCodeableConcept: concept(CODES.ALERT_OUTCOME, outcome, words) },
  ],
})

/** A facility is what a sender writes: any bytes. A key of a Task is letters. */
const tagOf = (facility: string): string => hash('sha256', facility, 'hex').slice(0, 12)
