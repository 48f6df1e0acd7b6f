/** The operator's command line beside a running hub. */
import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Appointment, Procedure, ServiceRequest } from '@medplum/fhirtypes'
import t from 'tap'
import { movableClock } from '@platform/service/clock'
import { testDatabase } from '@platform/testing/database'
import { feedServer } from '@platform/testing/feed-server'
import { testHub } from '@platform/testing/hub'
import { openSeller } from '@platform/testing/seller'
import { until } from '@platform/testing/until'
import { BASE, concept, stepsOf } from '../src/demo/world/reading.ts'
import { openWorld } from '../src/demo/world/world.ts'
import type { Asked, Ended } from './admin-host.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
t.setTimeout(600_000)

const testing = await testDatabase(t)
const database = await testing.open({ max: 2 })
// What is printed about somebody grows with the age of what is known of them: the day is given.
await (await movableClock(database)).move({ set: new Date('2026-11-22T09:00:00Z') })
const hub = await testHub(t, { DATABASE_URL: testing.url, BOOKING_EMAIL: 'bookings@hub.example' })
const here = mkdtempSync(join(tmpdir(), 'handrail-here-'))
t.teardown(() => rmSync(here, { recursive: true, force: true }))

const host = fork(join(import.meta.dirname, 'admin-host.ts'))
t.teardown(() => host.kill())
const environment = (databaseUrl: string) => ({ HANDRAIL_HOME: hub.home, DATABASE_URL: databaseUrl, INIT_CWD: here })

const admin = (...words: string[]) => adminOn(testing.url, words)
async function adminOn(databaseUrl: string, words: readonly string[]): Promise<Ended> {
  const ended = once(host, 'message') as Promise<[Ended]>
  host.send({ words, env: environment(databaseUrl) } satisfies Asked)
  return (await ended)[0]
}
/** As an operator types it, in a process of its own. */
const adminProcess = (...words: string[]) =>
  new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const env = { ...process.env, ...environment(testing.url) }
    const child = execFile(process.execPath, [join(ROOT, 'infra/local/src/admin/main.ts'), ...words], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
const operators = async () =>
  (await database.query({ text: `SELECT id FROM identity.client WHERE id LIKE 'handrail-operator-%'` })).rows.map(({ id }) => String(id))

t.test('every command is listed, and says more about itself', async (t) => {
  const { code, stdout } = await adminProcess('--help')
  t.equal(code, 0)
  const names = [...stdout.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name]) => name as string)
  const files = readdirSync(join(ROOT, 'infra/local/src/admin/commands')).filter((file) => file.endsWith('.ts'))
  t.ok(names.length > 5)
  t.strictSame(names.toSorted(), files.map((file) => file.replace('.ts', '')).toSorted())
  for (const name of names) t.match(await admin(name, '--help'), { code: 0, stdout: new RegExp(`^npm run admin -- ${name} `), stderr: '' })
  for (const words of [['retention', '--help'], ['burn'], ['end-sign-in']]) {
    const typed = await adminProcess(...words)
    t.equal(typed.code, words.includes('--help') ? 0 : 1)
    t.strictSame(typed, await admin(...words), 'a command typed alone and one of many are the same')
  }
})

t.test('a dead letter is listed with its reason, and tried again when the operator says so', async (t) => {
  await database.query({
    text: `INSERT INTO events.delivery (consumer, change_id, type, id, version, at, due_at, attempts, dead_at, reason)
           VALUES ('nobody', 900001, 'Task', 'x', 3, now(), now(), 5, now(), 'RECORD_REFUSED'), ('nobody', 900002, 'Task', 'y', 1, now(), now(), 5, now(), 'RECORD_REFUSED')`,
  })
  const { stdout, stderr } = await admin('dead-letters', '--consumer', 'nobody')
  const [first] = stdout.split('\n')
  t.match(JSON.parse(first ?? ''), {
    consumer: 'nobody',
    change: '900001',
    resource: 'Task/x/_history/3',
    attempts: 5,
    reason: 'RECORD_REFUSED',
  })
  t.equal(stderr, '2 dead letters\n')

  t.match(await admin('dead-letters', 'retry', '900001'), { code: 0, stdout: '1 will be tried again\n' })
  t.match(await admin('dead-letters', 'retry', 'all', '--consumer', 'nobody'), { code: 0, stdout: '1 will be tried again\n' })
  t.match(await admin('dead-letters'), { code: 0, stdout: '', stderr: 'There is no dead letter.\n' })
  for (const words of [['retry'], ['retry', 'everything'], ['burn'], ['list', '--limit', 'many']])
    t.match(await admin('dead-letters', ...words), { code: 1, stdout: '', stderr: /^[^\n]+\n$/ }, words.join(' '))
})

