/** `npm run admin -- emergency print`: the last good emergency views, on paper, with the database down. */
import { sheetOf } from '@services/passport/domain/share/printed-sheet'
import { openDowntimeCopies, type DowntimeCopy } from '@services/passport/store/downtime-copies'
import { printSheets } from '@services/passport/store/print-sheet'
import { CannotStart } from '../../cannot-start.ts'
import { homeOf, readConfig } from '../../config.ts'
import { newTypedFile, readTyped } from '../options.ts'

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
  const wanted = options['nhs-number']?.replace(/[\s-]/g, '')
  const copies = await openDowntimeCopies(homeOf(readConfig(process.env)))
  const files = await copies.files()
  const all: DowntimeCopy[] = []
  let unread = 0
  for (const file of files) {
    const copy = await copies.read(file)
    if (copy === undefined) unread += 1
    else if (wanted === undefined || hasNumber(copy, wanted)) all.push(copy)
  }
  if (all.length === 0) throw new CannotStart(noneOf({ files: files.length, unread }))
  const sorted = all.toSorted((one, other) => inOrder(one).localeCompare(inOrder(other)))
  const printedAt = new Date()
  const sheets = sorted.map(({ view, at }) => sheetOf(view, { form: 'a4', copiedAt: new Date(at), printedAt }))
  await using file = await newTypedFile(options.to, '--to')
  // Noted before anything is in the file: what leaves is known of, also where writing it fails.
  await copies.printed({ at: printedAt.toISOString(), by, people: sorted.map(({ view }) => view.patient.slice('Patient/'.length)) })
  await file.writeFile(await printSheets(sheets, 'Emergency views', { form: 'a4', at: printedAt }))
  const oldest = sorted.map(({ at }) => at).toSorted((one, other) => one.localeCompare(other))[0]
  process.stdout.write(`${String(sheets.length)} ${sheets.length === 1 ? 'sheet' : 'sheets'}, the oldest of ${showLocal(oldest)}\n`)
  if (unread > 0) process.stderr.write(`${unreadable(unread)} Whoever is on the register and not among the sheets may be one of them.\n`)
  return 0
}

const unreadable = (count: number): string =>
  `${String(count)} ${count === 1 ? 'copy' : 'copies'} in HANDRAIL_HOME cannot be read: damaged, or made with another passport.key.`

function noneOf({ files, unread }: { readonly files: number; readonly unread: number }): string {
  if (files === 0)
    return 'There is no copy: nobody is on the register, or no hub has run here since they were. Is HANDRAIL_HOME the folder of the hub?'
  if (unread === files) return unreadable(files)
  const none = 'There is no copy of anybody with this number: check its digits. Copies are of people on the alert register alone.'
  return unread > 0 ? `${none} ${unreadable(unread)}` : none
}

/** By family name, as whoever looks for a sheet in a pile does. */
function inOrder({ view: { name = '' } }: DowntimeCopy): string {
  const words = name.trim().split(/\s+/)
  return [words.at(-1), ...words].join(' ')
}

const LOCAL = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', dateStyle: 'long', timeStyle: 'short' })
const showLocal = (at: string | undefined): string => (at === undefined ? '' : LOCAL.format(new Date(at)))

const hasNumber = ({ view }: DowntimeCopy, wanted: string): boolean => view.identifiers.some(({ value }) => value === wanted)
