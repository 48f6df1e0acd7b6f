import { defineSection, newestOf } from '../define-section.ts'
import { itemsOf, wordsOf } from '../material.ts'
import { latestFirst, tableOf } from '../tables.ts'
import { showDate } from '../words.ts'

/** Immunisations that somebody recorded here; the usual place for them is the GP record, and the section says so. */
export default defineSection({
  id: 'immunizations',
  order: 100,
  loinc: '11369-6',
  need: 'expected',
  classes: ['diagnoses'],
  types: ['Immunization'],
  shares: [],
  source: 'IPS 2.0.0, Composition, section Immunizations',
  build({ material, words }) {
    const { labels } = words
    const { shown, remarks } = newestOf(latestFirst(itemsOf(material, 'Immunization')), words)
    return {
      entries: shown.map((item) => ({ item })),
      tables: [
        tableOf(
          shown,
          [
            [
              labels.what,
              ({ resource: { vaccineCode, status } }) =>
                [wordsOf(vaccineCode) ?? '–', status === 'completed' ? '' : status].filter(Boolean).join(', '),
            ],
            [
              labels.when,
              ({ resource: { occurrenceDateTime, occurrenceString } }) =>
                occurrenceDateTime === undefined ? occurrenceString : showDate(occurrenceDateTime, words.language),
            ],
          ],
          material,
          words,
        ),
      ],
      remarks: [...remarks, words.say('immunizationsElsewhere')],
    }
  },
})
