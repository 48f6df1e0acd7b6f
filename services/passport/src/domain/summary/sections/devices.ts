import { defineSection, newestOf, UNKNOWN, type SectionEntry } from '../define-section.ts'
import { deviceLines, devicesInUse, type DeviceInUse } from '../emergency/pinned-lines.ts'
import { showDate } from '../words.ts'

/** Devices in use, each with its device block: always DeviceUseStatement, never the Device alone. */
export default defineSection({
  id: 'devices',
  order: 40,
  loinc: '46264-8',
  need: 'expected',
  classes: ['emergency'],
  types: ['DeviceUseStatement', 'Device'],
  shares: ['emergency'],
  source: 'IPS 2.0.0, Composition, section Medical Devices',
  build(context) {
    const { material, words } = context
    const { labels } = words
    const { shown, remarks } = newestOf(
      devicesInUse(material).toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)),
      words,
    )
    const lines = deviceLines(context)
    return {
      entries: shown.flatMap(entriesOf),
      tables: [
        {
          head: [labels.what, labels.result, labels.who, labels.checkedHeading],
          rows: lines.map(({ text, details, sourceName = '', asOf, checked }) => [
            text,
            details.map((one) => `${one.label}: ${one.text}`).join('; '),
            [sourceName, asOf === undefined ? '' : `${labels.asOf} ${showDate(asOf, words.language)}`]
              .filter((part) => part !== '')
              .join(', '),
            labels.checked[checked],
          ]),
        },
      ],
      remarks: [...lines.flatMap(({ notes }) => notes), ...remarks],
    }
  },
})

const keyOf = ({ use, device }: DeviceInUse): string => use?.reference ?? device?.reference ?? ''

/** IPS DeviceUseStatement: `timing[x]` is required. A Device of which nobody said that it is in use stands in the text only. */
function entriesOf({ use, device }: DeviceInUse): SectionEntry[] {
  if (use === undefined) return []
  const { timingDateTime, timingPeriod, timingTiming } = use.resource
  const untimed = timingDateTime === undefined && timingPeriod === undefined && timingTiming === undefined
  return [{ item: use, ...(untimed ? { absent: { _timingDateTime: UNKNOWN } } : {}), ...(device === undefined ? {} : { with: [device] }) }]
}
