/** What one reader may see of one person, read in two statements, after a change mostly in one. Whether it is still so tells `person-mark.ts`. */
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

/** What was read, and what it named: by these the next mark tells whether it is still so, and what need not be read again. */
export interface ReadMaterial {
  readonly material: Material
  readonly named: readonly string[]
  /** The named in their versions, as they were read. */
  readonly namedAs: string
  /** The person's rows by reference. A version of an id never changes, so its text need not be read or parsed again. */
  readonly rows: KnownRows
}

/** Rows that were read before. */
export type KnownRows = ReadonlyMap<string, { readonly version: number; readonly item: Item }>

/** What the same reader read before, and what has become of whom it named. */
export interface Known {
  readonly last: ReadMaterial
  /** What it named, in the versions that the reader may see now. */
  readonly namedNow: string
}

interface StoredRow {
  type: string
  id: string
  version: number
  updated_at: Date
  author: string
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
  { known, where = 'several buckets' }: { readonly known?: Known | undefined; readonly where?: Spread } = {},
): Promise<ReadMaterial | undefined> {
  const { caller, patient, types } = reading
  const { rows, standing } =
    known === undefined ? await readOwn(database, reading, where) : await readChanged(database, reading, known.last.rows, where)
  const items = [...rows.values()].map(({ item }) => item)
  const person = items.find(isPatient)
  if (person === undefined) return undefined
  const directoryTypes = new Set(types)
  const named = namedIn(
    items.map(({ resource }) => resource),
    items.map(({ author }) => author),
  ).filter((reference) => directoryTypes.has(reference.slice(0, reference.indexOf('/'))))
  const { directory, namedAs } = (known === undefined ? undefined : stillNamed(known, named)) ?? (await readNames(database, caller, named))
  return {
    material: {
      patient: person,
      items: items.filter((item) => item !== person),
      directory,
      open: openBy(caller, standing, { self: selfOf(caller) === patient }),
    },
    named,
    namedAs,
    rows,
  }
}

type Names = Pick<ReadMaterial, 'namedAs'> & Pick<Material, 'directory'>

/** Whom the person's rows name, where it is just who was named before, each still as they were. */
function stillNamed({ last, namedNow }: Known, named: readonly string[]): Names | undefined {
  const same = last.namedAs === namedNow && last.named.length === named.length && last.named.every((one, at) => one === named[at])
  return same ? { namedAs: last.namedAs, directory: last.material.directory } : undefined
}

async function readNames(database: Queryable, caller: Caller, named: readonly string[]): Promise<Names> {
  const rows = await readNamed(database, caller, named)
  return { namedAs: rows.map(({ type, id, version }) => `${type}/${id}/${version}`).join(' '), directory: asDirectory(rows) }
}

const CLOSED: StandingBits = { open: 0, shut: 0 }

const COLUMNS = `r.type, r.id, r.version, r.updated_at, coalesce(r.parties[1], '') AS author, r.content`

interface Own {
  readonly rows: KnownRows
  readonly standing: StandingBits
}

/** The person's rows and how the reader stands to them. */
async function readOwn(database: Queryable, reading: Reading, where: Spread): Promise<Own> {
  const { shape, text, values } = ownRows(reading, where)
  const { rows } = await database.query<StoredRow & StandingBits>({ name: `material-${shape}-${where}`, text, values })
  return { rows: new Map(rows.map(readAs)), standing: rows[0] ?? CLOSED }
}

/**
 * The same where most rows are known: the database is told which, and only those come from it that are new or have another version, and the names of those that
 * the reader does not see any more. The Patient always comes, and says how the reader stands to them.
 */
async function readChanged(database: Queryable, reading: Reading, known: KnownRows, where: Spread): Promise<Own> {
  const { shape, text, values } = ownRows(reading, where)
  const { rows } = await database.query<(StoredRow & StandingBits) | Gone>({
    name: `material-changed-${shape}-${where}`,
    text: `SELECT seen.*, k.row AS known FROM (${text}) seen
             FULL JOIN unnest(string_to_array($${values.length + 1}, ' ')) AS k(row) ON k.row = seen.type || '/' || seen.id || '/' || seen.version
            WHERE k.row IS NULL OR seen.id IS NULL OR seen.id = $1`,
    values: [...values, [...known].map(([reference, { version }]) => `${reference}/${version}`).join(' ')],
  })
  const read = new Map(known)
  for (const row of rows) if (row.id === null) read.delete(row.known.slice(0, row.known.lastIndexOf('/')))
  for (const row of rows) if (row.id !== null && known.get(`${row.type}/${row.id}`)?.version !== row.version) read.set(...readAs(row))
  return { rows: read, standing: rows.find((row): row is StoredRow & StandingBits => row.id === reading.patient) ?? CLOSED }
}

/** In place of a row: one that was known, as type/id/version, and is not there for the reader now. */
interface Gone {
  readonly id: null
  readonly known: string
}

/** What the reader may see of the person's rows, as a statement. */
function ownRows({ caller, patient, types }: Reading, where: Spread) {
  const may = readPredicate(caller, 4, '$1')
  return {
    shape: may.shape,
    text: `SELECT ${COLUMNS}, ${standingIn(may)} FROM passport.resource r ${may.standing} WHERE ${inPerson(where)} AND ${may.sql}`,
    values: [patient, bucketOfPatient(patient), types, ...may.values],
  }
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
