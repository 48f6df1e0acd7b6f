/** A document from a Composition that somebody stored: it, and what it refers to as far as the reader may see it. */
import { parseJson } from '@platform/fhir/json'
import { isObject } from '../references.ts'

export interface StoredEntry {
  readonly type: string
  readonly id: string
  readonly content: string
}

export const storedDocument = {
  /** What the Composition refers to, each once, in its order. */
  references(content: string): string[] {
    const found = new Set<string>()
    const walk = (value: unknown): void => {
      if (Array.isArray(value)) for (const item of value) walk(item)
      else if (isObject(value)) {
        if (typeof value['reference'] === 'string') found.add(value['reference'])
        for (const child of Object.values(value)) if (typeof child === 'object') walk(child)
      }
    }
    walk(parseJson(content).value)
    return [...found]
  },

  /** The Bundle as text: entries as they are served. https://hl7.org/fhir/R4/composition-operation-document.html */
  write(
    composition: StoredEntry,
    entries: readonly StoredEntry[],
    { baseUrl, id, at }: { readonly baseUrl: string; readonly id: string; readonly at: Date },
  ): string {
    const list = [composition, ...entries.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))]
      .map((entry) => `{"fullUrl":"${baseUrl}/${keyOf(entry)}","resource":${entry.content}}`)
      .join(',')
    return `{"resourceType":"Bundle","identifier":{"system":"urn:ietf:rfc:3986","value":"urn:uuid:${id}"},"type":"document","timestamp":"${at.toISOString()}","entry":[${list}]}`
  },
}

const keyOf = ({ type, id }: StoredEntry): string => `${type}/${id}`
