import { defineSection, newestOf } from '../define-section.ts'
import { isCurrent } from '../emergency/clinical-lines.ts'
import { itemsOf } from '../material.ts'
import { conditionEntry, conditionTable, latestFirst } from '../tables.ts'

/** Conditions that are neither over nor refuted. */
export default defineSection({
  id: 'problems',
  order: 10,
  loinc: '11450-4',
  need: 'required',
  classes: ['diagnoses'],
  types: ['Condition'],
  shares: ['emergency'],
  source: 'IPS 2.0.0, Composition, section Problems',
  build({ material, words }) {
    const all = latestFirst(itemsOf(material, 'Condition').filter(({ resource }) => isCurrent(resource)))
    const { shown, remarks } = newestOf(all, words)
    return { entries: shown.map(conditionEntry), tables: [conditionTable(shown, material, words)], remarks }
  },
})
