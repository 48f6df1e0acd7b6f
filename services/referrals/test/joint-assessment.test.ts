import type {
  Goal,
  Observation,
  OperationOutcome,
  Organization,
  Parameters,
  ParametersParameter,
  QuestionnaireResponse,
  QuestionnaireResponseItem,
  Task,
} from '@medplum/fhirtypes'
import { saysRisk } from '@platform/fhir/risk-item'
import fc from '@platform/testing/properties'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { crisisLines, IN_AN_EMERGENCY } from '../src/domain/assessment/crisis.ts'
import type { CrisisLine } from '../src/domain/approved-words.ts'
import { testHub } from './a-hub.ts'
import { aReferral, WEDNESDAY } from './a-need.ts'

const TEAM = 'Organization/community-team'
const GRADE = 'https://handrail.example/fhir/StructureDefinition/grade'
const COMPULSORY = ['mood', 'cognition', 'fatigue', 'pain', 'participation']

async function testService(t: { teardown(work: () => unknown): void }) {
  const hub = await testHub(t)
  for (const id of ['community-team', 'neuropsychology', 'therapy-centre', 'leisure']) {
    const known = hub.record.read<Organization>(`Organization/${id}`)
    const grade = id === 'leisure' ? 'needs-only' : id === 'therapy-centre' ? 'therapy-record' : 'full'
    hub.record.seed<Organization>({ ...known, extension: [{ url: GRADE, valueCode: grade }] })
  }
  hub.record.seed(aReferral())
  const app = await buildApp(hub.dependencies)
  t.teardown(() => app.close())
  const ask = async <T>(method: 'GET' | 'POST', url: string, parameter?: readonly unknown[], by = 'community-team') => {
    const response = await app.inject({
      method,
      url: `/fhir/${url}`,
      headers: { authorization: await hub.callers.bearer(by), 'content-type': 'application/fhir+json' },
      ...(parameter === undefined ? {} : { payload: JSON.stringify({ resourceType: 'Parameters', parameter }) }),
    })
    return { status: response.statusCode, body: JSON.parse(response.body) as T }
  }
  const owner = (linkId: string, organization: string) => ({
    name: 'section',
    part: [
      { name: 'linkId', valueCode: linkId },
      { name: 'owner', valueReference: { reference: `Organization/${organization}` } },
    ],
  })
  const start = async (...owners: readonly ReturnType<typeof owner>[]) => {
    const { body } = await ask<QuestionnaireResponse>('POST', 'ServiceRequest/need-1/$start-assessment', owners)
    return body.id ?? ''
  }
  const answer = async (id: string, section: string, item: readonly QuestionnaireResponseItem[], by = 'community-team') =>
    ask<{ readonly parameter?: readonly ParametersParameter[]; readonly issue: OperationOutcome['issue'] }>(
      'POST',
      `QuestionnaireResponse/${id}/$answer-section`,
      [
        { name: 'section', valueCode: section },
        { name: 'answers', resource: { resourceType: 'QuestionnaireResponse', status: 'in-progress', item } },
      ],
      by,
    )
  const notAsked = async (id: string, section: string, because: string, by = 'community-team') =>
    ask(
      'POST',
      `QuestionnaireResponse/${id}/$answer-section`,
      [
        { name: 'section', valueCode: section },
        { name: 'notAsked', valueString: because },
      ],
      by,
    )
  const stored = (id: string) => hub.record.read<QuestionnaireResponse>(`QuestionnaireResponse/${id}`)
  return { ...hub, ask, owner, start, answer, notAsked, stored }
}

const words = (linkId: string, valueString: string) => ({ linkId, answer: [{ valueString }] })
const riskIs = (valueBoolean: boolean) => [{ linkId: 'risk-now', answer: [{ valueBoolean }] }]
const named = (parameters: { readonly parameter?: readonly ParametersParameter[] }, name: string): readonly ParametersParameter[] =>
  (parameters.parameter ?? []).filter((one) => one.name === name)

t.test('an assessment has every section, each with an owner, under the label mental health, and is started once a day', async (t) => {
  const { start, owner, stored, record } = await testService(t)
  const id = await start(owner('mood', 'neuropsychology'))
  const response = stored(id)
  t.match(response, { status: 'in-progress', subject: { reference: 'Patient/ada' }, basedOn: [{ reference: 'ServiceRequest/need-1' }] })
  t.match(response.meta?.security, [{ code: 'mental-health' }])
  const owners = new Map((response.item ?? []).map(({ linkId, extension }) => [linkId, extension?.[0]?.valueReference?.reference]))
  t.equal(owners.get('mood'), 'Organization/neuropsychology')
  for (const linkId of [...COMPULSORY.slice(1), 'risk', 'goals', 'physiotherapy']) t.equal(owners.get(linkId), TEAM, linkId)
  t.equal(await start(), id)
  t.equal(record.all('QuestionnaireResponse').length, 1)
})

