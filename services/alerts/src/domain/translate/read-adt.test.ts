import t from 'tap'
import { readMessages, type Message } from '@platform/hl7v2/message'
import fc from '@platform/testing/properties'
import type { AdtFacts, StayEventType } from '../adt.ts'
import { stayOf } from '../stay.ts'
import { readAdt } from './read-adt.ts'

const options = { processingIds: ['P'], receivedAt: new Date('2026-11-21T02:14:20Z') }
const MSH = 'MSH|^~\\&|PAS|RZZ01|HUB|HR|20261121021400||ADT^A01^ADT_A01|M1|P|2.4'
const EVN = 'EVN|A01|20261121021400||||20261121021000'
const PV1 = 'PV1|1|i|W3^B^4^RZZ01||||||||||||||||V1^^^RZZ01|||||||||||||||||||||||||20261121021000'

function read(...segments: string[]) {
  const [message] = readMessages(Buffer.from(segments.map((segment) => `${segment}\r`).join('')))
  const result = readAdt(message as Message, options)
  if (!result.usable) throw new Error(result.complaint.says)
  return result.facts
}
const statusOf = (facts: AdtFacts | undefined) =>
  facts === undefined ? undefined : stayOf([{ ...facts, key: '1', type: facts.event as StayEventType }]).status
const person = (pid: string) => read(MSH, EVN, pid, PV1)[0]?.person

t.test('the NHS number is found however senders mark it, and only when it passes the check', async (t) => {
  for (const identifiers of [
    '9990004447^^^NHS^NH',
    '9990004447^^^NHS',
    '999 000 4447^^^NHSNBR^NHSNMBR',
    '9990004447^^^^NH',
    '9990004447^^^NHS&2.16.840.1.113883.2.1.4.1&ISO^NH',
    '9990004447^^^X&2.16.840.1.113883.2.1.4.1&ISO',
    '9990004447^^^NHS^NH{status:01}',
    '9990004447^^^WALES^NI',
    '123^^^RZZ01^MR~9990004447^^^CHI',
    '9990004447^^^HSNI',
  ]) {
    t.strictSame(person(`PID|1||${identifiers}||Rees^Dafydd||19790114`)?.nhsNumbers, ['9990004447'], identifiers)
  }
  t.strictSame(person('PID|1||9990004448^^^NHS^NH||Rees^Dafydd')?.nhsNumbers, [], 'a wrong check digit')
  t.strictSame(person('PID|1|9990004447|123^^^RZZ01^MR||Rees')?.nhsNumbers, ['9990004447'], 'in PID-2')
  t.strictSame(person('PID|1||123^^^RZZ01^MR||Rees||||||||||||||9990004447')?.nhsNumbers, ['9990004447'], 'in PID-19')
})

t.test('a hospital number belongs to whoever gave it', async (t) => {
  t.strictSame(person('PID|1||123^^^RZZ01^MR~456^^^^PI~9990004448^^^NHS^NH||Rees')?.hospitalNumbers, [
    { authority: 'RZZ01', value: '123' },
    { authority: 'RZZ01', value: '456' },
  ])
})

t.test('names are every repetition and every alias; "" is no name and no date', async (t) => {
  t.strictSame(person('PID|1||1||Rees^Dafydd^Wyn~Ifans^Dai^^^^^M||19790114|M|Price^D')?.names, [
    { family: 'rees', given: ['dafydd', 'wyn', 'dafyddwyn'] },
    { family: 'ifans', given: ['dai'] },
    { family: 'price', given: ['d'] },
  ])
  const deleted = person('PID|1||1||""^""||""')
  t.strictSame(deleted?.names, [])
  t.equal(deleted?.bornOn, undefined)
})

t.test('the trace status is read wherever it is written', async (t) => {
  const at32 = (status: string) => `PID|1||9990004447^^^NHS||Rees||19790114${'|'.repeat(25)}${status}`
  t.equal(person(at32('NSTS01'))?.traceStatus, '01')
  t.equal(person(at32('PDS05'))?.traceStatus, '05')
  t.equal(person(at32('02'))?.traceStatus, '02')
  t.equal(person('PID|1||9990004447^^^NHS^NH{status:03}||Rees')?.traceStatus, '03')
  t.equal(person('PID|1||9990004447^^^NHS||Rees')?.traceStatus, undefined)
  t.equal(person(`PID|1||9990004447^^^NHS||Rees${'|'.repeat(26)}Y`)?.identityUnknown, true)
})

t.test('the time is when it happened, else when it was recorded, else when it was sent, else when it came', async (t) => {
  const pid = 'PID|1||123^^^RZZ01^MR||Rees'
  const at = (...segments: string[]) => read(...segments)[0]?.occurredAt.toISOString()
  t.equal(at(MSH, EVN, pid), '2026-11-21T02:10:00.000Z')
  t.equal(at(MSH, 'EVN|A01|20261121021300', pid), '2026-11-21T02:13:00.000Z')
  t.equal(at(MSH, pid), '2026-11-21T02:14:00.000Z')
  t.equal(at(MSH.replace('20261121021400', ''), pid), '2026-11-21T02:14:20.000Z')
})

