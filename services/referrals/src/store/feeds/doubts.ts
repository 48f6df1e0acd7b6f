/** What a person has to decide about listings: two of different publishers that may be one, or one of a publisher that may be ours. */
import type { Database } from '@platform/service/database'

/** Two that may be one. */
export interface Doubt {
  readonly number: number
  readonly score: number
  readonly says: string
  readonly owner: string
  readonly raisedAt: Date
  readonly dueAt: Date
  /** What the two are called, and who publishes them. */
  readonly one: string
  readonly other: string
}

/** A service of our own that a listing may be. */
export interface OwnAlike {
  /** `HealthcareService/<id>` */
  readonly reference: string
  readonly score: number
  readonly says: string
}

/** How long whoever owns a feed has to decide, in milliseconds. */
export const DECIDE_WITHIN_MS = 14 * 86_400_000

/** Everything that nobody has decided, the first due first. */
export async function readDoubts(database: Database): Promise<readonly Doubt[]> {
  const { rows } = await database.query<DoubtRow>({ name: 'listing-doubts', text: DOUBTS })
  return rows.map(({ number, raised_at: raisedAt, due_at: dueAt, ...row }) => ({ ...row, number: Number(number), raisedAt, dueAt }))
}

/** A doubt as whoever publishes one of the two sees it. */
export interface OwnDoubt {
  /** Their feed that it comes from, by name. */
  readonly feed: string
  /** What theirs is called. */
  readonly name: string
  /** What the other one is called. */
  readonly other: string
  /** Who publishes the other one; absent where the hub lists it itself. */
  readonly publisher?: string
  readonly says: string
  readonly raisedAt: Date
  readonly dueAt: Date
  /** The other publisher says that the organisation itself has closed. */
  readonly isClosure: boolean
}

/** What nobody has decided about listings of an organisation's feeds, the first due first. */
export async function readDoubtsOf(database: Database, organization: string): Promise<readonly OwnDoubt[]> {
  const { rows } = await database.query<OwnDoubtRow>({ name: 'listing-doubts-of', text: DOUBTS_OF, values: [organization] })
  return rows.map(({ raised_at: raisedAt, due_at: dueAt, is_closure: isClosure, publisher, ...row }) => ({
    ...row,
    raisedAt,
    dueAt,
    isClosure,
    ...(publisher === null ? {} : { publisher }),
  }))
}

/** Puts it to whoever owns the feed that a listing may be this service of our own; once. */
export async function doubtOwn(database: Database, listing: string, { reference, score, says }: OwnAlike, at: Date): Promise<void> {
  const text = `INSERT INTO referrals.listing_doubt (feed, kind, item, listing, own, score, says, owner, raised_at, due_at)
    SELECT source.feed, source.kind, source.item, source.listing, $2, $3, $4, feed.owner, $5, $6
      FROM referrals.listing_source AS source JOIN referrals.feed ON feed.number = source.feed
      WHERE source.listing = $1 ORDER BY source.feed, source.kind, source.item LIMIT 1
    ON CONFLICT DO NOTHING`
  const values = [listing, reference, score, says, at, new Date(at.getTime() + DECIDE_WITHIN_MS)]
  await database.query({ name: 'listing-doubt-own', text, values })
}

/** What is put to a person of an organisation that a feed says has closed. */
const CLOSED_SAYS =
  'It says that this organisation has closed. Until it says otherwise, or a person does, the organisation is not offered and its open steps are put before their coordinators. "same": it has closed; "different": it is open.'

/** Puts it to whoever owns the feed that an organisation of the record has closed; what was put so is past once the feed says that it is open. */
export async function doubtClosure(
  database: Database,
  listing: string,
  { organization, open }: { readonly organization: string; readonly open: boolean },
  at: Date,
): Promise<void> {
  if (!open) return doubtOwn(database, listing, { reference: organization, score: 1, says: CLOSED_SAYS }, at)
  const text = 'DELETE FROM referrals.listing_doubt WHERE listing = $1 AND own = $2'
  await database.query({ name: 'listing-doubt-closure-past', text, values: [listing, organization] })
}

interface DoubtRow {
  readonly number: string
  readonly score: number
  readonly says: string
  readonly owner: string
  readonly raised_at: Date
  readonly due_at: Date
  readonly one: string
  readonly other: string
}

const DOUBTS = `
  SELECT doubt.number, doubt.score, doubt.says, doubt.owner, doubt.raised_at, doubt.due_at,
    coalesce(source.facts ->> 'name', doubt.item) || ' (' || feed.publisher || ', ' || feed.name || '/' || doubt.kind || '/' || doubt.item || ')' AS one,
    (listing.merged -> 'facts' ->> 'name') || CASE WHEN own IS NULL THEN '' ELSE ' (our own, ' || own || ')' END || ' (' || coalesce(listing.merged -> 'sources' -> 0 ->> 'publisher', 'nobody') || ', ' || listing.id || ')' AS other
  FROM referrals.listing_doubt AS doubt JOIN referrals.feed ON feed.number = doubt.feed JOIN referrals.listing ON listing.id = doubt.listing
    LEFT JOIN referrals.listing_source AS source ON source.feed = doubt.feed AND source.kind = doubt.kind AND source.item = doubt.item
  WHERE outcome IS NULL ORDER BY doubt.due_at, doubt.number`

interface OwnDoubtRow {
  readonly feed: string
  readonly name: string
  readonly other: string
  readonly publisher: string | null
  readonly says: string
  readonly raised_at: Date
  readonly due_at: Date
  readonly is_closure: boolean
}

// Theirs is the item that was read, or else an original of the listing that it may be.
const DOUBTS_OF = `
  SELECT coalesce(mine.name, feed.name) AS feed,
    CASE WHEN mine.name IS NULL THEN item_name ELSE listing_name END AS name,
    CASE WHEN mine.name IS NULL THEN listing_name ELSE item_name END AS other,
    CASE WHEN mine.name IS NOT NULL OR doubt.own = $1 THEN feed.publisher WHEN own IS NOT NULL THEN NULL ELSE listing.merged -> 'sources' -> 0 ->> 'publisher' END AS publisher,
    doubt.says, doubt.raised_at, doubt.due_at, doubt.own IS NOT DISTINCT FROM $1 AS is_closure
  FROM referrals.listing_doubt AS doubt JOIN referrals.feed ON feed.number = doubt.feed JOIN referrals.listing ON listing.id = doubt.listing
    LEFT JOIN referrals.listing_source AS source ON source.feed = doubt.feed AND source.kind = doubt.kind AND source.item = doubt.item
    CROSS JOIN LATERAL (SELECT coalesce(source.facts ->> 'name', doubt.item) AS item_name, listing.merged -> 'facts' ->> 'name' AS listing_name) AS called
    LEFT JOIN LATERAL (SELECT theirs.name FROM referrals.listing_source AS of_listing JOIN referrals.feed AS theirs ON theirs.number = of_listing.feed
      WHERE of_listing.listing = doubt.listing AND theirs.organization = $1 AND feed.organization IS DISTINCT FROM $1
      ORDER BY theirs.name LIMIT 1) AS mine ON true
  WHERE doubt.outcome IS NULL AND (feed.organization = $1 OR mine.name IS NOT NULL OR doubt.own = $1)
  ORDER BY doubt.due_at, doubt.number`
