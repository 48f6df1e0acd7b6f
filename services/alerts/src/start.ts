/** What runs beside the routes: the consumers of changes, the listener for hospitals, the carrying of notices, the sweep. */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JWK } from 'jose'
import { allowList } from '@platform/hl7v2/allow-list'
import { startMllpServer, type MllpServer, type MllpTls } from '@platform/hl7v2/mllp-server'
import { systemClock } from '@platform/service/clock'
import { every, withPatience } from '@platform/service/every'
import { groupCommit } from '@platform/service/group-commit'
import type { Bell } from '@platform/service/outbox'
import type { Queues } from '@platform/service/queues'
import { troubleOf } from '@platform/service/trouble'
import type { StartConfig } from './config.ts'
import { taskConsumer, topicsConsumer, watchListConsumer } from './consumers.ts'
import type { Dependencies } from './dependencies.ts'
import { backlogOf } from './jobs/backlog.ts'
import { followTheDay } from './jobs/register-changed.ts'
import { replayAsked } from './jobs/replay-asked.ts'
import { startNoticeDelivery } from './outbox/notice-delivery.ts'
import { keepHouse } from './outbox/housekeeping.ts'
import { tellOfDeaths } from './outbox/tell-of-death.ts'
import { tellOfFailures } from './outbox/delivery-failed.ts'
import { lengthening } from './domain/ladder.ts'
import { lengthMs } from './domain/length.ts'
import { openMeans } from './outbox/open-means.ts'
import { caughtUp, fillWatchList } from './register-in-step.ts'
import { adtHandler, AT_REPLAY } from './routes/mllp/adt.ts'

/** Alerts at work. Disposing of it finishes what is in hand. */
export interface RunningAlerts extends AsyncDisposable {
  /** Does everything that is due by `now`, and resolves when it is done. */
  sweep(now: Date): Promise<void>
  /** Sends whatever is due to subscribers, and resolves when all of it has been answered or put off. */
  tellDue(): Promise<void>
  /** Where hospitals connect. */
  readonly mllpPort: number
  readonly mllp: MllpServer
  /** The public half of the key that signs webhooks, to be published at `/identity/jwks`. */
  readonly publicJwk: JWK
}

/** What it is started with. */
export type StartDependencies = Dependencies & {
  readonly queues: Queues
  /** The bell of this process, given only where nobody else writes to the record: then silence means that nothing has changed. */
  readonly localBell?: Bell
}

const MESSAGES_AT_ONCE = 64 // they join their stays in groups, one commit each
const RECORD_ANSWERS_WITHIN_MS = 30_000

/**
 * Starts everything. MLLP listens only when the watch list is loaded.
 *
 * @throws Error when the port is taken or a certificate cannot be read; RECORD_UNREACHABLE when the record must be read first and does not answer
 */
