/**
 * A page of `/services` of an Open Referral UK feed: version 3.0 calls its list `contents`, version 1.0 `content`. Neither tells what is gone, so a feed is
 * read whole each time, and what a whole reading did not meet any more is gone. https://docs.openreferraluk.org
 */
import { mayBeKept, orderOf, PageUnreadable, parsed, sizeSaid, takeApart, type FeedItem, type FeedPage } from './feed-page.ts'
import { refusal, type ItemRefusal } from './item-refusal.ts'

/** Where a reading begins. */
export const firstPageOf = (url: string): string => {
  const target = new URL(url.endsWith('/') ? url : `${url}/`)
  const page = new URL('services', target)
  page.search = new URLSearchParams({ page: '1', per_page: '100' }).toString()
  return page.href
}

/** Where the whole of a service is found, when the list has less of it. */
export const wholeOf = (url: string, id: string): string =>
  new URL(`services/${encodeURIComponent(id)}`, url.endsWith('/') ? url : `${url}/`).href

/** Whether a service in a list lacks what is needed of it: versions and publishers differ in how much of it they list. */
const isShort = (service: Readonly<Record<string, unknown>>): boolean =>
  typeof service['organization'] !== 'object' || !Array.isArray(service['service_at_locations'])

/**
 * Reads a page.
 *
 * @param pass how many times the feed was begun: what a pass meets is newer than what the one before met
 * @throws PageUnreadable when it is no such page
 */
export function readOpenReferral(text: string, { address, pass }: { readonly address: string; readonly pass: number }): FeedPage {
  const { texts, rest } = takeApart(text, ['contents', 'content'])
  const [page, pages] = [rest['page_number'] ?? rest['number'], rest['total_pages'] ?? rest['totalPages']]
  if (typeof pages !== 'number') throw new PageUnreadable('It does not say how many pages there are.')
  const items: FeedItem[] = []
  const refused: ItemRefusal[] = []
  for (const [index, itemText] of texts.entries()) {
    const read = toServiceItem(itemText, pass, `item ${index + 1}`)
    if ('rule' in read) refused.push(read)
    else items.push(read)
  }
  const asked = new URL(address)
  const number = Number(asked.searchParams.get('page') ?? 1)
  // Versions count pages from 1 or, in some servers of version 1.0, from 0; what was asked for is what counts here.
  if (typeof page === 'number' && page !== number && page !== number - 1)
    throw new PageUnreadable(`Page ${number} was asked for and it says that it is page ${page}.`)
  const last = rest['last_page'] === true || rest['last'] === true || number >= pages || texts.length === 0
  if (texts.length === 0 && number < pages) throw new PageUnreadable(`It is empty, and page ${number} of ${pages}.`)
  asked.searchParams.set('page', String(number + 1))
  const expected = sizeSaid(rest['total_items'] ?? rest['totalElements'], texts.length)
  return { items, refused, ...(last ? {} : { next: asked.href }), ...(expected === undefined ? {} : { expected }) }
}

/**
 * A service as an item; why it cannot be taken where it cannot.
 *
 * @param item what it is called in a refusal
 */
export function toServiceItem(text: string, pass: number, item: string): FeedItem | ItemRefusal {
  const data = parsed(text, 'One of its services')
  const { id, name } = data
  if (typeof id !== 'string' || id === '' || id.length > 500) return refusal(item, 'id-missing')
  if (!mayBeKept(id)) return refusal(item, 'id-unreadable')
  if (typeof name !== 'string' || name.trim() === '') return refusal(item, 'name-missing', id)
  if (text.includes('\\u0000')) return refusal(item, 'null-character', id)
  return { kind: 'service', id, modified: orderOf(pass) ?? '', said: { text, short: isShort(data) } }
}
