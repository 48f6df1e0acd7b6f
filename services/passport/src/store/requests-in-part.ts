/** What leaves the record of requests: to each reader the parts that `domain/access/request-in-part.ts` gives, whichever way they are asked for. HAZ-R30 */
import type { PartsPolicy, PayloadPart } from '@handrail/fhir-profiles/payload-parts'
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import type { Organization } from '@medplum/fhirtypes'
import { classesIn } from '../domain/access/data-class.ts'
import { isWhole, mayBeShownInPart, partsShown, searchedBy, sectorMatters, shownInPart } from '../domain/access/request-in-part.ts'
import { sectorOfOrganization } from '../domain/organization-sector.ts'
import type { SearchDefinitions } from '../domain/search/definitions.ts'
import { partiesOfCaller } from './access-sql.ts'
import { rowsForRules } from './record-store.ts'
import { standings } from './write-guard.ts'

/** A row as it is given to a reader. */
export interface Shown {
  readonly type: string
  readonly patient?: string | null | undefined
  /** Who first wrote it. */
  readonly author: string | null | undefined
  readonly content: string
}

/** Shows requests. Inside of a transaction each is asked through it: another connection beside those that wait for one would be waited for in vain. */
export interface RequestsInPart {
  /** The same rows, requests among them as the caller is shown them; each that is shown whole, is no request or is deleted is the very row that was given. */
  shown<R extends Shown>(caller: Caller, rows: readonly R[], within?: Queryable): Promise<readonly R[]>
  /** Whether the caller is shown requests of others in part, even with nobody's agreement to more. */
  isInPart(caller: Caller): Promise<boolean>
  /** What the caller may search by: of requests that it is shown in part nothing by which the rest could be told. */
  searchable(caller: Caller, definitions: SearchDefinitions, within?: Queryable): Promise<SearchDefinitions>
}

/** How long a sector that was read is believed, in ms: an organisation hardly ever changes it. */
const BELIEVED_MS = 30_000
const MOST_KNOWN = 1_000
const NOBODY: ReadonlySet<string> = new Set()

export function requestsInPart(database: Queryable, policy: PartsPolicy, now: () => Date): RequestsInPart {
  const sectors = new Map<string, { readonly sector: string | undefined; readonly until: number }>()
  const narrowed = new WeakMap<SearchDefinitions, Map<string, SearchDefinitions>>()

  async function sectorOf({ organization }: Caller, within: Queryable): Promise<string | undefined> {
    const id = organization?.split('/')[1]
    if (id === undefined) return undefined
    const at = now().getTime()
    const known = sectors.get(id)
    if (known !== undefined && known.until > at) return known.sector
    const [row] = await rowsForRules(within, [{ type: 'Organization', id }])
    const sector = row === undefined || row.deleted ? undefined : sectorOfOrganization(JSON.parse(row.content) as Organization)
    if (sectors.size >= MOST_KNOWN) sectors.clear()
    sectors.set(id, { sector, until: at + BELIEVED_MS })
    return sector
  }

  /** The parts with what somebody agreed to; every one of them for whoever sees all. */
  async function partsOf(
    caller: Caller,
    within: Queryable,
  ): Promise<((agreed: ReadonlySet<string>) => ReadonlySet<PayloadPart>) | 'whole'> {
    if (!mayBeShownInPart(caller.role)) return 'whole'
    const { grade } = caller
    const sector = sectorMatters(grade, policy) ? await sectorOf(caller, within) : undefined
    const parts = (agreed: ReadonlySet<string>) => partsShown({ grade, sector, agreed }, policy)
    return isWhole(parts(NOBODY)) ? 'whole' : parts
  }

  return {
    async shown(caller, rows, within = database) {
      const mine = partiesOfCaller(caller)
      const ofOthers = ({ type, author, content }: Shown) => type === 'ServiceRequest' && content !== '' && !mine.includes(author ?? '')
      if (!mayBeShownInPart(caller.role) || !rows.some(ofOthers)) return rows
      const parts = await partsOf(caller, within)
      if (parts === 'whole') return rows
      const people = [...new Set(rows.flatMap((row) => (ofOthers(row) ? (row.patient ?? []) : [])))]
      const standing = await standings(within, caller, people)
      return rows.map((row) => {
        if (!ofOthers(row)) return row
        const { limits, closed } = standing(row.patient ?? '')
        const content = shownInPart(row.content, parts(new Set(classesIn((limits.agreed ?? 0) & ~closed))), mine)
        return content === row.content ? row : { ...row, content }
      })
    },
    isInPart: async (caller) => (await partsOf(caller, database)) !== 'whole',
    async searchable(caller, definitions, within = database) {
      const parts = await partsOf(caller, within)
      if (parts === 'whole') return definitions
      const elements = searchedBy(parts(NOBODY))
      const known = narrowed.get(definitions) ?? new Map<string, SearchDefinitions>()
      narrowed.set(definitions, known)
      const key = [...elements].join(' ')
      const made = known.get(key) ?? searchableBy(elements, definitions)
      known.set(key, made)
      return made
    },
  }
}

/** Definitions that have of requests the parameters over these elements alone. */
function searchableBy(elements: ReadonlySet<string>, definitions: SearchDefinitions): SearchDefinitions {
  const parameters = new Map(
    [...definitions.parametersOf('ServiceRequest')].filter(([, { paths }]) => paths.every(({ element }) => isAmong(elements, element))),
  )
  return { ...definitions, parametersOf: (type) => (type === 'ServiceRequest' ? parameters : definitions.parametersOf(type)) }
}

/** `occurrence` is among them where `occurrencePeriod` is. An expression that is no path is not. */
function isAmong(elements: ReadonlySet<string>, path: string): boolean {
  const [first = ''] = path.split('.')
  return first !== '' && [...elements].some((one) => one === first || (one.startsWith(first) && /^[A-Z]/.test(one.slice(first.length))))
}
