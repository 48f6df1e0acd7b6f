import fc from '@platform/testing/properties'
import t from 'tap'
import { escapeText, USUAL_DELIMITERS, unescape } from './delimiters.ts'
import { Message, readMessages } from './message.ts'
import { parseDate, parseTime, showTime } from './time.ts'

const read = (text: string | Buffer): Message => {
  const [message] = readMessages(typeof text === 'string' ? Buffer.from(text) : text)
  if (message?.readable !== true) throw new Error('not readable')
  return message
}
const A01 =
  'MSH|^~\\&|PAS|RZZ01|HUB|HR|20261121021400||ADT^A01^ADT_A01|M1|P|2.4\rPID|1||9990004447^^^NHS^NH~123^^^RZZ01^MR||Jones^Dafydd^Rhys||19791103|M\rPV1|1|I|W3^B^4^RZZ01\r'

t.test('delimiters are those of each message', async (t) => {
  const message = read('MSH*:~\\&*PAS*RZZ01***20261121**ADT:A01*M1*P*2.4\rPID*1**1:a:b:NHS:NH~2**Jones:Dafydd\r')
  t.equal(message.type, 'ADT')
  t.equal(message.event, 'A01')
  t.equal(message.segment('PID')?.text(5, 2), 'Dafydd')
  t.strictSame(
    message
      .segment('PID')
      ?.repetitions(3)
      .map((each) => each.text()),
    ['1', '2'],
  )
})

t.test('MSH-1 is field 1, MSH-2 field 2', async (t) => {
  const { msh } = read(A01)
  t.equal(msh.field(1), '|')
  t.equal(msh.field(2), '^~\\&')
  t.equal(msh.field(12), '2.4')
})

t.test('CR, LF and CRLF end a segment; empty lines and a byte order mark are skipped', async (t) => {
  for (const end of ['\r', '\n', '\r\n', '\r\r', '\n\n']) {
    const message = read(`\ufeff${end}${A01.replaceAll('\r', end)}`)
    t.strictSame(
      message.segments.map(({ name }) => name),
      ['MSH', 'PID', 'PV1'],
      JSON.stringify(end),
    )
    t.equal(message.segment('PV1')?.text(3, 4), 'RZZ01')
  }
})

t.test('escapes are undone after splitting, unknown ones stay', async (t) => {
  const message = read(
    'MSH|^~\\&|a|b|c|d|e||ADT^A01|M1|P|2.4\rPID|1||1||O\\T\\Neill \\S\\ \\F\\ \\R\\ \\E\\^a\\.br\\b^\\X41C3A9\\^\\H\\bold\\N\\^\\C\\x\\\r',
  )
  const name = message.segment('PID')
  t.equal(name?.text(5, 1), 'O&Neill ^ | ~ \\')
  t.equal(name?.text(5, 2), 'a\nb')
  t.equal(name?.text(5, 3), 'Aé')
  t.equal(name?.text(5, 4), '\\H\\bold\\N\\')
  t.equal(name?.text(5, 5), '\\C\\x\\')
})

t.test('escaping and unescaping are a pair', async () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }).filter((text) => ![...text].some((character) => character < ' ')),
      (text) => unescape(escapeText(text, USUAL_DELIMITERS), USUAL_DELIMITERS, String) === text,
    ),
  )
})

t.test('the character set is the declared one, else UTF-8, else Windows-1252', async (t) => {
  const named = (set: string, name: Buffer) =>
    read(Buffer.concat([Buffer.from(`MSH|^~\\&|a|b|c|d|e||ADT^A01|M1|P|2.4||||||${set}\rPID|1||1||`), name, Buffer.from('\r')]))
      .segment('PID')
      ?.text(5)
  t.equal(named('', Buffer.from('Siân')), 'Siân')
  t.equal(named('', Buffer.from('Siân', 'latin1')), 'Siân')
  t.equal(named('UNICODE', Buffer.from('Ŵyn')), 'Ŵyn')
  t.equal(named('UNICODE UTF-8', Buffer.from('Ŵyn')), 'Ŵyn')
  t.equal(named('8859/1', Buffer.from('Siân', 'latin1')), 'Siân')
  t.equal(named('8859/14', Buffer.from([0xd0, 0x79, 0x6e])), 'Ŵyn')
  t.equal(named('UNICODE UTF-8', Buffer.from([0x41, 0xff])), 'Aÿ')
  const wide = Buffer.from(`\ufeff${A01.replace('Dafydd', 'Siân')}`, 'utf16le')
  t.equal(read(wide).segment('PID')?.text(5, 2), 'Siân')
  t.equal(read(Buffer.from(wide).swap16()).segment('PID')?.text(5, 2), 'Siân')
})

t.test('a truncation character and a doubled escape character in MSH-2 are understood', async (t) => {
  for (const encoding of ['^~\\&#', '^~\\\\&']) {
    const message = read(`MSH|${encoding}|a|b|c|d|e||ADT^A01|M1|P|2.7\rPID|1||1&2^3\r`)
    t.equal(message.segment('PID')?.text(3, 1, 2), '2')
  }
})

