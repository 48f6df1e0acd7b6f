// What an alert tells the ward: standards page "Hospital alerts", section 9. A line appears only if it holds for this person, says what the
// record says and nothing more, and names where that comes from and how old it is. HAZ-A04 stale content, HAZ-A06 invented advice.
import { evalFhirPath, toTypedValue, type TypedValue } from '@medplum/core'
import type { Device, DeviceUseStatement, Flag, MedicationStatement, Organization, Patient } from '@medplum/fhirtypes'
import { CODES } from '@platform/nhs/systems'
import type { AdmissionKind } from './adt.ts'
import { codeOf } from './vocabulary.ts'

/** A rule of `fhir-profiles/rules`: which lines there are for people registered under a code. */
export interface AlertRule {
  readonly id: string
  readonly title: string
  /** Code of the register; `*` for everybody on it. */
  readonly register: string
  readonly lines: readonly LineRule[]
  /** SHA-256 of everything the rule says and when: an approval is of these words and no others. */
  readonly wording: string
  readonly author?: string
  /** `YYYY-MM-DD`; the author's own. */
  readonly reviewBy?: string
  /** Kinds of admission the rule is for; empty: every one. */
  readonly admissions: readonly AdmissionKind[]
  /** Minutes of each step of the ladder; empty: those of the pathway. */
  readonly ladder: readonly number[]
}

/** A named clinical lead has agreed to the words of a rule. */
export interface RuleApproval {
  readonly by: string
  /** `YYYY-MM-DD` */
  readonly on: string
  readonly reviewBy?: string
}

/** What a line is for: five that cannot wait, then whom to call, then how the person is and communicates. Features, G5. */
export type LineKind = 'time-critical' | 'contact' | 'communication'

/**
 * One line. All are FHIRPath over %patient, %device, %use, %devices, %medicines, %flags, %entry (of the register), %specialist and %today; what yields
 * nothing is left out.
 */
export interface LineRule {
  readonly title: string
  readonly kind: LineKind
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
  readonly flags: readonly Flag[]
  /** The organisation that answers as specialist. */
  readonly specialist?: Organization
  /** Whom to ring now, by the rota: said first among whom to call. */
  readonly onDuty?: Pick<AlertLine, 'text' | 'source'>
}

/** The rule that a line from the rota names; it is communication and needs no approval. */
export const ROTA_RULE = 'rota'

/** A line as the ward reads it. */
export interface AlertLine {
  readonly title: string
  readonly text: string
  /** `Organization/…` or `Practitioner/…`, or words. */
  readonly source?: string
  /** `YYYY-MM-DD`. */
  readonly asOf?: string
  /** The rule it comes from, who wrote it, who agreed and until when. */
  readonly rule: string
  readonly author?: string
  readonly approval?: RuleApproval
}

/** What a ward is shown, and what did not fit: nothing is dropped without a word. */
export interface AlertLines {
  /** Seven at most. */
  readonly lines: readonly AlertLine[]
  readonly more: readonly AlertLine[]
  /** What could not be worked out from the record, for the operator: the ward reads that it could not. */
  readonly unread?: readonly UnreadLine[]
}

/** A line whose expressions this record is too much for: two values where its writer thought of one. */
export interface UnreadLine {
  readonly rule: string
  readonly title: string
}

/** More than seven are not read: five time-critical, one on whom to call, one on how the person is. Features, G5. */
const MOST_TIME_CRITICAL = 5
const NUMBER = /\d{5,}/
/** After six months the content team is asked to confirm. Section 9. */
const STALE_AFTER_DAYS = 183

/**
 * Whether the rules of somebody call for an alert about such an admission. One that is not known is every one, and a rule that nobody has approved
 * keeps nothing silent. HAZ-A13
 */
export function asksFor(
  rules: readonly AlertRule[],
  registers: readonly string[],
  admission: AdmissionKind | undefined,
  approved: Approved,
): boolean {
  const own = rules.filter(({ register }) => registers.includes(register))
  const speaks = (rule: AlertRule) =>
    approved(rule) === undefined || rule.admissions.length === 0 || admission === undefined || rule.admissions.includes(admission)
  return own.length === 0 || own.some(speaks)
}

