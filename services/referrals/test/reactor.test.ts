import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { sweepConcerns } from '../src/store/concerns.ts'
import { seedOrganization, testHub } from './a-hub.ts'
import { WEDNESDAY } from './a-need.ts'

const FRIDAY = new Date('2026-11-06T10:00:00.000Z')
const MONDAY = new Date('2026-11-09T10:00:00.000Z')
const leisure = { performer: [{ reference: 'HealthcareService/chair-class' }] }

t.test('a referral is routed by one search and one conditional create', async (t) => {
  const { record, refer, settle, steps } = await testHub(t)
  refer(leisure)
  record.requests.length = 0
  await settle()
  t.same(steps(), [['referral', 'requested', 'Organization/leisure']])
  t.same(record.requests, ['POST /fhir/ServiceRequest/_search', 'POST /fhir/Task'])
})

t.test('many new referrals share searches and transactions, and one that the record refuses keeps no other waiting', async (t) => {
  const { record, refer, tell, steps } = await testHub(t)
  const ids = ['one', 'two', 'three', 'four', 'five', 'six']
  for (const id of ids) refer({ id, ...leisure })
  record.requests.length = 0
  await Promise.all(ids.map((id) => tell({ type: 'ServiceRequest', id })))
  // Two lanes, so that one group is decided while the other is written.
  const search = 'POST /fhir/ServiceRequest/_search'
  t.same(record.requests.toSorted(), ['POST /fhir', 'POST /fhir', search, search])
  for (const id of ids) t.same(steps(id), [['referral', 'requested', 'Organization/leisure']])

  for (const id of ['seven', 'eight', 'nine', 'ten']) refer({ id, ...leisure })
  record.refuseNextTransaction()
  await Promise.all(['seven', 'eight', 'nine', 'ten'].map((id) => tell({ type: 'ServiceRequest', id })))
  for (const id of ['seven', 'eight', 'nine', 'ten']) t.same(steps(id), [['referral', 'requested', 'Organization/leisure']])
})

t.test('of two requests alike that come at the same time the access point is shown that there are two', async (t) => {
  const { record, refer, tell } = await testHub(t)
  const ids = ['here', 'there', 'everywhere']
  for (const id of ids) refer({ id, code: { coding: [{ system: 'urn:wants', code: 'counselling' }] } })
  refer({ id: 'not-ours', category: [], code: { coding: [{ system: 'urn:wants', code: 'counselling' }] } })
  await Promise.all(['not-ours', ...ids].map((id) => tell({ type: 'ServiceRequest', id })))
  const pairs = record
    .all<Task>('Task')
    .flatMap(({ focus, input = [] }) =>
      input.flatMap(({ type, valueReference }) =>
        type.coding?.[0]?.code === 'possible-duplicate'
          ? [[focus?.reference ?? '', valueReference?.reference ?? ''].toSorted((one, other) => one.localeCompare(other)).join(' and ')]
          : [],
      ),
    )
  const all = ['everywhere and here', 'everywhere and there', 'here and there']
  t.same(
    [...new Set(pairs)].map((pair) => pair.replaceAll('ServiceRequest/', '')).toSorted(),
    all,
    'of each two one names the other, and none that is only stored',
  )
})

t.test('a change told three times, also at once, asks once', async (t) => {
  const { refer, tell, steps } = await testHub(t)
  const { id = '' } = refer(leisure)
  const change = { type: 'ServiceRequest', id }
  await tell(change)
  await Promise.all([tell(change), tell(change)])
  await tell(change)
  t.equal(steps().length, 1)
})

t.test('two that hear of a new referral at the same time ask once', async (t) => {
  const { refer, tell, steps } = await testHub(t)
  refer(leisure)
  const change = { type: 'ServiceRequest', id: 'need-1' }
  await Promise.all([tell(change), tell(change), tell(change)])
  t.equal(steps().length, 1)
})

