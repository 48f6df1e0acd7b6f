/** SMART Health Links through their door. The specification is read in standards words; each test is one of its rules, or one of ours. */
import { decodeLink } from '../src/domain/share/link.ts'
import { ATTEMPTS, OPENINGS_A_MINUTE } from '../src/domain/share/link-state.ts'
import { forgetExpired } from '../src/store/share-links.ts'
import { compactDecrypt, decodeProtectedHeader } from 'jose'
import t from 'tap'
import { aRecord } from './a-record.ts'

t.setTimeout(600_000)
const hub = await aRecord(t)
const START = new Date('2026-11-21T09:00:00Z')
const team = await hub.store({ resourceType: 'Organization', name: 'Home team' })
const ada = await hub.store({
  resourceType: 'Patient',
  name: [{ family: 'Probert', given: ['Ada'] }],
  birthDate: '1974-03-18',
  managingOrganization: { reference: `Organization/${team.id}` },
})
const about = { reference: `Patient/${ada.id}` }
await hub.store({
  resourceType: 'AllergyIntolerance',
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
  code: { text: 'Sticking plaster' },
  patient: about,
})
await hub.store({ resourceType: 'Procedure', status: 'completed', code: { text: 'Session in the pool' }, subject: about })
await hub.store({
  resourceType: 'Procedure',
  meta: { security: [{ system: 'https://handrail.example/fhir/CodeSystem/data-class', code: 'mental-health' }] },
  status: 'completed',
  code: { text: 'Talking about low mood' },
  subject: about,
})
hub.caller('ada', { role: 'patient', patient: ada.id, fhirUser: `Patient/${ada.id}`, scope: 'patient/*.crus' })
hub.caller('home', { role: 'professional', organization: `Organization/${team.id}` })
hub.caller('stranger', { role: 'professional', organization: 'Organization/elsewhere' })

interface Made {
  readonly link: string
  readonly id: string
  readonly path: string
  readonly key: Uint8Array
  readonly flag: string | undefined
  readonly exp: number | undefined
}

const parameters = (parameter: readonly object[]) => ({ resourceType: 'Parameters', parameter })
const valueOf = (name: string, value: unknown): object =>
  typeof value === 'boolean'
    ? { name, valueBoolean: value }
    : name === 'expires'
      ? { name, valueInstant: value }
      : { name, valueString: value }

async function share(given: Record<string, unknown> = {}, sections: readonly string[] = [], who = 'ada'): Promise<Made> {
  const asked = [
    ...sections.map((section) => ({ name: 'section', valueCode: section })),
    ...Object.entries(given).map(([name, value]) => valueOf(name, value)),
  ]
  const answer = await hub.send(who, 'POST', `/Patient/${ada.id}/$share-link`, parameters(asked))
  t.equal(answer.statusCode, 200, answer.body)
  const { parameter } = answer.json<{ parameter: { name: string; valueUri?: string; valueId?: string }[] }>()
  const link = parameter.find(({ name }) => name === 'link')?.valueUri ?? ''
  const payload = decodeLink(link)
  return {
    link,
    id: parameter.find(({ name }) => name === 'id')?.valueId ?? '',
    path: new URL(payload?.url ?? 'http://none').pathname,
    key: Buffer.from(payload?.key ?? '', 'base64url'),
    flag: payload?.flag,
    exp: payload?.exp,
  }
}
const shareRefused = async (given: Record<string, unknown>, who = 'ada') =>
  hub.send(who, 'POST', `/Patient/${ada.id}/$share-link`, parameters(Object.entries(given).map(([name, value]) => valueOf(name, value))))
const open = ({ path }: Pick<Made, 'path'>, body: unknown = { recipient: 'Dr Jones, emergency department' }) =>
  hub.app.inject({ method: 'POST', url: path, headers: { 'content-type': 'application/json' }, payload: JSON.stringify(body) })
const withdraw = (id: string, who = 'ada') =>
  hub.send(who, 'POST', `/Patient/${ada.id}/$withdraw-link`, parameters([{ name: 'id', valueString: id }]))
interface File {
  readonly contentType: string
  readonly embedded?: string
  readonly location?: string
  readonly status: string
}
const filesOf = (answer: { json<T>(): T }) => answer.json<{ files: File[] }>().files
const textOf = async (jwe: string, { key }: Made) =>
  new TextDecoder().decode((await compactDecrypt(jwe, key, { maxDecompressedLength: 5_000_000 })).plaintext)
