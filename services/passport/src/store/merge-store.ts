/**
 * Two records of one person become one, and two again, each in one transaction. What moved is remembered row by row. Whoever may do it is
 * decided before; what it changes of access is said by `stanceOf`.
 */
import { randomUUID } from 'node:crypto'
import { parseJson } from '@platform/fhir/json'
import type { Queryable } from '@platform/service/database'
import { bucketOfPatient, mintId } from '../domain/bucket.ts'
import { aboutAnother, apart, backAgain, goingAlong, replaced, replacing, type Stands } from '../domain/access/merge.ts'
import type { Relationship } from '../domain/access/relationship.ts'
import { KINDS } from '../domain/access/policy.ts'
import { prepareWrite, type Write } from '../domain/prepare-write.ts'
import type { FhirResource } from '../domain/references.ts'
import { understood } from '../domain/references.ts'
import { clientAuthor } from './access-sql.ts'
import type { AuditEntry } from './audit-store.ts'
import type { RecordDependencies } from './change-record.ts'
import { sayClosed } from './closed-to.ts'
import { HUB } from './hub-caller.ts'
import { lockAll } from './resolve-conditions.ts'
import { commit, rowsForRules, VersionConflict, type Row } from './record-store.ts'

/** How every party stands to a person now. */
export async function stanceOf(database: Queryable, patient: string): Promise<Stands[]> {
  const { rows } = await database.query<{ party: string; how: string }>({
    name: 'stance',
    text: `SELECT DISTINCT party, kind || ' ' || classes AS how FROM passport.relationship WHERE patient = $1 AND ends > now() ORDER BY party, how`,
    values: [patient],
  })
  return rows
}

export interface MergeFacts {
  readonly source: string
  readonly target: string
  /** The target as it shall be, before what the merge itself adds; as it is when absent. */
  readonly result?: FhirResource | undefined
  /** The Task that asks somebody to look at what moved, made when it is known how much. */
  readonly review: (moved: number, stayed: readonly string[]) => FhirResource
  readonly at: Date
  readonly audit: Omit<AuditEntry, 'people' | 'entity' | 'at'>
}

export interface Merged {
  readonly moved: number
  readonly task: string
  /** What was written while the two were one and stays with the target, as references. */
  readonly stayed: readonly string[]
}

const ATTEMPTS = 8

/** Decides again what met a faster writer. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof VersionConflict) || attempt >= ATTEMPTS) throw error
    }
  }
}

/** @returns nothing when one of the two is no more, or was replaced already */
export async function mergeRecords(dependencies: RecordDependencies, facts: MergeFacts): Promise<Merged | undefined> {
  const { source, target, at } = facts
  const merged = await again(() =>
    dependencies.database.transaction(async (tx) => {
      await lockAll(tx, [`merge ${source}`, `merge ${target}`])
      const [from, into] = await patients(tx, source, target)
      if (from === undefined || into === undefined) return undefined
      const rows = (await rowsOf(tx, source)).filter(({ type, id }) => !(type === 'Patient' && id === source))
      const living = rows.filter(({ deleted }) => !deleted)
      const move = mover(dependencies, facts, await relationshipsFromRows(tx, [...living, from, into]), { from: source, to: target })
      const goes = exactOf(from)
      const stays = facts.result === undefined ? exactOf(into) : facts.result
      const writes = [
        ...living.map((row) => move(row, exactOf(row))),
        move(from, replaced(goes, target)),
        move(into, replacing(stays, goes, source)),
      ]
      const { rows: made } = await tx.query<{ id: string }>({
        text: 'INSERT INTO passport.merge (source, target, merged_at) VALUES ($1, $2, $3) RETURNING id::text',
        values: [source, target, at],
      })
      const merge = made[0]?.id ?? ''
      await remember(tx, merge, [
        ...writes.map(({ bucket, type, id, version }) => ({ bucket, type, id, before: version - 1, after: version })),
        ...rows
          .filter(({ deleted }) => deleted)
          .map(({ bucket, type, id, version }) => ({ bucket, type, id, before: version, after: version })),
      ])
      const review = newRow(dependencies, facts, facts.review(living.length, []))
      await save(tx, [...writes, review], facts)
      await pastFollows(tx, merge, { from: source, to: target })
      return { moved: living.length, task: review.id, stayed: [] }
    }),
  )
  if (merged !== undefined) dependencies.changed(['Patient', 'Task'])
  return merged
}

