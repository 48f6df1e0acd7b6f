/**
 * The patient summary as a FHIR document: IPS 2.0.0, portable by whoever opens it. The Composition is computed from what one reader may see
 * and is not stored (decision 80): the same material, day and language give the same document, save for its identifier and the instant it
 * was made. Everything it refers to is in it; a reference that leads out of it keeps its words and loses its address.
 *
 * @see https://hl7.org/fhir/uv/ips/  https://hl7.org/fhir/R4/documents.html
 */
import type { Composition, CompositionSection, Device, Resource } from '@medplum/fhirtypes'
import type { Section, SectionContext, SectionContent, SectionEntry, Share } from './define-section.ts'
import { MASKED, UNKNOWN } from './define-section.ts'
import { nothingRecorded } from './emergency/emergency-view.ts'
import type { TimeCriticalKnowledge } from './emergency/time-critical.ts'
import { addresses, referencesIn, referenceTidier, textOf, type Addressing } from './document-references.ts'
import { expectedSources } from './expected-sources.ts'
import { inOrder, opens, personCalled, type Item, type Material } from './material.ts'
import { divOf, heading, paragraph, statements, table } from './narrative.ts'
import { showDate, TAG, wordsIn, type Language, type Words } from './words.ts'
import type { DocumentTemplate } from './document-template.ts'

const IPS = 'http://hl7.org/fhir/uv/ips/StructureDefinition'
/** The profile that the Bundle says it meets. */
export const IPS_BUNDLE = `${IPS}/Bundle-uv-ips`
const EMPTY_REASON = 'http://terminology.hl7.org/CodeSystem/list-empty-reason'
const LOINC = 'http://loinc.org'

export interface DocumentFacts extends Addressing {
  readonly language: Language
  /** The business date, `YYYY-MM-DD`. */
  readonly today: string
  readonly knowledge: TimeCriticalKnowledge
  /** What the person chose to share; everything when it is not said. */
  readonly only?: readonly Share[]
}

/** The id of the computed Composition of a person, by which `Composition/{id}/$document` finds it; nothing where it would be too long. */
export const compositionIdOf = (patientId: string): string | undefined => {
  const id = `${COMPOSITION_ID}${patientId}`
  return id.length <= 64 ? id : undefined
}

/** The person whose computed Composition this id is; nothing for any other id. */
export const patientOfComposition = (id: string): string | undefined =>
  id.startsWith(COMPOSITION_ID) && id.length > COMPOSITION_ID.length ? id.slice(COMPOSITION_ID.length) : undefined

const COMPOSITION_ID = 'summary-'

/** An entry on its way into the Bundle. */
interface Placed {
  readonly fullUrl: string
  readonly text: string
}

