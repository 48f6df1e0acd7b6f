/** `npm run admin -- emergency print`: the last good emergency views, on paper, with the database down. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readLastGood, type EmergencyView } from '@services/alerts/store/last-good'
import { CannotStart } from '../../cannot-start.ts'
import { homeOf, readConfig } from '../../config.ts'
import { readTyped, typedFile } from '../options.ts'

export const name = 'emergency'

export const summary = 'Print the last good emergency views while the database is down: print --to FILE [--nhs-number N]'

const HELP = `npm run admin -- emergency print --to FILE [--nhs-number N]

  --to FILE         an HTML page to be printed, one sheet for each person on the alert register; only you can read it
  --nhs-number N    only this person

It asks neither the database nor the hub: the copies lie encrypted in HANDRAIL_HOME. Each sheet says when it was so. Destroy them after use.
`

/** Writes the sheets, and says how many there are and how old the oldest is. */
export async function run(typed: readonly string[]): Promise<number> {
  const { options, words, help } = readTyped(name, typed, ['to', 'nhs-number'])
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  if (words.length !== 1 || words[0] !== 'print' || options.to === undefined)
    throw new CannotStart('Say "print" and with --to into which file; --help says more.')
  const wanted = options['nhs-number']?.replace(/\s/g, '')
  const all = readLastGood(join(homeOf(readConfig(process.env)), 'alerts'))
  const views = all.filter(({ nhsNumbers }) => wanted === undefined || nhsNumbers.includes(wanted))
  if (views.length === 0) throw new CannotStart('There is no copy: nobody is on the register, or no hub has run here since they were.')
  const sheets = views.toSorted((one, other) => one.name.localeCompare(other.name))
  await writeFile(typedFile(options.to), pageOf(sheets), { mode: 0o600, flag: 'wx' })
  const oldest = sheets.map(({ at }) => at).toSorted((one, other) => one.localeCompare(other))[0]
  process.stdout.write(`${sheets.length} sheets, the oldest of ${oldest ?? ''}\n`)
  return 0
}

const pageOf = (views: readonly EmergencyView[]): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Emergency views</title><style>body{font:14pt/1.4 sans-serif}section{page-break-after:always}small{color:#333}h1{font-size:20pt;margin:0}li{margin:.4em 0}</style></head><body>${views.map(sheetOf).join('')}</body></html>\n`

function sheetOf({ name: person, bornOn = 'not recorded', nhsNumbers, lines, at }: EmergencyView): string {
  const said = lines.map(
    ({ title, text, source, asOf }) =>
      `<li><strong>${escaped(title)}</strong>: ${escaped(text)}<br><small>${escaped([source, asOf === undefined ? undefined : `as of ${asOf}`].filter((part) => part !== undefined).join(', '))}</small></li>`,
  )
  return `<section><h1>${escaped(person)}</h1><p>Born ${escaped(bornOn)}, NHS number ${escaped(nhsNumbers.join(', '))}</p><p><strong>As it was at ${escaped(at)}. The systems are down: check against the live copy as soon as they are back.</strong></p><ol>${said.join('')}</ol><p>It does not replace the prescription chart, the allergy record or local guidelines.</p></section>`
}

const escaped = (words: string): string =>
  words.replace(/[&<>"]/g, (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[letter] ?? letter)
