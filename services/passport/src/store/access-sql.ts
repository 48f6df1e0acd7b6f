/**
 * The policy as SQL: which rows of `passport.resource r` a caller may see. Every statement that gives rows of the record to a
 * caller, counts them, or walks through them carries this predicate, so that counts, paging, chains and includes obey it.
 */
import type { Caller } from '@platform/fhir/caller'
import { KINDS, masksFor } from '../domain/access/policy.ts'
import { EVERYBODY } from '../domain/access/consent.ts'

export interface Predicate {
  /** A condition over the alias `r`; placeholders start where the caller of `readPredicate` said. */
  readonly sql: string
  readonly values: readonly unknown[]
  /** Which of the few texts this is, for the name of a prepared statement. */
  readonly shape: 'anybody' | 'own'
}

/** The references a caller acts under: its organisation, and the person who signed in. */
export function partiesOfCaller(caller: Caller): string[] {
  return [caller.organization, caller.fhirUser].filter((party) => party !== undefined)
}

/** The reference under which a caller's writes are kept as theirs. */
export function authorOf(caller: Caller): string {
  return caller.organization ?? caller.fhirUser ?? clientAuthor(caller)
}

/** An author under which nobody reads: what is kept so is known to have come from a client, and is nobody's own. */
export const clientAuthor = ({ clientId }: Caller): string => `Client/${clientId}`

/**
 * @param first the number of the first placeholder to use
 */
export function readPredicate(caller: Caller, first: number): Predicate {
  const { read } = masksFor(caller.role, caller.grade)
  const at = (offset: number) => `$${first + offset}`
  if (read.anybody !== 0) return { shape: 'anybody', sql: `(r.classes & ~${at(0)}::integer) = 0`, values: [read.anybody] }

  const parties = partiesOfCaller(caller)
  const [nobody, party, self, patient, mine, kinds, closed] = [0, 1, 2, 3, 4, 5, 6].map(at)
  return {
    shape: 'own',
    sql: `((r.patient IS NULL AND (r.classes & ~${nobody}::integer) = 0)
      OR (r.parties && ${mine}::text[] AND (r.classes & ~${party}::integer) = 0)
      OR (r.patient = ${patient}::text AND (r.classes & ~${self}::integer) = 0)
      OR EXISTS (SELECT 1 FROM passport.relationship l
                  WHERE l.patient = r.patient AND l.party = ANY(${mine}::text[]) AND (r.classes & ~(${kinds}::integer[])[l.kind]) = 0))
     AND (r.patient IS NULL OR r.patient = ${patient}::text OR r.parties[1] = ANY(${mine}::text[])
      OR NOT EXISTS (SELECT 1 FROM passport.closed_out c
                      WHERE c.patient = r.patient AND c.party = ANY(${closed}::text[]) AND (c.classes & r.classes) <> 0))`,
    values: [read.nobody, read.party, read.self, caller.patient ?? null, parties, KINDS.map((kind) => read[kind]), [...parties, EVERYBODY]],
  }
}
