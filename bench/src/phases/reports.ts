/**
 * The facts that reports are made of: ten years of generated ones stored and published, and those of a seeded record made anew from FHIR.
 * A twentieth of 130,000 people unless `--full` is asked for; half of it first, so that the slope is measured and not assumed.
 */
import { join } from 'node:path'
import { generateFacts } from '@infra/local/demo/generated-facts'
import { loadReportAreas } from '@handrail/fhir-profiles/report-areas'
import { loadProfiles } from '@platform/fhir/profiles'
import { packageFolder } from '@handrail/fhir-profiles/package'
import { openDatabase, type Database } from '@platform/service/database'
import { placesIn } from '@platform/service/places'
import { migrateAll } from '@infra/local/migrations'
import { measuresOf } from '@services/passport/domain/outcomes/paired-change'
import type { Fact } from '@services/passport/domain/reports/fact'
import { factKeeper } from '@services/passport/store/reports/fact-keeper'
import { factStore, type FactStore } from '@services/passport/store/reports/fact-store'
import { reportStore } from '@services/passport/store/reports/report-store'
import type { Result } from '../scenario.ts'
import { openTown } from '../world.ts'
import type { Phase, Run } from './phase.ts'

const PEOPLE = 130_000
const PART = 20
const QUARTERS = 40
const PEOPLE_AT_ONCE = 500
const SESSIONS_EACH = 20
const ONE_HOUR_S = 3_600
const NEEDS_S = 240

export const reportsPhase: Phase = {
  title: 'Ten years of facts, and the facts of a record made anew',
  covers: ['facts-ten-years', 'facts-rebuild'],
  run: async (run) => {
    if (run.secondsLeft() < NEEDS_S) {
      run.tell(`  left out, for it needs ${NEEDS_S} s: npm run bench -- --only facts`)
      return []
    }
    return [...(run.wanted('facts-ten-years') ? await tenYears(run) : []), ...(run.wanted('facts-rebuild') ? await rebuild(run) : [])]
  },
}

/** Stores and publishes ten years; half of the people first. */
async function tenYears({ server, full, signal, tell }: Run): Promise<readonly Result[]> {
  const people = full ? PEOPLE : PEOPLE / PART
  const areas = (await loadReportAreas()).map(({ id }) => id)
  const measured: { readonly people: number; readonly rows: number; readonly seconds: number }[] = []
  for (const some of full ? [people] : [people / 2, people]) {
    await using database = await openDatabase(await server.database(`facts_${some}`), { name: 'bench', max: 4 })
    await migrateAll(database)
    const facts = factStore(database)
    const begun = performance.now()
    let rows = 0
    let batch = new Map<string, readonly Fact[]>()
    for (const [person, own] of generateFacts({ people: some, from: '2016-Q1', quarters: QUARTERS, areas, organizations: ORGANIZATIONS })) {
      signal.throwIfAborted()
      batch.set(person, own)
      rows += own.length
      if (batch.size < PEOPLE_AT_ONCE) continue
      await facts.replace(batch)
      batch = new Map()
    }
    await facts.replace(batch)
    const stored = performance.now()
    await publish(database, facts, areas)
    const seconds = (performance.now() - begun) / 1_000
    tell(
      `  ${some} people: ${rows} rows stored in ${((stored - begun) / 1_000).toFixed(1)} s, ${QUARTERS} quarters published in ${((performance.now() - stored) / 1_000).toFixed(1)} s`,
    )
    measured.push({ people: some, rows, seconds })
  }
  const last = measured.at(-1)
  if (last === undefined) return []
  const whole = full ? last.seconds : slopeOf(measured) * PEOPLE
  return [
    result('facts-ten-years-rows', 'rows', last.rows),
    result(full ? 'facts-ten-years' : 'facts-ten-years-a-twentieth', 's', last.seconds),
    { ...result('facts-ten-years-130000', full ? 's' : 's, by the slope', whole), target: `< ${ONE_HOUR_S} s`, met: whole < ONE_HOUR_S },
  ]
}

/** Makes the facts of a seeded record anew; half of it first. */
async function rebuild({ folder, server, full, signal, tell }: Run): Promise<readonly Result[]> {
  const profiles = loadProfiles(packageFolder)
  const areas = await loadReportAreas()
  const measured: { readonly people: number; readonly seconds: number }[] = []
  const people = full ? PEOPLE / PART : PEOPLE / PART / 10
  for (const some of [people / 2, people]) {
    await using town = await openTown({
      people: some,
      sessionsEach: SESSIONS_EACH,
      folder: join(folder, `facts-${some}`),
      databaseUrl: await server.database(`rebuild_${some}`),
      signal,
      tell,
    })
    const { database } = town
    const keeper = factKeeper({
      database,
      facts: factStore(database),
      areas,
      places: placesIn(database),
      measures: measuresOf(profiles.codeSystems),
      codeSystems: profiles.codeSystems,
      baseUrl: 'http://127.0.0.1/fhir',
      now: () => new Date(),
    })
    const begun = performance.now()
    const found = await keeper.rebuild()
    const seconds = (performance.now() - begun) / 1_000
    tell(`  the facts of ${found} people with ${SESSIONS_EACH} sessions each were made anew in ${seconds.toFixed(1)} s`)
    measured.push({ people: found, seconds })
  }
  const last = measured.at(-1)
  if (last === undefined) return []
  return [
    result('facts-rebuild-people', 'people/s', last.people / last.seconds),
    result('facts-rebuild-130000', 's, by the slope', slopeOf(measured) * PEOPLE),
  ]
}

/** What one more person takes, in seconds: between the smaller and the larger. */
function slopeOf(measured: readonly { readonly people: number; readonly seconds: number }[]): number {
  const [one, other] = [measured[0], measured.at(-1)]
  if (one === undefined || other === undefined) return 0
  return one === other ? one.seconds / one.people : (other.seconds - one.seconds) / (other.people - one.people)
}

async function publish(database: Database, facts: FactStore, areas: readonly string[]): Promise<void> {
  const published = await reportStore(database, facts, areas).publishDue(new Date('2026-03-01'))
  if (published.length !== QUARTERS) throw new Error(`${published.length} of ${QUARTERS} quarters were published`)
}

const ORGANIZATIONS = {
  nhs: Array.from({ length: 20 }, (_, index) => `Organization/nhs-${index}`),
  'third-sector': Array.from({ length: 30 }, (_, index) => `Organization/charity-${index}`),
  leisure: Array.from({ length: 30 }, (_, index) => `Organization/leisure-${index}`),
  'social-care': ['Organization/council'],
}

const result = (name: string, unit: string, ours: number): Result => ({
  name,
  unit,
  concurrency: 1,
  rounds: 1,
  ours: Math.round(ours * 10) / 10,
  ceiling: null,
  ratio: null,
  target: '',
  met: true,
  p50: null,
  p99: null,
})
