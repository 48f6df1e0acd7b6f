/** What the routes, jobs and timers of referrals work with, put together in one place for `main.ts` and for the one-process hub. */
import { loadHarmWarnings, loadPathway } from '@handrail/fhir-profiles/pathway'
import { loadPayloads } from '@handrail/fhir-profiles/payloads'
import type { TokenVerifier } from '@platform/fhir/token-verifier'
import type { Clock } from '@platform/service/clock'
import type { Database } from '@platform/service/database'
import { newId, type NewId } from '@platform/service/ids'
import { placesIn, type Places } from '@platform/service/places'
import { outbound, type Outbound, type OutboundPolicy } from '@platform/service/outbound'
import { noMailer } from '@platform/service/mailer'
import type { Messaging } from '@platform/service/messaging'
import { noSms } from '@platform/service/sms-gateway'
import { silentLog, type Log } from '@platform/service/log'
import { CORE_VERSION } from './domain/bars/vocabulary.ts'
import type { Stage } from './domain/flow/flow.ts'
import type { HarmWarning } from './domain/matching/harm-warnings.ts'
import type { Need } from './domain/need.ts'
import type { Pathway } from './domain/pathway.ts'
import { barsChannel } from './outbox/channels/bars.ts'
import { openAssessments, type Assessments } from './store/assessments.ts'
import { approvedWordsIn, loadWords, type WordsData, type WordsStore } from './store/approved-words.ts'
import { linkChannel } from './outbox/channels/link.ts'
import { courier, leaving, plannedByLink, plannedFor, type Courier, type Leaving } from './outbox/deliver.ts'
import { linkCourier } from './outbox/link-courier.ts'
import { attachmentScansIn, openScanner, type AttachmentScans } from './store/attachment-scans.ts'
import { clocksIn, type Clocks } from './store/clocks.ts'
import { barsExchangesIn, type BarsExchanges } from './store/bars-exchanges.ts'
import { deliveriesIn, type Deliveries } from './store/deliveries.ts'
import { openDirectory, type ServiceDirectory } from './store/directory.ts'
import type { Wanted } from './domain/booking/order.ts'
import { bookingsIn, type Bookings } from './store/booking/bookings.ts'
import { giveBackOfWithdrawn } from './store/booking/withdrawn.ts'
import { feedsIn, type Feeds } from './store/feeds/feeds.ts'
import { ownFeedsIn, type OwnFeeds } from './store/feeds/own-feeds.ts'
import { openFeedStates, type KeptFeedStates } from './store/feeds/feed-states.ts'
import { listingsIn, type Listings } from './store/feeds/listings.ts'
import { pageSource, type PageSource } from './store/feeds/page-source.ts'
import { needsOf, type Needs } from './store/needs.ts'
import { loadCodes, toPathway } from './store/pathway.ts'
import { linkSecrets, type LinkSecrets } from './store/link-secrets.ts'
import { linksIn, type Links } from './store/links.ts'
import { payloadsOf, type Payloads } from './store/payloads.ts'
import { listAnswersIn, type ListAnswers } from './store/list-answers.ts'
import { groupsNear, type GroupsNear } from './store/place-groups.ts'
import { publishedFlowsIn, type PublishedFlows } from './store/published-flows.ts'
import { ruleEffectsIn, type RuleEffects } from './store/rule-effects.ts'
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
  readonly harmWarnings: readonly HarmWarning[]
  readonly ruleEffects: RuleEffects
  /** The flow over the pathway, by quarter, as commissioners get it. */
  readonly publishedFlows: PublishedFlows
  /** Tables of places, and the groups that they say of where somebody looks near. */
  readonly places: Pick<Places, 'tables'>
  readonly groupsNear: GroupsNear
  readonly listAnswers: ListAnswers
  /** Red-flag cues and crisis wording, as far as somebody has approved them. */
  readonly approvedWords: WordsStore
  /** Joint assessments, in the record. */
  readonly assessments: Assessments
  readonly barsExchanges: BarsExchanges
  readonly deliveries: Deliveries
  readonly bars: BarsSettings
  /** What a receiver is sent of a referral, by whatever channel. */
  readonly payloads: Payloads
  /** What would leave the hub for a need as it would be; nothing when it stays in the hub. */
  readonly leavingFor: (need: Need, read: FhirRecord['read']) => Promise<Leaving | undefined>
  /** Sends what goes out by BaRS; absent where no target is set. */
  readonly courier?: Courier
  readonly feeds: Feeds
  readonly ownFeeds: OwnFeeds
  readonly listings: Listings
  readonly feedStates: KeptFeedStates
  readonly bookings: Bookings
  /** Who we are to sellers, and our token at each, by the name of its feed. */
  readonly broker: Wanted['broker']
  readonly bookingTokens: ReadonlyMap<string, string>
  /** The way out to publishers and sellers. */
  readonly http: Outbound
  /** Pages of feeds, from where their publishers put them. */
  readonly pages: PageSource
  /** Stages of the pathway, in their order. */
  readonly stages: readonly Stage[]
  /** Codes of refusal-reason. */
  readonly refusalReasons: ReadonlySet<string>
  /** Codes of unmet-need. */
  readonly unmetNeedReasons: ReadonlySet<string>
  readonly links: Links
  readonly linkSecrets: LinkSecrets
  /** Closed when the service stops. */
  readonly messaging: Disposable
  /** Sends secure links and their codes. */
  readonly linkCourier: Courier
  readonly attachmentScans: AttachmentScans
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
}

