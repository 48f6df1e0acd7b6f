/**
 * What leaves the record of requests and of people: to each reader the parts that `domain/access/shown-in-part.ts` gives, whichever way they are asked for.
 * HAZ-R30. And of stays: without their places for whoever `domain/access/whereabouts.ts` keeps them from. HAZ-A17
 */
import type { HospitalSites } from '@handrail/fhir-profiles/hospital-sites'
import type { PartsPolicy, PayloadPart } from '@handrail/fhir-profiles/payload-parts'
import { sensitiveWardsOf } from '@handrail/fhir-profiles/sensitive-wards'
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
import { DIRECT_CARE, mayBeOutside, placesOf, searchedWithoutPlaces } from '../domain/access/whereabouts.ts'
import { sectorOfOrganization } from '../domain/organization-sector.ts'
import type { SearchDefinitions } from '../domain/search/definitions.ts'
import { bringing } from '../domain/search/includes.ts'
import { partiesOfCaller } from './access-sql.ts'
import { rowsForRules } from './record-store.ts'
import { confidential } from './whereabouts.ts'
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
  /** Words of all wards that are sensitive, of whatever hospital. */
  readonly sensitiveWards: readonly string[]
  /** The types of which the caller is shown what others wrote in part, even with nobody's agreement to more; the same for callers of one kind. */
  typesInPart(caller: Caller, within?: Queryable): Promise<readonly string[]>
  /**
   * What the caller may search by: of what it is shown in part nothing by which the rest could be told.
   *
   * @param how `evidence`: the search brings a person's number and date of birth, `bringsEvidence`; `ownStays`: it finds the caller's own stays alone,
   *   `asksOfOwnStays`
   */
  searchable(
    caller: Caller,
    definitions: SearchDefinitions,
    how?: { readonly within?: Queryable; readonly evidence?: boolean; readonly ownStays?: boolean },
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

export interface PartsKnowledge {
  readonly policy: PartsPolicy
  readonly sites: Pick<HospitalSites, 'sites'>
  /** `${PUBLIC_URL}/fhir` */
  readonly baseUrl: string
}

export function showsInPart(database: Queryable, { policy, sites, baseUrl }: PartsKnowledge, now: () => Date): ShowsInPart {
  const sectors = new Map<string, { readonly sector: string | undefined; readonly until: number }>()
  const views = new Map<string, View>()
  const narrowed = new WeakMap<SearchDefinitions, Map<string, SearchDefinitions>>()
  const placeless = new WeakMap<SearchDefinitions, SearchDefinitions>()

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

  /** Without the parameters that find stays by their places. */
  function byNoPlace(definitions: SearchDefinitions): SearchDefinitions {
    // A stay that is shown whole brings its places along; one that is not has none to bring.
    const made = placeless.get(definitions) ?? {
      ...offering(definitions, new Map([['Encounter', searchedWithoutPlaces()]])),
      bringing: (type: string) => bringing(definitions, type),
    }
    placeless.set(definitions, made)
    return made
  }

  /** In the parts of the caller's kind. */
  async function inKind<R extends Shown>(caller: Caller, rows: readonly R[], within: Queryable): Promise<readonly R[]> {
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
  }

  /** Without the places of stays that are for the direct-care team alone, where the caller is outside of it. */
  async function withoutPlaces<R extends Shown>(caller: Caller, rows: readonly R[], within: Queryable): Promise<readonly R[]> {
    if (!rows.some(({ type }) => type === 'Encounter') || !mayBeOutside(caller.role)) return rows
    const mine = partiesOfCaller(caller)
    const others = rows.filter(({ type, content, author }) => type === 'Encounter' && content !== '' && !mine.includes(author ?? ''))
    const inCare = others.length === 0 ? () => true : await caresDirectly(caller, others, within)
    const placed = new Map(
      others.flatMap((row) => {
        const stay = inCare(row.patient ?? undefined) ? undefined : placesOf(row.content, baseUrl)
        return stay === undefined || mine.includes(stay.hospital ?? '') ? [] : [[row, { ...stay, patient: row.patient ?? undefined }]]
      }),
    )
    if (placed.size === 0) return rows
    const hidden = await confidential(within, [...placed.values()], { sites, baseUrl })
    return rows.map((row) => {
      const stay = placed.get(row)
      return stay !== undefined && hidden.has(stay) ? { ...row, content: stay.without, inPart: true as const } : row
    })
  }

  /** Whether the caller is of the direct-care team of a person: in their care team, and shown people whole. */
  async function caresDirectly(
    caller: Caller,
    stays: readonly Pick<Shown, 'patient'>[],
    within: Queryable,
  ): Promise<(patient: string | undefined) => boolean> {
    if (!mayBeShownInPart(caller.role) || (await viewFor(caller, within)).types.includes('Patient')) return () => false
    const standing = await standings(within, caller, [...new Set(stays.flatMap(({ patient }) => patient ?? []))])
    return (patient) => patient !== undefined && standing(patient).kinds.some((kind) => DIRECT_CARE.includes(kind))
  }

  return {
    sensitiveWards: sensitiveWardsOf(sites),
    shown: async (caller, rows, within = database) => withoutPlaces(caller, await inKind(caller, rows, within), within),
    typesInPart: async (caller, within = database) => (mayBeShownInPart(caller.role) ? (await viewFor(caller, within)).types : []),
    async searchable(caller, given, { within = database, evidence = false, ownStays = false } = {}) {
      const definitions = ownStays || !mayBeOutside(caller.role) ? given : byNoPlace(given)
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
const searchableBy = (
  parts: ReadonlySet<PayloadPart>,
  types: readonly string[],
  evidence: boolean,
  definitions: SearchDefinitions,
): SearchDefinitions =>
  offering(
    definitions,
    new Map(types.map((type) => [type, new Set([...searchedBy(type, parts), ...(evidence && type === 'Patient' ? EVIDENCE : [])])])),
  )

/** Definitions that have of these types the parameters over these elements alone. */
function offering(definitions: SearchDefinitions, elements: ReadonlyMap<string, ReadonlySet<string>>): SearchDefinitions {
  const parameters = new Map(
    [...elements].map(([type, shown]) => {
      const offered = [...definitions.parametersOf(type)].filter(([, { paths }]) => paths.every(({ element }) => isAmong(shown, element)))
      return [type, new Map(offered)]
    }),
  )
  return {
    ...definitions,
    parametersOf: (type) => parameters.get(type) ?? definitions.parametersOf(type),
    bringing: (type) => parameters.get(type) ?? bringing(definitions, type),
  }
}

/** `occurrence` is among them where `occurrencePeriod` is. An expression that is no path is not. */
function isAmong(elements: ReadonlySet<string>, path: string): boolean {
  const [first = ''] = path.split('.')
  return first !== '' && [...elements].some((one) => one === first || (one.startsWith(first) && /^[A-Z]/.test(one.slice(first.length))))
}
