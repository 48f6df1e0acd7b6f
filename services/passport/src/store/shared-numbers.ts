/**
 * Whoever brings a person into the hub may not see that they are here already, and is not told. So that no second record stays without anybody
 * knowing, the record itself asks whoever decides about possible duplicates, in the same transaction. HAZ-P140, docs/decisions/0410
 */
import type { Caller } from '@platform/fhir/caller'
import { NATIONAL_NUMBER_SYSTEMS } from '@platform/nhs/systems'
import type { Queryable } from '@platform/service/database'
import { BIT } from '../domain/access/data-class.ts'
import { masksFor } from '../domain/access/masks.ts'
import { duplicateKey, duplicateTask } from '../domain/access/review.ts'
import { isObject, understood, valuesAt, type FhirResource } from '../domain/references.ts'
import { clientAuthor } from './access-sql.ts'
import type { Planned, RecordDependencies } from './change-record.ts'
import { HUB } from './hub-caller.ts'
import { plannedCreate } from './planned-create.ts'
import { lockAll } from './resolve-conditions.ts'

/** @returns a question for each other Patient that has a national number which these writes bring */
export async function sharedNumbers(
  { baseUrl, clock, reviewOwner }: RecordDependencies,
  database: Queryable,
  planned: readonly Planned[],
  { role, grade }: Caller,
): Promise<readonly Planned[]> {
  // Whoever sees everybody looks before they write, and `$find-duplicates` looks after large loads.
  if ((masksFor(role, grade).read.anybody & BIT.identity) !== 0) return []
  const brought = planned.flatMap(({ operation, id, resource, before }) => {
    if (operation.type !== 'Patient' || resource === undefined) return []
    const had =
      before === undefined || before.content === '' ? [] : numbersOf(understood(JSON.parse(before.content) as FhirResource, baseUrl))
    const numbers = numbersOf(resource).filter((number) => !had.includes(number))
    return numbers.length === 0 ? [] : [{ id, numbers }]
  })
  if (brought.length === 0) return []
  // Two who bring the same person at once see each other, where both are transactions of more than one write.
  await lockAll(
    database,
    brought.flatMap(({ numbers }) => numbers.map((number) => `number ${number}`)),
  )
  const at = clock.now()
  const asked: Planned[] = []
  for (const { id, numbers } of brought)
    for (const other of await othersWith(database, numbers, id))
      asked.push({
        ...plannedCreate(duplicateTask({ pair: [id, other], because: 'identifier', reviewer: reviewOwner, at }), at),
        author: clientAuthor(HUB),
      })
  return asked
}

/** The national numbers of a Patient: one space of ten digits, whichever nation wrote them. */
const numbersOf = (patient: FhirResource): readonly string[] =>
  valuesAt(patient, 'identifier').flatMap((identifier) =>
    isObject(identifier) && typeof identifier['value'] === 'string' && NATIONAL_NUMBER_SYSTEMS.has(String(identifier['system']))
      ? [identifier['value']]
      : [],
  )

/** Other Patients with one of these numbers, whoever may see them; none about whom it was asked already. */
async function othersWith(database: Queryable, numbers: readonly string[], id: string): Promise<readonly string[]> {
  const { rows } = await database.query<{ id: string }>({
    name: 'others-with-number',
    text: `SELECT DISTINCT i.id FROM passport.identifier i
             JOIN passport.resource r ON r.bucket = i.bucket AND r.type = i.type AND r.id = i.id
            WHERE i.type = 'Patient' AND i.value = ANY($1) AND i.system = ANY($2) AND i.id <> $3 AND NOT r.deleted AND r.patient = r.id`,
    values: [numbers, [...NATIONAL_NUMBER_SYSTEMS], id],
  })
  if (rows.length === 0) return []
  const keys = rows.map((row) => duplicateKey([row.id, id]))
  const { rows: known } = await database.query<{ value: string }>({
    name: 'asked-about',
    text: `SELECT value FROM passport.identifier WHERE type = 'Task' AND value = ANY($1)`,
    values: [keys],
  })
  const asked = new Set(known.map(({ value }) => value))
  return rows.map((row) => row.id).filter((other) => !asked.has(duplicateKey([other, id])))
}
