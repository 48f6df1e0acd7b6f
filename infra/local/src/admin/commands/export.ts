/** `npm run admin -- export`: everything the record holds of one person, as an archive to keep or move, or as one Bundle. */
import { open, type FileHandle } from 'node:fs/promises'
import { parseJson } from '@platform/fhir/json'
import { CannotStart } from '../../cannot-start.ts'
import { openOperatorDoor, type OperatorDoor } from '../operator-door.ts'
import { readTyped, typedFile } from '../options.ts'

export const name = 'export'

export const summary =
  'Export a person, as one Bundle or as an archive with PDF, CSV and history: [person] ID [--as bundle|archive] [--out FILE]'

const HELP = `npm run admin -- export ID [options]

  ID           the id of the Patient
  --as KIND    bundle (if not said): a Bundle of type collection, digits as stored
               archive: a .tar.gz with FHIR, NDJSON, CSV, PDF, attachments and every earlier version; import-person takes it
  --out FILE   where to (patient-ID.json, record-ID.tar.gz); a file that is there already is not touched

A hub must be running. The audit trail says that the export was made.
`

interface Page {
  readonly entry?: readonly { readonly fullUrl?: string; readonly resource?: unknown }[]
  readonly link?: readonly { readonly relation: string; readonly url: string }[]
}

/** Prints the path of the file and the number of resources in it; progress goes to stderr. */
export async function run(typed: readonly string[]): Promise<number> {
  const { options, words, help } = readTyped(name, typed, ['out', 'as'])
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  const [given, ...more] = words[0] === 'person' ? words.slice(1) : words
  const id = given?.replace(/^Patient\//, '')
  if (id === undefined || more.length > 0 || !/^[A-Za-z0-9.-]{1,64}$/.test(id)) {
    throw new CannotStart('Say whose record: npm run admin -- export ID; --help says more.')
  }
  await using door = await openOperatorDoor('system/*.rs')
  const { as = 'bundle' } = options
  if (as === 'archive') return await archive(door, id, options.out)
  if (as !== 'bundle') throw new CannotStart('--as is bundle or archive; --help says more.')
  // Before the file is made: of nobody there is none.
  let text = await door.ask('GET', `Patient/${id}/$everything`)
  const path = typedFile(options.out ?? `patient-${id}.json`)
  await using file = await create(path)
  await file.write('{"resourceType":"Bundle","type":"collection","entry":[')
  let count = 0
  for (;;) {
    const page = parseJson(text).exact as Page
    for (const { fullUrl, resource } of page.entry ?? []) {
      await file.write(`${count === 0 ? '' : ','}\n${JSON.stringify({ fullUrl, resource })}`)
      count += 1
    }
    const next = page.link?.find(({ relation }) => relation === 'next')?.url
    if (next === undefined) break
    process.stderr.write(`${count} resources …\n`)
    text = await door.ask('GET', next)
  }
  await file.write('\n]}\n')
  await file.sync()
  process.stdout.write(`${path}: ${count} resources\n`)
  return 0
}

async function archive(door: OperatorDoor, id: string, out: string | undefined): Promise<number> {
  const bytes = await door.exchange('GET', `Patient/${id}/$export-person`, 'application/gzip')
  const path = typedFile(out ?? `record-${id}.tar.gz`)
  await using file = await create(path)
  await file.write(bytes)
  await file.sync()
  process.stdout.write(`${path}: ${bytes.length} bytes\n`)
  return 0
}

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'EEXIST' ? 'is there already' : `cannot be written (${code ?? 'unknown'})`
    throw new CannotStart(`${path} ${reason}: give another --out.`)
  }
}