t.test('leisure, or whoever is not listed, owns no section: what is said about mood is not for them', async (t) => {
  const { ask, owner } = await testService(t)
  for (const organization of ['leisure', 'single-point-of-access']) {
    const { status, body } = await ask<OperationOutcome>('POST', 'ServiceRequest/need-1/$start-assessment', [owner('goals', organization)])
    t.equal(status, 422, organization)
    t.match(body.issue[0]?.details?.text, 'cannot own a section')
  }
})

t.test('a section is answered by its owner alone, with who and when; the others stay as they are', async (t) => {
  const { start, owner, answer, stored } = await testService(t)
  const id = await start(owner('mood', 'neuropsychology'))
  const theirs = await answer(id, 'mood', [words('mood-words', 'Low.')])
  t.equal(theirs.status, 422)
  t.match(theirs.body.issue[0]?.details?.text, 'belongs to another organisation')
  const before = stored(id).item?.filter(({ linkId }) => linkId !== 'mood')
  const { status } = await answer(
    id,
    'mood',
    [words('mood-words', 'Low.'), { linkId: 'mood-score', answer: [{ valueDecimal: 12 }] }],
    'neuropsychology',
  )
  t.equal(status, 200)
  const mood = stored(id).item?.find(({ linkId }) => linkId === 'mood')
  t.match(mood?.item, [
    { linkId: 'mood-words', answer: [{ valueString: 'Low.' }] },
    { linkId: 'mood-score', answer: [{ valueDecimal: 12 }] },
  ])
  t.match(mood?.extension, [
    { valueReference: { reference: 'Organization/neuropsychology' } },
    { extension: [{ valueReference: { reference: 'Organization/neuropsychology' } }, { valueDateTime: WEDNESDAY.toISOString() }] },
  ])
  t.same(
    stored(id).item?.filter(({ linkId }) => linkId !== 'mood'),
    before,
  )
})

t.test('what is no answer to a question of the section is refused and nothing is stored', async (t) => {
  const { start, answer, stored } = await testService(t)
  const id = await start()
  for (const item of [
    [words('pain-words', 'Not of this section.')],
    [{ linkId: 'mood-score', answer: [{ valueString: 'twelve' }] }],
    [{ linkId: 'mood-score', answer: [{ valueDecimal: 1 }, { valueDecimal: 2 }] }],
    [{ linkId: 'mood-words', answer: [{ valueString: '  ' }] }],
    [],
  ]) {
    const { status } = await answer(id, 'mood', item)
    t.ok(status === 400 || status === 422, JSON.stringify(item))
  }
  t.equal((await answer(id, 'nothing', [])).status, 400)
  t.equal((await answer('unheard-of', 'mood', [words('mood-words', 'x')])).status, 404)
  t.equal(stored(id).meta?.versionId, '1')
})

t.test('HAZ-R52: it is signed off once, when each section is answered or says why it was not asked', async (t) => {
  const { start, answer, notAsked, ask, stored, dependencies } = await testService(t)
  const id = await start()
  const early = await ask<OperationOutcome>('POST', `QuestionnaireResponse/${id}/$sign-off`, [])
  t.equal(early.status, 422)
  for (const linkId of COMPULSORY) t.match(early.body.issue[0]?.details?.text, linkId)
  for (const { linkId } of dependencies.assessments.sections)
    if (linkId === 'risk') await answer(id, 'risk', riskIs(false))
    else await notAsked(id, linkId, 'She had to leave.')
  const signed = await ask<QuestionnaireResponse>('POST', `QuestionnaireResponse/${id}/$sign-off`, [])
  t.equal(signed.status, 200)
  t.equal(stored(id).status, 'completed')
  t.match(
    stored(id)
      .item?.find(({ linkId }) => linkId === 'mood')
      ?.extension?.at(-1),
    { valueString: 'She had to leave.' },
  )
  t.equal((await ask('POST', `QuestionnaireResponse/${id}/$sign-off`, [])).status, 409)
  t.equal((await answer(id, 'mood', [words('mood-words', 'Later.')])).status, 409)
})