export function summaryDocument(unordered: Material, sections: readonly Section[], facts: DocumentFacts): DocumentTemplate {
  const material = inOrder(unordered)
  const words = wordsIn(facts.language)
  const expected = expectedSources(material)
  const context: SectionContext = { material, words, today: facts.today, knowledge: facts.knowledge, expected }
  const made = sections
    .filter(({ shares }) => facts.only === undefined || shares.some((share) => facts.only?.includes(share)))
    .toSorted((one, other) => one.order - other.order)
    .map((section) => ({
      section,
      content: section.build(context),
      whole: opens(material, section.classes) && !(section.ofWholePatient === true && material.inPart === true),
    }))
    .filter(({ section, content, whole }) => section.need !== 'when-recorded' || !isEmpty(content) || !whole)

  const address = addresses(material.patient.reference, facts)
  const items = itemsIn(
    material,
    made.flatMap(({ content }) => content.entries),
  )
  const computed = new Map(
    made.flatMap(({ content }) =>
      content.entries.flatMap((entry) => ('key' in entry ? [[address.computed(entry.key), entry.resource] as const] : [])),
    ),
  )
  const inside = new Map([...items.keys()].map((reference) => [reference, address.of(reference)]))
  const tidy = referenceTidier(inside, facts, words)

  const absent = new Map(
    made.flatMap(({ content }) =>
      content.entries.flatMap((entry) => ('item' in entry ? [[entry.item.reference, entry.absent] as const] : [])),
    ),
  )
  const software = address.computed('software')
  const placed: Placed[] = [
    ...[...items].map(([reference, item]): Placed => {
      const extra = reference === material.patient.reference ? patientExtras(material, words) : absent.get(reference)
      return { fullUrl: inside.get(reference) ?? '', text: textOf(item, extra, tidy) }
    }),
    ...[...computed].map(([fullUrl, resource]): Placed => ({ fullUrl, text: JSON.stringify(tidy(resource).value) })),
    { fullUrl: software, text: JSON.stringify(SOFTWARE) },
  ]

  const composition: Omit<Composition, 'date'> = {
    resourceType: 'Composition',
    ...(facts.addresses === 'uuid' ? {} : withId(material.patient.resource.id)),
    meta: { profile: [`${IPS}/Composition-uv-ips`] },
    language: TAG[facts.language],
    text: { status: 'generated', div: header(context) },
    status: 'final',
    type: { coding: [{ system: LOINC, code: '60591-5' }], text: words.labels.documentTitle },
    subject: { reference: address.of(material.patient.reference) },
    // Assembled by software, and by nobody who could answer for it: the author is a Device. IPS, Composition.author
    author: [{ reference: software }],
    title: words.labels.documentTitle,
    ...custodianOf(material, inside),
    section: made.map(({ section, content, whole }) =>
      sectionOf(section, content, {
        whole,
        context,
        address: (entry) => ('key' in entry ? address.computed(entry.key) : address.of(entry.item.reference)),
      }),
    ),
  }
  const entries = placed.map(({ fullUrl, text }) => `{"fullUrl":${JSON.stringify(fullUrl)},"resource":${text}}`)
  const meta = { profile: [IPS_BUNDLE], ...labelsOf([...items.values()]) }
  return {
    pieces: [
      `{"resourceType":"Bundle","meta":${JSON.stringify(meta)},"language":"${TAG[facts.language]}","identifier":{"system":"urn:ietf:rfc:3986","value":"urn:uuid:`,
      '"},"type":"document","timestamp":"',
      // The Composition comes first. FHIR R4 Bundle, invariant bdl-11.
      `","entry":[{"fullUrl":${JSON.stringify(address.computed('composition'))},"resource":${JSON.stringify(composition).slice(0, -1)},"date":"`,
      `"}},${entries.join(',')}]}`,
    ],
  }
}

const withId = (patientId: string | undefined): { id?: string } => {
  const id = compositionIdOf(patientId ?? '')
  return id === undefined ? {} : { id }
}

/** What put the document together. */
const SOFTWARE: Device = {
  resourceType: 'Device',
  deviceName: [{ name: 'Handrail', type: 'other' }],
  type: { text: 'Software that keeps the record' },
}

const isEmpty = ({ entries, tables, words = [] }: SectionContent): boolean =>
  entries.length === 0 && words.length === 0 && tables.every(({ rows }) => rows.length === 0)

/** The Patient first, then what the sections show in their order, then what those name and the reader may see. */
function itemsIn(material: Material, entries: readonly SectionEntry[]): ReadonlyMap<string, Item> {
  const items = new Map<string, Item>([[material.patient.reference, material.patient]])
  for (const entry of entries) if ('item' in entry) for (const item of [entry.item, ...(entry.with ?? [])]) items.set(item.reference, item)
  const named = [
    ...[...items.values()].flatMap(({ resource }) => referencesIn(resource)),
    ...entries.flatMap((entry) => ('key' in entry ? referencesIn(entry.resource) : [])),
  ]
  for (const reference of named.toSorted()) {
    const found = material.directory.get(reference)
    if (found !== undefined && !items.has(reference)) items.set(reference, found)
  }
  return items
}

