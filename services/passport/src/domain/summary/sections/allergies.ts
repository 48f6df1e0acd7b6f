import { defineSection, newestOf, UNKNOWN } from '../define-section.ts'
import { itemsOf, wordsOf } from '../material.ts'
import { latestFirst, qualifier, tableOf } from '../tables.ts'

/** Every allergy that was not refuted, resolved and inactive ones too, with their status. */
export default defineSection({
  id: 'allergies',
  order: 20,
  loinc: '48765-2',
  need: 'required',
  classes: ['emergency'],
  types: ['AllergyIntolerance'],
  shares: ['emergency'],
  source: 'IPS 2.0.0, Composition, section Allergies and Intolerances; NHS England SCR as IPS draft: inactive ones included',
  build({ material, words }) {
    const { labels } = words
    const all = itemsOf(material, 'AllergyIntolerance').filter(
      ({ resource }) => resource.verificationStatus?.coding?.some(({ code }) => code === 'refuted') !== true,
    )
    const { shown, remarks } = newestOf(latestFirst(all), words)
    return {
      entries: shown.map((item) => ({ item, ...(item.resource.code === undefined ? { absent: { code: UNKNOWN } } : {}) })),
      tables: [
        tableOf(
          shown,
          [
            [
              labels.what,
              ({ resource: { code, clinicalStatus, verificationStatus, criticality } }) =>
                [wordsOf(code) ?? '–', qualifier(clinicalStatus, 'active'), qualifier(verificationStatus, 'confirmed'), criticality]
                  .filter((part) => part !== undefined)
                  .join(', '),
            ],
            [
              labels.result,
              ({ resource: { reaction = [], note = [] } }) =>
                [
                  ...reaction.flatMap(({ manifestation, severity }) => [...manifestation.map(wordsOf), severity]),
                  ...note.map(({ text }) => text),
                ]
                  .filter((part) => part !== undefined)
                  .join(', '),
            ],
          ],
          material,
          words,
        ),
      ],
      remarks,
    }
  },
})
