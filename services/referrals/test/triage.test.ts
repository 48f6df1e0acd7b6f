/** What the single point of access decides: the outcomes of triage, the waiting list, and requests that come twice. */
import type { Bundle, HealthcareService, OperationOutcome, ParametersParameter, Task } from '@medplum/fhirtypes'
import { until } from '@platform/testing/until'
import t from 'tap'
import { refusal, testService } from './a-service.ts'

// A real database, a record that listens, and keys made anew for each test: on a busy machine that takes its time.
t.setTimeout(600_000)

t.test('$triage accepts, redirects and advises, each with its Tasks', async (t) => {
  const { call, asked, callers, steps, settle } = await testService(t)
  const id = await asked({})
  const triager = await callers.bearer('single-point-of-access')
  const accepted = await call<Bundle>(`/fhir/Task/${id}/$triage`, [{ name: 'outcome', valueCode: 'accept' }], triager)
  t.match(accepted, {
    status: 200,
    body: { resourceType: 'Bundle', entry: [{ resource: { status: 'accepted' } }] },
  })

  const to = { name: 'receiver', valueReference: { reference: 'HealthcareService/chair-class' } }
  const redirected = await call<Bundle>(`/fhir/Task/${id}/$triage`, [{ name: 'outcome', valueCode: 'redirect' }, to], triager)
  t.match(redirected.body.entry, [
    { resource: { id, status: 'completed' } },
    { resource: { status: 'requested', owner: { reference: 'Organization/leisure' } } },
  ])

  const next = redirected.body.entry?.[1]?.resource?.id
  const words = { name: 'advice', valueString: 'Try the balance class first.' }
  t.equal((await call(`/fhir/Task/${next}/$triage`, [{ name: 'outcome', valueCode: 'advise' }, words], triager)).status, 200)
  await settle()
  t.same(steps(), [
    ['single-point-of-access', 'completed', 'Organization/single-point-of-access'],
    ['referral', 'completed', 'Organization/leisure'],
    ['next-step', 'requested', 'Organization/community-team'],
  ])
})

t.test('$triage says which outcomes are none, and what each lacks; "not suitable" needs what a refusal needs', async (t) => {
  const { call, asked } = await testService(t)
  const url = `/fhir/Task/${await asked({})}/$triage`
  const outcome = (valueCode: string, more: readonly ParametersParameter[] = []) =>
    call<OperationOutcome>(url, [{ name: 'outcome', valueCode }, ...more])
  for (const [code, lacks] of [
    ['split', 'receivers'],
    ['ask', 'question'],
    ['waiting-list', 'interimPlan'],
    ['advise', 'advice'],
  ] as const) {
    t.match(await outcome(code), { status: 400, body: { issue: [{ code: 'required', details: { text: `The answer lacks ${lacks}.` } }] } })
  }
  const to = (reference: string) => ({ name: 'receiver', valueReference: { reference } })
  const two = [to('Organization/leisure'), to('Organization/therapy-centre')]
  t.match(await outcome('redirect', two), { status: 400, body: { issue: [{ code: 'structure' }] } }, 'one is redirected to')
  t.match(await outcome('maybe'), { status: 400, body: { issue: [{ code: 'code-invalid' }] } })
  t.match(await outcome('not-suitable'), { status: 400, body: { issue: [{ code: 'required' }] } })
  t.equal((await outcome('not-suitable', refusal)).status, 200)
})

t.test('$triage splits, asks, reviews together and puts on a list', async (t) => {
  const { call, asked, settle, steps, callers } = await testService(t)
  const to = (reference: string) => ({ name: 'receiver', valueReference: { reference } })
  const triager = await callers.bearer('single-point-of-access')
  const triage = async (id: string | undefined, outcome: string, ...more: ParametersParameter[]) => {
    const { status, body } = await call<Bundle>(`/fhir/Task/${id}/$triage`, [{ name: 'outcome', valueCode: outcome }, ...more], triager)
    t.equal(status, 200, outcome)
    await settle()
    return (body.entry ?? []).map(({ resource }) => resource as Task)
  }
  const first = await asked({})
  const [, question] = await triage(first, 'ask', { name: 'question', valueString: 'Since when?' })
  t.equal((await call(`/fhir/Task/${question?.id}/$complete`, [{ name: 'outcome', valueString: 'Since May.' }])).status, 200)
  await settle()
  const [, one, other] = await triage(first, 'split', to('Organization/leisure'), to('Organization/therapy-centre'))
  await triage(one?.id, 'waiting-list', { name: 'interimPlan', valueString: 'A peer group.' })
  await triage(other?.id, 'joint-review', to('Organization/neuropsychology'))
  t.same(steps(), [
    ['single-point-of-access', 'completed', 'Organization/single-point-of-access'],
    ['more-information', 'completed', 'Organization/community-team'],
    ['referral', 'completed', 'Organization/leisure'],
    ['referral', 'completed', 'Organization/therapy-centre'],
    ['waiting-list', 'requested', 'Organization/leisure'],
    ['joint-review', 'requested', 'Organization/single-point-of-access'],
  ])
})

