import type { Bundle, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { NIGHT, testHospital } from './a-hospital.ts'

const later = (minutes: number) => new Date(NIGHT.getTime() + minutes * 60_000)

t.test('a board shows who is in now: what waits for its own answer first, then what waits for others, then what is answered', async (t) => {
  const hospital = await testHospital(t)
  for (const [index, ward] of ['W1^^', 'W2^^', 'W3^^'].entries()) {
    await hospital.moveTo(later(index))
    await hospital.send(anAdmissionMessage({ controlId: `C${String(index)}`, visit: `V${String(index)}`, ward, at: later(index - 60) }))
    await hospital.acted()
  }
  const alertIn = (ward: string) =>
    hospital.record
      .all<Task>('Task')
      .find((task) => task.identifier?.[0]?.value?.startsWith('alert-') === true && task.description?.includes(ward))
  const answerIn = (ward: string, role: string) =>
    hospital.record
      .all<Task>('Task')
      .find((task) => task.identifier?.[0]?.value?.endsWith(`-${role}`) === true && task.description?.includes(ward))
  const acknowledge = async (task: Task | undefined, who: string) =>
    hospital.app.inject({
      method: 'POST',
      url: `/fhir/Task/${task?.id ?? ''}/$acknowledge`,
      headers: { authorization: await hospital.bearer(who) },
    })
  t.equal((await acknowledge(answerIn('W1', 'ward'), 'hospital')).statusCode, 200)
  t.equal((await acknowledge(answerIn('W1', 'specialist'), 'pump-centre')).statusCode, 200)
  t.equal((await acknowledge(answerIn('W2', 'ward'), 'hospital')).statusCode, 200)

  const board = async (query = '', who = 'hospital') => {
    const answer = await hospital.app.inject({
      url: `/fhir/Task/$hospital-board${query}`,
      headers: { authorization: await hospital.bearer(who) },
    })
    if (answer.statusCode !== 200) return answer.statusCode
    const bundle = answer.json<Bundle>()
    return (bundle.entry ?? []).filter(({ search }) => search?.mode === 'match').map(({ resource }) => resource?.id)
  }
  const [first, second, third] = [alertIn('W3')?.id, alertIn('W2')?.id, alertIn('W1')?.id]
  t.strictSame(await board(), [first, second, third])
  t.strictSame(await board('', 'pump-centre'), [second, first, third], 'both wait for it: the one that is due first')
  t.strictSame(await board('?waiting=own'), [first])
  t.strictSame(await board('?waiting=any'), [first, second])
  t.strictSame(await board('?ward=w2'), [second])
  t.equal(await board('?waiting=all'), 400)
  t.equal(await board('?wards=W2'), 400)
  t.equal((await hospital.app.inject({ url: '/fhir/Task/$hospital-board' })).statusCode, 401)

  const whole = await hospital.app.inject({
    method: 'POST',
    url: '/fhir/Task/$hospital-board',
    headers: { authorization: await hospital.bearer('hospital'), 'content-type': 'application/fhir+json' },
    payload: { resourceType: 'Parameters', parameter: [{ name: 'ward', valueString: 'W3' }] },
  })
  const included = whole.json<Bundle>().entry?.map(({ resource, search }) => `${search?.mode ?? ''} ${resource?.resourceType ?? ''}`)
  t.strictSame(included?.toSorted(), [
    'include Encounter',
    'include Organization',
    'include Organization',
    'include Patient',
    'include Task',
    'include Task',
    'match Task',
  ])

  await hospital.send(anAdmissionMessage({ event: 'A03', controlId: 'C9', visit: 'V0', at: later(30) }))
  await hospital.acted()
  t.strictSame(await board(), [first, second], 'who went home is off the board')
})
