/** Which entries a file became. Written in the transaction of each entry, so that no entry of a file is left out. */
import type { Queryable } from '@platform/service/database'
import { bucketIn } from '../domain/bucket.ts'

export interface ImportedRow {
  /** Line of the file. */
  readonly line: number
  readonly type: string
  readonly id: string
}

/** Keeps that a file is being read in, before its first row: whoever sent it can take it back from then on. */
export async function beginImport(
  database: Queryable,
  { id, at, author, client }: { id: string; at: Date; author: string; client: string },
): Promise<void> {
  await database.query({
    text: 'INSERT INTO passport.import (id, at, author, client) VALUES ($1, $2, $3, $4)',
    values: [id, at, author, client],
  })
}

/** Keeps which entry a row became, in the transaction of that entry. */
export async function keepImportedRow(tx: Queryable, importId: string, { line, type, id }: ImportedRow): Promise<void> {
  await tx.query({
    name: 'import-row',
    text: 'INSERT INTO passport.import_row (import, line, bucket, type, id) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
    values: [importId, line, bucketIn(id), type, id],
  })
}

/** For whom it was recorded; nothing when there is no such import. */
export async function authorOfImport(database: Queryable, importId: string): Promise<string | undefined> {
  const { rows } = await database.query<{ author: string }>({
    text: 'SELECT author FROM passport.import WHERE id = $1',
    values: [importId],
  })
  return rows[0]?.author
}

/** The entries of an import, by line, with the version each has now. */
export async function rowsOfImport(
  database: Queryable,
  importId: string,
): Promise<readonly (ImportedRow & { readonly version: number; readonly deleted: boolean; readonly patient: string | undefined })[]> {
  const { rows } = await database.query<ImportedRow & { version: number; deleted: boolean; patient: string | null }>({
    text: `SELECT i.line, i.type, i.id, r.version, r.deleted, r.patient FROM passport.import_row i JOIN passport.resource r ON r.bucket = i.bucket AND r.type = i.type AND r.id = i.id
            WHERE i.import = $1 ORDER BY i.line`,
    values: [importId],
  })
  return rows.map(({ patient, ...row }) => ({ ...row, patient: patient ?? undefined }))
}
