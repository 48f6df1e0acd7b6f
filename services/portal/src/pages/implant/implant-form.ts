/**
 * The form of an implanted device: what was typed, what is wrong with it, what does not agree, and the Device and DeviceUseStatement it makes.
 * Nothing is preset, worked out or corrected. Pure. HAZ-P32, HAZ-P141
 */
import { checkRefill, DEVICE_BLOCK, readDeviceBlock } from '@handrail/fhir-profiles/device-block'
import type { Device, DeviceUseStatement, Extension } from '@medplum/fhirtypes'
import { dayIn, fromDate, isEmptyDay, problems, textIn, toDate, type EnteredDay, type Problems } from '../../forms/fields.ts'
import type { Choice } from '../../knowledge/catalogue.ts'
import { codeOf, codes, ids, ours } from '../../knowledge/reading.ts'
import { showDay } from '../../rendering/dates.ts'
import type { Words } from '../../words/words.ts'

/** The only kind with a reservoir. */
const PUMP = 'intrathecal-baclofen-pump'

/** Amounts, each with its unit in UCUM and as it is read. */
const AMOUNTS = {
  reservoir: { code: 'mL', unit: 'ml' },
  usable: { code: 'mL', unit: 'ml' },
  concentration: { code: 'ug/mL', unit: 'micrograms/ml' },
  dose: { code: 'ug/d', unit: 'micrograms/day' },
} as const
type Amount = keyof typeof AMOUNTS
const AMOUNT_NAMES = Object.keys(AMOUNTS) as readonly Amount[]

/** Dates of the block, by the field each is typed in. */
const DAYS = { lastRefill: 'last-refill', refillBy: 'refill-by', alarm: 'low-reservoir-alarm', battery: 'battery-replacement-due' } as const
type Day = keyof typeof DAYS
const DAY_NAMES = Object.keys(DAYS) as readonly Day[]
/** Of a reservoir alone; a stimulator has a battery too. */
const PUMP_DAYS: readonly Day[] = ['lastRefill', 'refillBy', 'alarm']

/** Sentences of the block, by field. */
const SENTENCES = { mode: 'mode', catheterTip: 'catheter-tip', urgentSigns: 'urgent-signs', rescuePlan: 'rescue-plan' } as const

const TEXTS = [
  'kind',
  'manufacturer',
  'model',
  'serial',
  'site',
  'mri',
  'doNotStop',
  'centre',
  'phone',
  'state',
  'key',
  'deviceVersion',
  'useVersion',
  'asRecorded',
  ...AMOUNT_NAMES,
  'mode',
  'catheterTip',
  'urgentSigns',
  'rescuePlan',
] as const

/** As it was typed. */
export type EnteredImplant = Readonly<Record<(typeof TEXTS)[number], string>> & Readonly<Record<Day | 'checked', EnteredDay>>

/** The form as it was sent, whatever is in it: shown again as it is where something is wrong. */
export const enteredImplant = (body: unknown): EnteredImplant => ({
  ...(Object.fromEntries(TEXTS.map((name) => [name, textIn(body, name)])) as Record<(typeof TEXTS)[number], string>),
  ...(Object.fromEntries([...DAY_NAMES, 'checked' as const].map((name) => [name, dayIn(body, name)])) as Record<
    Day | 'checked',
    EnteredDay
  >),
})

/** A device as the record has it. */
export interface Recorded {
  readonly device: Device
  readonly use: DeviceUseStatement
}

