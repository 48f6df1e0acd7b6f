/** `npm run admin -- emergency print`: the last good emergency views, on paper, with the database down. */
import { writeFile } from 'node:fs/promises'
import { sheetOf } from '@services/passport/domain/share/printed-sheet'
import { openDowntimeCopies, type DowntimeCopy } from '@services/passport/store/downtime-copies'
import { printSheets } from '@services/passport/store/print-sheet'
import { CannotStart } from '../../cannot-start.ts'
import { homeOf, readConfig } from '../../config.ts'
import { readTyped, typedFile } from '../options.ts'

export const name = 'emergency'

export const summary = 'Print the last good emergency views while the database is down: print --to FILE --by "NAME, ROLE" [--nhs-number N]'

const HELP = `npm run admin -- emergency print --to FILE --by "NAME, ROLE" [--nhs-number N]

  --to FILE         a PDF to be printed, a side of A4 for each person on the alert register, and more where one is too small; only you can read it
  --by TEXT         name and role of whoever asked for it: the person reads it in their access log once the systems are back
  --nhs-number N    only this person

It asks neither the database nor the hub: the copies lie encrypted in HANDRAIL_HOME. They are the emergency views of the record, made anew each day and
whenever something about the person changes. Each sheet says when it was so. Destroy them after use.
`

/** Writes the sheets, and says how many there are and how old the oldest is. */
export async function run(typed: readonly string[]): Promise<number> {
  const { options, words, help } = readTyped(name, typed, ['to', 'by', 'nhs-number'])
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  if (words.length !== 1 || words[0] !== 'print' || options.to === undefined)
    throw new CannotStart('Say "print" and with --to into which file; --help says more.')
  const by = options.by?.trim() ?? ''
  // How it is written holds nobody up: the hub is down, and somebody waits.
  if (!/\p{L}{2}/u.test(by))
    throw new CannotStart(
      'Say with --by who asks for it: name and role, as in "Eleri Jones, ward nurse". The person reads it in their access log.',
    )
  const wanted = options['nhs-number']?.replace(/\s/g, '')
  const copies = await openDowntimeCopies(homeOf(readConfig(process.env)))
  const all: DowntimeCopy[] = []
  for (const file of await copies.files()) {
    const copy = await copies.read(file)
    if (copy !== undefined && (wanted === undefined || hasNumber(copy, wanted))) all.push(copy)
  }
  if (all.length === 0 && wanted !== undefined && (await copies.files()).length > 0)
    throw new CannotStart(
      'There is no copy of anybody with this number: check its digits. Copies are of people on the alert register alone.',
    )
  if (all.length === 0) throw new CannotStart('There is no copy: nobody is on the register, or no hub has run here since they were.')
  const sorted = all.toSorted((one, other) => (one.view.name ?? '').localeCompare(other.view.name ?? ''))
  const sheets = sorted.map(({ view, at }) => sheetOf(view, { form: 'a4', copiedAt: new Date(at) }))
  const printedAt = new Date()
  // Noted before the file is there: what leaves is known of, also where writing it fails.
  await copies.printed({ at: printedAt.toISOString(), by, people: sorted.map(({ view }) => view.patient.slice('Patient/'.length)) })
  const pdf = await printSheets(sheets, 'Emergency views', { form: 'a4', at: printedAt })
  await writeFile(typedFile(options.to), pdf, { mode: 0o600, flag: 'wx' })
  const oldest = sorted.map(({ at }) => at).toSorted((one, other) => one.localeCompare(other))[0]
  process.stdout.write(`${String(sheets.length)} sheets, the oldest of ${oldest ?? ''}\n`)
  return 0
}

const hasNumber = ({ view }: DowntimeCopy, wanted: string): boolean => view.identifiers.some(({ value }) => value === wanted)
