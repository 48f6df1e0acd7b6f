import { defineSection, newestOf, UNKNOWN, type RecordedEntry } from '../define-section.ts'
import { dosageOf } from '../emergency/clinical-lines.ts'
import { currentMedicines, medicineName, type Medicine } from '../emergency/time-critical.ts'
import type { Material } from '../material.ts'
import { latestFirst, tableOf } from '../tables.ts'

/** What the person may be taking now, by statement or by prescription. */
export default defineSection({
  id: 'medications',
  order: 30,
  loinc: '10160-0',
  need: 'required',
  classes: ['medicines'],
  types: ['MedicationStatement', 'MedicationRequest'],
  shares: ['emergency'],
  source: 'IPS 2.0.0, Composition, section Medication Summary',
  build({ material, words }) {
    const { labels } = words
    const { shown, remarks } = newestOf(latestFirst(currentMedicines(material)), words)
    return {
      entries: shown.map((item) => entryOf(item, material)),
      tables: [
        tableOf(
          shown,
          [
            [
              labels.what,
              (item) =>
                [medicineName(item, material) ?? '–', item.resource.status === 'active' ? undefined : item.resource.status]
                  .filter((part) => part !== undefined)
                  .join(', '),
            ],
            [labels.dose, (item) => [...dosageOf(item), ...(item.resource.note ?? []).map(({ text }) => text)].join('; ')],
          ],
          material,
          words,
        ),
      ],
      remarks,
    }
  },
})

/** IPS MedicationStatement: `effective[x]` is required. */
function entryOf(item: Medicine, { directory }: Material): RecordedEntry {
  const { resource } = item
  const medication = directory.get(resource.medicationReference?.reference ?? '')
  const undated =
    resource.resourceType === 'MedicationStatement' && resource.effectiveDateTime === undefined && resource.effectivePeriod === undefined
  return {
    item,
    ...(undated ? { absent: { _effectiveDateTime: UNKNOWN } } : {}),
    ...(medication === undefined ? {} : { with: [medication] }),
  }
}
