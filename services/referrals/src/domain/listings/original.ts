/** What the text of an original says, by the kind of feed that it is from. */
import { fromOds } from './from-ods.ts'
import { fromOpenActive, LISTED_KINDS } from './from-openactive.ts'
import { fromOpenReferral } from './from-open-referral.ts'
import { listOf, saidOf, type ListingFacts } from './facts.ts'
import { parsed, type FeedType } from './feed-page.ts'

/**
 * Reads an original; nothing for one that is no listing, such as an image, or an event without a name.
 *
 * @param at when it is read: nobody has assured it later than that, and a date to come would count before all others for ever
 */
export function factsOfOriginal(type: FeedType, body: string, at: Date): ListingFacts | undefined {
  const facts = factsIn(type, body)
  if (facts?.assuredOn === undefined || facts.assuredOn <= lastDayAt(at)) return facts
  const { assuredOn: _toCome, ...others } = facts
  return others
}

/** In the United Kingdom the day begins up to an hour before it does in UTC. */
const lastDayAt = (at: Date): string => new Date(at.getTime() + HOUR_MS).toISOString().slice(0, 10)
const HOUR_MS = 3_600_000

function factsIn(type: FeedType, body: string): ListingFacts | undefined {
  const said = parsed(body)
  if (type === 'oruk') return fromOpenReferral(said)
  if (type === 'ods') return fromOds(saidOf(said['resource']), listOf(said['affiliations']))
  const data = saidOf(said['data'])
  const kind = data['@type'] ?? data['type'] ?? said['kind']
  return typeof kind === 'string' && LISTED_KINDS.has(kind) ? fromOpenActive(data) : undefined
}
