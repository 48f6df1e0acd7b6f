/**
 * What one reader may see of one person, read in three statements; and a fingerprint of it, in one statement that reads no text. The same
 * fingerprint means the same rows in the same versions, as the reader may see them now: access is decided by the database each time.
 */
import type { Resource } from '@medplum/fhirtypes'
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { openBy, type StandingBits } from '../domain/access/open-classes.ts'
import { bucketIn, bucketOfPatient } from '../domain/bucket.ts'
import type { Item, Material } from '../domain/summary/material.ts'
import { namedIn } from '../domain/summary/named.ts'
import { auditInsert, auditValues, type AuditEntry } from './audit-store.ts'
import { readNobodys, readPredicate, selfOf, type Predicate } from './access-sql.ts'

/** Whose record is read, by whom, and which types the caller's token covers among those that are wanted. */
export interface Reading {
  readonly caller: Caller
  readonly patient: string
  readonly types: readonly string[]
}

/**
 * Where the rows of a person lie. Nearly everybody's are in one bucket: said so, PostgreSQL opens one partition of eight, which is half of the
 * time of a statement that finds nothing new.
 */
const inPerson = (where: Spread) =>
  `r.patient = $1 AND ${
    where === 'one bucket'
      ? 'r.bucket = $2::smallint'
      : 'r.bucket = ANY(ARRAY(SELECT $2::smallint UNION ALL SELECT bucket FROM passport.strayed WHERE patient = $1))'
  } AND NOT r.deleted AND r.type = ANY($3::text[])`

/** Whether a correction or a merge left rows of the person in other buckets than their own. */
export type Spread = 'one bucket' | 'several buckets'

/** Beyond any version, so that the second hash is of other seeds than the first. */
const SECOND_SEED = 1_000_000_000_000

const bucketOf = (id: string): number => bucketIn(id) ?? bucketOfPatient(id)

/** What the reader may see now, without its content. */
export interface Fingerprint {
  /** False: the person is not there for this reader. */
  readonly known: boolean
  /** Of the person's rows and of what the reader's standing opens. */
  readonly own: string
  /** Of the named entries of the directory, in their order. */
  readonly named: string
  readonly spread: Spread
  /** What the database compares with what it finds next time. */
  readonly mark: string
  /** Whether the entry of the trail that was given is kept. */
  readonly audited: boolean
}

/** What is disclosed if nothing has changed, and the entry that then has to be in the trail before it is. */
export interface IfUnchanged {
  readonly mark: string
  readonly named: string
  readonly entry: AuditEntry
}

/**
 * @param named references of the directory that the last reading named, so that a changed name shows
 * @param unchanged kept in the trail by the same statement when nothing has changed, which is one journey to the database and back less;
 *   never when something has, when the person is not there for the reader, or when rows have strayed
 */
export async function fingerprintOf(
  database: Queryable,
  reading: Reading,
  named: readonly string[],
  unchanged?: IfUnchanged,
): Promise<Fingerprint> {
  const found = await fingerprintIn(database, reading, { named, where: 'one bucket', ...(unchanged === undefined ? {} : { unchanged }) })
  return found.spread === 'one bucket' ? found : fingerprintIn(database, reading, { named, where: 'several buckets' })
}

interface FingerprintRow extends StandingBits {
  readonly a: string | null
  readonly b: string | null
  readonly count: number
  readonly known: boolean | null
  readonly named: string | null
  readonly strayed: boolean
  readonly mark: string
  readonly audited?: boolean
}

/** The statement that finds, and keeps the entry where it finds what it was told: known, in one bucket, and nothing changed. */
function andKeep(find: string, first: number): string {
  return `WITH found AS MATERIALIZED (${find}),
    kept AS (${auditInsert(first + 2, { from: 'found', when: `found.known AND NOT found.strayed AND found.mark = $${first}::text AND coalesce(found.named, '') = $${first + 1}::text` })} RETURNING 1)
  SELECT found.*, EXISTS (SELECT FROM kept) AS audited FROM found`
}

