/** Two records of one person become one, and two again: nothing is lost, and nobody sees more without its being said. Hazard HAZ-P24. */
import fc from '@platform/testing/properties'
import t from 'tap'
import { actor, classes, consent } from './a-consenting-person.ts'
import { aRecord } from './a-record.ts'

t.setTimeout(600_000)
const hub = await aRecord(t)
const { send, store, caller, database } = hub
const organization = async (name: string) => `Organization/${(await store({ resourceType: 'Organization', name })).id}`
const [community, gym] = [await organization('Community'), await organization('Gym')]
caller('community', { role: 'professional', grade: 'full', organization: community })
caller('gym', { role: 'worker', grade: 'needs-only', organization: gym })

const status = async (token: string, path: string) => (await send(token, 'GET', `/${path}`)).statusCode
const LOCAL = 'urn:hospital'
let numbers = 0
const aPatient = async (more: object = {}) => {
  numbers += 1
  return store({
    resourceType: 'Patient',
    name: [{ family: 'Llwyd', given: ['Ada'] }],
    birthDate: '1974-03-02',
    identifier: [{ system: LOCAL, value: `H${numbers}` }],
    ...more,
  })
}
const of = (id: string) => ({ reference: `Patient/${id}` })
const entry = (id: string, more: object = {}) => ({
  resourceType: 'Procedure',
  status: 'completed',
  subject: of(id),
  code: { text: 'Stretching' },
  ...more,
})
const team = (id: string, ...members: string[]) => ({
  resourceType: 'CareTeam',
  status: 'active',
  subject: of(id),
  participant: members.map((reference) => ({ member: { reference } })),
})
const deny = (party: string, code: string) => ({ type: 'deny', ...actor(party), ...classes(code) })
const named = (name: string, id: string) => ({ name, valueReference: of(id) })
const operation = (name: string, parameter: object[], token = 'admin') =>
  send(token, 'POST', `/Patient/$${name}`, { resourceType: 'Parameters', parameter })
const mergeOf = (source: string, target: string, ...more: object[]) =>
  operation('merge', [named('source-patient', source), named('target-patient', target), ...more])
const accepted = { name: 'accept-widening', valueBoolean: true }
const unmergeOf = (source: string) => operation('unmerge', [named('source-patient', source)])
const found = async (query: string) =>
  ((await send('admin', 'GET', query)).json<{ entry?: { resource: { id: string } }[] }>().entry ?? []).map(({ resource }) => resource.id)

/** Everything that is stored about two people, but for versions and times, and the Tasks that ask for a review. */
async function snapshot(...people: string[]): Promise<Record<string, unknown[]>> {
  const rows = async (text: string) => (await database.query<Record<string, unknown>>({ text, values: [people] })).rows
  const mine = `SELECT id FROM passport.resource r WHERE (r.patient = ANY($1) OR (r.type = 'Patient' AND r.id = ANY($1))) AND (r.type <> 'Task' OR r.content NOT LIKE '%merge-review%')`
  const resources = await rows(`SELECT type, id, patient, deleted, classes, parties, content,
      (SELECT array_agg(x ORDER BY x) FROM unnest(tokens) x) AS tokens FROM passport.resource WHERE id IN (${mine}) ORDER BY type, id`)
  return {
    resources: resources.map(({ content, ...row }) => ({
      ...row,
      content: String(content)
        .replace(/"versionId":"\d+"/, '')
        .replace(/"lastUpdated":"[^"]*"/, ''),
    })),
    relationships: await rows(`SELECT * FROM passport.relationship WHERE patient = ANY($1) ORDER BY patient, party, kind, source, starts`),
    closed: await rows(`SELECT * FROM passport.closed_out WHERE patient = ANY($1) ORDER BY patient, party, source, classes`),
    identifiers: await rows(`SELECT value, system, type, id FROM passport.identifier WHERE id IN (${mine}) ORDER BY id, value`),
    dates: await rows(`SELECT id, key, low, high FROM passport.date_index WHERE id IN (${mine}) ORDER BY id, key, low`),
    strings: await rows(`SELECT id, key, value FROM passport.string_index WHERE id IN (${mine}) ORDER BY id, key, value`),
    past: await rows(`SELECT type, id, version, patient FROM passport.history WHERE id IN (${mine}) ORDER BY type, id, version`),
  }
}

