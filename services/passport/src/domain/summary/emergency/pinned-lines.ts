/**
 * What stands first: implanted devices, medicines that are given on time, treatments that cannot be undone (feature A6), and the list of
 * what may not be stopped suddenly. Lines say what the record or a signed list says of this person; nothing follows from a diagnosis alone.
 */
import type { Device, DeviceUseStatement, Flag } from '@medplum/fhirtypes'
import { readDeviceBlock, type DeviceBlock } from '@handrail/fhir-profiles/device-block'
import { itemsOf, nameOf, wordsOf, type Item, type Material } from '../material.ts'
import { showDate, type Said, type Words } from '../words.ts'
import { dosageOf } from './clinical-lines.ts'
import type { Detail, EmergencyLine, LineMaker, MadeLines } from './emergency-view.ts'
import { detail, lineOf, newestFirst } from './line.ts'
import { currentMedicines, medicineName, REGISTER, registersOf, whyNotStop, type Medicine, type WhyNotStop } from './time-critical.ts'

/** A device in use: the Device as far as it may be seen, and the statement that the person has it, where there is one. */
export interface DeviceInUse {
  readonly device: Item<Device> | undefined
  readonly use: Item<DeviceUseStatement> | undefined
}

/** Devices of which nothing says that they are gone. */
export function devicesInUse(material: Material): DeviceInUse[] {
  const devices = itemsOf(material, 'Device').filter(({ resource: { status } }) => status !== 'inactive')
  const gone = new Set(
    itemsOf(material, 'Device')
      .filter(({ resource }) => resource.status === 'inactive')
      .map(({ reference }) => reference),
  )
  const uses = itemsOf(material, 'DeviceUseStatement').filter(
    ({ resource: { status, device } }) => status !== 'completed' && status !== 'stopped' && !gone.has(device.reference ?? ''),
  )
  const ended = new Set(
    itemsOf(material, 'DeviceUseStatement')
      .filter(({ resource: { status } }) => status === 'completed' || status === 'stopped')
      .map(({ resource }) => resource.device.reference),
  )
  const used = new Set(uses.map(({ resource }) => resource.device.reference))
  return [
    ...uses.map((use) => ({ use, device: devices.find(({ reference }) => reference === use.resource.device.reference) })),
    // A device that nobody said is in use is shown all the same, unless its use was said to be over.
    ...devices.filter(({ reference }) => !used.has(reference) && !ended.has(reference)).map((device) => ({ use: undefined, device })),
  ]
}

/** Those of devices, in the order in which they stand among all that is pinned. */
export function deviceLines(maker: LineMaker): EmergencyLine[] {
  return devicesInUse(maker.material)
    .map((one) => deviceLine(one, maker))
    .toSorted(inRank(maker))
}

const inRank = ({ knowledge }: LineMaker) => {
  const rank = ({ code, kind }: EmergencyLine): number =>
    kind !== 'device' ? 1 : code !== undefined && knowledge.pinnedDevices.includes(code) ? 0 : 2
  return (one: EmergencyLine, other: EmergencyLine): number => rank(one) - rank(other) || newestFirst(one, other)
}

/** What comes first in the emergency view: devices, what must not stop, and what cannot be undone. */
export function pinnedLines(maker: LineMaker): MadeLines {
  const { material, knowledge } = maker
  const devices = devicesInUse(material)
  const medicines = currentMedicines(material).filter((one) => whyNotStop(one, material, knowledge).some(({ by }) => by === 'list'))
  const permanent = itemsOf(material, 'Procedure').filter(
    ({ resource: { status, code } }) =>
      status === 'completed' && code?.coding?.some((coding) => knowledge.irreversible.includes(coding.code ?? '')) === true,
  )
  const shown = devices.map((one) => deviceLine(one, maker))
  const registered = registeredAlone(maker, new Set([...shown.map(({ code }) => code), ...(permanent.length === 0 ? [] : [IRREVERSIBLE])]))
  const lines = [
    ...shown,
    ...registered.map((one) =>
      lineOf(wordsOf(one.resource.code) ?? '–', one, material, {
        kind: 'device',
        code: registerCode(one),
        notes: [maker.words.say('onRegisterAlone')],
      }),
    ),
    ...medicines.map((one) => timeCriticalLine(one, maker)),
    ...permanent.map((one) =>
      lineOf(wordsOf(one.resource.code) ?? '–', one, material, {
        kind: 'irreversible',
        code: one.resource.code?.coding?.[0]?.code,
        details: [detail(maker.words.labels.irreversible, bodySites(one.resource.bodySite))],
      }),
    ),
  ]
  return {
    lines: lines.toSorted(inRank(maker)),
    items: [
      ...devices.flatMap(({ device, use }) => [device, use].filter((one) => one !== undefined)),
      ...registered,
      ...medicines,
      ...permanent,
    ],
  }
}

