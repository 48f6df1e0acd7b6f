/** What commissioners and the operator are told: whom the rules of matching ruled out, and the flow over the pathway. */
import type { OperationOutcome, Parameters, ServiceRequest, Task } from '@medplum/fhirtypes'
import { placesIn } from '@platform/service/places'
import t from 'tap'
import { testService } from './a-service.ts'

// A real database, a record that listens, and keys made anew for each test: on a busy machine that takes its time.
t.setTimeout(600_000)

t.test(
  'what each rule of matching did is told in all and by area, age and condition: exactly to the operator, by ended quarters and without small numbers to commissioners',
  async (t) => {
    const { call, get, asked, callers, record, moveTo, database } = await testService(t)
    await database.query({ text: 'TRUNCATE referrals.rule_effect' })
    await asked()
    const [request] = record.all<ServiceRequest>('ServiceRequest')
    const criteria = [{ url: 'condition', valueCode: 'epilepsy' as never }]
    /** Somebody looks for this person, three times: the person counts once. */
    const look = async (person: string, ageBand: string, near = 'CH5 1AB') => {
      const resource: ServiceRequest = {
        ...(request as ServiceRequest),
        subject: { reference: `Patient/${person}` },
        extension: [{ url: 'https://handrail.example/fhir/StructureDefinition/request-criteria', extension: criteria }],
      }
      const given = [
        { name: 'request', resource },
        { name: 'near', valueString: near },
        { name: 'ageBand', valueCode: ageBand },
      ]
      for (let time = 0; time < 3; time += 1) t.equal((await call('/fhir/ServiceRequest/$match', given)).status, 200)
    }
    for (let person = 0; person < 8; person += 1) await look(`person-${person}`, '40-64')
    await look('person-8', '80-')

    const days = (from: string, until: string) => `/fhir/$screening-out?from=${from}&until=${until}`
    t.equal((await get(days('2026-10-01', '2026-12-31'))).status, 403)
    const effectsIn = ({ body }: { readonly body: Parameters }) =>
      (body.parameter ?? [])
        .filter(({ name }) => name === 'effect')
        .map(({ part = [] }) =>
          Object.fromEntries(part.map((one) => [one.name, one.valueCode ?? one.valueString ?? one.valueDecimal ?? one.valueBoolean])),
        )

    const operator = await callers.bearer('admin', 'user/*.rs', 'admin')
    const exact = await get<Parameters>(days('2026-11-01', '2026-11-30'), operator)
    const [first] = effectsIn(exact)
    const groupsOf = (all: readonly Record<string, unknown>[]) =>
      all
        .filter(({ rule, effect }) => rule === first?.['rule'] && effect === first?.['effect'])
        .map(({ rule: _rule, effect: _effect, ...rest }) => rest)
    const each = Number(first?.['times']) / 27
    t.strictSame(groupsOf(effectsIn(exact)), [
      { times: 27 * each },
      { age: '40-64', times: 24 * each },
      { age: '80-', times: 3 * each },
      { area: 'CH5', times: 27 * each },
      { condition: 'epilepsy', times: 27 * each },
    ])
    t.match(exact.body.parameter?.at(-1), {
      name: 'notCounted',
      part: [{ valueCode: 'deprivation' }, { valueString: /No table.*places import/ }],
    })

    const commissioner = await callers.bearer('commissioner', 'user/*.rs', 'commissioner')
    for (const [from, until] of [
      ['2026-11-01', '2026-11-30'],
      ['2026-10-01', '2026-12-31'],
      ['2026-07-01', '2026-12-31'],
      ['2026-08-01', '2026-10-31'],
    ] as const)
      t.equal((await get(days(from, until), commissioner)).status, 422, `${from} to ${until} is no quarter that has ended`)
    moveTo(new Date('2027-01-01T09:00:00Z'))
    const published = await get<Parameters>(days('2026-10-01', '2026-12-31'), commissioner)
    const rounded = (times: number) => Math.round(times / 5) * 5
    t.strictSame(groupsOf(effectsIn(published)), [
      { times: rounded(27 * each) },
      { age: '40-64', times: rounded(24 * each) },
      { age: '80-', hidden: true },
      { area: 'CH5', times: rounded(27 * each) },
      { condition: 'epilepsy', times: rounded(27 * each) },
    ])
    t.notMatch(JSON.stringify([exact.body, published.body]), /Patient|person-|need-1/)

    const tableOfPlaces = async function* () {
      yield { line: 2, postcode: 'CH51AB', place: { nation: 'wales' as const, decile: 3, rurality: 'rural' as const } }
    }
    const source = { name: 'An index', edition: '2019', licence: 'Some licence' }
    await placesIn(database).replace(source, tableOfPlaces(), { at: new Date(), mayKeep: () => 'yes' })
    for (let person = 9; person < 17; person += 1) await look(`person-${person}`, '40-64')
    await look('person-17', '40-64', 'CH5 9ZZ')
    await look('person-18', '40-64', 'CH5')
    const placed = await get<Parameters>(days('2027-01-01', '2027-01-01'), operator)
    const byPlace = (all: readonly Record<string, unknown>[]) =>
      groupsOf(all).filter((group) => 'deprivation' in group || 'rurality' in group)
    t.strictSame(byPlace(effectsIn(placed)), [
      { deprivation: 'not-in-table', times: 3 * each },
      { deprivation: 'wimd-2', times: 24 * each },
      { rurality: 'not-in-table', times: 3 * each },
      { rurality: 'wales-rural', times: 24 * each },
    ])
    moveTo(new Date('2027-04-01T09:00:00Z'))
    t.strictSame(byPlace(effectsIn(await get<Parameters>(days('2027-01-01', '2027-03-31'), commissioner))), [
      { deprivation: 'not-in-table', hidden: true },
      { deprivation: 'wimd-2', times: rounded(24 * each) },
      { rurality: 'not-in-table', hidden: true },
      { rurality: 'wales-rural', times: rounded(24 * each) },
    ])
    t.match(placed.body.parameter?.at(-1), {
      name: 'places',
      part: [{ valueCode: 'wales' }, { valueCode: 'wimd' }, { valueString: 'An index' }],
    })
    t.notMatch(JSON.stringify(placed.body), /notCounted|1AB|9ZZ/)
  },
)