/** What is not as it was; of the past that which was there before. */
function differenceOf(before: Record<string, unknown[]>, after: Record<string, unknown[]>): string {
  const key = (one: unknown) => {
    const { type, id, version } = one as Record<string, unknown>
    return [type, id, version].join('/')
  }
  const there = new Set(before['past']?.map(key))
  const compared = { ...after, past: after['past']?.filter((one) => there.has(key(one))) ?? [] }
  return Object.entries(before)
    .filter(([name, value]) => JSON.stringify(compared[name as 'past']) !== JSON.stringify(value))
    .map(([name, value]) => `${name}\nbefore ${JSON.stringify(value)}\nafter ${JSON.stringify(compared[name as 'past'])}`)
    .join('\n')
}

t.test('what belonged to one belongs to the other; the old id says who took its place', async (t) => {
  const [source, target] = [await aPatient(), await aPatient({ identifier: [{ system: LOCAL, value: 'TARGET' }] })]
  const session = await store(entry(source.id, { note: [{ text: 'Dose 1.50' }] }))
  const measured = await send(
    'admin',
    'POST',
    '/Observation',
    `{"resourceType":"Observation","status":"final","code":{"text":"Walk"},"subject":{"reference":"Patient/${source.id}"},"valueQuantity":{"value":1.50}}`,
  )
  await store(team(source.id, community))
  await store(team(target.id, community))
  const answer = await mergeOf(source.id, target.id)
  t.equal(answer.statusCode, 200, answer.body)
  t.same(await found(`/Procedure?patient=${target.id}`), [session.id])
  t.same(await found(`/Procedure?subject=Patient/${target.id}`), [session.id])
  t.same(await found(`/Procedure?patient=${source.id}`), [])
  t.match((await send('community', 'GET', `/Observation/${measured.json<{ id: string }>().id}`)).body, '1.50', 'no digit is lost')
  const old = await send('community', 'GET', `/Patient/${source.id}`)
  t.equal(old.statusCode, 200)
  t.match(old.json(), { active: false, link: [{ other: of(target.id), type: 'replaced-by' }] })
  const now = await send('community', 'GET', `/Patient/${target.id}`)
  t.match(now.json(), {
    link: [{ other: of(source.id), type: 'replaces' }],
    identifier: [{ value: 'TARGET' }, { ...(source['identifier' as never][0] as object), use: 'old' }],
  })
  t.same(await found(`/Patient?identifier=${LOCAL}|H${numbers - 1}`), [target.id], 'an identifier of either means the one that stayed')
  t.equal(await status('community', `Procedure/${session.id}/_history/1`), 200, 'its past went along')
  t.match((await send('admin', 'GET', `/Patient/${target.id}/$everything`)).body, session.id)
  t.match((await send('community', 'GET', `/Patient/${target.id}/$summary`)).body, 'Stretching', 'a summary looks where the rows lie')
  t.equal((await send('community', 'POST', '/Procedure', entry(source.id))).statusCode, 404, 'nothing more is written under the old id')
  t.equal((await mergeOf(source.id, target.id)).statusCode, 409, 'once')
  t.equal((await mergeOf(target.id, source.id)).statusCode, 409)
})

