/**
 * Keeps the facts in step with the record: reads whose record changed since it last looked, and makes all facts of these people anew. It
 * acts on what is so, and so a change that is read twice, late or by two processes does no harm.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { ReportArea } from '@handrail/fhir-profiles/report-areas'
import type { CodeSystem, Organization, Patient, Task } from '@medplum/fhirtypes'
import type { Database } from '@platform/service/database'
import type { Places, PlaceTable } from '@platform/service/places'
import { sectorOfOrganization } from '../../domain/organization-sector.ts'
import type { MeasureFacts } from '../../domain/outcomes/paired-change.ts'
import { understood, type FhirResource } from '../../domain/references.ts'
import { FACT_TYPES, factsOfPerson, type FactKnowledge } from '../../domain/reports/facts-of-person.ts'
import type { Fact } from '../../domain/reports/fact.ts'
import type { FactStore } from './fact-store.ts'

export interface FactKeeper {
  /** Takes over everything that changed since the last time; how many people it looked at. */
  keep(): Promise<number>
  /** Makes the facts of everybody anew, whatever was read before; how many people there are. */
  rebuild(): Promise<number>
}

export interface FactKeeperOptions {
  readonly database: Database
  readonly facts: FactStore
  readonly areas: readonly ReportArea[]
  readonly places: Pick<Places, 'of' | 'tables'>
  readonly measures: ReadonlyMap<string, MeasureFacts>
  readonly codeSystems: readonly CodeSystem[]
  readonly baseUrl: string
  /** Real time. */
  readonly now: () => Date
}

/** A change becomes visible at its commit and carries the time of its request: what is younger than this is read once more. */
const SETTLED_AFTER_MS = 60_000
const CHANGES_A_PAGE = 2_000
/** Their records are in memory together, and read while nothing else is done: few, because one may have thousands of entries. */
const PEOPLE_AT_ONCE = 10
/** After each of these it rests so many times as long as that took: whoever writes or reads meanwhile does not wait for the reports. */
const RESTS = 2
/** Of a rebuild: ids only. */
const IDS_A_PAGE = 1_000
const INTERVENTION_KIND = 'https://handrail.example/fhir/CodeSystem/intervention-kind'

