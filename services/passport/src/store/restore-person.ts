/**
 * Restores a person from an archive: ids, versions, times, authors and relationships as they were, all of it or nothing.
 * docs/decisions/0091-keep-ids-versions-and-authors-when-a-record-moves.md. Hazard HAZ-P90.
 */
import type { Queryable } from '@platform/service/database'
import { archiveRefuse } from '../domain/archive/format.ts'
import { fromVersionLine, type ReadVersion } from '../domain/archive/version-line.ts'
import { bucketIn, bucketOfPatient } from '../domain/bucket.ts'
import { patientOf } from '../domain/compartment.ts'
import { prepareDelete, prepareWrite, type Write } from '../domain/prepare-write.ts'
import { understood } from '../domain/references.ts'
import { RESOURCE_TYPES } from '../domain/resource-types.ts'
import type { AuditEntry } from './audit-store.ts'
import type { RecordDependencies } from './change-record.ts'
import { commitTogether, rowsForRules } from './record-store.ts'

export interface Restored {
  readonly resources: number
  readonly versions: number
  /** Of the directory, what this record has already and keeps as it is. */
  readonly kept: number
  /** All of it is here already, as the archive has it. */
  readonly alreadyHere: boolean
}

/** One resource with all its versions, each as a row. */
interface Lineage {
  readonly reference: string
  readonly type: string
  readonly id: string
  readonly ofPerson: boolean
  readonly writes: readonly (Write & { readonly at: Date })[]
}

/**
 * @param lines of versions.ndjson
 * @throws ARCHIVE_ENTRY_INVALID, ARCHIVE_TAKEN, ARCHIVE_PERSON_KNOWN; nothing is stored then
 */
export async function restorePerson(
  record: RecordDependencies,
  { patient, lines }: { patient: string; lines: readonly string[] },
  audit: Omit<AuditEntry, 'people' | 'entity'>,
): Promise<Restored> {
  const lineages = lineagesOf(record, patient, lines)
  const restored = await record.database.transaction(async (tx) => {
    await tx.query({ text: 'SELECT pg_advisory_xact_lock(hashtext($1))', values: [`restore ${patient}`] })
    const here = new Map((await rowsForRules(tx, lineages)).map((row) => [`${row.type}/${row.id}`, row]))
    const fresh = lineages.filter(({ reference }) => !here.has(reference))
    for (const { reference, ofPerson, writes } of lineages) {
      const row = here.get(reference)
      const last = writes.at(-1)
      if (row !== undefined && ofPerson && (row.version !== last?.version || row.content !== last.content))
        throw archiveRefuse.ARCHIVE_TAKEN({ reference })
    }
    const ofPerson = lineages.filter((one) => one.ofPerson)
    const newOfPerson = fresh.filter((one) => one.ofPerson)
    const versions = fresh.reduce((sum, { writes }) => sum + writes.length, 0)
    const counts = { resources: fresh.length, versions, kept: lineages.length - ofPerson.length - (fresh.length - newOfPerson.length) }
    if (newOfPerson.length === 0) return { ...counts, alreadyHere: true }
    await refuseKnownPerson(tx, newOfPerson)
    await store(tx, fresh, audit)
    return { ...counts, alreadyHere: false }
  })
  if (restored.versions > 0) record.changed([...new Set(lineages.map(({ type }) => type))])
  return restored
}

function lineagesOf(record: RecordDependencies, patient: string, lines: readonly string[]): Lineage[] {
  const read = lines.map((line, index) => ({ line: index + 1, version: fromVersionLine(line, index + 1) }))
  const groups = Map.groupBy(read, ({ version: { type, id } }) => `${type}/${id}`)
  const lineages = [...groups].flatMap(([reference, own]): Lineage[] => {
    const sorted = own.toSorted((one, other) => one.version.version - other.version.version)
    const repeated = sorted.find(({ version }, index) => sorted[index + 1]?.version.version === version.version)
    if (repeated !== undefined) throw invalid(repeated.line, 'its version is there twice')
    const writes = rowsOf(record, patient, sorted)
    const [first] = sorted
    // What was deleted, and of which no version may be seen, leaves nothing to restore.
    if (first === undefined || writes.length === 0) return []
    return [{ reference, type: first.version.type, id: first.version.id, ofPerson: writes.at(-1)?.patient === patient, writes }]
  })
  if (!groups.has(`Patient/${patient}`)) throw invalid(1, 'nothing in it is the person that the manifest names')
  return lineages
}

type NumberedVersion = { readonly line: number; readonly version: ReadVersion }

