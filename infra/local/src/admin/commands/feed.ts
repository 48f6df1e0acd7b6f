/** `npm run admin -- feed`: the directory feeds that are read, where each stands, and what a person has to decide. */
import { defineConfig, list, secret } from '@platform/service/config'
import { newId } from '@platform/service/ids'
import { silentLog } from '@platform/service/log'
import type { Clock } from '@platform/service/clock'
import { outbound } from '@platform/service/outbound'
import { standingOf } from '@services/referrals/domain/listings/feed-standing'
import { readFeed } from '@services/referrals/jobs/read-feed'
import { bookingsIn } from '@services/referrals/store/booking/bookings'
import { feedsIn, type Feed, type Feeds, type NewFeed } from '@services/referrals/store/feeds/feeds'
import { listingsIn, type Listings } from '@services/referrals/store/feeds/listings'
import { pageSource } from '@services/referrals/store/feeds/page-source'
import type { Organization } from '@medplum/fhirtypes'
import type { Database } from '@platform/service/database'
import { CannotStart } from '../../cannot-start.ts'
import { kindOfDatabase } from '../../demo-rule.ts'
import { clockAt } from '../../hub-clock.ts'
import { openHubDatabase } from '../../hub-database.ts'
import { openOperatorDoor } from '../operator-door.ts'
import { readTyped } from '../options.ts'

export const name = 'feed'

export const summary =
  'Directory feeds: list | add | run NAME | pause NAME | resume NAME | refusals NAME | publisher NAME | sell NAME | review [NUMBER same|different]'

const HELP = `npm run admin -- feed [list]
npm run admin -- feed add --type oruk|rpde|ods --url URL [--name NAME --publisher TEXT --organization ID --owner TEXT --every SECONDS --booking URL --seller ID]
npm run admin -- feed run NAME [--gone-is-gone]   or: feed run --type T --url URL
npm run admin -- feed pause NAME [--and-bookings] | resume NAME [--from-the-beginning] | refusals NAME
npm run admin -- feed publisher NAME --organization ID | --nobody
npm run admin -- feed sell NAME --booking URL --seller ID
npm run admin -- feed review [NUMBER same|different --by NAME]

  list             one line for each: where it stands, when it last answered, what is wrong (the default)
  add              adds a feed; a running hub begins to read it at once
  run              reads it now to its end, with progress, and makes its listings; a running hub says them in the record
  --gone-is-gone   you have looked: what the list does not name any more is gone, though it is more than half of it
  pause, resume    not asked any more, or again; --from-the-beginning reads everything again and loses nothing
  --and-bookings   its seller is not asked any more either: what is booked there is heard of no longer
  refusals         the newest items that could not be taken, for its publisher
  publisher        which organisation of the directory publishes it: whoever administers that one sees how the feed stands and what was refused, and
                   may have it read again; --nobody: the operator alone
  sell             who takes bookings for the sessions of a feed: base address of the Open Booking API, and the seller's own id there;
                   add and run take both as well
  review           two listings that may be one, oldest date first; a decision is written down with who made it

  --type T         oruk: Open Referral UK, base address; rpde: one OpenActive feed; ods: a search of the NHS organisation data API
  --publisher TEXT shown wherever a listing is shown (the host of the address)
  --organization ID  the Organization that publishes it, as register-organization printed it
  --owner TEXT     who decides what is in doubt (directory manager)
  --every SECONDS  how long after its end it is asked again (rpde 300, oruk and ods 86400)
`

const readSettings = defineConfig({
  OUTBOUND_ALLOW: list('host:port that feeds may be at. Absent: public addresses only; loopback too in a demonstration.', { default: [] }),
  ODS_API_KEY: secret('Key of the NHS organisation data API.', { optional: true }),
})

const EVERY_S = { rpde: 300, oruk: 86_400, ods: 86_400 } as const

