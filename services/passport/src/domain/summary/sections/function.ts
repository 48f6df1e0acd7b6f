import { defineSection, newestOf } from '../define-section.ts'
import { baselineLines, communicationLines, needLines } from '../emergency/person-lines.ts'
import { itemsOf } from '../material.ts'
import { latestFirst, tableOf } from '../tables.ts'

/** How the person usually manages, what they need, and clinical impressions of it. */
export default defineSection({
  id: 'function',
  order: 70,
  loinc: '47420-5',
  need: 'expected',
  classes: ['identity'],
  ofWholePatient: true,
  types: ['ClinicalImpression'],
  shares: ['emergency'],
  source: 'IPS 2.0.0, Composition, section Functional Status: entries are Condition or ClinicalImpression, never Observation',
  build(context) {
    const { material, words } = context
    const { labels } = words
    const impressions = itemsOf(material, 'ClinicalImpression').filter(({ resource }) => resource.status === 'completed')
    const { shown, remarks } = newestOf(latestFirst(impressions), words)
    const said = (heading: string, lines: readonly { readonly text: string }[]) => lines.map(({ text }) => ({ heading, text }))
    return {
      entries: shown.map((item) => ({ item })),
      tables: [tableOf(shown, [[labels.what, ({ resource }) => resource.summary ?? resource.description]], material, words)],
      words: [
        ...said(labels.blocks.baseline, baselineLines(context).lines),
        ...said(labels.blocks.communication, communicationLines(context).lines),
        ...said(labels.blocks.needs, needLines(context).lines),
      ],
      remarks,
    }
  },
})
