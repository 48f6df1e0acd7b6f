/** Makes a seeded town one that has lived for a while: many teams with their own people each, and nothing left to catch up with. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '@platform/service/database'
import type { Surroundings } from './people.ts'

const TEAMS = 200

/** Everybody but these is registered with, and cared for by, one of 200 teams that nobody signs in for. */
export async function shareOut(database: Database, { team, author }: Surroundings, keep: readonly string[]): Promise<void> {
  const values = [[team, author], keep, TEAMS]
  await database.query({
    text: `UPDATE passport.relationship SET party = ${TEAM_OF('patient')} WHERE party = ANY($1::text[]) AND patient NOT IN (SELECT unnest($2::text[]))`,
    values,
  })
  await database.query({
    text: `UPDATE passport.resource SET parties = ARRAY[${TEAM_OF('id')}]
           WHERE type = 'Patient' AND parties && $1::text[] AND id NOT IN (SELECT unnest($2::text[]))`,
    values,
  })
  await database.query({ text: 'VACUUM ANALYZE passport.relationship, passport.resource' })
}

const TEAM_OF = (id: string): string => `'Organization/team-' || abs(hashtext(${id})) % $3::integer`

const LOOK_EVERY_MS = 1_000

/** Waits until the facts of everybody who was seeded are kept: the hub makes them in the background, and would share its time with what is measured. */
export async function factsKept(database: Database, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const { rows } = await database.query<{ kept: boolean | null }>({ name: 'facts-kept', text: FACTS_KEPT })
    if (rows[0]?.kept === true) return
    await wait(LOOK_EVERY_MS)
  }
}

const FACTS_KEPT = `
  SELECT (SELECT read_to FROM passport.fact_cursor) >= (SELECT max(updated_at) FROM passport.resource WHERE type = 'Patient') AS kept`
