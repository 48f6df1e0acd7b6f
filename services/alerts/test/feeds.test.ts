/** What somebody must look after so that alerts keep coming: silent hospitals, messages that could not be read, matches nobody decided. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Task } from '@medplum/fhirtypes'
import t from 'tap'
import { parseHospitalSites, siteOf } from '@handrail/fhir-profiles/hospital-sites'
import { readMessages } from '@platform/hl7v2/message'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { readAdt } from '../src/domain/translate/read-adt.ts'
import { keepHouse, type Housekeeping } from '../src/outbox/housekeeping.ts'
import { NIGHT, testHospital, type TestHospital } from './a-hospital.ts'

const later = (minutes: number) => new Date(NIGHT.getTime() + minutes * 60_000)

t.test(
  'HAZ-A11: a hospital that fell silent is a Task with an owner; it closes when messages come again, and a second silence is a second Task',
  async (t) => {
    const hospital = await testHospital(t)
    await hospital.send(anAdmissionMessage({ for: 'ada' }))
    await hospital.moveTo(later(29))
    t.strictSame(hospital.tasks(), [])
    await hospital.moveTo(later(31))
    await hospital.moveTo(later(32))
    const silent = () => hospital.record.all('Task').filter((task) => JSON.stringify(task).includes('"feed-silent"'))
    t.equal(silent().length, 1)
    t.match(silent()[0], {
      status: 'requested',
      description: /Nothing was heard from Dyffryn Wen General Hospital \(DYFFRYNWEN\) since 21 Nov 2026, \d\d:\d\d, longer/,
      owner: { reference: /^Organization\// },
    })
    t.notMatch(JSON.stringify(silent()[0]), /Probert|9990123454/)
    await hospital.send(anAdmissionMessage({ for: 'ada', controlId: '2' }))
    await hospital.moveTo(later(33))
    t.match(silent()[0], { status: 'completed' })
    await hospital.moveTo(later(70))
    t.equal(silent().length, 2)
  },
)

/** Looks after the hub as a sweep does, where hospitals are silent for half an hour by day and for long by night. */
const houseOf = ({ dependencies }: TestHospital, given: Partial<Housekeeping> = {}): Housekeeping => ({
  ...dependencies,
  usualSilence: () => ({ byDayMs: 30 * 60_000, atNightMs: 8 * 3_600_000 }),
  expected: [],
  owner: async () => 'Organization/single-point-of-access',
  keepMs: 86_400_000,
  onNotClosed: (error) => {
    throw error
  },
  ...given,
})
const silences = ({ record }: TestHospital) =>
  record
    .all<Task>('Task')
    .flatMap((task) => (JSON.stringify(task).includes('"feed-silent"') ? [[task.status, task.description ?? '']] : []))

t.test('HAZ-A11: a silence ends when something is heard, and not because the night begins', async (t) => {
  const hospital = await testHospital(t)
  const { feeds } = hospital.dependencies
  const house = houseOf(hospital)
  feeds.heard('DYFFRYNWEN', new Date('2026-11-21T21:00:00Z'))
  await keepHouse(house, new Date('2026-11-21T21:31:00Z'))
  t.strictSame(
    silences(hospital).map(([status]) => status),
    ['requested'],
  )
  await keepHouse(house, new Date('2026-11-21T22:05:00Z'))
  t.strictSame(
    silences(hospital).map(([status]) => status),
    ['requested'],
    'nothing was heard',
  )
  feeds.heard('DYFFRYNWEN', new Date('2026-11-21T22:06:00Z'))
  await keepHouse(house, new Date('2026-11-21T22:07:00Z'))
  t.strictSame(
    silences(hospital).map(([status]) => status),
    ['completed'],
  )
  await keepHouse(house, new Date('2026-11-22T05:00:00Z'))
  await keepHouse(house, new Date('2026-11-22T07:20:00Z'))
  t.equal(silences(hospital).length, 2, 'and longer than any silence there is a second one')
})