t.test('an organisation is registered once for its ODS code, and leaves no client behind', async (t) => {
  const words = ['register-organization', '--name', 'Quay Street Leisure', '--sector', 'leisure', '--grade', 'needs-only', '--ods', 'X9Z9']
  const first = await admin(...words)
  t.match(first, { code: 0, stdout: /^[A-Za-z0-9-]+\n$/, stderr: '' })
  t.equal((await admin(...words)).stdout, first.stdout)
  t.strictSame(await operators(), [])
  t.match(await admin('register-organization', '--name', 'x', '--sector', 'circus', '--grade', 'full'), {
    code: 1,
    stderr: /^There is no sector/,
  })

  const invite = (...more: string[]) => admin('invite', '--organization', first.stdout.trim(), '--title', 'Manager', ...more)
  t.match(await invite('--name', 'Megan Price', '--contact', 'nowhere'), {
    code: 1,
    stderr: /^The issuer said no \(HTTP 422\): The address/,
  })
  t.match(await invite('--name', 'Megan Price', '--issuer', 'https://elsewhere.example', '--subject', 'megan'), {
    code: 1,
    stderr: /^The issuer said no \(HTTP 422\): Say an issuer of SIGN_IN_ISSUERS/,
  })
  t.match(await admin('end-sign-in', '--issuer', 'https://elsewhere.example', '--subject', 'megan'), {
    code: 1,
    stderr: /^The issuer said no \(HTTP 422\): Nobody of yours/,
  })
  t.match(await invite(), { code: 1, stdout: '', stderr: /^invite needs[^\n]+\n$/ })
  t.strictSame(await operators(), [])
})

t.test('a person is exported as one Bundle with every digit, into a file that was not there', async (t) => {
  const { rows } = await database.query<{ id: string }>({ text: `SELECT id FROM passport.resource WHERE type = 'Patient' LIMIT 1` })
  const id = rows[0]?.id ?? ''
  const { code, stdout } = await admin('export', `Patient/${id}`, '--out', 'person.json')
  t.equal(code, 0)
  const bundle = JSON.parse(readFileSync(join(here, 'person.json'), 'utf8')) as { type: string; entry: { resource: { id: string } }[] }
  t.equal(bundle.type, 'collection')
  t.ok(bundle.entry.some(({ resource }) => resource.id === id))
  t.match(stdout, new RegExp(`person\\.json: ${bundle.entry.length} resources\n$`))

  t.match(await admin('export', id, '--out', 'person.json'), { code: 1, stderr: /is there already/ })
  t.match(await admin('export', 'nobody'), { code: 1, stderr: /^The record said no \(HTTP 404\): / })
  t.strictSame(await operators(), [])
})

