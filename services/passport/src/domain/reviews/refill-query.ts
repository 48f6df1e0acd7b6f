/**
 * Amounts and dates of a pump that do not agree. Whoever entered them is asked, and nobody else; nothing is corrected and no date is
 * worked out into the record. Story 4, step 9; hazard HAZ-P32 (a wrong refill date is trusted).
 */
import { checkRefill, readDeviceBlock, type RefillCheck } from '@handrail/fhir-profiles/device-block'
import type { Device, DeviceUseStatement } from '@medplum/fhirtypes'
import { deviceOf, type Kept, type PersonFacts } from './facts.ts'

export interface RefillQuery {
  readonly key: string
  readonly entry: Kept<DeviceUseStatement>
  readonly days: number
  readonly expected: string
  readonly recorded: string
}

/** What the arithmetic says of a use and its device; nothing when it has no block or the numbers are too few. */
export function refillFault(use: DeviceUseStatement, device: Device | undefined): (RefillCheck & { readonly agrees: false }) | undefined {
  const block = readDeviceBlock(device, use)
  const check = block === undefined ? undefined : checkRefill(block)
  return check?.agrees === false ? check : undefined
}

/** One query for each use whose numbers disagree, by what they disagree about. */
export function refillQueries(facts: PersonFacts): readonly RefillQuery[] {
  return facts.entries.flatMap((entry) => {
    const { resource, reference } = entry
    if (resource.resourceType !== 'DeviceUseStatement' || resource.status !== 'active') return []
    const fault = refillFault(resource, deviceOf(resource, facts.devices))
    if (fault === undefined) return []
    const { days, expected, recorded } = fault
    return [{ key: `query:refill:${reference}:${expected}:${recorded}`, entry: { ...entry, resource }, days, expected, recorded }]
  })
}

/** The sentence whoever entered it is told. */
export const refillWords = ({ days, expected, recorded }: Pick<RefillQuery, 'days' | 'expected' | 'recorded'>): string =>
  `By the amounts recorded (usable volume × concentration ÷ dose a day) the pump lasts ${String(days)} days after the last refill, to ${expected}; the low-reservoir alarm is recorded for ${recorded}. Check the numbers. Nothing was changed.`