async function fingerprintIn(
  database: Queryable,
  { caller, patient, types }: Reading,
  { named, where, unchanged }: { readonly named: readonly string[]; readonly where: Spread; readonly unchanged?: IfUnchanged },
): Promise<Fingerprint> {
  const may = readPredicate(caller, 7, '$1')
  const references = named.map((reference) => reference.split('/'))
  // The version is the seed: another version of the same id is another hash. An id is that of one resource of one type.
  const find = `SELECT found.*, concat_ws('.', a, b, count, open, shut) AS mark FROM (SELECT bit_xor(hashtextextended(r.id, r.version)) AS a, bit_xor(hashtextextended(r.id, r.version + ${SECOND_SEED})) AS b,
                  count(*)::integer AS count, bool_or(r.type = 'Patient') AS known, ${standingIn(may, 'bit_or')},
                  EXISTS (SELECT FROM passport.strayed s WHERE s.patient = $1) AS strayed,
                  (SELECT string_agg(r.type || '/' || r.id || '/' || r.version, ' ' ORDER BY r.type, r.id)
                     FROM unnest($4::smallint[], $5::text[], $6::text[]) AS k(bucket, type, id)
                     JOIN passport.resource r ON r.bucket = k.bucket AND r.type = k.type AND r.id = k.id
                    WHERE NOT r.deleted AND ${readNobodys(caller, 7)}) AS named
             FROM passport.resource r ${may.standing} WHERE ${inPerson(where)} AND ${may.sql}) AS found`
  const values = [
    patient,
    bucketOfPatient(patient),
    types,
    references.map(([, id = '']) => bucketOf(id)),
    references.map(([type = '']) => type),
    references.map(([, id = '']) => id),
    ...may.values,
  ]
  const { rows } = await database.query<FingerprintRow>(
    unchanged === undefined
      ? { name: `fingerprint-${may.shape}-${where}`, text: find, values }
      : {
          name: `fingerprint-kept-${may.shape}-${where}`,
          text: andKeep(find, values.length + 1),
          values: [...values, unchanged.mark, unchanged.named, ...auditValues([unchanged.entry])],
        },
  )
  const [row] = rows
  return {
    known: row?.known === true,
    own: [row?.a, row?.b, row?.count, row === undefined ? 0 : openBy(caller, row, { self: selfOf(caller) === patient })].join('.'),
    named: row?.named ?? '',
    spread: row?.strayed === true ? 'several buckets' : 'one bucket',
    mark: row?.mark ?? '',
    audited: row?.audited === true,
  }
}

/** How the caller stands to the person, as columns of a statement that has `standing`: what is read and what is open are of one moment. */
function standingIn({ standing }: Predicate, over: 'bit_or' | '' = ''): string {
  return standing === ''
    ? '0 AS open, 0 AS shut'
    : `coalesce(${over}(standing.open), 0) AS open, coalesce(${over}(standing.shut), 0) AS shut`
}

/** What was read, and what it named: by these the next fingerprint tells whether it is still so. */
export interface ReadMaterial {
  readonly material: Material
  readonly named: readonly string[]
  /** The fingerprint of the named as they were read. */
  readonly namedAs: string
  /** The person's rows by reference, for the next reading by the same reader. */
  readonly rows: KnownRows
}

/** Rows that were read before: a version of an id never changes, so its text need not be read or parsed again. */
export type KnownRows = ReadonlyMap<string, { readonly version: number; readonly item: Item }>

const NONE: KnownRows = new Map()

interface StoredRow {
  type: string
  id: string
  version: number
  updated_at: Date
  author: string
  patient: string | null
  content: string
}

/**
 * Reads everything of these types about a person that the reader may see; nothing when the person is not there for him.
 *
 * @param known what the same reader read before. Which rows he may see is asked of the database all the same.
 * @param where as the fingerprint found it; rows elsewhere are looked for where it is not said
 */
export async function readMaterial(
  database: Queryable,
  reading: Reading,
  { known = NONE, where = 'several buckets' }: { readonly known?: KnownRows | undefined; readonly where?: Spread } = {},
): Promise<ReadMaterial | undefined> {
  const { caller, patient, types } = reading
  const { read, standing } = await readOwn(database, reading, { known, where })
  const items = [...read.values()].map(({ item }) => item)
  const person = items.find(isPatient)
  if (person === undefined) return undefined
  const directoryTypes = new Set(types)
  const named = namedIn(
    items.map(({ resource }) => resource),
    items.map(({ author }) => author),
  ).filter((reference) => directoryTypes.has(reference.slice(0, reference.indexOf('/'))))
  const directory = await readNamed(database, caller, named)
  return {
    material: {
      patient: person,
      items: items.filter((item) => item !== person),
      directory: asDirectory(directory),
      open: openBy(caller, standing, { self: selfOf(caller) === patient }),
    },
    named,
    rows: read,
    namedAs: directory.map(({ type, id, version }) => `${type}/${id}/${version}`).join(' '),
  }
}

