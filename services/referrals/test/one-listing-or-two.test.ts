/** One service of several publishers: what a rule makes one, what a person decides, and what parts them again. */
import type { HealthcareService } from '@medplum/fhirtypes'
import t from 'tap'
import { at, council, DECIDED_AT, publishers } from './a-directory-of-feeds.ts'

t.setTimeout(600_000)
const { aDirectory, publisher } = await publishers(t)

t.test(
  'two publishers of one service make one listing; of two that are only alike a person decides, and both are listed until then',
  async (t) => {
    const { add, services, listings } = await aDirectory(t)
    const one = publisher.openReferral('north', '3.0')
    const other = publisher.openReferral('south', '3.0')
    one.set([council('n1', 'Neuro gym', { assured_date: '2026-10-01', minimum_age: 18 }), council('n2', 'Walking group')])
    other.set([council('s1', 'Neuro Gym', { maximum_age: 90 }), council('s2', 'Walking group for beginners')])
    await (
      await add('north', 'oruk', one.url)
    )()
    await (
      await add('south', 'oruk', other.url)
    )()
    t.same(
      services()
        .map(({ name }) => name)
        .toSorted((a = '', b = '') => (a < b ? -1 : 1)),
      ['Neuro gym', 'Walking group', 'Walking group for beginners'],
    )
    t.equal(services().find(({ name }) => name === 'Neuro gym')?.extension?.length, 2, 'both sources are named')
    const [doubt] = await listings.doubts()
    t.match(doubt, {
      owner: 'directory-manager',
      says: /postcode is the same; the names are alike/,
      one: /beginners \(Publisher of south/,
      other: /Walking group \(/,
    })
    t.equal(((doubt?.dueAt.getTime() ?? 0) - (doubt?.raisedAt.getTime() ?? 0)) / 86_400_000, 14)
    t.ok(await listings.decide(doubt?.number ?? 0, { outcome: 'same', by: 'Gwen Pugh', at: DECIDED_AT }))
    t.notOk(await listings.decide(doubt?.number ?? 0, { outcome: 'different', by: 'Gwen Pugh', at: DECIDED_AT }), 'it is decided once')
    await (
      await add('west', 'oruk', publisher.openReferral('west', '3.0').url)
    )()
    t.same(
      services()
        .filter(({ name }) => name?.startsWith('Walking'))
        .map(({ name, active }) => [name, active]),
      [
        ['Walking group', true],
        ['Walking group for beginners', false],
      ],
    )
    t.same(await listings.doubts(), [])
  },
)

t.test('a listing of a feed that may be one of our own is put to a person; once they say so, ours alone is offered', async (t) => {
  const { hub, add, services, listings } = await aDirectory(t)
  hub.record.seed({ resourceType: 'Location', id: 'own-place', address: { postalCode: 'QQ1 2CN' } })
  hub.record.seed<HealthcareService>({
    resourceType: 'HealthcareService',
    id: 'own-gym',
    name: 'Neuro gym',
    providedBy: { reference: 'Organization/leisure' },
    location: [{ reference: 'Location/own-place' }],
  })
  for (const reference of ['Location/own-place', 'HealthcareService/own-gym']) await hub.dependencies.directory.hear(reference)
  const source = publisher.openReferral('ours', '3.0')
  source.set([council('n1', 'Neuro Gym'), council('n2', 'Allotment')])
  const read = await add('ours', 'oruk', source.url)
  await read()
  const [doubt, ...others] = await listings.doubts()
  t.match([doubt, others], [{ owner: 'directory-manager', other: /our own, HealthcareService\/own-gym/ }, []])
  const active = () =>
    services()
      .filter((one) => one.active)
      .map(({ name }) => name)
  t.same(active().length, 2, 'both are listed until somebody has decided')
  t.ok(await listings.decide(doubt?.number ?? 0, { outcome: 'same', by: 'Gwen Pugh', at: DECIDED_AT }))
  await read()
  t.same(active(), ['Allotment'])
  source.set([council('n1', 'Neuro Gym and pool'), council('n2', 'Allotment')])
  await read()
  t.same(active(), ['Allotment'], 'what its publisher says later does not bring it back')
  t.equal(hub.record.read<HealthcareService>('HealthcareService/own-gym').name, 'Neuro gym', 'ours stays as people wrote it')
})

t.test('HAZ-R41: what a rule has made one is two again when what one of them says is changed, and a person is asked', async (t) => {
  const { add, services, listings } = await aDirectory(t)
  const one = publisher.openReferral('stays', '3.0')
  const other = publisher.openReferral('leaves', '3.0')
  one.set([council('n1', 'Neuro gym')])
  other.set([council('s1', 'Neuro Gym')])
  const [readOne, readOther] = [await add('stays', 'oruk', one.url), await add('leaves', 'oruk', other.url)]
  await readOne()
  await readOther()
  const names = () =>
    services()
      .filter(({ active }) => active)
      .map(({ name }) => name)
      .toSorted((a = '', b = '') => (a < b ? -1 : 1))
  t.same([names(), await listings.doubts()], [['Neuro Gym'], []])
  one.set([council('n1', 'Watercolours', at('QQ9 9ZZ'))])
  await readOne()
  t.same(names(), ['Neuro Gym', 'Watercolours'], 'whoever was there first leaves too, and the other keeps the listing')
  t.match(await listings.doubts(), [{ one: /^Watercolours/, other: /^Neuro Gym/, says: /were one listing until what it says was changed/ }])
  const [doubt] = await listings.doubts()
  await listings.decide(doubt?.number ?? 0, { outcome: 'same', by: 'Gwen Pugh', at: DECIDED_AT })
  one.set([council('n1', 'Watercolours and clay', at('QQ8 8ZZ'))])
  await readOne()
  t.equal(names().length, 1, 'what a person decided, a rule does not undo')
  t.same(await listings.doubts(), [])
})

t.test('HAZ-R41: an id that is used again for something else does not join the listing that it once began', async (t) => {
  const { add, services } = await aDirectory(t)
  const first = publisher.rpde('reuses')
  const second = publisher.openReferral('joined', '3.0')
  const series = (modified: string, name: string, postalCode: string) => ({
    id: 'a',
    kind: 'SessionSeries',
    modified,
    data: { '@type': 'SessionSeries', name, organizer: { name: 'A trust' }, location: { address: { postalCode } } },
  })
  first.publish(series('1', 'Neuro gym', 'QQ1 2CN'))
  second.set([council('s1', 'Neuro gym')])
  const [readFirst, readSecond] = [await add('reuses', 'rpde', first.url), await add('joined', 'oruk', second.url)]
  await readFirst()
  await readSecond()
  t.equal(services().length, 1)
  first.publish({ id: 'a', kind: 'SessionSeries', modified: '2' })
  await readFirst()
  first.publish(series('3', 'Swimming', 'QQ7 7ZZ'))
  await readFirst()
  t.same(
    services()
      .filter(({ active }) => active)
      .map(({ name }) => name)
      .toSorted((a = '', b = '') => (a < b ? -1 : 1)),
    ['Neuro gym', 'Swimming'],
  )
})

t.test(
  'HAZ-R41: two that become alike are put to a person once, from whichever side, and so are two that a third is surely the same as',
  async (t) => {
    const { add, services, listings } = await aDirectory(t)
    const sources = ['left', 'right', 'third'].map((name) => publisher.openReferral(name, '3.0'))
    const [left, right, third] = sources as [(typeof sources)[0], (typeof sources)[0], (typeof sources)[0]]
    const number = {
      organization: { id: 'o', name: 'Trust', organization_identifiers: [{ identifier_scheme: 'GB-CHC', identifier: '1234567' }] },
    }
    left.set([council('l', 'Neuro gym', { ...number, service_at_locations: [] })])
    right.set([council('r', 'Knitting')])
    third.set([])
    const reads = [await add('left', 'oruk', left.url), await add('right', 'oruk', right.url), await add('third', 'oruk', third.url)]
    const readAll = async () => {
      for (const read of reads) await read()
    }
    await readAll()
    t.same(await listings.doubts(), [])
    right.set([council('r', 'Neuro gym')])
    third.set([council('t', 'Neuro gym', number)])
    await readAll()
    t.match(await listings.doubts(), [{ says: /same number|Postcode and name/ }], 'the third is one with one of them, and may be the other')
    t.equal(services().filter(({ active }) => active).length, 2)
    const [doubt] = await listings.doubts()
    await listings.decide(doubt?.number ?? 0, { outcome: 'different', by: 'Gwen Pugh', at: DECIDED_AT })
    left.set([council('l', 'Neuro gym', { ...number, service_at_locations: [], description: 'New words' })])
    right.set([council('r', 'Neuro gym', { description: 'New words' })])
    await readAll()
    t.same(await listings.doubts(), [], 'what was decided is not asked from the other side')
  },
)
