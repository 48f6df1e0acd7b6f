/** What keeps a link safe: passcodes that run out, ends that look alike, limits, and nothing left of it in the database. */
import { ATTEMPTS, OPENINGS_A_MINUTE } from '../src/domain/share/link-state.ts'
import { forgetExpired } from '../src/store/share-links.ts'
import t from 'tap'
import { sharedLinks, START, filesOf, textOf } from './a-shared-link.ts'

t.setTimeout(600_000)

const { hub, ada, share, shareRefused, open, withdraw, listed } = await sharedLinks(t)

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