/** Lists to stdout, one JSON object a line; progress is on stderr. */
export async function run(typed: readonly string[]): Promise<number> {
  const { options, flags, words, help } = readTyped(
    name,
    typed,
    ['type', 'url', 'name', 'publisher', 'organization', 'owner', 'every', 'by', 'booking', 'seller'],
    ['from-the-beginning', 'gone-is-gone', 'and-bookings', 'nobody'],
  )
  const [action = 'list', ...rest] = words
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  await using hub = await openHubDatabase('admin')
  const feeds = feedsIn(hub.database)
  const listings = listingsIn(hub.database)
  const bookings = bookingsIn(hub.database)
  const clock = await clockAt(hub.database)
  const [feedName, ...more] = rest
  const tooMuch = new CannotStart('That is no command on feeds; "npm run admin -- feed --help" says what is.')
  switch (action) {
    case 'list': {
      if (rest.length > 0) throw tooMuch
      for (const feed of await feeds.all()) print(shown(feed))
      const { doubts, overdue, unpublished } = await listings.count(clock.now())
      process.stderr.write(`${doubts} in doubt (${overdue} overdue), ${unpublished} not in the record yet\n`)
      return 0
    }
    case 'add': {
      if (rest.length > 0) throw tooMuch
      const seller = sellerOf(options)
      const feed = await add(feeds, options, clock)
      if (seller !== undefined) await bookings.sell(feed.number, seller)
      print(shown(feed))
      return 0
    }
    case 'run': {
      if (more.length > 0) throw tooMuch
      const seller = sellerOf(options)
      const feed = feedName === undefined ? await addedOrKnown(feeds, options, clock) : await known(feeds, feedName)
      if (seller !== undefined) await bookings.sell(feed.number, seller)
      return await read(feed, { feeds, listings, database: hub.database, clock, acceptsGone: flags.has('gone-is-gone') })
    }
    case 'pause':
    case 'resume': {
      if (feedName === undefined || more.length > 0) throw tooMuch
      const { number } = await known(feeds, feedName)
      if (flags.has('and-bookings')) await bookings.sellNoMore(number)
      const at = clock.now()
      const feed =
        action === 'pause'
          ? await feeds.pause(feedName, at)
          : await feeds.resume(feedName, { nextAt: at, fromTheBeginning: flags.has('from-the-beginning') })
      if (feed !== undefined) print(shown(feed))
      return 0
    }
    case 'refusals': {
      if (feedName === undefined || more.length > 0) throw tooMuch
      for (const refusal of await feeds.refusals((await known(feeds, feedName)).number)) print(refusal)
      return 0
    }
    case 'publisher': {
      if (feedName === undefined || more.length > 0) throw tooMuch
      const { organization } = options
      if ((organization === undefined) !== flags.has('nobody'))
        throw new CannotStart('Say with --organization which organisation publishes the feed, or --nobody.')
      await known(feeds, feedName)
      const feed = await feeds.publishedBy(feedName, organization === undefined ? undefined : await organisationOf(organization))
      if (feed !== undefined) print(shown(feed))
      return 0
    }
    case 'sell': {
      if (feedName === undefined || more.length > 0) throw tooMuch
      const seller = sellerOf({ booking: '', ...options })
      const { number, publisher } = await known(feeds, feedName)
      if (seller !== undefined) await bookings.sell(number, seller)
      process.stdout.write(`${publisher} takes bookings for ${feedName}\n`)
      return 0
    }
    case 'review':
      return await review(listings, rest, { by: options.by, clock })
    default:
      throw tooMuch
  }
}