const CLOSED: StandingBits = { open: 0, shut: 0 }

const COLUMNS = `r.type, r.id, r.version, r.updated_at, coalesce(r.parties[1], '') AS author, r.patient, r.content`

/** The person's rows and how the reader stands to them: all at once, or which there are now and then the texts of those that are not known. */
async function readOwn(
  database: Queryable,
  { caller, patient, types }: Reading,
  { known, where }: { readonly known: KnownRows; readonly where: Spread },
): Promise<{ readonly read: KnownRows; readonly standing: StandingBits }> {
  const may = readPredicate(caller, 4, '$1')
  const values = [patient, bucketOfPatient(patient), types, ...may.values]
  const from = `FROM passport.resource r ${may.standing} WHERE ${inPerson(where)} AND ${may.sql}`
  if (known.size === 0) {
    const { rows } = await database.query<StoredRow & StandingBits>({
      name: `material-${may.shape}-${where}`,
      text: `SELECT ${COLUMNS}, ${standingIn(may)} ${from}`,
      values,
    })
    return { read: new Map(rows.map(readAs)), standing: rows[0] ?? CLOSED }
  }
  const { rows: present } = await database.query<{ type: string; id: string; version: number } & StandingBits>({
    name: `material-list-${may.shape}-${where}`,
    text: `SELECT r.type, r.id, r.version, ${standingIn(may)} ${from}`,
    values,
  })
  const reference = ({ type, id }: { type: string; id: string }): string => `${type}/${id}`
  const isKnown = (row: { type: string; id: string; version: number }): boolean => known.get(reference(row))?.version === row.version
  const rows = await readNamed(database, caller, present.filter((row) => !isKnown(row)).map(reference))
  const kept = present.filter(isKnown).flatMap((row) => {
    const before = known.get(reference(row))
    return before === undefined ? [] : [[reference(row), before] as const]
  })
  // What was corrected in between to be about somebody else is no entry of this person. HAZ-P03
  return { read: new Map([...kept, ...rows.filter((row) => row.patient === patient).map(readAs)]), standing: present[0] ?? CLOSED }
}

const readAs = (row: StoredRow): [string, { readonly version: number; readonly item: Item }] => [
  `${row.type}/${row.id}`,
  { version: row.version, item: itemOf(row) },
]

/** Entries of the directory by reference, those the reader may see, by type and id. */
export async function readDirectory(
  database: Queryable,
  caller: Caller,
  references: readonly string[],
): Promise<ReadonlyMap<string, Item>> {
  return asDirectory(await readNamed(database, caller, references))
}

const asDirectory = (rows: readonly StoredRow[]): ReadonlyMap<string, Item> =>
  new Map(rows.map((row) => [`${row.type}/${row.id}`, itemOf(row)]))

/** Rows by reference, wherever an id of theirs says they lie. */
async function readNamed(database: Queryable, caller: Caller, references: readonly string[]): Promise<StoredRow[]> {
  if (references.length === 0) return []
  const split = references.map((reference) => reference.split('/'))
  const may = readPredicate(caller, 4)
  const { rows } = await database.query<StoredRow>({
    name: `named-${may.shape}`,
    text: `SELECT ${COLUMNS} FROM unnest($1::smallint[], $2::text[], $3::text[]) AS k(bucket, type, id)
             JOIN passport.resource r ON r.bucket = k.bucket AND r.type = k.type AND r.id = k.id
            WHERE NOT r.deleted AND ${may.sql} ORDER BY r.type, r.id`,
    values: [split.map(([, id = '']) => bucketOf(id)), split.map(([type]) => type), split.map(([, id]) => id), ...may.values],
  })
  return rows
}

function itemOf({ type, id, updated_at, author, content }: StoredRow): Item {
  return {
    reference: `${type}/${id}`,
    resource: JSON.parse(content) as Resource,
    text: content,
    receivedAt: updated_at.toISOString(),
    author: author ?? '',
  }
}

const isPatient = (item: Item): item is Material['patient'] => item.resource.resourceType === 'Patient'
