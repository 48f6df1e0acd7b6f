/**
 * The rules of matching: each compares one thing that was asked with one thing that a listing says, and says where that comes from. What a listing
 * does not say is a reason against it and excludes nobody. Nothing here reads the record of a person (decision 110).
 */
import { showUkDate } from '@platform/fhir/uk-date'
import type { Listing } from '../directory.ts'
import { kilometresBetween, type Asked } from './asked.ts'
import { outwardIn, servesPlace } from './catchment.ts'
import { freshnessOf, type FeedStates, type Stopped } from './feed-state.ts'
import type { HarmWarning } from './harm-warnings.ts'

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

const LANGUAGES = new Intl.DisplayNames('en-GB', { type: 'language', fallback: 'code' })
const called = new Map<string, string>() // asked for each of many listings

/** `cy` gives `Welsh`; what is no language tag stays as it was written. */
function languageCalled(tag: string): string {
  const known = called.get(tag)
  if (known !== undefined) return known
  const words = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag) ? (LANGUAGES.of(tag) ?? tag) : tag
  if (called.size < MOST_LANGUAGES) called.set(tag, words)
  return words
}
const MOST_LANGUAGES = 500

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
 */
export function judge(
  listing: Listing,
  asked: Asked,
  warnings: readonly HarmWarning[],
  { feeds, answers }: { readonly feeds?: FeedStates | undefined; readonly answers?: Listing | undefined } = {},
): Judgement {
  const pro: Reason[] = []
  const contra: Reason[] = []
  const excludedBy: string[] = []
  const { facts } = listing
  const listed = facts?.publisher ?? 'its listing'
  const yes = (rule: string, says: string, source = listed) => void pro.push({ rule, says, source })
  const no = (rule: string, says: string, source = listed) => void contra.push({ rule, says, source })
  const out = (rule: string, says: string, source = listed) => {
    no(rule, says, source)
    excludedBy.push(rule)
  }

  if (!listing.active) out('in-use', 'Its listing is no longer in use.')
  if (answers?.active === false) out('in-use', 'The organisation that would answer has closed.')
  else if (answers?.closure !== undefined)
    out(
      'in-use',
      `The organisation that would answer has closed, as ${answers.closure.by} says; it is known here since ${showUkDate(answers.closure.since.slice(0, 10))}.`,
      answers.closure.by,
    )
  if (listing.organization === undefined) out('answers-for-it', 'Its listing names no organisation that would answer.')
  if (asked.named.has(listing.reference)) yes('named', 'The request names it.', 'the request')
  const offered = asked.wanted.flatMap((code) => listing.offers.get(code) ?? [])
  for (const words of offered) yes('offers', `It offers ${words}.`)
  if (offered.length === 0) no('offers', 'Its listing does not say that it offers what is asked for.')

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
      const miles = `${(distanceKm * MILES_PER_KM).toFixed(1)} miles as the crow flies`
      if (distanceKm <= asked.withinKm) yes('distance', `It is ${miles} away.`)
      else if (placesUnknown(listing) > 0)
        no('distance', `A place of it is ${miles} away; how far away its other places are, is not known.`)
      else out('distance', `It is ${miles} away.`)
    } else if ('postcode' in asked.near)
      no('distance', 'How far away it is, is not known: no coordinates of postcodes are held here.', 'this hub')
    else no('distance', 'How far away it is, is not known.')
  }

  function judgeEligibility(): void {
    const { ageFrom, ageTo, conditions = [], catchment = [] } = facts ?? {}
    if (asked.age !== undefined && ageFrom === undefined && ageTo === undefined) no('age', 'People of what age it takes is not known.')
    else if (asked.age !== undefined) {
      const words = `from ${ageFrom ?? 0}${ageTo === undefined ? '' : ` to ${ageTo}`}`
      if (asked.age < (ageFrom ?? 0) || asked.age > (ageTo ?? Infinity)) out('age', `It takes people aged ${words}.`)
      else yes('age', `It takes people aged ${words}.`)
    }
    if (asked.condition !== undefined) {
      if (conditions.length === 0) no('condition', 'Whether it takes people with this condition is not known.')
      else if (conditions.includes(asked.condition)) yes('condition', 'It says that it takes people with this condition.')
      else out('condition', 'It says which conditions it takes, and this is not one of them.')
    }
    if (asked.near !== undefined && catchment.length === 0) no('catchment', 'Which areas it serves is not known.')
    else if (asked.near !== undefined && 'position' in asked.near)
      no(
        'catchment',
        'It says which areas it serves; whether this place is in one is not known: no areas of places are held here.',
        'this hub',
      )
    else if (asked.near !== undefined) {
      const outward = outwardIn(asked.near.postcode)
      const serves = servesPlace(catchment, outward)
      if (serves === 'yes') yes('catchment', `It serves ${outward ?? ''}.`)
      else if (outward === undefined)
        no('catchment', 'It says which areas it serves; what was asked for is no postcode to compare them with.', 'the request')
      else if (serves === 'unknown')
        no('catchment', `It serves ${catchment.join(', ')}; whether ${outward} is part of that is not known here.`)
      else out('catchment', `It says which areas it serves, and ${outward} is not one of them.`)
    }
    const { languages = [] } = facts ?? {}
    for (const language of asked.languages) {
      const words = languageCalled(language)
      // Who speaks en-GB speaks what is asked for as en; who asks for a kind of a language asks for that.
      if (languages.some((one) => one === language || one.startsWith(`${language}-`))) yes('language', `It offers ${words}.`)
      else no('language', languages.length === 0 ? `Whether it offers ${words} is not known.` : `It does not say that it offers ${words}.`)
    }
  }

  function judgeAccess(): void {
    const needs = asked.mode === 'remote' ? [...asked.accessNeeds, 'remote-option'] : asked.accessNeeds
    for (const need of needs) {
      const attribute = facts?.attributes.get(need)
      const words = need.replaceAll('-', ' ')
      // Nobody has checked anything on a day that has not come.
      const checkedOn = attribute?.checkedOn !== undefined && attribute.checkedOn <= today ? attribute.checkedOn : undefined
      const isChecked = checkedOn !== undefined || (attribute?.checkedBy !== undefined && attribute.checkedOn === undefined)
      const checked = checkedOn === undefined ? '' : `, checked ${checkedOn}`
      const by = attribute?.checkedBy ?? listed
      const wasElsewhere = facts?.movedOn !== undefined && (checkedOn ?? facts.confirmedOn ?? '') <= facts.movedOn
      if (attribute === undefined) no('access', `Whether there is ${words} is not known.`)
      else if (wasElsewhere)
        no(
          'access',
          `Whether there is ${words} is not known since it moved on ${showUkDate(facts?.movedOn ?? '')}: what is said of it is of the earlier place.`,
          by,
        )
      else if (attribute.value === false || attribute.value === 0) out('access', `There is no ${words}${checked}.`, by)
      else if (!isChecked && facts?.confirmedOn === undefined) no('access', `There is said to be ${words}; nobody has checked it.`, by)
      else
        yes(
          'access',
          `There is ${words}${typeof attribute.value === 'boolean' ? '' : `: ${attribute.value} ${attribute.unit ?? ''}`.trimEnd()}${checked}.`,
          by,
        )
    }
  }

  function judgeTimeOfDay(): void {
    const { avoidAfter, avoidBefore } = asked
    if (avoidAfter === undefined && avoidBefore === undefined) return
    const times = facts?.times ?? []
    if (times.length === 0) return no('time-of-day', 'At what times of day it is offered is not known.')
    const suits = times.filter(
      ({ start }) => (avoidAfter === undefined || start < avoidAfter) && (avoidBefore === undefined || start >= avoidBefore),
    )
    const first = (suits[0] ?? times[0])?.start.slice(0, 5)
    if (suits.length > 0) yes('time-of-day', `It is offered at ${first}.`)
    else no('time-of-day', `It is offered at ${first}: that clashes with the times to be avoided.`)
  }

  function judgeCost(): void {
    const { price, concession } = facts ?? {}
    if (asked.costAtMost === undefined) return
    const least = Math.min(price ?? Infinity, concession ?? Infinity)
    if (least === Infinity) no('cost', 'What it costs is not known.')
    else if (least <= asked.costAtMost)
      yes('cost', `It costs £${least.toFixed(2)}${concession === least && concession !== price ? ' with a concession' : ''}.`)
    else no('cost', `It costs £${least.toFixed(2)}, more than was asked for.`)
  }

  function judgeRoom(): void {
    const { capacity } = listing
    const on = capacity === undefined ? '' : ` on ${showUkDate(capacity.asOf)}`
    if (capacity?.places === undefined) no('capacity', 'Whether it has room is not known.')
    else if (capacity.places > 0) yes('capacity', `It had ${capacity.places} places${on}.`)
    else no('capacity', `It had no room${on}: a waiting list, or another service.`)
    if (capacity?.waitDays === undefined) no('wait', 'How long the wait is, is not known.')
    else yes('wait', `The wait was ${capacity.waitDays} days${on}.`)
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
    for (const stopped of fresh.stopped) no('source', stoppedSays(stopped))
    for (const { isClosed, publisher } of facts?.sources ?? [])
      if (isClosed === true) no('source', `One of its sources, ${publisher ?? 'which is not named'}, says that it has closed.`)
    // The publisher's word, by its feed or by the day on which it assured the listing, confirms when, where and how much. Access is confirmed by a person alone.
    const accessUnconfirmed = () => {
      const on = facts?.confirmedOn
      if (on === undefined || on > today) no('access-confirmed', 'Nobody has confirmed what it says of access.')
      else if (isBeforeMove(on))
        no(
          'access-confirmed',
          `What it says of access was confirmed on ${showUkDate(on)}, before it moved on ${showUkDate(facts?.movedOn ?? '')}.`,
        )
      else if (isOld(on)) no('access-confirmed', `What it says of access was last confirmed on ${showUkDate(on)}.`)
    }
    const live = () => {
      yes(
        'confirmed',
        `Its publisher's feed answered on ${showUkDate(answeredAt?.toISOString() ?? '')}: time, place and price are as it says.`,
      )
      accessUnconfirmed()
      return false
    }
    if (confirmed === undefined) {
      if (answeredAt !== undefined) return live()
      const last = (facts?.sources ?? [])
        .flatMap(({ assuredOn }) => (assuredOn === undefined || assuredOn > today ? [] : assuredOn))
        .toSorted((one, other) => (one < other ? -1 : 1))
        .at(-1)
      if (last === undefined) no('confirmed', 'Nobody has confirmed this listing.')
      else if (isOld(last)) no('confirmed', `It was last confirmed on ${showUkDate(last)}: stale.`)
      else no('confirmed', `A publisher assured a part of it on ${showUkDate(last)}; nobody has confirmed the rest.`)
      return true
    }
    if (!isOld(confirmed)) {
      if (byHuman === confirmed) yes('confirmed', `It was confirmed on ${showUkDate(confirmed)}.`)
      else yes('confirmed', `Its publisher assured it on ${showUkDate(confirmed)}: time, place and price are as it says.`)
      accessUnconfirmed()
      return false
    }
    if (answeredAt !== undefined) return live()
    no('confirmed', `It was last confirmed on ${showUkDate(confirmed)}: stale.`)
    return true
  }
}

/** That a source has stopped, in words. What is from it stays as it was. */
function stoppedSays({ publisher, why, since }: Stopped): string {
  const on = showUkDate(since.slice(0, 10))
  if (why === 'silent')
    return `${publisher === undefined ? 'Its source' : `One of its sources, ${publisher},`} has not answered since ${on}.`
  return `${publisher === undefined ? 'Its feed' : `The feed of one of its sources, ${publisher},`} is paused since ${on}: nothing new of it is read.`
}
