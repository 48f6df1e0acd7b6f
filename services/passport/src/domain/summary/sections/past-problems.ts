import { defineSection, newestOf } from '../define-section.ts'
import { isCurrent } from '../emergency/clinical-lines.ts'
import { itemsOf } from '../material.ts'
import { conditionEntry, conditionTable, latestFirst } from '../tables.ts'

/** Conditions that are over; what was refuted was none. */
export default defineSection({
  id: 'past-problems',
  order: 120,
  loinc: '11348-0',
  need: 'when-recorded',
  classes: ['diagnoses'],
  types: ['Condition'],
  shares: [],
  source: 'IPS 2.0.0, Composition, section History of past problems',
  build({ material, words }) {
    const over = itemsOf(material, 'Condition').filter(
      ({ resource }) => !isCurrent(resource) && resource.verificationStatus?.coding?.some(({ code }) => code === 'refuted') !== true,
    )
    const { shown, remarks } = newestOf(latestFirst(over), words)
    return { entries: shown.map(conditionEntry), tables: [conditionTable(shown, material, words)], remarks }
  },
})
