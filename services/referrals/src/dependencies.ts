/** What the routes, jobs and timers of referrals work with, put together in one place for `main.ts` and for the one-process hub. */
import { loadPathway } from '@handrail/fhir-profiles/pathway'
import type { TokenVerifier } from '@platform/fhir/token-verifier'
import type { Clock } from '@platform/service/clock'
import type { Database } from '@platform/service/database'
import { newId, type NewId } from '@platform/service/ids'
import { silentLog, type Log } from '@platform/service/log'
import type { Pathway } from './domain/pathway.ts'
import { clocksIn, type Clocks } from './store/clocks.ts'
import { openDirectory, type ServiceDirectory } from './store/directory.ts'
import { needsOf, type Needs } from './store/needs.ts'
import { toPathway } from './store/pathway.ts'
import { openRecord, type FhirRecord, type TokenSource } from './store/record.ts'

/** Everything this service works with. */
export interface Dependencies {
  /** Verifies the tokens of callers. */
  readonly tokens: TokenVerifier
  readonly record: FhirRecord
  readonly directory: ServiceDirectory
  readonly clocks: Clocks
  readonly needs: Needs
  readonly pathway: Pathway
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
}

/** What they are made from. */
export interface DependencySources {
  readonly tokens: TokenVerifier
  /** Gives the tokens of the client `handrail-referrals`. */
  readonly reactorTokens: TokenSource
  /** Where the record is reached; its FHIR base is this followed by /fhir. */
  readonly passportUrl: string
  readonly database: Database
  readonly clock: Clock
  readonly newId?: NewId
  readonly log?: Log
}

/**
 * Opens them. Nothing is asked of the record yet.
 *
 * @throws MalformedDataFile when the pathway's data cannot be read
 */
export async function openDependencies(sources: DependencySources): Promise<Dependencies> {
  const { tokens, reactorTokens, passportUrl, database, clock, log = silentLog } = sources
  const pathway = toPathway(await loadPathway())
  const record = openRecord({ baseUrl: `${passportUrl}/fhir`, tokens: reactorTokens })
  const directory = openDirectory(record)
  const clocks = clocksIn(database)
  const needs = needsOf({ record, clocks, directory, pathway, clock, log })
  return { tokens, record, directory, clocks, needs, pathway, clock, newId: sources.newId ?? newId, log }
}