t.test('a merge that lets somebody see more is refused until that is accepted, and says who', async (t) => {
  const [source, target] = [await aPatient(), await aPatient()]
  const condition = await store({ resourceType: 'Condition', subject: of(target.id), code: { text: 'MS' } })
  await store(team(source.id, community))
  await store(team(target.id, gym))
  const refused = await mergeOf(source.id, target.id)
  t.equal(refused.statusCode, 409)
  t.match(refused.body, 'MERGE_WIDENS')
  const preview = await mergeOf(source.id, target.id, { name: 'preview', valueBoolean: true })
  t.equal(preview.statusCode, 200)
  t.match(preview.body, `${community} would see what belongs to the target`)
  t.match(preview.body, `${gym} would see what belongs to the source`)
  t.equal(await status('community', `Condition/${condition.id}`), 404, 'a preview changes nothing')
  const done = await mergeOf(source.id, target.id, accepted)
  t.equal(done.statusCode, 200)
  t.match(done.body, `${community} would see`)
  t.equal(await status('community', `Condition/${condition.id}`), 200)
  t.equal((await unmergeOf(source.id)).statusCode, 200)
  t.equal(await status('community', `Condition/${condition.id}`), 404)
})

t.test('the stricter Consent wins: what was closed of one is closed of both', async (t) => {
  const [source, target] = [await aPatient(), await aPatient()]
  for (const { id } of [source, target]) await store(team(id, community))
  const [session, other] = [await store(entry(source.id)), await store(entry(target.id))]
  await store(consent(source.id, deny(community, 'therapy')))
  t.equal(await status('community', `Procedure/${other.id}`), 200)
  t.equal((await mergeOf(source.id, target.id)).statusCode, 200)
  for (const { id } of [session, other]) t.equal(await status('community', `Procedure/${id}`), 404)
  await unmergeOf(source.id)
  t.equal(await status('community', `Procedure/${other.id}`), 200)
  t.equal(await status('community', `Procedure/${session.id}`), 404)
})

t.test('what nobody could make for himself is not made by a merge', async (t) => {
  const [source, target] = [await aPatient(), await aPatient()]
  for (const { id } of [source, target])
    await database.query({ text: `INSERT INTO passport.relationship VALUES ($1, $2, 6, 'Consent/x')`, values: [id, gym] })
  const made = await send('gym', 'POST', '/Task', {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    for: of(source.id),
    owner: { reference: gym },
  })
  t.equal(made.statusCode, 201)
  t.equal((await mergeOf(source.id, target.id)).statusCode, 200)
  t.equal(await status('gym', `Patient/${target.id}`), 404)
  await unmergeOf(source.id)
  t.equal(await status('gym', `Patient/${source.id}`), 404)
})

t.test('only the operator merges; the same, absent, deleted and unnamed are refused', async (t) => {
  const [source, target] = [await aPatient(), await aPatient()]
  for (const { id } of [source, target]) await store(team(id, community))
  t.equal((await operation('merge', [named('source-patient', source.id), named('target-patient', target.id)], 'community')).statusCode, 403)
  t.equal((await operation('unmerge', [named('source-patient', source.id)], 'community')).statusCode, 403)
  t.equal((await operation('find-duplicates', [], 'gym')).statusCode, 403)
  t.equal((await mergeOf(source.id, source.id)).statusCode, 409)
  t.equal((await mergeOf(source.id, 'nobody')).statusCode, 404)
  t.equal((await operation('merge', [named('source-patient', source.id)])).statusCode, 400)
  t.equal((await unmergeOf(source.id)).statusCode, 409)
  const result = { name: 'result-patient', resource: { resourceType: 'Patient', id: source.id } }
  t.equal((await mergeOf(source.id, target.id, result)).statusCode, 400)
  const byIdentifier = await operation('merge', [
    { name: 'source-patient-identifier', valueIdentifier: { system: LOCAL, value: `H${numbers - 1}` } },
    { name: 'target-patient-identifier', valueIdentifier: { system: LOCAL, value: `H${numbers}` } },
  ])
  t.equal(byIdentifier.statusCode, 200, byIdentifier.body)
})

