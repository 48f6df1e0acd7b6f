/** `npm run admin -- quarantine`: hospital messages that could not be read. A person mends each and sends it again, or gives it up. */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openQuarantine, type Quarantine } from '@services/alerts/store/quarantine'
import { CannotStart } from '../../cannot-start.ts'
import { openHubDatabase } from '../../hub-database.ts'
import { newTypedFile, readTyped, readTypedFile } from '../options.ts'

export const name = 'quarantine'

export const summary =
  'List the hospital messages that could not be read, mend one and send it again: list | show ID | fix ID | replay ID | drop ID'

const HELP = `npm run admin -- quarantine [list | show ID --to FILE | fix ID --with FILE | replay ID | drop ID --why TEXT]

  list             one line for each, oldest first: id, when, how often, from where, what the sender was told (the default)
  show ID          writes the message into a file that only you can read; it may be about anybody: delete it afterwards
  fix ID           replaces the message by the mended one in the file
  replay ID        has the hub take it, as if the hospital had sent it again; done when it is acknowledged
  drop ID          gives it up, with the reason

Parts of one message (DSC, MSH-14) are taken when each is replayed, in their order, within 15 minutes.
Messages wait 30 days, encrypted. A hospital whose messages keep coming here has a fault of its own: ring its integration team.
`

const TAKEN_WITHIN_MS = 30_000
const LOOK_EVERY_MS = 250

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
      await using file = await newTypedFile(options.to, '--to')
      await file.writeFile(content)
      return 0
    }
    case 'fix': {
      if (options.with === undefined) throw new CannotStart('Say with --with which file holds the mended message.')
      await quarantine.mend(id, await readTypedFile(options.with, '--with'))
      process.stdout.write(`${id} is mended; "npm run admin -- quarantine replay ${id}" sends it\n`)
      return 0
    }
    case 'replay':
      return await replay(id, quarantine) // before the database is closed
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

/** The hub takes it at its next sweep, wherever it runs. */
async function replay(id: string, quarantine: Quarantine): Promise<number> {
  await quarantine.askReplay(id, new Date())
  const deadline = performance.now() + TAKEN_WITHIN_MS
  for (let became = await quarantine.replayed(id); ; became = await quarantine.replayed(id)) {
    if (became === 'taken') {
      process.stdout.write(`${id} was taken\n`)
      return 0
    }
    if (became !== 'waiting') {
      process.stderr.write(`It was answered ${became.answer}\n`)
      return 1
    }
    if (performance.now() > deadline)
      throw new CannotStart('No hub has taken it yet: it will as soon as one runs; "npm run admin -- quarantine" says what waits.')
    await wait(LOOK_EVERY_MS)
  }
}
