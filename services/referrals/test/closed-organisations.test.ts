/** An organisation that the NHS directory says has closed: it is offered no more, what it had open goes up, and a person says whether it is so. */
import type { Organization, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { match } from '../src/domain/matching/match.ts'
import { ODS, publishers } from './a-directory-of-feeds.ts'
import { aReferral } from './a-need.ts'

t.setTimeout(600_000)
const { aDirectory, publisher } = await publishers(t)

t.test('an organisation that ODS says has closed is closed with who took over, and what it had open goes up at once', async (t) => {
  const { hub, kept, work } = await aDirectory(t)
  let active = true
  const ods = (id: string, name: string, isActive = true) => ({
    resource: { resourceType: 'Organization', id, active: isActive, name, identifier: [{ system: ODS, value: id }] },
  })
  publisher.mount('/closing', () => {
    const affiliation = {
      resource: {
        resourceType: 'OrganizationAffiliation',
        id: '1',
        active: true,
        organization: { reference: 'Organization/RX1', identifier: { system: ODS, value: 'RX1' } },
        participatingOrganization: { reference: 'Organization/RX2' },
        code: [{ coding: [{ display: 'IS SUCCEEDED BY' }] }],
      },
    }
    const entry = [ods('RX1', 'OLD TRUST', active), ods('RX2', 'NEW TRUST'), ...(active ? [] : [affiliation])]
    return { status: 200, body: JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: 2, entry }) }
  })
  const url = `${publisher.url}/closing/Organization?_revinclude=OrganizationAffiliation:primary-organization`
  const feed = await kept.add(
    { name: 'closing', type: 'ods', url, publisher: 'NHS England', owner: 'directory-manager', everyS: 300 },
    hub.dependencies.clock.now(),
  )
  const read = async () => {
    await work.read(feed?.number ?? 0)
    await work.tend()
    await hub.settle()
  }
  await read()
  const old = hub.record.all<Organization>('Organization').find(({ name }) => name === 'OLD TRUST')
  hub.refer({ performer: [{ reference: `Organization/${old?.id}` }] })
  await hub.settle()
  t.same(
    hub.steps().map(([kind, status]) => [kind, status]),
    [['referral', 'requested']],
  )
  const taker = hub.record.all<Organization>('Organization').find(({ name }) => name === 'NEW TRUST')
  await hub.dependencies.directory.hear(`Organization/${taker?.id}`)
  active = false
  await read()
  t.equal(hub.record.read<Organization>(`Organization/${old?.id}`).active, false)
  const told = hub.record.all<Task>('Task').find(({ code }) => code?.coding?.[0]?.code === 'escalation')
  t.match(told, { status: 'requested', description: /has closed\. NEW TRUST has taken over/, restriction: { period: { end: String } } })
  await hub.settle()
  t.equal(hub.record.all('Task').length, 2, 'it is told once, and nothing is passed on by itself')
})