t.test('HAZ-A11: a silence that was closed while it went on is asked about again, after as long as is usual', async (t) => {
  const hospital = await testHospital(t)
  const { feeds } = hospital.dependencies
  const reads: string[] = []
  const record: Housekeeping['record'] = {
    ...hospital.dependencies.record,
    read: async (reference, ...more) => {
      reads.push(reference)
      return hospital.dependencies.record.read(reference, ...more)
    },
  }
  const house = houseOf(hospital, { record })
  const at = (minute: number) => new Date(Date.parse('2026-11-21T12:00:00Z') + minute * 60_000)
  const statuses = () => silences(hospital).map(([status]) => status)
  const close = (minute: number | undefined) => {
    for (const task of hospital.record.all<Task>('Task'))
      if (task.status === 'requested')
        hospital.record.seed<Task>({
          ...task,
          status: 'completed',
          ...(minute !== undefined && { lastModified: at(minute).toISOString() }),
        })
  }
  feeds.heard('A', at(0))
  for (let minute = 31; minute <= 91; minute += 1) await keepHouse(house, at(minute))
  t.strictSame(statuses(), ['requested'], 'while somebody looks into it, nobody is asked a second time')
  t.equal(reads.length, 1, 'and whether somebody does is not looked up in each sweep')
  t.match(silences(hospital), [
    ['requested', /closed before, it is asked again after 30 minutes without a message, at night after 480 minutes/],
  ])

  close(92)
  for (let minute = 93; minute <= 122; minute += 1) await keepHouse(house, at(minute))
  t.strictSame(statuses(), ['completed'], 'whoever closed it has the time that is usual')
  for (let minute = 123; minute <= 130; minute += 1) await keepHouse(house, at(minute))
  t.strictSame(statuses(), ['completed', 'requested'])
  t.match(silences(hospital)[1]?.[1], /asked before; it was closed at 21 Nov 2026, 13:32, and nothing has come since/)

  close(undefined)
  for (let minute = 131; minute <= 183; minute += 1) await keepHouse(house, at(minute))
  t.strictSame(statuses(), ['completed', 'completed'], 'one that does not say when it was closed was closed when that was found')
  for (let minute = 184; minute <= 185; minute += 1) await keepHouse(house, at(minute))
  t.strictSame(statuses(), ['completed', 'completed', 'requested'], 'and a third time')

  feeds.heard('A', at(186))
  await keepHouse(house, at(187))
  t.strictSame(statuses(), ['completed', 'completed', 'completed'])
  for (let minute = 188; minute <= 216; minute += 1) await keepHouse(house, at(minute))
  t.equal(statuses().length, 3, 'what was heard ends it')
  await keepHouse(house, at(217))
  t.equal(statuses().length, 4)
  close(218)
  for (const minute of [219, 260, 9 * 60]) await keepHouse(house, at(minute))
  t.equal(statuses().length, 5)
  close(9 * 60 + 1)
  for (const minute of [10 * 60 + 5, 11 * 60, 12 * 60, 17 * 60]) await keepHouse(house, at(minute))
  t.equal(statuses().length, 5, 'by night after as long as is usual by night')
  await keepHouse(house, at(18 * 60 + 1))
  t.equal(statuses().length, 6)
})

t.test('HAZ-A11: a crash between asking again and writing that down asks once', async (t) => {
  const hospital = await testHospital(t)
  const { feeds } = hospital.dependencies
  const at = (minute: number) => new Date(Date.parse('2026-11-21T12:00:00Z') + minute * 60_000)
  feeds.heard('A', at(0))
  await keepHouse(houseOf(hospital), at(31))
  for (const task of hospital.record.all<Task>('Task'))
    hospital.record.seed<Task>({ ...task, status: 'completed', lastModified: at(32).toISOString() })
  const falling: typeof feeds = {
    ...feeds,
    silentSince: async () => {
      throw new Error('killed')
    },
  }
  await keepHouse(houseOf(hospital, { feeds: falling, onNotClosed: () => undefined }), at(70))
  await keepHouse(houseOf(hospital), at(71))
  t.strictSame(
    silences(hospital).map(([status]) => status),
    ['completed', 'requested'],
  )
})

