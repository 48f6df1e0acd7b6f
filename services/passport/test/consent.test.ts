/** What a person agreed to and closed: by class, by organisation, by referral, for a time; and what it does at the door. */
import t from 'tap'
import { linkStanding } from '../src/store/write-guard.ts'
import { consentingPeople, LONG_AGO, FAR_OFF, label, consent, actor, classes } from './a-consenting-person.ts'

const { hub, send, store, caller, community, gym, centre, status, aPerson, says } = await consentingPeople(t)

t.test('leisure reads needs and not diagnoses, until the person agrees to that class, and no longer than that', async (t) => {
  const ada = await aPerson()
  await ada.member(gym)
  t.equal(await status('gym', ada.condition), 404)
  const agreed = await says(ada, { type: 'permit', ...actor(gym), ...classes('diagnoses') })
  t.equal(await status('gym', ada.condition), 200)
  t.equal(await status('gym', ada.session), 404, 'the class named, and no other')
  t.equal((await send(ada.token, 'DELETE', `/${agreed}`)).statusCode, 204)
  t.equal(await status('gym', ada.condition), 404, 'on the next request')
})

t.test('a permission without a class, or bound to what is not understood here, opens nothing', async (t) => {
  const ada = await aPerson()
  await says(ada, { type: 'permit', ...actor(gym) })
  const understood = { type: 'permit', ...actor(gym), ...classes('diagnoses') }
  await says(ada, { ...understood, purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'HRESCH' }] })
  await says(ada, { ...understood, dataPeriod: { start: LONG_AGO } })
  await says(ada, { ...understood, code: [{ text: 'MS' }] })
  t.equal(await status('gym', ada.condition), 404)
})

t.test('agreement never opens mental health to leisure, nor anything to an organisation that may have links only', async (t) => {
  const ada = await aPerson()
  const counselling = await ada.put({
    resourceType: 'Procedure',
    status: 'completed',
    subject: ada.subject,
    code: { text: 'Counselling' },
    meta: label('mental-health'),
  } as never)
  await says(ada, { type: 'permit', ...actor(gym), ...classes('therapy', 'mental-health') })
  t.equal(await status('gym', ada.session), 200)
  t.equal(await status('gym', counselling), 404)
  caller('link-only', { role: 'worker', grade: 'link-only', organization: gym })
  t.equal(await status('link-only', ada.session), 404)
})

t.test('agreement and closing begin and end by themselves', async (t) => {
  const ada = await aPerson()
  const permit = { type: 'permit', ...actor(gym), ...classes('diagnoses') }
  await says(ada, { ...permit, period: { start: LONG_AGO, end: LONG_AGO } })
  await says(ada, { ...permit, period: { start: FAR_OFF } })
  t.equal(await status('gym', ada.condition), 404, 'one is over, one has not begun')
  await says(ada, { ...permit, period: { start: LONG_AGO, end: FAR_OFF } })
  t.equal(await status('gym', ada.condition), 200)
  const deny = { type: 'deny', ...actor(gym), ...classes('diagnoses') }
  await says(ada, { ...deny, period: { end: LONG_AGO } })
  await says(ada, { ...deny, period: { start: FAR_OFF } })
  t.equal(await status('gym', ada.condition), 200)
  await says(ada, { type: 'permit', period: { end: FAR_OFF }, provision: [{ ...deny, period: { start: LONG_AGO } }] })
  t.equal(await status('gym', ada.condition), 404, 'what is closed is closed, whatever was agreed')
})

t.test('an organisation cannot write itself an agreement, nor pass on what it does not see', async (t) => {
  const ada = await aPerson()
  await ada.member(community, gym)
  const own = await send('gym', 'POST', '/Consent', consent(ada.id, { type: 'permit', ...actor(gym), ...classes('diagnoses') }))
  t.not(own.statusCode, 201)
  const itself = consent(ada.id, { type: 'permit', ...actor(community), ...classes('mental-health') })
  t.equal((await send('community', 'POST', '/Consent', itself)).statusCode, 201)
  const counselling = await ada.put({
    resourceType: 'Procedure',
    status: 'completed',
    subject: ada.subject,
    code: { text: 'Counselling' },
    meta: label('mental-health'),
  } as never)
  t.equal(await status('community', counselling), 404)
  // It does not see mental health, and so cannot open it to the centre; diagnoses it does.
  const forCentre = consent(ada.id, { type: 'permit', ...actor(centre), ...classes('mental-health', 'therapy', 'diagnoses') })
  t.equal((await send('community', 'POST', '/Consent', forCentre)).statusCode, 201)
  t.equal(await status('centre-counsellor', counselling), 404)
  t.equal(await status('centre-counsellor', ada.condition), 200)
})

