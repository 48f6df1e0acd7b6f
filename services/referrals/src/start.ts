/** What runs beside the routes: the consumers of changes, the sweep, and the refreshing of the directory. */
import { startConsumer } from '@platform/service/consumer'
import { every, withPatience } from '@platform/service/every'
import type { Queues } from '@platform/service/queues'
import { troubleOf } from '@platform/service/trouble'
import type { StartConfig } from './config.ts'
import type { Dependencies } from './dependencies.ts'
import { CALENDAR_DAYS_WANTED, calendarDaysLeft } from './domain/pathway.ts'
import { appointmentChanged } from './jobs/appointment-changed.ts'
import { readOrders, tellBookings } from './jobs/read-orders.ts'
import { book } from './outbox/book.ts'
import { pageSource } from './store/feeds/page-source.ts'
import { FEED_QUEUE, feedJobs, type FeedJobs } from './jobs/feeds.ts'
import { healthcareServiceChanged } from './jobs/healthcare-service-changed.ts'
import { locationChanged } from './jobs/location-changed.ts'
import { organizationChanged } from './jobs/organization-changed.ts'
import { serviceRequestChanged } from './jobs/service-request-changed.ts'
import { taskChanged } from './jobs/task-changed.ts'
import { CLIENT_ID } from './open.ts'
import { CONSUMER } from './store/clocks.ts'
import { sweepConcerns } from './store/concerns.ts'

/** Referrals at work. Disposing of it finishes what is in hand. */
export interface RunningReferrals extends AsyncDisposable {
  /** Does everything that is due by `now`, and resolves when it is done. */
  sweep(now: Date): Promise<void>
}

const REFRESH_DIRECTORY_EVERY_MS = 30_000
const CHECK_EVERY_MS = 60_000 // needs without owner or due time: checked every minute, whether anybody scrapes the metric or not
const DELIVER_EVERY_MS = 2_000
const SEND_LINKS_EVERY_MS = 1_000 // somebody sits before the page and waits for the code
const REFERRALS_AT_ONCE = 64 // each waits for the record most of its time, and what waits together is written together
const BOOK_EVERY_MS = 10_000
const MAKES_NO_STEPS = ['handrail-alerts'] // the Tasks it makes are about stays; it changes those of needs, to put sessions on hold
const FEEDS_AT_ONCE = 2
const RECORD_ANSWERS_WITHIN_MS = 30_000

/**
 * Starts the consumers and the sweep. The record must be about to answer: the directory is read from it first.
 *
 * @throws RECORD_UNAVAILABLE when the record has not answered within half a minute
 */
