/** SMART Health Links through their door: what is shared, with whom and until when, and notes that come back. Each test is a rule of the specification, or one of ours. */
import { decodeLink } from '../src/domain/share/link.ts'
import { decodeProtectedHeader } from 'jose'
import t from 'tap'
import { classes, consent } from './a-consenting-person.ts'
import { sharedLinks, START, parameters, filesOf, textOf } from './a-shared-link.ts'

t.setTimeout(600_000)

const { hub, team, ada, about, share, shareRefused, open, withdraw, listed } = await sharedLinks(t)

t.test('a link opens for whoever has it, without an account, and says so to the person', async (t) => {
  const made = await share({ label: 'My neuro summary' })
  t.match(made.link, /^http:\/\/hub\.example\/view#shlink:\//)
  t.equal(decodeLink(made.link)?.label, 'My neuro summary')
  t.ok((decodeLink(made.link)?.url.length ?? 999) <= 128)
  t.equal(made.exp, START.getTime() / 1000 + 24 * 60 * 60, 'a day, when nothing is said')
  const answer = await open(made)
  t.equal(answer.statusCode, 200)
  t.match(answer.headers['content-type'], /^application\/json/)
  t.equal(answer.headers['cache-control'], 'no-store')
  t.equal(answer.headers['access-control-allow-origin'], '*')
  const [file] = filesOf(answer)
  t.equal(file?.status, 'finalized')
  const header = decodeProtectedHeader(file?.embedded ?? '')
  t.same([header.alg, header.enc, header['cty']], ['dir', 'A256GCM', file?.contentType])
  t.match(await textOf(file?.embedded ?? '', made), /Sticking plaster/)
  const { openings, status } = await listed(made.id)
  t.equal(status, 'active')
  t.match(JSON.stringify(openings), /"saidToBe","valueString":"Dr Jones, emergency department"/)
  const trail = await hub.send('ada', 'GET', `/AuditEvent?patient=${ada.id}&_count=500`)
  t.match(trail.body, /open-link/, 'and it is in the trail of who looked')
})

t.test('what is shared is what was chosen, and what is labelled mental health is in no section', async (t) => {
  const emergency = await textOf(filesOf(await open(await share()))[0]?.embedded ?? '', await share()).catch(() => 'another key')
  t.equal(emergency, 'another key', 'no key opens the content of another link')
  const made = await share({}, ['therapies'])
  const text = await textOf(filesOf(await open(made))[0]?.embedded ?? '', made)
  t.match(text, /Session in the pool/)
  t.notMatch(text, /Sticking plaster/)
  t.notMatch(text, /low mood/)
})

t.test('only the person, their carer and the operator give out links', async (t) => {
  t.equal((await shareRefused({}, 'stranger')).statusCode, 404, 'a stranger does not learn that there is such a person')
  t.equal((await shareRefused({}, 'home')).statusCode, 403)
  t.equal((await shareRefused({}, 'admin')).statusCode, 200)
  t.equal((await hub.send('home', 'GET', `/Patient/${ada.id}/$share-links`)).statusCode, 403)
})

t.test(
  'HAZ-P25: a carer gives out links to what the Consent opens to them; they end with it, and only the person sees them all',
  async (t) => {
    const { id } = await hub.store({ resourceType: 'RelatedPerson', active: true, patient: about, name: [{ text: 'Gwen' }] })
    const gwen = `RelatedPerson/${id}`
    hub.caller('gwen', { role: 'carer', patient: ada.id, fhirUser: gwen })
    t.equal((await shareRefused({}, 'gwen')).statusCode, 404, 'whom nobody named does not learn that there is such a person')
    const carer = { actor: [{ role: { text: 'carer' }, reference: { reference: gwen } }] }
    const named = await hub.store(consent(ada.id, { type: 'permit', ...carer, ...classes('identity', 'emergency', 'therapy') }))
    const says = async (codes: readonly string[]) =>
      hub.send('admin', 'PUT', `/Consent/${named.id}`, {
        ...consent(ada.id, { type: 'permit', ...carer, ...classes(...codes) }),
        id: named.id,
      })
    const own = await share({ 'long-term': true })
    const live = await share({ 'long-term': true }, ['emergency', 'therapies'], 'gwen')
    const kept = await share({}, ['emergency', 'therapies'], 'gwen')
    for (const made of [live, kept]) {
      const text = await textOf(filesOf(await open(made))[0]?.embedded ?? '', made)
      t.match(text, /Sticking plaster/)
      t.match(text, /Session in the pool/)
      t.notMatch(text, /low mood/)
    }
    await says(['identity', 'therapy'])
    t.equal((await open(kept)).statusCode, 404, 'what was kept holds what the carer may no longer see')
    const text = await textOf(filesOf(await open(live))[0]?.embedded ?? '', live)
    t.match(text, /Session in the pool/)
    t.notMatch(text, /Sticking plaster/, 'what is made at each opening shows what the carer sees then')

    const trail = await hub.send('ada', 'GET', `/AuditEvent?patient=${ada.id}&_count=500`)
    t.match(trail.body, new RegExp(`"gwen"[^}]*|${gwen}`), 'given out in the name of the carer')
    const all = (await hub.send('ada', 'GET', `/Patient/${ada.id}/$share-links`)).body
    for (const made of [own, live, kept]) t.match(all, made.id)
    t.match(all, `{"name":"by","valueReference":{"reference":"${gwen}"}}`)
    const theirs = (await hub.send('gwen', 'GET', `/Patient/${ada.id}/$share-links`)).body
    t.match(theirs, live.id)
    t.notMatch(theirs, own.id)
    t.equal((await withdraw(own.id, 'gwen')).statusCode, 404, 'nor takes a carer back what the person gave out')
    t.equal((await withdraw(kept.id, 'gwen')).statusCode, 200)
    for (const [operation, method] of [
      ['$health-cards-issue', 'POST'],
      ['$show-to-record', 'POST'],
      ['$print', 'GET'],
    ] as const)
      t.equal(
        (await hub.send('gwen', method, `/Patient/${ada.id}/${operation}`, method === 'POST' ? parameters([]) : undefined)).statusCode,
        403,
        operation,
      )

    await hub.send('admin', 'DELETE', `/Consent/${named.id}`)
    t.equal((await open(live)).statusCode, 404, 'with the consent the links end, on the next opening')
    t.equal((await open(own)).statusCode, 200, 'and the person’s own do not')
  },
)

t.test('a link speaks Welsh where it is asked to', async (t) => {
  const made = await share({ 'long-term': true, language: 'cy' })
  const [document, pdf] = await Promise.all(filesOf(await open(made)).map((file) => textOf(file.embedded ?? '', made)))
  t.match(document, /"language":"cy"/)
  t.match(document, /Pa mor gyfredol, pa mor sicr/)
  t.notMatch(document, /How fresh, how checked/)
  t.match(pdf, /"language":"cy"/)
  t.equal((await shareRefused({ language: 'fr' })).statusCode, 400)
})

t.test('a link that still opens is listed, however many were given out after it', async (t) => {
  const made = await share()
  const { rowCount } = await hub.database.query({
    text: `INSERT INTO passport.link (id, secret, patient, role, sections, classes, flag, created_at, expires_at, attempts_left, withdrawn_at, window_at, language)
           SELECT gen_random_uuid(), decode(md5('later ' || n), 'hex'), patient, role, sections, classes, flag, created_at + interval '1 hour', expires_at, attempts_left, now(), window_at, language
           FROM passport.link, generate_series(1, 200) AS n WHERE id = $1`,
    values: [made.id],
  })
  t.equal(rowCount, 200)
  t.equal((await listed(made.id)).status, 'active')
  await hub.database.query({ text: 'DELETE FROM passport.link WHERE length(secret) = 16' })
})

t.test('withdrawing works on the next request, on files handed out too, and as often as it is asked', async (t) => {
  const made = await share()
  const { location = '' } = filesOf(await open(made, { recipient: 'x', embeddedLengthMax: 10 }))[0] ?? {}
  const file = () => hub.app.inject({ url: new URL(location).pathname })
  t.equal((await file()).headers['content-type'], 'application/jose')
  t.match(await textOf((await file()).body, made), /Sticking plaster/)
  t.equal((await withdraw(made.id)).statusCode, 200)
  t.equal((await withdraw(made.id)).statusCode, 200)
  t.equal((await open(made)).statusCode, 404)
  t.equal((await file()).statusCode, 404)
  t.equal((await withdraw('00000000-0000-4000-8000-000000000000')).statusCode, 404)
  t.equal((await withdraw('nonsense')).statusCode, 404)
})

t.test('a file that is longer than the reader takes has an address for a quarter of an hour', async (t) => {
  const made = await share()
  const [file] = filesOf(await open(made, { recipient: 'x', embeddedLengthMax: 100 }))
  t.equal(file?.embedded, undefined)
  t.match(file?.location, /^http:\/\/hub\.example\/shl\/file\/[A-Za-z0-9_-]{43}$/)
  hub.setNow(new Date(START.getTime() + 15 * 60_000))
  t.equal((await hub.app.inject({ url: new URL(file?.location ?? '').pathname })).statusCode, 404)
  hub.setNow(START)
  t.ok(filesOf(await open(made, { recipient: 'x', embeddedLengthMax: 10_000_000 }))[0]?.embedded)
})

t.test('what the person closes to everybody is closed to links that are out already', async (t) => {
  const fixed = await share()
  const lasting = await share({ 'long-term': true }, ['emergency', 'therapies'])
  const closed = await hub.store({
    resourceType: 'Consent',
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    patient: about,
    policyRule: { text: 'As the person says' },
    provision: { type: 'deny', class: [{ system: 'https://handrail.example/fhir/CodeSystem/data-class', code: 'emergency' }] },
  })
  t.equal((await open(fixed)).statusCode, 404)
  const text = await textOf(filesOf(await open(lasting))[0]?.embedded ?? '', lasting)
  t.match(text, /Session in the pool/, 'a long-term link goes on without it')
  t.notMatch(text, /Sticking plaster/)
  await hub.send('ada', 'PUT', `/Consent/${closed.id}`, { ...closed, status: 'inactive' })
  t.equal((await open(fixed)).statusCode, 200)
})

t.test('a long-term link shows the record as it is now; any other as it was', async (t) => {
  const fixed = await share({}, ['therapies'])
  const lasting = await share({ 'long-term': true }, ['therapies'])
  t.equal(lasting.flag, 'L')
  await hub.store({ resourceType: 'Procedure', status: 'completed', code: { text: 'A later session' }, subject: about })
  const first = filesOf(await open(lasting))[0]
  t.equal(first?.status, 'can-change')
  t.match(await textOf(first?.embedded ?? '', lasting), /A later session/)
  t.notMatch(await textOf(filesOf(await open(fixed))[0]?.embedded ?? '', fixed), /A later session/)
  const again = filesOf(await open(lasting))[0]
  t.not(first?.embedded?.split('.')[2], again?.embedded?.split('.')[2], 'each encryption has a fresh IV')
})

t.test('a direct link is one file by GET, asks who it is, and is never given by POST', async (t) => {
  const made = await share({ direct: true })
  t.equal(made.flag, 'U')
  const get = (query: string) => hub.app.inject({ url: `${made.path}${query}` })
  t.equal((await get('')).statusCode, 405)
  const answer = await get('?recipient=A%20reader')
  t.equal(answer.headers['content-type'], 'application/jose')
  t.match(await textOf(answer.body, made), /Sticking plaster/)
  t.equal((await open(made)).statusCode, 405)
  t.equal((await hub.app.inject({ url: `${(await share()).path}?recipient=x` })).statusCode, 405, 'nor is a manifest given by GET')
})

t.test('a reader leaves one note, which waits until the home team accepts it', async (t) => {
  const made = await share()
  const opening = String((await open(made, { recipient: 'Countess of Chester' })).headers['handrail-opening'])
  const note = (text: unknown, word: unknown = opening) =>
    hub.app.inject({ method: 'POST', url: '/shl/note', payload: { opening: word, text }, headers: { 'content-type': 'application/json' } })
  for (const text of ['', ' ', 'x'.repeat(1_001), 'a\u0007bell', 7, undefined]) t.equal((await note(text)).statusCode, 400, String(text))
  const both = await Promise.all([note('Seen in emergency 21 Nov, discharged'), note('Seen in emergency 21 Nov, discharged')])
  t.same(
    both.map(({ statusCode }) => statusCode).toSorted((one, other) => one - other),
    [201, 404],
    'one for each opening, in a race too',
  )
  t.equal((await note('again')).statusCode, 404)
  t.equal((await note('hello', 'A'.repeat(43))).statusCode, 404)

  const found = await hub.send('home', 'GET', `/Task?patient=${ada.id}&code=reader-note`)
  const [task] = found.json<{ entry: { resource: { id: string; owner: object; restriction: { period: { end: string } }; focus: { reference: string } } }[] }>().entry.map(({ resource }) => resource) // prettier-ignore
  t.match(task, { owner: { reference: `Organization/${team.id}` }, restriction: { period: { end: '2026-11-23T09:00:00.000Z' } } })
  const waiting = (await hub.send('ada', 'GET', `/${task?.focus.reference}`)).json<Record<string, unknown>>()
  t.match(waiting, {
    status: 'on-hold',
    statusReason: { text: 'Unconfirmed, from link' },
    sender: { display: 'Countess of Chester (as stated by the reader)' },
    payload: [{ contentString: 'Seen in emergency 21 Nov, discharged' }],
  })
  const answer = (who: string) =>
    hub.send(who, 'POST', `/${task?.focus.reference}/$answer-note`, parameters([{ name: 'outcome', valueCode: 'accept' }]))
  t.equal((await answer('ada')).statusCode, 403, 'the person does not confirm what a stranger wrote')
  t.equal((await answer('stranger')).statusCode, 404)
  t.match((await answer('home')).json(), { status: 'completed', meta: { tag: [{ code: 'from-link' }] } })
  t.match((await hub.send('home', 'GET', `/Task/${task?.id}`)).json(), { status: 'completed' })
  t.equal((await answer('home')).statusCode, 409)
})

t.test('no note comes by a link that was withdrawn after it was opened', async (t) => {
  const made = await share()
  const opening = String((await open(made)).headers['handrail-opening'])
  await withdraw(made.id)
  const answer = await hub.app.inject({ method: 'POST', url: '/shl/note', payload: { opening, text: 'late' } })
  t.equal(answer.statusCode, 404)
})
