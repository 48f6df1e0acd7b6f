/**
 * The audit trail: no record leaves before its entry is durable. Entries of reads that arrive while a flush is under way share
 * the next one, so that the cost is one INSERT and one fsync for many. Entries of writes are committed with the write.
 */
import type { Queryable } from '@platform/service/database'

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
  readonly purpose: string | undefined
  /** Correlation id of the request. */
  readonly request: string
}

interface Waiting {
  readonly entry: AuditEntry
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

export interface AuditTrail {
  /** Resolves when the entry is durable. */
  record(entry: AuditEntry): Promise<void>
}

/** How many entries one INSERT takes. */
const MOST = 1000

const INSERT = `INSERT INTO passport.audit_entry (at, client, subject, organization, interaction, status, entity, patient, people, purpose, request)
SELECT at, client, subject, organization, interaction, status, entity, patient, people::text[], purpose, request
  FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
       AS e(at, client, subject, organization, interaction, status, entity, patient, people, purpose, request)`

export function auditTrail(database: Queryable): AuditTrail {
  let waiting: Waiting[] = []
  let flushing = false

  async function flush(): Promise<void> {
    flushing = true
    while (waiting.length > 0) {
      const batch = waiting.length > MOST ? waiting.slice(0, MOST) : waiting
      waiting = waiting.length > MOST ? waiting.slice(MOST) : []
      try {
        await database.query({ name: 'audit', text: INSERT, values: valuesOf(batch) })
        for (const { done } of batch) done()
      } catch (error) {
        for (const { failed } of batch) failed(error)
      }
    }
    flushing = false
  }

  return {
    record: (entry) =>
      new Promise((done, failed) => {
        waiting.push({ entry, done, failed })
        // Begun at the end of this turn of the event loop: requests that were read from the sockets together are audited together.
        if (!flushing) {
          flushing = true
          setImmediate(() => void flush())
        }
      }),
  }
}

function valuesOf(batch: readonly Waiting[]): unknown[] {
  const column = (pick: (entry: AuditEntry) => unknown) => batch.map(({ entry }) => pick(entry))
  return [
    column((e) => e.at),
    column((e) => e.client),
    column((e) => e.subject),
    column((e) => e.organization ?? null),
    column((e) => e.interaction),
    column((e) => e.status),
    column((e) => e.entity ?? null),
    column((e) => e.people[0] ?? null),
    column((e) => (e.people.length > 1 ? `{${e.people.join(',')}}` : null)),
    column((e) => e.purpose ?? null),
    column((e) => e.request),
  ]
}