/** IPS Patient: a name and a birth date are required, and a narrative is wanted in it. */
function patientExtras({ patient: { resource }, inPart = false }: Material, words: Words): Record<string, unknown> {
  const named = resource.name?.some(({ family, given, text }) => family !== undefined || given !== undefined || text !== undefined) === true
  const { labels, language } = words
  const rows = [
    [labels.name, personCalled(resource) ?? '–'],
    ...(inPart && resource.birthDate === undefined
      ? []
      : [[labels.bornOn, resource.birthDate === undefined ? '–' : showDate(resource.birthDate, language)]]),
    ...(resource.identifier ?? []).flatMap(({ system, value }) =>
      system === NHS_NUMBER && value !== undefined ? [[labels.nhsNumber, value]] : [],
    ),
  ]
  return {
    ...(named ? {} : { name: [{ _text: UNKNOWN }] }),
    ...(resource.birthDate === undefined ? { _birthDate: inPart ? MASKED : UNKNOWN } : {}),
    ...(resource.text === undefined
      ? { text: { status: 'generated', div: divOf(language, [table({ head: [labels.what, labels.result], rows })]) } }
      : {}),
  }
}

const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number'

function custodianOf({ patient }: Material, inside: ReadonlyMap<string, string>): Pick<Composition, 'custodian'> {
  const custodian = inside.get(patient.resource.managingOrganization?.reference ?? '')
  return custodian === undefined ? {} : { custodian: { reference: custodian } }
}

/** The document takes the labels of its parts. IPS 3.4 */
function labelsOf(items: readonly Item<Resource>[]): { security?: object[] } {
  const labels = new Map(
    items.flatMap(({ resource }) =>
      (resource.meta?.security ?? []).map((label) => [`${label.system ?? ''}|${label.code ?? ''}`, label] as const),
    ),
  )
  return labels.size === 0 ? {} : { security: [...labels].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, label]) => label) }
}

/** What is true of the whole document: what it is, what it is not, and who is expected to know something. Row A10 */
function header({ words, expected, today, material }: SectionContext): string {
  const { labels, language } = words
  const name = personCalled(material.patient.resource)
  return divOf(language, [
    heading(labels.documentTitle, 2),
    paragraph([name, showDate(today, language)].filter((part) => part !== undefined).join(', ')),
    ...(words.notice === undefined ? [] : [paragraph(words.notice)]),
    statements([words.say('onlyWhatIsOpen')], language),
    table({
      head: [labels.expected, labels.received],
      rows: expected.map(({ name: called, lastReceivedAt }) => [
        called ?? labels.unnamed,
        lastReceivedAt === undefined ? labels.neverReceived : labels.lastReceived(showDate(lastReceivedAt.slice(0, 10), language)),
      ]),
    }),
  ])
}

interface SectionFacts {
  readonly whole: boolean
  readonly context: SectionContext
  readonly address: (entry: SectionEntry) => string
}

function sectionOf({ id, loinc, need }: Section, content: SectionContent, { whole, context, address }: SectionFacts): CompositionSection {
  const { words, expected } = context
  const { labels, language } = words
  const empty = isEmpty(content)
  // Empty is never "none": nobody recorded anything, or it is not for this reader. The narrative says the same as the code. HAZ-P82
  const unknown = empty ? (whole ? nothingRecorded(expected, words) : [words.say('notShown')]) : whole ? [] : [words.say('partlyShown')]
  const noEntry = content.entries.length === 0
  return {
    title: labels.sections[id],
    code: { coding: [{ system: LOINC, code: loinc }], text: labels.sections[id] },
    text: {
      status: 'generated',
      div: divOf(language, [
        heading(labels.sections[id]),
        statements(unknown, language),
        ...(content.words ?? []).flatMap(({ heading: above, text }) => [heading(above, 4), paragraph(text)]),
        ...content.tables.map(table),
        statements(content.remarks ?? [], language),
      ]),
    },
    ...(noEntry ? {} : { entry: content.entries.map((entry) => ({ reference: address(entry) })) }),
    ...(noEntry && (empty || need === 'required') ? { emptyReason: { coding: [{ system: EMPTY_REASON, code: 'unavailable' }] } } : {}),
  }
}
