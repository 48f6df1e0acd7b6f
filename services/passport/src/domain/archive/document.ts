/** The whole record as a FHIR document. https://hl7.org/fhir/R4/documents.html */
import type { FhirResource } from '../references.ts'
import { dateOf, titleOf, typeInWords } from './in-words.ts'

export interface DocumentEntry {
  readonly type: string
  readonly id: string
  /** The text as it is served. */
  readonly content: string
  readonly plain: FhirResource
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
const narrative = (inside: string) => ({ status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${inside}</div>` })

/**
 * A Bundle of type document as text: the Composition with a section for each type, then every resource as it is stored.
 *
 * @param entries of the person, the Patient among them, and what they refer to
 * @param facts.id of this document, a UUID
 */
export function documentOf(
  entries: readonly DocumentEntry[],
  { id, at, baseUrl, patient }: { id: string; at: Date; baseUrl: string; patient: string },
): string {
  const types = Map.groupBy(
    entries.filter(({ type }) => type !== 'Patient'),
    ({ type }) => type,
  )
  const composition = {
    resourceType: 'Composition',
    id,
    text: narrative('<p>Everything the record holds about this person, and what it refers to.</p>'),
    status: 'final',
    type: { text: 'Whole record' },
    subject: { reference: `Patient/${patient}` },
    date: at.toISOString(),
    author: [{ display: 'Handrail' }],
    title: 'Whole record',
    section: [...types].map(([type, own]) => ({
      title: typeInWords(type),
      text: narrative(
        `<ul>${own.map(({ plain }) => `<li>${escaped([dateOf(plain), titleOf(plain) ?? ''].filter((part) => part !== '').join(': '))}</li>`).join('')}</ul>`,
      ),
      entry: own.map((entry) => ({ reference: `${type}/${entry.id}` })),
    })),
  }
  const head = {
    resourceType: 'Bundle',
    type: 'document',
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${id}` },
    timestamp: at.toISOString(),
  }
  // The subject right after the Composition, as every reader expects it.
  const ordered = entries.toSorted(
    (one, other) => Number(other.type === 'Patient' && other.id === patient) - Number(one.type === 'Patient' && one.id === patient),
  )
  const listed = [
    `{"fullUrl":"urn:uuid:${id}","resource":${JSON.stringify(composition)}}`,
    ...ordered.map((entry) => `{"fullUrl":"${baseUrl}/${entry.type}/${entry.id}","resource":${entry.content}}`),
  ]
  return `${JSON.stringify(head).slice(0, -1)},"entry":[\n${listed.join(',\n')}\n]}\n`
}