export interface HeldMerge {
  readonly id: string
  readonly target: string
  readonly mergedAt: Date
}

/** The merge that a record went in, while it holds. */
export async function heldMerge(database: Queryable, source: string): Promise<HeldMerge | undefined> {
  const { rows } = await database.query<{ id: string; target: string; merged_at: Date }>({
    name: 'held-merge',
    text: 'SELECT id::text, target, merged_at FROM passport.merge WHERE source = $1 AND unmerged_at IS NULL',
    values: [source],
  })
  const [row] = rows
  return row === undefined ? undefined : { id: row.id, target: row.target, mergedAt: row.merged_at }
}

/** @returns nothing when the merge no longer holds, or the target itself went into another record since: that has to be undone first */
export async function unmergeRecords(
  dependencies: RecordDependencies,
  facts: Omit<MergeFacts, 'target' | 'result'>,
): Promise<(Merged & { readonly target: string }) | undefined> {
  const { source, at } = facts
  const { baseUrl } = dependencies
  const undone = await again(() =>
    dependencies.database.transaction(async (tx) => {
      const known = await heldMerge(tx, source)
      if (known === undefined) return undefined
      const { target, id: merge, mergedAt } = known
      await lockAll(tx, [`merge ${source}`, `merge ${target}`])
      if ((await heldMerge(tx, source))?.id !== merge || (await heldMerge(tx, target)) !== undefined) return undefined
      const remembered = new Map((await rememberedOf(tx, merge)).map((one) => [`${one.type}/${one.id}`, one]))
      const rows = (await rowsForRules(tx, [...remembered.values()])).filter(
        // What was corrected to somebody else meanwhile is theirs.
        ({ patient, type, id }) => patient === target || (type === 'Patient' && id === target),
      )
      const present = rows.filter(({ deleted }) => !deleted)
      const fresh = (await rowsOf(tx, target, mergedAt)).filter(({ type, id, deleted }) => !deleted && !remembered.has(`${type}/${id}`))
      const going = new Set(present.filter(({ id }) => id !== target).map(({ type, id }) => `${type}/${id}`))
      const along = goingAlong(
        fresh.map((row) => ({ reference: `${row.type}/${row.id}`, resource: understood(exactOf(row), baseUrl) })),
        going,
      )
      const followers = fresh.filter(({ type, id }) => along.has(`${type}/${id}`))
      const before = await contentsBefore(tx, merge)
      const back = { from: target, to: source }
      const move = mover(dependencies, facts, await relationshipsFromRows(tx, [...present, ...followers]), back)
      const writes = [
        ...present.map((row) => {
          const reference = `${row.type}/${row.id}`
          const was = parsed(before.get(reference) ?? row.content)
          if (row.version === remembered.get(reference)?.after) return move(row, was, 'as it is')
          if (reference === `Patient/${target}`) return move(row, apart(exactOf(row), { before: was, other: source }), 'as it is')
          if (reference === `Patient/${source}`) return move(row, backAgain(exactOf(row), { before: was, other: target }), 'as it is')
          return move(row, exactOf(row))
        }),
        ...followers.map((row) => move(row, exactOf(row))),
      ]
      await tx.query({ text: 'UPDATE passport.merge SET unmerged_at = $2 WHERE id = $1', values: [merge, at] })
      const stayed = fresh.flatMap(({ type, id }) => (along.has(`${type}/${id}`) ? [] : [`${type}/${id}`]))
      const review = newRow(dependencies, { at }, facts.review(writes.length, stayed))
      await save(tx, [...writes, review], facts)
      await pastGoesBack(tx, merge, { from: target, to: source })
      return { moved: writes.length, task: review.id, stayed, target }
    }),
  )
  if (undone !== undefined) dependencies.changed(['Patient', 'Task'])
  return undone
}

/** The two Patients, when both are there and neither was replaced. */
async function patients(tx: Queryable, source: string, target: string): Promise<[Row | undefined, Row | undefined]> {
  const rows = await rowsForRules(tx, [
    { type: 'Patient', id: source },
    { type: 'Patient', id: target },
  ])
  const of = (id: string) => rows.find((row) => row.id === id && !row.deleted && row.patient === id)
  return [of(source), of(target)]
}

