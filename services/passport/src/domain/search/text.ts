// How strings are compared: without case, accents and surplus white space. FHIR R4 Search, string. https://hl7.org/fhir/R4/search.html#string

// A B-tree entry of PostgreSQL holds 2,704 bytes; 500 characters of at most 4 bytes leave room for key and id.
const LONGEST_VALUE = 500

/** A text as strings are compared by default. */
export function comparable(text: string): string {
  const plain = /^[ -~]*$/.test(text)
    ? text
    : storable(text)
        .normalize('NFKD')
        .replace(/\p{M}+/gu, '')
  return plain.toLowerCase().replace(/\s+/g, ' ').trim()
}

/** The part of a comparable text that is indexed. */
export function indexable(text: string): string {
  return text.length <= LONGEST_VALUE ? text : [...text].slice(0, LONGEST_VALUE).join('')
}

/** A text PostgreSQL can hold: no NUL, no half of a surrogate pair. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '')
}
