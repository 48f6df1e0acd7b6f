/**
 * The policy as SQL: which rows of `passport.resource r` a caller may see. Every statement that gives rows of the record to a
 * caller, counts them, or walks through them carries this predicate, so that counts, paging, chains and includes obey it.
 */
import type { Caller } from '@platform/fhir/caller'
import { masksFor, typesApart } from '../domain/access/masks.ts'
import { KINDS } from '../domain/access/policy.ts'
import { EVERYBODY } from '../domain/access/consent.ts'
import { UNDER_A_REFERRAL } from '../domain/access/under-referral.ts'

export interface Predicate {
  /** A condition over the alias `r`; placeholders start where the caller of `readPredicate` said. */
  readonly sql: string
  readonly values: readonly unknown[]
  /**
   * What the condition needs in FROM, after whoever names the person; empty where no person was named, and of who may see everybody. It has the
   * columns `open` and `shut`: the classes as bits that the caller's relationships open, and that the person closed. NULL is none.
   */
  readonly standing: string
  /** Which of the few texts this is, for the name of a prepared statement. */
  readonly shape: 'anybody' | 'reactor' | 'own'
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

/** The Patient a caller is: a carer's token names one too, who is somebody else. */
export const selfOf = ({ role, patient }: Caller): string | undefined => (role === 'patient' ? patient : undefined)

/** Real time, that of the database, so that all processes agree and nothing that was decided before is kept. */
const NOW = 'now()'
const current = (alias: string) => `${alias}.starts <= ${NOW} AND ${alias}.ends > ${NOW}`

const TYPES_UNDER = UNDER_A_REFERRAL.map((type) => `'${type}'`).join(', ')

/**
 * @param first   the number of the first placeholder to use
 * @param person  where the statement says whom each row is about (`r.patient = k.patient`, `r.patient = $1`): that column or placeholder. How
 *   the caller stands to them is then looked up once, by `standing`, and not for each row.
 * @param of      where the rows come from. Earlier versions have no tokens: whoever reads them has passed the present row first.
 */
export function readPredicate(caller: Caller, first: number, person?: string, of: 'present' | 'history' = 'present'): Predicate {
  const { role, grade } = caller
  const { read } = masksFor(role, grade)
  const at = (offset: number) => `$${first + offset}`
  if (read.anybody !== 0) return typesApart(role, grade).length === 0 ? ofAnybody(read.anybody, at) : ofReactor(caller, at)

  const parties = partiesOfCaller(caller)
  const [nobody, party, self, patient, mine, kinds, closed] = [0, 1, 2, 3, 4, 5, 6].map(at)
  const whom = person ?? 'r.patient'
  const shutBy = (more: string) =>
    `FROM passport.closed_out c WHERE c.patient = ${whom} AND c.party = ANY(${closed}::text[]) AND ${current('c')} AND ${more}`
  // Each data class of the row must be open to some relationship, and none of them closed.
  const opens = `(${kinds}::integer[])[l.kind] & l.classes
      & CASE WHEN l.referral IS NULL THEN -1 ELSE ~coalesce((SELECT bit_or(c.classes) ${shutBy('c.referral = l.referral')}), 0) END`
  const open = `(SELECT bit_or(${opens}) FROM passport.relationship l WHERE l.patient = ${whom} AND l.party = ANY(${mine}::text[]) AND ${current('l')})`
  const shut = `(SELECT bit_or(c.classes) ${shutBy('c.referral IS NULL')})`
  const known = person !== undefined
  const stands = `(r.classes & ~coalesce(${known ? 'standing.open' : open}, 0)) = 0`
  return {
    shape: 'own',
    // OFFSET 0 keeps the planner from looking it up again wherever it is named.
    standing: known ? `CROSS JOIN LATERAL (SELECT ${open} AS open, ${shut} AS shut OFFSET 0) standing` : '',
    // What is asked of nearly every row comes first where it costs least: a standing that is known is two numbers, a list of parties is not.
    sql: `(${known ? `${stands} OR ` : ''}(r.patient IS NULL AND (r.classes & ~${nobody}::integer) = 0)
      OR ((r.parties && ${mine}::text[] OR ${answersFor(mine)}) AND (r.classes & ~${party}::integer) = 0)
      OR (r.patient = ${patient}::text AND (r.classes & ~${self}::integer) = 0)${known ? '' : ` OR ${stands}`})
     AND (r.patient IS NULL OR r.patient = ${patient}::text OR r.parties[1] = ANY(${mine}::text[])
      OR ((r.classes & coalesce(${known ? 'standing.shut' : shut}, 0)) = 0${of === 'history' ? '' : referralOpen(shutBy)}))`,
    values: [read.nobody, read.party, read.self, selfOf(caller) ?? null, parties, KINDS.map((kind) => read[kind]), [...parties, EVERYBODY]],
  }
}

/** That the row is a request which one of these answers for by an open Task: it is read as if it named them. `domain/access/answering.ts` */
const answersFor = (mine: string | undefined) =>
  `r.type = 'ServiceRequest' AND EXISTS (SELECT FROM passport.relationship q
        WHERE q.patient = r.patient AND q.party = ANY(${mine}::text[]) AND q.kind = ${ANSWERS_FOR} AND q.referral = r.id AND ${current('q')})`

const ANSWERS_FOR = KINDS.indexOf('referral-received') + 1

type At = (offset: number) => string

const ofAnybody = (anybody: number, at: At): Predicate => ({
  shape: 'anybody',
  sql: `(r.classes & ~${at(0)}::integer) = 0`,
  values: [anybody],
  standing: '',
})

/** Of everybody what its classes open, more of the types that a row of the policy names, and what it wrote itself. */
function ofReactor(caller: Caller, at: At): Predicate {
  const { role, grade } = caller
  const { read } = masksFor(role, grade)
  const types = typesApart(role, grade)
  const [classes, apart, masks, author, own] = [0, 1, 2, 3, 4].map(at)
  return {
    shape: 'reactor',
    sql: `((r.classes & ~coalesce((${masks}::integer[])[array_position(${apart}::text[], r.type)], ${classes}::integer)) = 0
      OR (r.parties[1] = ${author}::text AND (r.classes & ~${own}::integer) = 0))`,
    values: [read.anybody, types, types.map((type) => masksFor(role, grade, type).read.anybody), authorOf(caller), read.party],
    standing: '',
  }
}

const nobodysOfAnybody = (anybody: string): string => `r.patient IS NULL AND (r.classes & ~${anybody}::integer) = 0`

const nobodys = (
  nobody: string,
  party: string,
  mine: string,
): string => `r.patient IS NULL AND (r.classes = 0 OR (r.classes & ~${nobody}::integer) = 0
      OR (r.parties && ${mine}::text[] AND (r.classes & ~${party}::integer) = 0))`

/** What decides, beside the rows of a person themselves, which of them a caller may see. */
export interface Standing {
  /**
   * An expression over no row, a text: all that `readPredicate` asks of relationships and closings, as they are at that moment. Where the caller is the
   * same and the rows are, the same text is the same rows seen and the same classes open.
   */
  readonly sql: string
  /** Which rows that belong to nobody, such as those of the directory, the caller sees, with the placeholders of `sql`. Such rows have no relationships. */
  readonly nobodys: string
  readonly values: readonly unknown[]
  readonly shape: 'anybody' | 'own'
}

/** @param person the placeholder of whose rows they are */
export function standingTo(caller: Caller, first: number, person: string): Standing {
  const { read } = masksFor(caller.role, caller.grade)
  const at = (offset: number) => `$${first + offset}`
  if (read.anybody !== 0) return { shape: 'anybody', sql: "''", nobodys: nobodysOfAnybody(at(0)), values: [read.anybody] }
  const parties = partiesOfCaller(caller)
  const [nobody = '', party = '', mine = '', closed = ''] = [0, 1, 2, 3].map(at)
  const listed = (table: string, columns: string, whom: string) =>
    `coalesce((SELECT string_agg(DISTINCT concat_ws(' ', ${columns}), ',') FROM passport.${table} s
        WHERE s.patient = ${person} AND s.party = ANY(${whom}::text[]) AND ${current('s')}), '')`
  return {
    shape: 'own',
    sql: `${listed('relationship', 's.kind, s.classes, s.referral', mine)} || ';' || ${listed('closed_out', 's.classes, s.referral, s.tokens', closed)}`,
    nobodys: nobodys(nobody, party, mine),
    values: [read.nobody, read.party, parties, [...parties, EVERYBODY]],
  }
}

/** That no referral whose own rows these are was closed. Rows of other types are not looked at. */
function referralOpen(shutBy: (more: string) => string): string {
  const about = "(c.tokens && r.tokens OR (r.type = 'ServiceRequest' AND r.id = c.referral))"
  const shut = shutBy(`c.referral IS NOT NULL AND (c.classes & r.classes) <> 0 AND ${about}`)
  return ` AND (r.type NOT IN (${TYPES_UNDER}) OR NOT EXISTS (SELECT ${shut}))`
}
