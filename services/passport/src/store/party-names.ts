/** What organisations and people of the directory are called. The directory is open to every caller; a contact's name is not looked up. */
import type { Queryable } from '@platform/service/database'
import { KINDS, type Kind } from '../domain/access/policy.ts'
import { isObject, localReference, valuesAt, type FhirResource } from '../domain/references.ts'
import { rowsForRules } from './record-store.ts'

/** Names by reference ('Organization/…', 'Practitioner/…'); those that are not in the directory are left out. */
export async function partyNames(database: Queryable, parties: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const references = [...new Set(parties)].flatMap((party) => {
    const local = localReference(party)
    return local !== undefined && (local.type === 'Organization' || local.type === 'Practitioner') ? [local] : []
  })
  const rows = (await rowsForRules(database, references)).filter(({ deleted }) => !deleted)
  return new Map(rows.flatMap((row) => nameOf(JSON.parse(row.content) as FhirResource).map((name) => [`${row.type}/${row.id}`, name])))
}

function nameOf(resource: FhirResource): string[] {
  const { name } = resource
  if (typeof name === 'string') return [name]
  const [first] = valuesAt(resource, 'name')
  if (!isObject(first)) return []
  if (typeof first['text'] === 'string') return [first['text']]
  const parts = [...valuesAt(first, 'given'), ...valuesAt(first, 'family')].filter((part) => typeof part === 'string')
  return parts.length === 0 ? [] : [parts.join(' ')]
}

/** How organisations stand to a person now, in kinds; those that have nothing to do with them are left out. */
export async function kindsOfParties(database: Queryable, patient: string): Promise<ReadonlyMap<string, readonly Kind[]>> {
  const { rows } = await database.query<{ party: string; kinds: number[] }>({
    name: 'kinds-of-parties',
    text: `SELECT party, array_agg(DISTINCT kind) AS kinds FROM passport.relationship
            WHERE patient = $1 AND starts <= now() AND ends > now() GROUP BY party`,
    values: [patient],
  })
  return new Map(rows.map(({ party, kinds }) => [party, kinds.flatMap((kind) => KINDS[kind - 1] ?? [])]))
}
