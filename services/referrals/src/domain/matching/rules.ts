/**
 * The rules of matching: each compares one thing that was asked with one thing that a listing says, and says where that comes from. What a listing
 * does not say is a reason against it and excludes nobody. Nothing here reads the record of a person (decision 110).
 */
import type { Listing } from '../directory.ts'
import { kilometresBetween, type Asked } from './asked.ts'
import { outwardIn, servesPlace } from './catchment.ts'
import { freshnessOf, type FeedStates, type Stopped } from './feed-state.ts'
import type { HarmWarning } from './harm-warnings.ts'
import { languageCalled, matchingWords, type MatchingWords } from './words.ts'

/** One reason. */
export interface Reason {
  readonly rule: string
  readonly says: string
  /** Where that is from: the request, the listing, its publisher, the file of warnings. */
  readonly source: string
}

/** What the rules say about one listing. */
export interface Judgement {
  readonly for: readonly Reason[]
  readonly against: readonly Reason[]
  /** Rules by which it cannot be asked, or does not take this. A person may overrule each but the first two. */
  readonly excludedBy: readonly string[]
  readonly stale: boolean
  readonly distanceKm?: number
}

const STALE_AFTER_DAYS = 183 // six months
const DAY_MS = 86_400_000
const MILES_PER_KM = 0.621371

/** How far away the nearest of its known places is, when there is one. */
function distanceOf({ facts }: Listing, { near }: Asked): number | undefined {
  if (near === undefined || !('position' in near) || facts === undefined) return undefined
  const [first, ...others] = facts.positions.map((position) => kilometresBetween(position, near.position))
  return first === undefined ? undefined : Math.min(first, ...others)
}

/** How many of its places have no coordinates here: one of them may be near, though all others are far. */
const placesUnknown = ({ facts }: Listing): number => Math.max(0, (facts?.places.length ?? 0) - (facts?.positions.length ?? 0))

/** Whether it is too far away, and not only as far as is known. */
export const isTooFar = (listing: Listing, asked: Asked): boolean =>
  placesUnknown(listing) === 0 && (isSurelyFar(listing, asked) || (distanceOf(listing, asked) ?? 0) > asked.withinKm)

const KM_PER_DEGREE = 111

/** Whether a listing is out of reach by its latitude alone: tells most of a country apart without trigonometry. */
function isSurelyFar({ facts }: Listing, { near, withinKm }: Asked): boolean {
  if (near === undefined || !('position' in near) || facts === undefined || facts.positions.length === 0) return false
  const { latitude } = near.position
  return facts.positions.every((position) => Math.abs(position.latitude - latitude) * KM_PER_DEGREE > withinKm + 1)
}

/**
 * Judges one listing by every rule.
 *
 * @param given.answers the organisation that answers for it, where it is known
 * @param given.words in which the reasons are told. @default English
 */
