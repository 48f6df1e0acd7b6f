/**
 * The leisure centre's booking system: publisher and seller on sockets of its own, as OpenActive describes them. The hub's operator makes it known at the
 * command line, and lets go of it at the end, so that a hub that goes on is not left asking an address where nobody listens.
 */
import { feedServer, type RpdeFeed } from '@platform/testing/feed-server'
import { openSeller, type TestSeller } from '@platform/testing/seller'
import { NotSo } from '../story.ts'
import type { Operator } from './operator.ts'
import { soon } from './soon.ts'

/** Classes that can be booked. */
export interface Timetable extends AsyncDisposable {
  readonly seller: TestSeller
  /** How an Appointment names the class of a day: the value of an identifier of the system `Id/session`. */
  sessionOn(day: string): string
}

/** Tuesdays at half past ten, from 6 October to 22 December 2026. */
export const TUESDAYS = Array.from({ length: 12 }, (_, week) => new Date(Date.UTC(2026, 9, 6 + 7 * week)).toISOString().slice(0, 10))

/** When a class begins or ends, with the offset of that day: the clocks go back on 25 October. */
export const timeOn = (day: string, time: string): string => `${day}T${time}:00${day < '2026-10-25' ? '+01:00' : 'Z'}`

const PLACES = 10_000 // the stories may be told again and again on one hub
const WEEK_S = '604800'

/**
 * Opens it and makes it known.
 *
 * @param organization who publishes it, `Organization/<id>`; absent: nobody of the directory
 * @throws NotSo when the operator cannot
 */
export async function openTimetable(operator: Operator, organization?: string): Promise<Timetable> {
  await using opening = new AsyncDisposableStack()
  const server = await feedServer({ teardown: (close) => opening.defer(async () => void (await close())) })
  const name = `maes-hafan-${Date.now().toString(36)}` // each telling brings its own, at its own address
  const feed = server.rpde(name)
  const seller = openSeller(server, name)
  seller.needsApproval = true
  seller.places = PLACES
  publish(feed)
  const publisher = [
    '--publisher',
    'Maes Hafan Leisure Centre',
    ...(organization === undefined ? [] : ['--organization', organization]),
    '--every',
    WEEK_S,
  ]
  const booking = ['--booking', seller.url, '--seller', seller.id]
  // The running hub reads feeds as well: whoever is second is told that the first one is at it, and looks again.
  await soon(
    () => operator('feed', 'run', '--type', 'rpde', '--url', feed.url, '--name', name, ...publisher, ...booking).catch(reasonOf),
    (answer) => typeof answer === 'string',
    (refused) => `The classes could not be made known to the hub. ${refused instanceof NotSo ? refused.message : ''}`,
  )
  opening.defer(async () => void (await operator('feed', 'pause', name, '--and-bookings').catch(() => undefined))) // a hub that was stopped asks nobody
  const open = opening.move()
  return { seller, sessionOn: (day) => `${name}/ScheduledSession/${day}`, [Symbol.asyncDispose]: () => open.disposeAsync() }
}

const reasonOf = (error: unknown): NotSo => {
  if (error instanceof NotSo) return error
  throw error
}

function publish(feed: RpdeFeed): void {
  feed.publish(
    ...TUESDAYS.map((day, index) => ({
      id: day,
      kind: 'ScheduledSession',
      modified: String(index + 1),
      data: {
        '@type': 'ScheduledSession',
        '@id': `https://maes-hafan.example/classes/${day}`,
        startDate: timeOn(day, '10:30'),
        endDate: timeOn(day, '11:15'),
        offers: [{ '@type': 'Offer', '@id': 'https://maes-hafan.example/classes#concession', price: 0 }],
      },
    })),
    // One that its system publishes with nothing in it: whoever administers the centre sees that, and what to mend.
    { id: 'chair-class', kind: 'SessionSeries', modified: String(TUESDAYS.length + 1), data: '[]' },
  )
}
