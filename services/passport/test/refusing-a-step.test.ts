/** A step is refused with a reason of ours and a next step that somebody has, on every path. */
import t from 'tap'
import { aRecordOfSteps, REASON, output } from './a-record-of-steps.ts'

const { hub, send, store, community, patient, aNeed, aTask, refusal, tasksOf } = await aRecordOfSteps(t)

t.test('a refusal without a next step is refused (HAZ-P02)', async (t) => {
  const need = `ServiceRequest/${(await aNeed()).id}`
  const { id } = await store(aTask(need))
  const answer = await send('admin', 'PUT', `/Task/${id}`, { ...aTask(need), id, status: 'rejected' })
  t.equal(answer.statusCode, 422)
  t.equal((await send('admin', 'GET', `/Task/${id}`)).json<{ status: string }>().status, 'requested')
})

t.test('a refusal opens the next step that it names, in the same transaction (HAZ-P01)', async (t) => {
  const need = `ServiceRequest/${(await aNeed()).id}`
  const { id } = await store(aTask(need))
  t.equal((await send('admin', 'PUT', `/Task/${id}`, { ...aTask(need), id, ...refusal })).statusCode, 200)
  const open = (await tasksOf(need)).filter(({ status }) => status === 'requested')
  t.equal(open.length, 1)
  t.match(open[0], { owner: { reference: community }, description: 'Assess at home', restriction: { period: { end: '2026-12-01' } } })
})

t.test('HAZ-P02: a refusal names as next owner somebody who is there', async (t) => {
  const { id: gone } = await store({ resourceType: 'Organization', name: 'Closed' })
  await send('admin', 'DELETE', `/Organization/${gone}`)
  for (const next of [
    { display: 'the GP' },
    { reference: 'Organization/nobody' },
    { reference: `Organization/${gone}` },
    { reference: patient },
    { reference: 'https://elsewhere.example/Organization/1' },
    { identifier: { use: 'official' } },
  ]) {
    const need = `ServiceRequest/${(await aNeed()).id}`
    const { id } = await store(aTask(need))
    const [, ...others] = refusal.output
    const output_ = [output('next-owner', { valueReference: next }), ...others]
    const answer = await send('admin', 'PUT', `/Task/${id}`, { ...aTask(need), id, ...refusal, output: output_ })
    t.equal(answer.statusCode, 422, JSON.stringify(next))
    t.same(
      (await tasksOf(need)).map(({ status }) => status),
      ['requested'],
      'the step is still theirs',
    )
  }
})

const LOCAL = 'https://fhir.nhs.uk/CodeSystem/dos-rejected-reasons-bars'
const foreign = { coding: [{ system: LOCAL, code: '22' }], text: 'Full until March.' }

t.test(
  'HAZ-P02: a step of a request is refused for a reason of ours, on every path, and a code of others may stand beside it',
  async (t) => {
    for (const coding of [
      [{ system: LOCAL, code: '22' }],
      [{ code: 'no-capacity' }],
      [{ system: REASON, code: 'full' }],
      [
        { system: REASON, code: 'no-capacity' },
        { system: REASON, code: 'full' },
      ],
    ]) {
      const need = `ServiceRequest/${(await aNeed()).id}`
      const { id } = await store(aTask(need))
      const no = { ...aTask(need), id, ...refusal, statusReason: { coding, text: 'Full until March.' } }
      const change = [
        { op: 'add', path: '/statusReason', value: no.statusReason },
        { op: 'add', path: '/output', value: no.output },
        { op: 'replace', path: '/status', value: 'rejected' },
      ]
      const entry = [{ resource: no, request: { method: 'PUT', url: `Task/${id}` } }]
      const answers = [
        await send('admin', 'PUT', `/Task/${id}`, no),
        await send('admin', 'PATCH', `/Task/${id}`, change, { 'content-type': 'application/json-patch+json' }),
        await send('admin', 'POST', '/', { resourceType: 'Bundle', type: 'transaction', entry }),
        await send('admin', 'POST', '/Task', { ...no, id: undefined, focus: undefined, basedOn: [{ reference: need }] }),
      ]
      for (const answer of answers) {
        t.equal(answer.statusCode, 422, JSON.stringify(coding))
        t.match(answer.json(), {
          issue: [
            {
              code: 'code-invalid',
              diagnostics: /CodeSystem\/refusal-reason: .*no-capacity.*other-in-words/,
              expression: [/statusReason/],
            },
          ],
        })
      }
      t.same(
        (await tasksOf(need)).map(({ status }) => status),
        ['requested'],
      )
    }
    const need = `ServiceRequest/${(await aNeed()).id}`
    const { id } = await store(aTask(need))
    const both = [
      { system: LOCAL, code: '22' },
      { system: REASON, code: 'no-capacity' },
    ]
    const beside = { ...aTask(need), id, ...refusal, statusReason: { coding: both, text: 'Full until March.' } }
    t.equal((await send('admin', 'PUT', `/Task/${id}`, beside)).statusCode, 200)
    t.equal(
      (await send('admin', 'PUT', `/Task/${id}`, { ...beside, statusReason: foreign })).statusCode,
      422,
      'nor is it changed into another',
    )
    const moved = { ...aTask(need), ...refusal, id: (await store(aTask(need))).id, statusReason: foreign, focus: undefined }
    t.equal((await send('admin', 'PUT', `/Task/${moved.id}`, moved)).statusCode, 422, 'nor taken out from under the request with it')
  },
)

