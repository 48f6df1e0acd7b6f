/** Reading the audit trail: who looked at a person's record. */
import type { Queryable } from '@platform/service/database'
import type { StoredAudit } from '../domain/audit-event.ts'

export interface AuditPage {
  readonly patient: string
  readonly count: number
  readonly after?: { readonly xid: string; readonly id: string } | undefined
}

const COLUMNS =
  'epoch, xid::text, id::text, at, client, subject, organization, interaction, status, entity, patient, people, purpose, request'

/** Entries that name the person, newest first; one more than asked for shows that there are more. */
export async function auditOf(database: Queryable, { patient, count, after }: AuditPage): Promise<StoredAudit[]> {
  const one = (condition: string) =>
    `SELECT ${COLUMNS} FROM passport.audit_entry WHERE ${condition} AND ($2::bigint IS NULL OR (xid, id) < ($2, $3::bigint)) ORDER BY passport.audit_entry.xid DESC, passport.audit_entry.id DESC LIMIT $4`
  const { rows } = await database.query<StoredAudit & { xid: string; id: string }>({
    name: 'audit-of-person',
    text: `SELECT * FROM ((${one('patient = $1')}) UNION (${one('people IS NOT NULL AND people @> ARRAY[$1::text]')})) AS e ORDER BY e.xid::bigint DESC, e.id::bigint DESC LIMIT $4`,
    values: [patient, after?.xid ?? null, after?.id ?? null, count + 1],
  })
  return rows
}

/** The entry at a place of the chain, sealed or not yet. */
export async function auditEntry(
  database: Queryable,
  { epoch, xid, id }: Pick<StoredAudit, 'epoch' | 'xid' | 'id'>,
): Promise<StoredAudit | undefined> {
  const { rows } = await database.query<StoredAudit>({
    name: 'audit-entry',
    text: `SELECT ${COLUMNS} FROM passport.audit_entry WHERE epoch = $1 AND xid = $2::bigint AND id = $3::bigint`,
    values: [epoch, xid, id],
  })
  return rows[0]
}
