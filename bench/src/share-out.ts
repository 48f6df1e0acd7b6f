/** Gives most of a seeded town to other teams, so that the teams of the demonstration have as many people as a team has. */
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
