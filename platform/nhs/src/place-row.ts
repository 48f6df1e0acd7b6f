/** A table of places as an operator gives it, row by row: what each column may say, and in plain words what is wrong with a row. Pure. */
import { RURALITIES, type Nation, type Place, type Rurality } from './place-groups.ts'
import { wholePostcode } from './postcode.ts'

/** Columns that are read, by their names in the header; capitals, spaces and underscores are not looked at. */
const COLUMNS = { postcode: ['postcode'], nation: ['nation'], decile: ['deprivationdecile', 'decile'], rurality: ['ruralurban'] } as const
type Column = keyof typeof COLUMNS

/** Where each column stands, and the names of those that are not read. */
export interface PlaceColumns {
  readonly at: Readonly<Partial<Record<Column, number>>>
  readonly passedOver: readonly string[]
}

const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s_-]+/g, '')

/** Reads the header. @returns in words what it lacks */
export function readPlaceHeader(cells: readonly string[]): PlaceColumns | string {
  const named = cells.map(plain)
  const at: Partial<Record<Column, number>> = {}
  for (const [column, names] of Object.entries(COLUMNS) as [Column, readonly string[]][]) {
    const found = named.flatMap((name, index) => (names.includes(name) ? [index] : []))
    if (found.length > 1) return `the column ${names[0]} is there twice`
    if (found[0] !== undefined) at[column] = found[0]
  }
  if (at.postcode === undefined || at.nation === undefined || at.decile === undefined)
    return 'its first line must name the columns postcode, nation and deprivation_decile, and may name rural_urban'
  return { at, passedOver: cells.filter((_cell, index) => !Object.values(at).includes(index)) }
}

/** A row that can be taken. */
export interface PlaceRow {
  readonly postcode: string
  readonly place: Place
}

/** Names of the nations, and their codes in the registers of the Office for National Statistics, by which its postcode directory names them. */
const NATION_CALLED: Readonly<Record<string, Nation>> = {
  england: 'england',
  e92000001: 'england',
  wales: 'wales',
  w92000004: 'wales',
  scotland: 'scotland',
  s92000003: 'scotland',
  northernireland: 'northern-ireland',
  n92000002: 'northern-ireland',
}

/** @returns the row, or in words what is wrong with it */
export function readPlaceRow(cells: readonly string[], { at }: PlaceColumns): PlaceRow | string {
  const cell = (column: Column) => (at[column] === undefined ? '' : (cells[at[column]] ?? '').trim())
  const postcode = wholePostcode(cell('postcode'))
  if (postcode === undefined) return 'the postcode is not a whole one, such as LL11 1AA'
  const nation = NATION_CALLED[plain(cell('nation'))]
  if (nation === undefined) return 'the nation is not England, Wales, Scotland or Northern Ireland'
  const [decile, rurality] = [cell('decile'), cell('rurality').toLowerCase()]
  if (decile !== '' && !/^(?:[1-9]|10)$/.test(decile))
    return 'the decile is not a whole number from 1 (most deprived) to 10, or empty where it is not known'
  if (rurality !== '' && !isRurality(rurality)) return 'rural_urban is not urban, mixed or rural, or empty where it is not known'
  return {
    postcode,
    place: {
      nation,
      ...(decile === '' ? {} : { decile: Number(decile) }),
      ...(rurality === '' ? {} : { rurality: rurality as Rurality }),
    },
  }
}

const isRurality = (text: string): boolean => RURALITIES.some((one) => one === text)
