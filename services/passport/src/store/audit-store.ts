/**
 * The audit trail: no record leaves before its entry is durable. Entries of reads that arrive while a flush is under way share
 * the next one, so that the cost is one INSERT and one fsync for many. Entries of writes are committed with the write.
 */
import type { Queryable } from '@platform/service/database'
import { KINDS } from '../domain/access/policy.ts'
import { groupCommit } from '@platform/service/group-commit'

/** Who did what to whom, in references only. */
export interface AuditEntry {
  readonly at: Date
  readonly client: string
  readonly subject: string
  readonly organization: string | undefined
  readonly interaction: string
  /** HTTP status of the answer. */
  readonly status: number
  /** 'Procedure/…' or a type; never a query, which may hold an identifier. */
  readonly entity: string | undefined
  /** Patient ids of everybody whose record the answer discloses. */
  readonly people: readonly string[]
  /** A code of HL7 v3 ActReason. */
  readonly purpose: string | undefined
  /** The reference under which emergency access would have been opened. */
  readonly party?: string | undefined
  /** Correlation id of the request. */
  readonly request: string
}

export interface AuditTrail {
  /** Resolves when the entry is durable. */
  record(entry: AuditEntry): Promise<void>
}

const BREAK_GLASS = KINDS.indexOf('break-glass') + 1

/**
 * The statement that keeps entries; its values are those of `auditValues`.
 *
 * @param first the number of its first placeholder
 * @param when  more of FROM, and on which condition it is kept; nothing: always
 */
export function auditInsert(first = 1, { from = '', when = '' }: { readonly from?: string; readonly when?: string } = {}): string {
  const at = (offset: number, type: string) => `$${first + offset}::${type}[]`
  const columns = ['timestamptz', 'text', 'text', 'text', 'text', 'smallint', 'text', 'text', 'text', 'text', 'text', 'text'].map(
    (type, offset) => at(offset, type),
  )
  // What is looked at while emergency access is open says so, whatever the request says of itself.
  return `INSERT INTO passport.audit_entry (at, client, subject, organization, interaction, status, entity, patient, people, purpose, request)
SELECT e.at, e.client, e.subject, e.organization, e.interaction, e.status, e.entity, e.patient, e.people::text[],
       coalesce(e.purpose, (SELECT 'BTG' FROM passport.relationship l
                             WHERE l.patient = e.patient AND l.party = e.party AND l.kind = ${BREAK_GLASS} AND l.starts <= now() AND l.ends > now() LIMIT 1)),
       e.request
  FROM ${from === '' ? '' : `${from}, `}unnest(${columns.join(', ')})
       AS e(at, client, subject, organization, interaction, status, entity, patient, people, purpose, request, party)${when === '' ? '' : ` WHERE ${when}`}`
}

const INSERT = auditInsert()

/** Opens the trail. Entries are written and never changed; `audit-chain.ts` seals them. */
export function auditTrail(database: Queryable): AuditTrail {
  const record = groupCommit<AuditEntry, void>(async (entries) => {
    await database.query({ name: 'audit', text: INSERT, values: auditValues(entries) })
  })
  return { record }
}

/** The values of `auditInsert`. */
export const auditValues = (entries: readonly AuditEntry[]): unknown[] => [
  ...auditColumns(entries),
  entries.map(({ party }) => party ?? null),
]

/** Entries as parallel arrays, in the order of the columns above. */
export function auditColumns(entries: readonly AuditEntry[]): unknown[] {
  return [
    entries.map(({ at }) => at),
    entries.map(({ client }) => client),
    entries.map(({ subject }) => subject),
    entries.map(({ organization }) => organization ?? null),
    entries.map(({ interaction }) => interaction),
    entries.map(({ status }) => status),
    entries.map(({ entity }) => entity ?? null),
    entries.map(({ people }) => people[0] ?? null),
    // Ids of Patients hold nothing that an array literal would have to escape.
    entries.map(({ people }) => (people.length > 1 ? `{${people.join(',')}}` : null)),
    entries.map(({ purpose }) => purpose ?? null),
    entries.map(({ request }) => request),
  ]
}