t.test(
  'HAZ-R81: an organisation of the record that ODS says has closed is not offered, its steps go up, and a person says whether it is so',
  async (t) => {
    const { hub, kept, work, listings } = await aDirectory(t)
    const { directory, clock } = hub.dependencies
    hub.record.seed({
      resourceType: 'Organization',
      id: 'leisure',
      name: 'Leisure trust',
      active: true,
      identifier: [{ system: ODS, value: 'RX7' }],
    })
    await directory.hear('Organization/leisure')
    let active = true
    publisher.mount('/known', () => {
      const resource = {
        resourceType: 'Organization',
        id: 'RX7',
        active,
        name: 'LEISURE TRUST',
        identifier: [{ system: ODS, value: 'RX7' }],
      }
      return { status: 200, body: JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: 1, entry: [{ resource }] }) }
    })
    const url = `${publisher.url}/known/Organization`
    const feed = await kept.add(
      { name: 'known', type: 'ods', url, publisher: 'NHS England', owner: 'directory-manager', everyS: 300 },
      clock.now(),
    )
    const read = async () => {
      await work.read(feed?.number ?? 0)
      await work.tend()
      await hub.settle()
    }
    const matched = () =>
      match(aReferral({ performer: [{ reference: 'HealthcareService/chair-class' }] }), {}, { at: clock.now(), directory, warnings: [] })
    const escalations = () => hub.record.all<Task>('Task').filter(({ code }) => code?.coding?.[0]?.code === 'escalation')
    await read()
    t.equal(matched().options.length, 1)
    hub.refer({ performer: [{ reference: 'Organization/leisure' }] })
    await hub.settle()

    active = false
    await read()
    const organization = () => hub.record.read<Organization>('Organization/leisure')
    t.match(organization(), {
      active: true,
      name: 'Leisure trust',
      extension: [{ url: /organization-closure$/, extension: [{ valueString: 'NHS England' }, {}] }],
    })
    t.match(matched(), {
      options: [],
      excluded: [{ excludedBy: ['in-use'], against: [{ says: /has closed, as NHS England says/, source: 'NHS England' }] }],
    })
    t.match(escalations(), [{ status: 'requested', description: /has closed, as NHS England says\. Ask somebody else/ }])
    t.match(await listings.doubts(), [
      { owner: 'directory-manager', says: /has closed.*"different": it is open/, other: /Organization\/leisure/ },
    ])
    hub.refer({ id: 'need-2', performer: [{ reference: 'HealthcareService/chair-class' }] })
    await hub.settle()
    t.match(
      hub.steps('need-2'),
      [['single-point-of-access', 'requested', 'Organization/single-point-of-access']],
      'what names it later is put before the access point',
    )
    const writes = hub.record.changes.length
    await read()
    await work.tend()
    t.equal(hub.record.changes.length, writes, 'said once')

    const [doubt] = await listings.doubts()
    t.ok(await listings.decide(doubt?.number ?? 0, { outcome: 'different', by: 'Gwen Pugh', at: clock.now() }))
    await work.tend()
    t.equal(organization().extension, undefined)
    t.equal(matched().options.length, 1, 'a person has said that it is open')
    t.match(escalations(), [{ status: 'cancelled' }], 'what was told of its steps ends')
    await read()
    t.equal(matched().options.length, 1, 'and it stays so while ODS says the same')

    active = true
    await read()
    active = false
    await read()
    t.equal((await listings.doubts()).length, 1, 'when it closes again, that is asked anew')
    t.equal(matched().options.length, 0)
    t.ok(await listings.decide((await listings.doubts())[0]?.number ?? 0, { outcome: 'same', by: 'Gwen Pugh', at: clock.now() }))
    await work.tend()
    t.equal(matched().options.length, 0)
    t.same(await listings.doubts(), [])
    active = true
    await read()
    t.equal(matched().options.length, 1, 'ODS itself says that it is open')
  },
)

t.test('HAZ-R81: what ODS says has closed already when it is read for the first time is said at once', async (t) => {
  const { hub, kept, work } = await aDirectory(t)
  hub.record.seed({ resourceType: 'Organization', id: 'leisure', name: 'Leisure trust', identifier: [{ system: ODS, value: 'RX8' }] })
  await hub.dependencies.directory.hear('Organization/leisure')
  publisher.mount('/gone', () => {
    const resource = {
      resourceType: 'Organization',
      id: 'RX8',
      active: false,
      name: 'LEISURE TRUST',
      identifier: [{ system: ODS, value: 'RX8' }],
    }
    return { status: 200, body: JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: 1, entry: [{ resource }] }) }
  })
  const url = `${publisher.url}/gone/Organization`
  const feed = await kept.add(
    { name: 'gone', type: 'ods', url, publisher: 'NHS England', owner: 'directory-manager', everyS: 300 },
    hub.dependencies.clock.now(),
  )
  await work.read(feed?.number ?? 0)
  await work.tend()
  t.match(hub.dependencies.directory.listing('Organization/leisure'), { active: true, closure: { by: 'NHS England' } })
})