export async function startReferrals(config: StartConfig, dependencies: Dependencies & { queues: Queues }): Promise<RunningReferrals> {
  const { needs, directory, queues, clock, log } = dependencies
  await withPatience(RECORD_ANSWERS_WITHIN_MS, () => directory.refresh())
  await dependencies.approvedWords.refresh()
  sayWhatIsNotApproved(dependencies)
  await dependencies.links.refresh()

  const heard = { ServiceRequest: serviceRequestChanged(dependencies), Task: taskChanged(dependencies) }
  const listed = {
    Organization: organizationChanged(dependencies),
    HealthcareService: healthcareServiceChanged(dependencies),
    Location: locationChanged(dependencies),
  }

  await using starting = new AsyncDisposableStack()
  starting.use(dependencies.messaging)
  starting.use(
    await startConsumer({
      name: CONSUMER,
      types: Object.keys(heard),
      client: CLIENT_ID,
      notMadeBy: MAKES_NO_STEPS,
      handle: async (change) => heard[change.type as keyof typeof heard]?.(change),
      queues,
      concurrency: REFERRALS_AT_ONCE,
      atHand: true,
      log,
    }),
  )
  starting.use(
    await startConsumer({
      name: 'referrals-directory',
      types: Object.keys(listed),
      client: CLIENT_ID,
      handle: async (change) => listed[change.type as keyof typeof listed]?.(change),
      queues,
      log,
    }),
  )
  starting.use(every(config.SWEEP_EVERY_MS, () => needs.sweep(clock.now()), troubleOf(log, { event: 'sweep.failed' })))
  starting.use(every(CHECK_EVERY_MS, () => sweepConcerns(dependencies), troubleOf(log, { event: 'concerns.not-swept' })))
  const { courier, linkCourier, links } = dependencies
  if (courier !== undefined)
    starting.use(every(DELIVER_EVERY_MS, () => courier.deliver(clock.now()), troubleOf(log, { event: 'deliver.failed' })))
  const feedWork = feedJobs(dependencies)
  const booking = bookingWork(dependencies)
  starting.use(
    await startConsumer({
      name: 'referrals-booking',
      types: ['Appointment'],
      client: CLIENT_ID,
      handle: appointmentChanged(dependencies),
      queues,
      log,
    }),
  )
  starting.use(every(BOOK_EVERY_MS, () => booking(clock.now()), troubleOf(log, { event: 'bookings.not-sent' })))
  await dependencies.feedStates.refresh()
  starting.use(readingFeeds(feedWork, queues))
  starting.use(every(config.FEEDS_EVERY_MS, () => feedWork.enqueue(queues, clock.now()), troubleOf(log, { event: 'feeds.not-queued' })))
  starting.use(every(config.FEEDS_EVERY_MS, () => feedWork.tend(), troubleOf(log, { event: 'listings.not-made' })))
  starting.use(every(SEND_LINKS_EVERY_MS, () => linkCourier.deliver(clock.now()), troubleOf(log, { event: 'links.failed' })))
  starting.use(every(REFRESH_DIRECTORY_EVERY_MS, () => links.refresh(), troubleOf(log, { event: 'link-routes.not-refreshed' })))
  starting.use(every(CHECK_EVERY_MS, () => dependencies.ruleEffects.write(), troubleOf(log, { event: 'rule-effects.not-written' })))
  starting.use(every(CHECK_EVERY_MS, () => check(dependencies), troubleOf(log, { event: 'check.failed' })))
  starting.use(
    every(REFRESH_DIRECTORY_EVERY_MS, () => dependencies.approvedWords.refresh(), troubleOf(log, { event: 'wording.not-refreshed' })),
  )
  starting.use(every(REFRESH_DIRECTORY_EVERY_MS, () => directory.refresh(), troubleOf(log, { event: 'directory.not-refreshed' })))

  const running = starting.move()
  const sweep = async (now: Date) => {
    await needs.sweep(now)
    await sweepConcerns(dependencies)
    await courier?.deliver(now)
    await feedWork.readDue(now)
    await booking(now)
    await feedWork.tend()
    await linkCourier.deliver(now)
  }
  return { sweep, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

/** A page without approved crisis wording says to ring 999; a referral without approved cues is never lifted. Whoever runs the hub must know. */
function sayWhatIsNotApproved({ approvedWords, log }: Pick<Dependencies, 'approvedWords' | 'log'>): void {
  const { cues, crisis } = approvedWords.current()
  if (crisis.length === 0) log.warn({ event: 'crisis-words.none-approved' })
  if (cues.length === 0) log.warn({ event: 'red-flags.none-approved' })
}

/** Sends what is to be booked, reads what sellers say of it, and says that in the record. Without an address of the hub nothing is booked. */
function bookingWork(dependencies: Dependencies): (now: Date) => Promise<void> {
  const { http, bookingTokens: tokens, broker, feeds: _feeds, ...rest } = dependencies
  const options = {
    ...rest,
    http,
    broker,
    tokens,
    pages: ({ name }: { readonly name: string }) => pageSource(http, tokens.has(name) ? { bearer: tokens.get(name) ?? '' } : {}),
  }
  return async (now) => {
    if (broker.email === '') return
    await book(now, options)
    await readOrders(options)
    await book(now, options)
    await tellBookings(options)
  }
}

/** The worker that reads feeds. Disposing of it ends a reading after the batch in hand; another goes on there. */
function readingFeeds(work: FeedJobs, queues: Queues): AsyncDisposable {
  const stopping = new AbortController()
  const worker = queues.worker<{ readonly feed: number }>(
    FEED_QUEUE,
    async ({ data }) => void (await work.read(data.feed, { signal: stopping.signal })),
    { concurrency: FEEDS_AT_ONCE },
  )
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await queues.stop(worker)
    },
  }
}

/** Says in the log what must never be so, and what somebody must look after. Counts and no ids: the metric and the inbox lead on. */
async function check({ clocks, clock, pathway, log }: Pick<Dependencies, 'clocks' | 'clock' | 'pathway' | 'log'>): Promise<void> {
  const needs = await clocks.countUnowned(clock.now())
  if (needs > 0) log.error({ event: 'needs.without-owner-or-due', needs })
  const daysLeft = calendarDaysLeft(pathway, clock.now())
  if (daysLeft < CALENDAR_DAYS_WANTED) log.warn({ event: 'calendar.running-out', daysLeft })
}
