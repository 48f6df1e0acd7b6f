import fc from '@platform/testing/properties'
import t from 'tap'
import { Message, readMessages } from './message.ts'
import { isWhole, joinParts, partOf } from './parts.ts'

const read = (text: string | Buffer): Message => {
  const [message] = readMessages(Buffer.from(text as string, 'latin1'))
  if (message?.readable !== true) throw new Error('It cannot be read.')
  return message
}
const header = (id: string, pointer = '', event = 'ADT^A01') =>
  `MSH|^~\\&|PAS|DW|HUB|H|20261121||${event}|${id}|P|2.4|${pointer === '' ? '' : `|${pointer}`}`
const PID = 'PID|1||H1^^^DW^MR||Rees^Dafydd||19790114'
const PV1 = 'PV1|1|I|ED^^|||||||||||||||||V1^^^DW'

t.test('a part says what it continues and what goes on, and a whole message says neither', async (t) => {
  t.equal(partOf(read(`${header('1')}\r${PID}\r${PV1}\r`)), undefined)
  t.ok(isWhole(read(`${header('1')}\r${PID}\r${PV1}\r`)))
  t.strictSame(partOf(read(`${header('1')}\r${PID}\rDSC|W4xy|F\r`)), { goesOn: 'W4xy', mustBeAskedFor: false })
  t.strictSame(partOf(read(`${header('2', 'W4xy')}\rADD|x\rDSC|V292\r`)), { continues: 'W4xy', goesOn: 'V292', mustBeAskedFor: false })
  t.strictSame(partOf(read(`${header('3', 'V292')}\r${PV1}\r`)), { continues: 'V292', mustBeAskedFor: false })
  t.strictSame(partOf(read(`${header('1')}\r${PID}\rDSC|W4xy|I\r`)), { goesOn: 'W4xy', mustBeAskedFor: true })
  t.equal(partOf(read(`${header('1')}\r${PID}\r${PV1}\rDSC|\r`)), undefined, 'an empty pointer says that nothing goes on')
  t.equal(partOf(read(`${header('1')}\r${PID}\r${PV1}\rDSC|""\r`)), undefined)
})

t.test('parts are joined in their order under the header of the last, wherever a segment was cut', async (t) => {
  const [one, two, three] = [
    read(`${header('1')}\r${PID}\rOBX|1|FT|cut in the mid\rADD|\rDSC|a|F\r`),
    read(`${header('2', 'a')}\rADD|dle of a word|and|more\rDSC|b|F\r`),
    read(`${header('3', 'b')}\n${PV1}\n`),
  ]
  t.equal(
    joinParts([one, two, three])?.toString('latin1'),
    `${header('3', ' ').replace('| ', '|')}\r${PID}\rOBX|1|FT|cut in the middle of a word|and|more\r${PV1}\r`,
  )
  t.equal(
    joinParts([read(`${header('1')}\r${PID}\rPV1|1|I\rADD||ED^^\r`)])?.toString('latin1'),
    `${header('1')}\r${PID}\rPV1|1|I|ED^^\r`,
    'ADD within one message',
  )
})

t.test('what cannot be parts of one message is not joined', async (t) => {
  const first = read(`${header('1')}\r${PID}\rDSC|a|F\r`)
  t.equal(joinParts([first, read(`${header('2', 'a', 'ADT^A03')}\r${PV1}\r`)]), undefined, 'another event')
  t.equal(joinParts([first, read(`${header('2', 'a').replace('|PAS|', '|LAB|')}\r${PV1}\r`)]), undefined, 'another sender')
  t.equal(joinParts([first, read(`${header('2', 'a')}\rADD|^X\r${PV1}\r`)]), undefined, 'a PID is never continued')
  t.equal(joinParts([read(`${header('1')}\rADD|x\r${PID}\r`)]), undefined, 'an ADD that continues nothing')
  t.equal(joinParts([]), undefined)
})

t.test('a message cut into parts anywhere after its PID comes out as it was', async () => {
  const rest = `${PV1}\rOBX|1|FT|${'a word and another '.repeat(4)}\rZZ1|x|y\r`
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 4, max: rest.length - 1 }), { minLength: 1, maxLength: 4 }), (given) => {
      // Within the name of a segment nothing can be cut: "ADD" would have to be told from what it continues.
      const cuts = given
        .toSorted((one, other) => one - other)
        .filter((cut) => rest[cut - 1] === '\r' || rest.slice(Math.max(rest.lastIndexOf('\r', cut - 1) + 1, 0), cut).length >= 4)
      const pieces = [0, ...cuts].map((from, index) => rest.slice(from, [...cuts, rest.length][index]))
      const parts = pieces.map((piece, index) => {
        const cut = index > 0 && !pieces[index - 1]?.endsWith('\r')
        const goesOn = index < pieces.length - 1
        const body = `${cut ? 'ADD|' : ''}${piece}${piece.endsWith('\r') ? '' : '\rADD|\r'}`
        return read(
          `${header(String(index), index === 0 ? '' : `p${String(index - 1)}`)}\r${index === 0 ? `${PID}\r` : ''}${body}${goesOn ? `DSC|p${String(index)}|F\r` : ''}`,
        )
      })
      const whole = joinParts(parts)
      return whole?.toString('latin1').split('\r').slice(1).join('\r') === `${PID}\r${rest}`
    }),
  )
})
