import { defineSection, newestOf } from '../define-section.ts'
import { itemsOf, wordsOf } from '../material.ts'
import { latestFirst, tableOf } from '../tables.ts'

/** FHIR consent scope `adr`: advance care directive. http://terminology.hl7.org/CodeSystem/consentscope */
const ADVANCE_DIRECTIVE = 'adr'

/** Advance decisions and treatment plans that the record holds as Consent. */
export default defineSection({
  id: 'advance-directives',
  order: 110,
  loinc: '42348-3',
  need: 'when-recorded',
  classes: ['identity'],
  types: ['Consent'],
  shares: ['emergency'],
  source: 'IPS 2.0.0, Composition, section Advance Directives',
  build({ material, words }) {
    const { labels } = words
    const directives = itemsOf(material, 'Consent').filter(
      ({ resource: { status, scope } }) => status === 'active' && scope.coding?.some(({ code }) => code === ADVANCE_DIRECTIVE) === true,
    )
    const { shown, remarks } = newestOf(latestFirst(directives), words)
    return {
      entries: shown.map((item) => ({ item })),
      tables: [
        tableOf(
          shown,
          [
            [
              labels.what,
              ({ resource: { category, policyRule } }) =>
                [...category.map(wordsOf), wordsOf(policyRule)].filter((part) => part !== undefined).join('; '),
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
