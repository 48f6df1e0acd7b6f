/** What one reader may see of one person, read in three statements. Whether it is still so tells `person-mark.ts`. */
import type { Resource } from '@medplum/fhirtypes'
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { openBy, type StandingBits } from '../domain/access/open-classes.ts'
import { bucketIn, bucketOfPatient } from '../domain/bucket.ts'
import type { Item, Material } from '../domain/summary/material.ts'
import { namedIn } from '../domain/summary/named.ts'
import { readPredicate, selfOf, type Predicate } from './access-sql.ts'

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
export const inPerson = (where: Spread): string =>
  `r.patient = $1 AND ${
    where === 'one bucket'
      ? 'r.bucket = $2::smallint'
      : 'r.bucket = ANY(ARRAY(SELECT $2::smallint UNION ALL SELECT bucket FROM passport.strayed WHERE patient = $1))'
  } AND NOT r.deleted AND r.type = ANY($3::text[])`

/** Whether a correction or a merge left rows of the person in other buckets than their own. */
export type Spread = 'one bucket' | 'several buckets'

/** The bucket in which a row with this id lies. */
export const bucketOf = (id: string): number => bucketIn(id) ?? bucketOfPatient(id)

/** How the caller stands to the person, as columns of a statement that has `standing`: what is read and what is open are of one moment. */
function standingIn({ standing }: Predicate): string {
  return standing === '' ? '0 AS open, 0 AS shut' : 'coalesce(standing.open, 0) AS open, coalesce(standing.shut, 0) AS shut'
}

/** What was read, and what it named: by these the next mark tells whether it is still so. */
export interface ReadMaterial {
  readonly material: Material
  readonly named: readonly string[]
  /** The named in their versions, as they were read. */
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
 * @param where as the mark found it; rows elsewhere are looked for where it is not said
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
