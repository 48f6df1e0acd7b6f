/** The steps of a need, for rules that hold whatever the caller may see. */
import type { Queryable } from '@platform/service/database'
import type { FhirResource } from '../domain/references.ts'
import { understood } from '../domain/references.ts'
import { tokenHash } from '../domain/search/token-hash.ts'

/** Every Task under a need, whoever may see it. Never disclosed. */
export async function tasksUnder(database: Queryable, needId: string, baseUrl: string): Promise<FhirResource[]> {
  const tokens = ['Task.based-on', 'Task.focus'].map((parameter) => tokenHash(`${parameter}>ServiceRequest/${needId}`))
  const { rows } = await database.query<{ content: string }>({
    name: 'tasks-under',
    text: `SELECT content FROM passport.resource WHERE type = 'Task' AND NOT deleted AND tokens && $1::bigint[]`,
    values: [tokens],
  })
  return rows.map(({ content }) => understood(JSON.parse(content) as FhirResource, baseUrl))
}
