/**
 * What a link carries, as a FHIR document that any reader of FHIR can show: the emergency view block by block, then the other sections that
 * were chosen. The words are those of the view and of the entries; nothing is added to them. Pure.
 * https://hl7.org/fhir/R4/documents.html
 */
import type { Bundle, Composition, CompositionSection, Resource } from '@medplum/fhirtypes'
import type { EmergencyBlock, EmergencyLine, EmergencyView } from '../summary/emergency/emergency-view.ts'
import { itemsOf, wordsOf, type Item, type Material } from '../summary/material.ts'
import { provenanceOf } from '../summary/provenance.ts'
import { showDate, TAG, wordsIn, type Language, type Said } from '../summary/words.ts'
import type { Section } from './section.ts'

export interface DocumentFacts {
  readonly view: EmergencyView
  readonly material: Material
  readonly sections: readonly Section[]
  readonly at: Date
  /** Of the document, a UUID; new each time. */
  readonly id: string
  /** FHIR base of the record: the address of each entry. */
  readonly baseUrl: string
}

/** A document, and the references of everything about the person that is in it. */
export interface ShareDocument {
  readonly text: string
  readonly references: ReadonlySet<string>
}

/** The text of the document; each entry as the record serves it, with its digits. */
export function shareDocument({ view, material, sections, at, id, baseUrl }: DocumentFacts): ShareDocument {
  const { language } = view
  const blocks = sections.includes('emergency') ? view.blocks : []
  const own =
    sections.includes('about-me') && !sections.includes('emergency') ? view.blocks.filter(({ id: block }) => ABOUT_ME.has(block)) : []
  const shown = [...blocks, ...own]
  const listed = sections.flatMap((section) => listOf(section, material, language))
  const wanted = new Set([...shown.flatMap(({ lines }) => lines.flatMap(({ reference }) => reference ?? [])), ...listed.flatMap((each) => each.items.map(({ reference }) => reference))]) // prettier-ignore
  const items = material.items.filter(({ reference }) => wanted.has(reference))
  const composition: Composition & { id: string } = {
    resourceType: 'Composition',
    id,
    language: TAG[language],
    status: 'final',
    type: { text: wordsIn(language).labels.emergencyTitle },
    subject: { reference: `${baseUrl}/${view.patient}` },
    date: at.toISOString(),
    author: [{ display: 'Handrail' }],
    title: wordsIn(language).labels.emergencyTitle,
    section: [
      freshness(view, shown, at),
      ...shown.map((block) => sectionOf(block, language, baseUrl, wanted)),
      ...listed.map(({ title, items: entries, narrative }): CompositionSection => ({
        title,
        text: { status: 'generated', div: div(language, narrative) },
        ...(entries.length === 0 ? {} : { entry: entries.map(({ reference }) => ({ reference: `${baseUrl}/${reference}` })) }),
      })),
    ],
  }
  const entry = [
    `{"fullUrl":"urn:uuid:${id}","resource":${JSON.stringify(composition)}}`,
    ...[material.patient, ...items, ...namedBy([material.patient, ...items], material)].map(
      ({ reference, text }) => `{"fullUrl":"${baseUrl}/${reference}","resource":${text}}`,
    ),
  ]
  const head: Omit<Bundle, 'entry'> = {
    resourceType: 'Bundle',
    type: 'document',
    language: TAG[language],
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${id}` },
    timestamp: at.toISOString(),
  }
  return {
    text: `${JSON.stringify(head).slice(0, -1)},"entry":[${entry.join(',')}]}`,
    references: new Set([material.patient, ...items].map(({ reference }) => reference)),
  }
}

/** Blocks in which the person is described and nothing clinical is. */
const ABOUT_ME: ReadonlySet<string> = new Set(['baseline', 'communication', 'needs', 'contacts'])

/** Directory entries that the entries shown name. */
function namedBy(items: readonly Item[], { directory }: Material): Item[] {
  const texts = items.map(({ text }) => text)
  return [...directory.values()].filter(({ reference }) => texts.some((text) => text.includes(`"${reference}"`)))
}

/** The first line: how fresh, how checked, and what is not known. Story 5, step 3. */
function freshness({ language, caveats, today }: EmergencyView, blocks: readonly EmergencyBlock[], at: Date): CompositionSection {
  const { labels } = wordsIn(language)
  const words = FIRST[language]
  const titles = (state: EmergencyBlock['state']) => blocks.filter((block) => block.state === state).map(({ title }) => title)
  const unknown = [...titles('nothing-recorded'), ...titles('not-shown')]
  const lines = [
    `<p><strong>${escape(words.made(showDate(today, language), at.toISOString().slice(11, 16)))}</strong></p>`,
    unknown.length === 0 ? '' : `<p><strong>${escape(`${words.unknown}: ${unknown.join('; ')}.`)}</strong></p>`,
    '<ul>',
    ...blocks
      .filter(({ state }) => state === 'recorded')
      .map(({ title, newest, oldest, checked }) => {
        const dates = newest === undefined ? words.undated : oldest === newest || oldest === undefined ? showDate(newest, language) : `${showDate(oldest, language)} – ${showDate(newest, language)}` // prettier-ignore
        const levels = Object.entries(checked).map(([level, count]) => `${String(count)} ${labels.checked[level as keyof typeof checked]}`)
        return `<li>${escape(`${title}: ${dates}; ${levels.join(', ')}`)}</li>`
      }),
    '</ul>',
    said(caveats, language),
  ]
  return { title: words.title, text: { status: 'generated', div: div(language, lines.join('')) } }
}

const FIRST = {
  en: {
    title: 'How fresh, how checked, and what is not known',
    made: (day: string, time: string) => `Made on ${day} at ${time} UTC.`,
    unknown: 'Not known here',
    undated: 'no date recorded',
  },
  cy: {
    title: 'Pa mor gyfredol, pa mor sicr, a’r hyn nad yw’n hysbys',
    made: (day: string, time: string) => `Gwnaed ar ${day} am ${time} UTC.`,
    unknown: 'Ddim yn hysbys yma',
    undated: 'dim dyddiad wedi’i gofnodi',
  },
} as const

function sectionOf(block: EmergencyBlock, language: Language, baseUrl: string, wanted: ReadonlySet<string>): CompositionSection {
  const entries = [...new Set(block.lines.flatMap(({ reference }) => reference ?? []))].filter((reference) => wanted.has(reference) && !reference.startsWith('Patient/')) // prettier-ignore
  const lines = block.lines.length === 0 ? '' : `<ul>${block.lines.map((line) => `<li>${lineOf(line, language)}</li>`).join('')}</ul>`
  return {
    title: block.title,
    text: { status: 'generated', div: div(language, `${lines}${said(block.unknown, language)}`) },
    ...(entries.length === 0 ? {} : { entry: entries.map((reference) => ({ reference: `${baseUrl}/${reference}` })) }),
  }
}

function lineOf({ text, details, notes, sourceName, asOf, receivedAt, checked, call }: EmergencyLine, language: Language): string {
  const { labels } = wordsIn(language)
  const facts = details.map(({ label, text: value }) => `<br/>${escape(label)}: ${escape(value)}`).join('')
  const whence = [
    sourceName,
    asOf === undefined ? undefined : `${labels.asOf} ${showDate(asOf, language)}`,
    receivedAt === undefined ? undefined : `${labels.received} ${showDate(receivedAt, language)}`,
    labels.checked[checked],
  ].filter((one) => one !== undefined)
  const number = call === undefined ? '' : `<br/><strong>${escape(labels.contact)}: ${escape(call)}</strong>`
  return `<strong>${escape(text)}</strong>${facts}${number}<br/><em>${escape(whence.join(', '))}</em>${said(notes, language, 'span')}`
}

interface Listed {
  readonly title: string
  readonly items: readonly Item[]
  readonly narrative: string
}

/** Entries of a section besides the emergency view, newest first, each with its own words, date and source. */
function listOf(section: Section, material: Material, language: Language): Listed[] {
  const types = LISTED[section]
  if (types.length === 0) return []
  const { labels } = wordsIn(language)
  const items = types
    .flatMap((type): Item[] => itemsOf(material, type))
    .map((item) => ({ item, ...provenanceOf(item, material) }))
    .toSorted((one, other) => ((one.asOf ?? '') < (other.asOf ?? '') ? 1 : -1))
  const lines = items.map(({ item, asOf, sourceName, checked }) => {
    const facts = [valueOf(item.resource), asOf === undefined ? undefined : showDate(asOf, language), sourceName, labels.checked[checked]]
    return `<li><strong>${escape(titleOf(item.resource))}</strong><br/>${escape(facts.filter((one) => one !== undefined).join(', '))}</li>`
  })
  const title = { emergency: '', 'about-me': labels.aboutMe, therapies: labels.sections.procedures, measures: labels.sections.results, referrals: labels.sections.plan } // prettier-ignore
  return [
    {
      title: title[section],
      items: items.map(({ item }) => item),
      narrative: lines.length === 0 ? `<p>${escape(labels.nothingYet)}</p>` : `<ul>${lines.join('')}</ul>`,
    },
  ]
}

const LISTED = {
  emergency: [],
  therapies: ['Procedure', 'CarePlan', 'Goal'],
  measures: ['Observation', 'QuestionnaireResponse'],
  referrals: ['ServiceRequest', 'Task'],
  'about-me': [],
} as const satisfies Readonly<Record<Section, readonly Resource['resourceType'][]>>

function titleOf(resource: Resource): string {
  switch (resource.resourceType) {
    case 'Goal':
      return wordsOf(resource.description) ?? resource.resourceType
    case 'CarePlan':
      return resource.title ?? resource.description ?? resource.resourceType
    case 'Procedure':
    case 'Observation':
    case 'ServiceRequest':
    case 'Task':
      return wordsOf(resource.code) ?? resource.resourceType
    default:
      return resource.resourceType
  }
}

function valueOf(resource: Resource): string | undefined {
  if (resource.resourceType === 'ServiceRequest' || resource.resourceType === 'Task') return resource.status
  if (resource.resourceType !== 'Observation') return undefined
  const { valueQuantity, valueInteger, valueString, valueCodeableConcept } = resource
  if (valueQuantity?.value !== undefined) return `${String(valueQuantity.value)} ${valueQuantity.unit ?? valueQuantity.code ?? ''}`.trim()
  return valueInteger === undefined ? (valueString ?? wordsOf(valueCodeableConcept)) : String(valueInteger)
}

const said = (statements: readonly Said[], language: Language, element: 'p' | 'span' = 'p'): string =>
  statements
    .map(({ text, language: own }) => {
      const tag = own === language ? '' : ` lang="${TAG[own]}" xml:lang="${TAG[own]}"`
      return element === 'p' ? `<p${tag}>${escape(text)}</p>` : `<br/><span${tag}>${escape(text)}</span>`
    })
    .join('')

const div = (language: Language, content: string): string =>
  `<div xmlns="http://www.w3.org/1999/xhtml" lang="${TAG[language]}" xml:lang="${TAG[language]}">${content}</div>`

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
/** Text of the record as text of a narrative: never markup, and without characters that XML does not allow. */
const escape = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\n\t]/gu, ' ')
    .replaceAll(/[&<>"]/g, (found) => ENTITIES[found] ?? '')
