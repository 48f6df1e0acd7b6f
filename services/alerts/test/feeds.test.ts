/** What somebody must look after so that alerts keep coming: silent hospitals, messages that could not be read, matches nobody decided. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parseHospitalSites, siteOf } from '@handrail/fhir-profiles/hospital-sites'
import { readMessages } from '@platform/hl7v2/message'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { readAdt } from '../src/domain/translate/read-adt.ts'
import { NIGHT, testHospital } from './a-hospital.ts'

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
    t.match(silent()[0], { status: 'requested', description: /Nothing was heard from DYFFRYNWEN/, owner: { reference: /^Organization\// } })
    t.notMatch(JSON.stringify(silent()[0]), /Probert|9990123454/)
    await hospital.send(anAdmissionMessage({ for: 'ada', controlId: '2' }))
    await hospital.moveTo(later(33))
    t.match(silent()[0], { status: 'completed' })
    await hospital.moveTo(later(70))
    t.equal(silent().length, 2)
  },
)

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
