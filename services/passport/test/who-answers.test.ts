/** A step is answered by whom it is asked of, and by nobody in their place. */
import t from 'tap'
import { aRecordOfSteps, output } from './a-record-of-steps.ts'

const { hub, send, store, organization, community, gym, patient, aNeed, aTask, refusal, tasksOf } = await aRecordOfSteps(t)

t.test('HAZ-A66: an answer to an alert is given by whom it is asked of, and by nobody in their place', async (t) => {
  const [hospital, centre, clinic] = [await organization('Hospital'), await organization('Pump centre'), await organization('Clinic')]
  hub.caller('ward', { role: 'ward', organization: hospital })
  hub.caller('centre', { role: 'professional', organization: centre })
  hub.caller('clinic', { role: 'professional', organization: clinic })
  hub.caller('alerts', { role: 'reactor-alerts' })
  const { id } = await store({ resourceType: 'Patient' })
  const stay = await store({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { code: 'IMP' },
    subject: { reference: `Patient/${id}` },
    serviceProvider: { reference: hospital },
  })
  const answer = (owner: string, kind = 'alert-answer', more: Record<string, unknown> = {}) =>
    store({
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: kind }] },
      for: { reference: `Patient/${id}` },
      focus: { reference: `Encounter/${stay.id}` },
      owner: { reference: owner },
      requester: { reference: hospital },
      restriction: { period: { end: '2026-11-25T17:00:00Z' } },
      ...more,
    })
  const accept = async (token: string, task: { readonly id: string }) => {
    const patch = JSON.stringify([{ op: 'replace', path: '/status', value: 'accepted' }])
    return send(token, 'PATCH', `/Task/${task.id}`, patch, { 'content-type': 'application/json-patch+json' })
  }
  const theirs = await answer(centre)
  const refused = await accept('ward', theirs)
  t.equal(refused.statusCode, 403, 'the ward sees it, and does not give it')
  t.match(refused.json(), { issue: [{ code: 'forbidden', details: { text: /asked of somebody else/ } }] })
  const { meta: _, ...body } = theirs as Record<string, unknown>
  t.equal(
    (await send('ward', 'PUT', `/Task/${theirs.id}`, { ...body, owner: { reference: hospital } })).statusCode,
    403,
    'nor takes it over',
  )
  t.equal((await accept('centre', theirs)).statusCode, 200)
  t.equal((await accept('ward', await answer(hospital))).statusCode, 200, 'its own it gives')
  t.equal((await accept('alerts', await answer(centre))).statusCode, 200, 'the service that asks may withdraw it')
  t.equal((await accept('ward', await answer(centre, 'urgent-answer'))).statusCode, 403)
  const beside = { period: { end: '2026-11-25T17:00:00Z' } }
  t.equal((await accept('clinic', await answer(centre, 'urgent-answer', { restriction: { ...beside, recipient: [{ reference: clinic }] } }))).statusCode, 200, 'asked beside') // prettier-ignore
  const service = await store({ resourceType: 'HealthcareService', active: true, name: 'Pumps', providedBy: { reference: centre } })
  const ofService = await answer(`HealthcareService/${service.id}`)
  t.equal((await accept('ward', ofService)).statusCode, 403)
  await store({
    resourceType: 'CareTeam',
    status: 'active',
    subject: { reference: `Patient/${id}` },
    participant: [{ member: { reference: centre } }],
  })
  t.equal((await accept('centre', ofService)).statusCode, 200, 'whoever provides the service that is asked')
  t.equal((await accept('ward', await answer(gym, 'single-point-of-access'))).statusCode, 200, 'other steps are as they were')
  const leisure = { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/sector', code: 'leisure' }] }
  const pool = `Organization/${(await store({ resourceType: 'Organization', name: 'Pool', type: [leisure] })).id}`
  const lanes = await store({ resourceType: 'HealthcareService', active: true, name: 'Lanes', providedBy: { reference: pool } })
  for (const reference of [pool, `HealthcareService/${lanes.id}`]) {
    const { meta: _meta, ...mine } = (await answer(hospital)) as Record<string, unknown>
    const passed = await send('ward', 'PUT', `/Task/${String(mine['id'])}`, { ...mine, owner: { reference } })
    t.equal(passed.statusCode, 422, 'HAZ-A68: what a ward must know is not handed on to leisure')
  }
})

