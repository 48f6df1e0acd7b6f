/** Opens what the record stands on: definitions, validator, search, audit trail. Shared by `main.ts` and the one-process hub. */
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { loadTimeCritical } from '@handrail/fhir-profiles/time-critical'
import { loadProfiles } from '@platform/fhir/profiles'
import { profilesByType, withPackages } from '@platform/fhir/profiles-external'
import { loadPathway } from '@handrail/fhir-profiles/pathway'
import { loadHospitalSites, type HospitalSites } from '@handrail/fhir-profiles/hospital-sites'
import { loadPayloads } from '@handrail/fhir-profiles/payloads'
import { loadRetention } from '@handrail/fhir-profiles/retention'
import { loadUrgentAnswer } from '@handrail/fhir-profiles/urgent-answer'
import { loadReportAreas } from '@handrail/fhir-profiles/report-areas'
import { loadReviewRules } from '@handrail/fhir-profiles/review-rules'
import { tokenVerifier } from '@platform/fhir/token-verifier'
import { trustedIssuers } from '@platform/fhir/trusted-issuers'
import { createValidator } from '@platform/fhir/validate'
import { typeShape } from '@platform/fhir/validate/structures'
import type { Clock } from '@platform/service/clock'
import { openDatabase, type Database } from '@platform/service/database'
import { keyFor } from '@platform/service/home-key'
import type { NewId } from '@platform/service/ids'
import type { Log } from '@platform/service/log'
import type { Bell } from '@platform/service/outbox'
import { placesIn } from '@platform/service/places'
import type { Resource } from '@medplum/fhirtypes'
import type { Dependencies } from './app.ts'
import type { AppConfig } from './config.ts'
import { cursorSeal } from './domain/cursor.ts'
import { measuresOf } from './domain/outcomes/paired-change.ts'
import { vocabularyOf } from './domain/recording/vocabulary.ts'
import { TYPES } from './domain/resource-types.ts'
import { compileExtractor } from './domain/search/extract.ts'
import { auditTrail } from './store/audit-store.ts'
import { reviewEngine, type ReviewEngine } from './store/reviews.ts'
import { operationsOf } from './store/operations.ts'
import { loadSearchDefinitions } from './store/search-definitions.ts'
import { showsInPart } from './store/shown-in-part.ts'
import { searchesOver } from './store/searches.ts'
import { hubStatesIn } from './store/hub-state.ts'
import { factKeeper } from './store/reports/fact-keeper.ts'
import { factStore } from './store/reports/fact-store.ts'
import { reportStore } from './store/reports/report-store.ts'
import { unitCostsIn } from './store/reports/unit-costs.ts'
import { openSharing } from './store/sharing.ts'
import type { SharingSecrets } from './store/share-secrets.ts'
import { summariesOver } from './store/summaries.ts'
import { loadSections } from './store/summary-sections.ts'
import { rowAdder, rowReader, standingFinder } from './store/together.ts'

/** How long a search may take before it is given up, so that no question slows the answers of others: 10 s. */
const SEARCH_LIMIT = '-c statement_timeout=10000'

/** The connections of the record: some for the few statements that are known, planned once; some for searches, planned each time. */
export async function openPools(url: string, log: Log): Promise<{ database: Database; searching: Database }> {
  const database = await openDatabase(url, { name: 'passport', max: 16, planCacheMode: 'force_generic_plan', log })
  return { database, searching: await openDatabase(url, { name: 'passport-search', max: 8, options: SEARCH_LIMIT, log }) }
}

export interface Foundation {
  /** Planned once for each statement: for the few texts that are known. */
  readonly database: Database
  /** Planned for each search: its texts are built at run time. */
  readonly searching: Database
  readonly bell: Bell
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
  /** The key of this record: `homeKey(HANDRAIL_HOME, 'passport.key')`, the same for all its processes. */
  readonly key: Buffer
  readonly secrets: SharingSecrets
  /** Which wards of which hospital are sensitive. @default `pathway/hospital-sites.json` */
  readonly sites?: Pick<HospitalSites, 'sites'>
}

/** How long whoever asked has to say what happens after a Task that ended without a next step: five days. */
const NEXT_STEP_DUE_MS = 5 * 24 * 60 * 60 * 1000