t.test('the list for a meeting names each open section with its owner, and why others were not asked', async (t) => {
  const { start, owner, answer, notAsked, ask } = await testService(t)
  const id = await start(owner('mood', 'neuropsychology'))
  await answer(id, 'goals', [words('goals-own-words', 'Walk to school.')])
  await notAsked(id, 'pain', 'She had to leave.')
  const { body } = await ask<Parameters>('GET', `QuestionnaireResponse/${id}/$meeting`)
  const line = (linkId: string) => named(body, 'section').find(({ part }) => part?.[0]?.valueCode === linkId)?.part
  const of = (linkId: string, name: string) => line(linkId)?.find((one) => one.name === name)
  t.equal(of('mood', 'state')?.valueCode, 'open')
  t.equal(of('mood', 'owner')?.valueReference?.reference, 'Organization/neuropsychology')
  t.equal(of('goals', 'state')?.valueCode, 'answered')
  t.equal(of('pain', 'state')?.valueCode, 'not-asked')
  t.equal(of('pain', 'because')?.valueString, 'She had to leave.')
})

t.test('what the record knows is carried in with its source and its date, and is nobody’s answer until a section is saved', async (t) => {
  const { ask, record, start, answer, stored } = await testService(t)
  record.seed<Goal>({
    resourceType: 'Goal',
    id: 'school',
    lifecycleStatus: 'active',
    description: { text: 'Walk to school.' },
    subject: { reference: 'Patient/ada' },
    startDate: '2026-10-01',
  })
  const system = 'https://handrail.example/fhir/CodeSystem/measure'
  record.seed<Observation>({
    resourceType: 'Observation',
    id: 'tired',
    status: 'final',
    code: { coding: [{ system, code: 'fatigue-0-10', display: 'Fatigue, 0 to 10' }] },
    subject: { reference: 'Patient/ada' },
    effectiveDateTime: '2026-10-20T15:00:00Z',
    valueQuantity: { value: 7 },
  })
  const { status, body } = await ask<Parameters>('POST', 'Questionnaire/joint-assessment/$populate', [
    { name: 'subject', valueReference: { reference: 'Patient/ada' } },
  ])
  t.equal(status, 200)
  const response = body.parameter?.[0]?.resource as QuestionnaireResponse
  const section = (linkId: string) => response.item?.find((one) => one.linkId === linkId)
  t.match(section('goals')?.item, [
    { answer: [{ valueString: 'Walk to school.', extension: [{ extension: [{ valueReference: { reference: 'Goal/school' } }] }] }] },
  ])
  t.match(section('fatigue')?.item, [
    { linkId: 'fatigue-measure', answer: [{ valueCoding: { code: 'fatigue-0-10' } }] },
    {
      linkId: 'fatigue-score',
      answer: [
        {
          valueDecimal: 7,
          extension: [{ extension: [{ valueReference: { reference: 'Observation/tired' } }, { valueDateTime: '2026-10-20T15:00:00Z' }] }],
        },
      ],
    },
    { linkId: 'fatigue-measured-on', answer: [{ valueDate: '2026-10-20' }] },
  ])
  t.equal(section('mood'), undefined, 'what is not known is not there')
  t.equal(record.all('QuestionnaireResponse').length, 0)

  const id = await start()
  await answer(id, 'fatigue', section('fatigue')?.item ?? [])
  t.match(stored(id).item?.find(({ linkId }) => linkId === 'fatigue')?.item?.[1]?.answer?.[0], {
    valueDecimal: 7,
    extension: [{ url: /prefilled$/ }],
  })
  t.equal((await ask('POST', 'Questionnaire/$populate', [{ name: 'canonical', valueUri: 'https://example.org/q' }])).status, 404)
})

t.test('HAZ-R51: a yes is answered with what to do now and with the Task of whoever is paged, a no with neither', async (t) => {
  const { start, answer, record } = await testService(t)
  const id = await start()
  const no = await answer(id, 'risk', riskIs(false))
  t.same(named(no.body, 'crisis'), [])
  record.seed<Task>({
    resourceType: 'Task',
    id: 'urgent',
    status: 'requested',
    intent: 'order',
    focus: { reference: `QuestionnaireResponse/${id}` },
    authoredOn: WEDNESDAY.toISOString(),
    owner: { reference: TEAM },
    restriction: { period: { end: WEDNESDAY.toISOString() } },
  })
  const yes = await answer(id, 'risk', riskIs(true))
  t.equal(yes.status, 200)
  t.match(named(yes.body, 'crisis'), [{ part: [{ valueString: 'Ring 999 in an emergency.' }] }])
  t.match(named(yes.body, 'urgent'), [{ valueReference: { reference: 'Task/urgent' } }])
  const without = await answer(id, 'risk', [words('risk-words', 'She said so.')])
  t.equal(without.status, 400, 'the section on safety says yes or no')
  const later = await answer(id, 'mood', [words('mood-words', 'Better.')])
  t.equal(named(later.body, 'crisis').length, 1, 'they stay in sight while the yes stands')
})

