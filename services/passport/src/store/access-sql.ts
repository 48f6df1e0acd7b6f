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
  /** What the condition needs in FROM, after whoever names the person; empty where no person was named. */
  readonly standing: string
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
 * @param first   the number of the first placeholder to use
 * @param person  where the statement says whom each row is about (`r.patient = k.patient`, `r.patient = $1`): that column or placeholder. How
 *   the caller stands to them is then looked up once, by `standing`, and not for each row.
 */
export function readPredicate(caller: Caller, first: number, person?: string): Predicate {
  const { read } = masksFor(caller.role, caller.grade)
  const at = (offset: number) => `$${first + offset}`
  if (read.anybody !== 0) return { shape: 'anybody', sql: `(r.classes & ~${at(0)}::integer) = 0`, values: [read.anybody], standing: '' }

  const parties = partiesOfCaller(caller)
  const [nobody, party, self, patient, mine, kinds, closed] = [0, 1, 2, 3, 4, 5, 6].map(at)
  // Each data class of the row must be open to some relationship, and none of them closed.
  const open = `(SELECT bit_or((${kinds}::integer[])[l.kind]) FROM passport.relationship l WHERE l.patient = ${person ?? 'r.patient'} AND l.party = ANY(${mine}::text[]))`
  const shut = `(SELECT bit_or(c.classes) FROM passport.closed_out c WHERE c.patient = ${person ?? 'r.patient'} AND c.party = ANY(${closed}::text[]))`
  const known = person !== undefined
  return {
    shape: 'own',
    // OFFSET 0 keeps the planner from looking it up again wherever it is named.
    standing: known ? `CROSS JOIN LATERAL (SELECT ${open} AS open, ${shut} AS shut OFFSET 0) standing` : '',
    sql: `((r.patient IS NULL AND (r.classes & ~${nobody}::integer) = 0)
      OR (r.parties && ${mine}::text[] AND (r.classes & ~${party}::integer) = 0)
      OR (r.patient = ${patient}::text AND (r.classes & ~${self}::integer) = 0)
      OR (r.classes & ~coalesce(${known ? 'standing.open' : open}, 0)) = 0)
     AND (r.patient IS NULL OR r.patient = ${patient}::text OR r.parties[1] = ANY(${mine}::text[])
      OR (r.classes & coalesce(${known ? 'standing.shut' : shut}, 0)) = 0)`,
    values: [read.nobody, read.party, read.self, caller.patient ?? null, parties, KINDS.map((kind) => read[kind]), [...parties, EVERYBODY]],
  }
}
