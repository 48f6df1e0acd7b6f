/** Reads what reviews are decided on, whoever may see it: for rules that must hold for everybody. Nothing of it is disclosed. */
import type { Task } from '@medplum/fhirtypes'
import type { ReviewRule } from '@handrail/fhir-profiles/review-rules'
import type { Queryable } from '@platform/service/database'
import { bucketOfPatient } from '../domain/bucket.ts'
import type { FhirResource } from '../domain/references.ts'
import { understood } from '../domain/references.ts'
import type { Kept, PersonFacts } from '../domain/reviews/facts.ts'
import { TASK_KEY } from '../domain/reviews/review-task.ts'
import { tokenHash, tokenText } from '../domain/search/token-hash.ts'

const TASK_KIND = 'https://handrail.example/fhir/CodeSystem/task-kind'
const INTERVENTION_KIND = 'https://handrail.example/fhir/CodeSystem/intervention-kind'

/** Types that are few in a record and are read whole. */
const WHOLE = ['MedicationStatement', 'DeviceUseStatement', 'Device', 'CarePlan', 'CareTeam'] as const
/** Types whose change may start, settle or change a review. */
const HEARD = ['MedicationStatement', 'DeviceUseStatement', 'Device', 'CarePlan', 'Procedure'] as const

export interface ReviewReader {
  /** Everything the reviews of one person are decided on. */
  facts(patient: string): Promise<PersonFacts>
  /** People of whom something changed after a place, among so many changes at most, and where to go on; nothing there when that was all. */
  changedSince(place: ChangePlace, limit: number): Promise<{ readonly patients: readonly string[]; readonly next?: ChangePlace }>
}

/** A place among all changes of the record, by real time; what one transaction wrote has one time. */
export interface ChangePlace {
  readonly at: Date
  readonly type: string
  readonly id: string
}

interface Stored {
  type: string
  id: string
  version: number
  classes: number
  parties: string[]
  content: string
}

/** Reads all that the reviews of a person are decided on, past their closings: a liver is tested whoever may see why. */
export function reviewReader(database: Queryable, rules: readonly ReviewRule[], baseUrl: string): ReviewReader {
  const kinds = new Set(
    rules
      .flatMap(({ lines }) => lines.flatMap(({ startedBy, settledBy }) => [...startedBy, ...settledBy]))
      .flatMap(({ filters }) => filters.filter(({ path }) => path === 'code').flatMap(({ codes }) => codes)),
  )
  // A record holds many Procedures and few that a rule speaks of: those are found by the hashes of their codes.
  const procedures = [
    ...new Set(
      [...kinds].map(({ system, code }) => tokenHash(tokenText.systemAndCode('Procedure.code', system ?? INTERVENTION_KIND, code))),
    ),
  ]
  const tasks = ['review-due', 'entry-query'].map((code) => tokenHash(tokenText.systemAndCode('Task.code', TASK_KIND, code)))

  return {
    async facts(patient) {
      const { rows } = await database.query<Stored>({
        name: 'review-facts',
        text: `SELECT r.type, r.id, r.version, r.classes, r.parties, r.content FROM passport.resource r
                WHERE r.patient = $1 AND r.bucket = ANY(ARRAY(SELECT $2::smallint UNION ALL SELECT bucket FROM passport.strayed WHERE patient = $1))
                  AND NOT r.deleted AND (r.type = ANY($3) OR (r.type = 'Procedure' AND r.tokens && $4::bigint[]) OR (r.type = 'Task' AND r.tokens && $5::bigint[]))`,
        values: [patient, bucketOfPatient(patient), WHOLE, procedures, tasks],
      })
      const kept = rows.map((row) => toKept(row, baseUrl))
      const of = <T>(...types: string[]) => kept.filter(({ resource }) => types.includes(resource.resourceType)) as unknown as Kept<T>[]
      return {
        patient,
        entries: of('Procedure', 'MedicationStatement', 'DeviceUseStatement', 'CarePlan'),
        devices: of('Device'),
        careTeams: of('CareTeam'),
        tasks: of<Task>('Task').filter(({ resource }) => resource.identifier?.some(({ system }) => system === TASK_KEY)),
        // Only where a trial is recorded: scores are many.
        scores: kept.some(({ resource }) => holdsTrial(resource)) ? await scoresOf(patient) : [],
      }
    },
    async changedSince({ at, type, id }, limit) {
      const { rows } = await database.query<{ patients: readonly string[]; read: number; updated_at: Date; type: string; id: string }>({
        name: 'reviews-changed',
        // Of each type so many at most, by its own index, and so many in all: never the whole record, nor all that changed in a minute, at one go.
        text: `WITH changed AS (
                 SELECT found.* FROM unnest($2::text[]) AS heard(type),
                   LATERAL (SELECT r.patient, r.updated_at, r.type, r.id,
                                   r.type <> 'Procedure' OR r.deleted OR r.version > 1 OR r.tokens && $3::bigint[] AS matters
                              FROM passport.resource r
                             WHERE r.type = heard.type AND r.updated_at >= $1 AND (r.updated_at, r.type, r.id) > ($1, $5::text, $6::text)
                             ORDER BY r.updated_at, r.id LIMIT $4) found
                 ORDER BY found.updated_at, found.type, found.id LIMIT $4)
               SELECT ARRAY(SELECT DISTINCT patient FROM changed WHERE matters AND patient IS NOT NULL) AS patients,
                      (SELECT count(*)::integer FROM changed) AS read, last.updated_at, last.type, last.id
                 FROM (SELECT * FROM changed ORDER BY updated_at DESC, type DESC, id DESC LIMIT 1) AS last`,
        values: [at, HEARD, procedures, limit, type, id],
      })
      const [page] = rows
      if (page === undefined) return { patients: [] }
      const { patients, read, updated_at: updatedAt } = page
      return read < limit ? { patients } : { patients, next: { at: updatedAt, type: page.type, id: page.id } }
    },
  }

  async function scoresOf(patient: string): Promise<PersonFacts['scores']> {
    const { rows } = await database.query<Stored>({
      name: 'review-scores',
      text: `SELECT r.type, r.id, r.version, r.classes, r.parties, r.content FROM passport.resource r
              WHERE r.patient = $1 AND r.type = 'Observation' AND NOT r.deleted ORDER BY r.occurred_at DESC NULLS LAST LIMIT 500`,
      values: [patient],
    })
    return rows.map((row) => toKept(row, baseUrl)) as unknown as PersonFacts['scores']
  }
}

