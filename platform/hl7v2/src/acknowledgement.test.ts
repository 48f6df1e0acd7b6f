import fc from '@platform/testing/properties'
import t from 'tap'
import { acknowledge, controlIds, readAcknowledgement, type Complaint, type Verdict } from './acknowledgement.ts'
import { readMessages } from './message.ts'

const at = new Date('2026-11-21T02:14:05Z')
const header = (fields: Record<number, string>, separator = '|') =>
  Array.from(
    { length: 20 },
    (_, index) =>
      fields[index + 1] ??
      { 2: '^~\\&', 3: 'PAS', 4: 'RZZ01', 5: 'HUB', 6: 'HR', 9: 'ADT^A01', 10: 'M1', 11: 'P', 12: '2.4' }[index + 1] ??
      '',
  )
    .slice(1)
    .reduce((line, field) => `${line}${separator}${field}`, 'MSH')

function answers(text: string | Buffer, verdict: Verdict, complaint?: Complaint): string[] {
  const [message] = readMessages(typeof text === 'string' ? Buffer.from(text) : text)
  if (message === undefined) throw new Error('no message')
  return acknowledge(message, { verdict, newControlId: controlIds('T'), at, ...(complaint === undefined ? {} : { complaint }) }).map(
    (bytes) => bytes.toString('latin1'),
  )
}
const codes = (text: string, verdict: Verdict) =>
  answers(text, verdict).map(
    (ack) => readAcknowledgement(readMessages(Buffer.from(ack))[0] ?? { readable: false, why: 'empty', raw: Buffer.alloc(0) })?.code,
  )

t.test('sender and receiver change places, the control id comes back exactly, every segment ends with CR', async (t) => {
  t.strictSame(answers(header({ 10: ' 7\\T\\Q ', 18: 'UNICODE UTF-8' }), 'accept'), [
    'MSH|^~\\&|HUB|HR|PAS|RZZ01|20261121021405+0000||ACK^A01^ACK|T1|P|2.4||||||UNICODE UTF-8\rMSA|AA| 7\\T\\Q \r',
  ])
})

t.test('the answer is written with the delimiters of the message', async (t) => {
  const [ack = ''] = answers('MSH*:~\\&*PAS*RZZ01*HUB*HR***ADT:A01*M1*P*2.4', 'accept')
  t.match(ack, /^MSH\*:~\\&\*HUB\*HR\*PAS\*RZZ01\*[^*]+\*\*ACK:A01:ACK\*T1\*P\*2\.4\rMSA\*AA\*M1\r$/)
})

t.test('MSH-15 and MSH-16 decide how many answers there are and with which codes', async (t) => {
  const table: [string, string, string[], string[]][] = [
    ['', '', ['AA'], ['AE']],
    ['AL', 'NE', ['CA'], ['CE']],
    ['AL', '', ['CA'], ['CE']],
    ['NE', 'AL', ['AA'], ['AE']],
    ['', 'AL', ['AA'], ['AE']],
    ['', 'NE', ['CA'], ['CE']],
    ['AL', 'AL', ['CA', 'AA'], ['CE', 'AE']],
    ['NE', 'NE', [], []],
    ['ER', 'NE', [], ['CE']],
    ['SU', 'NE', ['CA'], []],
    ['NE', 'ER', [], ['AE']],
    ['??', '', ['CA'], ['CE']],
  ]
  for (const [accept, application, good, bad] of table) {
    t.strictSame(codes(header({ 15: accept, 16: application }), 'accept'), good, `${accept}|${application}`)
    t.strictSame(codes(header({ 15: accept, 16: application }), 'error'), bad, `${accept}|${application}`)
  }
})

t.test('where no answer is wanted there is one for whoever must know all the same', async (t) => {
  const [silent] = readMessages(Buffer.from('MSH|^~\\&|A|B|C|D|20261121||ADT^A01|1|P|2.4|||NE|NE\r'))
  if (silent === undefined) throw new Error('There is a message.')
  const given = { verdict: 'accept', newControlId: () => 'N', at: new Date('2026-11-21T02:14:20Z') } as const
  t.strictSame(acknowledge(silent, given), [])
  const [answer] = acknowledge(silent, { ...given, ifNoneWanted: 'original' }).flatMap((each) => readMessages(each))
  t.match(answer === undefined ? undefined : readAcknowledgement(answer), { code: 'AA' })
})

t.test('a complaint is an ERR segment in the shape of the version', async (t) => {
  const complaint: Complaint = { condition: '101', location: 'PID^1^3', says: 'PID is missing.' }
  t.match(
    answers(header({ 12: '2.5.1' }), 'error', complaint)[0],
    /\rMSA\|AE\|M1\|PID is missing\.\rERR\|\|PID\^1\^3\|101\^Required field missing\^HL70357\|E\|\|\|\|PID is missing\.\r$/,
  )
  t.match(answers(header({ 12: '2.3' }), 'error', complaint)[0], /\rERR\|PID\^1\^3\^101&Required field missing&HL70357\r$/)
})

t.test('what is not HL7 is rejected with an empty MSA-2', async (t) => {
  t.match(answers('GET / HTTP/1.1', 'accept')[0], /\rMSA\|AR\|\r$/)
})

t.test('a message in UTF-16 is answered in UTF-16', async (t) => {
  const wide = Buffer.from(`\ufeff${header({})}\r`, 'utf16le')
  const [message] = readMessages(wide)
  const [ack] = message === undefined ? [] : acknowledge(message, { verdict: 'accept', newControlId: () => 'T1', at })
  t.equal(
    ack === undefined ? undefined : readAcknowledgement(readMessages(ack)[0] ?? { readable: false, why: 'empty', raw: ack })?.answers,
    'M1',
  )
})

t.test('whatever comes in, every answer can be read, names the control id, and has one of its own', async () => {
  const field = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('', 'AL', 'NE', '2.5', '2.3', '\\', '^', '~', '\r'))
  const text = fc.oneof(
    fc.string(),
    fc
      .tuple(fc.constantFrom('|', '*', '!', 'é'), fc.array(field, { maxLength: 20 }))
      .map(([separator, fields]) => `MSH${separator}${['^~\\&', ...fields].join(separator)}`),
  )
  const newControlId = controlIds('P')
  const seen = new Set<string>()
  fc.assert(
    fc.property(text, fc.constantFrom<Verdict>('accept', 'error', 'reject'), (received, verdict) => {
      for (const message of readMessages(Buffer.from(received))) {
        for (const ack of acknowledge(message, {
          verdict,
          complaint: { condition: '207', says: 'It | went ^ wrong \\ here' },
          newControlId,
          at,
        })) {
          const [answer] = readMessages(ack)
          const said = answer === undefined ? undefined : readAcknowledgement(answer)
          if (said === undefined || said.answers !== (message.readable ? message.controlId : '') || seen.has(said.controlId)) return false
          seen.add(said.controlId)
        }
      }
      return true
    }),
    { numRuns: 1_000 },
  )
})
