/** A unit cost as it is entered: with a range and a source, so that no figure of money stands alone. Pure. */
import { SECTORS, SETTINGS } from './tables.ts'

/** One entry. Money in pence. */
export interface UnitCost {
  /** Code of the CodeSystem sector. */
  readonly sector: string
  /** Code of the CodeSystem setting; absent: every setting of the sector that has no entry of its own. */
  readonly setting?: string
  readonly unit: 'contact' | 'bed-day'
  readonly low: number
  readonly central: number
  readonly high: number
  /** Where it is written. */
  readonly source: string
  /** The year whose prices these are. */
  readonly priceYear: number
}

const MOST_PENCE = 100_000_000 // a million pounds for one contact is a slip
const LONGEST_SOURCE = 500

/** The entry, or what is wrong with it. */
export function readUnitCost(value: unknown): UnitCost | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is no JSON object'
  const { sector, setting, unit, low, central, high, source, priceYear } = value as Record<string, unknown>
  if (!isOneOf(SECTORS, sector)) return `sector must be one of ${SECTORS.join(', ')}`
  if (setting !== undefined && !isOneOf(SETTINGS, setting)) return `setting must be one of ${SETTINGS.join(', ')}, or absent`
  if (unit !== 'contact' && unit !== 'bed-day') return 'unit must be contact or bed-day'
  if (!isPence(low) || !isPence(central) || !isPence(high)) return 'low, central and high must be whole pence'
  if (low > central || central > high) return 'low, central and high must not fall'
  if (typeof source !== 'string' || source.trim() === '' || source.length > LONGEST_SOURCE)
    return 'source must say where the cost is written'
  if (!isWhole(priceYear) || priceYear < 2000 || priceYear > 2100) return 'priceYear must be a year'
  return { sector, ...(setting === undefined ? {} : { setting }), unit, low, central, high, source: source.trim(), priceYear }
}

const isOneOf = <W extends string>(words: readonly W[], value: unknown): value is W => words.some((word) => word === value)
const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value)
const isPence = (value: unknown): value is number => isWhole(value) && value >= 0 && value <= MOST_PENCE
