/** `npm run admin -- places`: tables from postcodes to deprivation, and to town or country, by which figures are counted. None comes with the hub. */
import { createReadStream, statSync } from 'node:fs'
import { CsvError, parse } from 'csv-parse'
import { readPlaceHeader, readPlaceRow, type PlaceColumns } from '@platform/nhs/place-row'
import { INDEX_OF, NATIONS } from '@platform/nhs/place-groups'
import { placesIn, type NumberedPlace, type Places, type PlaceSource, type PlaceTable } from '@platform/service/places'
import { CannotStart } from '../../cannot-start.ts'
import { openHubDatabase } from '../../hub-database.ts'
import { readTyped, typedFile } from '../options.ts'

export const name = 'places'

export const summary =
  'Tables of places, from postcodes to deprivation: list | import FILE.csv --name N --edition E --licence L | remove NATION'

const HELP = `npm run admin -- places [list]
npm run admin -- places import FILE --name NAME --edition EDITION --licence LICENCE [--dry-run]
npm run admin -- places remove NATION

  list             one line for each nation: which table, its edition and licence, how many places, when it was loaded (the default)
  import           puts the file in the place of the former tables of the nations that it names, as a whole or not at all
  remove           takes the table of a nation away: ${NATIONS.join(', ')}

  FILE             a CSV file whose first line names the columns; others are passed over:
                     postcode            a whole postcode
                     nation              England, Wales, Scotland or Northern Ireland
                     deprivation_decile  1 = the most deprived tenth of that nation, to 10; empty where it is not known
                     rural_urban         may be left out: urban, mixed or rural, as that nation draws the line; empty where it is not known
  --name NAME      what its publisher calls the index, such as "Welsh Index of Multiple Deprivation"
  --edition E      such as 2025
  --licence L      such as "Open Government Licence v3.0", with the attribution that it asks for: it is shown beside the figures
  --dry-run        check everything, change nothing

Each line that cannot be taken is named with its reason, and then nothing is loaded. The same file again changes nothing. The hub may be running:
it counts anew what is not published yet. docs/guides/load-a-table-of-places.md says where tables come from.
`

/** Lists to stdout, one JSON object a line; progress is on stderr. */
export async function run(typed: readonly string[]): Promise<number> {
  const { options, flags, words, help } = readTyped(name, typed, ['name', 'edition', 'licence'], ['dry-run'])
  const [action = 'list', given, ...more] = words
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  if (more.length > 0 || (action === 'list') !== (given === undefined))
    throw new CannotStart('Say "list", "import" with a file, or "remove" with a nation; --help says more.')
  if (action === 'import') {
    const source = sourceOf(options)
    const file = typedFile(given ?? '')
    const bytes = sizeOf(file)
    await using hub = await openHubDatabase('admin')
    return await load(placesIn(hub.database), source, { file, bytes, rehearses: flags.has('dry-run') })
  }
  await using hub = await openHubDatabase('admin')
  const places = placesIn(hub.database)
  if (action === 'list') {
    const tables = await places.tables()
    for (const table of tables) print(table)
    if (tables.length === 0)
      process.stderr.write(
        'No table of places is loaded: nothing is counted by deprivation. docs/guides/load-a-table-of-places.md says how to load one.\n',
      )
    return 0
  }
  const nation = NATIONS.find((one) => one === given)
  if (action !== 'remove' || nation === undefined)
    throw new CannotStart(`Say "list", "import" with a file, or "remove" with one of ${NATIONS.join(', ')}; --help says more.`)
  if (!(await places.remove(nation))) throw new CannotStart(`No table of ${nation} is loaded: "npm run admin -- places" shows what is.`)
  process.stdout.write(`The table of ${nation} is taken away\n`)
  return 0
}