t.test('HAZ-A11: a hospital that was to send and never did is asked about, once', async (t) => {
  const hospital = await testHospital(t)
  const expected = [{ facility: 'NEWSITE', from: new Date('2026-11-21T12:00:00Z') }]
  const house = houseOf(hospital, { expected })
  const at = (minute: number) => new Date(Date.parse('2026-11-21T12:00:00Z') + minute * 60_000)
  for (const minute of [-60, 29]) await keepHouse(house, at(minute))
  t.strictSame(silences(hospital), [])
  for (const minute of [31, 40, 50]) await keepHouse(house, at(minute))
  t.match(silences(hospital), [['requested', /Nothing was ever heard from NEWSITE/]])
  t.equal(silences(hospital).length, 1)
  hospital.dependencies.feeds.heard('NEWSITE', at(55))
  await keepHouse(house, at(56))
  t.match(silences(hospital), [['completed', /NEWSITE/]])
})

t.test('HAZ-A11: a hospital that speaks FHIR is named to whoever must ring it', async (t) => {
  const hospital = await testHospital(t)
  hospital.dependencies.feeds.heard('Organization/hospital', new Date('2026-11-21T12:00:00Z'))
  await keepHouse(houseOf(hospital), new Date('2026-11-21T12:31:00Z'))
  t.match(silences(hospital), [['requested', /^Nothing was heard from Dyffryn Wen General Hospital \(FHIR messages\) since/]])
})

t.test('HAZ-A11: what cannot be closed for one hospital holds up no other', async (t) => {
  const hospital = await testHospital(t)
  const { feeds, record } = hospital.dependencies
  const at = (minute: number) => new Date(Date.parse('2026-11-21T12:00:00Z') + minute * 60_000)
  for (const facility of ['A', 'B']) feeds.heard(facility, at(0))
  await keepHouse(houseOf(hospital), at(31))
  for (const facility of ['A', 'B']) feeds.heard(facility, at(32))
  let calls = 0
  const failing: typeof record = {
    ...record,
    change: async (reference, decide) => {
      calls += 1
      if (calls === 1) throw new Error('The Task is gone.')
      return record.change(reference, decide)
    },
  }
  const errors: unknown[] = []
  await keepHouse(houseOf(hospital, { record: failing, onNotClosed: (error) => errors.push(error) }), at(33))
  t.equal(errors.length, 1)
  t.strictSame(new Set(silences(hospital).map(([status]) => status)), new Set(['completed', 'requested']))
})

t.test('HAZ-A15: what is replayed is taken, refused and kept once, and says nothing of a hospital that is silent', async (t) => {
  const hospital = await testHospital(t)
  const { quarantine } = hospital.dependencies
  const without = anAdmissionMessage().replace('DW0000001', '')
  t.match(await hospital.send(without), { code: 'CE' })
  await hospital.moveTo(later(31))
  t.match(silences(hospital), [['requested', /Nothing was heard/]])
  const [{ id } = { id: '' }] = await quarantine.waiting()

  await quarantine.mend(id, Buffer.from(without.replace('V000447', 'V000448')))
  await quarantine.askReplay(id, NIGHT)
  await hospital.moveTo(later(32))
  t.match(await quarantine.replayed(id), { answer: /101/ })
  t.equal(await quarantine.count(), 1, 'what is refused again waits once')

  // It asks for no acknowledgement, and waits no longer once it is taken.
  await quarantine.mend(id, Buffer.from(anAdmissionMessage().replace('|||AL|NE', '|||NE|NE')))
  await quarantine.askReplay(id, NIGHT)
  await hospital.moveTo(later(33))
  t.equal(await quarantine.replayed(id), 'taken')
  t.equal(await quarantine.count(), 0)
  await hospital.acted()
  t.equal(hospital.task(/^alert-/).status, 'requested')
  t.match(silences(hospital), [['requested', /Nothing was heard/]], 'nobody sent it just now')
})

t.test('HAZ-A15: one that cannot be decrypted holds up nothing else', async (t) => {
  const hospital = await testHospital(t)
  const { quarantine } = hospital.dependencies
  await hospital.send('not HL7 at all')
  await hospital.send(anAdmissionMessage({ acknowledgement: 'original' }).replace('DW0000001', ''))
  const [broken, sound] = await quarantine.waiting()
  await hospital.database.query({
    text: 'UPDATE alerts.quarantine SET content = $2 WHERE id = $1',
    values: [broken?.id, Buffer.alloc(64, 1)],
  })
  await quarantine.mend(sound?.id ?? '', Buffer.from(anAdmissionMessage()))
  for (const entry of [broken, sound]) await quarantine.askReplay(entry?.id ?? '', NIGHT)
  await hospital.moveTo(later(1))
  t.match(await quarantine.replayed(broken?.id ?? ''), { answer: /cannot be decrypted/ })
  t.equal(await quarantine.replayed(sound?.id ?? ''), 'taken')
})

