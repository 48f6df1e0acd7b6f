import { defineSection, newestOf } from '../define-section.ts'
import { extensionsOf, itemsOf, wordsOf } from '../material.ts'
import { latestFirst, tableOf } from '../tables.ts'

const ONGOING: ReadonlySet<string> = new Set(['proposed', 'planned', 'accepted', 'active', 'on-hold'])

/** About me and goals, as the person wrote or said them: beside what clinicians say, and never mixed with it. */
export default defineSection({
  id: 'story',
  order: 90,
  loinc: '81338-6',
  need: 'when-recorded',
  classes: ['identity', 'therapy'],
  types: ['Goal'],
  shares: ['about-me'],
  source: 'IPS 2.0.0, Composition, section Patient Story; PRSB About me',
  build({ material, words }) {
    const { labels } = words
    const { shown, remarks } = newestOf(
      latestFirst(itemsOf(material, 'Goal').filter(({ resource }) => ONGOING.has(resource.lifecycleStatus))),
      words,
    )
    return {
      entries: shown.map((item) => ({ item })),
      words: extensionsOf(material.patient.resource, 'about-me').flatMap(({ valueString }) =>
        valueString === undefined ? [] : { heading: `${labels.aboutMe} (${labels.personsWords})`, text: valueString },
      ),
      tables: [
        tableOf(
          shown,
          [
            [labels.goal, ({ resource }) => wordsOf(resource.description)],
            [
              labels.result,
              ({ resource: { lifecycleStatus, achievementStatus, note = [] } }) =>
                [lifecycleStatus, wordsOf(achievementStatus), ...note.map(({ text }) => text)]
                  .filter((part) => part !== undefined)
                  .join('; '),
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