t.test('when somebody is faster, the decision is taken again on what is true by then', async (t) => {
  const { record, refer, settle, steps } = await testHub(t)
  refer(leisure)
  await settle()
  const [task] = record.all<Task>('Task')
  record.seed({ ...task!, status: 'accepted' })
  record.beforeNextWrite(() => void record.seed({ ...task!, status: 'in-progress', description: 'Begun on Thursday.' }))
  await settle()
  t.same(steps(), [['referral', 'in-progress', 'Organization/leisure']])
  t.match(record.read<Task>(`Task/${task!.id}`), {
    description: 'Begun on Thursday.',
    restriction: { period: { end: '2026-11-11T10:00:00.000Z' } },
  })
})

t.test('a record that does not answer is asked again when the change is offered again', async (t) => {
  const { record, refer, tell, steps } = await testHub(t)
  refer(leisure)
  const change = { type: 'ServiceRequest', id: 'need-1' }
  record.fail(503, 1)
  await t.rejects(tell(change), { code: 'RECORD_UNAVAILABLE' })
  await tell(change)
  t.equal(steps().length, 1)
})

t.test('a performer who was listed a moment ago is looked up, and one whom nobody knows is not asked', async (t) => {
  const { record, refer, tell, steps } = await testHub(t)
  seedOrganization(record, 'new-charity')
  refer({ performer: [{ reference: 'Organization/new-charity' }, { reference: 'Organization/nobody' }] })
  await tell({ type: 'ServiceRequest', id: 'need-1' })
  t.same(steps(), [['referral', 'requested', 'Organization/new-charity']])
})

t.test('HAZ-R02: the sweep tells the next owner of an overdue step, and tells nobody twice', async (t) => {
  const { dependencies, moveTo, refer, settle, steps } = await testHub(t)
  refer(leisure)
  await settle()
  moveTo(FRIDAY)
  t.equal(await dependencies.clocks.countOverdue(FRIDAY), 1)
  await dependencies.needs.sweep(FRIDAY)
  await dependencies.needs.sweep(FRIDAY)
  t.same(steps(), [
    ['referral', 'requested', 'Organization/leisure'],
    ['escalation', 'requested', 'Organization/single-point-of-access'],
  ])
  moveTo(MONDAY)
  await dependencies.needs.sweep(MONDAY)
  t.same(steps()[2], ['escalation', 'requested', 'Organization/commissioner'])
  t.equal(await dependencies.clocks.countUnowned(MONDAY), 0)
})

t.test('the sweep asks the record nothing when nothing is due', async (t) => {
  const { record, dependencies, refer, settle } = await testHub(t)
  refer(leisure)
  await settle()
  record.requests.length = 0
  await dependencies.needs.sweep(WEDNESDAY)
  t.same(record.requests, [])
})

t.test(
  'HAZ-R01: a need that nobody can be asked for is counted after a minute, and is taken up when the access point is listed',
  async (t) => {
    const { record, dependencies, moveTo, refer, settle, steps } = await testHub(t, { listed: ['leisure'] })
    refer()
    await settle()
    t.same(steps(), [])
    t.equal(await dependencies.clocks.countUnowned(WEDNESDAY), 0)
    const aMinuteLater = new Date(WEDNESDAY.getTime() + 60_000)
    moveTo(aMinuteLater)
    t.equal(await dependencies.clocks.countUnowned(aMinuteLater), 1)

    seedOrganization(record, 'single-point-of-access')
    await settle()
    await dependencies.needs.sweep(aMinuteLater)
    t.same(steps(), [['single-point-of-access', 'requested', 'Organization/single-point-of-access']])
    t.equal(await dependencies.clocks.countUnowned(aMinuteLater), 0)
  },
)

t.test('a need that ends is no longer watched', async (t) => {
  const { record, dependencies, refer, settle, steps } = await testHub(t)
  refer(leisure)
  await settle()
  record.seed({ ...record.read<ServiceRequest>('ServiceRequest/need-1'), status: 'revoked' })
  await settle()
  t.same(steps(), [['referral', 'cancelled', 'Organization/leisure']])
  t.same(await dependencies.clocks.due(new Date('2027-01-01T00:00:00Z'), 10), [])
})

