// The further resources of a page, by _include and _revinclude. https://hl7.org/fhir/R4/search.html#include
import { includedBy, includingTokens, type Target } from '../../domain/search/includes.ts'
import type { Include, SearchQuery } from '../../domain/search/query.ts'
import { searchRefuse } from '../../domain/search/refusals.ts'
import { includeStatement, pageStatement, type FoundRow } from '../search-sql.ts'
import type { LinkContext } from './links.ts'

/** How many resources a page may bring with its matches, and how often :iterate goes on from what it brought. */
const MOST_INCLUDED = 1000
const MOST_ROUNDS = 5

/**
 * What the includes of a query bring to a page of matches: only what the caller may see, as he is shown it, each resource once, none that is a match.
 *
 * @param matches as the caller is shown them
 *
 * @throws SEARCH_TOO_COSTLY when it is more than 1,000 resources
 */
export async function included(
  query: SearchQuery,
  matches: readonly FoundRow[],
  context: LinkContext & { readonly shown: (rows: readonly FoundRow[]) => Promise<readonly FoundRow[]> },
): Promise<FoundRow[]> {
  const seen = new Set(matches.map(nameOf))
  const found: FoundRow[] = []
  let from: readonly FoundRow[] = matches
  for (let round = 0; round < MOST_ROUNDS && from.length > 0; round++) {
    const follows = ({ iterate }: Include) => round === 0 || iterate
    const forward = await forwards(query.includes.filter(follows), from, seen, context)
    const backward = await backwards(query.revincludes.filter(follows), from, seen, context)
    from = await context.shown([...forward, ...backward].filter((row) => !seen.has(nameOf(row)) && seen.add(nameOf(row))))
    found.push(...from)
    if (found.length > MOST_INCLUDED) throw tooCostly()
  }
  return found
}

const nameOf = ({ type, id }: Target) => `${type}/${id}`
const tooCostly = () =>
  searchRefuse.SEARCH_TOO_COSTLY({ parameter: 'What _include and _revinclude bring', limit: MOST_INCLUDED }, { expression: '_include' })

async function forwards(
  includes: readonly Include[],
  from: readonly FoundRow[],
  seen: ReadonlySet<string>,
  context: LinkContext,
): Promise<FoundRow[]> {
  const { database, definitions, access, mayRead } = context
  const about = new Set(includes.map(({ type }) => type))
  const wanted = new Map<string, Target>()
  for (const { type, content } of from) {
    if (!about.has(type)) continue
    for (const target of includedBy(JSON.parse(content) as { resourceType: string }, includes, definitions)) {
      if (mayRead(target.type) && !seen.has(nameOf(target))) wanted.set(nameOf(target), target)
    }
  }
  if (wanted.size > MOST_INCLUDED) throw tooCostly()
  if (wanted.size === 0) return []
  return (await database.query<FoundRow>(includeStatement([...wanted.values()], access))).rows
}

async function backwards(
  includes: readonly Include[],
  from: readonly FoundRow[],
  seen: ReadonlySet<string>,
  context: LinkContext,
): Promise<FoundRow[]> {
  const { database, definitions, access, mayRead } = context
  const found: FoundRow[] = []
  // Few point to something about a person; many may name the same organisation.
  const areRare = from.every(({ patient }) => patient !== null)
  for (const include of includes) {
    const including = includingTokens(include, from, definitions)
    if (!including || !mayRead(including.type)) continue
    const conditions = [{ kind: 'tokens', any: including.tokens, ...(areRare && { rare: true as const }) } as const]
    const limit = MOST_INCLUDED + seen.size + 1
    const { rows } = await database.query<FoundRow>(
      pageStatement({ type: including.type, conditions, sort: [{ by: 'updated', descending: true }], limit }, access),
    )
    found.push(...rows)
  }
  return found
}
