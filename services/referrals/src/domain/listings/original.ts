/** What the text of an original says, by the kind of feed that it is from. */
import { fromOds } from './from-ods.ts'
import { fromOpenActive, LISTED_KINDS } from './from-openactive.ts'
import { fromOpenReferral } from './from-open-referral.ts'
import { listOf, saidOf, type ListingFacts } from './facts.ts'
import { parsed, type FeedType } from './feed-page.ts'

/** Reads an original; nothing for one that is no listing, such as an image, or an event without a name. */
export function factsOfOriginal(type: FeedType, body: string): ListingFacts | undefined {
  const said = parsed(body)
  if (type === 'oruk') return fromOpenReferral(said)
  if (type === 'ods') return fromOds(saidOf(said['resource']), listOf(said['affiliations']))
  const data = saidOf(said['data'])
  const kind = data['@type'] ?? data['type'] ?? said['kind']
  return typeof kind === 'string' && LISTED_KINDS.has(kind) ? fromOpenActive(data) : undefined
}
