/**
 * The groups in which people are counted by where they live: how deprived the place is, and whether it is town or country. Each nation of the United
 * Kingdom ranks its own places by an index of its own: the ranks of two nations are never one group. Pure.
 */

/** Each nation with its index of deprivation: English Indices of Deprivation, Welsh Index of Multiple Deprivation, Scottish Index of Multiple Deprivation, Northern Ireland Multiple Deprivation Measure. */
export const INDEX_OF = { england: 'imd', wales: 'wimd', scotland: 'simd', 'northern-ireland': 'nimdm' } as const
export type Nation = keyof typeof INDEX_OF

export const NATIONS = Object.keys(INDEX_OF) as readonly Nation[]

/** What a place can be besides; `mixed` is what a nation's own classification calls neither. */
export const RURALITIES = ['urban', 'mixed', 'rural'] as const
export type Rurality = (typeof RURALITIES)[number]

/** A place that a postcode is in, as a nation's table says it. */
export interface Place {
  readonly nation: Nation
  /** 1 = the most deprived tenth of the nation, 10 = the least. */
  readonly decile?: number
  readonly rurality?: Rurality
}

/** A postcode that no table names that is loaded. */
const NOT_IN_TABLE = 'not-in-table'

const FIFTHS = [1, 2, 3, 4, 5] as const

/** Every group of deprivation, such as `imd-1`: the index and the fifth, 1 = the most deprived. Two tenths are one fifth: see decision 320. */
export const DEPRIVATION_GROUPS: readonly string[] = [
  ...NATIONS.flatMap((nation) => FIFTHS.map((fifth) => `${INDEX_OF[nation]}-${fifth}`)),
  NOT_IN_TABLE,
]

/** Every group of town and country, such as `wales-rural`: nations draw the line each in their own way. */
export const RURALITY_GROUPS: readonly string[] = [
  ...NATIONS.flatMap((nation) => RURALITIES.map((one) => `${nation}-${one}`)),
  NOT_IN_TABLE,
]

/** The groups of one postcode; what is not known of its place is absent. */
export interface PlaceGroups {
  readonly deprivation?: string
  readonly rurality?: string
}

/** @param place nothing for a postcode that no loaded table names */
export function groupsOf(place: Place | undefined): PlaceGroups {
  if (place === undefined) return { deprivation: NOT_IN_TABLE, rurality: NOT_IN_TABLE }
  const { nation, decile, rurality } = place
  return {
    ...(decile === undefined ? {} : { deprivation: `${INDEX_OF[nation]}-${Math.ceil(decile / 2)}` }),
    ...(rurality === undefined ? {} : { rurality: `${nation}-${rurality}` }),
  }
}
