import { defineSection, newestOf } from '../define-section.ts'
import { doNotStopLines } from '../emergency/pinned-lines.ts'
import { itemsOf, wordsOf } from '../material.ts'
import { latestFirst, tableOf, whoAndHowFar } from '../tables.ts'

/** Active flags, and what may not be stopped suddenly. */
export default defineSection({
  id: 'alerts',
  order: 5,
  loinc: '104605-1',
  need: 'expected',
  classes: ['emergency', 'medicines'],
  types: ['Flag', 'DeviceUseStatement', 'Device', 'MedicationStatement', 'MedicationRequest', 'Condition'],
  shares: ['emergency'],
  source: 'IPS 2.0.0, Composition, section Alerts',
  build(context) {
    const { material, words } = context
    const { labels } = words
    const flags = itemsOf(material, 'Flag').filter(({ resource }) => resource.status === 'active')
    const { shown, remarks } = newestOf(latestFirst(flags), words)
    const stop = doNotStopLines(context)
    const items = new Map(stop.items.map((item) => [item.reference, item]))
    return {
      entries: shown.map((item) => ({ item })),
      tables: [
        {
          head: [labels.blocks['do-not-stop'], labels.result, labels.who, labels.checkedHeading],
          rows: stop.lines.map(({ text, details, reference = '' }) => {
            const from = items.get(reference)
            return [
              text,
              details.map((one) => one.text).join('; '),
              ...(from === undefined ? ['', ''] : whoAndHowFar(from, material, words)),
            ]
          }),
        },
        tableOf(shown, [[labels.what, ({ resource }) => wordsOf(resource.code)]], material, words),
      ],
      remarks: [...(stop.unknown ?? []), ...distinct(stop.lines.flatMap(({ notes }) => notes)), ...remarks],
    }
  },
})

const distinct = <T extends { readonly text: string }>(all: readonly T[]): T[] => [...new Map(all.map((one) => [one.text, one])).values()]
