/**
 * Reads a feed from where it stood to its end. What was read and where to go on are written together; a page that cannot be had or read stops the reading
 * there, says so, and takes nothing away. HAZ-R40
 */
import { summariseError } from '@platform/service/describe-error'
import type { NewId } from '@platform/service/ids'
import type { Log } from '@platform/service/log'
import { PageUnreadable, type FeedPage, type FeedType } from '../domain/listings/feed-page.ts'
import { firstOdsPage, readOds } from '../domain/listings/ods-pages.ts'
import { firstPageOf, readOpenReferral, toServiceItem, wholeOf } from '../domain/listings/open-referral-pages.ts'
import { readRpde } from '../domain/listings/rpde.ts'
import { RunLost, TooMuchGone, type Feed, type Feeds, type Read } from '../store/feeds/feeds.ts'
import { PageNotAnswered, type PageSource } from '../store/feeds/page-source.ts'

/** What reading needs. */
export interface ReadFeedOptions {
  readonly feeds: Feeds
  readonly pages: PageSource
  readonly clock: { now(): Date }
  readonly newId: NewId
  readonly log: Log
}

/** How a reading ended. */
export type FeedOutcome = 'end' | 'failed' | 'busy' | 'stopped'

/** How far it has come. */
export type Progress = (said: { readonly pages: number; readonly items: number; readonly expected?: number }) => void

const BATCH_PAGES = 20
const BATCH_CHARACTERS = 8_000_000 // with the one that is being written meanwhile, about 32 MB at the most
const BATCH_MS = 60_000
const FIRST_PAUSE_MS = 60_000
const LONGEST_PAUSE_MS = 3_600_000
const DETAILS_AT_ONCE = 4

/** Reads one feed by its number. One reader at a time: whoever comes second hears `busy`. */
export async function readFeed(
  number: number,
  { feeds, pages, clock, newId, log }: ReadFeedOptions,
  {
    signal,
    progress,
    acceptsGone = false,
  }: {
    readonly signal?: AbortSignal
    readonly progress?: Progress
    /** A person has looked: what this reading does not meet is gone, however much it is. */
    readonly acceptsGone?: boolean
  } = {},
): Promise<FeedOutcome> {
  const run = newId()
  const feed = await feeds.claim(number, run, clock.now())
  if (feed === undefined) return 'busy'
  let writing: Promise<void> = Promise.resolve()
  const count = { pages: 0, items: 0 }
  /** The page that was being read: whoever rings its publisher wants to name it. */
  let asking: string | undefined
  try {
    let address = feed.cursor ?? beginningOf(feed)
    let after = feed.position
    let held: { page: FeedPage; address: string }[] = []
    let characters = 0
    let heldSince = performance.now()
    /** Writes what is held, once what was handed over before is written: never more than two batches are in memory. */
    const hand = async (ended: boolean): Promise<void> => {
      await writing
      const batch = held
      held = []
      characters = 0
      heldSince = performance.now()
      if (batch.length > 0) writing = feeds.keep(feed, run, toRead(feed, batch, { at: clock.now(), ended, acceptsGone }))
      writing.catch(() => undefined) // its failure is met at the next `await writing`
      if (ended) await writing
    }
    for (;;) {
      if (signal?.aborted === true) {
        await hand(false)
        await writing
        await feeds.release(number, run)
        return 'stopped'
      }
      let page: FeedPage
      asking = address
      try {
        const text = await pages(address)
        page = await READ[feed.type](text, { feed, address, ...(after === undefined ? {} : { after }), pages })
        characters += text.length
      } catch (error) {
        // What came before it is whole: it is kept, and the reading goes on at the page that failed.
        await hand(false)
        await writing
        throw error
      }
      asking = undefined
      held.push({ page, address })
      count.pages += 1
      count.items += page.items.length
      progress?.({ ...count, ...(page.expected === undefined ? {} : { expected: page.expected }) })
      const ended = page.next === undefined
      if (ended || held.length >= BATCH_PAGES || characters >= BATCH_CHARACTERS || performance.now() - heldSince > BATCH_MS)
        await hand(ended)
      if (page.next === undefined) {
        log.info({ event: 'feed.read', feed: feed.name, ...count })
        return 'end'
      }
      address = page.next
      after = page.position ?? after
    }
  } catch (error) {
    if (error instanceof RunLost) return 'busy'
    const at = clock.now()
    const says = sentenceFor(error)
    if (says === undefined) {
      await feeds.release(number, run)
      throw error
    }
    const asked = error instanceof PageNotAnswered ? error.retryAfterMs : undefined
    const pauseMs = Math.min(Math.max(FIRST_PAUSE_MS * 2 ** Math.min(feed.failures, 10), asked ?? 0), LONGEST_PAUSE_MS)
    await feeds.failed(feed, run, {
      says: asking === undefined ? says : `${says} Page: ${asking}`,
      at,
      nextAt: new Date(at.getTime() + pauseMs),
    })
    log.warn({ event: 'feed.not-read', feed: feed.name, ...count, reason: summariseError(error) })
    return 'failed'
  }
}

