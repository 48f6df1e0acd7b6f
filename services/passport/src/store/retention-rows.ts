/** What retention is reckoned from, and what is disposed of. */
import type { Database, Queryable } from '@platform/service/database'
import { bucketOfPatient } from '../domain/bucket.ts'
import type { ClockedEntry, KeptEntry } from '../domain/retention/clock.ts'
import type { FhirResource } from '../domain/references.ts'

/** A person with everything that is kept of them, and the organisations that contributed. */
export interface KeptRecord {
  readonly patient: FhirResource
  readonly entries: readonly KeptEntry[]
  readonly organizations: ReadonlyMap<string, FhirResource>
}

interface Stored {
  type: string
  id: string
  version: number
  classes: number
  parties: string[]
  at: Date
  content: string | null
}

/** Whoever asks: the last contact is that of all entries. Nothing of this is disclosed but by the clock. */
export async function readKept(database: Queryable, patient: string): Promise<KeptRecord | undefined> {
  const { rows } = await database.query<Stored>({
    name: 'retention-of-person',
    text: `SELECT r.type, r.id, r.version, r.classes, r.parties, coalesce(r.occurred_at, r.updated_at) AS at, CASE WHEN r.type = 'Patient' AND r.id = $1 THEN r.content END AS content
             FROM passport.resource r
            WHERE r.patient = $1 AND r.bucket = ANY(ARRAY(SELECT $2::smallint UNION ALL SELECT bucket FROM passport.strayed WHERE patient = $1)) AND NOT r.deleted
            ORDER BY r.type, r.id`,
    values: [patient, bucketOfPatient(patient)],
  })
  const person = rows.find(({ content }) => content !== null)
  if (person === undefined || person.content === null) return undefined
  const parties = [...new Set(rows.flatMap((row) => row.parties))].filter((party) => party.startsWith('Organization/'))
  const { rows: organizations } = await database.query<{ id: string; content: string }>({
    name: 'retention-organizations',
    text: `SELECT id, content FROM passport.resource WHERE type = 'Organization' AND id = ANY($1::text[]) AND NOT deleted`,
    values: [parties.map((party) => party.slice('Organization/'.length))],
  })
  return {
    patient: JSON.parse(person.content) as FhirResource,
    entries: rows.map(({ content: _content, ...entry }) => entry),
    organizations: new Map(organizations.map(({ id, content }) => [`Organization/${id}`, JSON.parse(content) as FhirResource])),
  }
}

/** Ids of people of whom something is older than an instant, in order, after one of them. */
export async function peopleWithOld(
  database: Queryable,
  { before, after, count }: { before: Date; after: string; count: number },
): Promise<string[]> {
  const { rows } = await database.query<{ id: string }>({
    text: `SELECT p.id FROM passport.resource p
            WHERE p.type = 'Patient' AND NOT p.deleted AND p.id > $2
              AND EXISTS (SELECT FROM passport.resource r WHERE r.patient = p.id AND NOT r.deleted AND coalesce(r.occurred_at, r.updated_at) < $1)
            ORDER BY p.id LIMIT $3`,
    values: [before, after, count],
  })
  return rows.map(({ id }) => id)
}

/** Who confirmed what, before it is done: so that a crash in between is finished and not forgotten. */
export async function noteDisposal(
  database: Queryable,
  entries: readonly ClockedEntry[],
  { patient, confirmedBy, client, at }: { patient: string; confirmedBy: string; client: string; at: Date },
): Promise<void> {
  await database.query({
    text: `INSERT INTO passport.disposal (bucket, type, id, patient, version, confirmed_by, because, client, at)
           SELECT r.bucket, r.type, r.id, $1, e.version, $2, e.because, $3, $4
             FROM unnest($5::text[], $6::text[], $7::integer[], $8::text[]) AS e(type, id, version, because)
             JOIN passport.resource r ON r.type = e.type AND r.id = e.id
           ON CONFLICT (bucket, type, id) DO UPDATE
             SET version = excluded.version, confirmed_by = excluded.confirmed_by, because = excluded.because, client = excluded.client, at = excluded.at`,
    values: [
      patient,
      confirmedBy,
      client,
      at,
      entries.map(({ type }) => type),
      entries.map(({ id }) => id),
      entries.map(({ version }) => version),
      entries.map(({ keeping }) => keeping.because),
    ],
  })
}

/**
 * Removes the earlier versions of what was disposed of: the row stays, empty, to say that it was there. What was confirmed and not
 * deleted in the end keeps everything.
 *
 * @returns how many resources have no content left
 */
export async function purgeDisposed(database: Database, now: Date): Promise<number> {
  return database.transaction(async (tx) => {
    const { rows } = await tx.query<{ bucket: number; type: string; id: string }>({
      text: `UPDATE passport.disposal d SET purged_at = $1 FROM passport.resource r
              WHERE d.purged_at IS NULL AND r.bucket = d.bucket AND r.type = d.type AND r.id = d.id AND r.deleted AND r.version = d.version + 1
             RETURNING d.bucket, d.type, d.id`,
      values: [now],
    })
    await tx.query({
      text: `DELETE FROM passport.history h USING unnest($1::smallint[], $2::text[], $3::text[]) AS d(bucket, type, id)
              WHERE h.bucket = d.bucket AND h.type = d.type AND h.id = d.id`,
      values: [rows.map(({ bucket }) => bucket), rows.map(({ type }) => type), rows.map(({ id }) => id)],
    })
    return rows.length
  })
}
