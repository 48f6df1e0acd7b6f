/** What a link carries: the record as the person sees it, in the sections chosen, without what the person closed to everybody. */
import { randomUUID } from 'node:crypto'
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { BIT, EVERYTHING } from '../domain/access/data-class.ts'
import { classesStillShared } from '../domain/access/may-still-share.ts'
import { openClasses } from '../domain/access/open-classes.ts'
import type { Section } from '../domain/share/section.ts'
import { sheetOf } from '../domain/share/printed-sheet.ts'
import { shareDocument } from '../domain/share/share-document.ts'
import { emergencyView, type EmergencyView } from '../domain/summary/emergency/emergency-view.ts'
import type { TimeCriticalKnowledge } from '../domain/summary/emergency/time-critical.ts'
import type { Material } from '../domain/summary/material.ts'
import { TAG, wordsIn, type Language } from '../domain/summary/words.ts'
import { readRow, type Row } from './record-store.ts'
import { readCompartment } from './share-compartment.ts'
import type { PlainFile } from './share-files.ts'
import { printSheet } from './print-sheet.ts'
import { linkStanding, standings } from './write-guard.ts'
import { materialOf } from './share-material.ts'

/** Whose record is shared, by whose eyes it was chosen. */
export interface SharedPerson {
  readonly patient: string
  readonly role: 'patient' | 'carer'
  /** `RelatedPerson/…`, where a carer chose it. */
  readonly carer?: string | undefined
}

/** The files of a link, and the data classes that are in them as bits. */
export interface SharedContent {
  readonly files: readonly PlainFile[]
  readonly classes: number
}

/** The rows a link may show. */
export interface SharedRows {
  readonly person: Row
  readonly rows: readonly Row[]
  /** The data classes that the link opens, as bits. */
  readonly open: number
}

/** Whoever gave a link out, as a caller: it shows nothing that they could not see themselves at this moment. */
export const asTheSharer = ({ patient, role, carer = `Patient/${patient}` }: SharedPerson): Caller => ({
  clientId: 'handrail',
  subject: carer,
  role,
  grade: 'full',
  fhirUser: carer,
  patient,
  scopes: [],
  token: '',
  expiresAt: 0,
})

/** @returns nothing when there is no such person any more, or when the person closed what was chosen to everybody */
async function sharedRows(database: Queryable, of: SharedPerson, sections: readonly Section[]): Promise<SharedRows | undefined> {
  const caller = asTheSharer(of)
  const person = await readRow(database, caller, 'Patient', of.patient)
  if (person === undefined || person.deleted) return undefined
  const standing = await linkStanding(database, of.patient)
  const still = classesStillShared(standing, sections)
  if ((still & BIT.identity) === 0) return undefined
  const open = still & (await openToSharer(database, of))
  if ((open & BIT.identity) === 0) return undefined
  const all = await readCompartment(database, caller, of.patient)
  return { person, open, rows: all.filter(({ type, classes }) => type !== 'Patient' && (classes & ~open) === 0) }
}

/** The data classes that whoever gave a link out may see at this moment, as bits: of a carer what the person's Consent names, while it holds. */
async function openToSharer(database: Queryable, of: SharedPerson): Promise<number> {
  if (of.role === 'patient') return EVERYTHING
  const caller = asTheSharer(of)
  return openClasses(caller, (await standings(database, caller, [of.patient]))(of.patient), { self: false })
}

/** What makes content out of rows, besides the rows. */
export interface ContentDependencies {
  readonly database: Queryable
  /** `${PUBLIC_URL}/fhir` */
  readonly baseUrl: string
  readonly knowledge: TimeCriticalKnowledge
}

/** The emergency view of what the person would share; nothing when there is no such person, or everything chosen was closed. */
export async function sharedView(
  { database, knowledge }: ContentDependencies,
  of: SharedPerson,
  sections: readonly Section[],
  { at, language }: { at: Date; language: Language },
): Promise<{ view: EmergencyView; material: Material; shared: SharedRows } | undefined> {
  const shared = await sharedRows(database, of, sections)
  if (shared === undefined) return undefined
  const material = await materialOf(database, asTheSharer(of), shared)
  return {
    material,
    view: emergencyView(material, { today: at.toISOString().slice(0, 10), language, knowledge }),
    shared,
  }
}

/** How a content is made. */
export interface ContentOptions {
  readonly at: Date
  /** One file and no more. */
  readonly direct: boolean
  readonly language: Language
}

/** What a link carries at this moment; nothing when there is no such person, or everything chosen was closed. */
export async function sharedContent(
  dependencies: ContentDependencies,
  { person, sections, at, direct, language }: { person: SharedPerson; sections: readonly Section[] } & ContentOptions,
): Promise<SharedContent | undefined> {
  const found = await sharedView(dependencies, person, sections, { at, language })
  if (found === undefined) return undefined
  const { view, material, shared } = found
  const { text, references } = shareDocument({ view, material, sections, at, id: randomUUID(), baseUrl: dependencies.baseUrl })
  const inIt = [shared.person, ...shared.rows].filter(({ type, id }) => references.has(`${type}/${id}`))
  const document = { contentType: 'application/fhir+json', text } as const
  // One file is all that a direct link can be; a PDF travels inside a DocumentReference, for a link may carry nothing else.
  const files = direct || !sections.includes('emergency') ? [document] : [document, await pdfFile(view, person, at)]
  return { classes: inIt.reduce((bits, { classes }) => bits | classes, 0), files }
}

async function pdfFile(view: EmergencyView, { patient }: SharedPerson, at: Date): Promise<PlainFile> {
  const pdf = await printSheet(sheetOf(view, { form: 'a4' }), { form: 'a4', at })
  const attachment = { contentType: 'application/pdf', language: TAG[view.language], title: wordsIn(view.language).labels.emergencyTitle, creation: at.toISOString(), data: pdf.toString('base64') } // prettier-ignore
  const reference = { resourceType: 'DocumentReference', status: 'current', subject: { reference: `Patient/${patient}` }, date: at.toISOString(), content: [{ attachment }] } // prettier-ignore
  return { contentType: 'application/fhir+json', text: JSON.stringify(reference) }
}
