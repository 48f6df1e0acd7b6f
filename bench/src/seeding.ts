/**
 * Fills a record with people by COPY. Every row is made by the record's own code (what is indexed, who stands how to whom), so a
 * seeded person is found and guarded like any other; nothing is announced and nothing audited.
 */
import { randomUUID } from 'node:crypto'
import { setImmediate as breathe } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Resource } from '@medplum/fhirtypes'
import { loadProfiles } from '@platform/fhir/profiles'
import { ID, OWN_ID } from '@platform/nhs/systems'
import type { Database } from '@platform/service/database'
import { KINDS } from '@services/passport/domain/access/policy'
import { bucketFrom, mintId } from '@services/passport/domain/bucket'
import { prepareWrite, type Write } from '@services/passport/domain/prepare-write'
import type { FhirResource } from '@services/passport/domain/references'
import { TYPES } from '@services/passport/domain/resource-types'
import { compileExtractor, type IndexValues } from '@services/passport/domain/search/extract'
import { loadSearchDefinitions } from '@services/passport/store/search-definitions'
import { copyIn, copyLine } from './copy-in.ts'
import { aCareTeam, aPerson, aSession, syntheticNhsNumbers, type Surroundings } from './people.ts'

/** How many people, and how many therapy sessions each. */
export interface SeedOptions {
  readonly people: number
  readonly sessionsEach: number
  /** Further people with more: `[500, 500]` makes two with 500 entries each, the Patient and the CareTeam among them. */
  readonly withEntries?: readonly number[]
  /** Where to begin in the range of synthetic NHS numbers. @default 0 */
  readonly from?: number
  readonly surroundings: Surroundings
  /** Hears how many people are stored, now and then. */
  readonly onProgress?: (people: number) => void
}

/** A person as they were stored. */
export interface SeededPerson {
  /** What `aPerson` made them from. */
  readonly index: number
  readonly id: string
  readonly nhsNumber: string
  readonly sessionIds: readonly string[]
}

const PEOPLE_AT_ONCE = 250
const BREATHE_EVERY = 10

/** Tables and columns that a write is spread over. services/passport/migrations. */
const TABLES = {
  resource: 'passport.resource (bucket, type, id, version, updated_at, patient, occurred_at, classes, parties, tokens, content)',
  dates: 'passport.date_index (bucket, id, key, low, high)',
  strings: 'passport.string_index (bucket, id, key, value, exact)',
  numbers: 'passport.number_index (bucket, id, key, unit, low, high)',
  identifiers: 'passport.identifier (value, system, type, bucket, id)',
  relationships: 'passport.relationship (patient, party, kind, source)',
} as const
type Lines = Readonly<Record<keyof typeof TABLES, string[]>>

/** The organisations of the demonstration that the seeded records name. @throws Error when the hub is no demonstration */
export async function surroundingsIn(database: Database): Promise<Surroundings> {
  return { team: await organizationOf(database, 'community-team'), author: await organizationOf(database, 'therapy-centre') }
}

/** `Organization/<id>` of an organisation of the demonstration, by its key. @throws Error when the record has none */
export async function organizationOf(database: Database, key: string): Promise<string> {
  const { rows } = await database.query<{ id: string }>({
    text: `SELECT id FROM passport.identifier WHERE system = $1 AND value = $2 AND type = 'Organization'`,
    values: [OWN_ID.DEMO, key],
  })
  if (rows[0] === undefined) throw new Error(`The record has no organisation ${key} of the demonstration: seed a demonstration hub.`)
  return `Organization/${rows[0].id}`
}

/** Stores people and answers who they are. A batch of people is one transaction. */
export async function seedPeople(database: Database, options: SeedOptions): Promise<SeededPerson[]> {
  const { people, sessionsEach, withEntries = [], from = 0, surroundings, onProgress = () => {} } = options
  const sessions = [...Array.from({ length: people }, () => sessionsEach), ...withEntries.map((entries) => entries - 2)]
  const numbers = syntheticNhsNumbers(sessions.length, from)
  const extract = compiledExtractors()
  const at = new Date()
  const seeded: SeededPerson[] = []
  let storing = Promise.resolve()

  for (let first = 0; first < sessions.length; first += PEOPLE_AT_ONCE) {
    const lines: Lines = { resource: [], dates: [], strings: [], numbers: [], identifiers: [], relationships: [] }
    for (let index = first; index < Math.min(first + PEOPLE_AT_ONCE, sessions.length); index += 1) {
      if (index % BREATHE_EVERY === 0) await breathe() // the batch before is being sent meanwhile
      seeded.push(addPerson({ index, nhsNumber: numbers[index] ?? '', sessions: sessions[index] ?? 0, at, surroundings }, extract, lines))
    }
    await storing
    storing = store(database, lines)
    // It is awaited a batch later: until then nobody else would hear that it failed, and the process would end of it.
    storing.catch(() => undefined)
    onProgress(seeded.length)
  }
  await storing
  await database.query({ text: 'VACUUM ANALYZE' })
  return seeded
}

