/**
 * XHTML of narratives: well-formed, only what FHIR allows, only the entities of XML, never blank. What comes from a record is text and is
 * escaped; nothing of it becomes an element. https://hl7.org/fhir/R4/narrative.html, IPS 3.4
 */
import type { NarrativeTable } from './define-section.ts'
import { TAG, type Language, type Said } from './words.ts'

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** What XML 1.0 has no character for: controls, halves of surrogate pairs, non-characters. https://www.w3.org/TR/xml/#charsets */
const NO_CHARACTER = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

/** Text for an element or attribute; characters that XML 1.0 does not know are left out. */
function escapeXml(text: string): string {
  return text.replace(NO_CHARACTER, '').replace(/[&<>"']/g, (found) => ENTITIES[found] ?? '')
}

/** The `div` of a narrative in a language. */
export function divOf(language: Language, parts: readonly string[]): string {
  const tag = TAG[language]
  return `<div xmlns="http://www.w3.org/1999/xhtml" xml:lang="${tag}" lang="${tag}">${parts.join('')}</div>`
}

/** A heading, smaller for a larger level. */
export const heading = (text: string, level: 2 | 3 | 4 = 3): string => `<h${level}>${escapeXml(text)}</h${level}>`

/** A paragraph of words as they were recorded; lines stay lines. */
export const paragraph = (text: string): string => `<p>${text.split(/\r?\n/).map(escapeXml).join('<br/>')}</p>`

/** Statements of ours, each marked where it is in another language than the document. */
export function statements(said: readonly Said[], language: Language): string {
  return said
    .map(({ text, language: own }) =>
      own === language ? `<p>${escapeXml(text)}</p>` : `<p xml:lang="${TAG[own]}" lang="${TAG[own]}">${escapeXml(text)}</p>`,
    )
    .join('')
}

/** A table; nothing when it has no rows. */
export function table({ head, rows }: NarrativeTable): string {
  if (rows.length === 0) return ''
  const cells = (names: readonly string[], element: 'th' | 'td') =>
    names.map((name) => `<${element}>${escapeXml(name)}</${element}>`).join('')
  return `<table><thead><tr>${cells(head, 'th')}</tr></thead><tbody>${rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('')}</tbody></table>`
}
