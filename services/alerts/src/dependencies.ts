/** What the routes, jobs and timers of alerts work with, put together in one place for `main.ts` and for the one-process hub. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { loadHospitalSites, siteOf as waysOf, type HospitalSite } from '@handrail/fhir-profiles/hospital-sites'
import { pagesOf, type Pages } from './store/pages.ts'
import { publishedFiguresIn, type PublishedFigures } from './store/published-figures.ts'
import { loadUrgentAnswer } from '@handrail/fhir-profiles/urgent-answer'
import { loadPathway, type Pathway } from '@handrail/fhir-profiles/pathway'
import type { TokenVerifier } from '@platform/fhir/token-verifier'
import { controlIds } from '@platform/hl7v2/acknowledgement'
import { parseTime } from '@platform/hl7v2/time'
import type { Clock } from '@platform/service/clock'
import type { Database } from '@platform/service/database'
import { newId, type NewId } from '@platform/service/ids'
import { silentLog, type Log } from '@platform/service/log'
import type { AlertRule } from './domain/alert-lines.ts'
import { messageReceived, type MessageReceived } from './jobs/message-received.ts'
import { loadChannels, type Channel } from './outbox/define-channel.ts'
import type { ChannelSettings } from './outbox/open-means.ts'
import type { OutboundPolicy } from '@platform/service/outbound'
import { adtCounts, type AdtCounts } from './store/adt-counts.ts'
import { alertsOf, type Alerts } from './store/alerts.ts'
import { answersAheadIn } from './store/answers-ahead.ts'
import { deathsIn, type Deaths } from './store/deaths.ts'
import { feedsIn, type Feeds } from './store/feeds.ts'
import type { Intake } from './store/intake.ts'
import { keptRotasIn, type KeptRotas } from './store/kept-rota.ts'
import { keptMessagesIn, type KeptMessages } from '@platform/service/kept-messages'
import { mergedRecordsIn, type MergedRecords } from './store/merged-records.ts'
import { messagePartsIn, type MessageParts } from './store/message-parts.ts'
import { messageStore, type MessageStore } from './store/message-store.ts'
import { noticesIn, type Notices } from './store/notices.ts'
import { askAboutMergeIn } from './store/possible-duplicates.ts'
import { openRecord, type FhirRecord, type TokenSource } from './store/record.ts'
import { openQuarantine, type Quarantine } from './store/quarantine.ts'
import { registerIn, type Register } from './store/register.ts'
import { reviewStore, type ReviewStore } from './store/review-store.ts'
import { rotasIn } from './store/rota.ts'
import { ruleApprovalsIn, type RuleApprovals } from './store/rule-approvals.ts'
import { loadAlertRules } from './store/rules.ts'
import { openSigner, type Signer } from './store/signing-key.ts'
import { stayStore, type StayStore } from './store/stay-store.ts'
import { stepsIn, type Steps } from './store/steps.ts'
import { subscriptionsIn, type Subscriptions } from './store/subscriptions.ts'
import { openUnregisteredMarks, type UnregisteredMarks } from './store/unregistered-marks.ts'
import { openWatchList, type WatchList } from './store/watch-list.ts'

/** Everything this service works with. */
export interface Dependencies {
  /** Verifies the tokens of callers. */
  readonly tokens: TokenVerifier
  readonly record: FhirRecord
  readonly register: Register
  /** Rotas, for who administers an organisation. */
  readonly keptRotas: KeptRotas
  readonly watchList: WatchList
  readonly messages: MessageStore
  readonly marks: UnregisteredMarks
  readonly stays: StayStore
  readonly reviews: ReviewStore
  readonly alerts: Alerts
  readonly rules: readonly AlertRule[]
  readonly approvals: RuleApprovals
  readonly notices: Notices
  readonly subscriptions: Subscriptions
  readonly steps: Steps
  readonly feeds: Feeds
  readonly counts: AdtCounts
  readonly quarantine: Quarantine
  readonly parts: MessageParts
  /** How each hospital writes, by MSH-4. */
  readonly siteOf: (facility: string) => HospitalSite
  /** Hospitals whose entry says from when they send, by MSH-4. */
  readonly expected: readonly { readonly facility: string; readonly from: Date }[]
  readonly received: MessageReceived
  readonly intake: Intake
  readonly deaths: Deaths
  readonly mergedRecords: MergedRecords
  readonly signer: Signer
  /** Paging for urgent answers. */
  readonly pages: Pages
  readonly publishedFigures: PublishedFigures
  readonly channels: ReadonlyMap<string, Channel>
  readonly outboundPolicy: OutboundPolicy
  readonly messaging: ChannelSettings
  /** What a demonstration would have sent. */
  readonly kept: KeptMessages
  readonly demo: boolean
  /** How others reach the hub. */
  readonly publicUrl: string
  /** FHIR base under which others know the record. */
  readonly base: string
  readonly pathway: Pathway
  /** HANDRAIL_HOME/alerts: keys, and where the listener can be found. */
  readonly folder: string
  readonly processingIds: readonly string[]
  readonly newControlId: () => string
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
}