t.test('what was changed meanwhile keeps its change and goes back; what is new stays, unless it hangs under what goes', async (t) => {
  const [source, target] = [await aPatient({ active: true }), await aPatient()]
  const [kept, edited, removed] = [await store(entry(source.id)), await store(entry(source.id)), await store(entry(source.id))]
  const need = await store({ resourceType: 'ServiceRequest', status: 'draft', intent: 'proposal', subject: of(source.id) })
  t.equal((await mergeOf(source.id, target.id)).statusCode, 200)
  await send('admin', 'PUT', `/Procedure/${edited.id}`, { ...entry(target.id, { note: [{ text: 'later' }] }), id: edited.id })
  await send('admin', 'DELETE', `/Procedure/${removed.id}`)
  const [fresh, under, deeper] = [
    await store(entry(target.id)),
    await store(entry(target.id, { basedOn: [{ reference: `ServiceRequest/${need.id}` }] })),
    { id: '' },
  ]
  deeper.id = (await store(entry(target.id, { partOf: [{ reference: `Procedure/${under.id}` }] }))).id
  const patient = (await send('admin', 'GET', `/Patient/${target.id}`)).json<object>()
  await send('admin', 'PUT', `/Patient/${target.id}`, { ...patient, gender: 'female' })

  const undone = await unmergeOf(source.id)
  t.equal(undone.statusCode, 200, undone.body)
  t.same(
    undone
      .json<{ parameter: { name: string; valueReference: object }[] }>()
      .parameter.filter(({ name }) => name === 'stayed')
      .map(({ valueReference }) => valueReference),
    [{ reference: `Procedure/${fresh.id}` }],
  )
  t.same((await found(`/Procedure?patient=${source.id}`)).toSorted(), [kept.id, edited.id, under.id, deeper.id].toSorted())
  t.same(await found(`/Procedure?patient=${target.id}`), [fresh.id])
  t.match((await send('admin', 'GET', `/Procedure/${edited.id}`)).json(), { subject: of(source.id), note: [{ text: 'later' }] })
  t.equal(await status('admin', `Procedure/${removed.id}`), 410)
  const [one, other] = [
    (await send('admin', 'GET', `/Patient/${source.id}`)).json<Record<string, unknown>>(),
    (await send('admin', 'GET', `/Patient/${target.id}`)).json<Record<string, unknown>>(),
  ]
  t.equal(one['active'], true)
  t.equal(one['link'], undefined)
  t.equal(other['gender'], 'female')
  t.equal(other['link'], undefined)
  t.equal((other['identifier'] as unknown[]).length, 1)
  t.equal((await unmergeOf(source.id)).statusCode, 409, 'once')
})

t.test('a merge on top of a merge is undone first', async (t) => {
  const [a, b, c] = [await aPatient(), await aPatient(), await aPatient()]
  const session = await store(entry(a.id))
  const before = await snapshot(a.id, b.id, c.id)
  t.equal((await mergeOf(a.id, b.id)).statusCode, 200)
  t.equal((await mergeOf(b.id, c.id)).statusCode, 200)
  t.same(await found(`/Procedure?patient=${c.id}`), [session.id])
  t.equal((await unmergeOf(a.id)).statusCode, 409)
  t.equal((await unmergeOf(b.id)).statusCode, 200)
  t.equal((await unmergeOf(a.id)).statusCode, 200)
  t.equal(differenceOf(before, await snapshot(a.id, b.id, c.id)), '')
})

const ROWS = ['Procedure', 'Condition', 'CareTeam', 'Task', 'Consent', 'RelatedPerson', 'QuestionnaireResponse'] as const
const row = fc.record({
  type: fc.constantFrom(...ROWS),
  of: fc.boolean(),
  party: fc.boolean(),
  deleted: fc.nat({ max: 5 }),
  twice: fc.boolean(),
  mistaken: fc.boolean(),
})

