/**
 * The chain over the audit trail. A sealer hashes the entries of all transactions that have ended, in order, over the digest before,
 * so that none can be changed, taken out or slipped in without every later digest being wrong. Writers never wait for it.
 */
import { createHash } from 'node:crypto'
import type { Database, Queryable } from '@platform/service/database'

/**
 * Begins a new epoch where transaction ids are younger than those already sealed: the database was restored from a dump into
 * another cluster. Call it before anything is recorded.
 *
 * @returns the epoch that new entries belong to
 */
export async function beginEpoch(database: Database): Promise<number> {
  return database.transaction(async (tx) => {
    await tx.query({ text: 'SELECT pg_advisory_xact_lock($1)', values: [SEALER_LOCK] })
    const { rows } = await tx.query<{ epoch: number; restored: boolean }>({
      text: `SELECT ${EPOCH} AS epoch,
                    EXISTS (SELECT FROM passport.audit_entry WHERE epoch = ${EPOCH} AND xid > pg_current_xact_id()::text::bigint) AS restored`,
    })
    const { epoch, restored } = rows[0] ?? { epoch: 1, restored: false }
    if (!restored) return epoch
    await tx.query({ text: `ALTER TABLE passport.audit_entry ALTER COLUMN epoch SET DEFAULT ${epoch + 1}` })
    return epoch + 1
  })
}

/** The epoch of new entries is the default of its column. */
const EPOCH = `(SELECT pg_get_expr(adbin, adrelid)::integer FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
                 WHERE adrelid = 'passport.audit_entry'::regclass AND attname = 'epoch')`

/**
 * Which chain this is: the cluster's own number, and the database in it. A database that was restored elsewhere goes on as another chain,
 * and a head that was kept of one says nothing about another.
 */
export async function chainOf(database: Queryable): Promise<string> {
  const { rows } = await database.query<{ chain: string }>({
    text: `SELECT (SELECT system_identifier FROM pg_control_system())::text || '-' || oid::text AS chain FROM pg_database WHERE datname = current_database()`,
  })
  return rows[0]?.chain ?? 'unknown'
}

/** The end of the chain, kept outside the database too. */
export interface ChainHead {
  readonly seq: number
  /** SHA-256, hexadecimal. */
  readonly digest: string
}

/** Makes one sealer of many processes: whoever holds it seals. */
const SEALER_LOCK = 4_710_815

/** The most entries in one batch, so that sealing a backlog stays flat in memory. */
const MOST_TRANSACTIONS = 20_000

/**
 * Seals what can be sealed now, in batches.
 *
 * @returns the head afterwards; nothing when another process is sealing, or there is no entry yet
 */
export async function seal(database: Database, at: () => Date): Promise<ChainHead | undefined> {
  for (;;) {
    const done = await database.transaction(async (tx) => {
      const { rows } = await tx.query<{ held: boolean }>({ text: 'SELECT pg_try_advisory_xact_lock($1) AS held', values: [SEALER_LOCK] })
      return rows[0]?.held === true ? sealOnce(tx, at()) : undefined
    })
    if (done === undefined) return undefined
    if (!done.more) return done.head
  }
}

interface SealRow {
  seq: string
  epoch: number
  to_xid: string
  digest: Buffer
}

async function sealOnce(tx: Queryable, at: Date): Promise<{ head: ChainHead | undefined; more: boolean }> {
  const { rows: seals } = await tx.query<SealRow>({
    text: 'SELECT seq, epoch, to_xid, digest FROM passport.audit_seal ORDER BY seq DESC LIMIT 1',
  })
  const last = seals[0]
  const head = last === undefined ? undefined : { seq: Number(last.seq), digest: last.digest.toString('hex') }

  // Everything below the oldest transaction that still runs is final: committed or gone, never to be added to.
  const { rows: bounds } = await tx.query<{ epoch: number; from_xid: string; to_xid: string; oldest: string; running: number }>({
    text: `WITH waiting AS (
             SELECT epoch, xid FROM passport.audit_entry WHERE (epoch, xid) >= ($1::integer, $2::bigint) ORDER BY epoch, xid LIMIT $3)
           SELECT min(epoch) AS epoch, (SELECT min(xid) FROM waiting w WHERE w.epoch = (SELECT min(epoch) FROM waiting))::text AS from_xid,
                  (SELECT max(xid) + 1 FROM waiting w WHERE w.epoch = (SELECT min(epoch) FROM waiting))::text AS to_xid,
                  pg_snapshot_xmin(pg_current_snapshot())::text AS oldest, ${EPOCH} AS running
             FROM waiting`,
    values: [last?.epoch ?? 0, last?.to_xid ?? '0', MOST_TRANSACTIONS],
  })
  const [bound] = bounds
  if (bound === undefined || bound.epoch === null) return { head, more: false }
  // Of an epoch before this one no transaction runs any more, whatever its number says.
  const to = bound.epoch < bound.running || BigInt(bound.to_xid) < BigInt(bound.oldest) ? bound.to_xid : bound.oldest
  const from = last !== undefined && last.epoch === bound.epoch ? last.to_xid : '0'
  if (BigInt(to) <= BigInt(from)) return { head, more: false }

  const { entries, digest } = await digestOf(tx, bound.epoch, from, to, last?.digest ?? Buffer.alloc(32))
  if (entries === 0) return { head, more: false }
  const seq = (head?.seq ?? 0) + 1
  await tx.query({
    text: 'INSERT INTO passport.audit_seal (seq, epoch, from_xid, to_xid, entries, digest, sealed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    values: [seq, bound.epoch, from, to, entries, digest, at],
  })
  return {
    head: { seq, digest: digest.toString('hex') },
    more: to === bound.to_xid && (entries >= MOST_TRANSACTIONS || bound.epoch < bound.running),
  }
}