/** The approval under which a rule may speak; `demonstration` speaks without. */
export type Approved = (rule: AlertRule) => RuleApproval | 'demonstration' | undefined

/**
 * The lines for a person, most specific first. A rule that nobody has approved says nothing. HAZ-A13
 *
 * @param registers the codes under which the person is registered
 * @param today date of the business clock, `YYYY-MM-DD`
 */
export function linesFor(
  registers: readonly string[],
  material: PersonMaterial,
  rules: readonly AlertRule[],
  today: string,
  approved: Approved = () => 'demonstration',
): AlertLines {
  // Whoever is on the register and has the device is told of with it, under whatever code the entry stands: "has a pump", section 9.
  const isFor = ({ register }: AlertRule): boolean =>
    registers.includes(register) || (registers.length > 0 && deviceOf(register, material.devices) !== undefined)
  const applying = [...rules.filter(isFor), ...rules.filter(({ register }) => register === '*')]
  // A rule about a device comes first: what runs dry or must not be scanned is more urgent than what a condition asks for.
  const ranked = applying.toSorted((one, other) => rank(one, material) - rank(other, material))
  const found: { readonly kind: LineKind; readonly line: AlertLine }[] = []
  const unread: UnreadLine[] = []
  for (const rule of ranked) {
    const approval = approved(rule)
    if (approval === undefined) continue
    const variables = variablesFor(rule.register, material, today)
    // Within a rule the first line of a title that holds is said; what is for anybody says only what no rule of a condition has said.
    const said = new Set(rule.register === '*' ? found.map(({ line }) => line.title) : [])
    for (const each of rule.lines) {
      const read = said.has(each.title) ? undefined : readLine(each, variables, today)
      if (read === 'unread') unread.push({ rule: rule.id, title: each.title })
      // Nothing is dropped without a word, and one line holds up no alert: what no other line of the title says is said to be unknown. HAZ-A71
      const otherwise = () =>
        rule.lines.some((other) => other.title === each.title && typeof readLine(other, variables, today) === 'object')
      const line = read !== 'unread' ? read : otherwise() ? undefined : { title: each.title, text: NOT_WORKED_OUT }
      // Whom to call in general is said where no number was given in particular.
      const known =
        rule.register === '*' &&
        each.kind === 'contact' &&
        found.some(({ kind, line: { text } }) => kind === 'contact' && NUMBER.test(text))
      if (line === undefined || known) continue
      said.add(each.title)
      found.push({ kind: each.kind, line: { ...line, ...provenance(rule, approval, today) } })
    }
  }
  const of = (kind: LineKind) => found.filter((each) => each.kind === kind).map(({ line }) => line)
  const urgent = of('time-critical')
  const contacts = of('contact')
  const now: readonly AlertLine[] =
    material.onDuty === undefined ? [] : [{ title: contacts[0]?.title ?? 'Call now', ...material.onDuty, rule: ROTA_RULE }]
  return {
    lines: [...urgent.slice(0, MOST_TIME_CRITICAL), ...together([...now, ...contacts]), ...together(of('communication'))],
    more: urgent.slice(MOST_TIME_CRITICAL),
    ...(unread.length === 0 ? {} : { unread }),
  }
}

const NOT_WORKED_OUT = 'This could not be worked out from the record: ask the specialist team.'

/** Several of one kind are one line: the words of each, the source of the first. */
function together(lines: readonly AlertLine[]): readonly AlertLine[] {
  const [first, ...others] = lines
  if (first === undefined) return []
  return [{ ...first, text: [first.text, ...others.map(({ text }) => text)].join(' ') }]
}

function provenance(
  { id, author, reviewBy }: AlertRule,
  approval: RuleApproval | 'demonstration',
  today: string,
): Pick<AlertLine, 'rule' | 'author' | 'approval'> {
  const due = approval === 'demonstration' ? reviewBy : (approval.reviewBy ?? reviewBy)
  return {
    rule: due !== undefined && due < today ? `${id} (its wording was due for review on ${showDates(due)})` : id,
    ...(author === undefined ? {} : { author }),
    ...(approval === 'demonstration' ? {} : { approval }),
  }
}

