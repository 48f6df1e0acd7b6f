/** HL7 v2 messages in parts (DSC, MSH-14, ADD), as a hospital would send them. HAZ-A81 */
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { NIGHT, testHospital } from './a-hospital.ts'

const hospital = await testHospital(t)
const { quarantine, parts } = hospital.dependencies
const later = (minutes: number) => new Date(NIGHT.getTime() + minutes * 60_000)

/** Two parts of one message, cut in the middle of PV1. */
function inTwo(message: string, pointer: string, style = 'F'): readonly [string, string] {
  const [header = '', ...segments] = message.split('\r').filter((segment) => segment !== '')
  const [evn = '', pid = '', pv1 = ''] = segments
  const next = header.replace(/\|(\w+)\|P\|2\.4.*$/, (_, id: string) => `|${id}b|P|2.4||${pointer}`)
  return [
    [header, evn, pid, pv1.slice(0, 9), 'ADD|', `DSC|${pointer}|${style}`, ''].join('\r'),
    [next, `ADD|${pv1.slice(9)}`, ''].join('\r'),
  ]
}
const message = (given: Parameters<typeof anAdmissionMessage>[0]) => anAdmissionMessage({ acknowledgement: 'original', ...given })
const stays = async () =>
  (await hospital.database.query<{ visit: string }>({ text: 'SELECT visit FROM alerts.stay ORDER BY visit' })).rows.map(
    ({ visit }) => visit,
  )
const held = async () =>
  (
    await hospital.database.query<{ kept: number; waiting: number }>({
      text: 'SELECT count(content)::int AS kept, count(*) FILTER (WHERE answered IS NULL)::int AS waiting FROM alerts.message_part',
    })
  ).rows[0]

t.test(
  'nothing is acted on before the last part: then the stay is what the whole message says, once, however often its parts come',
  async (t) => {
    const [one, two] = inTwo(message({ controlId: 'P1', visit: 'V000501', ward: 'W3^^', patientClass: 'I' }), 'DW-1')
    t.match(await hospital.send(one), { code: 'AA', answers: 'P1' })
    t.match(await hospital.send(one), { code: 'AA', answers: 'P1' })
    await hospital.acted()
    t.strictSame([await stays(), hospital.tasks().length], [[], 0])
    t.match(await hospital.send(two), { code: 'AA', answers: 'P1b' })
    await hospital.acted()
    t.strictSame(await stays(), ['DYFFRYNWEN|V000501'])
    t.match(hospital.encounter().location?.[0]?.location.display, /W3/)
    const alerts = hospital.tasks().length
    for (const again of [one, two, two]) t.equal((await hospital.send(again))?.code, 'AA')
    await hospital.acted()
    t.strictSame([await stays(), hospital.tasks().length, await quarantine.count()], [['DYFFRYNWEN|V000501'], alerts, 0])
  },
)

t.test('what parts say of people who are not registered is sealed while it waits, and gone with the last part', async (t) => {
  const [one, two] = inTwo(message({ for: 'ada', controlId: 'P2', visit: 'V000502' }), 'DW-2')
  t.equal((await hospital.send(one))?.code, 'AA')
  t.match(await held(), { kept: 1, waiting: 1 })
  const { rows } = await hospital.database.query<{ content: Buffer }>({
    text: 'SELECT content FROM alerts.message_part WHERE content IS NOT NULL',
  })
  t.notOk(rows.some(({ content }) => content.includes('PID')))
  t.equal((await hospital.send(two))?.code, 'AA')
  t.match(await held(), { kept: 0, waiting: 0 })
  await parts.expire({ waiting: later(0), answered: later(1) })
  t.equal((await hospital.database.query({ text: 'SELECT 1 FROM alerts.message_part' })).rowCount, 0)
})

t.test('two first parts with one pointer are never joined: all of it is for a person, and nobody is told', async (t) => {
  const before = await stays()
  const waiting = await quarantine.count()
  const [mine, mineToo] = inTwo(message({ controlId: 'P3', visit: 'V000503' }), 'DW-3')
  const [other, otherToo] = inTwo(message({ for: 'ada', controlId: 'P4', visit: 'V000504' }), 'DW-3')
  t.match(await hospital.send(mine), { code: 'AA' })
  t.match(await hospital.send(other), { code: 'AE', errors: [/100/] })
  t.match(await hospital.send(other), { code: 'AE' }, 'the sender tries again')
  t.match(await hospital.send(otherToo), { code: 'AE' })
  t.match(await hospital.send(mineToo), { code: 'AE' })
  await hospital.acted()
  t.strictSame([await stays(), await quarantine.count()], [before, waiting + 4])
})

t.test(
  'a part whose others do not come goes to a person after a quarter of an hour, and is taken when they are replayed in order',
  async (t) => {
    for (const { id } of await quarantine.waiting()) await quarantine.handled(id, 'given up', NIGHT)
    const [one, two] = inTwo(message({ controlId: 'P5', visit: 'V000505' }), 'DW-5')
    t.equal((await hospital.send(one))?.code, 'AA')
    await hospital.moveTo(later(14))
    t.equal(await quarantine.count(), 0)
    await Promise.all([hospital.moveTo(later(16)), hospital.moveTo(later(16))])
    t.match(await quarantine.waiting(), [{ times: 1 }], 'once, by however many sweeps')
    t.equal(await quarantine.count(), 1)
    t.ok(hospital.tasks().some(([kind, status]) => kind === 'message-unreadable' && status === 'requested'))
    t.match(await hospital.send(two), { code: 'AE', errors: [/100/] }, 'its first part is with a person')
    t.equal(await quarantine.count(), 2)
    for (const { id } of await quarantine.waiting()) await quarantine.askReplay(id, later(17))
    await hospital.moveTo(later(17))
    await hospital.acted()
    t.equal(await quarantine.count(), 0)
    t.ok((await stays()).includes('DYFFRYNWEN|V000505'))
  },
)

t.test('what cannot be a continuation, or must be asked for, is refused with its place and kept for a person', async (t) => {
  const before = await stays()
  const [one, two] = inTwo(message({ controlId: 'P6', visit: 'V000506' }), 'DW-6')
  t.match(await hospital.send(one.replace('|F\r', '|I\r')), { code: 'AE', errors: [/100/] })
  t.equal((await hospital.send(one))?.code, 'AA')
  t.match(await hospital.send(two.replace('ADT^A01', 'ADT^A03')), { code: 'AE' }, 'another event')
  t.match(await hospital.send(two.replaceAll('DW-6', 'DW-7')), { code: 'AE' }, 'a pointer that nobody gave')
  t.match(await hospital.send(two.replace('|PAS|', '|LAB|')), { code: 'AE' }, 'another sender')
  const cutInPid = one.replaceAll('DW-6', 'DW-8').replace(/PV1.*\rADD/, 'ADD')
  t.equal((await hospital.send(cutInPid))?.code, 'AE', 'who somebody is is not made out of two halves')
  t.strictSame(await stays(), before)
})

t.test('ADD within a whole message continues the segment before it', async (t) => {
  const whole = message({ controlId: 'P9', visit: 'V000509', ward: 'W9^^' })
  t.equal((await hospital.send(whole.replace(/(PV1\|1\|I\|)/, '$1\rADD|')))?.code, 'AA')
  await hospital.acted()
  t.ok((await stays()).includes('DYFFRYNWEN|V000509'))
})