async function digestOf(
  tx: Queryable,
  epoch: number,
  from: string,
  to: string,
  previous: Buffer,
): Promise<{ entries: number; digest: Buffer }> {
  const { rows } = await tx.query<{ entries: number; text: string | null }>({
    text: `SELECT count(*)::integer AS entries, string_agg(passport.audit_text(e), E'\\n' ORDER BY e.xid, e.id) AS text
             FROM passport.audit_entry e WHERE e.epoch = $1 AND e.xid >= $2 AND e.xid < $3`,
    values: [epoch, from, to],
  })
  return {
    entries: rows[0]?.entries ?? 0,
    digest: createHash('sha256')
      .update(previous)
      .update(rows[0]?.text ?? '')
      .digest(),
  }
}

/** Whether the chain still holds this head: false when its end was cut off, or grew anew after that. */
export async function isUnderSeal(database: Queryable, head: ChainHead): Promise<boolean> {
  const { rows } = await database.query<{ digest: Buffer }>({
    name: 'audit-head',
    text: 'SELECT digest FROM passport.audit_seal WHERE seq = $1',
    values: [head.seq],
  })
  return rows[0]?.digest.toString('hex') === head.digest
}

/** How many entries no batch holds yet. */
export async function unsealed(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ entries: number }>({
    text: `WITH last AS (SELECT epoch, to_xid FROM passport.audit_seal ORDER BY seq DESC LIMIT 1)
           SELECT count(*)::integer AS entries FROM passport.audit_entry
            WHERE (epoch, xid) >= (coalesce((SELECT epoch FROM last), 0), coalesce((SELECT to_xid FROM last), 0))`,
  })
  return rows[0]?.entries ?? 0
}

/** What a recomputation of the whole chain found. */
export type Verdict =
  | { readonly intact: true; readonly entries: number; readonly head: ChainHead | undefined }
  | { readonly intact: false; readonly entries: number; readonly broken: string }

/**
 * Recomputes every digest from the entries themselves.
 *
 * @param kept the head kept outside the database; a chain that ends before it had its end cut off
 */
export async function verify(database: Database, kept: ChainHead | undefined): Promise<Verdict> {
  let previous: Buffer = Buffer.alloc(32)
  let entries = 0
  let head: ChainHead | undefined
  let after = { epoch: 0, xid: '0' }
  let keptSeen = kept === undefined
  const { rows: seals } = await database.query<{
    seq: string
    epoch: number
    from_xid: string
    to_xid: string
    entries: number
    digest: Buffer
  }>({ text: 'SELECT * FROM passport.audit_seal ORDER BY seq' })
  for (const [index, one] of seals.entries()) {
    const named = `batch ${one.seq} (transactions ${one.from_xid} to ${one.to_xid})`
    if (Number(one.seq) !== index + 1) return { intact: false, entries, broken: `batch ${index + 1} is missing` }
    const contiguous = one.epoch > after.epoch || one.from_xid === after.xid
    const { entries: found, digest } = await digestOf(database, one.epoch, one.from_xid, one.to_xid, previous)
    if (!contiguous || found !== one.entries || !digest.equals(one.digest))
      return { intact: false, entries, broken: `${named}: ${found} entries where ${one.entries} were sealed, or one was changed` }
    previous = one.digest
    entries += found
    head = { seq: Number(one.seq), digest: one.digest.toString('hex') }
    after = { epoch: one.epoch, xid: one.to_xid }
    if (kept !== undefined && head.seq === kept.seq) {
      if (head.digest !== kept.digest)
        return { intact: false, entries, broken: `${named}: its digest is not the one kept outside the database` }
      keptSeen = true
    }
  }
  if (!keptSeen) return { intact: false, entries, broken: `batch ${kept?.seq ?? 0} is missing, which was kept outside the database` }
  return { intact: true, entries, head }
}