interface NewPerson {
  readonly index: number
  readonly nhsNumber: string
  readonly sessions: number
  readonly at: Date
  readonly surroundings: Surroundings
}

function addPerson({ index, nhsNumber, sessions, at, surroundings }: NewPerson, extract: Extract, lines: Lines): SeededPerson {
  const uuid = randomUUID()
  const bucket = bucketFrom(uuid)
  const id = mintId(bucket, { at, uuid })
  const add = (resource: Resource, itsId = mintId(bucket, { at, uuid: randomUUID() })): string => {
    const fhir = resource as unknown as FhirResource // the record's own, looser type of the same thing
    const { author } = surroundings
    addLines(prepareWrite({ exact: fhir, resource: fhir, id: itsId, version: 1, bucket, at, author }, extract), at, lines)
    return itsId
  }
  add(aPerson(index, nhsNumber), id)
  add(aCareTeam(id, surroundings))
  return {
    index,
    id,
    nhsNumber,
    sessionIds: Array.from({ length: sessions }, (_, session) => add(aSession(index + session, id, surroundings))),
  }
}

function addLines(
  { bucket, type, id, version, patient, classes, parties, content, index, relationships }: Write,
  at: Date,
  lines: Lines,
): void {
  const tokens = `{${index.tokens.join(',')}}`
  lines.resource.push(copyLine([bucket, type, id, version, at, patient, index.occurredAt, classes, parties, tokens, content]))
  for (const { key, low, high } of index.dates) lines.dates.push(copyLine([bucket, id, key, low, high]))
  for (const { key, value, exact } of index.strings) lines.strings.push(copyLine([bucket, id, key, value, exact]))
  for (const { key, unit, low, high } of index.numbers) lines.numbers.push(copyLine([bucket, id, key, unit, low, high]))
  for (const { value, system } of index.identifiers) lines.identifiers.push(copyLine([value, system, type, bucket, id]))
  for (const { patient: of, party, kind } of relationships) {
    lines.relationships.push(copyLine([of, party, KINDS.indexOf(kind) + 1, `${type}/${id}`]))
  }
}

async function store(database: Database, lines: Lines): Promise<void> {
  const client = await database.pool.connect()
  try {
    await client.query('BEGIN')
    for (const [table, into] of Object.entries(TABLES)) await copyIn(client, into, lines[table as keyof Lines])
    await client.query('COMMIT')
    client.release()
  } catch (error) {
    client.release(true) // whatever it was in the middle of ends with the connection
    throw error
  }
}

type Extract = (resource: FhirResource) => IndexValues

/** The record's extractors, compiled from the same definitions. */
function compiledExtractors(): Extract {
  const { searchParameters } = loadProfiles(fileURLToPath(new URL('../../fhir-profiles/package', import.meta.url)))
  const definitions = loadSearchDefinitions({ types: TYPES, own: searchParameters, baseUrl: 'http://127.0.0.1/fhir' })
  const extractors = new Map<string, ReturnType<typeof compileExtractor>>()
  return (resource) => {
    const extractor = extractors.get(resource.resourceType) ?? compileExtractor(definitions, resource.resourceType)
    extractors.set(resource.resourceType, extractor)
    return extractor(resource as Resource)
  }
}

/** How many synthetic people a record holds already, by their NHS numbers: where a further seeding begins. */
export async function seededAlready(database: Database): Promise<number> {
  const { rows } = await database.query<{ last: string | null }>({
    text: `SELECT max(substr(value, 4, 6)) AS last FROM passport.identifier WHERE system = $1 AND type = 'Patient' AND value LIKE '999%'`,
    values: [ID.NHS_NUMBER],
  })
  return rows[0]?.last == null ? 0 : Number(rows[0].last) + 1
}
