import { defineSection, newestOf } from '../define-section.ts'
import { itemsOf, wordsOf } from '../material.ts'
import { latestFirst, tableOf } from '../tables.ts'

/** Care plans that are going on, and what was asked for and is still open. Requests stand in the text: the section takes plans only. */
export default defineSection({
  id: 'plan',
  order: 80,
  loinc: '18776-5',
  need: 'when-recorded',
  classes: ['therapy', 'referral'],
  types: ['CarePlan', 'ServiceRequest'],
  shares: ['therapies', 'referrals'],
  source: 'IPS 2.0.0, Composition, section Plan of Care: CarePlan, not ServiceRequest, Goal or Appointment',
  build({ material, words }) {
    const { labels } = words
    const plans = itemsOf(material, 'CarePlan').filter(({ resource }) => resource.status === 'active' || resource.status === 'on-hold')
    const requests = itemsOf(material, 'ServiceRequest').filter(
      ({ resource }) => resource.status === 'active' || resource.status === 'on-hold',
    )
    const { shown, remarks } = newestOf(latestFirst(plans), words)
    const asked = newestOf(latestFirst(requests), words)
    return {
      entries: shown.map((item) => ({ item })),
      tables: [
        tableOf(
          shown,
          [
            [
              labels.what,
              ({ resource: { title, description, category = [], activity = [], status } }) =>
                [
                  title,
                  description,
                  ...category.map(wordsOf),
                  ...activity.flatMap(({ detail }) => [wordsOf(detail?.code), detail?.description]),
                  status === 'active' ? undefined : status,
                ]
                  .filter((part) => part !== undefined)
                  .join('; '),
            ],
          ],
          material,
          words,
        ),
        tableOf(asked.shown, [[labels.what, ({ resource }) => wordsOf(resource.code)]], material, words),
      ],
      remarks: [...remarks, ...asked.remarks],
    }
  },
})