/** What they are made from. */
export interface DependencySources {
  readonly tokens: TokenVerifier
  /** Gives the tokens of the client `handrail-alerts`. */
  readonly reactorTokens: TokenSource
  /** Where the record is reached; its FHIR base is this followed by /fhir. */
  readonly passportUrl: string
  readonly database: Database
  /** HANDRAIL_HOME */
  readonly home: string
  readonly demo: boolean
  readonly outboundPolicy: OutboundPolicy
  readonly messaging: ChannelSettings
  readonly publicUrl: string
  readonly processingIds: readonly string[]
  readonly clock: Clock
  readonly newId?: NewId
  readonly log?: Log
}

/**
 * Opens them: the watch list is loaded from its table. Nothing is asked of the record yet.
 *
 * @throws MalformedDataFile when the pathway's data cannot be read, Error naming a malformed rule or channel
 */
export async function openDependencies(sources: DependencySources): Promise<Dependencies> {
  const {
    tokens,
    reactorTokens,
    passportUrl,
    database,
    home,
    demo,
    outboundPolicy,
    messaging,
    publicUrl,
    processingIds,
    clock,
    newId: mint = newId,
    log = silentLog,
  } = sources
  const folder = join(home, 'alerts')
  const [pathway, urgentAnswer, sites, rules, channels, signer, watchList, marks] = await Promise.all([
    loadPathway(),
    loadUrgentAnswer(),
    loadHospitalSites(),
    loadAlertRules(),
    loadChannels(),
    openSigner(folder, join(home, 'published-keys')),
    openWatchList(database),
    openUnregisteredMarks(database, { folder, now: clock.now() }),
  ])
  const record = openRecord({ baseUrl: `${passportUrl}/fhir`, tokens: reactorTokens })
  const rotas = rotasIn(record)
  const register = registerIn(record, pathway, rotas, { unknownFacility: demo ? 'hospital' : 'specialist' })
  const siteOf = (facility: string) => waysOf(sites, facility)
  const expected = [...sites.sites].flatMap(([facility, { expectedFrom }]) => {
    const from = parseTime(expectedFrom?.replaceAll('-', '') ?? '')?.at // at midnight there
    return from === undefined ? [] : [{ facility, from }]
  })
  const notices = noticesIn(database)
  const stays = stayStore(database, { onNotice: (made) => notices.ring(made) })
  const messages = messageStore(database)
  const reviews = reviewStore(database, { called: (facility) => siteOf(facility).called })
  const approvals = ruleApprovalsIn(database, { demo })
  const subscriptions = subscriptionsIn(database)
  const deaths = deathsIn(database)
  const intake: Intake = {}
  const alerts = alertsOf({
    record,
    stays,
    answersAhead: answersAheadIn(database, { demo }),
    watchList,
    register,
    rules,
    approvals,
    siteOf,
    pathway,
    subscriptions,
    deaths,
    onDeath: () => intake.onDeath?.(),
    clock,
    newId: mint,
    log,
  })
  return {
    tokens,
    publishedFigures: publishedFiguresIn(database),
    pages: pagesOf({ record, register, subscriptions, notices, urgentAnswer, clock, log }),
    record,
    register,
    keptRotas: keptRotasIn(record, rotas, pathway.calendar),
    watchList,
    messages,
    marks,
    stays,
    reviews,
    alerts,
    rules,
    approvals,
    notices,
    subscriptions,
    steps: stepsIn(database, record, notices),
    feeds: feedsIn(database),
    counts: adtCounts(),
    received: messageReceived({
      askAboutMerge: askAboutMergeIn(record, () => register.reviewOwner()),
      messages,
      stays,
      alerts,
      watchList,
      reviews,
      marks,
      deaths,
      onDeath: () => intake.onDeath?.(),
      processingIds,
      siteOf,
      clock,
      newId: mint,
      log,
    }),
    intake,
    deaths,
    mergedRecords: mergedRecordsIn(database),
    quarantine: openQuarantine(database, folder),
    parts: messagePartsIn(database, folder),
    siteOf,
    expected,
    signer,
    channels,
    outboundPolicy,
    messaging,
    kept: keptMessagesIn(database, () => clock.now()),
    demo,
    publicUrl,
    base: `${publicUrl}/fhir`,
    pathway,
    folder,
    processingIds,
    newControlId: controlIds(`H${randomBytes(4).toString('hex').toUpperCase()}`), // no other process of the hub has this name
    clock,
    newId: mint,
    log,
  }
}
