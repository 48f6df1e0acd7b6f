/** One-time codes: each for one occasion, used once, tried a few times, and locked by address. Hashes alone are kept. */
import { randomUUID, timingSafeEqual } from 'node:crypto'
import type { Database } from '@platform/service/database'
import { CODE_ATTEMPTS, CODE_MS, DAILY_ATTEMPTS, HOURLY_CODES } from '../domain/one-time-code.ts'

export interface OneTimeCodes {
  /** Keeps a code, in place of an earlier one of the occasion. @returns whether it may be sent: an address that is locked gets none */
  make(code: { occasion: string; contactHash: Buffer; codeHash: Buffer }, at: Date): Promise<boolean>
  /** Which address the code of the occasion went to. */
  sentTo(occasion: string): Promise<Buffer | undefined>
  /** Takes an attempt, and then compares (decision 87). True once, for the right code in time. */
  use(occasion: string, codeHash: Buffer, at: Date): Promise<boolean>
}

/** What is kept in `identity.one_time_code`, for a day. */
export function oneTimeCodes(database: Database): OneTimeCodes {
  return {
    async make({ occasion, contactHash, codeHash }, at) {
      const { rowCount } = await database.query({
        text: MAKE,
        values: [randomUUID(), occasion, contactHash, codeHash, at, new Date(at.getTime() + CODE_MS), DAILY_ATTEMPTS, HOURLY_CODES],
      })
      return rowCount === 1
    },
    async sentTo(occasion) {
      const { rows } = await database.query<{ contact_hash: Buffer }>({
        text: 'SELECT contact_hash FROM identity.one_time_code WHERE occasion = $1 ORDER BY made_at DESC LIMIT 1',
        values: [occasion],
      })
      return rows[0]?.contact_hash
    },
    async use(occasion, codeHash, at) {
      const { rows } = await database.query<{ id: string; code_hash: Buffer }>({ text: ATTEMPT, values: [occasion, at, CODE_ATTEMPTS] })
      const [row] = rows
      if (row === undefined || !timingSafeEqual(row.code_hash, codeHash)) return false
      const { rowCount } = await database.query({
        text: 'UPDATE identity.one_time_code SET used_at = $2, attempts = attempts - 1 WHERE id = $1 AND used_at IS NULL',
        values: [row.id, at],
      })
      return rowCount === 1
    },
  }
}

const MAKE = `
  WITH old AS (DELETE FROM identity.one_time_code WHERE made_at < $5::timestamptz - interval '1 day'),
       before AS (SELECT coalesce(sum(attempts), 0) AS wrong, count(*) FILTER (WHERE made_at > $5::timestamptz - interval '1 hour') AS sent
                  FROM identity.one_time_code WHERE contact_hash = $3 AND made_at > $5::timestamptz - interval '1 day')
  INSERT INTO identity.one_time_code (id, occasion, contact_hash, code_hash, made_at, expires_at)
  SELECT $1, $2, $3, $4, $5, $6 FROM before WHERE wrong < $7 AND sent < $8`

const ATTEMPT = `
  UPDATE identity.one_time_code SET attempts = attempts + 1
  WHERE id = (SELECT id FROM identity.one_time_code WHERE occasion = $1 ORDER BY made_at DESC LIMIT 1)
    AND attempts < $3 AND used_at IS NULL AND expires_at > $2
  RETURNING id, code_hash`