t.test(
  'HAZ-A15: what cannot be read is kept encrypted before the sender hears so, counted when it comes again, and asked about',
  async (t) => {
    const hospital = await testHospital(t)
    const without = anAdmissionMessage().replace('DW0000001', '')
    t.match(await hospital.send(without), { code: 'CE' })
    t.match(await hospital.send(without), { code: 'CE' })
    t.match(await hospital.send('GET / HTTP/1.1\r\n\r\n'), { code: 'AR' })
    const { quarantine } = hospital.dependencies
    const waiting = await quarantine.waiting()
    t.match(waiting, [
      { facility: 'DYFFRYNWEN', times: 2, why: /101 MSH\^1\^10/ },
      { facility: '', times: 1 },
    ])
    const { rows } = await hospital.database.query<{ content: Buffer }>({ text: 'SELECT content FROM alerts.quarantine' })
    t.equal(rows.length, 2)
    t.notMatch(rows.map(({ content }) => content.toString('latin1')).join(), /Rees|9990004447|MSH|GET/)
    t.match(readFileSync(join(hospital.dependencies.folder, 'quarantine-key'), 'utf8'), /^[A-Za-z0-9+/]{43}=\n$/)
    await hospital.moveTo(later(1))
    t.match(hospital.task(/^message-unreadable-/), { status: 'requested', priority: 'urgent' })

    const [first] = waiting
    const content = await quarantine.content(first?.id ?? '')
    t.equal(content?.toString('latin1'), without)
    const id = first?.id ?? ''
    await quarantine.askReplay(id, NIGHT)
    t.equal(await quarantine.replayed(id), 'waiting')
    await hospital.moveTo(later(2))
    t.match(await quarantine.replayed(id), { answer: /^CE 101/ }, 'what is not mended is not taken, and waits on')
    await quarantine.mend(id, Buffer.from(anAdmissionMessage()))
    await quarantine.askReplay(id, NIGHT)
    await hospital.moveTo(later(3))
    t.equal(await quarantine.replayed(id), 'taken')
    await hospital.acted()
    t.equal(hospital.task(/^alert-/).status, 'requested')
    t.equal(await quarantine.count(), 1)
  },
)

t.test('what nobody decided in time is destroyed, after a person was asked', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send('not HL7 at all')
  await hospital.send(anAdmissionMessage({ person: { family: 'Evans', given: 'Gwyn' } }))
  await hospital.acted()
  await hospital.moveTo(new Date(NIGHT.getTime() + 25 * 3_600_000)) // the test keeps for a day
  t.equal(await hospital.dependencies.quarantine.count(), 0)
  t.match(hospital.task(/^review-/), { status: 'cancelled', statusReason: { text: /destroyed/ } })
  const { rows } = await hospital.database.query({
    text: 'SELECT 1 FROM alerts.message WHERE content IS NOT NULL UNION ALL SELECT 1 FROM alerts.quarantine WHERE content IS NOT NULL',
  })
  t.strictSame(rows, [])
})

t.test('HAZ-A64: a question that cannot be closed now holds up no other, and is closed later', async (t) => {
  const hospital = await testHospital(t)
  const { record, reviews } = hospital.dependencies
  for (const controlId of ['1', '2'])
    await hospital.send(anAdmissionMessage({ controlId, visit: `V${controlId}`, person: { family: 'Evans', given: 'Gwyn' } }))
  await hospital.acted()
  await hospital.moveTo(NIGHT) // who asked about them has looked for settled ones too
  const later = new Date(NIGHT.getTime() + 25 * 3_600_000)
  t.equal(await reviews.expire(later, later), 2)
  let calls = 0
  const busyOnce: typeof record = {
    ...record,
    change: async (reference, decide) => {
      calls += 1
      if (calls === 1) throw new Error('busy')
      return record.change(reference, decide)
    },
  }
  const open = () => hospital.tasks().filter(([, status]) => status === 'requested').length
  const errors: unknown[] = []
  await reviews.closeSettled(busyOnce, later, (error) => errors.push(error))
  t.equal(errors.length, 1)
  t.equal(open(), 1)
  await reviews.closeSettled(busyOnce, later, (error) => errors.push(error))
  t.equal(errors.length, 1)
  t.equal(open(), 0)
})