t.test('a denial that names nobody who could sign in closes everybody, rather than nobody', async (t) => {
  const ada = await aPerson()
  await ada.member(community)
  await says(ada, {
    type: 'deny',
    actor: [{ role: { text: 'recipient' }, reference: { display: 'the gym in town' } }],
    ...classes('therapy'),
  })
  t.equal(await status('community', ada.session), 404)
})

t.test('a referral is closed by itself: what it opened, the request and its Tasks, and nothing else', async (t) => {
  const ada = await aPerson()
  const need = async (owner: string) => {
    const request = await ada.put({ resourceType: 'ServiceRequest', status: 'active', intent: 'order', subject: ada.subject } as never)
    const task = await ada.put({
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      focus: { reference: request },
      for: ada.subject,
      owner: { reference: owner },
      restriction: { period: { end: '2026-11-25' } },
    } as never)
    return { request, task }
  }
  const [first, second] = [await need(centre), await need(gym)]
  t.equal(await status('centre', ada.session), 200)
  t.equal(await status('gym', `Patient/${ada.id}`), 200)
  const closed = await says(ada, { type: 'deny', data: [{ meaning: 'related', reference: { reference: first.request } }] })
  for (const reference of [ada.session, `Patient/${ada.id}`, first.request, first.task])
    t.equal(await status('centre', reference), 404, reference)
  t.equal(
    (
      await send('centre', 'POST', '/Procedure', {
        resourceType: 'Procedure',
        status: 'completed',
        subject: ada.subject,
        code: { text: 'x' },
      })
    ).statusCode,
    404,
  )
  t.equal(await status('gym', `Patient/${ada.id}`), 200, 'the other referral goes on')
  t.equal(await status('gym', second.task), 200)
  t.equal(await status(ada.token, first.task), 200)
  await send(ada.token, 'DELETE', `/${closed}`)
  t.equal(await status('centre', first.task), 200)
  await says(ada, { type: 'deny', data: [{ meaning: 'related', reference: { reference: first.request } }], ...classes('therapy') })
  t.equal(await status('centre', ada.session), 404, 'one class of one referral')
  t.equal(await status('centre', `Patient/${ada.id}`), 200)
  t.equal(await status('centre', first.task), 200)
})

t.test('a centre reads its own counselling whoever typed it, and changes what it wrote itself', async (t) => {
  const ada = await aPerson()
  const counselling = (performer: string) => ({
    resourceType: 'Procedure',
    status: 'completed',
    subject: ada.subject,
    code: { text: 'Counselling' },
    meta: label('mental-health'),
    performer: [{ actor: { display: 'Counsellor' }, onBehalfOf: { reference: performer } }],
  })
  const own = await store(counselling(centre))
  const others = await store(counselling(community))
  t.equal(await status('centre', `Procedure/${own.id}`), 200)
  t.equal(await status('centre', `Procedure/${others.id}`), 404)
  t.equal((await send('centre', 'PUT', `/Procedure/${own.id}`, { ...counselling(centre), id: own.id })).statusCode, 403)
  await ada.put({
    resourceType: 'CareTeam',
    status: 'active',
    subject: ada.subject,
    participant: [
      {
        member: { reference: centre },
        role: [{ coding: [{ system: 'https://handrail.example/fhir/CodeSystem/relationship-kind', code: 'mental-health-team' }] }],
      },
    ],
  } as never)
  t.equal(await status('centre-counsellor', `Procedure/${others.id}`), 200, 'the team that needs it')
  t.equal(await status('centre', `Procedure/${others.id}`), 404, 'and of it the professionals')
})

t.test('what is labelled as needs is for whoever runs a session; a diagnosis is one under any label', async (t) => {
  const ada = await aPerson()
  await ada.member(gym)
  const flag = { resourceType: 'Flag', status: 'active', subject: ada.subject, code: { text: 'Must not get hot' } }
  const [plain, needs] = [await ada.put(flag as never), await ada.put({ ...flag, meta: label('needs') } as never)]
  t.equal(await status('gym', plain), 404)
  t.equal(await status('gym', needs), 200)
  const disguised = await ada.put({ resourceType: 'Condition', subject: ada.subject, code: { text: 'MS' }, meta: label('needs') } as never)
  t.equal(await status('gym', disguised), 404)
})

