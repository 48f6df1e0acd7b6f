/** Listings, what they are made of, and what a person has to decide about them. */
import type { Database, Queryable } from '@platform/service/database'
import type { ListingFacts } from '../../domain/listings/facts.ts'
import type { FeedType } from '../../domain/listings/feed-page.ts'
import { DOUBTFUL, keysOf, likenessOf, SURE } from '../../domain/listings/likeness.ts'
import { merge, type Merged, type Source } from '../../domain/listings/merge.ts'
import { factsOfOriginal } from '../../domain/listings/original.ts'
import { uuidFrom } from '../../domain/bars/outbound-message.ts'
import { DECIDE_WITHIN_MS, doubtClosure, doubtOwn, readDoubts, type Doubt, type OwnAlike } from './doubts.ts'
import type { Feed } from './feeds.ts'

export type { Doubt } from './doubts.ts'

/** Where a listing is in the record. */
export interface InRecord {
  readonly service?: string
  readonly organization?: string
  readonly places?: readonly string[]
  /** What the record says of its places, to tell when it moves. */
  readonly saidPlaces?: readonly string[]
  /** Whether the organisation was made from this listing: one that was there before is its own master. */
  readonly madeOrganization?: boolean
}

/** A listing that the record does not say yet. */
export interface Unpublished {
  readonly id: string
  readonly what: 'service' | 'organization'
  readonly merged: Merged
  readonly record: InRecord
  /** Our own service that it is, `HealthcareService/<id>`, as a person decided. */
  readonly ownIs?: string
  /** A person has decided that an organisation is open, although a feed says that it has closed. */
  readonly isOpenAllTheSame?: boolean
}

/** Keeps listings. */
export interface Listings {
  /**
   * Makes listings of what a feed has said since the last time, so many originals at a time.
   *
   * @returns how many were looked at; fewer than `most` means that it is done
   */
  build(feed: Feed, at: Date, most: number): Promise<number>
  /** Those that the record does not say yet, by their ids. @param after id of the last one that was looked at */
  unpublished(most: number, after?: string): Promise<readonly Unpublished[]>
  /** The record says it now. What has changed since `merged` was read stays unpublished. */
  published(id: string, merged: Merged, record: InRecord): Promise<void>
  /** Puts it to a person that a listing may be this service of our own; once, however often it is found. */
  doubtOwn(listing: string, own: OwnAlike, at: Date): Promise<void>
  /**
   * Puts it to a person that an organisation of the record has closed, as a feed says; once, until the feed says that it is open. What a person decided
   * before does not count when it closes again.
   */
  doubtClosure(listing: string, closure: { readonly organization: string; readonly open: boolean }, at: Date): Promise<void>
  /** Says again to the record what comes from this feed: it has stopped answering, or answers again. */
  sayAgain(feed: number): Promise<void>
  doubts(): Promise<readonly Doubt[]>
  /** @returns whether there was such a doubt that nobody had decided yet */
  decide(number: number, decision: { readonly outcome: 'same' | 'different'; readonly by: string; readonly at: Date }): Promise<boolean>
  count(now: Date): Promise<{ readonly doubts: number; readonly overdue: number; readonly unpublished: number }>
}

