/** `npm run admin -- dead-letters`: the changes that a consumer could not act on. They wait until a person lets them be tried again. */
import { listDeadLetters, retryDeadLetters, type DeadLetter } from '@platform/service/dead-letters'
import { CannotStart } from '../../cannot-start.ts'
import { openHubDatabase } from '../../hub-database.ts'
import { readTyped } from '../options.ts'

export const name = 'dead-letters'

export const summary = 'List the changes that a consumer gave up, with the reason, or let them be tried again: list | retry ID… | retry all'

const HELP = `npm run admin -- dead-letters [list | retry ID… | retry all] [options]

  list              one line for each, oldest first: consumer, change, resource, times, attempts, reason (the default)
  retry ID…         lets these changes be tried again, with all their attempts before them; an ID is a change of the list
  retry all         lets every one be tried again

  --consumer NAME   only those of this consumer
  --limit N         the most that are listed (100)

Mend the reason first. A running hub tries again within a second; without one, the next start does.
`

/** Lists to stdout, one JSON object a line; after a retry, prints how many there were. */
export async function run(typed: readonly string[]): Promise<number> {
  const { options, words, help } = readTyped(name, typed, ['consumer', 'limit'])
  const [action = 'list', ...ids] = words
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  const selection = options.consumer === undefined ? {} : { consumer: options.consumer }
  if (action === 'list' && ids.length === 0) return list({ ...selection, limit: limitOf(options.limit) })
  if (action !== 'retry' || ids.length === 0)
    throw new CannotStart('Say "list", "retry" with the changes, or "retry all"; --help says more.')
  if (ids.length === 1 && ids[0] === 'all') return retry(selection)
  const odd = ids.find((id) => !/^\d{1,18}$/.test(id))
  if (odd !== undefined) throw new CannotStart(`"${odd}" is no change: "npm run admin -- dead-letters" lists them by number.`)
  return retry({ ...selection, changeIds: ids })
}

async function list(selection: NonNullable<Parameters<typeof listDeadLetters>[1]>): Promise<number> {
  await using hub = await openHubDatabase('admin')
  const letters = await listDeadLetters(hub.database, selection)
  for (const letter of letters) process.stdout.write(`${lineOf(letter)}\n`)
  process.stderr.write(letters.length === 0 ? 'There is no dead letter.\n' : `${letters.length} dead letters\n`)
  return 0
}

async function retry(selection: NonNullable<Parameters<typeof retryDeadLetters>[1]>): Promise<number> {
  await using hub = await openHubDatabase('admin')
  const count = await retryDeadLetters(hub.database, selection)
  process.stdout.write(`${count} will be tried again\n`)
  return 0
}

const lineOf = ({ consumer, changeId, resource, versionId, changedAt, deadAt, attempts, reason }: DeadLetter): string =>
  JSON.stringify({ consumer, change: changeId, resource: `${resource}/_history/${versionId}`, changedAt, deadAt, attempts, reason })

function limitOf(text: string | undefined): number {
  if (text === undefined) return 100
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new CannotStart('--limit must be a number from 1 to 999999.')
  return Number(text)
}