const TRIAL = 'https://handrail.example/fhir/StructureDefinition/treatment-trial'
const holdsTrial = ({ extension }: FhirResource): boolean =>
  Array.isArray(extension) &&
  extension.some((each: unknown) => typeof each === 'object' && each !== null && 'url' in each && each.url === TRIAL)

function toKept({ type, id, version, classes, parties, content }: Stored, baseUrl: string): Kept<FhirResource> {
  const resource = understood(JSON.parse(content) as FhirResource, baseUrl)
  return { reference: `${type}/${id}`, version, classes, author: parties[0] ?? '', resource }
}

/** When people are to be looked at next, and how far changes were read. */
export interface ReviewWakes {
  readonly readTo: () => Promise<Date>
  readonly keepReadTo: (at: Date) => Promise<void>
  /** People whose time has come, the longest waiting first. */
  readonly due: (now: Date, limit: number) => Promise<readonly string[]>
  /** @param at absent: nothing is to be looked at until something changes */
  readonly keep: (patient: string, at: Date | undefined) => Promise<void>
}

/** When whose treatments are looked at next, and how far the changes were read. */
export function reviewWakes(database: Queryable): ReviewWakes {
  return {
    async readTo() {
      const { rows } = await database.query<{ read_to: Date }>({
        name: 'review-cursor',
        text: 'SELECT read_to FROM passport.review_cursor',
      })
      return rows[0]?.read_to ?? new Date(0)
    },
    async keepReadTo(at) {
      await database.query({
        name: 'review-cursor-keep',
        text: `INSERT INTO passport.review_cursor (read_to) VALUES ($1) ON CONFLICT (single) DO UPDATE SET read_to = greatest(review_cursor.read_to, excluded.read_to)`,
        values: [at],
      })
    },
    async due(now, limit) {
      const { rows } = await database.query<{ patient: string }>({
        name: 'review-due',
        text: 'SELECT patient FROM passport.review_wake WHERE at <= $1 ORDER BY at, patient LIMIT $2',
        values: [now, limit],
      })
      return rows.map(({ patient }) => patient)
    },
    async keep(patient, at) {
      await database.query(
        at === undefined
          ? { name: 'review-wake-drop', text: 'DELETE FROM passport.review_wake WHERE patient = $1', values: [patient] }
          : {
              name: 'review-wake-keep',
              text: 'INSERT INTO passport.review_wake (patient, at) VALUES ($1, $2) ON CONFLICT (patient) DO UPDATE SET at = excluded.at',
              values: [patient, at],
            },
      )
    },
  }
}
