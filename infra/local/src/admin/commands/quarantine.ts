/** `npm run admin -- quarantine`: hospital messages that could not be read. A person mends each and sends it again, or gives it up. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readAcknowledgement } from '@platform/hl7v2/acknowledgement'
import { readMessages } from '@platform/hl7v2/message'
import { connectMllp } from '@platform/hl7v2/mllp-client'
import { openQuarantine, type Quarantine } from '@services/alerts/store/quarantine'
import { CannotStart } from '../../cannot-start.ts'
import { openHubDatabase } from '../../hub-database.ts'
import { readTyped, typedFile } from '../options.ts'

export const name = 'quarantine'

export const summary =
  'List the hospital messages that could not be read, mend one and send it again: list | show ID | fix ID | replay ID | drop ID'

const HELP = `npm run admin -- quarantine [list | show ID --to FILE | fix ID --with FILE | replay ID | drop ID --why TEXT]

  list             one line for each, oldest first: id, when, how often, from where, what the sender was told (the default)
  show ID          writes the message into a file that only you can read; it may be about anybody: delete it afterwards
  fix ID           replaces the message by the mended one in the file
  replay ID        sends it to the listener of the hub that runs here, as if the hospital had; done when it is acknowledged
  drop ID          gives it up, with the reason

Messages wait 30 days, encrypted. A hospital whose messages keep coming here has a fault of its own: ring its integration team.
`

const TAKEN: ReadonlySet<string> = new Set(['AA', 'CA'])

/** Lists to stdout, one JSON object a line. */
export async function run(typed: readonly string[]): Promise<number> {
  const { options, words, help } = readTyped(name, typed, ['to', 'with', 'why'])
  const [action = 'list', id, ...more] = words
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  if (more.length > 0 || (action === 'list') !== (id === undefined) || (id !== undefined && !/^\d{1,18}$/.test(id)))
    throw new CannotStart('Say "list", or show, fix, replay or drop with the id of one message; --help says more.')
  await using hub = await openHubDatabase('admin')
  const quarantine = openQuarantine(hub.database, join(hub.home, 'alerts'))
  if (id === undefined) {
    const waiting = await quarantine.waiting()
    for (const entry of waiting) process.stdout.write(`${JSON.stringify(entry)}\n`)
    process.stderr.write(waiting.length === 0 ? 'Nothing is in quarantine.\n' : `${waiting.length} in quarantine\n`)
    return 0
  }
  const content = await quarantine.content(id)
  if (content === undefined) throw new CannotStart(`"${id}" does not wait: "npm run admin -- quarantine" lists what does.`)
  switch (action) {
    case 'show': {
      if (options.to === undefined) throw new CannotStart('Say with --to into which file.')
      await writeFile(typedFile(options.to), content, { mode: 0o600, flag: 'wx' })
      return 0
    }
    case 'fix': {
      if (options.with === undefined) throw new CannotStart('Say with --with which file holds the mended message.')
      await quarantine.mend(id, await readFile(typedFile(options.with)))
      process.stdout.write(`${id} is mended; "npm run admin -- quarantine replay ${id}" sends it\n`)
      return 0
    }
    case 'replay':
      return replay(id, content, hub.home, quarantine)
    case 'drop': {
      if (options.why === undefined || options.why.trim() === '') throw new CannotStart('Say with --why it is given up.')
      await quarantine.handled(id, `given up: ${options.why.trim()}`, new Date())
      process.stdout.write(`${id} is given up\n`)
      return 0
    }
    default:
      throw new CannotStart('Say "list", or show, fix, replay or drop with the id of one message; --help says more.')
  }
}

async function replay(id: string, content: Buffer, home: string, quarantine: Quarantine): Promise<number> {
  const where = await readFile(join(home, 'alerts', 'mllp.json'), 'utf8').catch(() => undefined)
  if (where === undefined) throw new CannotStart('No hub listens for hospitals here: start it, and replay again.')
  await using mllp = await connectMllp(JSON.parse(where) as { host: string; port: number })
  const [answer] = readMessages(await mllp.send(content))
  const read = answer === undefined ? undefined : readAcknowledgement(answer)
  if (read === undefined || !TAKEN.has(read.code)) {
    process.stderr.write(`It was answered ${read?.code ?? 'with nothing that can be read'}: ${read?.errors.join('; ') ?? ''}\n`)
    return 1
  }
  await quarantine.handled(id, 'replayed', new Date())
  process.stdout.write(`${id} was taken (${read.code})\n`)
  return 0
}