t.test('crisis wording counts once it is approved as it stands, and only for its nation', async (t) => {
  const { dependencies, callers } = await testService(t)
  const store = dependencies.approvedWords
  const listed = await store.list()
  const entry = listed.find(({ id }) => id === 'sudden-weakness')
  t.same(store.current(), { cues: [], crisis: [] })
  await store.approve({ entry: entry!, by: 'Dr Test, clinical lead', on: '2026-11-01', reviewBy: '2027-05-01', at: WEDNESDAY })
  t.match(store.current().cues, [{ id: 'sudden-weakness', approval: { by: 'Dr Test, clinical lead', reviewBy: '2027-05-01' } }])
  t.match((await store.list()).find(({ id }) => id === 'sudden-weakness')?.approval, { on: '2026-11-01' })

  const line = (id: string, nations: CrisisLine['nations'], reviewBy = '2027-05-01'): CrisisLine => ({
    id,
    says: `Ring ${id}`,
    telephone: '01632 960108',
    nations,
    source: 'A page',
    approval: { by: 'Dr Test', on: '2026-11-01', reviewBy },
  })
  const all = [line('wales', ['wales']), line('england', ['england']), line('old', ['wales'], '2026-11-03')]
  const shown = (nation?: CrisisLine['nations'][number]) => crisisLines(all, WEDNESDAY, nation).map(({ says }) => says)
  t.same(shown('wales'), ['Ring 999 in an emergency.', 'Ring wales'])
  t.same(shown('scotland'), ['Ring 999 in an emergency.'], 'no other nation’s number instead')
  t.same(shown(), ['Ring 999 in an emergency.', 'Ring wales', 'Ring england'])

  const approved = { ...dependencies, approvedWords: { ...store, current: () => ({ cues: [], crisis: all }) } }
  for (const [given, lines] of [
    [dependencies, [['Ring 999 in an emergency.']]],
    [approved, [['Ring 999 in an emergency.'], ['Ring wales', 'A page', 'Dr Test'], ['Ring england', 'A page', 'Dr Test']]],
  ] as const) {
    const app = await buildApp(given)
    t.teardown(() => app.close())
    const { body } = await app.inject({ url: '/fhir/$crisis-words', headers: { authorization: await callers.bearer('community-team') } })
    const { parameter = [] } = JSON.parse(body) as Parameters
    const said = (part: (typeof parameter)[number]['part']) =>
      (part ?? []).flatMap(({ name, valueString }) => (name === 'telephone' ? [] : (valueString ?? [])))
    t.same(
      parameter.map(({ part }) => said(part)),
      lines,
      'HAZ-C14: a page is given what is approved, of every nation, and to ring 999 in any case',
    )
  }
})

t.test('HAZ-R51: whatever is approved, of whatever nation and date, there is always something to show', async () => {
  const nation = fc.constantFrom('england' as const, 'wales' as const, 'scotland' as const, 'northern-ireland' as const)
  const line = fc.record({
    nations: fc.array(nation, { maxLength: 2 }),
    reviewBy: fc.constantFrom('2020-01-01', '2030-01-01'),
    says: fc.string(),
  })
  fc.assert(
    fc.property(fc.array(line, { maxLength: 4 }), fc.option(nation, { nil: undefined }), (lines, of) => {
      const approved = lines.map(({ nations, reviewBy, says }, index) => ({
        id: String(index),
        says,
        nations,
        source: 'A page',
        approval: { by: 'Dr Test', on: '2019-01-01', reviewBy },
      }))
      if (crisisLines(approved, WEDNESDAY, of)[0] !== IN_AN_EMERGENCY) throw new Error('nothing to show')
    }),
  )
})

t.test('HAZ-R51: no combination of answers in the other sections hides a yes', async () => {
  const part = fc.record({ linkId: fc.string(), answer: fc.array(fc.record({ valueString: fc.string() }), { maxLength: 2 }) })
  const section = fc.record({ linkId: fc.constantFrom('mood', 'pain', 'goals', 'risk'), item: fc.array(part, { maxLength: 3 }) })
  fc.assert(
    fc.property(fc.array(section, { maxLength: 5 }), fc.nat(5), (others, place) => {
      const risk = { linkId: 'risk', item: [...riskIs(true), words('risk-words', 'no')] }
      const questionnaire = 'https://handrail.example/fhir/Questionnaire/joint-assessment|0.2.0'
      const item = [...others.slice(0, place), risk, ...others.slice(place)]
      if (!saysRisk({ resourceType: 'QuestionnaireResponse', status: 'in-progress', questionnaire, item })) throw new Error('hidden')
    }),
  )
})