t.test('merging and taking apart gives back what was, but for versions', async (t) => {
  let tried = 0
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 8 }), fc.boolean(), async (rows, registered) => {
      const [source, target] = [
        await aPatient(registered ? { managingOrganization: { reference: gym } } : {}),
        await aPatient({ active: false }),
      ]
      for (const { type, of: whose, party, deleted, twice, mistaken } of rows) {
        const id = whose ? source.id : target.id
        const who = party ? community : gym
        const madeFor = (id: string) =>
          ({
            Procedure: entry(id, { performer: [{ actor: { reference: who } }], note: [{ text: `see Patient/${target.id}` }] }),
            Condition: { resourceType: 'Condition', subject: of(id), asserter: of(source.id), onsetDateTime: '2020' },
            CareTeam: team(id, who),
            Task: { resourceType: 'Task', status: 'requested', intent: 'order', for: of(id), owner: { reference: who }, requester: of(id) },
            Consent: consent(id, deny(who, 'therapy')),
            RelatedPerson: {
              resourceType: 'RelatedPerson',
              patient: { reference: `http://hub.example/fhir/Patient/${id}` },
              period: { end: '2020-01-01' },
            },
            QuestionnaireResponse: { resourceType: 'QuestionnaireResponse', status: 'completed', subject: of(id), author: of(id) },
          })[type]
        const made = madeFor(id)
        const stored = await store(madeFor(mistaken ? (whose ? target.id : source.id) : id) as { resourceType: string })
        if (mistaken) await send('admin', 'PUT', `/${type}/${stored.id}`, { ...made, id: stored.id })
        if (twice) await send('admin', 'PUT', `/${type}/${stored.id}`, { ...made, id: stored.id, language: 'cy' })
        if (deleted === 0 && type !== 'Task') await send('admin', 'DELETE', `/${type}/${stored.id}`)
      }
      const before = await snapshot(source.id, target.id)
      const merged = await mergeOf(source.id, target.id, accepted)
      if (merged.statusCode !== 200) throw new Error(merged.body)
      const left = (await snapshot(source.id))['resources']?.filter((one) => (one as { patient: string }).patient === source.id)
      if (left?.length !== 0) throw new Error(`left behind: ${JSON.stringify(left)}`)
      const undone = await unmergeOf(source.id)
      if (undone.statusCode !== 200) throw new Error(undone.body)
      const after = await snapshot(source.id, target.id)
      const difference = differenceOf(before, after)
      if (difference !== '') throw new Error(difference)
      tried += 1
    }),
    { numRuns: 10 },
  )
  t.ok(tried > 0, `${tried} worlds`)
})

t.test('records that may be of one person are suggested to somebody, once, and never merged', async (t) => {
  const shared = { system: LOCAL, value: 'SHARED' }
  const since = { name: 'since', valueInstant: new Date().toISOString() }
  const [a, b] = [
    await aPatient({ identifier: [shared], birthDate: '1950-01-01' }),
    await aPatient({ identifier: [shared], birthDate: '1950-01-02' }),
  ]
  const [c, d] = [
    await aPatient({ name: [{ family: 'Rees', given: ['Tom'] }], birthDate: '1960-05-05' }),
    await aPatient({ name: [{ family: 'REES', given: ['Tom'] }], birthDate: '1960-05-05' }),
  ]
  await aPatient({ name: [{ family: 'Rees', given: ['Sam'] }], birthDate: '1960-05-05' })
  const first = await operation('find-duplicates', [since])
  t.equal(first.statusCode, 200, first.body)
  const tasks = await Promise.all(
    first.json<{ parameter: { valueReference: { reference: string } }[] }>().parameter.map(async ({ valueReference }) =>
      (await send('admin', 'GET', `/${valueReference.reference}`)).json<{
        input: { valueReference: { reference: string } }[]
        for?: object
        owner: object
        restriction: object
      }>(),
    ),
  )
  const pairs = tasks.map(({ input }) =>
    input
      .map(({ valueReference }) => valueReference.reference)
      .toSorted()
      .join(),
  )
  for (const pair of [
    [a, b],
    [c, d],
  ])
    t.ok(
      pairs.includes(
        pair
          .map(({ id }) => `Patient/${id}`)
          .toSorted()
          .join(),
      ),
    )
  t.ok(tasks.every(({ for: about, owner, restriction }) => about === undefined && owner !== undefined && restriction !== undefined))
  t.notOk(
    pairs.some((pair) => pair.includes(c.id) && !pair.includes(d.id)),
    'a first name of another is another',
  )
  t.equal((await operation('find-duplicates', [since])).json<{ parameter?: unknown[] }>().parameter?.length ?? 0, 0)
  t.equal((await send('admin', 'GET', `/Patient/${a.id}`)).json<{ active?: boolean }>().active, undefined)
})

