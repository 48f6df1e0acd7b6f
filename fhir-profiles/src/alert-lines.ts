/**
 * The lines of an alert for one person: those of the rule whose condition holds for this record, with the words the record gives.
 *
 * Conditions are FHIRPath over a Bundle of what is known of the person. They may use `%at` (the local date), `%device` (the active Device
 * of the kind the register code names) and `%block` (the device block of its use); what is not there is empty.
 */
import { evalFhirPathTyped, toTypedValue, type TypedValue } from '@medplum/core'
import type { Bundle, Device, DeviceUseStatement, Extension, Resource } from '@medplum/fhirtypes'
import { DEVICE_BLOCK } from './device-block.ts'
import type { AlertRule, Audience } from './rules.ts'

/** One line as it is shown, with everything that must be shown beside it. */
export interface AlertLine {
  /** `<rule>/<line>` */
  readonly id: string
  readonly title: string
  readonly text: string
  readonly sources: readonly string[]
  readonly author: string
  /** `draft` until the local clinical lead has signed; shown as "not yet approved". */
  readonly status: AlertRule['status']
  readonly reviewBy: string
  /** When the centre last confirmed the device block, where the line comes from one. */
  readonly confirmedOn?: string
  /** True when that is more than six months ago: the team is asked to confirm. */
  readonly old?: boolean
}

/** Old content is worse than none: after this many days the team is asked to confirm it. hospital-alerts, section 9. */
const OLD_AFTER_DAYS = 183

/**
 * What the rule says about a person.
 *
 * @param record what is known: Patient, Device, DeviceUseStatement, MedicationStatement …; what is missing is said to be missing
 * @param on local date of the alert, `2026-11-21`
 */
export function linesFor(rule: AlertRule, record: readonly Resource[], { audience, on }: { audience: Audience; on: string }): AlertLine[] {
  const bundle: Bundle = { resourceType: 'Bundle', type: 'collection', entry: record.map((resource) => ({ resource })) }
  const device = deviceOf(rule.register, record)
  const block = blockOf(device, record)
  const confirmedOn = block?.extension?.find(({ url }) => url === 'confirmed-on')?.valueDate
  const variables: Record<string, TypedValue> = {
    '%at': { type: 'date', value: on },
    '%device': toTypedValue(device ?? {}),
    '%block': { type: 'Extension', value: block ?? {} },
  }
  const evaluate = (expression: string): TypedValue[] => evalFhirPathTyped(expression, [toTypedValue(bundle)], variables)
  return rule.lines
    .filter((line) => line.audience.has(audience) && (line.when === undefined || evaluate(line.when)[0]?.value === true))
    .map(({ id, title, text, says, sources }) => {
      const said = says === undefined ? undefined : evaluate(says)[0]?.value
      const fromBlock = says?.includes('%block') === true && confirmedOn !== undefined
      return {
        id: `${rule.id}/${id}`,
        title,
        text: datesInWords(typeof said === 'string' && said !== '' ? said : text),
        sources,
        author: rule.author,
        status: rule.status,
        reviewBy: rule.reviewBy,
        ...(fromBlock ? { confirmedOn, old: daysBetween(confirmedOn, on) > OLD_AFTER_DAYS } : {}),
      }
    })
}

const deviceOf = (register: string, record: readonly Resource[]): Device | undefined =>
  record.find(
    (each): each is Device =>
      each.resourceType === 'Device' && each.status === 'active' && (each.type?.coding ?? []).some(({ code }) => code === register),
  )

/** The block of the active use of this device. */
function blockOf(device: Device | undefined, record: readonly Resource[]): Extension | undefined {
  if (device === undefined) return undefined
  const uses = record.filter((each): each is DeviceUseStatement => each.resourceType === 'DeviceUseStatement' && each.status === 'active')
  const own = uses.find((use) => use.device.reference?.endsWith(`Device/${device.id ?? ''}`) === true)
  return own?.extension?.find(({ url }) => url === DEVICE_BLOCK)
}

/** `2026-11-23` as people read it: 23 Nov 2026. */
function datesInWords(text: string): string {
  return text.replace(/\b(\d{4})-(\d{2})-(\d{2})\b/g, (iso, year: string, month: string, day: string) => {
    const name = MONTHS[Number(month) - 1]
    return name === undefined ? iso : `${String(Number(day))} ${name} ${year}`
  })
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000