t.test('visit, class, place and death are read; the event of MSH-9 wins over EVN-1', async (t) => {
  const [facts] = read(MSH.replace('A01^ADT_A01', 'A03'), EVN, `PID|1||123^^^RZZ01^MR||Rees${'|'.repeat(25)}Y`, PV1)
  t.match(facts, {
    event: 'A03',
    facility: 'RZZ01',
    visit: { authority: 'RZZ01', value: 'V1' },
    patientClass: 'I',
    location: { ward: 'W3', room: 'B', bed: '4', site: 'RZZ01' },
    died: true,
  })
})

t.test('a merge says which numbers go', async (t) => {
  const [facts] = read(MSH.replace('A01^ADT_A01', 'A40^ADT_A39'), 'PID|1||123^^^RZZ01^MR||Rees', 'MRG|456^^^RZZ01^MR~789^^^RZZ01^MR')
  t.strictSame(facts?.merged, [
    { authority: 'RZZ01', value: '456' },
    { authority: 'RZZ01', value: '789' },
  ])
})

t.test(
  'HAZ-A03: in the night in which the clock goes back, a discharge in the second pass of the hour comes after the admission in the first',
  async (t) => {
    const told = (event: string, local: string, receivedAt: string) => {
      const [message] = readMessages(
        Buffer.from([MSH.replace('A01', event), `EVN|${event}|${local}||||${local}`, 'PID|1||9990004447^^^NHS^NH||Rees', PV1].join('\r')),
      )
      const result = readAdt(message as Message, { processingIds: ['P'], receivedAt: new Date(receivedAt) })
      const [facts] = result.usable ? result.facts : []
      if (facts === undefined) throw new Error('It was not read.')
      return { key: event, type: event as 'A01' | 'A03', ...facts }
    }
    const admitted = told('A01', '20261025013000', '2026-10-25T00:30:10Z')
    const left = told('A03', '20261025011000', '2026-10-25T01:10:10Z')
    t.equal(stayOf([left, admitted]).status, 'ended')
  },
)

t.test('HAZ-A05: a time that had not come when the message came counts by the next best one, at last as that of its receipt', async (t) => {
  const facts = (given: { msh?: string; evn2?: string; evn6?: string; event?: string; pv44?: string; pv45?: string }) => {
    const { msh = '20261121021400', evn2 = '20261121021300', evn6 = '20261121021000', event = 'A01', pv44 = '', pv45 = '' } = given
    const head = `MSH|^~\\&|PAS|RZZ01|HUB|HR|${msh}||ADT^${event}|M1|P|2.4`
    const [first] = read(
      head,
      `EVN|${event}|${evn2}||||${evn6}`,
      'PID|1||1^^^RZZ01^MR||Rees^Dafydd||19790114',
      `PV1|1|I|W3${'|'.repeat(41)}${pv44}|${pv45}`,
    )
    return first
  }
  const far = '20620101000000'
  const utc = (text: string) => new Date(`2026-11-21T${text}Z`)
  t.match(facts({}), { occurredAt: utc('02:10:00'), recordedAt: utc('02:13:00'), ahead: undefined })
  t.match(facts({ evn6: far }), { occurredAt: utc('02:13:00'), recordedAt: utc('02:13:00'), happenedAt: undefined, ahead: true })
  t.match(facts({ evn6: far, evn2: far }), { occurredAt: utc('02:14:00'), recordedAt: utc('02:14:00'), ahead: true })
  t.match(facts({ evn6: far, evn2: far, msh: far }), { occurredAt: options.receivedAt, recordedAt: options.receivedAt, ahead: true })
  t.match(facts({ evn6: '20261121031400' }), { occurredAt: utc('03:14:00'), ahead: undefined }, 'a clock that was not put back')
  t.match(facts({ pv44: far }), { admittedAt: undefined, ahead: true })
  t.match(facts({ pv44: '20261201090000', event: 'A05' }), { admittedAt: new Date('2026-12-01T09:00:00Z'), ahead: undefined })
  const planned = facts({ event: 'A08', pv45: '20261125120000' })
  t.match(planned, { dischargedAt: undefined, ahead: undefined }, 'a discharge that is to come is none yet')
  t.equal(statusOf(planned), 'inpatient', 'and hides nobody who is there')
})

