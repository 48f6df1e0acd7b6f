/** Looks past the caller's own policy for the one person a blind match means. What it finds is never disclosed. */
import type { Queryable } from '@platform/service/database'
import { asksForBlindMatch, isSamePerson } from '../domain/access/blind-match.ts'
import type { Operation } from '../domain/operation.ts'
import type { FhirResource } from '../domain/references.ts'
import type { RecordDependencies } from './change-record.ts'
import { HUB } from './hub-caller.ts'
import { rowsForRules } from './record-store.ts'

/** @returns the Patient that exactly fits, or nothing when none does, or more than one */
export async function matchBlindly(
  dependencies: RecordDependencies,
  database: Queryable,
  operation: Operation,
  operations: readonly Operation[],
): Promise<{ type: string; id: string } | undefined> {
  if (operation.kind !== 'create' || operation.ifNoneExist === undefined || !asksForBlindMatch(operation, operations)) return undefined
  const found = await dependencies.find(database, HUB, 'Patient', operation.ifNoneExist)
  const fitting = (await rowsForRules(database, found)).filter(
    (row) => !row.deleted && isSamePerson(operation.exact, JSON.parse(row.content) as FhirResource),
  )
  const [only] = fitting
  return fitting.length === 1 && only !== undefined ? { type: 'Patient', id: only.id } : undefined
}