t.test(
  'HAZ-R10: room that appears is offered to who has waited longest, as many times as there are places, however often it is told',
  async (t) => {
    const { call, record, refer, settle, steps, callers, dependencies, moveTo, tell, database } = await testService(t)
    const wanted = { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/service-kind', code: 'exercise-class' }] }
    const bearer = await callers.bearer('single-point-of-access')
    for (const [minute, [id, day]] of (
      [
        ['late', '03'],
        ['first', '01'],
        ['second', '02'],
        ['fourth', '04'],
        ['fifth', '05'],
      ] as const
    ).entries()) {
      moveTo(new Date(`2026-11-04T11:0${minute}:00Z`))
      refer({ id, code: wanted, subject: { reference: `Patient/${id}` }, authoredOn: `2026-11-${day}T10:00:00Z` })
      await settle()
      const step = record.all<Task>('Task').find((task) => task.focus?.reference === `ServiceRequest/${id}`)
      moveTo(new Date(`2026-11-04T11:0${minute}:30Z`))
      const reason = { name: 'reason', valueCoding: { system: 'https://handrail.example/fhir/CodeSystem/unmet-need', code: 'no-capacity' } }
      const words = { name: 'words', valueString: 'Every class is full.' }
      t.equal((await call(`/fhir/Task/${step?.id}/$record-unmet-need`, [reason, words], bearer)).status, 200)
      await settle()
    }
    moveTo(new Date('2026-11-04T12:00:00Z'))
    t.equal(await dependencies.clocks.countUnowned(new Date('2026-12-01')), 0, 'an entry of the ledger has an owner and a due time')
    const chairClass = record.read<HealthcareService>('HealthcareService/chair-class')
    const room = (places: number, asOf: string) =>
      record.seed<HealthcareService>({
        ...chairClass,
        extension: [
          {
            url: 'https://handrail.example/fhir/StructureDefinition/service-capacity',
            extension: [
              { url: 'places', valueUnsignedInt: places },
              { url: 'asOf', valueDateTime: asOf },
            ],
          },
        ],
      })
    room(2, '2026-11-04')
    await settle()
    room(2, '2026-11-04')
    await settle()
    const offered = (id: string) => steps(id).some(([kind, status]) => kind === 'next-step' && status === 'requested')
    t.same(['first', 'second', 'late'].map(offered), [true, true, false])
    room(1, '2026-11-05')
    await settle()
    t.ok(offered('late'))

    // One statement is heard twice at once; the first to offer has told the need and not yet written it down when the other begins.
    room(1, '2026-11-06')
    const held = await database.pool.connect()
    await held.query('BEGIN')
    await held.query('LOCK TABLE referrals.capacity_offer IN SHARE MODE')
    const waiting = async (most: number) => {
      const text =
        'SELECT count(*)::integer AS held FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())'
      return Number((await database.query({ text })).rows[0]?.['held']) >= most
    }
    const hear = () => tell({ type: 'HealthcareService', id: 'chair-class' })
    const one = hear()
    await until('the first offer waits to be written down', () => waiting(1))
    await dependencies.needs.settle('fourth')
    const other = hear()
    await until('the second offer waits too', () => waiting(2))
    await held.query('COMMIT')
    held.release()
    await Promise.all([one, other])
    await settle()
    t.same(['fourth', 'fifth'].map(offered), [true, false], 'one place is offered once')

    // A hub that died after it had claimed a place is told of the statement again.
    const claim = `INSERT INTO referrals.capacity_offer (service, as_of, need, offered_at) VALUES ('HealthcareService/chair-class', '2026-11-07', 'fifth', $1)`
    await database.query({ text: claim, values: [new Date('2026-11-04T12:00:00Z')] })
    room(1, '2026-11-07')
    await settle()
    t.ok(offered('fifth'), 'whose place was claimed is told of it')
    const { rows } = await database.query({ text: 'SELECT FROM referrals.capacity_offer WHERE told_at IS NULL' })
    t.equal(rows.length, 0)
  },
)

t.test('a second request for the same is routed, and the access point is shown the first', async (t) => {
  const { record, refer, settle } = await testService(t)
  const code = { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/service-kind', code: 'hydrotherapy' }] }
  refer({ id: 'one', code })
  await settle()
  refer({ id: 'two', code })
  await settle()
  refer({ id: 'of-another', code, subject: { reference: 'Patient/bryn' } })
  await settle()
  const seen = record.all<Task>('Task').map((task) => task.input?.map(({ valueReference }) => valueReference?.reference))
  t.same(seen, [undefined, ['ServiceRequest/one'], undefined])
})

t.test('HAZ-R10: room is offered to those whom the service serves; where that is not known it is offered, and says so', async (t) => {
  const { call, callers, record, refer, settle, steps, moveTo } = await testService(t)
  const code = { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/service-kind', code: 'exercise-class' }] }
  const bearer = await callers.bearer('single-point-of-access')
  for (const [minute, [id, area]] of [
    ['far', 'L1'],
    ['near', 'CH7 1AB'],
    ['unknown', undefined],
    ['in-words', 'Flintshire'],
  ].entries()) {
    moveTo(new Date(`2026-11-04T11:0${minute}:00Z`))
    refer({ id: id!, code, subject: { reference: `Patient/${id}` }, authoredOn: `2026-11-0${minute + 1}T10:00:00Z` })
    await settle()
    const step = record.all<Task>('Task').find((task) => task.focus?.reference === `ServiceRequest/${id}`)
    moveTo(new Date(`2026-11-04T11:0${minute}:30Z`))
    const reason = { name: 'reason', valueCoding: { system: 'https://handrail.example/fhir/CodeSystem/unmet-need', code: 'no-capacity' } }
    const given = [reason, { name: 'words', valueString: 'Full.' }, ...(area === undefined ? [] : [{ name: 'area', valueString: area }])]
    t.equal((await call(`/fhir/Task/${step?.id}/$record-unmet-need`, given, bearer)).status, 200)
    await settle()
  }
  moveTo(new Date('2026-11-04T12:00:00Z'))
  const base = 'https://handrail.example/fhir/StructureDefinition'
  record.seed<HealthcareService>({
    ...record.read<HealthcareService>('HealthcareService/chair-class'),
    extension: [
      { url: `${base}/service-eligibility`, extension: [{ url: 'catchment', valueString: 'ch' }] },
      {
        url: `${base}/service-capacity`,
        extension: [
          { url: 'places', valueUnsignedInt: 9 },
          { url: 'asOf', valueDateTime: '2026-11-04' },
        ],
      },
    ],
  })
  await settle()
  const offer = (id: string) =>
    record
      .all<Task>('Task')
      .find(({ focus, description }) => focus?.reference === `ServiceRequest/${id}` && /has room/.test(description ?? ''))?.description
  t.notOk(offer('far'), 'it is not for whom it does not serve, however long they have waited')
  t.match(steps('far').at(-1), ['unmet-need-review', 'requested'])
  t.match(offer('near'), /has room\. Ask the person/)
  for (const id of ['unknown', 'in-words']) t.match(offer(id), /Whether it serves where this is wanted is not known: find out first\./, id)
})

t.test(
  'HAZ-R10: an entry of the unmet-need ledger gives a reason of unmet-need; another code is refused with what there is to choose from',
  async (t) => {
    const { call, asked, callers } = await testService(t)
    const id = await asked({})
    const bearer = await callers.bearer('single-point-of-access')
    for (const valueCoding of [{ system: 'http://snomed.info/sct', code: 'no-capacity' }, { code: 'no-capacity' }]) {
      const given = [
        { name: 'reason', valueCoding },
        { name: 'words', valueString: 'Full.' },
      ]
      t.match(await call(`/fhir/Task/${id}/$record-unmet-need`, given, bearer), {
        status: 400,
        body: { issue: [{ details: { coding: [{ code: 'UNMET_NEED_REASON_UNKNOWN' }] }, diagnostics: /no-capacity/ }] },
      })
    }
  },
)