function rowsOf(record: RecordDependencies, patient: string, sorted: readonly NumberedVersion[]): (Write & { readonly at: Date })[] {
  const rows: (Write & { readonly at: Date })[] = []
  const last = sorted.at(-1)
  for (const each of sorted) {
    const { line, version } = each
    const before = rows.at(-1)
    if (version.exact === undefined || version.plain === undefined) {
      if (each !== last) throw invalid(line, 'what was deleted has no further version')
      if (before !== undefined) rows.push({ ...prepareDelete(before), version: version.version, at: version.at })
      continue
    }
    const resource = understood(version.plain, record.baseUrl)
    const whose = patientOf(resource, version.id)
    const belongs = whose === patient || (whose === undefined && goesAlong(version.type))
    // An archive of one person brings nothing about another, and nothing that acts, such as a Subscription.
    if (!belongs) throw invalid(line, 'it is not about the person of the archive')
    const [issue] = each === last ? record.validate(resource).filter(({ severity }) => severity === 'error' || severity === 'fatal') : []
    if (issue !== undefined) throw invalid(line, issue.text)
    const write = prepareWrite(
      {
        exact: version.exact,
        resource,
        id: version.id,
        version: version.version,
        at: version.at,
        author: version.author,
        bucket: bucketIn(version.id) ?? bucketOfPatient(whose ?? version.id),
      },
      (stored) => record.extract(stored),
    )
    const stood = new Set(version.relationships.map(({ party, kind }) => `${kind} ${party}`))
    // Computed here, and only those that there were: an archive makes no relationship that its record had not.
    rows.push({ ...write, at: version.at, relationships: write.relationships.filter(({ party, kind }) => stood.has(`${kind} ${party}`)) })
  }
  return rows
}

const goesAlong = (type: string): boolean => RESOURCE_TYPES[type]?.dataClass === 'directory' || type === 'Binary'
const invalid = (line: number, why: string) =>
  archiveRefuse.ARCHIVE_ENTRY_INVALID({ line, why }, { expression: `versions.ndjson[${line}]` })

/** The same person under another id would be one record in two. */
async function refuseKnownPerson(tx: Queryable, lineages: readonly Lineage[]): Promise<void> {
  const identifiers = lineages
    .filter(({ type }) => type === 'Patient')
    .flatMap(({ writes }) => writes.at(-1)?.index.identifiers ?? [])
    .filter(({ system }) => system !== '')
  const { rows } = await tx.query({
    text: `SELECT FROM unnest($1::text[], $2::text[]) AS k(system, value) JOIN passport.identifier i ON i.value = k.value AND i.type = 'Patient' AND i.system = k.system LIMIT 1`,
    values: [identifiers.map(({ system }) => system), identifiers.map(({ value }) => value)],
  })
  if (rows.length > 0) throw archiveRefuse.ARCHIVE_PERSON_KNOWN()
}

async function store(tx: Queryable, lineages: readonly Lineage[], audit: Omit<AuditEntry, 'people' | 'entity'>): Promise<void> {
  const last = lineages.flatMap(({ writes }) => writes.at(-1) ?? [])
  // It comes back as it was, also a refusal for a reason that nobody would give today.
  await tx.query({ text: `SELECT set_config('handrail.restoring', 'on', true)` })
  await commitTogether(
    tx,
    last.map((write) => ({
      writes: [{ ...write, version: 1, deleted: false }],
      at: write.at,
      audit: {
        ...audit,
        entity: `${write.type}/${write.id}/_history/${write.version}`,
        people: write.patient === undefined ? [] : [write.patient],
      },
    })),
  )
  await tx.query({
    text: 'SELECT passport.restore_versions($1::smallint[], $2::text[], $3::text[], $4::integer[], $5::boolean[])',
    values: [
      last.map(({ bucket }) => bucket),
      last.map(({ type }) => type),
      last.map(({ id }) => id),
      last.map(({ version }) => version),
      last.map(({ deleted }) => deleted),
    ],
  })
  const earlier = lineages.flatMap(({ writes }) => writes.slice(0, -1))
  await tx.query({
    text: `INSERT INTO passport.history (bucket, type, id, version, updated_at, deleted, patient, classes, parties, content)
           SELECT bucket, type, id, version, updated_at, false, patient, classes, ARRAY(SELECT jsonb_array_elements_text(parties)), content
             FROM unnest($1::smallint[], $2::text[], $3::text[], $4::integer[], $5::timestamptz[], $6::text[], $7::integer[], $8::jsonb[], $9::text[])
                  AS e(bucket, type, id, version, updated_at, patient, classes, parties, content)`,
    values: [
      earlier.map(({ bucket }) => bucket),
      earlier.map(({ type }) => type),
      earlier.map(({ id }) => id),
      earlier.map(({ version }) => version),
      earlier.map(({ at }) => at),
      earlier.map(({ patient }) => patient ?? null),
      earlier.map(({ classes }) => classes),
      earlier.map(({ parties }) => JSON.stringify(parties)),
      earlier.map(({ content }) => content),
    ],
  })
}
