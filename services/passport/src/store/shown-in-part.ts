/**
 * What leaves the record of requests and of people: to each reader the parts that `domain/access/shown-in-part.ts` gives, whichever way they are asked for.
 * HAZ-R30
 */
import type { PartsPolicy, PayloadPart } from '@handrail/fhir-profiles/payload-parts'
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import type { Organization } from '@medplum/fhirtypes'
import { classesIn } from '../domain/access/data-class.ts'
import {
  EVIDENCE,
  hasParts,
  mayBeShownInPart,
  partsShown,
  searchedBy,
  sectorMatters,
  shownInPart,
  typesInPart,
} from '../domain/access/shown-in-part.ts'
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
  /** Something was left out of it for this reader. */
  readonly inPart?: true
}

/** Shows rows. Inside of a transaction each is asked through it: another connection beside those that wait for one would be waited for in vain. */
export interface ShowsInPart {
  /** The same rows as the caller is shown them; each that is shown whole, has no parts or is deleted is the very row that was given. */
  shown<R extends Shown>(caller: Caller, rows: readonly R[], within?: Queryable): Promise<readonly R[]>
  /** The types of which the caller is shown what others wrote in part, even with nobody's agreement to more; the same for callers of one kind. */
  typesInPart(caller: Caller, within?: Queryable): Promise<readonly string[]>
  /**
   * What the caller may search by: of what it is shown in part nothing by which the rest could be told.
   *
   * @param how `evidence`: the search brings a person's number and date of birth, `bringsEvidence`
   */
  searchable(
    caller: Caller,
    definitions: SearchDefinitions,
    how?: { readonly within?: Queryable; readonly evidence?: boolean },
  ): Promise<SearchDefinitions>
}

/** What a kind of caller is shown. */
interface View {
  readonly parts: (agreed: ReadonlySet<string>) => ReadonlySet<PayloadPart>
  readonly types: readonly string[]
}

/** How long a sector that was read is believed, in ms: an organisation hardly ever changes it. */
const BELIEVED_MS = 30_000
const MOST_KNOWN = 1_000
const NOBODY: ReadonlySet<string> = new Set()

export function showsInPart(database: Queryable, policy: PartsPolicy, now: () => Date): ShowsInPart {
  const sectors = new Map<string, { readonly sector: string | undefined; readonly until: number }>()
  const views = new Map<string, View>()
  const narrowed = new WeakMap<SearchDefinitions, Map<string, SearchDefinitions>>()

  async function sectorOf(id: string, within: Queryable): Promise<string | undefined> {
    const [row] = await rowsForRules(within, [{ type: 'Organization', id }])
    const sector = row === undefined || row.deleted ? undefined : sectorOfOrganization(JSON.parse(row.content) as Organization)
    if (sectors.size >= MOST_KNOWN) sectors.clear()
    sectors.set(id, { sector, until: now().getTime() + BELIEVED_MS })
    return sector
  }

  /** What one of this grade and sector is shown; worked out once. */
  function viewOf({ grade }: Caller, sector: string | undefined): View {
    const key = `${grade} ${sector ?? ''}`
    const known = views.get(key)
    if (known !== undefined) return known
    const parts = (agreed: ReadonlySet<string>) => partsShown({ grade, sector, agreed }, policy)
    const view = { parts, types: typesInPart(parts(NOBODY)) }
    if (views.size >= MOST_KNOWN) views.clear()
    views.set(key, view)
    return view
  }

  /** The view of a caller; without waiting where it is known, as it is of whoever asked in the last half minute. */
  function viewFor(caller: Caller, within: Queryable): View | Promise<View> {
    const id = caller.organization?.split('/')[1]
    if (id === undefined || !sectorMatters(caller.grade, policy)) return viewOf(caller, undefined)
    const known = sectors.get(id)
    if (known !== undefined && known.until > now().getTime()) return viewOf(caller, known.sector)
    return sectorOf(id, within).then((sector) => viewOf(caller, sector))
  }

  return {
    async shown(caller, rows, within = database) {
      if (!mayBeShownInPart(caller.role)) return rows
      const mine = partiesOfCaller(caller)
      const ofOthers = ({ type, author, content }: Shown) => hasParts(type) && content !== '' && !mine.includes(author ?? '')
      if (!rows.some(ofOthers)) return rows
      const found = viewFor(caller, within)
      const { parts, types } = found instanceof Promise ? await found : found
      const inPart = (row: Shown) => types.includes(row.type) && ofOthers(row)
      if (types.length === 0 || !rows.some(inPart)) return rows
      const people = [...new Set(rows.flatMap((row) => (inPart(row) ? (row.patient ?? []) : [])))]
      const standing = await standings(within, caller, people)
      return rows.map((row) => {
        if (!inPart(row)) return row
        const { limits, closed } = standing(row.patient ?? '')
        const content = shownInPart(row.type, row.content, parts(new Set(classesIn((limits.agreed ?? 0) & ~closed))), mine)
        return content === row.content ? row : { ...row, content, inPart: true as const }
      })
    },
    typesInPart: async (caller, within = database) => (mayBeShownInPart(caller.role) ? (await viewFor(caller, within)).types : []),
    async searchable(caller, definitions, { within = database, evidence = false } = {}) {
      if (!mayBeShownInPart(caller.role)) return definitions
      const { parts, types } = await viewFor(caller, within)
      if (types.length === 0) return definitions
      const shown = parts(NOBODY)
      const known = narrowed.get(definitions) ?? new Map<string, SearchDefinitions>()
      narrowed.set(definitions, known)
      const key = `${[...shown].join(' ')} ${evidence ? 'evidence' : ''}`
      const made = known.get(key) ?? searchableBy(shown, types, evidence, definitions)
      known.set(key, made)
      return made
    },
  }
}

/** Definitions that have of the types that are shown in part the parameters over what is shown alone. */
function searchableBy(
  parts: ReadonlySet<PayloadPart>,
  types: readonly string[],
  evidence: boolean,
  definitions: SearchDefinitions,
): SearchDefinitions {
  const parameters = new Map(
    types.map((type) => {
      const elements = new Set([...searchedBy(type, parts), ...(evidence && type === 'Patient' ? EVIDENCE : [])])
      const offered = [...definitions.parametersOf(type)].filter(([, { paths }]) =>
        paths.every(({ element }) => isAmong(elements, element)),
      )
      return [type, new Map(offered)]
    }),
  )
  return { ...definitions, parametersOf: (type) => parameters.get(type) ?? definitions.parametersOf(type) }
}

/** `occurrence` is among them where `occurrencePeriod` is. An expression that is no path is not. */
function isAmong(elements: ReadonlySet<string>, path: string): boolean {
  const [first = ''] = path.split('.')
  return first !== '' && [...elements].some((one) => one === first || (one.startsWith(first) && /^[A-Z]/.test(one.slice(first.length))))
}
