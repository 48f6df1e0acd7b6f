// What an alert tells the ward: standards page "Hospital alerts", section 9. A line appears only if it holds for this person, says what the
// record says and nothing more, and names where that comes from and how old it is. HAZ-A04 stale content, HAZ-A06 invented advice.
import { evalFhirPath, toTypedValue, type TypedValue } from '@medplum/core'
import type { Device, DeviceUseStatement, MedicationStatement, Organization, Patient } from '@medplum/fhirtypes'
import { CODES } from '@platform/nhs/systems'
import { codeOf } from './vocabulary.ts'

/** A rule of `fhir-profiles/rules`: which lines there are for people registered under a code. */
export interface AlertRule {
  readonly id: string
  /** Code of the register; `*` for everybody on it. */
  readonly register: string
  readonly lines: readonly LineRule[]
}

/** One line. All three are FHIRPath over %patient, %device, %use, %medicines, %specialist and %today; what yields nothing is left out. */
export interface LineRule {
  readonly title: string
  readonly when?: string
  readonly text: string
  readonly source?: string
  readonly asOf?: string
}

/** What the record holds about the person. */
export interface PersonMaterial {
  readonly patient: Patient
  readonly devices: readonly Device[]
  readonly uses: readonly DeviceUseStatement[]
  readonly medicines: readonly MedicationStatement[]
  /** The organisation that answers as specialist. */
  readonly specialist?: Organization
}

/** A line as the ward reads it. */
export interface AlertLine {
  readonly title: string
  readonly text: string
  /** `Organization/…` or `Practitioner/…`, or words. */
  readonly source?: string
  /** `YYYY-MM-DD`. */
  readonly asOf?: string
}

/** More than seven are not read. Features, G5. */
const MOST_LINES = 7
/** After six months the content team is asked to confirm. Section 9. */
const STALE_AFTER_DAYS = 183

/**
 * The lines for a person, most specific first, at most seven.
 *
 * @param registers the codes under which the person is registered
 * @param today date of the business clock, `YYYY-MM-DD`
 */
export function linesFor(registers: readonly string[], material: PersonMaterial, rules: readonly AlertRule[], today: string): AlertLine[] {
  const applying = [...rules.filter(({ register }) => registers.includes(register)), ...rules.filter(({ register }) => register === '*')]
  // A rule about a device comes first: what runs dry or must not be scanned is more urgent than what a condition asks for.
  const ranked = applying.toSorted((one, other) => rank(one, material) - rank(other, material))
  const lines = new Map<string, AlertLine>()
  for (const rule of ranked) {
    const variables = variablesFor(rule.register, material, today)
    for (const line of rule.lines) {
      const read = lines.has(line.title) ? undefined : readLine(line, variables, today)
      if (read !== undefined) lines.set(line.title, read)
    }
  }
  return [...lines.values()].slice(0, MOST_LINES)
}

const rank = ({ register }: AlertRule, { devices }: PersonMaterial): number =>
  register === '*' ? 2 : deviceOf(register, devices) === undefined ? 1 : 0

const deviceOf = (register: string, devices: readonly Device[]): Device | undefined =>
  devices.find(({ type, status }) => codeOf(type, CODES.DEVICE_KIND) === register && status !== 'entered-in-error' && status !== 'inactive')

type Variables = Readonly<Record<`%${string}`, TypedValue>>
const NOTHING: TypedValue = { type: 'BackboneElement', value: {} }

function variablesFor(register: string, { patient, devices, uses, medicines, specialist }: PersonMaterial, today: string): Variables {
  const device = deviceOf(register, devices)
  const use = uses.find(
    ({ status, device: used }) => status === 'active' && device?.id !== undefined && used.reference === `Device/${device.id}`,
  )
  return {
    '%patient': toTypedValue(patient),
    '%device': device === undefined ? NOTHING : toTypedValue(device),
    '%use': use === undefined ? NOTHING : toTypedValue(use),
    '%medicines': toTypedValue({ list: medicines.filter(({ status }) => status === 'active') }),
    '%specialist': specialist === undefined ? NOTHING : toTypedValue(specialist),
    '%today': toTypedValue(today),
  }
}

function readLine({ title, when, text, source, asOf }: LineRule, variables: Variables, today: string): AlertLine | undefined {
  if (when !== undefined && evaluate(when, variables)[0] !== true) return undefined
  const said = textOf(text, variables)
  if (said === undefined) return undefined
  const [from, since] = [
    source === undefined ? undefined : textOf(source, variables),
    asOf === undefined ? undefined : textOf(asOf, variables)?.slice(0, 10),
  ]
  return {
    title,
    text: `${showDates(said)}${stale(since, today)}`,
    ...(from === undefined ? {} : { source: from }),
    ...(since === undefined ? {} : { asOf: since }),
  }
}

function textOf(expression: string, variables: Variables): string | undefined {
  const [value] = evaluate(expression, variables)
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

function evaluate(expression: string, variables: Variables): unknown[] {
  return evalFhirPath(expression, {}, variables) as unknown[]
}

function stale(asOf: string | undefined, today: string): string {
  const days = asOf === undefined ? Number.NaN : daysBetween(asOf, today)
  return days > STALE_AFTER_DAYS ? ` (last confirmed ${String(Math.floor(days / 30))} months ago: ask the team to confirm)` : ''
}

/** Whole days from one date to another. */
export const daysBetween = (from: string, to: string): number => Math.floor((Date.parse(to) - Date.parse(from)) / 86_400_000)

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Dates as people read them: `2026-11-23` becomes `23 Nov 2026`. */
export function showDates(text: string): string {
  return text.replace(/\b(\d{4})-(\d{2})-(\d{2})\b/g, (whole, year: string, month: string, day: string) => {
    const name = MONTHS[Number(month) - 1]
    return name === undefined ? whole : `${String(Number(day))} ${name} ${year}`
  })
}