t.test(
  'HAZ-R60: how a person is told is their own choice, it opens nothing else, and it tells of what its author may read at that moment',
  async (t) => {
    const [ada, other] = [await aPerson(), await aPerson()]
    const { id: gwen } = await store({ resourceType: 'RelatedPerson', active: true, patient: ada.subject })
    caller('ada', { role: 'patient', patient: ada.id, fhirUser: `Patient/${ada.id}` })
    caller('stranger', { role: 'patient', patient: other.id, fhirUser: `Patient/${other.id}` })
    caller('carer', { role: 'carer', patient: ada.id, fhirUser: `RelatedPerson/${gwen}` })
    caller('alerts', { role: 'reactor-alerts' })
    const steps = {
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'News of my referrals',
      criteria: 'https://handrail.example/fhir/SubscriptionTopic/referral-step',
      channel: { type: 'email', endpoint: 'ada@post.example' },
    }
    const create = async (token: string, resource: object) =>
      send(token, 'POST', `/${String((resource as { resourceType: string }).resourceType)}`, resource)
    const made = await create('ada', steps)
    t.equal(made.statusCode, 201, made.body)
    const mine = `Subscription/${made.json<{ id: string }>().id}`
    t.equal(await status('ada', mine), 200)
    t.equal(await status('alerts', mine), 200)
    for (const token of ['stranger', 'carer', 'community', 'gym']) t.equal(await status(token, mine), 404, token)
    t.equal(
      (await send('stranger', 'PUT', `/${mine}`, { ...steps, id: mine.split('/')[1], status: 'off' })).statusCode,
      405,
      'as one that is none',
    )
    t.equal((await send('ada', 'GET', '/Subscription')).json<{ total?: number; entry: unknown[] }>().entry.length, 1)

    t.equal((await create('ada', { ...steps, criteria: 'https://handrail.example/fhir/SubscriptionTopic/alert' })).statusCode, 422)
    for (const of of [
      { resourceType: 'Group', type: 'person', actual: true },
      { resourceType: 'Binary', contentType: 'text/plain', data: 'YQ==' },
      { resourceType: 'MessageHeader', eventUri: 'urn:x', source: { endpoint: 'urn:x' } },
    ])
      t.ok((await create('ada', of)).statusCode >= 403, `a person writes no ${of.resourceType}`)
    const named = await store({ resourceType: 'Group', type: 'person', actual: true, member: [{ entity: ada.subject }] } as {
      resourceType: string
    })
    t.equal(await status('ada', `Group/${named.id}`), 404, 'nor reads one that names them')

    const request = await ada.put({
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      subject: ada.subject,
      code: { text: 'Balance class' },
    } as never)
    const told = async (subscription: string, token = 'alerts') =>
      (await send(token, 'GET', `/${request}`, undefined, { 'x-handrail-subscriber': subscription.split('/')[1] ?? '' })).statusCode
    t.equal(await told(mine), 200)
    const carers = `Subscription/${(await create('carer', { ...steps, channel: { type: 'sms', endpoint: '+447700900123' } })).json<{ id: string }>().id}`
    t.equal(await told(carers), 404, 'whom nobody named may hear of nothing')
    const consented = await says(ada, { type: 'permit', ...actor(`RelatedPerson/${gwen}`) })
    t.equal(await told(carers), 200)
    const closed = await says(ada, {
      type: 'deny',
      ...actor(`RelatedPerson/${gwen}`),
      data: [{ meaning: 'instance', reference: { reference: request } }],
    })
    t.equal(await told(carers), 404, 'of a referral that was closed to them they hear nothing')
    t.equal((await send(ada.token, 'DELETE', `/${closed}`)).statusCode, 204)
    t.equal(await told(carers), 200)
    t.equal((await send(ada.token, 'DELETE', `/${consented}`)).statusCode, 204)
    t.equal(await told(carers), 404, 'nor of any, once the person has taken it back')
    t.equal(await told(`Subscription/${other.id}`), 404, 'a Subscription that is none tells of nothing')
    t.equal(await told(mine, 'ada'), 404, 'only whoever serves subscriptions asks like this')
    t.equal(
      await told(`Subscription/${(await create('stranger', steps)).json<{ id: string }>().id}`),
      404,
      "another person's tells of nothing of Ada",
    )
  },
)

