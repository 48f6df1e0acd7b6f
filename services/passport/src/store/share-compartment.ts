/** Everything about a person that a caller may see, as rows with their data classes. */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { readEverything, readRows, type Row } from './record-store.ts'

const AT_ONCE = 1_000

/** All rows of the compartment, by type and id. */
export async function readCompartment(database: Queryable, caller: Caller, patient: string): Promise<Row[]> {
  const found: Row[] = []
  for (let after: { type: string; id: string } | undefined; ;) {
    const page = await readEverything(database, caller, patient, { count: AT_ONCE, after })
    found.push(...(await readRows(database, caller, page.slice(0, AT_ONCE))))
    if (page.length <= AT_ONCE) return found
    const last = page[AT_ONCE - 1]
    after = last === undefined ? undefined : { type: last.type, id: last.id }
  }
}
