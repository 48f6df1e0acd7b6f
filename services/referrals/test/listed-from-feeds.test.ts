/** What the record says of what feeds were read: services with their organisation, place, source and licence, closed when they are gone, as people edited them. */
import t from 'tap'
import { council, EXTENSION, publishers } from './a-directory-of-feeds.ts'
import { session } from './a-feed.ts'

t.setTimeout(600_000)
const { aDirectory, publisher } = await publishers(t)

t.test('HAZ-R40: a listing that the record refuses keeps no other waiting, and is listed once the record takes it', async (t) => {
  const { hub, add, services, work, listings } = await aDirectory(t)
  const source = publisher.openReferral('refused-one', '3.0')
  source.set(Array.from({ length: 12 }, (_, index) => council(`r${index}`, `Class ${index}`)))
  hub.record.fail(422, 1)
  await (
    await add('refused-one', 'oruk', source.url)
  )()
  t.equal(services().length, 11)
  t.equal((await listings.count(hub.dependencies.clock.now())).unpublished, 1, 'it is counted')
  await work.tend()
  t.equal(services().length, 12)
})

t.test(
  'a service of a feed is listed in the record, with its organisation, its place, its source and its licence; a session is not',
  async (t) => {
    const { hub, add, services } = await aDirectory(t)
    const source = publisher.rpde('listed')
    source.publish(
      {
        id: 'a',
        kind: 'SessionSeries',
        modified: '1',
        data: {
          '@type': 'SessionSeries',
          name: 'Seated movement',
          url: 'https://trust.example/seated',
          organizer: { name: 'A leisure trust' },
          location: { address: { postalCode: 'QQ1 2CN' }, geo: { latitude: 53.2, longitude: -3.04 } },
          activity: [
            { '@id': 'https://openactive.io/activity-list#ee3cf3ee-082e-4f53-9cb2-3ef0589497ed', prefLabel: 'Chair Based Exercise' },
          ],
        },
      },
      session('s', '2'),
    )
    const read = await add('listed', 'rpde', source.url)
    await read()
    const [service] = services()
    t.match(service, {
      name: 'Seated movement',
      active: true,
      providedBy: { reference: /^Organization\// },
      location: [{ reference: /^Location\// }],
      type: [{}, { coding: [{ code: 'exercise-class' }] }],
      extension: [
        {
          extension: [
            { valueString: 'Publisher of listed' },
            { valueUrl: 'https://trust.example/seated' },
            { valueString: /creativecommons/ },
          ],
        },
      ],
    })
    t.match(hub.record.read(service?.location?.[0]?.reference ?? ''), { position: { latitude: 53.2 }, address: { postalCode: 'QQ1 2CN' } })
    t.match(hub.record.read(service?.providedBy?.reference ?? ''), { name: 'A leisure trust' })
    t.same([hub.record.all('Slot'), hub.record.all('Schedule'), hub.record.all('Appointment')], [[], [], []])
    const writes = hub.record.changes.length
    await read()
    t.equal(hub.record.changes.length, writes, 'read again, nothing is written')
    source.publish({ id: 'a', kind: 'SessionSeries', modified: '3' })
    await read()
    t.match(
      services(),
      [{ active: false, name: 'Seated movement' }],
      'what is deleted is closed, and stays for those who were referred to it',
    )
  },
)

t.test('what a person wrote of a listed service stays when its publisher says something new', async (t) => {
  const { hub, add, services } = await aDirectory(t)
  const source = publisher.openReferral('edited', '3.0')
  source.set([council('a', 'Gym')])
  const read = await add('edited', 'oruk', source.url)
  await read()
  const [service] = services()
  if (service === undefined) throw new Error('Nothing was listed.')
  const attribute = {
    url: `${EXTENSION}/service-attribute`,
    extension: [
      { url: 'attribute', valueCode: 'hoist' },
      { url: 'value', valueBoolean: true },
    ],
  }
  hub.record.seed({ ...service, extension: [...(service.extension ?? []), attribute] })
  source.set([council('a', 'Gym and pool')])
  await read()
  const [after] = services()
  t.equal(after?.name, 'Gym and pool')
  t.ok(after?.extension?.some(({ url }) => url.endsWith('service-attribute')))
})

t.test('HAZ-R40: an item that can be taken no more as it is now is still published, and is not gone', async (t) => {
  const { add, services } = await aDirectory(t)
  const source = publisher.openReferral('spoilt', '3.0')
  source.set([council('a', 'Gym'), council('b', 'Pool'), council('c', 'Choir')])
  const read = await add('spoilt', 'oruk', source.url)
  await read()
  source.set([council('a', ''), council('b', 'Pool')])
  for (let pass = 0; pass < 3; pass += 1) await read()
  t.same(
    services()
      .map(({ name, active }) => [name, active])
      .toSorted(([one = ''], [other = '']) => (String(one) < String(other) ? -1 : 1)),
    [
      ['Choir', false],
      ['Gym', true],
      ['Pool', true],
    ],
  )
})