export async function startAlerts(config: StartConfig, dependencies: StartDependencies): Promise<RunningAlerts> {
  const { alerts, messages, marks, feeds, notices, reviews, received, record, signer, channels, subscriptions, watchList, clock, log } =
    dependencies
  const allow = allowList(config.MLLP_ALLOW)
  const tls = await readTls(config)

  // Where failures alone are heard of, three sweeps without one are its end: each sweep tries again what failed.
  const overAfterMs = Math.max(15_000, 3 * config.SWEEP_EVERY_MS)
  const trouble = {
    topics: troubleOf(log, { event: 'topics.trouble' }),
    reviews: troubleOf(log, { event: 'review.not-told' }),
    deaths: troubleOf(log, { event: 'death.trouble' }),
    closing: troubleOf(log, { event: 'review.not-closed', isOver: 'by-silence', overAfterMs }),
    register: troubleOf(log, { event: 'register.not-followed', isOver: 'by-silence', overAfterMs }),
    messages: troubleOf(log, { event: 'adt.trouble', isOver: 'by-silence', overAfterMs }),
  }

  await using starting = new AsyncDisposableStack()
  starting.use(marks)
  starting.use(feeds)
  const isNew = await watchList.isNew()
  const watching = starting.use(await watchListConsumer(dependencies))
  const topics = starting.use(topicsConsumer(dependencies))
  await topics.look()
  let wake = () => {}
  const onSubscriptions = () => {
    wake()
    void trouble.topics.during(() => topics.look())
  }
  starting.use(await taskConsumer(dependencies, onSubscriptions))
  if (isNew) await withPatience(RECORD_ANSWERS_WITHIN_MS, async () => fillWatchList(dependencies))

  const means = starting.use(openMeans(dependencies))
  const telling = starting.use(
    startNoticeDelivery({ notices, subscriptions, steps: dependencies.steps, record, channels, means, clock, log }),
  )
  wake = telling.wake
  const tellReviews = groupCommit<undefined, void>(async () => {
    await reviews.askOfLiving(clock.now())
    await reviews.tell(record, () => dependencies.register.reviewOwner(), trouble.closing.failed)
    await reviews.closeSettled(record, clock.now(), trouble.closing.failed)
  })
  reviews.onOpen(() => void trouble.reviews.during(() => tellReviews(undefined)))
  const tellingDeaths = { ...dependencies, otherwise: () => dependencies.register.reviewOwner() }
  const tellDeaths = groupCommit<undefined, void>(async () => tellOfDeaths(tellingDeaths, clock.now()))
  dependencies.intake.onDeath = () => {
    void trouble.deaths.during(() => tellDeaths(undefined))
  }
  const backlog = backlogOf({
    act: received,
    stored: (limit) => messages.waiting(limit),
    onError: trouble.messages.failed,
    atOnce: MESSAGES_AT_ONCE,
  })
  starting.defer(() => alerts.rest())
  starting.defer(() => backlog.stop())
  const doors = { caughtUp: caughtUp(watching, dependencies, starting), onMessage: backlog.add }
  dependencies.intake.running = doors
  const handle = adtHandler({ ...dependencies, ...doors })
  const replay = replayAsked({
    ...dependencies,
    handle: adtHandler({ ...dependencies, ...doors, ...AT_REPLAY }),
    onError: trouble.messages.failed,
  })
  const mllp = starting.use(
    await startMllpServer({
      host: config.MLLP_HOST,
      port: config.MLLP_PORT,
      allow,
      ...(tls === undefined ? {} : { tls }),
      handle,
      onTrouble: ({ what, address, why }) => log.warn({ event: `mllp.${what}`, from: address, ...(why === undefined ? {} : { why }) }),
    }),
  )

  starting.use(await tellNeighbours(join(dependencies.folder, 'mllp.json'), { host: config.MLLP_HOST, port: mllp.port }))

  const unapproved = await dependencies.approvals.missing(dependencies.rules)
  if (unapproved.length > 0 && !dependencies.demo) log.warn({ event: 'rules.not-approved', rules: unapproved.map(({ id }) => id) })
  const longer = lengthening(dependencies.pathway.alerts.ladder, dependencies.rules)
  if (longer.length > 0) log.warn({ event: 'rules.ladder-not-lengthened', rules: longer.map(({ id }) => id) })

  const house = {
    ...dependencies,
    onNotClosed: trouble.closing.failed,
    usualSilence: (facility: string) => {
      const { silentAfter, silentAfterAtNight = silentAfter } = dependencies.siteOf(facility)
      return { byDayMs: lengthMs(silentAfter), atNightMs: lengthMs(silentAfterAtNight) }
    },
    called: (facility: string) => dependencies.siteOf(facility).called,
    owner: () => dependencies.register.operations(),
    keepMs: config.MLLP_KEEP_MS,
  }
  const sweep = async (now: Date): Promise<void> => {
    await backlog.all() // what a crash or a failure left
    await replay()
    await followTheDay(dependencies, now, trouble.register.failed)
    await alerts.settleAll()
    await alerts.escalateDue(now)
    await dependencies.pages.pageDue()
    await alerts.holdAgain(now)
    await tellReviews(undefined)
    trouble.reviews.worked()
    await tellDeaths(undefined)
    trouble.deaths.worked()
    await marks.rotate(now)
    await signer.rotate(systemClock.now()) // keys live on real time, also where a demonstration moves the clock
    await messages.forgetBefore(new Date(now.getTime() - config.MLLP_KEEP_MS))
    await keepHouse(house, now)
    await dependencies.publishedFigures.publishDue(now)
    await tellOfFailures({ record, subscriptions, owner: () => dependencies.register.operations(), now })
    await topics.look() // another process may have heard of a subscription, or of an inbox
    trouble.topics.worked()
    telling.wake() // what was given up for now may be due
  }
  starting.use(every(config.SWEEP_EVERY_MS, () => sweep(clock.now()), troubleOf(log, { event: 'sweep.failed' })))

  const running = starting.move()
  return {
    sweep,
    tellDue: telling.flush,
    mllp,
    mllpPort: mllp.port,
    publicJwk: signer.publicJwk,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

async function readTls({ MLLP_TLS_KEY: key, MLLP_TLS_CERT: cert, MLLP_TLS_CA: ca }: StartConfig): Promise<MllpTls | undefined> {
  if (key === undefined && cert === undefined && ca === undefined) return undefined
  // Without the two an authority demands nothing: whoever set it alone would listen to anybody, in the clear.
  if (key === undefined || cert === undefined) throw new Error('MLLP_TLS_KEY and MLLP_TLS_CERT must be set together, and with MLLP_TLS_CA.')
  const [keyPem, certPem, caPem] = await Promise.all([
    readFile(key, 'utf8'),
    readFile(cert, 'utf8'),
    ca === undefined ? undefined : readFile(ca, 'utf8'),
  ])
  return { key: keyPem, cert: certPem, ...(caPem === undefined ? {} : { ca: caPem }) }
}

/** Programs beside the hub (demo, bench) find the listener by this file. */
async function tellNeighbours(file: string, where: { readonly host: string; readonly port: number }): Promise<AsyncDisposable> {
  await writeFile(file, JSON.stringify(where), { mode: 0o600 })
  return { [Symbol.asyncDispose]: async () => rm(file, { force: true }) }
}
