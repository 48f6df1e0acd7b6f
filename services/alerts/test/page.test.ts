import type { Organization, Parameters, PractitionerRole, Task } from '@medplum/fhirtypes'
import { parseUrgentAnswer } from '@handrail/fhir-profiles/urgent-answer'
import type { TestScope } from '@platform/testing/database'
import t from 'tap'
import { NIGHT, testHospital } from './a-hospital.ts'

const later = (minutes: number) => new Date(NIGHT.getTime() + minutes * 60_000)
const OWNER = 'Organization/neuropsychology'
const duty = (code: string, number: string): PractitionerRole => ({
  resourceType: 'PractitionerRole',
  id: `mind-${code}`,
  organization: { reference: OWNER },
  code: [{ coding: [{ system: 'https://handrail.example/fhir/CodeSystem/answering-role', code }], text: `Neuropsychology ${code}` }],
  telecom: [
    { system: 'phone', value: number },
    { system: 'sms', value: '07700 900123' },
  ],
})

async function disclosed(t: TestScope, rota: readonly PractitionerRole[]) {
  const hospital = await testHospital(t, { demo: true })
  const organization: Organization = {
    resourceType: 'Organization',
    id: 'neuropsychology',
    name: 'Neuropsychology',
    telecom: [{ system: 'phone', value: '01632 960111' }],
  }
  hospital.record.seed(organization)
  for (const each of rota) hospital.record.seed(each)
  hospital.record.seed<Task>({
    resourceType: 'Task',
    id: 'urgent',
    status: 'requested',
    intent: 'order',
    priority: 'stat',
    code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'urgent-answer' }] },
    description: 'An answer in an assessment must be looked at now: open the assessment.',
    focus: { reference: 'QuestionnaireResponse/one' },
    for: { reference: 'Patient/dafydd' },
    owner: { reference: OWNER },
    authoredOn: NIGHT.toISOString(),
    restriction: { period: { end: later(15).toISOString() } },
  })
  hospital.record.seed({ resourceType: 'QuestionnaireResponse', id: 'one', status: 'in-progress' })
  const page = async () => {
    const headers = { authorization: await hospital.bearer('community-team') }
    const response = await hospital.app.inject({ method: 'POST', url: '/fhir/Task/urgent/$page', headers })
    const answer = JSON.parse(response.body) as Parameters
    const of = (name: string) => answer.parameter?.find((one) => one.name === name)
    return { status: response.statusCode, state: of('state')?.valueCode, says: of('says')?.valueString }
  }
  const task = () => hospital.record.read<Task>('Task/urgent')
  const asked = () => (task().input ?? []).map(({ valueReference }) => valueReference?.reference)
  const written = async () => {
    await hospital.running.tellDue()
    return (await hospital.dependencies.kept.newest(50)).map(({ to, text }) => ({ to, text }))
  }
  return { ...hospital, page, task, asked, written, step: () => task().businessStatus?.coding?.[0]?.code }
}

t.test(
  'HAZ-R51: the named role is paged at once, a deputy after 15 minutes, on-call after 30, then again until somebody answers',
  async (t) => {
    const hospital = await disclosed(t, [
      duty('specialist', '01632 960101'),
      duty('deputy', '01632 960102'),
      duty('on-call', '01632 960103'),
    ])
    const { page, task, asked, step, written } = hospital
    const first = await page()
    t.match(first, { status: 200, state: 'on', says: /ring 01632 960101/ })
    t.same(asked(), ['PractitionerRole/mind-specialist'])
    t.equal(task().restriction?.period?.end, later(15).toISOString())
    await page()
    t.same(asked(), ['PractitionerRole/mind-specialist'], 'asked again it is the same page')
    t.equal((await written()).length, 1)

    await hospital.moveTo(later(15))
    t.equal(step(), 'deputy')
    t.match(task().note?.at(-1)?.text, /ring 01632 960102/)
    t.equal(task().restriction?.period?.end, later(30).toISOString())
    await hospital.moveTo(later(30))
    t.equal(step(), 'on-call')
    await hospital.moveTo(later(60))
    t.equal(task().restriction?.period?.end, later(90).toISOString(), 'and again')
    const messages = await written()
    t.equal(messages.length, 4)
    t.notMatch(JSON.stringify(messages), /assessment|risk|mood|Dafydd|Rees/i)
    t.equal(task().owner?.reference, OWNER, 'the named role keeps it')
  },
)