t.test('HAZ-P24: a hospital that merged two numbers has the pair asked about once, by a Task that shows neither record', async (t) => {
  caller('alerts', { role: 'reactor-alerts' })
  // The two look alike, so that the record itself would suggest them.
  const alike = { name: [{ family: 'Pugh', given: ['Nia'] }], birthDate: '1958-08-08' }
  const [stays, goes] = [(await aPatient(alike)).id, (await aPatient(alike)).id]
  const pair = `duplicate:${[stays, goes].toSorted().join(':')}`
  // As the alert service writes it when an A40 names two people of the record.
  const task = {
    resourceType: 'Task',
    identifier: [{ system: 'https://handrail.example/fhir/Id/review', value: pair }],
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'possible-duplicate' }] },
    description: `A hospital merged the numbers of two people of this record (A40): there Patient/${stays} stays and Patient/${goes} goes.`,
    owner: { reference: community },
    restriction: { period: { end: '2026-11-28T02:14:00Z' } },
    input: [stays, goes].map((id) => ({ type: { text: 'Patient' }, valueReference: of(id) })),
  }
  const open = 'draft,requested,received,accepted,ready,in-progress,on-hold'
  const ifNoneExist = `identifier=https://handrail.example/fhir/Id/review|${pair}&status=${open}`
  const ask = async () => {
    const entries = [{ resource: task, request: { method: 'POST', url: 'Task', ifNoneExist } }]
    const answer = await send('alerts', 'POST', '/', { resourceType: 'Bundle', type: 'transaction', entry: entries })
    t.equal(answer.statusCode, 200, answer.body)
    const [written] = answer.json<{ entry: { response: { status: string; location?: string } }[] }>().entry
    return written?.response.status.slice(0, 3)
  }
  t.equal(await ask(), '201')
  t.equal(await ask(), '200', 'while it is open it is not asked twice')
  const found = (await send('community', 'GET', `/Task?code=possible-duplicate&identifier=${pair}`)).json<{
    entry: { resource: { id: string } }[]
  }>()
  t.equal(found.entry.length, 1, 'whoever decides uncertain matches has it')
  for (const id of [stays, goes]) t.equal(await status('community', `Patient/${id}`), 404, 'and sees by it nothing of either')
  t.equal(await status('gym', `Task/${found.entry[0]?.resource.id}`), 404)
  const since = { name: '_since', valueInstant: '2000-01-01T00:00:00Z' }
  t.equal((await operation('find-duplicates', [since])).statusCode, 200)
  const asked = (await send('admin', 'GET', `/Task?identifier=${pair}`)).json<{ entry: unknown[] }>().entry
  t.equal(asked.length, 1, 'nor is the pair suggested beside it')
  await send('admin', 'PUT', `/Task/${found.entry[0]?.resource.id}`, { ...task, id: found.entry[0]?.resource.id, status: 'completed' })
  t.equal(await ask(), '201', 'the hospital says it again after an answer: that is news')
})
