/** The entries and the tables of several sections: every table says what, when, who, and how far it is checked. */
import type { Condition } from '@medplum/fhirtypes'
import type { NarrativeTable, SectionEntry } from './define-section.ts'
import { UNKNOWN } from './define-section.ts'
import { wordsOf, type Item, type Material } from './material.ts'
import { asOfDate, provenanceOf } from './provenance.ts'
import { showDate, type Words } from './words.ts'

/** Newest first by what the entry says of its date; what has none last; then by reference, so that the order is always the same. */
export function latestFirst<T extends Item>(items: readonly T[]): T[] {
  return items.toSorted((one, other) => {
    const [a, b] = [asOfDate(one.resource) ?? '', asOfDate(other.resource) ?? '']
    if (a !== b) return a < b ? 1 : -1
    return one.reference < other.reference ? -1 : 1
  })
}

/** A table with the two columns at its end that every entry has: where it comes from, and how far it is checked. */
export function tableOf<T extends Item>(
  items: readonly T[],
  columns: readonly (readonly [head: string, cell: (item: T) => string | undefined])[],
  material: Material,
  words: Words,
): NarrativeTable {
  const { labels } = words
  return {
    head: [...columns.map(([head]) => head), labels.who, labels.checkedHeading],
    rows: items.map((item) => [...columns.map(([, cell]) => cell(item) ?? ''), ...whoAndHowFar(item, material, words)]),
  }
}

/** By whom, as of when, and how far it is checked. */
export function whoAndHowFar(item: Item, material: Material, { labels, language }: Words): [string, string] {
  const { sourceName, asOf, checked } = provenanceOf(item, material)
  const since = asOf === undefined ? undefined : `${labels.asOf} ${showDate(asOf, language)}`
  return [[sourceName, since].filter((part) => part !== undefined).join(', '), labels.checked[checked]]
}

/** IPS Condition: `code` is required. */
export const conditionEntry = (item: Item<Condition>): SectionEntry => ({
  item,
  ...(item.resource.code === undefined ? { absent: { code: UNKNOWN } } : {}),
})

export function conditionTable(items: readonly Item<Condition>[], material: Material, words: Words): NarrativeTable {
  const { labels, language } = words
  return tableOf(
    items,
    [
      [
        labels.what,
        ({ resource: { code, clinicalStatus, verificationStatus } }) =>
          [wordsOf(code) ?? '–', qualifier(clinicalStatus, 'active'), qualifier(verificationStatus, 'confirmed')]
            .filter((part) => part !== undefined)
            .join(', '),
      ],
      [
        labels.when,
        ({ resource: { onsetDateTime, onsetPeriod, onsetString } }) => {
          const date = onsetDateTime ?? onsetPeriod?.start
          return date === undefined ? onsetString : showDate(date, language)
        },
      ],
    ],
    material,
    words,
  )
}

/** A status in its own word, unless it is the one that everybody expects. */
export function qualifier(status: Parameters<typeof wordsOf>[0], expected: string): string | undefined {
  return status?.coding?.some(({ code }) => code === expected) === true ? undefined : wordsOf(status)
}