const IRREVERSIBLE = 'irreversible-treatment'

/** Entries of the alerts register for a device or treatment of which nothing else is recorded: whoever reads must not take it for none. HAZ-A103 */
const registeredAlone = ({ material, knowledge }: LineMaker, shown: ReadonlySet<string | undefined>): Item<Flag>[] =>
  itemsOf(material, 'Flag').filter((flag) => {
    const code = registerCode(flag)
    return flag.resource.status === 'active' && code !== undefined && knowledge.pinnedRegisters.includes(code) && !shown.has(code)
  })

const registerCode = ({ resource }: Item<Flag>): string | undefined => resource.code.coding?.find(({ system }) => system === REGISTER)?.code

const bodySites = (sites: Parameters<typeof wordsOf>[0][] | undefined): string | undefined => {
  const named = (sites ?? []).flatMap((site) => wordsOf(site) ?? [])
  return named.length === 0 ? undefined : named.join(', ')
}

function deviceLine({ device, use }: DeviceInUse, { material, words, today }: LineMaker): EmergencyLine {
  const { labels } = words
  const item = use ?? device
  if (item === undefined) throw new TypeError('A device in use has a Device or a statement')
  const block = use === undefined ? undefined : readDeviceBlock(device?.resource, use.resource)
  const code = device?.resource.type?.coding?.[0]?.code
  const kind = wordsOf(device?.resource.type) ?? use?.resource.device.display ?? labels.implanted
  const model = [device?.resource.manufacturer, device?.resource.modelNumber].filter((one) => one !== undefined).join(' ')
  const site = wordsOf(use?.resource.bodySite)
  const call = block?.contact ?? device?.resource.contact?.find(({ system }) => system === 'phone')?.value
  const date = (value: string | undefined) => (value === undefined ? undefined : showDate(value, words.language))
  const past = pastDates(block, today, words)
  const rule = (property: string): string | undefined =>
    device?.resource.property?.find(({ type }) => type.coding?.some((coding) => coding.code === property))?.valueCode?.[0]?.text
  return lineOf([kind, model, site].filter((one) => one !== undefined && one !== '').join(', '), item, material, {
    kind: 'device',
    code,
    call,
    old: past.length > 0,
    details: [
      detail(labels.serial, device?.resource.serialNumber),
      detail(labels.contact, call),
      detail(labels.urgentSigns, block?.urgentSigns),
      detail(labels.refillBy, date(block?.refillBy)),
      detail(labels.lowReservoir, date(block?.lowReservoirAlarm)),
      detail(labels.lastRefill, date(block?.lastRefill)),
      ...amounts(block, words),
      detail(labels.mode, block?.mode),
      detail(labels.battery, date(block?.batteryReplacementDue)),
      detail(labels.catheterTip, block?.catheterTip),
      detail(labels.mri, rule('mri')),
      detail(labels.ultrasound, rule('ultrasound')),
      detail(labels.pressure, rule('pressure')),
      detail(labels.rescuePlan, block?.rescuePlan),
    ],
    notes: [...past, call === undefined ? words.say('noContact') : undefined],
  })
}

function amounts(block: DeviceBlock | undefined, { labels }: Words): (Detail | undefined)[] {
  const unit = (value: number | undefined, name: string) => (value === undefined ? undefined : `${value} ${name}`)
  return [
    detail(labels.concentration, unit(block?.microgramsPerMl, 'micrograms/ml')),
    detail(labels.dose, unit(block?.microgramsPerDay, 'micrograms/day')),
  ]
}

