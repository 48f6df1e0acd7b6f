/** `npm run admin -- retention`: how long records are kept, what is due, and disposing of it by a named person's confirmation. */
import { CannotStart } from '../../cannot-start.ts'
import { openOperatorDoor, type OperatorDoor } from '../operator-door.ts'
import { readTyped } from '../options.ts'

export const name = 'retention'

export const summary = 'Retention: due | show ID | dispose ID --entries TYPE/ID,… --confirmed-by Practitioner/ID'

const HELP = `npm run admin -- retention due
npm run admin -- retention show ID
npm run admin -- retention dispose ID --entries TYPE/ID,… --confirmed-by Practitioner/ID

  due      everybody of whom something is past its time, and what; deletes nothing
  show     until when each entry of a person is kept, by whose clock and which rule
  dispose  deletes entries that are due, with every earlier version, for the person who confirms it

A hub must be running. Periods are data: fhir-profiles/retention. Nothing is disposed of by a period that nobody has confirmed.
`

interface Part {
  readonly name: string
  readonly valueReference?: { readonly reference: string }
  readonly valueDate?: string
  readonly valueBoolean?: boolean
  readonly valueString?: string
  readonly part?: readonly Part[]
}
interface Parameters {
  readonly parameter?: readonly Part[]
}

/** Prints one line for each entry: reference, date or a hyphen, and why. */
export async function run(typed: readonly string[]): Promise<number> {
  const { options, words, help } = readTyped(name, typed, ['entries', 'confirmed-by'])
  const [what, id] = words
  if (help || what === undefined) {
    process.stdout.write(HELP)
    return help ? 0 : 1
  }
  if (what === 'due' && words.length === 1) {
    await using door = await openOperatorDoor('system/*.rs')
    return await due(door)
  }
  if (id === undefined || words.length !== 2 || !/^[A-Za-z0-9.-]{1,64}$/.test(id))
    throw new CannotStart('Say due, show ID or dispose ID; --help says more.')
  if (what === 'show') {
    await using door = await openOperatorDoor('system/*.rs')
    const { parameter = [] } = JSON.parse(await door.ask('GET', `Patient/${id}/$retention`)) as Parameters
    process.stdout.write(parameter.map((entry) => lineOf(entry)).join(''))
    return 0
  }
  if (what !== 'dispose') throw new CannotStart('Say due, show ID or dispose ID; --help says more.')
  const { entries, 'confirmed-by': confirmedBy } = options
  if (entries === undefined || confirmedBy === undefined)
    throw new CannotStart('dispose needs --entries and --confirmed-by; --help says more.')
  await using door = await openOperatorDoor('system/*.cruds')
  const parameter = [
    ...entries.split(',').map((reference) => ({ name: 'entry', valueReference: { reference } })),
    { name: 'confirmedBy', valueReference: { reference: confirmedBy } },
  ]
  const answer = await door.ask('POST', `Patient/${id}/$dispose`, JSON.stringify({ resourceType: 'Parameters', parameter }))
  const { issue } = JSON.parse(answer) as { issue: readonly { readonly details: { readonly text: string } }[] }
  process.stdout.write(`${issue.map(({ details }) => details.text).join(' ')}\n`)
  return 0
}

async function due(door: OperatorDoor): Promise<number> {
  let entries = 0
  for (let after: string | undefined = ''; after !== undefined;) {
    const { parameter = [] } = JSON.parse(await door.ask('GET', `$retention-due?after=${after}`)) as Parameters
    for (const { name: kind, part = [] } of parameter) {
      if (kind !== 'person') continue
      const [patient, ...own] = part
      process.stdout.write(`${patient?.valueReference?.reference ?? ''}\n${own.map((entry) => `  ${lineOf(entry)}`).join('')}`)
      entries += own.length
    }
    after = parameter.find(({ name: kind }) => kind === 'after')?.valueString
  }
  process.stdout.write(`${entries} entries are due; nothing was deleted.\n`)
  return 0
}

function lineOf({ part = [] }: Part): string {
  const of = (wanted: string) => part.find(({ name: given }) => given === wanted)
  const unconfirmed = of('confirmed')?.valueBoolean === false ? ' (period not confirmed)' : ''
  return `${of('what')?.valueReference?.reference ?? ''}  ${of('until')?.valueDate ?? '-'}${unconfirmed}  ${of('because')?.valueString ?? ''}\n`
}
