/** `npm run admin -- figures`: what became of alerts, by hospital and by rule, and how much each recipient was sent. */
import { quarterToPublish } from '@services/alerts/domain/published-figures'
import { figuresIn } from '@services/alerts/store/figures'
import { publishedFiguresIn } from '@services/alerts/store/published-figures'
import { subscriptionsIn } from '@services/alerts/store/subscriptions'
import { CannotStart } from '../../cannot-start.ts'
import { openHubDatabase } from '../../hub-database.ts'
import { readTyped } from '../options.ts'

export const name = 'figures'

export const summary =
  'Show what became of hospital alerts by site and rule, and how much each recipient was sent: [--since DATE] | --publish QUARTER'

const HELP = `npm run admin -- figures [--since DATE] | figures --publish QUARTER

  --since DATE        count alerts raised from this day on, YYYY-MM-DD (the last 28 days); exact, for whoever runs the hub, and not to be passed on
  --publish QUARTER   a quarter that has been over for four weeks, such as 2026-Q3, as it may be published: 1 to 7 people are "*", other counts rounded to
                      the nearest 5, medians of 8 people or more

One JSON object a line: first hospitals and rules, then recipients. Times are in seconds. "ended" counts stays that a discharge or a death ended; where a
death did and the hospital never said when, the stay has no length.
`

const DAYS_MS = 28 * 86_400_000

/** What may leave the hub, one JSON object a line. */
async function publish(quarter: string): Promise<number> {
  const now = new Date()
  if (quarterToPublish(quarter, now) === undefined)
    throw new CannotStart('Say with --publish a quarter that has been over for four weeks, such as 2026-Q3.')
  await using hub = await openHubDatabase('admin')
  const published = publishedFiguresIn(hub.database)
  await published.publishDue(now) // the hub does so by itself, unless it has stood still since
  const found = await published.read(quarter)
  if (found === undefined) throw new CannotStart('The hub knew of no hospital stay by then: there is nothing to publish.')
  for (const row of found.rows) process.stdout.write(`${JSON.stringify({ quarter, ...row })}\n`)
  return 0
}

/** Lists to stdout, one JSON object a line. */
export async function run(typed: readonly string[]): Promise<number> {
  const { options, words, help } = readTyped(name, typed, ['since', 'publish'])
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  if (options.publish !== undefined) return publish(options.publish)
  const since = options.since === undefined ? new Date(Date.now() - DAYS_MS) : new Date(`${options.since}T00:00:00Z`)
  if (words.length > 0 || Number.isNaN(since.getTime())) throw new CannotStart('Say with --since from which day on, as YYYY-MM-DD.')
  await using hub = await openHubDatabase('admin')
  for (const figures of await figuresIn(hub.database).since(since)) process.stdout.write(`${JSON.stringify(figures)}\n`)
  for (const volume of await subscriptionsIn(hub.database).volume(since)) process.stdout.write(`${JSON.stringify(volume)}\n`)
  return 0
}
