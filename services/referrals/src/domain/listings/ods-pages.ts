/**
 * Organisations of the NHS Organisation Data Service, by the FHIR route: a search Bundle of Organization, paged by `_offset`. The first reading takes what
 * was asked for, each later one what changed since the day before.
 */
import { odsCodeIn } from './from-ods.ts'
import { saidOf } from './facts.ts'
import { refusal, type ItemRefusal } from './item-refusal.ts'
import { mayBeKept, orderOf, PageUnreadable, parsed, sizeSaid, takeApart, type FeedItem, type FeedPage } from './feed-page.ts'

const PAGE = 100

/** Where a reading begins: everything that the configured search names, or only what changed since this time. */
export function firstOdsPage(url: string, since?: Date): string {
  const page = new URL(url)
  page.searchParams.set('_count', String(PAGE))
  page.searchParams.set('_offset', '0')
  // A day more: the service tells the day of a change and no hour.
  if (since !== undefined) page.searchParams.set('lastChangeDate', `ge${new Date(since.getTime() - 86_400_000).toISOString().slice(0, 10)}`)
  return page.href
}

/**
 * Reads a page.
 *
 * @throws PageUnreadable when it is no Bundle of a search
 */
export function readOds(text: string, { address, pass }: { readonly address: string; readonly pass: number }): FeedPage {
  const head = parsed(text)
  if (head['resourceType'] !== 'Bundle') throw new PageUnreadable('It is no Bundle.')
  if (head['entry'] === undefined) return { items: [], refused: [] }
  const { texts, rest } = takeApart(text, ['entry'])
  const items: FeedItem[] = []
  const refused: ItemRefusal[] = []
  const entries = texts.map((entryText, index) => ({ entryText, resource: saidOf(parsed(entryText, `Entry ${index + 1}`)['resource']) }))
  const affiliations = Map.groupBy(
    entries.filter(({ resource }) => resource['resourceType'] === 'OrganizationAffiliation'),
    ({ resource }) => odsCodeIn(resource['organization']) ?? '',
  )
  for (const [index, { entryText, resource }] of entries.entries()) {
    const { resourceType, id } = resource
    if (resourceType !== 'Organization') continue // an OperationOutcome of the search, or an affiliation, which is kept with its organisation
    const entry = `entry ${index + 1}`
    if (typeof id !== 'string' || id === '') refused.push(refusal(entry, 'id-missing'))
    else if (id.length > 500 || !mayBeKept(id)) refused.push(refusal(entry, 'id-unreadable'))
    else {
      const text = withAffiliations(entryText, affiliations.get(id) ?? [])
      if (text.includes('\\u0000')) refused.push(refusal(entry, 'null-character', id))
      else items.push({ kind: 'Organization', id, modified: orderOf(pass) ?? '', said: { text } })
    }
  }
  const asked = new URL(address)
  const offset = Number(asked.searchParams.get('_offset') ?? 0)
  // It counts what was asked for, and neither affiliations nor an OperationOutcome that come along.
  const total = sizeSaid(rest['total'], offset + items.length + refused.length)
  asked.searchParams.set('_offset', String(offset + PAGE))
  const isLast = texts.length === 0 || (total === undefined ? texts.length < PAGE : offset + PAGE >= total)
  return { items, refused, ...(isLast ? {} : { next: asked.href }), ...(total === undefined ? {} : { expected: total }) }
}

/** An entry with the affiliations that came with it (`_revinclude`), each as it came. */
function withAffiliations(entryText: string, affiliations: readonly { readonly entryText: string }[]): string {
  if (affiliations.length === 0) return entryText
  return `${entryText.trimEnd().slice(0, -1)},"affiliations":[${affiliations.map((one) => one.entryText).join(',')}]}`
}
