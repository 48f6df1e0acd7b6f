/** What runs beside the routes of the record: the sealer of the audit chain, exports, the end of expired links, and the reviews. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '@platform/service/database'
import { describeError } from '@platform/service/describe-error'
import type { Log } from '@platform/service/log'
import { troubleOf } from '@platform/service/trouble'
import type { Reporting } from './app.ts'
import { countExports } from './jobs/count-exports.ts'
import { downtimeKeeper, type DowntimeKeeper } from './store/downtime-keeper.ts'
import type { RecordDependencies } from './store/change-record.ts'
import { openDowntimeCopies } from './store/downtime-copies.ts'
import { keepOwnOrganization } from './store/own-organization.ts'
import type { ReviewEngine } from './store/reviews.ts'
import { purgeDisposed } from './store/retention-rows.ts'
import type { ChainHead } from './store/audit-chain.ts'
import { chainOf, isUnderSeal, seal } from './store/audit-chain.ts'
import { forgetExpired } from './store/share-links.ts'

export interface SealerDependencies {
  readonly database: Database
  /** The record of which the hub itself is an organisation. Absent: it is made by nobody. */
  readonly record?: RecordDependencies
  /** Absent: no copies are kept for when the database is down. */
  readonly downtime?: Pick<DowntimeKeeper, 'sharing' | 'trail'>
  /** Absent: no facts are kept, and nothing is published. */
  readonly reporting?: Reporting
  /** Absent: nothing is reviewed. */
  readonly reviews?: ReviewEngine
  /** HANDRAIL_HOME: the head of the chain is kept here, outside the database. */
  readonly home: string
  readonly log: Log
  readonly now: () => Date
  /** Business time, by which links expire and reviews are due. */
  readonly clock: { now(): Date }
  /** Between two looks, in milliseconds. @default 1_000 */
  readonly everyMs?: number
  /** Between two looks at what is to be reviewed, in milliseconds. @default 10_000 */
  readonly reviewEveryMs?: number
}

/** Expired links are forgotten every so many rounds; none of them opens meanwhile. */
const FORGET_EVERY = 60

/** Where the head of a chain (`chainOf`) is kept outside the database. */
const headFile = (home: string, chain: string): string => join(home, `audit-head-${chain}.json`)

/** The head of this database's chain as it was last kept; nothing before the first sealing. */
export async function keptHead(home: string, chain: string): Promise<ChainHead | undefined> {
  try {
    return JSON.parse(await readFile(headFile(home, chain), 'utf8')) as ChainHead
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Keeps the head durably: a reader sees the old one or the new one, never half of either. */
export async function keepHead(home: string, chain: string, head: ChainHead): Promise<void> {
  const file = headFile(home, chain)
  await writeFile(`${file}.new`, JSON.stringify(head), { mode: 0o600, flush: true })
  await rename(`${file}.new`, file)
}

/** Between two looks for exports, in milliseconds: whoever asks for one polls about as often. */
const LOOK_FOR_EXPORTS_MS = 200

/** Between two looks at the copies for downtime, in milliseconds. */
const COPY_EVERY_MS = 5_000

/** Between two looks at what changed for the reports, in milliseconds. */
const REPORT_EVERY_MS = 10_000

/** Seals once a second, goes on with exports, forgets expired links once a minute and reviews every ten seconds, until it is disposed of. */
export async function startPassport({
  database,
  home,
  log,
  now,
  clock,
  everyMs = 1_000,
  reviewEveryMs = 10_000,
  reviews,
  record,
  reporting,
  downtime,
}: SealerDependencies): Promise<AsyncDisposable & { sweep(now: Date): Promise<void> }> {
  if (record !== undefined) await keepOwnOrganization(record, now())
  const stop = new AbortController()
  const chain = await chainOf(database)
  let kept = await keptHead(home, chain)
  let toldOfBreak = false

  async function sealNow(): Promise<void> {
    const head = await seal(database, now)
    if (head === undefined || (head.seq === kept?.seq && head.digest === kept.digest)) return
    if (kept !== undefined && !(await isUnderSeal(database, kept))) {
      // The head that was kept is the proof; a new one over it would hide that the end was cut off.
      if (!toldOfBreak) log.error({ event: 'audit.chain-broken', batch: kept.seq })
      toldOfBreak = true
      return
    }
    await keepHead(home, chain, head)
    kept = head
  }

  const trouble = {
    forgetting: troubleOf(log, { event: 'link.not-forgotten' }),
    sealing: troubleOf(log, { event: 'audit.not-sealed' }),
    counting: troubleOf(log, { event: 'export.not-counted' }),
    reviewing: troubleOf(log, { event: 'reviews.not-swept' }),
    reporting: troubleOf(log, { event: 'facts.not-kept' }),
    copying: troubleOf(log, { event: 'downtime-copies.not-kept' }),
  }

  const forget = () => forgetExpired(database, clock.now())
  let rounds = 0

  const running = (async () => {
    while (!stop.signal.aborted) {
      if (rounds++ % FORGET_EVERY === 0) await trouble.forgetting.during(forget)
      await trouble.sealing.during(sealNow)
      await wait(everyMs, undefined, { signal: stop.signal, ref: false }).catch(() => undefined)
    }
  })()

  const exporting = (async () => {
    // What was confirmed before this process, and not finished by the last.
    await purgeDisposed(database, now()).catch((error: unknown) => log.warn({ event: 'disposal.not-purged', error: describeError(error) }))
    while (!stop.signal.aborted) {
      await trouble.counting.during(() => countExports({ database, log, now, wards: record?.inPart.sensitiveWards ?? [] }, stop.signal))
      await wait(LOOK_FOR_EXPORTS_MS, undefined, { signal: stop.signal, ref: false }).catch(() => undefined)
    }
  })()

  const looking = (async () => {
    while (reviews !== undefined && !stop.signal.aborted) {
      await wait(reviewEveryMs, undefined, { signal: stop.signal, ref: false }).catch(() => undefined)
      if (stop.signal.aborted) return
      await trouble.reviewing.during(() => reviews.sweep(clock.now()))
    }
  })()

  const report = async (at: Date) => {
    await reporting?.keeper.keep()
    for (const quarter of (await reporting?.reports.publishDue(at)) ?? []) log.info({ event: 'report.published', quarter })
  }
  const reportingOn = (async () => {
    while (reporting !== undefined && !stop.signal.aborted) {
      await wait(REPORT_EVERY_MS, undefined, { signal: stop.signal, ref: false }).catch(() => undefined)
      if (stop.signal.aborted) return
      await trouble.reporting.during(() => report(clock.now()))
    }
  })()

  const keepCopies =
    downtime === undefined ? undefined : downtimeKeeper({ ...downtime, database, log, copies: await openDowntimeCopies(home) })
  const copying = (async () => {
    while (keepCopies !== undefined && !stop.signal.aborted) {
      await wait(COPY_EVERY_MS, undefined, { signal: stop.signal, ref: false }).catch(() => undefined)
      if (stop.signal.aborted) return
      await trouble.copying.during(() => keepCopies(clock.now()))
    }
  })()

  return {
    sweep: async (now) => {
      await forget()
      await keepCopies?.(now)
      await reviews?.sweep(now)
      await report(now)
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await Promise.all([running, exporting, looking, reportingOn, copying])
      // What was written since is sealed now; whatever stops us from it does so again at the next start.
      await sealNow().catch((error: unknown) => log.warn({ event: 'audit.not-sealed', error: describeError(error) }))
    },
  }
}
