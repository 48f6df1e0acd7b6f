/** Reports as they were published: made once from the facts of a quarter, and never again. */
import { createHash } from 'node:crypto'
import type { Database } from '@platform/service/database'
import { publishTable, type Counted, type PublishedTable } from '../../domain/reports/publish.ts'
import { daysOf, quarterNumber, quarterOfNumber, type Quarter } from '../../domain/reports/quarter.ts'
import { TABLES, type TableDefinition } from '../../domain/reports/tables.ts'
import type { FactStore } from './fact-store.ts'

/** A table of places that a quarter was counted with. */
export interface CountedWith {
  readonly nation: string
  readonly name: string
  readonly edition: string
  readonly licence: string
}

/** A report of one quarter about one area or organisation. */
export interface Report {
  readonly quarter: Quarter
  /** Id of an area, or `Organization/<id>`. */
  readonly subject: string
  readonly tables: readonly PublishedTable[]
  readonly publishedAt: Date
  /** SHA-256 of the tables as they are stored. */
  readonly digest: string
}

/** When a quarter was published. */
export interface PublishedQuarter {
  readonly quarter: Quarter
  readonly publishedAt: Date
  /** How far the record had been read by then, real time. */
  readonly readTo: Date
  /** None: nothing of it was counted by place. */
  readonly places: readonly CountedWith[]
}

export interface ReportStore {
  /** Publishes every quarter that ended long enough ago and was not yet; the quarters it published. */
  publishDue(now: Date): Promise<readonly Quarter[]>
  /** Quarters that were published, the newest first. */
  published(): Promise<readonly PublishedQuarter[]>
  /** A report; nothing where none was published. */
  read(quarter: Quarter, subject: string): Promise<Report | undefined>
}

/** How long after its end a quarter is published: sessions on paper are entered, and stays end, for some weeks. */
export const PUBLISHED_AFTER_DAYS = 28
const DAY_MS = 86_400_000
const LOCK = 7_311_904_226 // any fixed number: one process publishes at a time

/** @param areas ids of the fixed areas */
export function reportStore(database: Database, facts: FactStore, areas: readonly string[]): ReportStore {
  return {
    async publishDue(now) {
      const done = new Set((await published()).map(({ quarter }) => quarter))
      const due = (await facts.quarters()).filter(
        (quarter) => !done.has(quarter) && Date.parse(daysOf(quarter).until) + PUBLISHED_AFTER_DAYS * DAY_MS <= now.getTime(),
      )
      const made: Quarter[] = []
      for (const quarter of due) if (await publish(quarter, now)) made.push(quarter)
      return made
    },
    published,
    async read(quarter, subject) {
      const { rows } = await database.query<{ content: string; digest: string; published_at: Date }>({
        name: 'report-read',
        text: 'SELECT content, digest, published_at FROM passport.report WHERE quarter = $1 AND subject = $2',
        values: [quarterNumber(quarter), subject],
      })
      const [row] = rows
      if (row === undefined) return undefined
      return { quarter, subject, tables: JSON.parse(row.content) as PublishedTable[], publishedAt: row.published_at, digest: row.digest }
    },
  }

  async function published(): Promise<readonly PublishedQuarter[]> {
    const { rows } = await database.query<{ quarter: number; published_at: Date; read_to: Date; places: string }>({
      name: 'report-quarters',
      text: 'SELECT quarter, published_at, read_to, places FROM passport.report_quarter ORDER BY quarter DESC',
    })
    return rows.map(({ quarter, published_at, read_to, places }) => ({
      quarter: quarterOfNumber(quarter),
      publishedAt: published_at,
      readTo: read_to,
      places: ((JSON.parse(places) as CountedWith[] | null) ?? []).map(({ nation, name, edition, licence }) => ({
        nation,
        name,
        edition,
        licence,
      })),
    }))
  }

  /** One state of the facts for all tables of the quarter, whoever writes meanwhile. */
  function publish(quarter: Quarter, now: Date): Promise<boolean> {
    return database.transaction(
      async (tx) => {
        await tx.query({ text: 'SELECT pg_advisory_xact_lock($1)', values: [LOCK] })
        const { rowCount } = await tx.query({
          text: `INSERT INTO passport.report_quarter (quarter, published_at, read_to, places)
                 SELECT $1, $2, coalesce((SELECT read_to FROM passport.fact_cursor), to_timestamp(0)),
                        coalesce((SELECT places FROM passport.fact_cursor), '[]') ON CONFLICT DO NOTHING`,
          values: [quarterNumber(quarter), now],
        })
        if (rowCount === 0) return false
        const counted: (readonly [TableDefinition, ReadonlyMap<string, readonly Counted[]>])[] = []
        for (const table of TABLES) counted.push([table, await facts.count(tx, table, quarter)])
        // An area without anything is published too: nothing happened is an answer. An organisation is, once something of it is counted.
        const organizations = new Set(counted.flatMap(([{ of }, bySubject]) => (of === 'organization' ? [...bySubject.keys()] : [])))
        const tablesOf = new Map<string, readonly PublishedTable[]>(
          [...areas.map((area) => ['area', area] as const), ...[...organizations].map((one) => ['organization', one] as const)].map(
            ([of, subject]) => [
              subject,
              counted.filter(([table]) => table.of === of).map(([table, bySubject]) => publishTable(table, bySubject.get(subject) ?? [])),
            ],
          ),
        )
        for (const [subject, tables] of tablesOf) {
          const content = JSON.stringify(tables)
          await tx.query({
            text: 'INSERT INTO passport.report (quarter, subject, content, digest, published_at) VALUES ($1, $2, $3, $4, $5)',
            values: [quarterNumber(quarter), subject, content, createHash('sha256').update(content).digest('hex'), now],
          })
        }
        return true
      },
      { isolation: 'repeatable read' },
    )
  }
}