/** What the record has, in the boxes of the form. */
export function implantOf({ device, use }: Recorded): EnteredImplant {
  const block = readDeviceBlock(device, use)
  const number = (value: number | undefined) => (value === undefined ? '' : String(value))
  const day = (value: string | undefined) => (value === undefined ? { day: '', month: '', year: '' } : fromDate(value))
  return {
    ...enteredImplant({}),
    kind: codeOf(device.type, 'device-kind') ?? '',
    manufacturer: device.manufacturer ?? '',
    model: device.modelNumber ?? '',
    serial: device.serialNumber ?? '',
    site: use.bodySite?.text ?? '',
    mri: block?.mri ?? '',
    doNotStop: (block?.doNotStop ?? []).join('\n'),
    centre: device.owner?.reference ?? '',
    phone: block?.contact ?? '',
    state: use.status === 'active' ? 'active' : 'completed',
    deviceVersion: device.meta?.versionId ?? '',
    useVersion: use.meta?.versionId ?? '',
    reservoir: number(block?.reservoirMl),
    usable: number(block?.usableMl),
    concentration: number(block?.microgramsPerMl),
    dose: number(block?.microgramsPerDay),
    mode: block?.mode ?? '',
    catheterTip: block?.catheterTip ?? '',
    urgentSigns: block?.urgentSigns ?? '',
    rescuePlan: block?.rescuePlan ?? '',
    lastRefill: day(block?.lastRefill),
    refillBy: day(block?.refillBy),
    alarm: day(block?.lowReservoirAlarm),
    battery: day(block?.batteryReplacementDue),
  }
}

/** As it was meant: amounts as numbers, days as FHIR dates; what was left open is not there. */
export interface ImplantGiven {
  readonly kind: Choice
  readonly amounts: Readonly<Partial<Record<Amount, number>>>
  readonly days: Readonly<Partial<Record<Day, string>>>
  readonly checkedOn: string
  readonly centre: string
}

const KEY = /^[A-Za-z0-9-]{8,64}$/
/** Without a zero at the end or a point at the start: both are read as ten times the amount. */
const NUMBER = /^(0|[1-9]\d{0,5})(\.\d{0,2}[1-9])?$/
const PHONE = /^\+?[\d ()-]{10,24}$/
const LONGEST = 500

export interface Known {
  readonly kinds: readonly Choice[]
  readonly centres: readonly { readonly reference: string }[]
  /** The local day. */
  readonly today: string
}

/**
 * What is wrong with it, field by field. What merely does not agree is asked once, and stands where it is said to be so.
 *
 * @returns `doubt`: what `asRecorded` must be for these very numbers to stand
 */
export function readImplant(
  entered: EnteredImplant,
  { kinds, centres, today }: Known,
  words: Words,
): { given?: ImplantGiven; wrong: Problems; doubt?: string } {
  const { implant: w } = words
  const wrong = problems()
  const kind = kinds.find(({ code }) => code === entered.kind)
  if (kind === undefined || !KEY.test(entered.key)) wrong.add('kind', w.kindMissing)
  for (const name of [
    'manufacturer',
    'model',
    'serial',
    'site',
    'mri',
    'mode',
    'catheterTip',
    'urgentSigns',
    'rescuePlan',
    'doNotStop',
  ] as const)
    if (entered[name].length > LONGEST) wrong.add(name, w.tooLong)
  const amounts: Partial<Record<Amount, number>> = {}
  for (const name of AMOUNT_NAMES) {
    const text = entered[name]
    if (text === '') continue
    if (kind !== undefined && kind.code !== PUMP) wrong.add(name, w.pumpOnly)
    else if (!NUMBER.test(text) || Number(text) === 0) wrong.add(name, w.numberWrong)
    else amounts[name] = Number(text)
  }
  const days: Partial<Record<Day, string>> = {}
  for (const name of DAY_NAMES) {
    if (isEmptyDay(entered[name])) continue
    const day = toDate(entered[name])
    if (kind !== undefined && kind.code !== PUMP && PUMP_DAYS.includes(name)) wrong.add(name, w.pumpOnly, `${name}-day`)
    else if (day === undefined) wrong.add(name, w.dayWrong, `${name}-day`)
    else days[name] = day
  }
  const { lastRefill, refillBy, alarm } = days
  if (lastRefill !== undefined && lastRefill > today) wrong.add('lastRefill', w.refillAhead, 'lastRefill-day')
  if (lastRefill !== undefined && refillBy !== undefined && refillBy <= lastRefill) wrong.add('refillBy', w.notAfterRefill, 'refillBy-day')
  if (lastRefill !== undefined && alarm !== undefined && alarm <= lastRefill) wrong.add('alarm', w.notAfterRefill, 'alarm-day')
  if (amounts.usable !== undefined && amounts.reservoir !== undefined && amounts.usable > amounts.reservoir)
    wrong.add('usable', w.usableMore)
  const centre = centres.find(({ reference }) => reference === entered.centre)?.reference
  if (centre === undefined) wrong.add('centre', w.centreMissing)
  if (entered.phone === '') wrong.add('phone', w.phoneMissing)
  else if (!PHONE.test(entered.phone)) wrong.add('phone', w.phoneWrong)
  const checkedOn = toDate(entered.checked)
  if (isEmptyDay(entered.checked)) wrong.add('checked', w.checkedMissing, 'checked-day')
  else if (checkedOn === undefined) wrong.add('checked', w.dayWrong, 'checked-day')
  else if (checkedOn > today) wrong.add('checked', w.checkedAhead, 'checked-day')
  else if (lastRefill !== undefined && checkedOn < lastRefill) wrong.add('checked', w.checkedBefore, 'checked-day')
  if (wrong.list.length > 0 || kind === undefined || centre === undefined || checkedOn === undefined) return { wrong }
  const given = { kind, amounts, days, checkedOn, centre }
  const doubts = doubtsAbout(given, words)
  // Said of these numbers and no others: whoever changes them is asked about the new ones.
  const doubt = doubts.map(({ sign }) => sign).join(' ')
  if (doubts.length === 0 || entered.asRecorded === doubt) return { wrong, given }
  for (const { field, text } of doubts) wrong.add(field, text, `${field}-day`)
  return { wrong, doubt }
}