const sentenceFor = (error: unknown): string | undefined =>
  error instanceof PageUnreadable || error instanceof PageNotAnswered || error instanceof TooMuchGone ? error.message : undefined

function beginningOf({ type, url, completedAt, pass }: Feed): string {
  if (type === 'rpde') return url
  if (type === 'oruk') return firstPageOf(url)
  return firstOdsPage(url, pass > 1 ? completedAt : undefined)
}

type Reader = (
  text: string,
  given: { readonly feed: Feed; readonly address: string; readonly after?: string; readonly pages: PageSource },
) => FeedPage | Promise<FeedPage>

const READ: Readonly<Record<FeedType, Reader>> = {
  rpde: (text, given) => readRpde(text, given),
  ods: (text, { feed, address }) => readOds(text, { address, pass: feed.pass }),
  oruk: async (text, { feed, address, pages }) => {
    const page = readOpenReferral(text, { address, pass: feed.pass })
    const items = [...page.items]
    const refused = [...page.refused]
    // One iterator for all workers: each takes the next.
    const short = [...items.entries()].filter(([, { said }]) => said?.short === true).values()
    const work = async () => {
      for (const [index, { id }] of short) {
        const whole = toServiceItem(await pages(wholeOf(feed.url, id)), feed.pass, `service ${id}`)
        if ('rule' in whole) refused.push({ ...whole, id })
        else items[index] = whole
      }
    }
    await Promise.all(Array.from({ length: DETAILS_AT_ONCE }, work))
    return { ...page, items, refused }
  },
}

function toRead(
  feed: Feed,
  batch: readonly { readonly page: FeedPage; readonly address: string }[],
  { at, ended, acceptsGone }: { readonly at: Date; readonly ended: boolean; readonly acceptsGone: boolean },
): Read {
  const last = batch.at(-1)?.page
  const cursor = last?.next ?? last?.again
  const position = batch.findLast(({ page }) => page.position !== undefined)?.page.position
  const licence = last?.licence
  const expected = last?.expected
  return {
    items: batch.flatMap(({ page }) => page.items),
    refused: batch.flatMap(({ page, address }) => page.refused.map((refusal) => ({ address, ...refusal }))),
    pages: batch.length,
    at,
    ...(cursor === undefined ? {} : { cursor }),
    ...(position === undefined ? {} : { position }),
    ...(licence === undefined ? {} : { licence }),
    ...(expected === undefined ? {} : { expected }),
    ...(ended
      ? {
          ended: {
            nextAt: new Date(at.getTime() + feed.everyS * 1_000),
            whatIsGone: feed.type !== 'oruk' ? ('kept' as const) : acceptsGone ? ('accepted' as const) : ('doubted' as const),
          },
        }
      : {}),
  }
}