t.test('HAZ-A18: with the database down the last good emergency views print whole, once somebody says who asks', async (t) => {
  const down = 'postgres://nobody@127.0.0.1:1/nothing'
  const print = (...more: string[]) => adminOn(down, ['emergency', 'print', '--to', 'views.pdf', ...more])
  const by = ['--by', 'Eleri Jones, ward nurse']
  t.match(await print(), { code: 1, stderr: /--by/ })
  await until('a copy of the one person on the register', () =>
    readdirSync(join(hub.home, 'downtime')).some((file) => file.endsWith('.view')),
  )
  t.match(await print(...by, '--nhs-number', '999 000 4447'), {
    code: 0,
    stdout: /^1 sheet, the oldest of \d+ \S+ 20\d\d at \d\d:\d\d\n$/,
    stderr: '',
  })
  const pdf = readFileSync(join(here, 'views.pdf'), 'latin1')
  t.match(pdf, /^%PDF-1\.7/)
  t.equal([...pdf.matchAll(/\/Type \/Page\n/g)].length, 2, 'all of it, on as many sides as it takes')
  t.match(await print(...by), { code: 1, stderr: /^There is a file .*views\.pdf already, and it is not written over: [^\n]*\n$/ })
  const elsewhere = await adminOn(down, ['emergency', 'print', '--to', 'nowhere/views.pdf', ...by])
  t.match(elsewhere, { code: 1, stderr: /^The file .* cannot be made \(ENOENT\): [^\n]*\n$/ })
  // Whoever prints must know that the pile is not whole.
  writeFileSync(join(hub.home, 'downtime', `${'0'.repeat(32)}.view`), 'cut short')
  t.match(await adminOn(down, ['emergency', 'print', '--to', 'all.pdf', ...by]), {
    code: 0,
    stdout: /^1 sheet,/,
    stderr: /^1 copy .* cannot be read/,
  })
  rmSync(join(hub.home, 'downtime', `${'0'.repeat(32)}.view`))
  t.match(await print(...by, '--nhs-number', '9990123454'), { code: 1, stderr: /There is no copy of anybody with this number/ })
})

t.test('what is due is listed and not deleted, and a clock is shown', async (t) => {
  const { rows } = await database.query<{ id: string }>({ text: `SELECT id FROM passport.resource WHERE type = 'Patient' LIMIT 1` })
  t.match(await admin('retention', 'due'), { code: 0, stdout: /entries are due; nothing was deleted\.\n$/ })
  t.match(await admin('retention', 'show', rows[0]?.id ?? ''), { code: 0, stdout: /Patient\/\S+ {2}- {2}/ })
  t.match(await admin('retention', 'dispose', rows[0]?.id ?? ''), { code: 1, stderr: /--confirmed-by/ })
  t.strictSame(await operators(), [])
})

t.test('a person is exported as an archive, which the hub that has them already leaves alone', async (t) => {
  const { rows } = await database.query<{ id: string }>({ text: `SELECT id FROM passport.resource WHERE type = 'Patient' LIMIT 1` })
  const id = rows[0]?.id ?? ''
  t.match(await admin('export', 'person', id, '--as', 'archive', '--out', 'person.tar.gz'), {
    stderr: '',
    code: 0,
    stdout: /person\.tar\.gz: \d+ bytes\n$/,
  })
  t.match(await admin('import-person', 'person.tar.gz'), { code: 0, stdout: /nothing was changed/ })
  t.match(await admin('import-person', 'person.json'), { code: 1, stderr: /cannot be read/ })
  t.match(await admin('export', id, '--as', 'scroll'), { code: 1, stderr: /--as is bundle or archive/ })
  t.strictSame(await operators(), [])
})

