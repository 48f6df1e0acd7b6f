/**
 * OpenActive Realtime Paged Data Exchange 1.0: a page of a feed. Items come in the order of (modified, id); `next` leads on; a page without items whose
 * `next` is its own address is the last one. https://openactive.io/realtime-paged-data-exchange/
 */
import { mayBeKept, orderOf, PageUnreadable, parsed, takeApart, type FeedItem, type FeedPage } from './feed-page.ts'
import { refusal, type ItemRefusal, type RefusalRule } from './item-refusal.ts'
import { isSession, partsOf, sessionFacts } from './session.ts'

/**
 * Reads a page.
 *
 * @param address where it was found: `next` may be relative to it, and may not lead to another host
 * @param after position of the last item of the page before; a page that does not go beyond it would be read for ever
 * @throws PageUnreadable when it is no page of a feed, repeats itself, goes backwards or leads elsewhere
 */
export function readRpde(text: string, { address, after }: { readonly address: string; readonly after?: string }): FeedPage {
  const { texts, rest } = takeApart(text, ['items'])
  const items: FeedItem[] = []
  const refused: ItemRefusal[] = []
  // PostgreSQL holds every character but one.
  const mayHoldNull = text.includes('\\u0000')
  for (const [index, itemText] of texts.entries()) {
    const item = readItem(itemText, index, mayHoldNull)
    if ('rule' in item) refused.push(item)
    // Before what they are part of: the last item of a page says how far it goes.
    else items.push(...partsOf(item), item)
  }
  const last = items.at(-1)
  const position = last === undefined ? undefined : positionOf(last)
  const next = nextOf(rest['next'], address)
  const licence = typeof rest['license'] === 'string' ? { licence: rest['license'] } : {}
  // Some publishers leave the last items on the last page: where `next` is the same address there is nothing to go on to.
  if (next === address || texts.length === 0)
    return { items, refused, again: next, ...licence, ...(position === undefined ? {} : { position }) }
  if (position === undefined) throw new PageUnreadable('None of its items can be taken, so that nothing says how far it goes.')
  if (after !== undefined && position <= after)
    throw new PageUnreadable('The feed repeats itself or goes backwards: its items do not come after those of the page before.')
  return { items, next, position, refused, ...licence }
}

const positionOf = ({ modified, id }: FeedItem): string => `${modified}\u0001${id}`

function readItem(text: string, index: number, mayHoldNull: boolean): FeedItem | ItemRefusal {
  const { id, kind, state, modified, data } = parsed(text, `Item ${index + 1}`)
  const item = `item ${index + 1}`
  const order = orderOf(modified)
  const identity = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : id
  if (typeof identity !== 'string' || identity === '' || identity.length > 500 || !mayBeKept(identity))
    return refusal(item, 'id-unreadable')
  const refuse = (rule: RefusalRule) => refusal(item, rule, identity)
  if (typeof kind !== 'string' || kind === '' || kind.length > 100) return refuse('kind-missing')
  if (order === undefined) return refuse('modified-unreadable')
  if (!mayBeKept(kind) || !mayBeKept(order)) return refuse('null-character')
  if (state === 'deleted') return { kind, id: identity, modified: order }
  if (state !== 'updated') return refuse('state-unknown')
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return refuse('data-missing')
  if (mayHoldNull && text.includes('\\u0000')) return refuse('null-character')
  return {
    kind,
    id: identity,
    modified: order,
    said: isSession(kind) ? { text, session: sessionFacts(data as Record<string, unknown>) } : { text },
  }
}

function nextOf(next: unknown, address: string): string {
  const target = typeof next === 'string' ? URL.parse(next, address) : null
  if (target === null) throw new PageUnreadable('It has no next.')
  if (target.origin !== new URL(address).origin) throw new PageUnreadable('Its next leads to another host.')
  return target.href
}
