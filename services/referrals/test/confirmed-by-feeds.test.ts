/** What a feed that answers confirms, and what one that stopped, was paused, or moved its service does not. */
import type { HealthcareService } from '@medplum/fhirtypes'
import t from 'tap'
import { askedIn } from '../src/domain/matching/asked.ts'
import { judge } from '../src/domain/matching/rules.ts'
import { at, council, EXTENSION, publishers } from './a-directory-of-feeds.ts'
import { aReferral } from './a-need.ts'

t.setTimeout(600_000)
const { aDirectory, publisher } = await publishers(t)

t.test(
  'HAZ-R41: a feed that answers confirms time, place and price, and no access; one that stopped says so at once and is no default',
  async (t) => {
    const { hub, add, services, work } = await aDirectory(t)
    const { directory, feedStates } = hub.dependencies
    const source = publisher.openReferral('fresh', '3.0')
    source.set([council('a', 'Gym')])
    const read = await add('fresh', 'oruk', source.url)
    await read()
    const reference = `HealthcareService/${services()[0]?.id}`
    await directory.hear(reference)
    const judged = () => {
      const listing = directory.listing(reference)
      if (listing === undefined) throw new Error('It is not listed.')
      const {
        stale,
        for: pro,
        against,
      } = judge(listing, askedIn(aReferral(), { at: hub.dependencies.clock.now() }), [], { feeds: feedStates })
      return { stale, pro: pro.map(({ says }) => says), contra: against.map(({ says }) => says) }
    }
    t.match(judged(), { stale: false })
    t.ok(judged().pro.some((says) => /feed answered on .* time, place and price/.test(says)))
    t.ok(judged().contra.includes('Nobody has confirmed what it says of access.'))
    source.fault({ kind: 'down' })
    const at = hub.dependencies.clock.now()
    await read()
    t.match(judged(), { stale: true })
    t.ok(judged().contra.some((says) => /source has not answered since/.test(says)))
    t.equal(services()[0]?.active, true, 'it is frozen, not taken away')
    hub.moveTo(new Date(at.getTime() + 25 * 3_600_000))
    await read()
    t.match(JSON.stringify(services()[0]?.extension), /silentSince/, 'after a day the record says so')
    source.fault(undefined)
    await read()
    await work.tend()
    t.notMatch(JSON.stringify(services()[0]?.extension), /silentSince/)
    await directory.hear(reference)
    t.match(judged(), { stale: false })
  },
)

t.test(
  'HAZ-R41: a feed that a person paused confirms nothing, and its listings say so since when, until it is resumed and read',
  async (t) => {
    const { hub, kept, add, services, work } = await aDirectory(t)
    const { directory, feedStates } = hub.dependencies
    const source = publisher.openReferral('halted', '3.0')
    source.set([council('a', 'Gym')])
    const read = await add('halted', 'oruk', source.url)
    await read()
    const reference = `HealthcareService/${services()[0]?.id}`
    const judged = async () => {
      await directory.hear(reference)
      const listing = directory.listing(reference)
      if (listing === undefined) throw new Error('It is not listed.')
      const { stale, against } = judge(listing, askedIn(aReferral(), { at: hub.dependencies.clock.now() }), [], { feeds: feedStates })
      return { stale, source: against.filter(({ rule }) => rule === 'source').map(({ says }) => says) }
    }
    t.same(await judged(), { stale: false, source: [] })
    await kept.pause('halted', hub.dependencies.clock.now())
    await work.tend()
    t.same(await judged(), { stale: true, source: ['Its feed is paused since 4 November 2026: nothing new of it is read.'] })
    const saidOf = () => services()[0]?.extension?.flatMap(({ extension = [] }) => extension.filter(({ url }) => url === 'pausedSince'))
    t.same(saidOf(), [{ url: 'pausedSince', valueDateTime: '2026-11-04T10:00:00.000Z' }], 'the record says so at once')
    hub.moveTo(new Date('2026-12-24T10:00:00Z'))
    await kept.pause('halted', hub.dependencies.clock.now())
    await work.tend()
    t.match(await judged(), { source: [/since 4 November 2026/] }, 'paused again, it is paused since it was')
    t.equal(services()[0]?.active, true, 'it is frozen, not taken away')
    await kept.resume('halted', { nextAt: hub.dependencies.clock.now() })
    await read()
    t.same(await judged(), { stale: false, source: [] })
    t.same(saidOf(), [])
  },
)

t.test('HAZ-R41: what a person checked at one place is not said of another to which the service has moved', async (t) => {
  const { hub, add, services } = await aDirectory(t)
  const { directory, feedStates, clock } = hub.dependencies
  const source = publisher.openReferral('moves', '3.0')
  source.set([council('a', 'Gym')])
  const read = await add('moves', 'oruk', source.url)
  await read()
  const written = (extension: HealthcareService['extension']) => {
    const [service] = services()
    if (service !== undefined) hub.record.seed({ ...service, extension: [...(service.extension ?? []), ...(extension ?? [])] })
  }
  const hoist = [
    { url: 'attribute', valueCode: 'hoist' },
    { url: 'value', valueBoolean: true },
    { url: 'checkedOn', valueDate: '2026-10-01' },
  ]
  written([
    { url: `${EXTENSION}/service-attribute`, extension: hoist },
    { url: `${EXTENSION}/service-confirmed`, extension: [{ url: 'on', valueDate: '2026-10-01' }] },
  ])
  const reference = `HealthcareService/${services()[0]?.id}`
  const judged = async () => {
    await directory.hear(reference)
    const listing = directory.listing(reference)
    if (listing === undefined) throw new Error('It is not listed.')
    const need = [{ url: 'accessNeed', valueCode: 'hoist' }]
    const asked = askedIn(aReferral({ extension: [{ url: `${EXTENSION}/request-criteria`, extension: need }] }), { at: clock.now() })
    const { for: pro, against } = judge(listing, asked, [], { feeds: feedStates })
    return [pro, against].map((reasons) => reasons.filter(({ rule }) => rule.startsWith('access')).map(({ says }) => says))
  }
  source.set([council('a', 'Gym', { description: 'New words' })])
  await read()
  t.same(await judged(), [['There is a hoist, checked 1 October 2026.'], []], 'other words are no move')
  source.set([council('a', 'Gym', at('QQ5 5ZZ'))])
  await read()
  t.same(await judged(), [
    [],
    [
      'Whether there is a hoist is not known since it moved on 4 November 2026: what is said of it is of the earlier place.',
      'What it says of access was confirmed on 1 October 2026, before it moved on 4 November 2026.',
    ],
  ])
  source.set([council('a', 'Gym', { ...at('QQ5 5ZZ'), description: 'Newer words' })])
  await read()
  t.match(
    services()[0]?.extension?.find(({ url }) => url.endsWith('service-moved')),
    { valueDate: '2026-11-04' },
    'it stays said',
  )
})
