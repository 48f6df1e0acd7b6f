/** A section of the patient summary. Each is one file of `sections/`; the folder is the registry. IPS 2.0, Composition.section. */
import type { Resource } from '@medplum/fhirtypes'
import type { DataClass } from '../access/data-class.ts'
import type { TimeCriticalKnowledge } from './emergency/time-critical.ts'
import type { ExpectedSource } from './expected-sources.ts'
import type { Item, Material } from './material.ts'
import type { Labels } from './words/en.ts'
import type { Said, Words } from './words.ts'

/** What a person may choose to share by a link; a section belongs to one or several. */
export const SHARES = ['emergency', 'therapies', 'measures', 'referrals', 'about-me'] as const
export type Share = (typeof SHARES)[number]

/** Sections have headings in every language, so their ids are known to the words. */
export type SectionId = keyof Labels['sections']

/** What a section is made from. */
export interface SectionContext {
  readonly material: Material
  readonly words: Words
  /** The business date, `YYYY-MM-DD`. */
  readonly today: string
  readonly knowledge: TimeCriticalKnowledge
  readonly expected: readonly ExpectedSource[]
}

/** An entry of the record, as it is or with what the summary must say beside it. */
export interface RecordedEntry {
  readonly item: Item
  /** Elements that the IPS requires and the entry lacks: said to be unknown, never filled in. */
  readonly absent?: Readonly<Record<string, unknown>>
  /** Entries that it points to and that belong into the document with it: a Device, a Medication. */
  readonly with?: readonly Item[]
}

/** A resource that says together what many entries say one by one. It refers to others as the record does: 'Patient/…'. */
export interface ComputedEntry {
  /** The same for the same entries, so that its address is too. */
  readonly key: string
  readonly resource: Resource
}

export type SectionEntry = RecordedEntry | ComputedEntry

/** A table of the narrative: the record's words, as text. */
export interface NarrativeTable {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** What a section says. Everything in its entries is in its text too: whoever cannot use the codes reads the text. IPS 3.4 */
export interface SectionContent {
  readonly entries: readonly SectionEntry[]
  readonly tables: readonly NarrativeTable[]
  /** Statements of ours. */
  readonly remarks?: readonly Said[]
  /** Words of the record, each with a heading. */
  readonly words?: readonly { readonly heading: string; readonly text: string }[]
}

export interface Section {
  readonly id: SectionId
  /** Where it stands in the document; unique. */
  readonly order: number
  /** LOINC code of the section. */
  readonly loinc: string
  /** `required`: there even when it is empty. `expected`: the same, because its being empty matters here. `when-recorded`: left out when empty. */
  readonly need: 'required' | 'expected' | 'when-recorded'
  /** Data classes that must be open for it to be whole; where they are not, it says so whether or not it would hold anything. */
  readonly classes: readonly DataClass[]
  /** Made of what not everybody who sees the Patient is shown of it: then it says so, too. */
  readonly ofWholePatient?: true
  /** Types that it reads. */
  readonly types: readonly Resource['resourceType'][]
  readonly shares: readonly Share[]
  readonly source: string
  readonly build: (context: SectionContext) => SectionContent
}

/** Says that this is a section. */
export const defineSection = (section: Section): Section => section

/** Why a value is not there. https://hl7.org/fhir/R4/extension-data-absent-reason.html */
export const UNKNOWN = { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] } as const

/** Why a value is not there: whoever reads it is not shown it, and whether there is one is not said. */
export const MASKED = { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'masked' }] } as const

/** The most entries of one section; what goes beyond is said to exist. IPS 3.6 */
export const MOST_ENTRIES = 50

/** The newest of many, and a sentence that there are more. */
export function newestOf<T>(
  sorted: readonly T[],
  { labels, language }: Words,
  most = MOST_ENTRIES,
): { shown: readonly T[]; remarks: Said[] } {
  if (sorted.length <= most) return { shown: sorted, remarks: [] }
  return { shown: sorted.slice(0, most), remarks: [{ text: labels.more(most, sorted.length), language }] }
}
