import type { Observation } from '@medplum/fhirtypes'
import { defineSection, newestOf, type SectionEntry } from '../define-section.ts'
import { itemsOf, wordsOf, type Item } from '../material.ts'
import { asOfDate, provenanceOf } from '../provenance.ts'
import { latestFirst, whoAndHowFar } from '../tables.ts'
import { showDate, type Words } from '../words.ts'

const FINAL: ReadonlySet<string> = new Set(['preliminary', 'final', 'amended', 'corrected', 'unknown'])

/** Outcome measures: of each the first and the latest, since the change is what is asked for. Nothing is computed between them. */
export default defineSection({
  id: 'results',
  order: 60,
  loinc: '30954-2',
  need: 'expected',
  classes: ['measures'],
  types: ['Observation'],
  shares: ['measures'],
  source: 'IPS 2.0.0, Composition, section Results',
  build({ material, words }) {
    const { labels } = words
    const groups = Map.groupBy(
      latestFirst(itemsOf(material, 'Observation').filter(({ resource }) => FINAL.has(resource.status))),
      ({ resource }) => keyOf(resource),
    )
    const { shown, remarks } = newestOf([...groups.values()], words)
    const ends = shown.map((group) => ({ latest: group[0], first: group.length > 1 ? group.at(-1) : undefined }))
    return {
      entries: ends.flatMap(({ latest, first }) =>
        [latest, first].flatMap((item): SectionEntry[] => (item === undefined ? [] : [{ item }])),
      ),
      tables: [
        {
          head: [labels.what, labels.first, labels.latest, labels.who, labels.checkedHeading],
          rows: ends.flatMap(({ latest, first }) =>
            latest === undefined
              ? []
              : [
                  [
                    wordsOf(latest.resource.code) ?? '–',
                    shownValue(first, words),
                    shownValue(latest, words),
                    ...whoAndHowFar(latest, material, words),
                  ],
                ],
          ),
        },
      ],
      remarks: [
        ...remarks,
        // What a person noted is not mixed unmarked with what was measured: the column says who, and this says it once more.
        ...(shown.some(([item]) => item !== undefined && provenanceOf(item, material).checked === 'person-said')
          ? [{ text: `${labels.personsWords}: ${labels.checked['person-said']}`, language: words.language }]
          : []),
      ],
    }
  },
})

const keyOf = ({ code }: Observation): string => {
  const [coding] = code.coding ?? []
  return coding?.code === undefined ? (code.text ?? '') : `${coding.system ?? ''}|${coding.code}`
}

function shownValue(item: Item<Observation> | undefined, { language }: Words): string {
  if (item === undefined) return ''
  const {
    valueQuantity,
    valueInteger,
    valueString,
    valueBoolean,
    valueCodeableConcept,
    valueDateTime,
    dataAbsentReason,
    component = [],
  } = item.resource
  const quantity =
    valueQuantity?.value === undefined
      ? undefined
      : `${valueQuantity.comparator ?? ''}${exactDigits(item, valueQuantity.value)} ${valueQuantity.unit ?? ''}`.trim()
  const parts = component.map((one) => {
    const value =
      wordsOf(one.valueCodeableConcept) ?? one.valueString ?? one.valueInteger?.toString() ?? one.valueQuantity?.value?.toString()
    return [wordsOf(one.code), value].filter((part) => part !== undefined).join(': ')
  })
  const own =
    quantity ??
    valueInteger?.toString() ??
    valueString ??
    wordsOf(valueCodeableConcept) ??
    valueDateTime ??
    valueBoolean?.toString() ??
    wordsOf(dataAbsentReason)
  const value = [own, ...parts].filter((part) => part !== undefined).join('; ')
  const date = asOfDate(item.resource)
  return date === undefined ? value : `${value} (${showDate(date, language)})`
}

/** 1.50 stays 1.50: the digits as they were written, where they are written once. */
function exactDigits({ text }: Item, value: number): string {
  const written = /"valueQuantity":\{[^{}]*?"value":(-?[\d.eE+-]+)/.exec(text)?.[1]
  return written !== undefined && Number(written) === value ? written : String(value)
}