t.test('a hospital writes in its own ways, as its entry says', async (t) => {
  const sites = parseHospitalSites(
    JSON.stringify({
      id: 'x',
      title: 'x',
      status: 'draft',
      author: 'x',
      source: 'x',
      reviewBy: '2027-01-01',
      usual: { location: ['ward', 'room', 'bed', 'site'], silentAfter: { minutes: 30 } },
      sites: {
        DYFFRYNWEN: {
          location: ['site', 'ward', 'bed', 'other'],
          authorities: { DYFFRYNWEN: 'RZZ01' },
          nhsNumberAuthorities: ['PDS'],
          ignore: ['A08'],
          patientClasses: { INPATIENT: 'I', 'DAY CASE': 'I' },
          admissionKinds: { 'DAY CASE': 'day-case', '11': 'elective' },
          silentAfterAtNight: { hours: 3 },
        },
      },
    }),
  )
  const read = (text: string) => {
    const [message] = readMessages(Buffer.from(text))
    if (message?.readable !== true) throw new Error('The message cannot be read.')
    const options = { processingIds: ['P'], receivedAt: NIGHT, siteOf: (facility: string) => siteOf(sites, facility) }
    const found = readAdt(message, options)
    return found.usable ? found.facts : []
  }
  const [facts] = read(anAdmissionMessage({ ward: 'MAIN^W7^4^X' }).replace('^^^NHS^NH', '^^^PDS^XX'))
  t.match(facts?.location, { site: 'MAIN', ward: 'W7', bed: '4' })
  t.match(facts?.person, { nhsNumbers: ['9990004447'], hospitalNumbers: [{ authority: 'RZZ01' }] })
  t.match(facts?.visit, { authority: 'RZZ01' })
  const admitted = (written: string, type: string) =>
    read(anAdmissionMessage().replace('PV1|1|I|ED^^', `PV1|1|${written}|ED^^|${type}`)).map(({ patientClass, admission }) => [
      patientClass,
      admission,
    ])
  t.strictSame(
    [admitted('DAY CASE', ''), admitted('INPATIENT', '11'), admitted('I', 'C'), admitted('I', 'U'), admitted('E', 'C'), admitted('I', 'R')],
    [[['I', 'day-case']], [['I', 'elective']], [['I', 'elective']], [['I', 'emergency']], [['E', 'emergency']], [['I', undefined]]],
  )
  t.strictSame(read(anAdmissionMessage({ event: 'A08' })), [])
  t.match(siteOf(sites, 'DYFFRYNWEN'), { silentAfter: { minutes: 30 }, silentAfterAtNight: { hours: 3 } })
  t.match(siteOf(sites, 'ELSEWHERE').location, ['ward', 'room', 'bed', 'site'])
})

t.test('HAZ-A15: what waits in quarantine is one question however many days it waits, and none once it is destroyed', async (t) => {
  const hospital = await testHospital(t)
  const { quarantine } = hospital.dependencies
  const asked = () => hospital.tasks().flatMap(([kind, status]) => (kind === 'message-unreadable' ? [status] : []))
  const day = (days: number) => new Date(NIGHT.getTime() + days * 86_400_000)
  await quarantine.keep({ content: Buffer.from('x'), receivedAt: day(0), facility: 'A', why: '100' })
  const house = houseOf(hospital, { keepMs: 30 * 86_400_000 })
  for (const days of [0, 1, 2, 7]) await keepHouse(house, day(days))
  t.strictSame(asked(), ['requested'])
  await keepHouse(house, day(31))
  t.strictSame([asked(), await quarantine.count()], [['cancelled'], 0])
  await keepHouse(house, day(32))
  t.strictSame(asked(), ['cancelled'])
})