t.test('HAZ-R84: a step is answered by whom it is asked of, taken back by who asked, and passed on by who coordinates', async (t) => {
  const [centre, access] = [await organization('Therapy centre'), await organization('Access point')]
  hub.caller('gym', { role: 'worker', grade: 'needs-only', organization: gym })
  hub.caller('community', { role: 'professional', organization: community })
  hub.caller('centre', { role: 'professional', grade: 'therapy-record', organization: centre })
  hub.caller('access', { role: 'professional', organization: access })
  hub.caller('self', { role: 'patient', patient: patient.slice('Patient/'.length) })
  hub.caller('referrals', { role: 'reactor-referrals' })
  await store({
    resourceType: 'CareTeam',
    status: 'active',
    subject: { reference: patient },
    participant: [community, centre, access].map((reference) => ({ member: { reference } })),
  })
  const aStep = async (more: Record<string, unknown> = {}) => {
    const need = `ServiceRequest/${(await aNeed()).id}`
    return { need, task: await store(aTask(need, more)) }
  }
  const becomes = async (token: string, { id, ...task }: { id: string }, more: Record<string, unknown>) =>
    (await send(token, 'PUT', `/Task/${id}`, { ...task, id, meta: undefined, ...more })).statusCode
  for (const token of ['centre', 'community', 'self']) {
    const { need, task } = await aStep()
    t.equal(await becomes(token, task, { status: 'accepted' }), 403, `${token} does not accept for the gym`)
    t.equal(await becomes(token, task, { status: 'completed' }), 403, `${token} does not complete for the gym`)
    t.equal(await becomes(token, task, refusal), 403, `${token} does not refuse for the gym`)
    t.equal(await becomes(token, task, { restriction: { period: { end: '2027-11-25T17:00:00Z' } } }), 403, `${token} gives it no more time`)
    t.equal(await becomes(token, task, { owner: { reference: centre } }), 403, `${token} does not take it over`)
    t.equal((await send('gym', 'GET', `/Task/${task.id}`)).json<{ status: string }>().status, 'requested')
    t.equal(await becomes(token, task, { note: [{ text: 'Please ring first.' }] }), 200, 'a note may be left')
    t.equal((await tasksOf(need)).length, 1)
  }
  const theirs = await aStep()
  t.equal(await becomes('centre', theirs.task, { status: 'cancelled' }), 403, 'nor does a team that did not ask take it back')
  t.equal(await becomes('community', theirs.task, { status: 'cancelled' }), 200, 'whoever asked does')
  const passed = await aStep()
  t.equal(await becomes('gym', passed.task, { owner: { reference: 'Organization/nobody' } }), 422, 'nobody passes it on to nobody')
  const taken = await aStep()
  t.equal(await becomes('gym', taken.task, { status: 'accepted' }), 200)
  const closed = await aStep()
  t.equal(await becomes('gym', closed.task, refusal), 200)
  t.equal(await becomes('centre', closed.task, { status: 'accepted' }), 403, 'what is closed is opened by nobody else')
  const stuck = await aStep()
  const kind = { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'escalation' }] }
  t.equal(await becomes('access', stuck.task, { status: 'cancelled' }), 403)
  const own = await send('access', 'POST', '/Task', aTask(stuck.need, { code: kind, owner: { reference: access } }))
  t.equal(own.statusCode, 403, 'and nobody gives the escalation to themselves')
  await store(aTask(stuck.need, { code: kind, owner: { reference: access } }))
  t.equal(await becomes('access', stuck.task, { status: 'cancelled' }), 200, 'whoever has the escalation does')
  const strayed = await aStep()
  const came = { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'answer-of-another' }] }
  t.equal((await send('access', 'POST', '/Task', aTask(strayed.need, { code: came, owner: { reference: access } }))).statusCode, 403)
  await store(aTask(strayed.need, { code: came, owner: { reference: access } }))
  t.equal(await becomes('access', strayed.task, refusal), 200, 'HAZ-R87: whoever decides about an answer of somebody else takes it')
  t.equal(await becomes('referrals', (await aStep()).task, { status: 'cancelled' }), 200, 'the service that asks does')
})