t.test('a Task of no request is refused for whatever reason its own people know', async (t) => {
  const stay = await store({ resourceType: 'Encounter', status: 'in-progress', class: { code: 'IMP' }, subject: { reference: patient } })
  for (const focus of [{ reference: `Encounter/${stay.id}` }, { reference: `DocumentReference/elsewhere` }]) {
    const { id } = await store(aTask('', { focus }))
    t.equal((await send('admin', 'PUT', `/Task/${id}`, { ...aTask('', { focus }), id, ...refusal, statusReason: foreign })).statusCode, 200)
  }
})

/** A step that was refused when reasons of others were taken. */
async function refusedBefore(): Promise<Record<string, unknown> & { id: string }> {
  const need = `ServiceRequest/${(await aNeed()).id}`
  const { id } = await store(aTask(need))
  const before = { ...aTask(need), id, ...refusal, statusReason: foreign }
  await hub.database.transaction(async (tx) => {
    await tx.query({ text: `SELECT set_config('handrail.restoring', 'on', true)` })
    const values = [id, JSON.stringify(before)]
    await tx.query({ text: "UPDATE passport.resource SET content = $2 WHERE type = 'Task' AND id = $1", values })
  })
  return before
}

t.test('what was refused for a reason of others before is read, and changed otherwise, as it was', async (t) => {
  const before = await refusedBefore()
  t.match((await send('admin', 'GET', `/Task/${before.id}`)).json(), { statusReason: foreign })
  const noted = { ...before, note: [{ text: 'Rung again.' }] }
  t.equal((await send('admin', 'PUT', `/Task/${before.id}`, noted)).statusCode, 200)
  t.match((await send('admin', 'GET', `/Task/${before.id}`)).json(), { statusReason: foreign, note: [{ text: 'Rung again.' }] })
})

t.test('HAZ-P02: also whoever writes past the services stores no refusal without its reason and next step', async (t) => {
  const need = `ServiceRequest/${(await aNeed()).id}`
  const { id } = await store(aTask(need))
  const written = (task: object) =>
    hub.database.query({
      text: "UPDATE passport.resource SET content = $2 WHERE type = 'Task' AND id = $1",
      values: [id, JSON.stringify({ ...aTask(need), id, ...task })],
    })
  await t.rejects(written({ status: 'rejected' }), { code: '23514', constraint: 'refusal_names_next_step' })
  for (const left of ['next-owner', 'next-action', 'due'])
    await t.rejects(
      written({ ...refusal, output: refusal.output.filter(({ type }) => type.coding[0]?.code !== left) }),
      { code: '23514', constraint: 'refusal_names_next_step' },
      `without ${left}`,
    )
  await t.rejects(
    written({ ...refusal, statusReason: { text: 'Full.' } }),
    { code: '23514', constraint: 'refusal_names_next_step' },
    'without a code',
  )
  await t.rejects(written({ ...refusal, statusReason: { coding: [{ code: 'full' }], text: ' ' } }), {
    code: '23514',
    constraint: 'refusal_names_next_step',
  })
  for (const statusReason of [
    foreign,
    { coding: [{ code: 'too-complex' }], text: 'Full.' },
    { coding: [{ system: REASON }], text: 'Full.' },
  ])
    await t.rejects(written({ ...refusal, statusReason }), { code: '23514' }, JSON.stringify(statusReason))
  await t.rejects(written({ ...refusal, statusReason: foreign }), { code: '23514', constraint: 'refusal_reason_is_ours' })
  const added = `INSERT INTO passport.resource SELECT bucket, type, $2, 1, updated_at, deleted, patient, occurred_at, classes, parties, tokens, $3
    FROM passport.resource WHERE type = 'Task' AND id = $1`
  const values = [id, `${id}x`, JSON.stringify({ ...aTask(need), ...refusal, statusReason: foreign })]
  await t.rejects(hub.database.query({ text: added, values }), { code: '23514', constraint: 'refusal_reason_is_ours' })
  await written(refusal)
  await t.rejects(written({ ...refusal, statusReason: foreign }), { code: '23514', constraint: 'refusal_reason_is_ours' })
  await written({ status: 'requested' })
})
