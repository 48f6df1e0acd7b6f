/** For whom a carer may act, and for whom they act now. */
import type { Database } from '@platform/service/database'

/** Somebody whom a carer looks after, by the name under which that person signs in. */
export interface LookedAfter {
  readonly id: string
  readonly name: string
  readonly endsAt: Date
  /** Whether the pages are about this person now. */
  readonly chosen: boolean
}

export interface Carers {
  /** Those whose time has not ended. */
  list(carer: string, at: Date): Promise<readonly LookedAfter[]>
  /** @returns whether there is such a person to act for */
  choose(carer: string, id: string, at: Date): Promise<boolean>
}

/** What is kept in `identity.cares_for`. */
export function carers(database: Database): Carers {
  return {
    async list(carer, at) {
      const { rows } = await database.query<LookedAfter>({
        text: `SELECT c.id, coalesce(p.name, '') AS name, c.ends_at AS "endsAt",
                 row_number() OVER (ORDER BY c.chosen_at DESC, c.id) = 1 AS chosen
               FROM identity.cares_for c LEFT JOIN identity.person p ON p.id = c.invited_by
               WHERE c.person = $1 AND c.ends_at > $2 ORDER BY name, c.id`,
        values: [carer, at],
      })
      return rows
    },
    async choose(carer, id, at) {
      const { rowCount } = await database.query({
        text: 'UPDATE identity.cares_for SET chosen_at = $3 WHERE person = $1 AND id = $2 AND ends_at > $3',
        values: [carer, id, at],
      })
      return rowCount === 1
    },
  }
}