/** What this hub is in BaRS. */
export interface BarsSettings {
  readonly publicUrl: string
  /** DoS service ids that are ours; none: nothing is taken. */
  readonly serviceIds: readonly string[]
  /** The category in which what comes by BaRS is routed. */
  readonly category: { readonly system: string; readonly code: string }
}

/** What they are made from. */
export interface DependencySources {
  readonly tokens: TokenVerifier
  /** Gives the tokens of the client `handrail-referrals`. */
  readonly reactorTokens: TokenSource
  /** Where the record is reached; its FHIR base is this followed by /fhir. */
  readonly passportUrl: string
  readonly database: Database
  readonly bars?: {
    readonly publicUrl: string
    readonly serviceIds: readonly string[]
    readonly targetUrl?: string
    readonly token?: string
  }
  /** Cues and crisis wording; default: what `fhir-profiles/pathway` holds. */
  readonly words?: WordsData
  /** Where feeds and sellers may be. @default public addresses alone */
  readonly outboundPolicy?: OutboundPolicy
  /** How sellers reach the hub about a booking, and our tokens there. */
  readonly booking?: { readonly email: string; readonly tokens: ReadonlyMap<string, string> }
  /** Key of the NHS organisation data API. */
  readonly odsKey?: string
  /** How e-mail and SMS leave; absent: they do not. */
  readonly messaging?: Messaging
  readonly linkSecrets?: LinkSecrets
  /** Program or address that scans what is attached; absent: nothing is scanned. */
  readonly scanner?: string
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
  const data = await loadPathway()
  const approvedWords = approvedWordsIn(database, sources.words ?? (await loadWords()))
  const pathway = toPathway(data, () => approvedWords.current())
  const record = openRecord({ baseUrl: `${passportUrl}/fhir`, tokens: reactorTokens })
  const directory = openDirectory(record)
  const clocks = clocksIn(database)
  const { publicUrl = passportUrl, serviceIds = [], targetUrl, token } = sources.bars ?? {}
  const [answersTo] = serviceIds
  const payloads = payloadsOf({ record, directory, policy: await loadPayloads() })
  const barsExchanges = barsExchangesIn(database)
  const deliveries = deliveriesIn(database)
  const feeds = feedsIn(database)
  const places = placesIn(database)
  const http = outbound(sources.outboundPolicy ?? { allow: [], loopback: false })
  const links = linksIn(database)
  const bookings = bookingsIn(database)
  const goes = targetUrl !== undefined && answersTo !== undefined
  const needs = needsOf({
    record,
    clocks,
    directory,
    pathway,
    clock,
    log,
    dispatch: async (need: Need) => {
      const byBars = goes ? plannedFor(need, directory, serviceIds, clock.now()) : []
      const planned = [...byBars, ...plannedByLink(need, (organization) => links.reaches(organization), byBars, clock.now())]
      if (planned.length > 0) await deliveries.plan(planned)
      await giveBackOfWithdrawn(need, { bookings, record, at: clock.now() })
    },
  })
  const secrets = sources.linkSecrets ?? linkSecrets
  const messaging = sources.messaging ?? { mailer: noMailer, sms: noSms, [Symbol.dispose]: () => {} }
  const ways = linkChannel(messaging, publicUrl)
  const channel = goes ? barsChannel({ url: targetUrl, ...(token === undefined ? {} : { token }) }) : undefined
  const from = { dosId: answersTo ?? '', name: 'Handrail', version: CORE_VERSION.text }
  return {
    approvedWords,
    assessments: await openAssessments(),
    harmWarnings: (await loadHarmWarnings()).filter(({ status }) => status !== 'retired'),
    ruleEffects: ruleEffectsIn(database, clock),
    publishedFlows: publishedFlowsIn(database),
    places,
    groupsNear: groupsNear(places, log),
    listAnswers: listAnswersIn(database),
    barsExchanges,
    deliveries,
    leavingFor: async (need, read) =>
      goes ? leaving(need, { directory, payloads, ours: serviceIds, from, at: clock.now(), read }) : undefined,
    payloads,
    stages: data.referrals.stages,
    refusalReasons: await loadCodes('refusal-reason'),
    unmetNeedReasons: await loadCodes('unmet-need'),
    links,
    linkSecrets: secrets,
    attachmentScans: attachmentScansIn(database, clock, sources.scanner === undefined ? undefined : openScanner(sources.scanner)),
    messaging,
    linkCourier: linkCourier({ deliveries, links, record, needs, channel: ways, secrets, log }),
    bars: { publicUrl, serviceIds, category: data.referrals.category },
    ...(channel === undefined ? {} : { courier: courier({ deliveries, record, directory, needs, payloads, channel, from, log }) }),
    feeds,
    ownFeeds: ownFeedsIn(database, feeds),
    listings: listingsIn(database),
    bookings,
    broker: { name: 'Handrail', url: publicUrl, email: sources.booking?.email ?? '' },
    bookingTokens: sources.booking?.tokens ?? new Map(),
    http,
    feedStates: openFeedStates(feeds),
    pages: pageSource(http, sources.odsKey === undefined ? {} : { odsKey: sources.odsKey }),
    tokens,
    record,
    directory,
    clocks,
    needs,
    pathway,
    clock,
    newId: sources.newId ?? newId,
    log,
  }
}