function sourceOf({ name: called, edition, licence }: Readonly<Partial<Record<'name' | 'edition' | 'licence', string>>>): PlaceSource {
  const [trimmedName, trimmedEdition, trimmedLicence] = [called?.trim(), edition?.trim(), licence?.trim()]
  if (!trimmedName || !trimmedEdition || !trimmedLicence)
    throw new CannotStart('Say with --name, --edition and --licence where the table is from: all three stand beside the figures.')
  return { name: trimmedName, edition: trimmedEdition, licence: trimmedLicence }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch (error) {
    throw new CannotStart(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`)
  }
}

const print = ({ nation, name: called, edition, licence, places, deciles, ruralities, loadedAt }: PlaceTable): void =>
  void process.stdout.write(
    `${JSON.stringify({ nation, index: INDEX_OF[nation], name: called, edition, licence, places, deciles, ruralities, loadedAt })}\n`,
  )

const TELL_EVERY_MS = 2_000
/** Lines that are named one by one; a file with more mistakes than these has one mistake many times. */
const MOST_NAMED = 100

async function load(
  places: Places,
  source: PlaceSource,
  { file, bytes, rehearses }: { readonly file: string; readonly bytes: number; readonly rehearses: boolean },
): Promise<number> {
  const refused = { lines: 0 }
  const refuse = (line: number, why: string): void => {
    refused.lines += 1
    if (refused.lines <= MOST_NAMED) process.stdout.write(`line ${line}: refused: ${why}\n`)
  }
  let rows = 0
  async function* counted(): AsyncGenerator<NumberedPlace> {
    for await (const row of rowsOf(file, bytes, refuse)) {
      rows += 1
      yield row
    }
  }
  const replaced = await places.replace(source, counted(), {
    at: new Date(),
    mayKeep: () => {
      process.stderr.write(`${rows + refused.lines} rows were read\n`)
      return refused.lines > 0 || rows === 0 ? 'no' : rehearses ? 'rehearse' : 'yes'
    },
  })
  if (replaced.outcome === 'refused') {
    for (const { line, earlier } of replaced.contradicting)
      refuse(
        line,
        earlier === undefined
          ? 'the loaded table of another nation has this postcode; take that table away first, or load both nations from one file'
          : `it says something else of its postcode than line ${earlier}`,
      )
    if (refused.lines > MOST_NAMED) process.stdout.write(`${refused.lines - MOST_NAMED} further lines were refused\n`)
    process.stderr.write(
      refused.lines === 0
        ? 'There is no row in the file: nothing was loaded.\n'
        : `${refused.lines} refused, ${rows} could be taken: nothing was loaded.\n`,
    )
    return 1
  }
  for (const table of replaced.tables) print(table)
  process.stderr.write(
    {
      loaded: `${rows} rows were loaded\n`,
      rehearsed: `${rows} rows can be taken; nothing was changed\n`,
      same: 'This is loaded already; nothing was changed\n',
    }[replaced.outcome],
  )
  return 0
}

/** The rows of the file, as they are read: a table of all postcodes is never in memory. */
async function* rowsOf(file: string, bytes: number, refuse: (line: number, why: string) => void): AsyncGenerator<NumberedPlace> {
  const text = createReadStream(file)
  const parser = text.pipe(parse({ bom: true, delimiter: [',', ';', '\t'], relax_column_count: true, skip_empty_lines: true, info: true }))
  text.on('error', (error) => parser.destroy(error))
  let columns: PlaceColumns | undefined
  let toldAt = performance.now()
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (columns === undefined) {
        const header = readPlaceHeader(record)
        if (typeof header === 'string') throw new CannotStart(`The file cannot be read: ${header}.`)
        columns = header
        for (const column of columns.passedOver) process.stderr.write(`not read: column "${column}"\n`)
        continue
      }
      const row = readPlaceRow(record, columns)
      if (typeof row === 'string') refuse(info.lines, row)
      else yield { line: info.lines, ...row }
      if (performance.now() - toldAt < TELL_EVERY_MS) continue
      toldAt = performance.now()
      process.stderr.write(`${info.lines} lines, ${Math.floor((text.bytesRead / Math.max(bytes, 1)) * 100)}% of the file\n`)
    }
  } catch (error) {
    if (error instanceof CsvError) throw new CannotStart(`The file cannot be read to its end: ${error.message}.`)
    throw error
  }
}
