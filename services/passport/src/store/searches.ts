/** Searches under the caller's own policy, and the meaning of a condition. */
import type { Caller } from '@platform/fhir/caller'
import { scopesAllow } from '@platform/fhir/scopes'
import type { Queryable } from '@platform/service/database'
import { bringsEvidence } from '../domain/access/shown-in-part.ts'
import { asksOfOwnStays } from '../domain/access/whereabouts.ts'
import type { SearchDefinitions } from '../domain/search/definitions.ts'
import { parseQuery } from '../domain/search/parse-query.ts'
import type { SearchQuery } from '../domain/search/query.ts'
import { refuse } from '../errors.ts'
import { partiesOfCaller, readPredicate } from './access-sql.ts'
import type { FoundRow, Position, SearchResult } from './search-store.ts'
import type { HotSearch } from './search/hot-searches.ts'
import type { ShowsInPart } from './shown-in-part.ts'
import { findIds, search } from './search-store.ts'
import { ownPeople } from './search/own-people.ts'
import { hotFinder } from './together.ts'

type Parameters = readonly (readonly [name: string, value: string])[]

export interface Searches {
  /** What this caller may search by in these parameters of a search on a type. */
  definitionsFor(caller: Caller, type: string, parameters: Parameters): Promise<SearchDefinitions>
  /** A page of what the caller may see, as it is shown to him; `mayRead` says which types its scopes cover. */
  search(query: SearchQuery, caller: Caller, mayRead: (type: string) => boolean, after?: Position): Promise<SearchResult>
  /**
   * What a condition means, at most two, so that one is told from many.
   *
   * @throws PARAMETER_UNKNOWN, because a condition that is partly understood would match what was not meant; CONDITION_EMPTY
   */
  find(database: Queryable, caller: Caller, type: string, condition: string): Promise<readonly { type: string; id: string }[]>
}

export interface SearchesDependencies {
  readonly planned: Queryable
  readonly adHoc: Queryable
  readonly definitions: SearchDefinitions
  readonly inPart: ShowsInPart
  readonly now: () => Date
}

/** Opens the searches: those that were planned at start first, any other one as it comes. */
export function searchesOver({ planned, adHoc, definitions, inPart, now }: SearchesDependencies): Searches {
  const accessOf = (caller: Caller) => (first: number, person?: string) => readPredicate(caller, first, person)
  const definitionsFor = (caller: Caller, type: string, parameters: Parameters, within?: Queryable) =>
    inPart.searchable(caller, definitions, {
      evidence: bringsEvidence(type, parameters),
      ownStays: asksOfOwnStays(type, parameters, partiesOfCaller(caller)),
      ...(within !== undefined && { within }),
    })
  const together = hotFinder(planned, accessOf)
  return {
    definitionsFor: (caller, type, parameters) => definitionsFor(caller, type, parameters),
    search: async (query, caller, mayRead, after) => {
      const rights = {
        access: accessOf(caller),
        mayRead,
        findHot: async (hot: HotSearch) => together(caller, hot),
        ownPeople: () => ownPeople(planned, caller),
        shown: async (rows: readonly FoundRow[]) => inPart.shown(caller, rows),
      }
      return search(query, rights, { planned, adHoc, definitions: await inPart.searchable(caller, definitions) }, after)
    },
    find: async (database, caller, type, condition) => {
      const parameters = [...new URLSearchParams(condition)]
      const offered = await definitionsFor(caller, type, parameters, database)
      const query = parseQuery(type, parameters, { definitions: offered, now: now() })
      const [ignored] = query.ignored
      if (ignored !== undefined) throw refuse.PARAMETER_UNKNOWN({ parameter: ignored }, { expression: ignored })
      if (query.conditions.length === 0) throw refuse.CONDITION_EMPTY()
      const mayRead = (other: string) => scopesAllow(caller.scopes, other, 'r') || scopesAllow(caller.scopes, other, 's')
      return findIds(query, { access: accessOf(caller), mayRead }, { planned: database, adHoc: database, definitions: offered }, 2)
    },
  }
}