export function judge(
  listing: Listing,
  asked: Asked,
  warnings: readonly HarmWarning[],
  {
    feeds,
    answers,
    words = matchingWords(),
  }: { readonly feeds?: FeedStates | undefined; readonly answers?: Listing | undefined; readonly words?: MatchingWords } = {},
): Judgement {
  const pro: Reason[] = []
  const contra: Reason[] = []
  const excludedBy: string[] = []
  const { facts } = listing
  const listed = facts?.publisher ?? words.fromListing
  const yes = (rule: string, says: string, source = listed) => void pro.push({ rule, says, source })
  const no = (rule: string, says: string, source = listed) => void contra.push({ rule, says, source })
  const out = (rule: string, says: string, source = listed) => {
    no(rule, says, source)
    excludedBy.push(rule)
  }

  if (!listing.active) out('in-use', words.notInUse)
  if (answers?.active === false) out('in-use', words.closed)
  else if (answers?.closure !== undefined)
    out('in-use', words.closedAs(answers.closure.by, words.day(answers.closure.since.slice(0, 10))), answers.closure.by)
  if (listing.organization === undefined) out('answers-for-it', words.nobodyAnswers)
  if (asked.named.has(listing.reference)) yes('named', words.named, words.fromRequest)
  const offered = asked.wanted.flatMap((code) => listing.offers.get(code) ?? [])
  for (const kind of offered) yes('offers', words.offers(kind))
  if (offered.length === 0) no('offers', words.offersNot)

  const distanceKm = distanceOf(listing, asked)
  // The last day that has begun anywhere: nobody has confirmed anything later than that.
  const today = new Date(asked.at.getTime() + DAY_MS / 2).toISOString().slice(0, 10)
  /** Whether this day, ISO 8601, was not after the one on which it moved. */
  const isBeforeMove = (on: string | undefined): boolean => on !== undefined && facts?.movedOn !== undefined && on <= facts.movedOn
  judgeDistance()
  judgeEligibility()
  judgeAccess()
  judgeTimeOfDay()
  judgeCost()
  judgeRoom()
  for (const warning of warnings) {
    const attribute = facts?.attributes.get(warning.attribute)
    if (attribute === undefined || attribute.value === false || !asked.precautions.includes(warning.precaution)) continue
    const stated =
      typeof attribute.value === 'boolean' ? '' : ` (${attribute.value}${attribute.unit === undefined ? '' : ` ${attribute.unit}`})`
    no('harm', `${warning.says}${stated}${warning.status === 'draft' ? ' This warning is a draft.' : ''}`, warning.source)
  }
  const stale = judgeAge()
  return { for: pro, against: contra, excludedBy, stale, ...(distanceKm === undefined ? {} : { distanceKm }) }

  function judgeDistance(): void {
    if (asked.near === undefined) return
    if (distanceKm !== undefined) {
      const miles = (distanceKm * MILES_PER_KM).toFixed(1)
      if (distanceKm <= asked.withinKm) yes('distance', words.away(miles))
      else if (placesUnknown(listing) > 0) no('distance', words.oneAway(miles))
      else out('distance', words.away(miles))
    } else if ('postcode' in asked.near) no('distance', words.awayWithoutCoordinates, words.fromHub)
    else no('distance', words.awayUnknown)
  }

  function judgeEligibility(): void {
    const { ageFrom, ageTo, conditions = [], catchment = [] } = facts ?? {}
    if (asked.age !== undefined && ageFrom === undefined && ageTo === undefined) no('age', words.ageUnknown)
    else if (asked.age !== undefined) {
      const takes = words.age(ageFrom ?? 0, ageTo)
      if (asked.age < (ageFrom ?? 0) || asked.age > (ageTo ?? Infinity)) out('age', takes)
      else yes('age', takes)
    }
    if (asked.condition !== undefined) {
      if (conditions.length === 0) no('condition', words.conditionUnknown)
      else if (conditions.includes(asked.condition)) yes('condition', words.condition)
      else out('condition', words.conditionNot)
    }
    if (asked.near !== undefined && catchment.length === 0) no('catchment', words.areasUnknown)
    else if (asked.near !== undefined && 'position' in asked.near) no('catchment', words.areasNotHeld, words.fromHub)
    else if (asked.near !== undefined) {
      const outward = outwardIn(asked.near.postcode)
      const serves = servesPlace(catchment, outward)
      if (serves === 'yes') yes('catchment', words.serves(outward ?? ''))
      else if (outward === undefined) no('catchment', words.noPostcode, words.fromRequest)
      else if (serves === 'unknown') no('catchment', words.servesPerhaps(catchment.join(', '), outward))
      else out('catchment', words.servesNot(outward))
    }
    const { languages = [] } = facts ?? {}
    for (const language of asked.languages) {
      const name = languageCalled(language, words)
      // Who speaks en-GB speaks what is asked for as en; who asks for a kind of a language asks for that.
      if (languages.some((one) => one === language || one.startsWith(`${language}-`))) yes('language', words.language(name))
      else no('language', languages.length === 0 ? words.languageUnknown(name) : words.languageNot(name))
    }
  }

  function judgeAccess(): void {
    const needs = asked.mode === 'remote' ? [...asked.accessNeeds, 'remote-option'] : asked.accessNeeds
    for (const need of needs) {
      const attribute = facts?.attributes.get(need)
      const what = words.needs[need] ?? need.replaceAll('-', ' ')
      // Nobody has checked anything on a day that has not come.
      const checkedOn = attribute?.checkedOn !== undefined && attribute.checkedOn <= today ? attribute.checkedOn : undefined
      const isChecked = checkedOn !== undefined || (attribute?.checkedBy !== undefined && attribute.checkedOn === undefined)
      const checked = checkedOn === undefined ? '' : words.checked(words.day(checkedOn))
      const by = attribute?.checkedBy ?? listed
      const wasElsewhere = facts?.movedOn !== undefined && (checkedOn ?? facts.confirmedOn ?? '') <= facts.movedOn
      if (attribute === undefined) no('access', words.accessUnknown(what))
      else if (wasElsewhere) no('access', words.accessMoved(what, words.day(facts?.movedOn ?? '')), by)
      else if (attribute.value === false || attribute.value === 0) out('access', words.accessNot(what, checked), by)
      else if (!isChecked && facts?.confirmedOn === undefined) no('access', words.accessSaid(what), by)
      else
        yes(
          'access',
          words.access(what, typeof attribute.value === 'boolean' ? '' : `: ${attribute.value} ${attribute.unit ?? ''}`.trimEnd(), checked),
          by,
        )
    }
  }

  function judgeTimeOfDay(): void {
    const { avoidAfter, avoidBefore } = asked
    if (avoidAfter === undefined && avoidBefore === undefined) return
    const times = facts?.times ?? []
    if (times.length === 0) return no('time-of-day', words.timesUnknown)
    const suits = times.filter(
      ({ start }) => (avoidAfter === undefined || start < avoidAfter) && (avoidBefore === undefined || start >= avoidBefore),
    )
    const first = (suits[0] ?? times[0])?.start.slice(0, 5) ?? ''
    if (suits.length > 0) yes('time-of-day', words.time(first))
    else no('time-of-day', words.timeNot(first))
  }

  function judgeCost(): void {
    const { price, concession } = facts ?? {}
    if (asked.costAtMost === undefined) return
    const least = Math.min(price ?? Infinity, concession ?? Infinity)
    if (least === Infinity) no('cost', words.costUnknown)
    else if (least <= asked.costAtMost)
      yes('cost', concession === least && concession !== price ? words.costConcession(least.toFixed(2)) : words.cost(least.toFixed(2)))
    else no('cost', words.costMore(least.toFixed(2)))
  }

  function judgeRoom(): void {
    const { capacity } = listing
    const on = capacity === undefined ? '' : words.day(capacity.asOf)
    if (capacity?.places === undefined) no('capacity', words.roomUnknown)
    else if (capacity.places > 0) yes('capacity', words.room(capacity.places, on))
    else no('capacity', words.roomNone(on))
    if (capacity?.waitDays === undefined) no('wait', words.waitUnknown)
    else yes('wait', words.wait(capacity.waitDays, on))
  }

  /** Stale: nobody has confirmed it for six months. It is shown, and is never the default. */
  function judgeAge(): boolean {
    const isOld = (on: string) => Math.floor((asked.at.getTime() - new Date(on).getTime()) / DAY_MS) > STALE_AFTER_DAYS
    const fresh = freshnessOf(listing, feeds, asked.at, (on) => on <= today && !isOld(on))
    const { answeredAt } = fresh
    const assured = fresh.isAssured ? (facts?.sources ?? []).map(({ assuredOn }) => assuredOn) : []
    // Whoever confirmed it before it moved has confirmed another place.
    const byHuman = isBeforeMove(facts?.confirmedOn) ? undefined : facts?.confirmedOn
    const confirmed = [byHuman, ...assured]
      .filter((on): on is string => on !== undefined && on <= today)
      .toSorted((one, other) => (one < other ? -1 : 1))
      .at(-1)
    for (const stopped of fresh.stopped) no('source', stoppedSays(stopped, words))
    for (const { isClosed, publisher } of facts?.sources ?? []) if (isClosed === true) no('source', words.sourceClosed(publisher))
    // The publisher's word, by its feed or by the day on which it assured the listing, confirms when, where and how much. Access is confirmed by a person alone.
    const accessUnconfirmed = () => {
      const on = facts?.confirmedOn
      if (on === undefined || on > today) no('access-confirmed', words.accessUnconfirmed)
      else if (isBeforeMove(on)) no('access-confirmed', words.accessConfirmedBefore(words.day(on), words.day(facts?.movedOn ?? '')))
      else if (isOld(on)) no('access-confirmed', words.accessConfirmedLast(words.day(on)))
    }
    const live = () => {
      yes('confirmed', words.live(words.day(answeredAt?.toISOString() ?? '')))
      accessUnconfirmed()
      return false
    }
    if (confirmed === undefined) {
      if (answeredAt !== undefined) return live()
      const last = (facts?.sources ?? [])
        .flatMap(({ assuredOn }) => (assuredOn === undefined || assuredOn > today ? [] : assuredOn))
        .toSorted((one, other) => (one < other ? -1 : 1))
        .at(-1)
      if (last === undefined) no('confirmed', words.unconfirmed)
      else if (isOld(last)) no('confirmed', words.stale(words.day(last)))
      else no('confirmed', words.confirmedInPart(words.day(last)))
      return true
    }
    if (!isOld(confirmed)) {
      if (byHuman === confirmed) yes('confirmed', words.confirmed(words.day(confirmed)))
      else yes('confirmed', words.assured(words.day(confirmed)))
      accessUnconfirmed()
      return false
    }
    if (answeredAt !== undefined) return live()
    no('confirmed', words.stale(words.day(confirmed)))
    return true
  }
}

/** That a source has stopped. What is from it stays as it was. */
function stoppedSays({ publisher, why, since }: Stopped, words: MatchingWords): string {
  const on = words.day(since.slice(0, 10))
  return why === 'silent' ? words.sourceSilent(publisher, on) : words.sourcePaused(publisher, on)
}