/** The same arithmetic by which the record asks whoever entered it; what is entered stays as it is. */
function doubtsAbout({ amounts, days }: ImplantGiven, { implant: w, lang }: Words): readonly { field: Day; text: string; sign: string }[] {
  const check = checkRefill({
    device: '',
    doNotStop: [],
    ...(amounts.usable === undefined ? {} : { usableMl: amounts.usable }),
    ...(amounts.concentration === undefined ? {} : { microgramsPerMl: amounts.concentration }),
    ...(amounts.dose === undefined ? {} : { microgramsPerDay: amounts.dose }),
    ...(days.lastRefill === undefined ? {} : { lastRefill: days.lastRefill }),
    ...(days.alarm === undefined ? {} : { lowReservoirAlarm: days.alarm }),
  })
  return [
    ...(check.agrees === false
      ? [
          {
            field: 'alarm' as const,
            text: w.disagrees(check.days, showDay(check.expected, lang), showDay(check.recorded, lang)),
            sign: `lasts:${check.expected}:${check.recorded}`,
          },
        ]
      : []),
    ...(days.refillBy !== undefined && days.alarm !== undefined && days.refillBy > days.alarm
      ? [{ field: 'refillBy' as const, text: w.refillAfterAlarm, sign: `refill:${days.refillBy}:${days.alarm}` }]
      : []),
  ]
}

/** Who records, for whom, and when. */
export interface Recording {
  /** `Patient/<id>` */
  readonly patient: string
  /** `Practitioner/<id>` */
  readonly fhirUser: string | undefined
  /** `Organization/<id>`: it answers for what it says it checked. */
  readonly organization: string
  readonly at: Date
}

const KEY_SYSTEM = ids('entered-key')
const tagged = (key: string) => ({ tag: [{ system: KEY_SYSTEM, code: key }] })
/** The condition by which the record knows a form that it already took. */
export const unlessRecorded = (key: string): string => `_tag=${encodeURIComponent(`${KEY_SYSTEM}|${key}`)}`

const IN_FORM: ReadonlySet<string | undefined> = new Set(['reservoir-volume', 'usable-volume', 'mri'])
const property = (code: string, display: string) => ({
  type: { coding: [{ system: codes('device-property'), code, display }], text: display },
})
const quantity = (name: Amount, value: number) => ({
  value,
  unit: AMOUNTS[name].unit,
  system: 'http://unitsofmeasure.org',
  code: AMOUNTS[name].code,
})
const known = (name: string, value: string) => (value === '' ? {} : { [name]: value })