t.test('HAZ-R51: once somebody says that they have it nobody else is paged', async (t) => {
  const hospital = await disclosed(t, [duty('specialist', '01632 960101')])
  await hospital.page()
  const headers = { authorization: await hospital.bearer('neuropsychology') }
  const answered = await hospital.app.inject({ method: 'POST', url: '/fhir/Task/urgent/$acknowledge', headers })
  t.equal(answered.statusCode, 200)
  await hospital.moveTo(later(45))
  t.equal(hospital.task().status, 'accepted')
  t.equal((await hospital.written()).length, 1)
  t.match(await hospital.page(), { state: 'answered' })
})

t.test('HAZ-R51: where nobody is on duty the form says so, with the number to ring, and the ladder goes on', async (t) => {
  const away = {
    ...duty('specialist', '01632 960101'),
    notAvailable: [{ description: 'Away', during: { start: '2026-11-20', end: '2026-11-23' } }],
  }
  const hospital = await disclosed(t, [away])
  t.match(await hospital.page(), { state: 'nobody', says: /^Nobody is on duty at .* ring 01632 960111/ })
  await hospital.moveTo(later(15))
  t.equal(hospital.step(), 'deputy')
})

t.test('HAZ-R51: where no rota is kept nothing is claimed of who is on, and the form says whom to ring', async (t) => {
  const hospital = await disclosed(t, [])
  t.match(await hospital.page(), { state: 'nobody', says: /^No rota is kept here for Neuropsychology.* ring 01632 960111/ })
})

t.test('a written assessment pages without anybody asking for it, and a clock that jumps takes every step', async (t) => {
  const hospital = await disclosed(t, [duty('specialist', '01632 960101'), duty('on-call', '01632 960103')])
  await hospital.tell()
  t.equal(hospital.step(), 'named-role')
  await hospital.moveTo(later(31))
  t.equal(hospital.step(), 'on-call')
  t.equal(hospital.task().note?.length, 2, 'whoever is on for two steps is written down once')
})

t.test('another Task is not paged for', async (t) => {
  const hospital = await disclosed(t, [])
  const headers = { authorization: await hospital.bearer('community-team') }
  for (const id of ['unheard-of', 'x%20y']) {
    const { statusCode } = await hospital.app.inject({ method: 'POST', url: `/fhir/Task/${id}/$page`, headers })
    t.equal(statusCode, 404, id)
  }
})

t.test('a ladder that does not begin at once, or does not rise, stops the start with a sentence', async (t) => {
  const head = { id: 'x', title: 'x', status: 'draft', author: 'x', source: 'x', reviewBy: '2027-01-01', repeatAfterMinutes: 30 }
  const ladder = [
    { afterMinutes: 0, step: 'named-role', duties: ['specialist'] },
    { afterMinutes: 15, step: 'deputy', duties: ['deputy'] },
  ]
  t.equal(parseUrgentAnswer(JSON.stringify({ ...head, ladder })).ladder.length, 2)
  t.throws(() => parseUrgentAnswer(JSON.stringify({ ...head, ladder: ladder.slice(1) })), /ladder/)
  t.throws(() => parseUrgentAnswer(JSON.stringify({ ...head, ladder: ladder.toReversed() })), /must begin at 0/)
  t.throws(() => parseUrgentAnswer(JSON.stringify({ ...head, ladder: [ladder[0], { ...ladder[1], afterMinutes: 0 }] })), /must rise/)
})