t.test('what was seen earlier does not replace what was seen later', async (t) => {
  const { dependencies } = await testHub(t)
  const clock = { task: 'task-1', owner: 'Organization/leisure', kind: 'referral', dueAt: FRIDAY, lookAt: FRIDAY }
  const need = { need: 'need-1', ended: false, since: WEDNESDAY, wants: [] } as const
  await dependencies.clocks.keep({ ...need, seenAs: MONDAY, clocks: [] })
  await dependencies.clocks.keep({ ...need, seenAs: FRIDAY, clocks: [clock] })
  t.same(await dependencies.clocks.due(MONDAY, 10), [])
})

t.test('one need that cannot be settled keeps no other waiting', async (t) => {
  const { record, dependencies, moveTo, refer, settle, steps } = await testHub(t)
  refer({ id: 'one', ...leisure })
  refer({ id: 'other', ...leisure })
  await settle()
  moveTo(FRIDAY)
  record.fail(503, 1)
  await dependencies.needs.sweep(FRIDAY)
  t.equal([...steps('one'), ...steps('other')].filter(([kind]) => kind === 'escalation').length, 1)
  await dependencies.needs.sweep(FRIDAY)
  t.equal([...steps('one'), ...steps('other')].filter(([kind]) => kind === 'escalation').length, 2)
})

t.test('HAZ-R01: a request that was given up by the queue counts as a need without an owner', async (t) => {
  const { database, dependencies } = await testHub(t)
  const values = ['referrals', 1, 'ServiceRequest', 'need-1', 1]
  await database.query({
    text: `INSERT INTO events.delivery (consumer, change_id, type, id, version, at, due_at, dead_at)
           VALUES ($1, $2, $3, $4, $5, now() - interval '2 minutes', now(), now())`,
    values,
  })
  t.equal(await dependencies.clocks.countUnowned(WEDNESDAY), 1)
})

t.test(
  'HAZ-R02: a concern that nobody answers in time goes up the ladder as every step does, and stands down once it is answered',
  async (t) => {
    const { record, dependencies, moveTo } = await testHub(t)
    const kind = (code: string) => ({ coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code }] })
    record.seed({
      resourceType: 'Task',
      id: 'concern',
      status: 'requested',
      intent: 'order',
      code: kind('advice'),
      description: 'She was very unsteady today.',
      for: { reference: 'Patient/ada' },
      requester: { reference: 'Organization/leisure' },
      owner: { reference: 'Organization/community-team' },
      restriction: { period: { end: '2026-11-05T10:00:00.000Z' } },
    } satisfies Task)
    const sweep = async (at: Date) => {
      moveTo(at)
      await sweepConcerns(dependencies)
      await sweepConcerns(dependencies)
    }
    const raised = () => record.all<Task>('Task').filter(({ id }) => id !== 'concern')
    const standing = () => raised().map(({ status, owner, for: person }) => [status, owner?.reference, person?.reference])

    await sweep(WEDNESDAY)
    t.strictSame(raised(), [], 'it is not late yet')
    await sweep(FRIDAY)
    t.strictSame(standing(), [['requested', 'Organization/single-point-of-access', 'Patient/ada']])
    t.match(raised()[0], {
      partOf: [{ reference: 'Task/concern' }],
      description: /^Nobody has answered a concern in time: She was very unsteady today\.$/,
    })
    await sweep(new Date('2026-11-20T10:00:00.000Z'))
    t.strictSame(
      standing().map(([, owner]) => owner),
      ['Organization/single-point-of-access', 'Organization/commissioner'],
      'nor did they: the one above',
    )
    record.seed({ ...record.read<Task>('Task/concern'), status: 'completed' })
    await sweep(new Date('2026-11-20T11:00:00.000Z'))
    t.ok(raised().every(({ status }) => status === 'cancelled'))
  },
)