t.test('a batch is its messages', async (t) => {
  const batch = `FHS|^~\\&|a\rBHS|^~\\&|a\r${A01}${A01.replace('M1', 'M2')}BTS|2\rFTS|1\r`
  const messages = readMessages(Buffer.from(batch))
  t.strictSame(
    messages.map((each) => each.readable && each.controlId),
    ['M1', 'M2'],
  )
  t.strictSame(
    messages.map((each) => each.raw.toString()),
    [A01, A01.replace('M1', 'M2')],
  )
})

t.test('one broken message in a frame leaves the others whole', async (t) => {
  const messages = readMessages(Buffer.from(`${A01}MSH|A\r${A01}`))
  t.strictSame(
    messages.map((each) => each.readable),
    [true, false, true],
  )
})

t.test('two patients in one message are two groups', async (t) => {
  const message = read('MSH|^~\\&|a|b|c|d|e||ADT^A17|M1|P|2.4\rPID|1||1\rPV1|1|I\rPID|2||2\rPV1|1|I\r')
  t.strictSame(
    message.patientGroups().map((group) => group.map(({ name }) => name)),
    [
      ['PID', 'PV1'],
      ['PID', 'PV1'],
    ],
  )
})

t.test('no bytes make the reader throw', async () => {
  const likely = fc
    .array(fc.constantFrom('MSH', 'FHS', 'BTS', '|', '^', '~', '\\', '&', '\r', '\n', 'PID', '\\X4', '""', 'é', 'A'), { maxLength: 40 })
    .map((parts) => Buffer.from(parts.join('')))
  const prefixed = likely.map((bytes) => Buffer.concat([Buffer.from('MSH|^~\\&|'), bytes]))
  fc.assert(
    fc.property(
      fc.oneof(
        likely,
        prefixed,
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      ),
      (bytes) => {
        for (const message of readMessages(bytes)) {
          if (!message.readable) continue
          for (const segment of message.segments) for (const each of segment.repetitions(3)) each.text(2, 2)
        }
        return readMessages(bytes).length > 0
      },
    ),
    { numRuns: 1_000 },
  )
})

t.test('times without an offset are London time, summer time included', async (t) => {
  const at = (text: string) => parseTime(text)?.at.toISOString()
  t.equal(at('202611210214'), '2026-11-21T02:14:00.000Z')
  t.equal(at('20260701120000'), '2026-07-01T11:00:00.000Z')
  t.equal(at('20260701120000.25+0000'), '2026-07-01T12:00:00.250Z')
  t.equal(at('20210115160010+0215'), '2021-01-15T13:45:10.000Z')
  t.equal(at('202610250130'), '2026-10-25T00:30:00.000Z', 'the hour that comes twice is read as the first')
  t.equal(at('202610250030'), '2026-10-24T23:30:00.000Z')
  t.equal(at('202610250200'), '2026-10-25T02:00:00.000Z')
  t.equal(at('202603290030'), '2026-03-29T00:30:00.000Z')
  t.equal(at('202603290200'), '2026-03-29T01:00:00.000Z')
  t.equal(parseTime('2026')?.precision, 'year')
  for (const none of ['', '""', '20261301', '20260230', 'today', '2026112102145']) t.equal(parseTime(none), undefined, none)
})

t.test('of the hour that comes twice the later one is meant once it has come', async (t) => {
  const at = (text: string, toldAt: string) => parseTime(text, undefined, new Date(toldAt))?.at.toISOString()
  t.equal(at('202610250130', '2026-10-25T00:30:20Z'), '2026-10-25T00:30:00.000Z', 'told in the first pass')
  t.equal(at('202610250130', '2026-10-25T01:30:20Z'), '2026-10-25T01:30:00.000Z', 'told in the second')
  t.equal(at('202610250110', '2026-10-25T01:08:00Z'), '2026-10-25T01:10:00.000Z', 'by a clock that is ahead')
  t.equal(at('202610250200', '2026-10-25T02:00:20Z'), '2026-10-25T02:00:00.000Z')
  t.equal(
    at('202603290130', '2026-03-29T01:30:20Z'),
    at('202603290130', '2026-03-29T09:00:00Z'),
    'an hour that never comes is read in one way',
  )
  t.equal(at('202610250130+0100', '2026-10-25T09:00:00Z'), '2026-10-25T00:30:00.000Z', 'who gives an offset means it')
})

t.test('a birth date may carry a time and may be partial', async (t) => {
  t.equal(parseDate('196512131515'), '1965-12-13')
  t.equal(parseDate('19651213'), '1965-12-13')
  t.equal(parseDate('196512'), '1965-12')
  t.equal(parseDate('1965'), '1965')
  for (const none of ['', '""', '19651313', '19650230', '13/12/1965']) t.equal(parseDate(none), undefined, none)
})

t.test('a time is shown and read again without loss', async () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('1950-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), (date) => {
      const second = new Date(Math.floor(date.getTime() / 1000) * 1000)
      return parseTime(showTime(second))?.at.getTime() === second.getTime()
    }),
  )
})
