/** How a caller stands to people, for deciding whether they may write. Facts only; `domain/access/may-write.ts` decides. */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { EVERYBODY } from '../domain/access/consent.ts'
import type { LinkStanding } from '../domain/access/may-still-share.ts'
import type { Kind } from '../domain/access/policy.ts'
import { KINDS } from '../domain/access/policy.ts'
import { bucketOfPatient } from '../domain/bucket.ts'
import { tokenHash, tokenText } from '../domain/search/token-hash.ts'
import { partiesOfCaller } from './access-sql.ts'

export interface StandingFacts {
  readonly kinds: readonly Kind[]
  /** The data classes that a kind opens at most, as bits, where they are fewer than the policy says. */
  readonly limits: Partial<Record<Kind, number>>
  /** Data classes that the person closed this caller out of, as bits. */
  readonly closed: number
}

/** How a stranger stands to anybody. */
export const NOTHING: StandingFacts = { kinds: [], limits: {}, closed: 0 }

/** For each person (Patient id) what connects the caller to them now; people it has nothing to do with are absent. */
export async function standings(
  database: Queryable,
  caller: Caller,
  patients: readonly string[],
): Promise<(patient: string) => StandingFacts> {
  if (patients.length === 0) return () => NOTHING
  // What is closed of one referral only is no more opened by it: a relationship counts with what is left of its classes.
  const { rows } = await database.query<{ patient: string; kind: number | null; classes: number }>({
    name: 'standings',
    text: `WITH closed AS (
             SELECT patient, classes, referral FROM passport.closed_out
              WHERE patient = ANY($1::text[]) AND party = ANY($3::text[]) AND starts <= now() AND ends > now())
           SELECT l.patient, l.kind,
                  l.classes & ~coalesce((SELECT bit_or(c.classes) FROM closed c WHERE c.patient = l.patient AND c.referral = l.referral), 0) AS classes
             FROM passport.relationship l
            WHERE l.patient = ANY($1::text[]) AND l.party = ANY($2::text[]) AND l.starts <= now() AND l.ends > now()
           UNION ALL
           SELECT patient, NULL, classes FROM closed WHERE referral IS NULL`,
    values: [patients, partiesOfCaller(caller), [...partiesOfCaller(caller), EVERYBODY]],
  })
  const facts = new Map<string, StandingFacts>()
  for (const { patient, kind, classes } of rows) {
    const known = facts.get(patient) ?? NOTHING
    const name = kind === null ? undefined : KINDS[kind - 1]
    facts.set(
      patient,
      name === undefined
        ? { ...known, closed: known.closed | classes }
        : {
            kinds: [...known.kinds, name],
            limits: { ...known.limits, [name]: (known.limits[name] ?? 0) | classes },
            closed: known.closed,
          },
    )
  }
  return (patient) => facts.get(patient) ?? NOTHING
}

/** How a person stands to the links they gave out, at this moment; never kept. */
export async function linkStanding(database: Queryable, patient: string): Promise<LinkStanding> {
  const { rows } = await database.query<{ closed: number; present: boolean }>({
    name: 'link-standing',
    text: `SELECT coalesce((SELECT bit_or(c.classes) FROM passport.closed_out c
                             WHERE c.patient = $1 AND c.party = $2 AND c.referral IS NULL AND c.starts <= now() AND c.ends > now()), 0) AS closed,
                  EXISTS (SELECT FROM passport.resource r
                           WHERE r.bucket = $3 AND r.type = 'Patient' AND r.id = $1 AND NOT r.deleted AND NOT r.tokens && $4::bigint[]) AS present`,
    values: [patient, EVERYBODY, bucketOfPatient(patient), `{${REPLACED}}`],
  })
  return rows[0] ?? { closed: 0, present: false }
}

/** The hash of a Patient that became part of another: `Patient.active` is false. FHIR R4 Patient.link, replaced-by. */
export const REPLACED = tokenHash(tokenText.code('Patient.active', 'false'))