const COLUMNS = 'r.bucket, r.type, r.id, r.version, r.updated_at AS "updatedAt", r.deleted, r.patient, r.classes, r.parties, r.content'

/** Everything of a person, deleted rows too, in whatever bucket; or only what was first written since an instant. */
async function rowsOf(tx: Queryable, patient: string, since?: Date): Promise<Row[]> {
  const { rows } = await tx.query<Row>({
    text: `SELECT ${COLUMNS} FROM passport.resource r
            WHERE r.patient = $1 AND r.bucket = ANY(ARRAY(SELECT $2::smallint UNION ALL SELECT bucket FROM passport.strayed WHERE patient = $1))
              AND ($3::timestamptz IS NULL OR coalesce((SELECT h.updated_at FROM passport.history h
                    WHERE h.bucket = r.bucket AND h.type = r.type AND h.id = r.id AND h.version = 1), r.updated_at) >= $3)
            ORDER BY r.type, r.id`,
    values: [patient, bucketOfPatient(patient), since ?? null],
  })
  return rows
}

interface RememberedRow {
  readonly bucket: number
  readonly type: string
  readonly id: string
  readonly before: number
  readonly after: number
}

async function remember(tx: Queryable, merge: string, rows: readonly RememberedRow[]): Promise<void> {
  await tx.query({
    text: `INSERT INTO passport.merged_row (merge, bucket, type, id, before, after)
           SELECT $1, * FROM unnest($2::smallint[], $3::text[], $4::text[], $5::integer[], $6::integer[])`,
    values: [
      merge,
      rows.map((r) => r.bucket),
      rows.map((r) => r.type),
      rows.map((r) => r.id),
      rows.map((r) => r.before),
      rows.map((r) => r.after),
    ],
  })
}

async function rememberedOf(tx: Queryable, merge: string): Promise<RememberedRow[]> {
  const { rows } = await tx.query<RememberedRow>({
    text: 'SELECT bucket, type, id, before, after FROM passport.merged_row WHERE merge = $1 ORDER BY type, id',
    values: [merge],
  })
  return rows
}

/** Each row that moved as it was before, by reference. */
async function contentsBefore(tx: Queryable, merge: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await tx.query<{ reference: string; content: string }>({
    text: `SELECT m.type || '/' || m.id AS reference, h.content FROM passport.merged_row m
             JOIN passport.history h ON h.bucket = m.bucket AND h.type = m.type AND h.id = m.id AND h.version = m.before
            WHERE m.merge = $1 AND m.before < m.after`,
    values: [merge],
  })
  return new Map(rows.map(({ reference, content }) => [reference, content]))
}

/**
 * Earlier versions, and what was deleted, follow to the target, so that whoever sees the row sees its past. Versions that were about somebody
 * else stay theirs, and the Patient that stays keeps its own.
 */
async function pastFollows(tx: Queryable, merge: string, { from, to }: { from: string; to: string }): Promise<void> {
  await tx.query({
    text: `WITH followed AS (
             UPDATE passport.history h SET patient = $3 FROM passport.merged_row m
              WHERE m.merge = $1 AND h.bucket = m.bucket AND h.type = m.type AND h.id = m.id AND h.patient = $2
             RETURNING h.type, h.id, h.version)
           UPDATE passport.merged_row m SET past = f.versions
             FROM (SELECT type, id, array_agg(version) AS versions FROM followed GROUP BY type, id) f
            WHERE m.merge = $1 AND m.type = f.type AND m.id = f.id`,
    values: [merge, from, to],
  })
  await deletedFollow(tx, merge, { from, to })
}

/** What followed goes back, and what was written of those rows while the two were one. */
async function pastGoesBack(tx: Queryable, merge: string, { from, to }: { from: string; to: string }): Promise<void> {
  await tx.query({
    text: `UPDATE passport.history h SET patient = $3 FROM passport.merged_row m
            WHERE m.merge = $1 AND h.bucket = m.bucket AND h.type = m.type AND h.id = m.id AND h.patient = $2
              AND NOT (m.type = 'Patient' AND m.id = $2) AND (h.version = ANY(m.past) OR h.version >= m.after)`,
    values: [merge, from, to],
  })
  await deletedFollow(tx, merge, { from, to })
}