const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`)

type Options = Readonly<Partial<Record<'type' | 'url' | 'name' | 'publisher' | 'organization' | 'owner' | 'every', string>>>

/** Who takes bookings; nothing where nobody is named. */
function sellerOf({ booking, seller }: Readonly<Partial<Record<'booking' | 'seller', string>>>) {
  if (booking === undefined && seller === undefined) return undefined
  if (!/^https?:$/.test(URL.parse(booking ?? '')?.protocol ?? '') || seller === undefined || seller.trim() === '')
    throw new CannotStart('Say with --booking where the Open Booking API is, and with --seller who the seller is there.')
  return { baseUrl: booking ?? '', sellerId: seller.trim() }
}

function newFeedOf({ type, url, name: given, publisher, owner = 'directory manager', every }: Options): NewFeed {
  const target = url === undefined ? null : URL.parse(url)
  if (type !== 'oruk' && type !== 'rpde' && type !== 'ods') throw new CannotStart('Say with --type what it is: oruk, rpde or ods.')
  if (target === null || !/^https?:$/.test(target.protocol))
    throw new CannotStart('Say with --url where it is: an address that begins with https:// or http://.')
  const feedName =
    given ??
    `${target.host}${target.pathname}`
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 60)
  if (!/^[a-z0-9][a-z0-9-]{0,60}$/.test(feedName))
    throw new CannotStart('A --name is of small letters, digits and hyphens, 61 at the most.')
  const everyS = every === undefined ? EVERY_S[type] : Number(every)
  if (!Number.isInteger(everyS) || everyS < 8 || everyS > 604_800)
    throw new CannotStart('--every is a whole number of seconds from 8 to 604800.')
  return { name: feedName, type, url: target.href, publisher: publisher?.trim() ?? target.host, owner: owner.trim(), everyS }
}

async function add(feeds: Feeds, options: Options, clock: Clock): Promise<Feed> {
  const wanted = newFeedOf(options)
  const { organization } = options
  const publishes = organization === undefined ? {} : { organization: await organisationOf(organization) }
  const feed = await feeds.add({ ...wanted, ...publishes }, clock.now())
  if (feed === undefined)
    throw new CannotStart(`There is a feed "${wanted.name}", or one at this address, already: "npm run admin -- feed list" shows it.`)
  return feed
}

/** An organisation that is in use, as the record knows it. @throws CannotStart for anything else */
async function organisationOf(typed: string): Promise<string> {
  const [, id] = /^(?:Organization\/)?([A-Za-z0-9\-.]{1,64})$/.exec(typed) ?? []
  if (id === undefined) throw new CannotStart(`"${typed}" is no id of an Organization: register-organization prints it.`)
  await using door = await openOperatorDoor('system/Organization.rs')
  const organization = JSON.parse(await door.ask('GET', `Organization/${id}`)) as Organization
  if (organization.active === false) throw new CannotStart(`${organization.name ?? id} is no longer in use: it publishes no feed.`)
  return `Organization/${id}`
}

async function addedOrKnown(feeds: Feeds, options: Options, clock: Clock): Promise<Feed> {
  const { url } = newFeedOf(options)
  return (await feeds.all()).find((feed) => feed.url === url) ?? add(feeds, options, clock)
}

async function known(feeds: Feeds, feedName: string): Promise<Feed> {
  const feed = await feeds.named(feedName)
  if (feed === undefined) throw new CannotStart(`There is no feed "${feedName}": "npm run admin -- feed list" names them.`)
  return feed
}

const shown = (kept: Feed) => {
  const { name: feed, type, url, publisher, organization, licence, owner, everyS } = kept
  const { nextAt, answeredAt, failingSince, says, pages, items, refused, expected } = kept
  return {
    feed,
    type,
    url,
    state: standingOf(kept).replaceAll('-', ' '),
    publisher,
    ...(organization === undefined ? {} : { organization }),
    licence,
    owner,
    everyS,
    answeredAt,
    failingSince,
    ...(says === '' ? {} : { says }),
    nextAt,
    pages,
    items,
    ...(expected === undefined ? {} : { expected }),
    refused,
  }
}

const AT_ONCE = 200
const TELL_EVERY_MS = 2_000

async function read(
  feed: Feed,
  {
    feeds,
    listings,
    database,
    clock,
    acceptsGone,
  }: { feeds: Feeds; listings: Listings; database: Database; clock: Clock; acceptsGone: boolean },
): Promise<number> {
  const { OUTBOUND_ALLOW: allow, ODS_API_KEY: odsKey } = readSettings(process.env)
  using http = outbound({ allow, loopback: (await kindOfDatabase(database)) === 'demo' })
  let toldAt = 0
  const outcome = await readFeed(
    feed.number,
    { feeds, pages: pageSource(http, odsKey === undefined ? {} : { odsKey }), clock, newId, log: silentLog },
    {
      acceptsGone,
      progress: ({ pages, items, expected }) => {
        if (performance.now() - toldAt < TELL_EVERY_MS) return
        toldAt = performance.now()
        process.stderr.write(`${items}${expected === undefined ? '' : ` of ${expected}`} items on ${pages} pages\n`)
      },
    },
  )
  if (outcome === 'busy')
    throw new CannotStart(`The hub reads "${feed.name}" at this moment: look again with "npm run admin -- feed list".`)
  const after = await known(feeds, feed.name)
  for (let looked = AT_ONCE; looked === AT_ONCE;) {
    looked = await listings.build(after, clock.now(), AT_ONCE)
    if (looked > 0) process.stderr.write(`${looked} looked at for the directory\n`)
  }
  print(shown(after))
  return outcome === 'end' ? 0 : 1
}

async function review(
  listings: Listings,
  [number, outcome, ...more]: readonly string[],
  { by, clock }: { by: string | undefined; clock: Clock },
): Promise<number> {
  if (number === undefined) {
    const doubts = await listings.doubts()
    for (const doubt of doubts) print(doubt)
    process.stderr.write(doubts.length === 0 ? 'Nothing is in doubt.\n' : `${doubts.length} in doubt\n`)
    return 0
  }
  if (!/^\d{1,15}$/.test(number) || (outcome !== 'same' && outcome !== 'different') || more.length > 0)
    throw new CannotStart('Say the number of one doubt and "same" or "different"; "npm run admin -- feed review" lists them.')
  if (by === undefined || by.trim() === '') throw new CannotStart('Say with --by who decides.')
  if (!(await listings.decide(Number(number), { outcome, by: by.trim(), at: clock.now() })))
    throw new CannotStart(`Nothing is in doubt under ${number}, or somebody has decided it.`)
  process.stdout.write(`${number} is decided: ${outcome}\n`)
  return 0
}