/** What stays of a device that was there: what the form does not ask for. */
export function toDevice(
  entered: EnteredImplant,
  { kind, amounts, centre }: ImplantGiven,
  { patient }: Recording,
  before?: Device,
): Device {
  const {
    manufacturer: _manufacturer,
    modelNumber: _model,
    serialNumber: _serial,
    property: had = [],
    contact: _contact,
    deviceName,
    ...kept
  } = before ?? { resourceType: 'Device' as const }
  const renamed =
    before !== undefined &&
    (before.manufacturer !== (entered.manufacturer || undefined) || before.modelNumber !== (entered.model || undefined))
  const properties = [
    ...(amounts.reservoir === undefined
      ? []
      : [{ ...property('reservoir-volume', 'Reservoir volume'), valueQuantity: [quantity('reservoir', amounts.reservoir)] }]),
    ...(amounts.usable === undefined
      ? []
      : [{ ...property('usable-volume', 'Usable volume'), valueQuantity: [quantity('usable', amounts.usable)] }]),
    ...(entered.mri === '' ? [] : [{ ...property('mri', 'MRI rule, as recorded for this model'), valueCode: [{ text: entered.mri }] }]),
    ...had.filter(({ type }) => !IN_FORM.has(codeOf(type, 'device-property'))),
  ]
  return {
    ...kept,
    ...(before === undefined ? { meta: { profile: [ours('implanted-device')], ...tagged(entered.key) } } : {}),
    status: entered.state === 'completed' ? 'inactive' : 'active',
    ...known('manufacturer', entered.manufacturer),
    ...known('modelNumber', entered.model),
    ...known('serialNumber', entered.serial),
    ...(deviceName === undefined || renamed ? {} : { deviceName }),
    type: { coding: [{ system: codes('device-kind'), code: kind.code, display: kind.display }], text: kind.display },
    ...(properties.length === 0 ? {} : { property: properties }),
    patient: { reference: patient },
    owner: { reference: centre },
    contact: [{ system: 'phone', value: entered.phone, use: 'work' }],
  }
}

/** Whoever records by this page is a registered professional; who confirmed it earlier did not confirm what is new. docs/decisions/0075 */
const LEVEL: Extension = { url: ours('checked-level'), valueCode: 'registered-professional-recorded' }

/** @param device `Device/<id>`, or its name in the transaction */
export function toUse(
  entered: EnteredImplant,
  given: ImplantGiven,
  device: string,
  by: Recording,
  before?: DeviceUseStatement,
): DeviceUseStatement {
  const { bodySite: _site, extension: had = [], ...kept } = before ?? { resourceType: 'DeviceUseStatement' as const }
  const block: Extension[] = [
    ...(['concentration', 'dose'] as const).flatMap((name) => {
      const value = given.amounts[name]
      return value === undefined ? [] : [{ url: name === 'dose' ? 'daily-dose' : name, valueQuantity: quantity(name, value) }]
    }),
    ...DAY_NAMES.flatMap((name) => (given.days[name] === undefined ? [] : [{ url: DAYS[name], valueDate: given.days[name] }])),
    ...Object.entries(SENTENCES).flatMap(([name, url]) => {
      const text = entered[name as keyof typeof SENTENCES]
      return text === '' ? [] : [{ url, valueString: text }]
    }),
    { url: 'contact', valueContactPoint: { system: 'phone', value: entered.phone, use: 'work' } },
    ...entered.doNotStop.split('\n').flatMap((line) => (line.trim() === '' ? [] : [{ url: 'do-not-stop', valueString: line.trim() }])),
    { url: 'confirmed-on', valueDate: given.checkedOn },
    { url: 'confirmed-by', valueReference: { reference: by.organization } },
  ]
  return {
    ...kept,
    ...(before === undefined ? { meta: { profile: [ours('device-use')], ...tagged(entered.key) } } : {}),
    extension: [{ url: DEVICE_BLOCK, extension: block }, LEVEL, ...had.filter(({ url }) => url !== DEVICE_BLOCK && url !== LEVEL.url)],
    status: entered.state === 'completed' ? 'completed' : 'active',
    subject: { reference: by.patient },
    recordedOn: by.at.toISOString(),
    source: { reference: by.fhirUser ?? by.organization },
    device: { reference: device },
    ...(entered.site === '' ? {} : { bodySite: { text: entered.site } }),
  }
}