async function deletedFollow(tx: Queryable, merge: string, { from, to }: { from: string; to: string }): Promise<void> {
  await tx.query({
    text: `UPDATE passport.resource r SET patient = $3 FROM passport.merged_row m
            WHERE m.merge = $1 AND r.bucket = m.bucket AND r.type = m.type AND r.id = m.id AND r.patient = $2 AND r.deleted`,
    values: [merge, from, to],
  })
  await tx.query({
    text: `INSERT INTO passport.strayed (patient, bucket)
           SELECT DISTINCT $2, bucket FROM passport.merged_row WHERE merge = $1 AND bucket <> $3 ON CONFLICT DO NOTHING`,
    values: [merge, to, bucketOfPatient(to)],
  })
}

type StoredRelationship = Relationship & { readonly source: string }

/** Who stands how to whom by these rows, as it is stored: what a writer could not make for himself is not made by a merge either. */
async function relationshipsFromRows(tx: Queryable, rows: readonly Row[]): Promise<ReadonlyMap<string, StoredRelationship[]>> {
  const { rows: found } = await tx.query<{
    patient: string
    party: string
    kind: number
    source: string
    starts: string
    ends: string
    classes: number
    referral: string | null
  }>({
    text: `SELECT patient, party, kind, source, starts::text, ends::text, classes, referral FROM passport.relationship WHERE source = ANY($1::text[])`,
    values: [rows.map(({ type, id }) => `${type}/${id}`)],
  })
  return Map.groupBy(
    found.flatMap(({ kind, starts, ends, referral, ...rest }): StoredRelationship[] => {
      const name = KINDS[kind - 1]
      return name === undefined ? [] : [{ ...rest, kind: name, during: { starts, ends }, referral: referral ?? undefined }]
    }),
    ({ source }) => source,
  )
}

/** Makes the next version of a row, its references turned from one person to the other unless it is given as it is to be. */
function mover(
  { baseUrl, extract }: RecordDependencies,
  { at }: { readonly at: Date },
  relationships: ReadonlyMap<string, StoredRelationship[]>,
  { from, to }: { from: string; to: string },
) {
  return (row: Row, content: FhirResource, how: 'turned' | 'as it is' = row.type === 'Patient' ? 'as it is' : 'turned'): Write => {
    const exact = how === 'turned' ? aboutAnother(content, { from, to, baseUrl }) : content
    const resource = understood(plainly(exact), baseUrl)
    const author = row.parties[0] ?? clientAuthor(HUB)
    const write = prepareWrite({ exact, resource, id: row.id, version: row.version + 1, bucket: row.bucket, at, author }, extract)
    const stored = relationships.get(`${row.type}/${row.id}`) ?? []
    return { ...write, relationships: stored.map((one) => ({ ...one, patient: write.patient ?? one.patient })) }
  }
}

function newRow({ extract }: RecordDependencies, { at }: { readonly at: Date }, resource: FhirResource): Write {
  const uuid = randomUUID()
  const patient = /^Patient\/(.+)$/.exec(String((resource['for'] as { reference?: string } | undefined)?.reference ?? ''))?.[1] ?? uuid
  const bucket = bucketOfPatient(patient)
  return prepareWrite(
    { exact: resource, resource, id: mintId(bucket, { at, uuid }), version: 1, bucket, at, author: clientAuthor(HUB) },
    extract,
  )
}

async function save(tx: Queryable, writes: readonly Write[], { at, audit }: Pick<MergeFacts, 'at' | 'audit'>): Promise<void> {
  const people = [
    ...new Set(
      writes.flatMap(({ type, id, patient }) => [...(patient === undefined ? [] : [patient]), ...(type === 'Patient' ? [id] : [])]),
    ),
  ]
  await commit(tx, { writes: await sayClosed(tx, writes), at, audit: { ...audit, at, entity: 'Bundle', people } })
}

const parsed = (content: string): FhirResource => parseJson(content).exact as FhirResource
const exactOf = (row: Row): FhirResource => parsed(row.content)
const plainly = (exact: FhirResource): FhirResource => JSON.parse(JSON.stringify(exact)) as FhirResource
