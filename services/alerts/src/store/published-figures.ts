/** Figures of alerts as they were published: made once of each quarter, and never again. docs/decisions/0281 */
import { createHash } from 'node:crypto'
import type { Database } from '@platform/service/database'
import { newestToPublish, publishedAlerts, quartersToPublish, quarterToPublish, type PublishedAlerts } from '../domain/published-figures.ts'
import { figuresIn } from './figures.ts'

/** What was published. */
export interface PublishedFigures {
  /** Publishes every quarter since the first stay that has been over for long enough and was not yet. @returns the quarters it published */
  publishDue(now: Date): Promise<readonly string[]>
  /** The rows of a quarter such as `2026-Q3`, the same text for ever; nothing where none was published. */
  read(quarter: string): Promise<{ readonly rows: readonly PublishedAlerts[]; readonly publishedAt: Date } | undefined>
}

const LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('alerts published figures', 0))"

/** Opens them. */
export function publishedFiguresIn(database: Database): PublishedFigures {
  /** The newest quarter that was due when everything due was published: until another one is, there is nothing to look for. */
  let upTo: string | undefined

  return {
    async publishDue(now) {
      if (newestToPublish(now) === upTo) return []
      const { rows } = await database.query<{ first: Date | null; done: string[] }>({ name: 'published-quarters', text: QUARTERS })
      const [{ first, done } = { first: null, done: [] }] = rows
      const due = first === null ? [] : quartersToPublish(first, now).filter((quarter) => !done.includes(quarter))
      const made: string[] = []
      for (const quarter of due) if (await publish(quarter, now)) made.push(quarter)
      upTo = newestToPublish(now)
      return made
    },
    async read(quarter) {
      const { rows } = await database.query<{ published_at: Date; content: string[] }>({
        name: 'published-read',
        text: READ,
        values: [quarter],
      })
      const [row] = rows
      return row === undefined
        ? undefined
        : { rows: row.content.map((content) => JSON.parse(content) as PublishedAlerts), publishedAt: row.published_at }
    },
  }

  /** One state of the stays for all rows of the quarter, whoever writes meanwhile. */
  function publish(quarter: string, now: Date): Promise<boolean> {
    return database.transaction(
      async (tx) => {
        await tx.query({ name: 'published-lock', text: LOCK })
        const days = quarterToPublish(quarter, now)
        if (days === undefined) return false
        const content = (await figuresIn(tx).counted(days.from, days.to)).map((counted) => JSON.stringify(publishedAlerts(counted)))
        const digest = createHash('sha256').update(content.join('\n')).digest('hex')
        const { rowCount } = await tx.query({ name: 'published-quarter', text: PUBLISH, values: [quarter, now, digest] })
        if (rowCount === 0) return false
        await tx.query({ name: 'published-rows', text: ROWS, values: [quarter, content] })
        return true
      },
      { isolation: 'repeatable read' },
    )
  }
}

const QUARTERS = `
  SELECT (SELECT min(raised_at) FROM alerts.stay) AS first, ARRAY(SELECT quarter FROM alerts.published_quarter) AS done`
const READ = `
  SELECT published_at, ARRAY(SELECT content FROM alerts.published_figures AS figures WHERE figures.quarter = published.quarter ORDER BY position) AS content
  FROM alerts.published_quarter AS published WHERE quarter = $1`
const PUBLISH = 'INSERT INTO alerts.published_quarter (quarter, published_at, digest) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING'
const ROWS = `
  INSERT INTO alerts.published_figures (quarter, position, content)
  SELECT $1, position, content FROM unnest($2::text[]) WITH ORDINALITY AS given (content, position)`
