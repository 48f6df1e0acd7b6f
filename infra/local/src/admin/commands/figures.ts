/** `npm run admin -- figures`: what became of alerts, by hospital and by rule, and how much each recipient was sent. */
import { figuresIn } from '@services/alerts/store/figures'
import { subscriptionsIn } from '@services/alerts/store/subscriptions'
import { CannotStart } from '../../cannot-start.ts'
import { openHubDatabase } from '../../hub-database.ts'
import { readTyped } from '../options.ts'

export const name = 'figures'

export const summary = 'Show what became of hospital alerts by site and rule, and how much each recipient was sent: [--since DATE]'

const HELP = `npm run admin -- figures [--since DATE]

  --since DATE   count alerts raised from this day on, YYYY-MM-DD (the last 28 days)

One JSON object a line: first hospitals and rules, then recipients. Times are in seconds, p50 and p99. No person is named, but small numbers
may tell of one: hide counts below 8 before they are published.
`

const DAYS_MS = 28 * 86_400_000

/** Lists to stdout, one JSON object a line. */
export async function run(typed: readonly string[]): Promise<number> {
  const { options, words, help } = readTyped(name, typed, ['since'])
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  const since = options.since === undefined ? new Date(Date.now() - DAYS_MS) : new Date(`${options.since}T00:00:00Z`)
  if (words.length > 0 || Number.isNaN(since.getTime())) throw new CannotStart('Say with --since from which day on, as YYYY-MM-DD.')
  await using hub = await openHubDatabase('admin')
  for (const figures of await figuresIn(hub.database).since(since)) process.stdout.write(`${JSON.stringify(figures)}\n`)
  for (const volume of await subscriptionsIn(hub.database).volume(since)) process.stdout.write(`${JSON.stringify(volume)}\n`)
  return 0
}
