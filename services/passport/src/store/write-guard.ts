/** How a caller stands to people, for deciding whether they may write. Facts only; `domain/access/may-write.ts` decides. */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { EVERYBODY } from '../domain/access/consent.ts'
import type { Kind } from '../domain/access/policy.ts'
import { KINDS } from '../domain/access/policy.ts'
import { partiesOfCaller } from './access-sql.ts'

export interface StandingFacts {
  readonly kinds: readonly Kind[]
  /** Data classes that the person closed this caller out of, as bits. */
  readonly closed: number
}

const NOTHING: StandingFacts = { kinds: [], closed: 0 }

/** For each person (Patient id) what connects the caller to them; people it has nothing to do with are absent. */
export async function standings(
  database: Queryable,
  caller: Caller,
  patients: readonly string[],
): Promise<(patient: string) => StandingFacts> {
  if (patients.length === 0) return () => NOTHING
  const { rows } = await database.query<{ patient: string; kind: number | null; classes: number | null }>({
    name: 'standings',
    text: `SELECT patient, kind, NULL::integer AS classes FROM passport.relationship WHERE patient = ANY($1::text[]) AND party = ANY($2::text[])
           UNION ALL
           SELECT patient, NULL, classes FROM passport.closed_out WHERE patient = ANY($1::text[]) AND party = ANY($3::text[])`,
    values: [patients, partiesOfCaller(caller), [...partiesOfCaller(caller), EVERYBODY]],
  })
  const facts = new Map<string, StandingFacts>()
  for (const { patient, kind, classes } of rows) {
    const known = facts.get(patient) ?? NOTHING
    const name = kind === null ? undefined : KINDS[kind - 1]
    facts.set(patient, { kinds: name === undefined ? known.kinds : [...known.kinds, name], closed: known.closed | (classes ?? 0) })
  }
  return (patient) => facts.get(patient) ?? NOTHING
}
