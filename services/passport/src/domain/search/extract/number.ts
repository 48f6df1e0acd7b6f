// FHIR R4 Search, number and quantity. https://hl7.org/fhir/R4/search.html#quantity
import type { Money, Quantity, Range, SampledData } from '@medplum/fhirtypes'
import type { SearchParameter } from '../definitions.ts'
import { storable } from '../text.ts'
import { tokenText } from '../token-hash.ts'
import type { Extractor } from './found.ts'

interface Amount {
  readonly low: number
  readonly high: number
  /** `system|code`, or `system|code|unit` where the written unit is another word than the code. */
  readonly unit?: string
}

/** Indexes numbers, quantities, ranges, sums of money and the extent of sampled data. */
export function numberExtractor({ key, keys, paths }: SearchParameter): Extractor {
  const extracts = keys.includes(key)
  const present = tokenText.present(key)
  return (resource, found) => {
    let any = false
    for (const path of paths) {
      path.read(resource, (value) => {
        const amount = amountOf(value, path.type)
        if (!amount) return
        any = true
        if (extracts) found.numbers.push({ key, ...amount })
      })
    }
    if (any) found.addToken(present)
  }
}

/** What a value amounts to; nothing when it has no number. */
export function amountOf(value: unknown, type: string): Amount | undefined {
  if (typeof value === 'number') return { low: value, high: value }
  if (typeof value !== 'object' || value === null) return undefined
  if (type === 'Range') return rangeAmount(value as Range)
  if (type === 'SampledData') return sampledAmount(value as SampledData)
  if (type === 'Money') return moneyAmount(value as Money)
  return quantityAmount(value as Quantity)
}

function quantityAmount(quantity: Quantity): Amount | undefined {
  const { value, comparator } = quantity
  if (typeof value !== 'number') return undefined
  const low = comparator === '<' || comparator === '<=' ? -Infinity : value
  const high = comparator === '>' || comparator === '>=' ? Infinity : value
  return { low, high, ...unitOf(quantity) }
}

function unitOf({ system = '', code = '', unit = '' }: Quantity): { unit?: string } {
  if (code === '' && unit === '') return {}
  return { unit: storable(unit === '' || unit === code ? `${system}|${code}` : `${system}|${code}|${unit}`) }
}

function rangeAmount({ low, high }: Range): Amount | undefined {
  if (typeof low?.value !== 'number' && typeof high?.value !== 'number') return undefined
  return { low: low?.value ?? -Infinity, high: high?.value ?? Infinity, ...unitOf(low ?? high ?? {}) }
}

// ISO 4217 is the system of a currency. https://hl7.org/fhir/R4/datatypes.html#Money
function moneyAmount({ value, currency }: Money): Amount | undefined {
  if (typeof value !== 'number') return undefined
  return { low: value, high: value, ...unitOf({ system: 'urn:iso:std:iso:4217', ...(currency && { code: currency }) }) }
}

function sampledAmount({ origin, factor = 1, data = '' }: SampledData): Amount | undefined {
  const values = data
    .split(' ')
    .map(Number)
    .filter(Number.isFinite)
    .map((one) => one * factor + (origin.value ?? 0))
  if (data === '' || values.length === 0) return undefined
  const low = values.reduce((least, one) => Math.min(least, one), Infinity)
  const high = values.reduce((most, one) => Math.max(most, one), -Infinity)
  return { low, high, ...unitOf(origin) }
}
