/** What the Patient, the care team and the family say of the person: usual function, communication, needs, whom to call. */
import type { ContactPoint } from '@medplum/fhirtypes'
import { extensionsOf, humanName, itemsOf, nameOf, wordsOf, type Item, type Material } from '../material.ts'
import type { EmergencyLine, LineMaker, MadeLines } from './emergency-view.ts'
import { detail, lineOf } from './line.ts'

/** How the person usually walks, thinks, swallows and so on, so that a ward can tell what is new. */
export function baselineLines(maker: LineMaker): MadeLines {
  return fromPatient(maker, (kind) => kind !== 'communication')
}

/** Languages, and how the person usually communicates. */
export function communicationLines(maker: LineMaker): MadeLines {
  const { material, words } = maker
  const { patient } = material
  const usual = fromPatient(maker, (kind) => kind === 'communication')
  const languages = (patient.resource.communication ?? []).map(({ language, preferred }) =>
    lineOf(languageName(language, words.language), patient, material, {
      details: [detail(words.labels.language, preferred === true ? words.labels.preferred : undefined)],
    }),
  )
  const lines = [...usual.lines, ...languages]
  return { lines, items: lines.length === 0 ? [] : [patient] }
}

/** BCP 47 codes as a person reads them; words of the record where it has them. */
function languageName(language: Parameters<typeof wordsOf>[0], shownIn: string): string {
  const code = language?.coding?.find(({ display }) => display === undefined)?.code
  const words = wordsOf(language) ?? '–'
  if (code === undefined || words !== code) return words
  return LANGUAGE_NAMES[shownIn]?.[code.split('-')[0] ?? ''] ?? code
}

const LANGUAGE_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  en: { en: 'English', cy: 'Welsh' },
  cy: { en: 'Saesneg', cy: 'Cymraeg' },
}

/** What whoever deals with the person must know, without a diagnosis. */
export function needLines({ material }: LineMaker): MadeLines {
  const { patient } = material
  const lines = extensionsOf(patient.resource, 'needs').flatMap(({ valueString }) =>
    valueString === undefined ? [] : lineOf(valueString, patient, material),
  )
  return { lines, items: lines.length === 0 ? [] : [patient] }
}

function fromPatient({ material, words }: LineMaker, wanted: (kind: string) => boolean): MadeLines {
  const { patient } = material
  const labels: Readonly<Record<string, string>> = words.labels.baseline
  const lines = extensionsOf(patient.resource, 'baseline').flatMap(({ extension = [] }) => {
    const kind = extension.find(({ url }) => url === 'kind')?.valueCode ?? ''
    const text = extension.find(({ url }) => url === 'text')?.valueString
    return text === undefined || !wanted(kind) ? [] : lineOf(`${labels[kind] ?? kind}: ${text}`, patient, material, { code: kind })
  })
  return { lines, items: lines.length === 0 ? [] : [patient] }
}

/** Family and carers first, then the practice, the teams, and who entered the person. Whom to call about a device stands with the device. */
export function contactLines({ material, words }: LineMaker): MadeLines {
  const { patient } = material
  const { labels } = words
  const family = [
    ...(patient.resource.contact ?? []).map(({ relationship, name, telecom }) =>
      contactLine([wordsOf(relationship?.[0]), humanName(name === undefined ? undefined : [name])], telecom, patient, material),
    ),
    ...itemsOf(material, 'RelatedPerson')
      .filter(({ resource }) => resource.active !== false)
      .map((item) =>
        contactLine([wordsOf(item.resource.relationship?.[0]), humanName(item.resource.name)], item.resource.telecom, item, material),
      ),
  ]
  const teams = itemsOf(material, 'CareTeam').filter(({ resource }) => resource.status !== 'inactive')
  const organizations = new Map<string, { label: string; from: Item }>()
  for (const { reference } of patient.resource.generalPractitioner ?? [])
    if (reference !== undefined) organizations.set(reference, { label: labels.practice, from: patient })
  for (const team of teams)
    for (const { member, onBehalfOf } of team.resource.participant ?? [])
      for (const one of [onBehalfOf, member])
        if (one?.reference?.startsWith('Organization/') === true && !organizations.has(one.reference))
          organizations.set(one.reference, { label: labels.careTeam, from: team })
  const managing = patient.resource.managingOrganization?.reference
  if (managing !== undefined && !organizations.has(managing)) organizations.set(managing, { label: labels.entered, from: patient })
  const offices = [...organizations].flatMap(([reference, { label, from }]) => {
    const found = material.directory.get(reference)?.resource
    const telecom = found !== undefined && 'telecom' in found ? (found.telecom as ContactPoint[] | undefined) : undefined
    const name = nameOf({ reference }, material)
    return name === undefined ? [] : contactLine([label, name], telecom, from, material)
  })
  const lines = [...family, ...offices].filter((line) => line !== undefined)
  return { lines, items: lines.length === 0 ? [] : [patient, ...teams] }
}

function contactLine(
  parts: readonly (string | undefined)[],
  telecom: readonly ContactPoint[] | undefined,
  item: Item,
  material: Material,
): EmergencyLine | undefined {
  const phone = telecom?.find(({ system, use }) => system === 'phone' && use !== 'old')?.value
  const named = parts.filter((part) => part !== undefined)
  if (named.length === 0 && phone === undefined) return undefined
  return lineOf([...named, phone].filter((part) => part !== undefined).join(', '), item, material, { call: phone })
}
