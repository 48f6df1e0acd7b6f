/** What a carer sees and does in somebody's name, because the person lets them. */
import t from 'tap'
import { ASK_FOR_HELP } from '../src/domain/access/consent.ts'
import { consentingPeople, LONG_AGO, FAR_OFF, consent, actor, classes } from './a-consenting-person.ts'

const { send, store, caller, community, gym, status, aPerson, says } = await consentingPeople(t)

t.test('a carer sees what the person named, while the person says so and the carer is a contact', async (t) => {
  const ada = await aPerson()
  const other = await aPerson()
  const contact = { resourceType: 'RelatedPerson', active: true, patient: ada.subject, name: [{ text: 'Gwen' }] }
  const { id } = await store(contact)
  caller('gwen', { role: 'carer', patient: ada.id, fhirUser: `RelatedPerson/${id}` })
  t.equal(await status('gwen', `Patient/${ada.id}`), 404, 'being a contact opens nothing, nor does the token')
  const named = await says(ada, { type: 'permit', ...actor(`RelatedPerson/${id}`) })
  t.equal(await status('gwen', `Patient/${ada.id}`), 200)
  t.equal(await status('gwen', ada.session), 200)
  t.equal(await status('gwen', ada.condition), 404, 'no more than carers may')
  t.equal(await status('gwen', `Patient/${other.id}`), 404)
  t.equal((await send('gwen', 'GET', `/AuditEvent?patient=${ada.id}`)).json<{ entry?: unknown[] }>().entry, undefined)

  const limited = consent(ada.id, { type: 'permit', ...actor(`RelatedPerson/${id}`), ...classes('identity', 'needs') })
  await send(ada.token, 'PUT', `/${named}`, { ...limited, id: named.split('/')[1] })
  t.equal(await status('gwen', `Patient/${ada.id}`), 200)
  t.equal(await status('gwen', ada.session), 404)
  t.equal(
    (
      await send('gwen', 'POST', '/Procedure', {
        resourceType: 'Procedure',
        status: 'completed',
        subject: ada.subject,
        code: { text: 'Stretching' },
      })
    ).statusCode,
    404,
  )

  for (const period of [{ end: LONG_AGO }, { start: FAR_OFF }]) {
    await send(ada.token, 'PUT', `/RelatedPerson/${id}`, { ...contact, id, period })
    t.equal(await status('gwen', `Patient/${ada.id}`), 404, JSON.stringify(period))
  }
  await send(ada.token, 'PUT', `/RelatedPerson/${id}`, { ...contact, id, period: { start: LONG_AGO, end: FAR_OFF } })
  t.equal(await status('gwen', `Patient/${ada.id}`), 200)
  await send(ada.token, 'PUT', `/RelatedPerson/${id}`, { ...contact, id, active: false })
  t.equal(await status('gwen', `Patient/${ada.id}`), 404)
  await send(ada.token, 'PUT', `/RelatedPerson/${id}`, { ...contact, id })
  t.equal(await status('gwen', `Patient/${ada.id}`), 200)
  t.equal((await send('admin', 'DELETE', `/RelatedPerson/${id}`)).statusCode, 204)
  t.equal(await status('gwen', `Patient/${ada.id}`), 404, 'the Consent still names her')
})