t.test('a file that goes with a request is seen by whoever may see what is said about it: leisure is not among them', async (t) => {
  const ada = await aPerson()
  const asked = await ada.put({
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    subject: ada.subject,
    performer: [{ reference: community }, { reference: gym }],
  } as never)
  const file = await ada.put({
    resourceType: 'Communication',
    status: 'completed',
    basedOn: [{ reference: asked }],
    subject: ada.subject,
    payload: [{ contentAttachment: { contentType: 'text/plain', title: 'walk.txt', data: 'YQ==' } }],
  } as never)
  t.equal(await status('community', file), 200)
  t.equal(await status('gym', asked), 200)
  t.equal(await status('gym', file), 404)
  t.equal(await status('centre', file), 404, 'nor whoever is not asked')
  await says(ada, { type: 'deny', ...actor(community), data: [{ meaning: 'instance', reference: { reference: asked } }] })
  t.equal(await status('community', file), 404, 'and it closes with its request')
})

t.test(
  'HAZ-A125: whoever is closed out of a request that names them is named to whoever tells subscribers as closed out, and nobody else is',
  async (t) => {
    const everybody = { community, gym, centre }
    const closings: Readonly<Record<string, (ada: { request: string }) => object | undefined>> = {
      nothing: () => undefined,
      'one organisation': () => ({ type: 'deny', ...actor(gym) }),
      'one class that it is not of': () => ({ type: 'deny', ...actor(gym), ...classes('therapy') }),
      'its class, to everybody': () => ({ type: 'deny', ...classes('referral') }),
      'this referral, to one': ({ request }) => ({
        type: 'deny',
        ...actor(centre),
        data: [{ meaning: 'related', reference: { reference: request } }],
      }),
      'what is over': () => ({ type: 'deny', ...actor(gym), period: { end: LONG_AGO } }),
    }
    for (const [what, closing] of Object.entries(closings)) {
      const ada = await aPerson()
      const needed = {
        resourceType: 'ServiceRequest',
        status: 'active',
        intent: 'order',
        subject: ada.subject,
        requester: { reference: community },
      }
      const request = await ada.put({ ...needed, performer: [{ reference: gym }, { reference: centre }] } as never)
      const other = await ada.put({ ...needed, performer: [{ reference: gym }, { reference: centre }] } as never)
      const said = closing({ request })
      if (said !== undefined) await says(ada, said)
      const step = { resourceType: 'Task', status: 'requested', intent: 'order', for: ada.subject, requester: { reference: community } }
      const due = { restriction: { period: { end: '2026-11-25' } } }
      const written = [
        await ada.put({ ...step, ...due, focus: { reference: request }, owner: { reference: centre } } as never),
        await ada.put({ ...step, ...due, focus: { reference: other }, owner: { reference: gym } } as never),
      ]
      for (const reference of written) {
        const { rows } = await hub.database.query<{ facts: readonly string[] }>({
          text: 'SELECT facts FROM events.outbox WHERE id = $1 ORDER BY change_id DESC LIMIT 1',
          values: [reference.split('/')[1]],
        })
        const facts = rows[0]?.facts ?? []
        for (const [token, organization] of Object.entries(everybody)) {
          if (!facts.some((fact) => /^(owner|requester)=/.test(fact) && fact.endsWith(`=${organization}`))) continue
          t.equal(
            facts.includes(`closed=${organization}`),
            (await status(token, reference)) === 404,
            `${what}: ${token} and ${reference === written[0] ? 'the first' : 'the second'}`,
          )
        }
      }
    }
  },
)

t.test('what is closed to everybody is closed to links that are out', async (t) => {
  const ada = await aPerson()
  t.same(await linkStanding(hub.database, ada.id), { closed: 0, present: true })
  await says(ada, { type: 'deny', ...actor(gym), ...classes('therapy') })
  t.equal((await linkStanding(hub.database, ada.id)).closed, 0)
  await says(ada, { type: 'deny', ...classes('therapy') })
  t.not((await linkStanding(hub.database, ada.id)).closed, 0)
  t.equal((await linkStanding(hub.database, 'nobody')).present, false)
})

t.test("a person's id says nothing of when they came", async (t) => {
  const ids = await Promise.all(Array.from({ length: 8 }, async () => (await store({ resourceType: 'Patient' })).id))
  const minutes = new Set(ids.map((id) => Math.floor(Number.parseInt(id.replace('-', '').slice(0, 12), 16) / 60_000)))
  t.ok(minutes.size > 1, 'eight people of one second')
})