const rank = ({ register }: AlertRule, { devices }: PersonMaterial): number =>
  register === '*' ? 2 : deviceOf(register, devices) === undefined ? 1 : 0

const deviceOf = (register: string, devices: readonly Device[]): Device | undefined =>
  devices.find(({ type, status }) => codeOf(type, CODES.DEVICE_KIND) === register && status !== 'entered-in-error' && status !== 'inactive')

type Variables = Readonly<Record<`%${string}`, TypedValue>>
const NOTHING: TypedValue = { type: 'BackboneElement', value: {} }

function variablesFor(
  register: string,
  { patient, devices, uses, medicines, flags, specialist }: PersonMaterial,
  today: string,
): Variables {
  const entry = flags.find(({ code, status }) => status === 'active' && codeOf(code, CODES.REGISTER) === register)
  const device = deviceOf(register, devices)
  const use = uses.find(
    ({ status, device: used }) => status === 'active' && device?.id !== undefined && used.reference === `Device/${device.id}`,
  )
  return {
    '%patient': toTypedValue(patient),
    '%device': device === undefined ? NOTHING : toTypedValue(device),
    '%use': use === undefined ? NOTHING : toTypedValue(use),
    '%devices': toTypedValue({ list: devices.filter(({ status }) => status !== 'entered-in-error' && status !== 'inactive') }),
    '%flags': toTypedValue({ list: flags }),
    '%entry': entry === undefined ? NOTHING : toTypedValue(entry),
    '%medicines': toTypedValue({ list: medicines.filter(({ status }) => status === 'active') }),
    '%specialist': specialist === undefined ? NOTHING : toTypedValue(specialist),
    '%today': toTypedValue(today),
  }
}

function readLine(
  { title, when, text, source, asOf }: LineRule,
  variables: Variables,
  today: string,
): Omit<AlertLine, 'rule'> | 'unread' | undefined {
  const holds = when === undefined ? true : first(when, variables)
  const said = holds === true ? textOf(text, variables) : undefined
  const from = said === undefined || source === undefined ? undefined : textOf(source, variables)
  const since = said === undefined || asOf === undefined ? undefined : textOf(asOf, variables)
  if ([holds, said, from, since].includes(FAILED)) return 'unread'
  if (typeof said !== 'string') return undefined
  const on = typeof since === 'string' ? since.slice(0, 10) : undefined
  return {
    title,
    text: `${showDates(said)}${stale(on, today)}`,
    ...(typeof from === 'string' ? { source: from } : {}),
    ...(on === undefined ? {} : { asOf: on }),
  }
}

/** An expression could not be worked out. Not known is not false. */
const FAILED = Symbol('failed')

function textOf(expression: string, variables: Variables): string | typeof FAILED | undefined {
  const value = first(expression, variables)
  if (value === FAILED) return FAILED
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

function first(expression: string, variables: Variables): unknown {
  try {
    return (evalFhirPath(expression, {}, variables) as unknown[])[0]
  } catch {
    return FAILED // it was read as FHIRPath when the rule was: it is what this record holds
  }
}

function stale(asOf: string | undefined, today: string): string {
  const days = asOf === undefined ? Number.NaN : daysBetween(asOf, today)
  return days > STALE_AFTER_DAYS ? ` (last confirmed ${String(Math.floor(days / 30))} months ago: ask the team to confirm)` : ''
}

/** Whole days from one date to another. */
const daysBetween = (from: string, to: string): number => Math.floor((Date.parse(to) - Date.parse(from)) / 86_400_000)

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Dates as people read them: `2026-11-23` becomes `23 Nov 2026`. */
export function showDates(text: string): string {
  return text.replace(/\b(\d{4})-(\d{2})-(\d{2})\b/g, (whole, year: string, month: string, day: string) => {
    const name = MONTHS[Number(month) - 1]
    return name === undefined ? whole : `${String(Number(day))} ${name} ${year}`
  })
}
