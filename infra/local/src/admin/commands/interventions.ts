/** `npm run admin -- interventions`: sessions from a CSV file into the record, through the record's own door. */
import { open, readFile } from 'node:fs/promises'
import { stringify } from 'csv-stringify/sync'
import { CannotStart } from '../../cannot-start.ts'
import { openOperatorDoor } from '../operator-door.ts'
import { readTyped, typedFile } from '../options.ts'

export const name = 'interventions'

export const summary =
  'Import sessions from a CSV file, or take an import back: import FILE --organization ID [--dry-run] | import --undo ID'

const HELP = `npm run admin -- interventions import FILE --organization ID [options]
npm run admin -- interventions import --undo IMPORT-ID [--dry-run]

  FILE                 a CSV file with at least: NHS number, Date of birth, Date, Therapy
  --organization ID    who gave the sessions: the id of an Organization with a sector
  --level CODE         how far the entries are checked (worker-recorded)
  --dry-run            check everything, record nothing
  --report FILE        write the report as CSV too; a file that is there already is not touched
  --undo IMPORT-ID     take back what nobody changed or confirmed since

People are found by number and date of birth, both. Each row that is refused says why, and holds up no other. The same file again records
nothing twice. Ends with 1 when a row was refused. A hub must be running.
`

const SCOPES = 'system/Procedure.cruds system/Patient.rs system/Organization.rs'

interface Parameter {
  readonly name: string
  readonly part?: readonly Parameter[]
  readonly valueInteger?: number
  readonly valueCode?: string
  readonly valueString?: string
  readonly valueId?: string
  readonly valueReference?: { readonly reference?: string }
}

/** Prints a line for each row that is not simply recorded, and the counts. */
export async function run(typed: readonly string[]): Promise<number> {
  const { options, flags, words, help } = readTyped(name, typed, ['organization', 'level', 'report', 'undo'], ['dry-run'])
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  const [verb, file, ...more] = words
  const undoes = options.undo !== undefined
  if (verb !== 'import' || more.length > 0 || undoes === (file !== undefined))
    throw new CannotStart('Say which file: npm run admin -- interventions import FILE --organization ID; --help says more.')
  if (!undoes && options.organization === undefined)
    throw new CannotStart('Say who gave the sessions: --organization ID; --help says more.')
  const report = options.report === undefined ? undefined : await create(typedFile(options.report))
  const dryRun = { name: 'dry-run', valueBoolean: flags.has('dry-run') }
  const parameter = undoes
    ? [{ name: 'import', valueId: options.undo }, dryRun]
    : [
        { name: 'file', valueBase64Binary: (await readBytes(typedFile(file ?? ''))).toString('base64') },
        {
          name: 'organization',
          valueReference: { reference: `Organization/${(options.organization ?? '').replace(/^Organization\//, '')}` },
        },
        ...(options.level === undefined ? [] : [{ name: 'level', valueCode: options.level }]),
        dryRun,
      ]
  await using door = await openOperatorDoor(SCOPES)
  const body = JSON.stringify({ resourceType: 'Parameters', parameter })
  const answer = JSON.parse(await door.ask('POST', undoes ? '$undo-import' : '$import-interventions', body)) as {
    parameter: readonly Parameter[]
  }
  const rows = answer.parameter.filter((each) => each.name === 'row').map(toRow)
  for (const { line, outcome, says } of rows)
    if (outcome !== 'recorded') process.stdout.write(`line ${line}: ${outcome}${says === '' ? '' : `: ${says}`}\n`)
  for (const { name: heading, valueString } of answer.parameter)
    if (heading === 'passed-over') process.stdout.write(`not read: column "${valueString ?? ''}"\n`)
  const counts = answer.parameter.flatMap(({ name: kind, valueInteger }) => (valueInteger === undefined ? [] : [`${valueInteger} ${kind}`]))
  process.stdout.write(`${counts.join(', ') || 'no rows'}\n`)
  const importId = answer.parameter.find((each) => each.name === 'import')?.valueId
  if (importId !== undefined && !undoes) process.stdout.write(`import ${importId}\n`)
  if (report !== undefined) {
    await using handle = report
    // A cell that begins with = + - or @ is run by a spreadsheet as a formula.
    await handle.write(stringify(rows, { header: true, columns: ['line', 'outcome', 'entry', 'says'], escape_formulas: true, bom: true }))
    await handle.sync()
  }
  return rows.some(({ outcome }) => outcome === 'refused') ? 1 : 0
}

function toRow({ part = [] }: Parameter) {
  const of = (wanted: string) => part.filter((each) => each.name === wanted)
  return {
    line: of('line')[0]?.valueInteger ?? 0,
    outcome: of('outcome')[0]?.valueCode ?? '',
    entry: of('entry')[0]?.valueReference?.reference ?? '',
    says: of('says')
      .map(({ valueString }) => valueString ?? '')
      .join(' '),
  }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new CannotStart(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`)
  }
}

async function create(path: string) {
  try {
    return await open(path, 'wx', 0o600)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new CannotStart(
      `${path} ${code === 'EEXIST' ? 'is there already' : `cannot be written (${code ?? 'unknown'})`}: give another --report.`,
    )
  }
}
