/**
 * The device block: what a ward must know of an implanted pump, read out of the Device and its DeviceUseStatement. Nothing is computed but
 * the check of the dates against the amounts, which is told to the centre that entered them and never corrects anything.
 */
import type { Device, DeviceUseStatement, Extension, Quantity } from '@medplum/fhirtypes'

/** Canonical URL of the extension on DeviceUseStatement. */
export const DEVICE_BLOCK = 'https://handrail.example/fhir/StructureDefinition/device-block'

/** What is recorded of the device; absent is not known. Dates are calendar dates. */
export interface DeviceBlock {
  readonly kind?: string
  readonly device: string
  readonly serialNumber?: string
  /** millilitres */
  readonly reservoirMl?: number
  /** millilitres that can be given between refill and low-reservoir alarm */
  readonly usableMl?: number
  /** micrograms in a millilitre */
  readonly microgramsPerMl?: number
  /** micrograms a day */
  readonly microgramsPerDay?: number
  readonly mode?: string
  readonly lastRefill?: string
  readonly refillBy?: string
  readonly lowReservoirAlarm?: string
  readonly batteryReplacementDue?: string
  readonly catheterTip?: string
  readonly rescuePlan?: string
  readonly contact?: string
  readonly urgentSigns?: string
  readonly doNotStop: readonly string[]
  readonly mri?: string
  readonly ultrasound?: string
  readonly pressure?: string
  readonly confirmedOn?: string
  /** `Organization/<id>` and the like */
  readonly confirmedBy?: string
}

/** Reads the block; undefined when the use has none. */
export function readDeviceBlock(device: Device | undefined, use: DeviceUseStatement): DeviceBlock | undefined {
  const block = use.extension?.find(({ url }) => url === DEVICE_BLOCK)
  if (block === undefined) return undefined
  const part = (url: string): Extension | undefined => block.extension?.find((each) => each.url === url)
  const property = (code: string) => device?.property?.find(({ type }) => type.coding?.some((coding) => coding.code === code))
  const rule = (code: string): string | undefined => property(code)?.valueCode?.[0]?.text
  return withoutAbsent({
    kind: device?.type?.coding?.[0]?.code,
    device: device?.deviceName?.[0]?.name ?? device?.type?.text ?? use.device.display ?? 'Device',
    serialNumber: device?.serialNumber,
    reservoirMl: inUnit(property('reservoir-volume')?.valueQuantity?.[0], 'mL'),
    usableMl: inUnit(property('usable-volume')?.valueQuantity?.[0], 'mL'),
    microgramsPerMl: inUnit(part('concentration')?.valueQuantity, 'ug/mL'),
    microgramsPerDay: inUnit(part('daily-dose')?.valueQuantity, 'ug/d'),
    mode: part('mode')?.valueString,
    lastRefill: part('last-refill')?.valueDate,
    refillBy: part('refill-by')?.valueDate,
    lowReservoirAlarm: part('low-reservoir-alarm')?.valueDate,
    batteryReplacementDue: part('battery-replacement-due')?.valueDate,
    catheterTip: part('catheter-tip')?.valueString,
    rescuePlan: part('rescue-plan')?.valueString,
    contact: part('contact')?.valueContactPoint?.value,
    urgentSigns: part('urgent-signs')?.valueString,
    doNotStop: (block.extension ?? []).flatMap(({ url, valueString }) =>
      url === 'do-not-stop' && valueString !== undefined ? [valueString] : [],
    ),
    mri: rule('mri'),
    ultrasound: rule('ultrasound'),
    pressure: rule('pressure'),
    confirmedOn: part('confirmed-on')?.valueDate,
    confirmedBy: part('confirmed-by')?.valueReference?.reference,
  })
}

/** Whether the low-reservoir date agrees with the amounts. */
export type RefillCheck =
  | { readonly agrees: true; readonly days: number }
  | { readonly agrees: false; readonly days: number; readonly expected: string; readonly recorded: string }
  | { readonly agrees: 'not checked'; readonly missing: readonly string[] }

/**
 * Compares the recorded low-reservoir date with what the amounts say: usable volume × concentration ÷ daily dose, in whole days after the
 * last refill. One day of difference is rounding. Told to the centre at entry, never corrected.
 *
 * @example 18 ml × 2,000 ÷ 350 = 102 days: 14 August to 24 November
 */
export function checkRefill(block: DeviceBlock): RefillCheck {
  const { usableMl, microgramsPerMl, microgramsPerDay, lastRefill, lowReservoirAlarm } = block
  if (
    usableMl === undefined ||
    microgramsPerMl === undefined ||
    microgramsPerDay === undefined ||
    microgramsPerDay <= 0 ||
    lastRefill === undefined ||
    lowReservoirAlarm === undefined
  ) {
    const wanted = { usableMl, microgramsPerMl, microgramsPerDay, lastRefill, lowReservoirAlarm }
    return {
      agrees: 'not checked',
      missing: Object.entries(wanted).flatMap(([name, value]) => (value === undefined || value === 0 ? [name] : [])),
    }
  }
  const days = Math.floor((usableMl * microgramsPerMl) / microgramsPerDay)
  const expected = new Date(Date.parse(`${lastRefill}T00:00:00Z`) + days * DAY_MS)
  const difference = Math.abs(expected.getTime() - Date.parse(`${lowReservoirAlarm}T00:00:00Z`)) / DAY_MS
  return difference <= 1
    ? { agrees: true, days }
    : { agrees: false, days, expected: expected.toISOString().slice(0, 10), recorded: lowReservoirAlarm }
}

const DAY_MS = 86_400_000

/** The amount, only when it is in the unit asked for: another unit is not converted, it is not known. */
const inUnit = (quantity: Quantity | undefined, unit: string): number | undefined => (quantity?.code === unit ? quantity.value : undefined)

type Known<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

const withoutAbsent = <T extends object>(given: T): Known<T> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Known<T>
