/** The report of a list of requests, as `$import-referrals` gives it: counts, and what is wrong line by line. Pure. */
import type { Parameters } from '@medplum/fhirtypes'
import { readParts } from '../../knowledge/parameters.ts'

export interface RequestsReport {
  /** How many were asked for, or would be. */
  readonly asked: number
  readonly unchanged: number
  readonly notTaken: number
  readonly refused: readonly { readonly line: number; /** In English. */ readonly says: string }[]
}

export function showRequests(answer: Parameters): RequestsReport {
  const { number, all } = readParts(answer)
  return {
    asked: number('asked') ?? 0,
    unchanged: number('unchanged') ?? 0,
    notTaken: number('notTaken') ?? 0,
    refused: all('row').flatMap((row) =>
      row.text('went') === 'not-taken' ? [{ line: row.number('line') ?? 0, says: row.text('text') ?? '' }] : [],
    ),
  }
}