t.test(
  'HAZ-C01: the real flow over the pathway is exact for the operator; a commissioner gets settled quarters, without small numbers, once and for ever',
  async (t) => {
    const { get, record, database, callers, moveTo, refer } = await testService(t)
    await database.query({ text: 'TRUNCATE referrals.published_flow' })
    const step = (id: string, need: string, owner: string) =>
      record.seed<Task>({
        resourceType: 'Task',
        id,
        status: 'requested',
        intent: 'order',
        identifier: [{ system: 'https://handrail.example/fhir/Id/task-key', value: id }],
        code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'referral' }] },
        basedOn: [{ reference: `ServiceRequest/${need}` }],
        focus: { reference: `ServiceRequest/${need}` },
        owner: { reference: `Organization/${owner}` },
      })
    // Twelve people go to leisure, one of them twice; one person goes nine times where nobody else goes.
    for (let person = 0; person < 12; person += 1) {
      refer({ id: `flow-${person}`, subject: { reference: `Patient/flow-person-${person}` } })
      step(`flow-${person}-a`, `flow-${person}`, 'leisure')
    }
    step('flow-0-b', 'flow-0', 'leisure')
    for (const status of ['draft', 'entered-in-error'] as const)
      refer({ id: `flow-${status}`, subject: { reference: 'Patient/flow-person-0' }, status })
    refer({ id: 'flow-midnight', subject: { reference: 'Patient/flow-person-0' }, authoredOn: '2026-07-01T00:30:00+01:00' })
    for (let time = 0; time < 9; time += 1) step(`flow-1-alone-${time}`, 'flow-1', 'neuropsychology')
    const days = (from: string, until: string) => `/fhir/$pathway-flow?from=${from}&until=${until}`
    const linksIn = ({ parameter = [] }: Parameters) =>
      parameter
        .filter(({ name }) => name === 'link')
        .map(({ part = [] }) =>
          Object.fromEntries(part.map((one) => [one.name, one.valueCode ?? one.valueUnsignedInt ?? one.valueBoolean])),
        )

    t.equal((await get(days('2026-11-01', '2026-11-30'))).status, 403)
    const operator = await callers.bearer('admin', 'user/*.rs', 'admin')
    const exact = await get<Parameters>(days('2026-11-01', '2026-11-30'), operator)
    t.equal(exact.status, 200, JSON.stringify(exact.body))
    t.match(exact.body.parameter?.slice(1, 3), [
      { name: 'needs', valueUnsignedInt: 12 },
      { name: 'ended', valueUnsignedInt: 0 },
    ])
    const june = await get<Parameters>(days('2026-06-01', '2026-06-30'), operator)
    t.equal(june.body.parameter?.[1]?.valueUnsignedInt, 1, 'the day is that in UTC, by which the record finds it')
    t.strictSame(linksIn(exact.body), [
      { from: 'outside', to: 'community', sector: 'unknown', steps: 13, refused: 0 },
      { from: 'outside', to: 'outside', sector: 'unknown', steps: 9, refused: 0 },
    ])

    const bearer = await callers.bearer('commissioner', 'user/*.rs', 'commissioner')
    const quarter = days('2026-10-01', '2026-12-31')
    moveTo(new Date('2026-12-31T12:00:00Z'))
    const refusedWith = async (url: string, remedy: RegExp) => {
      const { status, body } = await get<OperationOutcome>(url, bearer)
      t.match([status, body.issue[0]?.diagnostics], [422, remedy], url)
    }
    for (const [from, until] of [
      ['2026-11-01', '2026-11-30'],
      ['2026-07-01', '2026-12-31'],
      ['2026-10-01', '2026-12-31'],
    ] as const)
      await refusedWith(days(from, until), /from=2026-01-01/)
    moveTo(new Date('2027-01-20T12:00:00Z'))
    await refusedWith(quarter, /four weeks|earlier quarter/)

    moveTo(new Date('2027-02-01T12:00:00Z'))
    const [published, asked] = await Promise.all([get<Parameters>(quarter, bearer), get<Parameters>(quarter, bearer)])
    t.equal(published.status, 200, JSON.stringify(published.body))
    t.strictSame(asked.body, published.body, 'two who ask first at once get one answer')
    t.strictSame(linksIn(published.body), [
      { from: 'outside', to: 'outside', sector: 'unknown', hidden: true },
      { from: 'outside', to: 'community', sector: 'unknown', steps: 15 },
    ])
    t.match(
      published.body.parameter?.find(({ name }) => name === 'needs'),
      { valueUnsignedInt: 10 },
    )
    t.notOk(
      published.body.parameter?.some(({ name }) => name === 'ended'),
      'what has not ended would be the rest',
    )
    t.notMatch(JSON.stringify([exact.body, published.body]), /Patient|person|need-1|refused": ?\d*[1-9]/)

    for (let time = 0; time < 30; time += 1) step(`flow-later-${time}`, `flow-${time % 12}`, 'leisure')
    moveTo(new Date('2027-05-01T12:00:00Z'))
    t.strictSame((await get(quarter, bearer)).body, published.body, 'what is heard later changes nothing that was published')
    t.equal(linksIn((await get<Parameters>(quarter, operator)).body)[0]?.['steps'], 43)
    for (const change of ["UPDATE referrals.published_flow SET content = '{}'", 'DELETE FROM referrals.published_flow'])
      await t.rejects(database.query({ text: change }), /never changed/)
    for (const bad of ['', '?from=2026-11-30&until=2026-11-01', '?from=now&until=2026-11-01'])
      t.equal((await get(`/fhir/$pathway-flow${bad}`, bearer)).status, 400)
  },
)