/** Opens them in a database. */
export function listingsIn(database: Database): Listings {
  return {
    build: (feed, at, most) =>
      database.transaction(async (tx) => {
        // One at a time: two that are made at once would not find each other.
        await tx.query({ name: 'listing-one-builder', text: `SELECT pg_advisory_xact_lock(hashtextextended('referrals.listing', 0))` })
        const { rows: items } = await tx.query<{ kind: string; id: string; deleted: boolean; body: string }>({
          name: 'listing-pending',
          text: `SELECT kind, id, deleted, body FROM referrals.feed_item WHERE feed = $1 AND pending ORDER BY kind, id LIMIT $2 FOR UPDATE SKIP LOCKED`,
          values: [feed.number, most],
        })
        if (items.length === 0) return 0
        const touched = new Set<string>()
        const known = await sourcesOf(tx, feed.number, items)
        const alone = !(await othersPublish(tx, feed.number))
        for (const { kind, id, deleted, body } of items) {
          const facts = deleted ? undefined : factsOfOriginal(feed.type, body, at)
          const before = known.get(`${kind}\u0001${id}`)
          if (before !== undefined) touched.add(before)
          if (facts === undefined) {
            if (before !== undefined) await forget(tx, feed.number, kind, id)
          } else if (before === undefined) touched.add(await place(tx, feed, { kind, id, facts, at }, { alone }))
          else {
            await say(tx, feed.number, { kind, id, facts })
            if (!alone) for (const listing of await lookAgain(tx, feed, { kind, id, facts, at }, before)) touched.add(listing)
          }
        }
        await makeAnew(tx, [...touched])
        await tx.query({
          name: 'listing-looked-at',
          text: 'UPDATE referrals.feed_item SET pending = false WHERE feed = $1 AND (kind, id) IN (SELECT * FROM unnest($2::text[], $3::text[]))',
          values: [feed.number, items.map(({ kind }) => kind), items.map(({ id }) => id)],
        })
        return items.length
      }),
    async unpublished(most, after = NO_LISTING) {
      const text = `SELECT id, what, merged, record, own_is, what = 'organization' AND EXISTS (SELECT FROM referrals.listing_doubt AS doubt
          WHERE doubt.listing = listing.id AND own = record ->> 'organization' AND outcome = 'different') AS is_open
        FROM referrals.listing WHERE publish AND id > $2 ORDER BY id LIMIT $1`
      const { rows } = await database.query<
        Omit<Unpublished, 'ownIs' | 'isOpenAllTheSame'> & { readonly own_is: string | null; readonly is_open: boolean }
      >({
        name: 'listing-unpublished',
        text,
        values: [most, after],
      })
      return rows.map(({ own_is: ownIs, is_open: isOpenAllTheSame, ...row }) => ({
        ...row,
        ...(ownIs === null ? {} : { ownIs }),
        ...(isOpenAllTheSame ? { isOpenAllTheSame } : {}),
      }))
    },
    doubtOwn: (listing, own, at) => doubtOwn(database, listing, own, at),
    doubtClosure: (listing, closure, at) => doubtClosure(database, listing, closure, at),
    async published(id, merged, record) {
      const text = 'UPDATE referrals.listing SET record = $3, publish = merged <> $2::jsonb WHERE id = $1'
      await database.query({ name: 'listing-published', text, values: [id, JSON.stringify(merged), JSON.stringify(record)] })
    },
    async sayAgain(feed) {
      const text = `UPDATE referrals.listing SET publish = true WHERE NOT publish AND what = 'service'
        AND id IN (SELECT listing FROM referrals.listing_source WHERE feed = $1)`
      await database.query({ name: 'listing-say-again', text, values: [feed] })
    },
    doubts: () => readDoubts(database),
    decide: (number, { outcome, by, at }) =>
      database.transaction(async (tx) => {
        const { rows } = await tx.query<{ feed: number; kind: string; item: string; listing: string; score: number; own: string | null }>({
          name: 'listing-decide',
          text: `UPDATE referrals.listing_doubt SET outcome = $2, decided_by = $3, decided_at = $4 WHERE number = $1 AND outcome IS NULL
            RETURNING feed, kind, item, listing, score, own`,
          values: [number, outcome, by, at],
        })
        const [doubt] = rows
        if (doubt === undefined) return false
        // Of an organisation both answers are said in the record: that it is open all the same, or that it has closed.
        if (doubt.own?.startsWith('Organization/') === true) {
          await tx.query({
            name: 'listing-publish',
            text: 'UPDATE referrals.listing SET publish = true WHERE id = $1',
            values: [doubt.listing],
          })
          return true
        }
        if (outcome === 'different') return true
        if (doubt.own !== null) {
          const text = 'UPDATE referrals.listing SET own_is = $2, publish = true WHERE id = $1'
          await tx.query({ name: 'listing-own-is', text, values: [doubt.listing, doubt.own] })
          return true
        }
        const { rows: moved } = await tx.query<{ before: string }>({
          name: 'listing-move',
          text: `WITH held AS (SELECT listing FROM referrals.listing_source WHERE feed = $1 AND kind = $2 AND item = $3 FOR UPDATE)
            UPDATE referrals.listing_source AS source SET listing = $4, score = $5, decided_by = $6, decided_at = $7 FROM held
            WHERE source.feed = $1 AND source.kind = $2 AND source.item = $3 RETURNING held.listing AS before`,
          values: [doubt.feed, doubt.kind, doubt.item, doubt.listing, doubt.score, by, at],
        })
        await makeAnew(tx, [doubt.listing, ...moved.map(({ before }) => before)])
        return true
      }),
    async count(now) {
      const text = `SELECT (SELECT count(*) FROM referrals.listing_doubt WHERE outcome IS NULL) AS doubts,
        (SELECT count(*) FROM referrals.listing_doubt WHERE outcome IS NULL AND due_at < $1) AS overdue,
        (SELECT count(*) FROM referrals.listing WHERE publish) AS unpublished`
      const { rows } = await database.query<Record<'doubts' | 'overdue' | 'unpublished', string>>({
        name: 'listing-count',
        text,
        values: [now],
      })
      const { doubts = '0', overdue = '0', unpublished = '0' } = rows[0] ?? {}
      return { doubts: Number(doubts), overdue: Number(overdue), unpublished: Number(unpublished) }
    },
  }
}

