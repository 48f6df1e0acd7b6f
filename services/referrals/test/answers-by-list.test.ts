/** What an organisation is asked for goes out as a list, and the list comes back with answers. */
import type { Parameters, ServiceRequest, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { testService } from './a-service.ts'

// A real database, a record that listens, and keys made anew for each test: on a busy machine that takes its time.
t.setTimeout(600_000)

t.test(
  'HAZ-R11: a list of answers is taken row by row; a no gets its next owner from the hub; sent again it changes nothing',
  async (t) => {
    const { call, asked, settle, steps, record } = await testService(t)
    const id = await asked()
    const csv = `task,answer,reason,words\n${id},refused,no-capacity,Full until March.\nunknown,accepted,,\n${id},perhaps,,\n`
    const send = (dryRun: boolean) =>
      call<Parameters>('/fhir/$import-answers', [
        { name: 'csv', valueString: csv },
        { name: 'dryRun', valueBoolean: dryRun },
      ])
    const counts = ({ parameter = [] }: Parameters) => parameter.slice(0, 3).map(({ valueUnsignedInt }) => valueUnsignedInt)
    const before = record.changes.length
    t.same(counts((await send(true)).body), [1, 0, 2])
    t.equal(record.changes.length, before, 'a dry run writes nothing')
    t.same(counts((await send(false)).body), [1, 0, 2])
    await settle()
    t.same(steps(), [
      ['referral', 'rejected', 'Organization/neuropsychology'],
      ['next-step', 'requested', 'Organization/single-point-of-access'],
    ])
    t.match(record.all<Task>('Task')[0], { statusReason: { text: 'Full until March.' } })
    const again = await send(false)
    t.same(counts(again.body), [0, 1, 2])
    t.equal(steps().length, 2)
    t.match(
      again.body.parameter?.find(({ name, part = [] }) => name === 'row' && part[0]?.valueUnsignedInt === 3),
      {
        part: [{}, { valueCode: 'not-taken' }],
      },
    )
    t.equal((await call('/fhir/$import-answers', [{ name: 'csv', valueString: 'no table' }])).status, 400)
  },
)

t.test('what an organisation is asked for goes out as a list, which comes back with its answers', async (t) => {
  const { get, call, callers, record, refer, settle, steps } = await testService(t)
  record.seed({ resourceType: 'Patient', id: 'ada', name: [{ text: 'Ada Probert' }], birthDate: '1974-03-18' })
  for (const id of ['one', 'two'])
    refer({
      id,
      subject: { reference: 'Patient/ada' },
      code: { text: `=Balance ${id}` },
      performer: [{ reference: 'Organization/neuropsychology' }],
    })
  await settle()
  const list = async (bearer?: string) => {
    const { body } = await get<Parameters>('/fhir/$export-steps', bearer)
    return { rows: body.parameter?.[0]?.valueUnsignedInt, csv: body.parameter?.[1]?.valueString ?? '' }
  }
  const { rows, csv } = await list()
  t.equal(rows, 2)
  const lines = csv.trim().split('\r\n')
  t.match(lines[0], /task,answer,reason,words,person,asked for/)
  t.match(lines[1], /,,,,Ada Probert,'=Balance (one|two),/, 'no spreadsheet takes it for a formula')
  t.notMatch(csv, /1974/)
  t.equal((await list(await callers.bearer('leisure'))).rows, 0, 'each organisation its own')
  const filled = [lines[0], lines[1]?.replace(',,,,', ',refused,no-capacity,Full.,'), lines[2]].join('\r\n')
  const { body } = await call<Parameters>('/fhir/$import-answers', [{ name: 'csv', valueString: filled }])
  t.same(
    body.parameter?.slice(0, 3).map(({ valueUnsignedInt }) => valueUnsignedInt),
    [1, 0, 0],
    'a row that is not filled in is no answer',
  )
  await settle()
  t.same([...steps('one'), ...steps('two')].map(([, status]) => status).toSorted(), ['rejected', 'requested', 'requested'])
})

t.test(
  'HAZ-R80: a list of answers is taken back by who sent it: the step is what it was, and whoever was given the next one is asked no more',
  async (t) => {
    const { asked, call, callers, record, settle, steps } = await testService(t)
    const id = await asked()
    const step = () => record.all<Task>('Task').find((one) => one.id === id)
    const before = step()
    const answer = async (row: string) => {
      const { body } = await call<Parameters>('/fhir/$import-answers', [
        { name: 'csv', valueString: `task,answer,reason,words\n${id},${row}\n` },
      ])
      await settle()
      return body.parameter?.find(({ name }) => name === 'list')?.valueString ?? ''
    }
    const undo = async (list: string, bearer?: string) => {
      const { status, body } = await call<Parameters>('/fhir/$undo-answers', [{ name: 'list', valueString: list }], bearer)
      await settle()
      return [status, ...(body.parameter?.slice(0, 2).map(({ valueUnsignedInt }) => valueUnsignedInt) ?? [])]
    }
    const refused = await answer('refused,no-capacity,Full until March.')
    t.equal((await undo(refused, await callers.bearer('leisure')))[0], 404, 'a list is another organisation’s to nobody')
    t.same(await undo(refused), [200, 1, 0])
    t.same(steps(), [
      ['referral', 'requested', 'Organization/neuropsychology'],
      ['next-step', 'cancelled', 'Organization/single-point-of-access'],
    ])
    t.match(step(), { restriction: before?.restriction, note: [{ text: /taken back/ }] })
    t.notOk(step()?.statusReason ?? step()?.output, 'nothing of the answer is left on the step')
    t.equal((await undo(refused))[0], 404, 'it is taken back once')

    const done = await answer('done,,Eight sessions.')
    t.equal(record.all<ServiceRequest>('ServiceRequest')[0]?.status, 'completed')
    t.same(await undo(done), [200, 1, 0])
    t.match([record.all<ServiceRequest>('ServiceRequest')[0], step()], [{ status: 'active' }, { status: 'requested' }])

    const acted = await answer('refused,no-capacity,Full again.')
    const next = record.all<Task>('Task').find(({ status, id: other }) => status === 'requested' && other !== id)
    record.seed<Task>({ ...(next as Task), status: 'accepted' })
    t.same(await undo(acted), [200, 0, 1], 'what somebody has begun is not taken from them')
    t.equal(step()?.status, 'rejected')
  },
)

t.test('HAZ-R80: where the record fails in the middle of a list, what was taken is told with the list that takes it back', async (t) => {
  const { refer, call, dependencies, record, settle } = await testService(t)
  for (const id of ['one', 'two', 'three']) refer({ id, performer: [{ reference: 'Organization/neuropsychology' }] })
  await settle()
  const inOrder = record.all<Task>('Task').map(({ id = '' }) => id)
  const statuses = () => inOrder.map((id) => record.read<Task>(`Task/${id}`).status)
  const csv = `task,answer,reason,words\n${inOrder.map((id) => `${id},done,,Eight sessions.\n`).join('')}`
  const send = async () => {
    const { status, body } = await call<Parameters>('/fhir/$import-answers', [{ name: 'csv', valueString: csv }])
    await settle()
    const said = (name: string) =>
      (body.parameter ?? []).flatMap(({ part = [] }) =>
        part.filter((one) => one.name === name).map((one) => one.valueCode ?? one.valueString),
      )
    return { status, went: said('went'), says: said('text'), list: body.parameter?.find(({ name }) => name === 'list')?.valueString ?? '' }
  }
  const undo = async (list: string) => {
    const { body } = await call<Parameters>('/fhir/$undo-answers', [{ name: 'list', valueString: list }])
    await settle()
    return body.parameter?.slice(0, 2).map(({ valueUnsignedInt }) => valueUnsignedInt)
  }

  record.fail(503, 1)
  t.equal((await send()).status, 503, 'nothing was taken: the whole list is for another time')
  t.same(statuses(), ['requested', 'requested', 'requested'])

  // Away as soon as the second row is written: what became of it is not heard.
  record.beforeNextWrite(() => record.beforeNextWrite(() => record.fail(503, 1)))
  const half = await send()
  t.match(half, { status: 200, went: ['answered', 'not-taken', 'not-taken'], says: [/nobody knows whether/, /was not tried/] })
  t.same(statuses(), ['completed', 'completed', 'requested'])
  t.same((await send()).went, ['unchanged', 'unchanged', 'answered'], 'sent again it takes the rest')
  t.same(await undo(half.list), [2, 0])
  t.same(statuses(), ['requested', 'requested', 'completed'])

  const list = dependencies.newId()
  const never = { task: inOrder[0] ?? '', need: 'one', line: 2, status: 'requested', answeredAt: '2999-01-01T00:00:00.000Z' } as const
  await dependencies.listAnswers.keep(list, 'Organization/neuropsychology', never)
  t.same(await undo(list), [1, 0], 'of an answer that the record never had nothing stands')
  t.same(statuses(), ['requested', 'requested', 'completed'])
})

t.test(
  'HAZ-R80: a rehearsal says what the real list would: of who may not write, of another’s step, and of a row after another',
  async (t) => {
    const { asked, call, callers, record } = await testService(t)
    const id = await asked()
    const rehearse = async (csv: string, bearer?: string) => {
      const { body } = await call<Parameters>(
        '/fhir/$import-answers',
        [
          { name: 'csv', valueString: `task,answer,reason,words\n${csv}` },
          { name: 'dryRun', valueBoolean: true },
        ],
        bearer,
      )
      return (body.parameter ?? []).flatMap(({ name, part = [] }) =>
        name === 'row' ? [[part[1]?.valueCode, part.at(-1)?.valueString]] : [],
      )
    }
    const before = record.changes.length
    const reads = await callers.bearer('neuropsychology', 'user/*.rs')
    t.match(await rehearse(`${id},accepted,,\n`, reads), [['not-taken', /may not write Task/]])
    t.match(await rehearse(`${id},refused,no-capacity,Full.\n`, await callers.bearer('leisure')), [['not-taken', /asked of somebody else/]])
    t.match(await rehearse(`${id},accepted,,\n${id},done,,Eight sessions.\n${id},done,,Again.\n`), [
      ['answered'],
      ['answered'],
      ['unchanged', /closed|completed/],
    ])
    t.equal(record.changes.length, before, 'nothing was written')
  },
)

t.test('HAZ-R90: a row for a step that ended otherwise is not taken for one that said so already', async (t) => {
  const { asked, call, callers, record, settle, post } = await testService(t)
  const id = await asked()
  const wentOf = async (row: string) => {
    const { body } = await call<Parameters>('/fhir/$import-answers', [
      { name: 'csv', valueString: `task,answer,reason,words\n${id},${row}\n` },
    ])
    await settle()
    return body.parameter?.find(({ name }) => name === 'row')?.part?.map(({ valueCode, valueString }) => valueCode ?? valueString)
  }
  const text = 'Somebody nearer was found.'
  const redirect = [
    { name: 'outcome', valueCode: 'redirect' },
    { name: 'receiver', valueReference: { reference: 'Organization/leisure' } },
    { name: 'words', valueString: text },
  ]
  t.equal((await call(`/fhir/Task/${id}/$triage`, redirect)).status, 200)
  for (const row of ['accepted,,', 'done,,Eight sessions.', 'refused,no-capacity,Full.', 'did-not-attend,,'])
    t.match(await wentOf(row), [undefined, 'not-taken', undefined, /completed/], `${row}: the need has moved to somebody else`)
  const request = record.all<ServiceRequest>('ServiceRequest')[0]
  await post(
    `/fhir/ServiceRequest/${request?.id ?? ''}/$withdraw`,
    { resourceType: 'Parameters', parameter: [{ name: 'reason', valueString: 'Not wanted any more.' }] },
    await callers.bearer('community-team'),
  )
  await settle()
  const theirs = record.all<Task>('Task').find(({ owner }) => owner?.reference === 'Organization/leisure')
  t.equal(theirs?.status, 'cancelled')
  const { body } = await call<Parameters>(
    '/fhir/$import-answers',
    [{ name: 'csv', valueString: `task,answer\n${theirs?.id ?? ''},accepted\n` }],
    await callers.bearer('leisure'),
  )
  t.match(body.parameter, [{ valueUnsignedInt: 0 }, { valueUnsignedInt: 0 }, { valueUnsignedInt: 1 }], 'who was withdrawn is not coming')
})

t.test(
  'HAZ-R90: a list in which somebody did not come, sent again, asks about that absence once; the next absence is another',
  async (t) => {
    const { call, record, refer, settle } = await testService(t)
    const kind = 'https://handrail.example/fhir/CodeSystem/service-kind'
    refer({ id: 'mood', code: { coding: [{ system: kind, code: 'neuropsychology' }] } })
    refer({ id: 'class', performer: [{ reference: 'Organization/neuropsychology' }] })
    await settle()
    const ofClass = () => record.all<Task>('Task').filter(({ focus }) => focus?.reference === 'ServiceRequest/class')
    const id = ofClass()[0]?.id ?? ''
    const send = async () => {
      const { body } = await call<Parameters>('/fhir/$import-answers', [
        { name: 'csv', valueString: `task,answer\n${id},did-not-attend\n` },
      ])
      await settle()
      return body.parameter?.slice(0, 3).map(({ valueUnsignedInt }) => valueUnsignedInt)
    }
    const asking = () => ofClass().filter(({ code }) => code?.coding?.[0]?.code === 'sessions-missed')
    t.same(await send(), [1, 0, 0])
    t.equal(ofClass()[0]?.status, 'on-hold')
    t.equal(asking().length, 1)
    t.same(await send(), [0, 1, 0])
    t.equal(asking().length, 1, 'the coordinator is asked once')
    const [asked] = asking()
    record.seed<Task>({ ...(asked as Task), status: 'completed' })
    t.same(await send(), [1, 0, 0])
    t.equal(asking().length, 2)
  },
)

t.test(
  'HAZ-R80: with an answer that is taken back the joint review ends that it had called for, and a step that had waited waits for nothing',
  async (t) => {
    const { call, record, refer, settle } = await testService(t)
    refer({ performer: [{ reference: 'Organization/neuropsychology' }] })
    refer({ id: 'asked', performer: [{ reference: 'Organization/neuropsychology' }] })
    await settle()
    const of = (id: string) => record.all<Task>('Task').filter(({ focus }) => focus?.reference === `ServiceRequest/${id}`)
    const answer = async (id: string) => {
      const { body } = await call<Parameters>('/fhir/$import-answers', [
        { name: 'csv', valueString: `task,answer,reason,words\n${id},refused,no-capacity,Full.\n` },
      ])
      await settle()
      return body.parameter?.find(({ name }) => name === 'list')?.valueString ?? ''
    }
    const undo = async (list: string) => {
      t.equal((await call('/fhir/$undo-answers', [{ name: 'list', valueString: list }])).status, 200)
      await settle()
    }
    const [first] = of('need-1')
    record.seed<Task>({
      ...(first as Task),
      id: 'another',
      identifier: [{ system: 'https://handrail.example/fhir/Id/task-key', value: 'another' }],
      status: 'rejected',
      owner: { reference: 'Organization/leisure' },
      statusReason: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/refusal-reason', code: 'no-capacity' }], text: 'Full.' },
    })
    const list = await answer(first?.id ?? '')
    const review = () => of('need-1').find(({ code }) => code?.coding?.[0]?.code === 'joint-review')
    t.equal(review()?.status, 'requested')
    await undo(list)
    t.equal(review()?.status, 'cancelled')
    t.equal(of('need-1').find(({ id }) => id === first?.id)?.status, 'requested')

    const [step] = of('asked')
    await call(`/fhir/Task/${step?.id ?? ''}/$triage`, [
      { name: 'outcome', valueCode: 'ask' },
      { name: 'question', valueString: 'Since when?' },
    ])
    await settle()
    t.equal(of('asked')[0]?.status, 'on-hold')
    await undo(await answer(step?.id ?? ''))
    t.same(
      of('asked')
        .map(({ status, code }) => [code?.coding?.[0]?.code, status])
        .filter(([, status]) => status !== 'cancelled'),
      [['referral', 'requested']],
    )
  },
)
