import type { Caller } from '@platform/fhir/caller'
import type { Database, Queryable } from '@platform/service/database'
import type { SearchDefinitions } from '../domain/search/definitions.ts'
import { tokenHash } from '../domain/search/token-hash.ts'
import { readPredicate } from './access-sql.ts'

export type SearchStore = ReturnType<typeof searchStore>
export function searchStore({ definitions }: { database: Database; definitions: SearchDefinitions; valueSets: unknown }) {
  async function rows(db: Queryable, caller: Caller, type: string, query: string, limit: number) {
    const may = readPredicate(caller, 2)
    const values: unknown[] = [type, ...may.values]
    let where = ''
    for (const [name, value] of new URLSearchParams(query)) {
      if (name.startsWith('_') && name !== '_id') continue
      const [code = ''] = name.split(':')
      if (name === '_id') {
        values.push(value.split(','))
        where += ` AND r.id = ANY($${values.length})`
        continue
      }
      const kind = definitions.parametersOf(type).get(code)?.type
      const hashes = value.split(',').map((v) => {
        if (kind === 'reference')
          return tokenHash(
            `${type}.${code}>${v.includes('/') ? v : `${code === 'patient' ? 'Patient' : (name.split(':')[1] ?? code)}/${v}`}`,
          )
        return tokenHash(v.includes('|') ? `${type}.${code}|${v}` : `${type}.${code}|${v}`)
      })
      values.push(hashes)
      where += ` AND r.tokens && $${values.length}::bigint[]`
    }
    return (
      await db.query<{ type: string; id: string; patient: string | null; content: string }>({
        text: `SELECT r.type, r.id, r.patient, r.content FROM passport.resource r WHERE r.type = $1 AND NOT r.deleted AND ${may.sql}${where} ORDER BY r.occurred_at DESC NULLS LAST, r.id DESC LIMIT ${limit}`,
        values,
      })
    ).rows
  }
  return { rows, find: (db: Queryable, caller: Caller, type: string, query: string) => rows(db, caller, type, query, 2) }
}