/** Opens the keeper. It does nothing until it is asked to look. */
export function factKeeper({ database, facts, areas, places, measures, codeSystems, baseUrl, now }: FactKeeperOptions): FactKeeper {
  const groupOf = groupsIn(codeSystems)
  const areaOf = new Map(areas.flatMap(({ id, outward }) => outward.map((code) => [code, id] as const)))
  /** Versions that the facts hold already, of changes that will be read once more because they are too young: by type and id. */
  let kept: ReadonlyMap<string, Change> = new Map()
  let running: Promise<unknown> = Promise.resolve()
  // One after the other: who reads second has read what the first had, or later.
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = running.then(work, work)
    running = next.catch(() => undefined)
    return next
  }

  return { keep: () => inTurn(keep), rebuild: () => inTurn(rebuild) }

  async function keep(): Promise<number> {
    const settled = new Date(now().getTime() - SETTLED_AFTER_MS)
    const seen = new Set<string>()
    let knowledge: FactKnowledge | undefined
    const [cursor, loaded] = await Promise.all([readCursor(), placesLoaded()])
    // Other tables of places than the facts were made with, or an organisation of another sector: everybody's are made anew, whether their record
    // changed or not.
    const anew = (await takeSectors(cursor.readTo)) || cursor.places !== loaded
    if (anew) kept = new Map()
    for (let place: Place | undefined = { at: anew ? new Date(0) : cursor.readTo, type: '', id: '' }; place !== undefined;) {
      const { changes, next }: Page = await changedSince(place)
      // Whoever was made anew in an earlier page is left for the next time: what changed meanwhile is younger than where that begins.
      const fresh = changes.filter((one) => !seen.has(one.patient ?? '') && kept.get(keyOf(one))?.version !== one.version)
      const people = [...new Set(fresh.flatMap(({ patient }) => patient ?? []))]
      for (const one of people) seen.add(one)
      if (people.length > 0) knowledge ??= await know(loaded)
      if (knowledge !== undefined) await remake(people, knowledge, (tookMs) => wait(RESTS * tookMs))
      const young = [...kept.values(), ...fresh].filter(({ updated_at: at }) => at > settled)
      kept = new Map(young.map((one) => [keyOf(one), one]))
      place = next
      await keepReadTo(next === undefined || next.at > settled ? settled : next.at)
    }
    // Loaded while this went on, perhaps after another process had made everybody's anew: they are once more.
    if ((await placesLoaded()) !== loaded) await keepPlaces(ANEW)
    else if (anew) await keepPlaces(loaded)
    return seen.size
  }

  async function rebuild(): Promise<number> {
    const begun = new Date(now().getTime() - SETTLED_AFTER_MS)
    const loaded = await placesLoaded()
    await takeSectors()
    const knowledge = await know(loaded)
    let people = 0
    for (let after = ''; ;) {
      const { rows } = await database.query<{ id: string }>({
        name: 'facts-people',
        text: `SELECT id FROM passport.resource WHERE type = 'Patient' AND id > $1 ORDER BY id LIMIT $2`,
        values: [after, IDS_A_PAGE],
      })
      const last = rows.at(-1)
      if (last === undefined) break
      await remake(
        rows.map(({ id }) => id),
        knowledge,
      )
      people += rows.length
      after = last.id
    }
    await keepReadTo(begun)
    await keepPlaces(loaded)
    return people
  }

  async function remake(people: readonly string[], knowledge: FactKnowledge, rest?: (tookMs: number) => Promise<void>): Promise<void> {
    for (let from = 0; from < people.length; from += PEOPLE_AT_ONCE) {
      const begun = performance.now()
      const some = people.slice(from, from + PEOPLE_AT_ONCE)
      const [resources, acceptedAt] = await recordsOf(some)
      const known = knowledge.placeOf === undefined ? knowledge : { ...knowledge, placeOf: await places.of(postcodesIn(resources)) }
      const byPerson = new Map<string, readonly Fact[]>(
        some.map((person) => [person, factsOfPerson({ resources: resources.get(person) ?? [], acceptedAt }, known)]),
      )
      await facts.replace(byPerson)
      await rest?.(performance.now() - begun)
    }
  }

  async function recordsOf(
    people: readonly string[],
  ): Promise<[ReadonlyMap<string, readonly FhirResource[]>, ReadonlyMap<string, string>]> {
    const { rows } = await database.query<Stored>({
      name: 'facts-records',
      text: `SELECT r.bucket, r.patient, r.type, r.id, r.version, r.content FROM passport.resource r
              WHERE r.patient = ANY($1::text[]) AND r.type = ANY($2::text[]) AND NOT r.deleted ORDER BY r.patient, r.type, r.id`,
      values: [people, FACT_TYPES],
    })
    const parsed = rows.map((row) => ({ ...row, resource: understood(JSON.parse(row.content) as FhirResource, baseUrl) }))
    const tasks = parsed.filter(({ type, version }) => type === 'Task' && version > 1)
    const earlier = tasks.length === 0 ? [] : await acceptancesOf(tasks)
    const acceptedAt = new Map<string, string>()
    const current = parsed.flatMap(({ type, id, version, resource }) =>
      type === 'Task' ? [{ id, version, task: resource as unknown as Task }] : [],
    )
    for (const { id, task } of [...earlier, ...current].toSorted((one, other) => one.version - other.version)) {
      if (task.status === 'accepted' && !acceptedAt.has(id)) acceptedAt.set(id, task.lastModified ?? task.meta?.lastUpdated ?? '')
    }
    return [
      new Map([...Map.groupBy(parsed, ({ patient }) => patient)].map(([patient, some]) => [patient, some.map(({ resource }) => resource)])),
      acceptedAt,
    ]
  }

  /** Earlier versions in which a Task was accepted: it may have gone on since. */
  async function acceptancesOf(tasks: readonly Pick<Stored, 'bucket' | 'id'>[]) {
    const { rows } = await database.query<{ id: string; version: number; content: string }>({
      name: 'facts-acceptances',
      text: `SELECT h.id, h.version, h.content FROM unnest($1::smallint[], $2::text[]) AS asked(bucket, id)
               JOIN passport.history h ON h.bucket = asked.bucket AND h.type = 'Task' AND h.id = asked.id
              WHERE NOT h.deleted AND h.content LIKE '%"accepted"%'`,
      values: [tasks.map(({ bucket }) => bucket), tasks.map(({ id }) => id)],
    })
    return rows.map(({ id, version, content }) => ({ id, version, task: JSON.parse(content) as Task }))
  }

  async function changedSince({ at, type, id }: Place): Promise<Page> {
    const { rows } = await database.query<Change>({
      name: 'facts-changed',
      // Of each type so many at most, by its own index: never the whole record sorted for one page of it.
      text: `SELECT found.* FROM unnest($2::text[]) AS kept(type),
                LATERAL (SELECT r.patient, r.updated_at, r.type, r.id, r.version FROM passport.resource r
                          WHERE r.type = kept.type AND r.updated_at >= $1 AND (r.updated_at, r.type, r.id) > ($1, $4::text, $5::text)
                          ORDER BY r.updated_at, r.id LIMIT $3) found
              ORDER BY found.updated_at, found.type, found.id LIMIT $3`,
      values: [at, FACT_TYPES, CHANGES_A_PAGE, type, id],
    })
    const last = rows.length === CHANGES_A_PAGE ? rows.at(-1) : undefined
    return last === undefined ? { changes: rows } : { changes: rows, next: { at: last.updated_at, type: last.type, id: last.id } }
  }

  /** @param loaded the tables of places, as text */
  async function know(loaded: string): Promise<FactKnowledge> {
    const { rows } = await database.query<{ id: string; content: string }>({
      name: 'facts-organizations',
      text: `SELECT id, content FROM passport.resource WHERE type = 'Organization' AND NOT deleted`,
    })
    const sectors = rows.flatMap(({ id, content }): [string, string][] => {
      const sector = sectorOfOrganization(JSON.parse(content) as Organization)
      return sector === undefined ? [] : [[`Organization/${id}`, sector]]
    })
    return { sectorOf: new Map(sectors), groupOf, measures, areaOf, ...(loaded === NO_TABLES ? {} : { placeOf: new Map() }) }
  }

  /**
   * Takes over the sectors of organisations that changed since then; of all of them where none is held yet.
   *
   * @returns whether one has another sector than the facts were made with
   */
  async function takeSectors(since = new Date(0)): Promise<boolean> {
    const { rows } = await database.query<{ id: string; content: string; held: string | null }>({
      name: 'facts-sectors',
      text: `SELECT r.id, r.content, held.sector AS held FROM passport.resource r LEFT JOIN passport.fact_sector held ON held.organization = r.id
              WHERE r.type = 'Organization' AND NOT r.deleted AND (r.updated_at >= $1 OR NOT EXISTS (SELECT FROM passport.fact_sector))`,
      values: [since],
    })
    const sectors = rows.map(({ id, content, held }) => ({
      id,
      held,
      sector: sectorOfOrganization(JSON.parse(content) as Organization) ?? '',
    }))
    const others = sectors.filter(({ held, sector }) => held !== sector)
    if (others.length === 0) return false
    const changed = others.some(({ held }) => held !== null)
    // First, so that whoever stops in between begins anew all the same.
    if (changed) await keepPlaces(ANEW)
    await database.query({
      name: 'facts-sectors-keep',
      text: `INSERT INTO passport.fact_sector (organization, sector) SELECT * FROM unnest($1::text[], $2::text[])
             ON CONFLICT (organization) DO UPDATE SET sector = excluded.sector`,
      values: [others.map(({ id }) => id), others.map(({ sector }) => sector)],
    })
    return changed
  }

  async function readCursor(): Promise<{ readonly readTo: Date; readonly places: string }> {
    const { rows } = await database.query<{ read_to: Date; places: string }>({
      name: 'facts-cursor-and-places',
      text: 'SELECT read_to, places FROM passport.fact_cursor',
    })
    return { readTo: rows[0]?.read_to ?? new Date(0), places: rows[0]?.places ?? NO_TABLES }
  }

  /** The loaded tables as a text that is another when anything of them is. */
  async function placesLoaded(): Promise<string> {
    const shown = ({ nation, name, edition, licence, digest }: PlaceTable) => ({ nation, name, edition, licence, digest })
    return JSON.stringify((await places.tables()).map(shown))
  }

  async function keepPlaces(loaded: string): Promise<void> {
    await database.query({ name: 'facts-places-keep', text: 'UPDATE passport.fact_cursor SET places = $1', values: [loaded] })
  }

  async function keepReadTo(at: Date): Promise<void> {
    await database.query({
      name: 'facts-cursor-keep',
      text: `INSERT INTO passport.fact_cursor (read_to) VALUES ($1) ON CONFLICT (single) DO UPDATE SET read_to = greatest(fact_cursor.read_to, excluded.read_to)`,
      values: [at],
    })
  }
}