/** Old device data trusted is a hazard: past its date the line says to call the centre. Story 4, H. HAZ-P80 */
function pastDates(block: DeviceBlock | undefined, today: string, words: Words): Said[] {
  const { refillBy, lowReservoirAlarm } = block ?? {}
  if (lowReservoirAlarm !== undefined && lowReservoirAlarm < today)
    return [words.say('alarmPassed', showDate(lowReservoirAlarm, words.spoken('alarmPassed')))]
  if (refillBy !== undefined && refillBy < today) return [words.say('refillPassed', showDate(refillBy, words.spoken('refillPassed')))]
  return []
}

function timeCriticalLine(medicine: Medicine, { material, words, knowledge }: LineMaker): EmergencyLine {
  const reasons = whyNotStop(medicine, material, knowledge).filter((reason) => reason.by === 'list')
  return lineOf([medicineName(medicine, material) ?? '–', ...dosageOf(medicine)].join(', '), medicine, material, {
    kind: 'time-critical',
    details: reasons.flatMap(({ text, source }) => [detail(words.labels.timeCritical, text), detail(words.labels.source, source)]),
    notes: reasons.some(({ approved }) => !approved) ? [words.say('draftLine')] : [],
  })
}

/** What may not be stopped suddenly: as the device centre and the prescriber recorded it, as the signed list says, and what is unknown. */
export function doNotStopLines(maker: LineMaker): MadeLines {
  const { material, words, knowledge } = maker
  const blocks = devicesInUse(material).flatMap(({ device, use }) => {
    const named = use === undefined ? [] : (readDeviceBlock(device?.resource, use.resource)?.doNotStop ?? [])
    return use === undefined ? [] : named.map((text) => ({ text, use }))
  })
  const medicines = currentMedicines(material)
  const judged = medicines.map((medicine) => ({
    medicine,
    name: medicineName(medicine, material),
    reasons: whyNotStop(medicine, material, knowledge),
  }))
  const reasonsIn = (reasons: readonly WhyNotStop[]) =>
    reasons.map((reason) =>
      reason.by === 'record' ? detail('', reason.words) : detail(words.labels.timeCritical, `${reason.text} (${reason.source})`),
    )
  const draft = (reasons: readonly WhyNotStop[]) =>
    reasons.some((reason) => reason.by === 'list' && !reason.approved) ? [words.say('draftLine')] : []
  const told = new Set(blocks.map(({ text }) => text.toLowerCase()))
  const lines = [
    // What the centre and the prescriber both recorded is one line: the list is read in a hurry.
    ...blocks.map(({ text, use }) => {
      const reasons = judged.filter(({ name }) => name?.toLowerCase() === text.toLowerCase()).flatMap((one) => one.reasons)
      return lineOf(text, use, material, {
        details: [detail(words.labels.source, nameOf(confirmer(use), material)), ...reasonsIn(reasons)],
        notes: draft(reasons),
      })
    }),
    ...judged
      .filter(({ reasons, name }) => reasons.length > 0 && !told.has((name ?? '').toLowerCase()))
      .map(({ medicine, name, reasons }) =>
        lineOf(name ?? '–', medicine, material, { details: reasonsIn(reasons), notes: draft(reasons) }),
      ),
    ...registerLines(maker),
  ]
  // A medicine of which nothing is known is named, to be checked by hand: it is not one that may be stopped. HAZ-P81
  const unknown = judged
    .filter(({ reasons, name }) => reasons.length === 0 && !told.has((name ?? '').toLowerCase()))
    .map(({ name }) => name ?? '–')
  return {
    lines,
    items: [...blocks.map(({ use }) => use), ...medicines],
    unknown: unknown.length === 0 ? [] : [words.say('checkByHand', unknown.toSorted().join(', '))],
  }
}

const confirmer = ({ resource }: Item<DeviceUseStatement>): { reference: string } | undefined => {
  const reference = readDeviceBlock(undefined, resource)?.confirmedBy
  return reference === undefined ? undefined : { reference }
}

function registerLines({ material, words, knowledge }: LineMaker): EmergencyLine[] {
  const registered = registersOf(material)
  const flags = itemsOf(material, 'Flag')
  return knowledge.registers
    .filter(({ register }) => registered.has(register))
    .flatMap(({ register, title, text, source }) => {
      const flag = flags.find(({ resource }) => resource.code.coding?.some(({ code }) => code === register))
      if (flag === undefined) return []
      return lineOf(title, flag, material, {
        details: [detail(words.labels.timeCritical, `${text} (${source})`)],
        notes: knowledge.status === 'active' ? [] : [words.say('draftLine')],
      })
    })
}