t.test('HAZ-A05: in whatever order messages come, a time that is far ahead leaves the stay as it would be without it', async () => {
  const minute = (minutes: number) => `202611210${String(1 + Math.floor(minutes / 60))}${String(minutes % 60).padStart(2, '0')}00`
  const one = fc.record({
    event: fc.constantFrom('A01', 'A02', 'A03', 'A04', 'A06', 'A08', 'A11', 'A12', 'A13'),
    at: fc.nat(60),
    ahead: fc.boolean(),
  })
  const stayRead = (messages: readonly { event: string; at: number; ahead: boolean; key: string }[], slip: boolean) =>
    stayOf(
      messages.map(({ event, at, ahead, key }, place) => {
        const head = `MSH|^~\\&|PAS|RZZ01|HUB|HR|${minute(at)}||ADT^${event}|${key}|P|2.4`
        const evn6 = ahead ? (slip ? '20620101000000' : '') : minute(at)
        const [message] = readMessages(Buffer.from(`${head}\rEVN|${event}|${minute(at)}||||${evn6}\rPID|1||1||Rees\rPV1|1|I|W${at}\r`))
        const receivedAt = new Date(Date.parse('2026-11-21T02:30:00Z') + place * 60_000) // each arrives when it does
        const result = readAdt(message as Message, { ...options, receivedAt })
        const [facts] = result.usable ? result.facts : []
        if (facts === undefined) throw new Error('A message was not read.')
        return { ...facts, key, type: facts.event as StayEventType }
      }),
    )
  const arrivals = fc
    .array(one, { maxLength: 6 })
    .map((messages) => messages.map((each, key) => ({ ...each, key: `K${String(key)}` })))
    .chain((messages) => fc.tuple(fc.constant(messages), fc.shuffledSubarray(messages, { minLength: messages.length })))
  fc.assert(
    fc.property(arrivals, ([messages, shuffled]) => {
      const stays = [stayRead(messages, true), stayRead(shuffled, true), stayRead(shuffled, false)].map((stay) => JSON.stringify(stay))
      return new Set(stays).size === 1
    }),
    { numRuns: 500 },
  )
})

t.test('HAZ-A03: other numbers of the same visit are read where a visit may get another one, and no number of the person', async (t) => {
  const pid = 'PID|1||H1^^^RZZ01^MR||Rees^Dafydd||19790114'
  const others = (event: string, pv50: string, mrg = '') =>
    read(
      MSH.replaceAll('A01', event),
      EVN,
      pid,
      ...(mrg === '' ? [] : [mrg]),
      `PV1|1|I|W3${'|'.repeat(16)}V2^^^RZZ01${'|'.repeat(31)}${pv50}`,
    )[0]?.otherVisits
  t.strictSame(others('A06', 'V1^^^RZZ01'), [{ authority: 'RZZ01', value: 'V1' }])
  t.strictSame(others('A06', '', 'MRG|H1^^^RZZ01^MR||||V1^^^RZZ01'), [{ authority: 'RZZ01', value: 'V1' }])
  t.strictSame(others('A08', 'V1^^^RZZ01'), undefined)
  t.strictSame(others('A01', 'V2^^^RZZ01'), undefined)
  t.strictSame(others('A01', 'H1^^^RZZ01'), undefined)
})

t.test('HAZ-A92: a time of death is read where it is one: a day, also one filled up with noughts, gives none', async (t) => {
  const diedAt = (pid29: string) => {
    const [facts] = read(MSH, EVN, `PID|1||9990004447^^^NHS^NH||Rees^Dafydd||19790114${'|'.repeat(22)}${pid29}`, PV1)
    return [facts?.died, facts?.diedAt?.toISOString()]
  }
  t.strictSame(diedAt('202611210141'), [true, '2026-11-21T01:41:00.000Z'])
  t.strictSame(diedAt('20261121014130+0100'), [true, '2026-11-21T00:41:30.000Z'])
  t.strictSame(diedAt('20261121000030'), [true, '2026-11-21T00:00:30.000Z'])
  for (const day of ['2026', '20261121', '2026112101', '202611210000', '20261121000000', '20261121000000+0000'])
    t.strictSame(diedAt(day), [true, undefined], day)
  t.strictSame(diedAt('202612210141'), [true, undefined], 'a time that has not come is not believed')
  t.strictSame(diedAt('""'), [false, undefined])
})

t.test('HAZ-A20: a hospital that has a code of its own for a death is heard by its entry, and its other codes are none', async (t) => {
  const pid = 'PID|1||9990004447^^^NHS^NH||Rees^Dafydd||19790114'
  const discharged = (disposition: string) => `PV1|1|I|W3^B^4^RZZ01||||||||||||||||V1^^^RZZ01${'|'.repeat(17)}${disposition}`
  const died = (disposition: string, deathDispositions?: readonly string[]) => {
    const [message] = readMessages(Buffer.from([MSH, EVN, pid, discharged(disposition)].join('\r')))
    const result = readAdt(message as Message, { ...options, siteOf: () => ({ deathDispositions }) })
    return result.usable && result.facts[0]?.died
  }
  for (const [disposition, own, expected] of [
    ['20', undefined, true],
    ['4', undefined, false],
    ['4', ['4'], true],
    ['dcd', ['DCD'], true],
    ['20', ['4'], false],
  ] as const)
    t.equal(died(disposition, own), expected, `${disposition} ${String(own)}`)
})