t.test('HAZ-R84: a need is taken back by who asked or who it is about, and never by who is asked', async (t) => {
  const ended = async (token: string, status: string) => {
    const stored = await aNeed()
    await store(aTask(`ServiceRequest/${stored.id}`))
    const answer = await send(token, 'PUT', `/ServiceRequest/${stored.id}`, { ...stored, meta: undefined, status })
    return answer.statusCode
  }
  hub.caller('clinic', { role: 'professional', organization: gym })
  t.equal(await ended('centre', 'revoked'), 403)
  t.equal(await ended('centre', 'entered-in-error'), 403)
  t.equal(await ended('centre', 'completed'), 403)
  t.equal(await ended('clinic', 'revoked'), 403, 'whoever is asked refuses, and the need stays')
  t.equal(await ended('clinic', 'completed'), 200, 'or says that it is met')
  t.equal(await ended('community', 'revoked'), 200)
  t.equal(await ended('self', 'revoked'), 200)
})

t.test('HAZ-A67: what a stay paused is answered by a named professional of whom it is asked, on every path', async (t) => {
  const [team, hospital] = [await organization('Follow-up team'), await organization('Discharging hospital')]
  hub.caller('team', { role: 'professional', organization: team })
  hub.caller('ward2', { role: 'ward', organization: hospital })
  const { id: person } = await store({ resourceType: 'Patient' })
  const { id: named } = await store({ resourceType: 'Practitioner', active: true })
  const stay = await store({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { code: 'IMP' },
    subject: { reference: `Patient/${person}` },
    serviceProvider: { reference: hospital },
  })
  const asked = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'after-discharge' }] },
    for: { reference: `Patient/${person}` },
    focus: { reference: `Encounter/${stay.id}` },
    owner: { reference: team },
    requester: { reference: hospital },
    restriction: { period: { end: '2026-11-25T17:00:00Z' } },
    input: [
      {
        type: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-input', code: 'paused' }] },
        valueReference: { reference: 'Task/held' },
      },
    ],
  }
  const { id } = await store(asked)
  const outcome = (code: string) =>
    output('outcome', { valueCodeableConcept: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/alert-outcome', code }] } })
  const note = [{ authorReference: { reference: `Practitioner/${named}` }, text: 'Seen at home.' }]
  const close = async (token: string, more: Record<string, unknown>) =>
    (await send(token, 'PUT', `/Task/${id}`, { ...asked, id, status: 'completed', ...more })).statusCode
  t.equal(await close('team', { output: [outcome('resume')] }), 422, 'nobody is named')
  t.equal(await close('admin', { output: [outcome('resume')], note: [{ text: 'cleared' }] }), 422, 'nor for the operator')
  const unknown = [{ authorReference: { reference: 'Practitioner/nobody' }, text: 'Seen.' }]
  t.equal(await close('team', { output: [outcome('resume')], note: unknown }), 422, 'who is named is nobody')
  t.equal(await close('team', { output: [outcome('seen')], note }), 422, 'what becomes of the sessions is not said')
  t.equal(await close('team', { status: 'cancelled', statusReason: { text: 'No time.' } }), 422, 'nor is it closed without')
  t.equal(await close('team', { input: undefined, output: [outcome('seen')] }), 422, 'nor by taking the question out')
  t.equal(await close('team', { status: 'requested', input: undefined }), 422, 'now or later')
  t.equal(await close('ward2', { output: [outcome('resume')], note }), 403, 'the ward does not answer for the team')
  t.equal(await close('team', { output: [outcome('resume')], note }), 200)
})