const listed = async (id: string) => {
  const answer = await hub.send('ada', 'GET', `/Patient/${ada.id}/$share-links`)
  const { parameter } = answer.json<{ parameter: { part: { name: string; valueId?: string; valueCode?: string; part?: object[] }[] }[] }>()
  const { part } = parameter.find((one) => one.part.some(({ valueId }) => valueId === id)) ?? { part: [] }
  return { status: part.find(({ name }) => name === 'status')?.valueCode, openings: part.filter(({ name }) => name === 'opening'), part }
}

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
    const consent = (classes: readonly string[]) => ({
      resourceType: 'Consent',
      status: 'active',
      scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
      category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
      policyRule: { text: 'Own wish' },
      patient: about,
      provision: {
        type: 'permit',
        actor: [{ role: { text: 'carer' }, reference: { reference: gwen } }],
        class: classes.map((code) => ({ system: 'https://handrail.example/fhir/CodeSystem/data-class', code })),
      },
    })
    const named = await hub.store(consent(['identity', 'emergency', 'therapy']))
    const says = async (classes: readonly string[]) =>
      hub.send('admin', 'PUT', `/Consent/${named.id}`, { ...consent(classes), id: named.id })
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

t.test('P and U are refused together, as are a short passcode, a past expiry, an unknown section and a number in the label', async (t) => {
  for (const given of [
    { passcode: 'correct horse', direct: true },
    { passcode: '12345' },
    { expires: '2026-11-21T08:59:59Z' },
    { expires: '2036-11-21T09:00:00Z' },
    { section: 'everything' },
    { label: 'Ada 999 012 3454' },
    { label: 'x'.repeat(81) },
    { 'no-such': 'thing' },
  ]) {
    const answer = await shareRefused(given)
    t.ok(answer.statusCode === 400 || answer.statusCode === 422, JSON.stringify(given))
    t.match(answer.json(), { resourceType: 'OperationOutcome' })
  }
})

t.test('a passcode is asked for, a missing one costs nothing, and a right one does not give wrong ones back', async (t) => {
  const made = await share({ passcode: 'correct horse' })
  t.equal(made.flag, 'P')
  const without = await open(made)
  t.equal(without.statusCode, 401)
  t.equal(without.json<{ remainingAttempts: number }>().remainingAttempts, ATTEMPTS)
  t.equal(without.headers['access-control-allow-origin'], '*')
  const wrong = async () =>
    (await open(made, { recipient: 'x', passcode: 'wrong' })).json<{ remainingAttempts: number }>().remainingAttempts
  t.equal(await wrong(), 4)
  t.equal((await open(made, { recipient: 'x', passcode: 'correct horse' })).statusCode, 200)
  t.equal(await wrong(), 3)
  for (const passcode of [['correct horse'], { $ne: '' }, 1, true, null])
    t.equal((await open(made, { recipient: 'x', passcode })).statusCode, 400, 'a passcode is a text and nothing else')
})

t.test('five wrong passcodes in a race lock the link for good, and the person is told', async (t) => {
  const made = await share({ passcode: 'correct horse', 'long-term': true })
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => open(made, { recipient: 'x', passcode: `wrong ${n}` })))
  const left = answers.flatMap((answer) =>
    answer.statusCode === 401 ? [answer.json<{ remainingAttempts: number }>().remainingAttempts] : [],
  )
  t.same(
    left.toSorted((one, other) => one - other),
    [0, 1, 2, 3, 4],
    'no more than five were compared, each told its own number',
  )
  t.ok(answers.every(({ statusCode }) => [401, 404, 429].includes(statusCode)))
  t.equal((await open(made, { recipient: 'x', passcode: 'correct horse' })).statusCode, 404, 'the right one included')
  t.equal((await listed(made.id)).status, 'locked')
  const told = await hub.send('ada', 'GET', `/Communication?subject=Patient/${ada.id}`)
  t.match(told.body, /locked after five wrong passcodes/)
  const { rows } = await hub.database.query({
    text: 'SELECT 1 FROM passport.link WHERE id = $1 AND sealed_key IS NOT NULL',
    values: [made.id],
  })
  t.same(rows, [], 'and the key is destroyed')
})

t.test('a try that was broken off has cost its attempt; the link never opens more often than five times wrongly', async (t) => {
  const made = await share({ passcode: 'correct horse' })
  await hub.database.query({
    text: `UPDATE passport.link SET attempts_left = 0, taken_at = now() - interval '1 minute' WHERE id = $1`,
    values: [made.id],
  })
  t.equal((await open(made, { recipient: 'x', passcode: 'correct horse' })).statusCode, 404)
})

