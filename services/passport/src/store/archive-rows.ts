/** All that the record holds of a person, every version of it, as a caller may see it; read from one snapshot. */
import type { Caller } from '@platform/fhir/caller'
import type { Database, Queryable } from '@platform/service/database'
import { KINDS } from '../domain/access/policy.ts'
import type { Version } from '../domain/archive/version-line.ts'
import { bucketOfPatient } from '../domain/bucket.ts'
import { localReference, type FhirResource, valuesAt } from '../domain/references.ts'
import { RESOURCE_TYPES } from '../domain/resource-types.ts'
import { readPredicate } from './access-sql.ts'
import { readRows } from './record-store.ts'
import type { ShowsInPart } from './shown-in-part.ts'

export interface ArchiveRows {
  /** Every version: by type, id and version. */
  readonly versions: readonly Version[]
  /** The present ones among them that are not deleted, those of the person first. */
  readonly present: readonly (Version & { readonly plain: FhirResource })[]
  /** Of some a part alone. */
  readonly inPart: boolean
}

interface Stored {
  type: string
  id: string
  version: number
  updated_at: Date
  deleted: boolean
  parties: string[]
  content: string
}

/** What belongs to nobody and may go along with a record: the directory, and what documents are made of. */
const goesAlong = (type: string): boolean => RESOURCE_TYPES[type]?.dataClass === 'directory' || type === 'Binary'

/** How far references are followed into the directory: a role names its organisation, and that the one above it. */
const ROUNDS = 3

/** @param mayRead which types the token covers @param inPart what of each the caller is shown; left out where somebody's own right to all of it is what is read */
export async function readArchiveRows(
  database: Database,
  caller: Caller,
  patient: string,
  mayRead: (type: string) => boolean,
  inPart?: ShowsInPart,
): Promise<ArchiveRows> {
  return database.transaction(
    async (tx) => {
      const whole = (await ownVersions(tx, caller, patient)).filter(({ type }) => mayRead(type)).map((one) => ({ ...one, patient }))
      const own = inPart === undefined ? whole : await inPart.shown(caller, whole, tx)
      const along = await whatGoesAlong(tx, caller, own, mayRead)
      const sources = await relationshipsOf(tx, patient)
      const versions = [...own, ...along].map(({ present: _present, patient: _whose, ...version }) => ({
        ...version,
        relationships: sources.get(`${version.type}/${version.id}`) ?? [],
      }))
      const isPresent = new Set([...own, ...along].flatMap((one) => (one.present && !one.deleted ? [keyOf(one)] : [])))
      return {
        versions,
        inPart: own.some((one, at) => one !== whole[at]),
        present: versions
          .filter((one) => isPresent.has(keyOf(one)))
          .map((one) => ({ ...one, plain: JSON.parse(one.content) as FhirResource })),
      }
    },
    { isolation: 'repeatable read' },
  )
}

type Found = Omit<Version, 'relationships'> & { readonly present: boolean; readonly patient?: string }
const keyOf = ({ type, id, version }: Pick<Version, 'type' | 'id' | 'version'>) => `${type}/${id}/${version}`

const toFound = ({ type, id, version, updated_at: at, deleted, parties, content }: Stored, present: boolean): Found => ({
  type,
  id,
  version,
  at,
  deleted,
  author: parties[0] ?? '',
  content,
  present,
})

/**
 * The Patient first. A version of then is there when both it and the present one may be seen, as for a read of it; one that was about
 * somebody else, before a correction, is not this person's.
 */
async function ownVersions(tx: Queryable, caller: Caller, patient: string): Promise<Found[]> {
  const may = readPredicate(caller, 3)
  const mayThen = readPredicate(caller, 3, undefined, 'history')
  const values = [patient, bucketOfPatient(patient), ...may.values]
  const columns = 'r.type, r.id, r.version, r.updated_at, r.deleted, r.parties, r.content'
  const now = `SELECT r.* FROM passport.resource r
                WHERE r.patient = $1 AND r.bucket = ANY(ARRAY(SELECT $2::smallint UNION ALL SELECT bucket FROM passport.strayed WHERE patient = $1)) AND ${may.sql}`
  const { rows: present } = await tx.query<Stored>({ text: `SELECT ${columns} FROM (${now}) AS r`, values })
  const { rows: earlier } = await tx.query<Stored>({
    text: `SELECT ${columns} FROM (${now}) AS n JOIN passport.history r ON r.bucket = n.bucket AND r.type = n.type AND r.id = n.id WHERE r.patient = $1 AND ${mayThen.sql}`,
    values,
  })
  return [...present.map((row) => toFound(row, true)), ...earlier.map((row) => toFound(row, false))].toSorted(
    (one, other) =>
      Number(other.type === 'Patient') - Number(one.type === 'Patient') ||
      compare(one.type, other.type) ||
      compare(one.id, other.id) ||
      one.version - other.version,
  )
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)

/** Organisations, professionals, catalogues and documents that the record refers to, as they are now. */
async function whatGoesAlong(tx: Queryable, caller: Caller, own: readonly Found[], mayRead: (type: string) => boolean): Promise<Found[]> {
  const known = new Set(own.map(({ type, id }) => `${type}/${id}`))
  const found: Found[] = []
  let looking: readonly Found[] = own
  for (let round = 0; round < ROUNDS && looking.length > 0; round += 1) {
    const wanted = looking
      .flatMap((one) => [one.author, ...(one.deleted ? [] : referencesIn(JSON.parse(one.content)))])
      .flatMap((reference) => localReference(reference) ?? [])
      .filter(({ type, id }) => goesAlong(type) && mayRead(type) && !known.has(`${type}/${id}`))
    const distinct = [...new Map(wanted.map((one) => [`${one.type}/${one.id}`, one])).values()]
    for (const { type, id } of distinct) known.add(`${type}/${id}`)
    looking = (await readRows(tx, caller, distinct))
      .filter(({ deleted, patient }) => !deleted && patient === undefined)
      .map(({ type, id, version, updatedAt: at, deleted, parties, content }) => ({
        type,
        id,
        version,
        at,
        deleted,
        author: parties[0] ?? '',
        content,
        present: true,
      }))
    found.push(...looking)
  }
  return found.toSorted((one, other) => compare(one.type, other.type) || compare(one.id, other.id))
}

/** References, and the addresses of attachments that are ours. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (typeof value !== 'object' || value === null) return []
  return [
    ...[...valuesAt(value, 'reference'), ...valuesAt(value, 'url')].filter((one) => typeof one === 'string'),
    ...Object.values(value).flatMap(referencesIn),
  ]
}

async function relationshipsOf(tx: Queryable, patient: string): Promise<ReadonlyMap<string, Version['relationships']>> {
  const { rows } = await tx.query<{ source: string; party: string; kind: number }>({
    text: 'SELECT source, party, kind FROM passport.relationship WHERE patient = $1 ORDER BY source, party, kind',
    values: [patient],
  })
  const sources = new Map<string, { party: string; kind: (typeof KINDS)[number] }[]>()
  for (const { source, party, kind } of rows) {
    const name = KINDS[kind - 1]
    if (name !== undefined) sources.set(source, [...(sources.get(source) ?? []), { party, kind: name }])
  }
  return sources
}