/** The record with what works in it beside the routes. */
export interface OpenRecord extends Dependencies {
  readonly reviews: ReviewEngine
}

export async function openRecord(
  config: AppConfig,
  { database, searching, bell, clock, newId, log, key, secrets, sites }: Foundation,
): Promise<OpenRecord> {
  const publicUrl = config.PUBLIC_URL.replace(/\/+$/, '')
  const baseUrl = `${publicUrl}/fhir`
  const profiles = loadProfiles(fileURLToPath(new URL('../../../fhir-profiles/package', import.meta.url)))
  const enforced = await withPackages(profiles, config.FHIR_PACKAGES ?? [])
  const validator = createValidator({ profiles: enforced })
  const definitions = loadSearchDefinitions({
    types: TYPES,
    own: profiles.searchParameters,
    expand: (valueSet) => validator.expand(valueSet),
    baseUrl,
  })
  const extractors = new Map<string, ReturnType<typeof compileExtractor>>()
  const extractorOf = (type: string) => {
    const known = extractors.get(type) ?? compileExtractor(definitions, type)
    extractors.set(type, known)
    return known
  }
  const now = () => new Date()
  const inPart = showsInPart(database, { policy: await loadPayloads(), sites: sites ?? (await loadHospitalSites()), baseUrl }, now)
  const searches = searchesOver({ planned: database, adHoc: searching, definitions, inPart, now })
  const record: Dependencies['record'] = {
    database,
    baseUrl,
    addRows: rowAdder(database),
    standings: standingFinder(database),
    inPart,
    extract: (resource) => extractorOf(resource.resourceType)(resource as Resource),
    validate: (resource) => validator.validate(resource, { profiles: 'claimed' }),
    find: (tx, caller, type, query) => searches.find(tx, caller, type, query),
    clock,
    nextStepDueMs: NEXT_STEP_DUE_MS,
    refusalReasons: new Set(profiles.codeSystems.find(({ id }) => id === 'refusal-reason')?.concept?.map(({ code }) => code)),
    reviewOwner: config.ACCESS_REVIEW_OWNER ?? '',
    urgentAnswerDueMs: ((await loadUrgentAnswer()).ladder[1]?.afterMinutes ?? 0) * 60_000,
    underWay: { sets: 0 },
    coming: (changes) => bell.ring({ coming: changes }),
    changed: (types, changes) => bell.ring({ types, ...(changes !== undefined && { changes }) }),
  }
  const [rules, pathway, areas] = await Promise.all([loadReviewRules(), loadPathway(), loadReportAreas()])
  const facts = factStore(database)
  const trail = auditTrail(database)
  const measures = measuresOf(profiles.codeSystems)
  return {
    record,
    sharing: openSharing({ database, record, clock, now, secrets, publicUrl, knowledge: loadTimeCritical() }),
    publicUrl,
    vocabulary: vocabularyOf(profiles.codeSystems),
    measures,
    hubStates: hubStatesIn(database),
    reporting: {
      keeper: factKeeper({ database, facts, areas, places: placesIn(database), measures, codeSystems: profiles.codeSystems, baseUrl, now }),
      reports: reportStore(
        database,
        facts,
        areas.map(({ id }) => id),
      ),
      unitCosts: unitCostsIn(database),
      areas,
      now,
    },
    reviews: reviewEngine({ record, rules, pathway, newId, log, now }),
    database,
    searches,
    summaries: summariesOver(database, { sections: await loadSections(), timeCritical: loadTimeCritical(), baseUrl, trail, inPart }),
    shapes: typeShape,
    definitions,
    baseUrl,
    newId,
    log,
    retention: await loadRetention(),
    now,
    trail,
    readRow: rowReader(database),
    inPart,
    tokens: tokenVerifier({ issuers: trustedIssuers({ ...config, PUBLIC_URL: publicUrl }), audience: baseUrl }),
    seal: cursorSeal(keyFor(key, 'handrail passport page cursors'), () => randomBytes(12)),
    reviewOwner: config.ACCESS_REVIEW_OWNER ?? '',
    operations: operationsOf(profiles.operationDefinitions),
    profilesByType: profilesByType(enforced.structureDefinitions),
    startedAt: now(),
    validateAgainst: (resource, asked) => validator.validate(resource, { profiles: asked.length === 0 ? 'claimed' : [...asked] }),
  }
}