/** An id before all others. */
const NO_LISTING = '00000000-0000-0000-0000-000000000000'

async function sourcesOf(
  tx: Queryable,
  feed: number,
  items: readonly { kind: string; id: string }[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await tx.query<{ kind: string; item: string; listing: string }>({
    name: 'listing-sources-of',
    text: `SELECT kind, item, listing FROM referrals.listing_source
      WHERE feed = $1 AND (kind, item) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
    values: [feed, items.map(({ kind }) => kind), items.map(({ id }) => id)],
  })
  return new Map(rows.map(({ kind, item, listing }) => [`${kind}\u0001${item}`, listing]))
}

interface Original {
  readonly kind: string
  readonly id: string
  readonly facts: ListingFacts
}

async function say(tx: Queryable, feed: number, { kind, id, facts }: Original): Promise<void> {
  const text = 'UPDATE referrals.listing_source SET facts = $4 WHERE feed = $1 AND kind = $2 AND item = $3'
  await tx.query({ name: 'listing-say', text, values: [feed, kind, id, JSON.stringify(facts)] })
}

async function forget(tx: Queryable, feed: number, kind: string, id: string): Promise<void> {
  const values = [feed, kind, id]
  await tx.query({
    name: 'listing-forget',
    text: 'DELETE FROM referrals.listing_source WHERE feed = $1 AND kind = $2 AND item = $3',
    values,
  })
  // What is no longer published is in doubt no longer.
  await tx.query({
    name: 'listing-forget-doubt',
    text: 'DELETE FROM referrals.listing_doubt WHERE feed = $1 AND kind = $2 AND item = $3 AND outcome IS NULL',
    values,
  })
}

/** Whether anything is listed that another feed says. Where nothing is, nothing can be like it: the first feed would else pass all of its own that share a key, for each. */
async function othersPublish(tx: Queryable, feed: number): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'listing-others',
    text: `(SELECT FROM referrals.listing_source WHERE feed < $1 LIMIT 1) UNION ALL (SELECT FROM referrals.listing_source WHERE feed > $1 LIMIT 1)`,
    values: [feed],
  })
  return rowCount !== 0
}

interface Alike {
  readonly listing: string
  readonly facts: ListingFacts
}

/** What may be the same among the listings of other publishers: of its own things a publisher says by its ids whether they are one. */
async function candidatesFor(tx: Queryable, feed: number, facts: ListingFacts): Promise<readonly Alike[]> {
  const { rows } = await tx.query<Alike>({
    name: 'listing-candidates',
    text: `SELECT source.listing, source.facts FROM referrals.listing_source AS source
      WHERE source.listing IN (SELECT listing FROM referrals.listing_key WHERE key = ANY($1))
        AND NOT EXISTS (SELECT FROM referrals.listing_source AS own WHERE own.listing = source.listing AND own.feed = $2)
      ORDER BY source.listing LIMIT 200`,
    values: [keysOf(facts), feed],
  })
  return rows
}

/** Finds the listing that an original belongs to, or makes one. @param alone whether no other feed has a listing @returns its id */
async function place(
  tx: Queryable,
  feed: Feed,
  { kind, id, facts, at }: Original & { readonly at: Date },
  { alone }: { readonly alone: boolean },
): Promise<string> {
  const rows = alone ? [] : await candidatesFor(tx, feed.number, facts)
  const alike = rows
    .map((row) => ({ listing: row.listing, ...likenessOf(facts, row.facts) }))
    .filter(({ score }) => score >= DOUBTFUL)
    .toSorted((one, other) => other.score - one.score)
  const [best] = alike
  const sure = best !== undefined && best.score >= SURE ? best : undefined
  const listing = sure?.listing ?? (await ofItsOwn(tx, feed, { kind, id, facts }, { alone }))
  await tx.query({
    name: 'listing-source-new',
    text: `INSERT INTO referrals.listing_source (feed, kind, item, listing, facts, score, decided_by, decided_at) VALUES ($1, $2, $3, $4, $5, $6, 'rule', $7)`,
    values: [feed.number, kind, id, listing, JSON.stringify(facts), sure?.score ?? null, at],
  })
  const doubted = new Map(
    alike
      .filter((one) => one.listing !== listing)
      .toReversed()
      .map((one) => [one.listing, one]),
  )
  // One that is surely the same as two listings says that these two may be one.
  const others = [...doubted.values()].filter(({ score }) => sure === undefined || score >= SURE)
  for (const other of others.slice(-3)) await doubt(tx, feed, { kind, id, at, own: listing }, other)
  return listing
}

/** Puts it to whoever owns the feed that an original, which is in a listing `own`, may be of this listing; once, from whichever side. */
async function doubt(
  tx: Queryable,
  feed: Feed,
  { kind, id, at, own }: Omit<Original, 'facts'> & { readonly at: Date; readonly own: string },
  { listing, score, says }: { readonly listing: string; readonly score: number; readonly says: string },
): Promise<void> {
  await tx.query({
    name: 'listing-doubt',
    text: `INSERT INTO referrals.listing_doubt (feed, kind, item, listing, score, says, owner, raised_at, due_at)
      SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE NOT EXISTS (
        SELECT FROM referrals.listing_doubt AS asked JOIN referrals.listing_source AS source USING (feed, kind, item)
        WHERE source.listing = $4 AND asked.listing = $10)
      ON CONFLICT DO NOTHING`,
    values: [feed.number, kind, id, listing, score, says, feed.owner, at, new Date(at.getTime() + DECIDE_WITHIN_MS), own],
  })
}

/**
 * A listing of an original's own: by its id always the same one, so that what comes back is itself again. Where that one has become a listing of others
 * meanwhile, another: nobody has said that they are one.
 *
 * @param apart from which listing it is to be apart
 */
async function ofItsOwn(
  tx: Queryable,
  feed: Feed,
  { kind, id, facts }: Original,
  { alone, apart }: { readonly alone: boolean; readonly apart?: string },
): Promise<string> {
  const key = `listing/${feed.name}/${kind}/${id}`
  const first = uuidFrom(key)
  const isOthers = apart === first || (!alone && (await otherSourcesOf(tx, first, feed.number)).length > 0)
  const listing = isOthers ? uuidFrom(`${key}/apart`) : first
  await tx.query({
    name: 'listing-new',
    text: `INSERT INTO referrals.listing (id, what, merged, open) VALUES ($1, $2, '{}', true) ON CONFLICT DO NOTHING`,
    values: [listing, facts.what],
  })
  return listing
}

async function otherSourcesOf(tx: Queryable, listing: string, feed: number): Promise<readonly ListingFacts[]> {
  const { rows } = await tx.query<{ facts: ListingFacts }>({
    name: 'listing-other-sources',
    text: 'SELECT facts FROM referrals.listing_source WHERE listing = $1 AND feed <> $2',
    values: [listing, feed],
  })
  return rows.map(({ facts }) => facts)
}

/**
 * An original says something new. One that a rule has put into a listing of others, and that is not surely the same any more, leaves it for one of its
 * own, and a person is asked; one that has become like another publisher's is put to a person too, and stays where it is. HAZ-R41
 *
 * @returns the listings that are to be made anew beside its own
 */
async function lookAgain(
  tx: Queryable,
  feed: Feed,
  original: Original & { readonly at: Date },
  listing: string,
): Promise<readonly string[]> {
  const { kind, id, facts } = original
  const others = await otherSourcesOf(tx, listing, feed.number)
  const likest = others.map((one) => likenessOf(facts, one)).toSorted((one, other) => other.score - one.score)[0]
  if (likest !== undefined && likest.score < SURE) {
    const own = await ofItsOwn(tx, feed, original, { alone: false, apart: listing })
    const { rowCount } = await tx.query({
      name: 'listing-leave',
      // What a person decided, a rule does not undo.
      text: `UPDATE referrals.listing_source SET listing = $4, score = NULL WHERE feed = $1 AND kind = $2 AND item = $3 AND decided_by = 'rule'`,
      values: [feed.number, kind, id, own],
    })
    if (rowCount === 0) return []
    await doubt(
      tx,
      feed,
      { ...original, own },
      { listing, score: likest.score, says: `They were one listing until what it says was changed. ${likest.says}` },
    )
    return [own]
  }
  const rows = await candidatesFor(tx, feed.number, facts)
  const alike = rows.map((row) => ({ listing: row.listing, ...likenessOf(facts, row.facts) })).filter(({ score }) => score >= DOUBTFUL)
  const each = new Map(alike.toSorted((one, other) => one.score - other.score).map((one) => [one.listing, one]))
  for (const one of [...each.values()].filter((one) => one.listing !== listing).slice(-3))
    await doubt(tx, feed, { ...original, own: listing }, one)
  return []
}

/** Makes these listings out of what is said of them now. One of which nothing is said any more is closed and keeps its last words. */
async function makeAnew(tx: Queryable, listings: readonly string[]): Promise<void> {
  const { rows } = await tx.query<{
    listing: string
    facts: ListingFacts
    name: string
    type: FeedType
    publisher: string
    licence: string
  }>({
    name: 'listing-sources',
    text: `SELECT source.listing, source.facts, feed.name, feed.type, feed.publisher, feed.licence
      FROM referrals.listing_source AS source JOIN referrals.feed ON feed.number = source.feed WHERE source.listing = ANY($1)`,
    values: [listings],
  })
  const byListing = Map.groupBy(rows, ({ listing }) => listing)
  const made = listings.map((id) => {
    const sources = (byListing.get(id) ?? []).map(({ name, ...row }): Source => ({ ...row, feed: name }))
    return { id, merged: merge(sources), keys: [...new Set(sources.flatMap(({ facts }) => keysOf(facts)))] }
  })
  const said = made.flatMap(({ id, merged }) => (merged === undefined ? [] : [{ id, merged }]))
  await tx.query({
    name: 'listing-made',
    text: `UPDATE referrals.listing SET merged = new.merged, open = (new.merged -> 'facts' ->> 'open')::boolean, publish = true
      FROM (SELECT * FROM unnest($1::uuid[], $2::jsonb[])) AS new (id, merged) WHERE listing.id = new.id AND listing.merged <> new.merged`,
    values: [said.map(({ id }) => id), said.map(({ merged }) => JSON.stringify(merged))],
  })
  await tx.query({
    name: 'listing-closed',
    text: `UPDATE referrals.listing SET open = false, merged = jsonb_set(merged, '{facts,open}', 'false'), publish = true WHERE id = ANY($1) AND open`,
    values: [made.flatMap(({ id, merged }) => (merged === undefined ? [id] : []))],
  })
  await tx.query({ name: 'listing-keys-gone', text: 'DELETE FROM referrals.listing_key WHERE listing = ANY($1)', values: [listings] })
  const keys = made.flatMap(({ id, keys: its }) => its.map((key) => ({ id, key })))
  await tx.query({
    name: 'listing-keys',
    text: 'INSERT INTO referrals.listing_key (key, listing) SELECT * FROM unnest($1::text[], $2::uuid[]) ON CONFLICT DO NOTHING',
    values: [keys.map(({ key }) => key), keys.map(({ id }) => id)],
  })
}