t.test('sessions are brought in from a file, rehearsed first, reported row by row, and taken back', async (t) => {
  const { rows } = await database.query<{ content: string }>({
    text: `SELECT content FROM passport.resource WHERE type = 'Patient' AND content LIKE '%9990123454%' LIMIT 1`,
  })
  const ada = JSON.parse(rows[0]?.content ?? '{}') as { birthDate: string }
  const { stdout: gym } = await admin(
    'register-organization',
    '--name',
    'Quay Pool',
    '--sector',
    'leisure',
    '--grade',
    'needs-only',
    '--ods',
    'X9Z8',
  )
  const [born, head] = [ada.birthDate.split('-').toReversed().join('/'), 'NHS number,DOB,Date,Therapy,Minutes\n']
  writeFileSync(
    join(here, 'pool.csv'),
    `\uFEFF${head}9990123454,${born},03/11/2026,Hydrotherapy,30\n9990123454,${born},31/02/2026,=cmd,30\n`,
  )
  const words = ['interventions', 'import', 'pool.csv', '--organization', gym.trim()]
  t.match(await admin(...words, '--dry-run'), {
    code: 1,
    stdout: /^line 2: would-be-recorded\nline 3: refused: Date is a day that does not exist\. Therapy is no therapy/,
  })
  const done = await admin(...words, '--report', 'report.csv')
  t.match(done, { code: 1, stdout: /1 recorded, 1 refused\nimport [0-9a-f-]{36}\n$/, stderr: '' })
  t.match(readFileSync(join(here, 'report.csv'), 'utf8'), /^\uFEFFline,outcome,entry,says\n2,recorded,Procedure\//)
  t.match(await admin(...words, '--report', 'report.csv'), { code: 1, stderr: /is there already/ })
  t.match(await admin(...words), { stdout: /line 2: already\n/ })
  const id = /import ([0-9a-f-]{36})/.exec(done.stdout)?.[1] ?? ''
  t.match(await admin('interventions', 'import', '--undo', id), { code: 0, stdout: 'line 2: undone\n1 undone\n' })
  for (const wrong of [['import'], ['export', 'x'], ['import', 'none.csv', '--organization', 'x'], ['import', 'pool.csv']])
    t.match(await admin('interventions', ...wrong), { code: 1, stdout: '', stderr: /^[^\n]+\n$/ }, wrong.join(' '))
  t.strictSame(await operators(), [])
})

t.test('a table of places is rehearsed, refused line by line, loaded as a whole, and loaded again without harm', async (t) => {
  const table = (...lines: string[]) =>
    writeFileSync(join(here, 'places.csv'), `\uFEFFPostcode;Nation;Deprivation decile;Rural urban;Ward\n${lines.join('\n')}\n`)
  const load = (...more: string[]) =>
    admin('places', 'import', 'places.csv', '--name', 'An index', '--edition', '2019', '--licence', 'Some licence', ...more)
  const kept = async () =>
    (await database.query({ text: `SELECT postcode || ' ' || nation AS place FROM events.place ORDER BY 1` })).rows.map(({ place }) =>
      String(place),
    )

  table('QQ1 1AA;Wales;1;rural;x', 'QQ1;Wales;1', 'QQ1 1AB;Gwent;1', 'QQ1 1AC;Wales;0', 'QQ1 1AD;Wales;1;coast', 'qq11aa;Wales;2')
  const refused = await load()
  t.match(refused, { code: 1, stderr: /5 refused, 2 could be taken: nothing was loaded/ })
  t.match(
    refused.stdout,
    /^line 3: refused: the postcode[^\n]*\nline 4: [^\n]*nation[^\n]*\nline 5: [^\n]*decile[^\n]*\nline 6: [^\n]*rural_urban/,
  )
  t.match(refused.stdout, /line 7: refused: it says something else of its postcode than line 2\n$/)
  t.notMatch(refused.stdout, /QQ1/i)

  table('QQ1 1AA;Wales;1;rural;x', 'qq1 3ap;W92000004;', 'QQ1 3AP;Wales;;', '', 'QQ2 1AA;England;10')
  t.match(await load('--dry-run'), { code: 0, stderr: /not read: column "Ward"\n.*4 rows can be taken; nothing was changed\n$/s })
  t.strictSame(await kept(), [])
  t.match(await load(), { code: 0, stderr: /4 rows were loaded\n$/ })
  const { stdout } = await admin('places')
  t.match(JSON.parse(stdout.split('\n')[1] ?? ''), {
    nation: 'wales',
    index: 'wimd',
    edition: '2019',
    licence: 'Some licence',
    places: 2,
    deciles: 1,
  })
  t.match(await load(), { code: 0, stderr: /loaded already; nothing was changed\n$/ })
  t.equal((await admin('places')).stdout, stdout)

  table('QQ2 1AA;Wales;5')
  t.match(await load(), { code: 1, stdout: /^line 2: refused: the loaded table of another nation has this postcode/ })
  table('QQ3 1AA;Wales;5')
  t.equal((await load()).code, 0)
  t.strictSame(await kept(), ['QQ21AA england', 'QQ31AA wales'], 'a nation is replaced as a whole, another is left alone')
  writeFileSync(join(here, 'places.csv'), 'postcode,nation,decile\nQQ1 1AA,"Wales,1\n')
  t.match(await load(), { code: 1, stdout: '', stderr: /^The file cannot be read to its end: / })
})

t.test('a directory feed is added and read with one command, and the running hub lists its services in the record', async (t) => {
  const publisher = await feedServer(t)
  const council = publisher.openReferral('council', '3.0')
  council.set([
    {
      id: 'a1',
      name: 'Seated movement at the hall',
      status: 'active',
      organization: {
        id: 'o1',
        name: 'Pont-y-Garreg council',
        organization_identifiers: [{ identifier_scheme: 'GB-CHC', identifier: '1' }],
      },
      service_at_locations: [{ location: { latitude: 53.2, longitude: -3.04, addresses: [{ postal_code: 'QQ1 2CN' }] } }],
    },
    { id: 'a2' },
  ])
  t.match(await admin('feed', 'run', '--type', 'oruk', '--url', 'ftp://x'), { code: 1, stdout: '', stderr: /^Say with --url[^\n]+\n$/ })
  const words = ['feed', 'run', '--type', 'oruk', '--url', council.url, '--publisher', 'Pont-y-Garreg council']
  // The hub reads what is due as well: whoever is second hears that the first one is at it.
  await until('the feed was read', async () => (await admin(...words)).code === 0)
  const listed = JSON.parse((await admin('feed')).stdout) as Record<string, unknown>
  t.match(listed, { type: 'oruk', state: 'up to date', publisher: 'Pont-y-Garreg council', refused: 1 })
  t.match((await admin('feed', 'refusals', String(listed['feed']))).stdout, /item 2: it has no name/)
  const { rows } = await database.query<{ id: string }>({
    text: `SELECT id FROM passport.resource WHERE type = 'Organization' AND content::text LIKE '%Maes Hafan%' LIMIT 1`,
  })
  const leisure = rows[0]?.id ?? ''
  const publishes = (...typed: string[]) => admin('feed', 'publisher', String(listed['feed']), ...typed)
  t.match(await publishes('--organization', leisure), { code: 0, stdout: new RegExp(`"organization":"Organization/${leisure}"`) })
  t.match(await admin('feed'), { stdout: new RegExp(`"organization":"Organization/${leisure}"`) })
  t.match(await publishes('--organization', 'nobody'), { code: 1, stdout: '', stderr: /^The record said no \(HTTP 404\): [^\n]+\n$/ })
  t.match(await publishes('--organization', 'not an id'), { code: 1, stderr: /^"not an id" is no id of an Organization/ })
  for (const typed of [[], ['--nobody', '--organization', leisure]])
    t.match(await publishes(...typed), {
      code: 1,
      stdout: '',
      stderr: /^Say with --organization which organisation publishes the feed, or --nobody\.\n$/,
    })
  t.match(await admin('feed', 'publisher', 'no-such-feed', '--nobody'), { code: 1, stderr: /^There is no feed "no-such-feed"/ })
  const publishers = await publishes('--nobody')
  t.equal(publishers.code, 0)
  t.notMatch(publishers.stdout, /"organization"/)
  const another = ['feed', 'add', '--type', 'oruk', '--url', 'https://nobody.example']
  t.match(await admin(...another, '--organization', 'nobody'), { code: 1, stderr: /HTTP 404/ }, 'and nothing is added')
  t.notMatch((await admin('feed')).stdout, /nobody\.example/)
  t.same(await operators(), [], 'what was registered for the command is gone')
  const found = async () =>
    (
      await database.query<{ content: string }>({
        text: `SELECT content::text FROM passport.resource WHERE type = 'HealthcareService' AND content::text LIKE '%Seated movement at the hall%'`,
      })
    ).rows
  const [service] = await until('the service is listed', found, ({ length }) => length > 0)
  t.match(JSON.parse(service?.content ?? '{}'), {
    active: true,
    providedBy: { reference: /^Organization/ },
    location: [{ reference: /^Location/ }],
  })
  t.match(await admin('feed', 'pause', String(listed['feed'])), { code: 0, stdout: /"paused"/ })
  t.match(await admin('feed', 'review'), { code: 0, stdout: '', stderr: 'Nothing is in doubt.\n' })
  t.match(await admin('feed', 'review', '9', 'same', '--by', 'x'), { code: 1, stdout: '', stderr: /^Nothing is in doubt under 9/ })
})

t.test(
  'a place is booked at the seller of a feed, given back, and attendance comes into the record once, as leisure said it',
  async (t) => {
    const publisher = await feedServer(t)
    const feed = publisher.rpde('trust')
    const world = await openWorld(hub)
    t.teardown(() => world[Symbol.asyncDispose]())
    const { clock, where } = world
    const team = world.system('demo-community-team')
    const at = (day: number) => new Date(Date.UTC(2027, 5, day, 10))
    const held = [1, 2].map((day) => ({
      '@type': 'ScheduledSession',
      '@id': `https://trust.example/${day}`,
      startDate: at(day).toISOString(),
    }))
    feed.publish({
      id: 'chairs',
      kind: 'SessionSeries',
      modified: '1',
      data: { '@type': 'SessionSeries', name: 'Chair class', offers: [{ '@id': 'https://trust.example/offer', price: 0 }], subEvent: held },
    })
    await clock.set('2027-05-31T09:00:00Z')
    const seller = openSeller(publisher, 'trust')
    const words = ['feed', 'run', '--type', 'rpde', '--url', feed.url, '--name', 'trust', '--publisher', 'A trust']
    const sells = ['--booking', seller.url, '--seller', seller.id]
    t.match(await admin(...words, '--booking', 'ftp://x'), { code: 1, stderr: /^Say with --booking/ })
    const read = await until(
      'the feed was read',
      async () => admin(...words, ...sells),
      ({ code }) => code === 0,
    )
    t.match(JSON.parse(read.stdout), { answeredAt: /^2027-05-31T09/ }, 'by the clock of the demonstration, as the hub reads feeds')

    const [ada, leisure] = await Promise.all([where.patient('ada'), where.organization('leisure')])
    const request = await team.create<ServiceRequest>({
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      category: [concept('request-category', 'neuro-rehabilitation')],
      subject: { reference: ada },
      requester: { reference: await where.organization('community-team') },
      performer: [{ reference: leisure }],
    })
    const need = `ServiceRequest/${request.id ?? ''}`
    await until(
      'the leisure centre is asked',
      () => stepsOf(team, need),
      ({ length }) => length > 0,
    )
    const ask = async (day: number) => {
      const { id } = await team.create<Appointment>({
        resourceType: 'Appointment',
        identifier: [{ system: `${BASE}/Id/session`, value: `trust/subEvent.ScheduledSession/chairs#https://trust.example/${day}` }],
        basedOn: [{ reference: need }],
        status: 'proposed',
        description: 'Chair class',
        participant: [{ actor: { reference: ada }, status: 'needs-action' }],
      })
      return `Appointment/${id ?? ''}`
    }
    const becomes = (appointment: string, wanted: Appointment['status']) =>
      until(
        `${appointment} is ${wanted}`,
        async () => (await clock.advance('PT1S'), team.read<Appointment>(appointment)),
        ({ status }) => status === wanted,
      )
    const [first, second] = [await ask(1), await ask(2)]
    for (const appointment of [first, second]) await becomes(appointment, 'booked')
    t.equal(seller.booked.length, 2)

    const given = await team.read<Appointment>(second)
    await team.ask('PUT', `/fhir/${second}`, { ...given, status: 'cancelled' })
    await until(
      'the place is given back',
      async () => (await clock.advance('PT1S'), seller.booked),
      ({ length }) => length === 1,
    )

    await clock.set('2027-06-01T12:00:00Z')
    for (const _again of [1, 2, 3]) seller.say(seller.booked[0] ?? '', 'AttendeeAttended')
    await becomes(first, 'fulfilled')
    await clock.advance('PT1M')
    const sessions = (await team.find<Procedure>('Procedure', { patient: ada, date: 'ge2027-06-01' })).filter(
      ({ basedOn }) => basedOn?.[0]?.reference === need,
    )
    t.match(sessions, [{ status: 'completed', code: { text: 'Chair class' }, performer: [{ actor: { reference: leisure } }] }])
    t.equal(sessions.length, 1)
    t.match(
      sessions[0]?.extension
        ?.filter(({ url }) => /sector|checked-level/.test(url))
        .map(({ valueCode }) => valueCode)
        .toSorted(),
      ['leisure', 'worker-recorded'],
    )
    t.equal((await team.read<Appointment>(second)).status, 'cancelled')

    t.match(await admin('feed', 'sell', 'trust', ...sells), { code: 0, stdout: /takes bookings for trust/ })
    t.match(await admin('feed', 'pause', 'trust', '--and-bookings'), { code: 0, stdout: /"paused"/ })
    t.strictSame((await database.query({ text: 'SELECT FROM referrals.seller' })).rows, [], 'the seller is not asked any more')
  },
)
