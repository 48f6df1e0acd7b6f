/** Pages of a person's timeline, newest first, as one reader may see it. What cannot fit a filter is passed over by the database. */
import type { Resource } from '@medplum/fhirtypes'
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { bucketOfPatient } from '../domain/bucket.ts'
import type { Item } from '../domain/summary/material.ts'
import { namedIn } from '../domain/summary/named.ts'
import { BETWEEN, timelineEntry, type TimelineEntry } from '../domain/timeline/timeline-entry.ts'
import { fits, needlesOf, type Needle, type TimelineFilter } from '../domain/timeline/timeline-filter.ts'
import { readPredicate } from './access-sql.ts'
import { readDirectory } from './person-material.ts'
import type { ShowsInPart } from './shown-in-part.ts'

/** Where a page goes on: after this entry. */
export interface TimelinePosition {
  readonly id: string
  /** Milliseconds since 1970; absent where nobody knows when it was. */
  readonly at?: number
}

export interface TimelineRequest {
  readonly caller: Caller
  /** id of the Patient, whom the caller may see */
  readonly patient: string
  /** Types of the timeline that the caller's token covers. */
  readonly types: readonly string[]
  /** Whether it covers a type of the directory. */
  readonly mayRead: (type: string) => boolean
  readonly filter: TimelineFilter
  readonly from?: Date | undefined
  readonly before?: Date | undefined
  readonly count: number
  readonly after?: TimelinePosition | undefined
}

export interface TimelinePage {
  readonly entries: readonly TimelineEntry[]
  /** Absent on the last page. */
  readonly next?: TimelinePosition
}

interface Row {
  type: string
  id: string
  updated_at: Date
  patient: string
  author: string | null
  occurred_at: Date | null
  content: string
}

/** Rows read at once beyond what a page needs, since some may not fit after all. */
const SPARE = 50

export async function readTimeline(database: Queryable, inPart: ShowsInPart, request: TimelineRequest): Promise<TimelinePage> {
  const { filter, count } = request
  const through = filter.problem === undefined ? [] : await between(database, request, filter.problem)
  const needles = needlesOf(filter, through)
  const entries: TimelineEntry[] = []
  let position = request.after
  for (;;) {
    const limit = count - entries.length + (needles.length === 0 ? 1 : SPARE)
    const rows = await readRows(database, request, { needles, after: position, limit })
    const items = (await inPart.shown(request.caller, rows)).map(itemOf)
    const named = namedIn(
      items.map(({ resource }) => resource),
      items.map(({ author }) => author),
    ).filter((reference) => request.mayRead(reference.slice(0, reference.indexOf('/'))))
    const directory = await readDirectory(database, request.caller, named)
    const material = { directory, patient: PERSON(request.patient) }
    for (const [index, item] of items.entries()) {
      const row = rows[index]
      const entry = timelineEntry(item, material)
      if (entry !== undefined && fits(entry, item.text, item.author, filter, through)) {
        // One more fits than the page holds: the page ends where it stands.
        if (entries.length === count) return { entries, ...(position === undefined ? {} : { next: position }) }
        entries.push(entry)
      }
      if (row !== undefined) position = { id: row.id, ...(row.occurred_at === null ? {} : { at: row.occurred_at.getTime() }) }
    }
    if (rows.length < limit) return { entries }
  }
}

/** Requests, plans, goals and stays that name a problem: what names them belongs to it too. */
async function between(database: Queryable, request: TimelineRequest, problem: string): Promise<string[]> {
  const rows = await readRows(database, request, {
    needles: [{ any: [JSON.stringify(problem)] }],
    after: undefined,
    limit: 200,
    types: BETWEEN.filter(request.mayRead),
    always: true,
  })
  return rows.map(({ type, id }) => `${type}/${id}`)
}

interface Wanted {
  readonly needles: readonly Needle[]
  readonly after: TimelinePosition | undefined
  readonly limit: number
  readonly types?: readonly string[]
  /** Whatever the period. */
  readonly always?: boolean
}

async function readRows(database: Queryable, request: TimelineRequest, wanted: Wanted): Promise<Row[]> {
  const { caller, patient, from, before } = request
  const { needles, after, limit, types = request.types, always = false } = wanted
  const may = readPredicate(caller, 9 + needles.length * 2, '$1')
  const conditions = needles.map((_, index) => {
    const [any, lacking] = [`$${9 + index * 2}`, `$${10 + index * 2}`]
    return `AND (EXISTS (SELECT 1 FROM unnest(${any}::text[]) AS n(text) WHERE strpos(r.content, n.text) > 0) OR strpos(r.content, ${lacking}::text) = 0)`
  })
  const { rows } = await database.query<Row>({
    name: `timeline-${needles.length}-${may.shape}`,
    text: `SELECT r.type, r.id, r.patient, r.updated_at, r.parties[1] AS author, r.occurred_at, r.content
             FROM passport.resource r ${may.standing}
            WHERE r.patient = $1 AND r.bucket = ANY(ARRAY(SELECT $2::smallint UNION ALL SELECT bucket FROM passport.strayed WHERE patient = $1))
              AND NOT r.deleted AND r.type = ANY($3::text[])
              AND ($4::timestamptz IS NULL OR r.occurred_at >= $4) AND ($5::timestamptz IS NULL OR r.occurred_at < $5)
              AND ($6::text IS NULL OR CASE WHEN $7::timestamptz IS NULL THEN r.occurred_at IS NULL AND r.id < $6
                   ELSE r.occurred_at IS NULL OR (r.occurred_at, r.id) < ($7, $6) END)
              ${conditions.join(' ')} AND ${may.sql}
            ORDER BY r.occurred_at DESC NULLS LAST, r.id DESC LIMIT $8`,
    values: [
      patient,
      bucketOfPatient(patient),
      types,
      always ? null : (from ?? null),
      always ? null : (before ?? null),
      after?.id ?? null,
      after?.at === undefined ? null : new Date(after.at),
      limit,
      ...needles.flatMap(({ any, lacking }) => [any, lacking ?? null]),
      ...may.values,
    ],
  })
  return rows
}

function itemOf({ type, id, updated_at, author, content }: Row): Item {
  return {
    reference: `${type}/${id}`,
    resource: JSON.parse(content) as Resource,
    text: content,
    receivedAt: updated_at.toISOString(),
    author: author ?? '',
  }
}

/** The person of the timeline is named by no entry of it. */
const PERSON = (id: string): Item<Extract<Resource, { resourceType: 'Patient' }>> => ({
  reference: `Patient/${id}`,
  resource: { resourceType: 'Patient', id },
  text: '',
  receivedAt: '',
  author: '',
})