t.test('expired, withdrawn, locked and never made are one answer, byte for byte', async (t) => {
  const expired = await share({ expires: '2026-11-21T10:00:00Z' })
  const withdrawn = await share()
  t.equal((await withdraw(withdrawn.id)).statusCode, 200)
  hub.setNow(new Date('2026-11-21T10:00:00Z'))
  t.teardown(() => hub.setNow(START))
  const answers = await Promise.all([
    open(expired),
    open(withdrawn),
    open({ path: `/shl/${'A'.repeat(43)}` }),
    open({ path: '/shl/not-a-link' }),
    hub.app.inject({ url: `/shl/file/${'A'.repeat(43)}` }),
  ])
  for (const answer of answers) t.same([answer.statusCode, answer.body], [404, answers[0]?.body])
  t.equal((await listed(expired.id)).status, 'expired')
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

t.test('a request that is no JSON, names nobody, or is too large is refused in plain words', async (t) => {
  const { path } = await share()
  for (const body of [{}, { recipient: ' ' }, { recipient: 7 }, [], 'text', { recipient: 'x', embeddedLengthMax: -1 }])
    t.equal((await open({ path }, body)).statusCode, 400, JSON.stringify(body))
  const raw = (payload: string, type = 'application/json') =>
    hub.app.inject({ method: 'POST', url: path, headers: { 'content-type': type }, payload })
  t.equal((await raw('{')).statusCode, 400)
  t.equal((await raw('{"recipient":"x","own":1}', 'text/plain')).statusCode, 200, 'whatever it is called')
  t.equal((await raw(JSON.stringify({ recipient: 'x'.repeat(20_000) }))).statusCode, 413)
  t.equal((await hub.app.inject({ method: 'PUT', url: path, payload: '{}' })).statusCode, 405)
})

t.test('pages of other origins may ask, and hear every answer', async (t) => {
  const { path } = await share()
  const preflight = await hub.app.inject({
    method: 'OPTIONS',
    url: path,
    headers: { origin: 'https://viewer.example', 'access-control-request-method': 'POST' },
  })
  t.equal(preflight.statusCode, 204)
  t.match(preflight.headers['access-control-allow-methods'], /POST/)
  t.match(preflight.headers['access-control-allow-headers'], /content-type/)
  t.match(preflight.headers['access-control-expose-headers'] ?? 'retry-after', /retry-after/)
  for (const answer of [await open({ path: `/shl/${'B'.repeat(43)}` }), await open({ path }, {})])
    t.same([answer.headers['access-control-allow-origin'], answer.headers['cache-control']], ['*', 'no-store'])
})

t.test('a link that is polled is told to wait', async (t) => {
  const made = await share({ 'long-term': true })
  await hub.database.query({
    text: 'UPDATE passport.link SET window_at = now(), window_count = $2 WHERE id = $1',
    values: [made.id, OPENINGS_A_MINUTE],
  })
  const answer = await open(made)
  t.equal(answer.statusCode, 429)
  t.equal(answer.headers['retry-after'], '60')
})

t.test('a file that was tampered with does not open', async (t) => {
  const made = await share()
  const jwe = filesOf(await open(made))[0]?.embedded ?? ''
  const [header, key, iv, body = '', tag] = jwe.split('.')
  const turned = `${body.startsWith('A') ? 'B' : 'A'}${body.slice(1)}`
  await t.rejects(textOf([header, key, iv, turned, tag].join('.'), made))
})

t.test('key, address and passcode are nowhere in the database, and what is left of an expired link is destroyed', async (t) => {
  const made = await share({ passcode: 'a secret passcode', 'long-term': true, expires: '2026-11-21T11:00:00Z' })
  const secret = made.path.slice('/shl/'.length)
  await open(made, { recipient: 'x', passcode: 'a secret passcode' })
  const { rows } = await hub.database.query<{ name: string }>({
    text: `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('passport', 'events') AND c.relkind = 'r'`,
  })
  t.ok(rows.length > 20)
  for (const { name } of rows) {
    const schema = (await hub.database.query<{ s: string }>({ text: `SELECT n.nspname AS s FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = $1`, values: [name] })).rows[0]?.s ?? '' // prettier-ignore
    for (const [what, needles] of [
      ['key', [Buffer.from(made.key).toString('base64url'), Buffer.from(made.key).toString('hex')]],
      ['address', [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret, 'base64url').toString('hex')]],
      ['passcode', ['a secret passcode']],
    ] as const) {
      const { rows: found } = await hub.database.query({
        text: `SELECT 1 FROM "${schema}"."${name}" x WHERE EXISTS (SELECT 1 FROM unnest($1::text[]) n WHERE position(n IN x::text) > 0) LIMIT 1`,
        values: [needles],
      })
      t.equal(found.length, 0, `no ${what} in ${name}`)
    }
  }
  await forgetExpired(hub.database, new Date('2026-11-21T11:00:00Z'))
  const { rows: kept } = await hub.database.query({
    text: 'SELECT 1 FROM passport.link WHERE id = $1 AND sealed_key IS NOT NULL',
    values: [made.id],
  })
  t.same(kept, [])
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