/** What the cursor says of places where no table is loaded. */
const NO_TABLES = '[]'
/** What no tables are: the next look makes everybody's facts anew. */
const ANEW = 'null'

const postcodesIn = (records: ReadonlyMap<string, readonly FhirResource[]>): readonly string[] =>
  [...records.values()].flatMap((resources) =>
    resources
      .filter(({ resourceType }) => resourceType === 'Patient')
      .flatMap((patient) => ((patient as unknown as Patient).address ?? []).flatMap(({ postalCode }) => postalCode ?? [])),
  )

interface Stored {
  readonly bucket: number
  readonly patient: string
  readonly type: string
  readonly id: string
  readonly version: number
  readonly content: string
}

/** A place among all changes of the record, by real time. */
interface Place {
  readonly at: Date
  readonly type: string
  readonly id: string
}

interface Change {
  readonly patient: string | null
  readonly updated_at: Date
  readonly type: string
  readonly id: string
  readonly version: number
}

const keyOf = ({ type, id }: Change): string => `${type}/${id}`

interface Page {
  readonly changes: readonly Change[]
  readonly next?: Place
}

const groupsIn = (codeSystems: readonly CodeSystem[]): ReadonlyMap<string, string> =>
  new Map(
    (codeSystems.find(({ url }) => url === INTERVENTION_KIND)?.concept ?? []).flatMap(({ code, property = [] }): [string, string][] => {
      const group = property.find((one) => one.code === 'group')?.valueCode
      return code === undefined || group === undefined ? [] : [[code, group]]
    }),
  )
