/** A Patient is what everybody's entries about a person hang on: it is deleted by the operator, or by whoever entered it while nobody else has a part in it. HAZ-P142 */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { placeOf } from '../domain/operation.ts'
import { refuse } from '../errors.ts'
import { partiesOfCaller } from './access-sql.ts'
import type { Planned } from './change-record.ts'

/** @throws PERSON_KEPT, the same whoever the others are and whatever they wrote */
export async function keepPeople(database: Queryable, planned: readonly Planned[], caller: Caller): Promise<void> {
  if (caller.role === 'admin') return
  const deleted = planned.filter(
    ({ operation, before }) => operation.kind === 'delete' && operation.type === 'Patient' && before !== undefined,
  )
  const mine = partiesOfCaller(caller)
  for (const { operation, id, before } of deleted) {
    const enteredHere = mine.includes(before?.parties[0] ?? '')
    if (!enteredHere || (await othersWroteOf(database, id, mine))) throw refuse.PERSON_KEPT({}, placeOf(operation))
  }
}

async function othersWroteOf(database: Queryable, patient: string, mine: readonly string[]): Promise<boolean> {
  const { rows } = await database.query({ name: 'others-wrote-of', text: OTHERS_WROTE, values: [patient, mine] })
  return rows.length > 0
}

/** The first party of a row is who wrote it. */
const OTHERS_WROTE = `
  SELECT 1 FROM passport.resource
  WHERE patient = $1 AND type <> 'Patient' AND NOT deleted AND (parties[1] IS NULL OR parties[1] <> ALL ($2::text[]))
  LIMIT 1`