t.test(
  'HAZ-E05: a carer whom the person lets asks for help in their name, as the carer, and the person is told and takes it back',
  async (t) => {
    const ada = await aPerson()
    const { id } = await store({ resourceType: 'RelatedPerson', active: true, patient: ada.subject, name: [{ text: 'Nia Probert' }] })
    const carer = { reference: `RelatedPerson/${id}` }
    caller('nia', { role: 'carer', patient: ada.id, fhirUser: carer.reference })
    const asks = { action: [{ coding: [ASK_FOR_HELP] }] }
    const permit = { type: 'permit', ...actor(carer.reference), ...classes('identity', 'needs', 'referral') }
    const request = {
      resourceType: 'ServiceRequest',
      status: 'draft',
      intent: 'proposal',
      subject: ada.subject,
      requester: carer,
      code: { text: 'Somebody to talk to' },
      authoredOn: '2026-11-21T10:00:00Z',
    }
    const ask = (change: object = {}) => send('nia', 'POST', '/ServiceRequest', { ...request, ...change } as never)
    const told = async () =>
      (await send(ada.token, 'GET', `/Communication?patient=${ada.id}&recipient=Patient/${ada.id}`))
        .json<{ entry?: { resource: { payload: { contentString: string }[] } }[] }>()
        .entry?.map(({ resource }) => resource.payload[0]?.contentString) ?? []

    const named = await says(ada, permit)
    t.equal((await ask()).statusCode, 404, 'whoever was let look was not let ask')
    const allow = (provision: object) => send(ada.token, 'PUT', `/${named}`, { ...consent(ada.id, provision), id: named.split('/')[1] })
    await allow({ ...permit, ...asks, ...classes('identity', 'needs') })
    t.equal((await ask()).statusCode, 404, 'nobody asks who does not see what becomes of it')
    await allow({ ...permit, ...asks })
    for (const [what, change] of Object.entries({
      'an order': { intent: 'order' },
      'in the person’s own name': { requester: ada.subject },
      'in another’s name': { requester: { reference: community } },
      'to somebody by name': { performer: [{ reference: community }] },
      'how soon': { priority: 'urgent' },
      'a way into the record': { supportingInfo: [{ reference: ada.condition }] },
      'a finding of their own': { reasonReference: [{ reference: ada.condition }] },
      'who coordinates': {
        extension: [{ url: 'https://handrail.example/fhir/StructureDefinition/coordinator', valueReference: { reference: gym } }],
      },
      'already over': { status: 'completed' },
    }))
      t.equal((await ask(change)).statusCode, 404, `not ${what}`)
    const step = { resourceType: 'Task', status: 'requested', intent: 'order', for: ada.subject, owner: { reference: gym } }
    t.equal((await send('nia', 'POST', '/Task', step as never)).statusCode, 404, 'nothing else of the class')
    t.same(await told(), [])

    const made = (await ask()).json<{ id: string }>()
    const asked = `/ServiceRequest/${made.id}`
    t.same(await told(), [], 'nobody is told of what is still being written')
    t.equal((await send('nia', 'PUT', asked, { ...request, id: made.id, note: [{ text: 'In the mornings.' }] } as never)).statusCode, 200)
    t.equal((await send('nia', 'PUT', asked, { ...request, id: made.id, status: 'active' } as never)).statusCode, 200)
    t.match(await told(), [/^Nia Probert asked for help in your name/])
    t.equal(await status(ada.token, asked.slice(1)), 200)
    t.equal(await status('stranger-to-ada', asked.slice(1)), 401)
    t.equal(
      (await send('nia', 'PUT', asked, { ...request, id: made.id, status: 'active', code: { text: 'Money' } } as never)).statusCode,
      403,
      'what was sent is not changed',
    )
    const others = await ada.put({ ...request, requester: ada.subject, status: 'active' } as never)
    t.equal(await status('nia', others), 200)
    t.equal((await send('nia', 'PUT', `/${others}`, { ...request, id: others.split('/')[1], status: 'revoked' } as never)).statusCode, 403)
    t.equal((await send('nia', 'DELETE', asked)).statusCode, 403)

    await allow({ ...permit, ...asks, period: { end: LONG_AGO } })
    t.equal((await ask()).statusCode, 404, 'after the last day')
    await allow({ ...permit, ...asks })
    await says(ada, { type: 'deny', ...actor(carer.reference), ...classes('referral') })
    t.equal((await ask()).statusCode, 404, 'what the person closed stays closed')
    const own = await send(ada.token, 'PUT', asked, { ...request, id: made.id, status: 'revoked' } as never)
    t.equal(own.statusCode, 200, 'the person takes it back')
    t.equal((await told()).length, 1, 'who was it needs no telling')
  },
)

t.test('HAZ-E05: a carer takes back what they asked for, and the person is told', async (t) => {
  const ada = await aPerson()
  const { id } = await store({ resourceType: 'RelatedPerson', active: true, patient: ada.subject })
  const carer = { reference: `RelatedPerson/${id}` }
  caller('emlyn', { role: 'carer', patient: ada.id, fhirUser: carer.reference })
  await says(ada, { type: 'permit', ...actor(carer.reference), action: [{ coding: [ASK_FOR_HELP] }] })
  const request = {
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'proposal',
    subject: ada.subject,
    requester: carer,
    code: { text: 'A class' },
  }
  const made = (await send('emlyn', 'POST', '/ServiceRequest', request as never)).json<{ id: string }>()
  const back = { ...request, id: made.id, status: 'revoked', note: [{ text: 'We found one.' }] }
  t.equal((await send('emlyn', 'PUT', `/ServiceRequest/${made.id}`, back as never)).statusCode, 200)
  const { entry = [] } = (await send(ada.token, 'GET', `/Communication?patient=${ada.id}`)).json<{
    entry?: { resource: { payload: { contentString: string }[] } }[]
  }>()
  const said = entry.map(({ resource }) => resource.payload.map(({ contentString }) => contentString).join(' '))
  t.equal(said.length, 2)
  for (const telling of [/^The carer you named asked for help .* Gofynnodd /, /^The carer you named took back .* Tynnodd /])
    t.ok(
      said.some((text) => telling.test(text)),
      'in English and in Welsh',
    )
})

t.test('a carer cannot lengthen what the person said, nor name others', async (t) => {
  const ada = await aPerson()
  const { id } = await store({ resourceType: 'RelatedPerson', active: true, patient: ada.subject })
  caller('huw', { role: 'carer', patient: ada.id, fhirUser: `RelatedPerson/${id}` })
  const named = await says(ada, { type: 'permit', ...actor(`RelatedPerson/${id}`), period: { end: FAR_OFF } })
  const longer = { ...consent(ada.id, { type: 'permit', ...actor(`RelatedPerson/${id}`) }), id: named.split('/')[1] }
  t.equal((await send('huw', 'PUT', `/${named}`, longer)).statusCode, 403)
  t.equal((await send('huw', 'POST', '/Consent', consent(ada.id, { type: 'permit', ...actor(gym), ...classes('needs') }))).statusCode, 404)
  await says(ada, { type: 'deny', ...actor(`RelatedPerson/${id}`), ...classes('therapy') })
  t.equal(await status('huw', ada.session), 404, 'a person may close a class to a carer, as to anybody')
})
