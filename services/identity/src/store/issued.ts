/** What has been issued and used: codes, grants, sessions, interactions, and the assertions that must not be seen twice. */
import type { Database } from '@platform/service/database'

/** Kept payloads of one model, each until it expires. Instants are seconds since 1970, as OAuth counts them. */
export interface Issued {
  save(model: string, id: string, payload: Readonly<Record<string, unknown>>, lifetimeSeconds: number | undefined): Promise<void>
  find(model: string, id: string): Promise<Record<string, unknown> | undefined>
  findByUid(model: string, uid: string): Promise<Record<string, unknown> | undefined>
  /** Marks as used. True for the first to do so, false for everybody after. */
  consume(model: string, id: string): Promise<boolean>
  remove(model: string, id: string): Promise<void>
  removeGrant(model: string, grantId: string): Promise<void>
  /** True for the first to use this assertion, false for everybody after: decided by the primary key, over processes and restarts. */
  useAssertion(id: string, lifetimeSeconds: number): Promise<boolean>
  /** Whether this assertion was used before. */
  wasUsed(id: string): Promise<boolean>
  /** Forgets what has expired. */
  sweep(): Promise<void>
}

interface Row {
  readonly payload: Record<string, unknown>
  readonly consumed: string | null
}

const LIVING = '(expires_at IS NULL OR expires_at > now())'
const SELECT = 'SELECT payload, extract(epoch FROM consumed_at)::bigint AS consumed FROM identity.issued'

/** What is kept in `identity.issued` and `identity.assertion_used`. */
export function issued(database: Database): Issued {
  const one = async (statement: { name: string; text: string; values: readonly unknown[] }) => {
    if (statement.values.some((value) => typeof value === 'string' && value.includes('\0'))) return undefined
    const { rows } = await database.query<Row>(statement)
    const [row] = rows
    if (row === undefined) return undefined
    return row.consumed === null ? row.payload : { ...row.payload, consumed: Number(row.consumed) }
  }

  return {
    async save(model, id, payload, lifetimeSeconds) {
      const { grantId, uid } = payload
      await database.query({
        name: 'identity-issued-save',
        text: SAVE,
        values: [model, id, JSON.stringify(payload), grantId ?? null, uid ?? null, lifetimeSeconds ?? null],
      })
    },
    find: (model, id) =>
      one({ name: 'identity-issued-find', text: `${SELECT} WHERE model = $1 AND id = $2 AND ${LIVING}`, values: [model, id] }),
    findByUid: (model, uid) =>
      one({ name: 'identity-issued-find-uid', text: `${SELECT} WHERE model = $1 AND uid = $2 AND ${LIVING}`, values: [model, uid] }),
    async consume(model, id) {
      const text = 'UPDATE identity.issued SET consumed_at = now() WHERE model = $1 AND id = $2 AND consumed_at IS NULL'
      const { rowCount } = await database.query({ text, values: [model, id] })
      return rowCount === 1
    },
    async remove(model, id) {
      await database.query({ text: 'DELETE FROM identity.issued WHERE model = $1 AND id = $2', values: [model, id] })
    },
    async removeGrant(model, grantId) {
      await database.query({ text: 'DELETE FROM identity.issued WHERE model = $1 AND grant_id = $2', values: [model, grantId] })
    },
    async useAssertion(id, lifetimeSeconds) {
      const { rowCount } = await database.query({ name: 'identity-assertion-use', text: USE, values: [id, lifetimeSeconds] })
      return rowCount === 1
    },
    async wasUsed(id) {
      const { rowCount } = await database.query({
        name: 'identity-assertion-used',
        text: 'SELECT 1 FROM identity.assertion_used WHERE id = $1',
        values: [id],
      })
      return rowCount === 1
    },
    async sweep() {
      // A minute late, so that nothing is forgotten while a clock that runs behind still accepts it.
      await database.query({ text: "DELETE FROM identity.issued WHERE expires_at < now() - interval '1 minute'" })
      await database.query({ text: "DELETE FROM identity.assertion_used WHERE expires_at < now() - interval '1 minute'" })
    },
  }
}

const SAVE = `
  INSERT INTO identity.issued (model, id, payload, grant_id, uid, expires_at)
  VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
  ON CONFLICT (model, id) DO UPDATE SET (payload, grant_id, uid, expires_at) = (excluded.payload, excluded.grant_id, excluded.uid, excluded.expires_at)`

const USE = `
  INSERT INTO identity.assertion_used (id, expires_at) VALUES ($1, now() + make_interval(secs => $2))
  ON CONFLICT (id) DO NOTHING`
