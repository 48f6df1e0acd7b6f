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
