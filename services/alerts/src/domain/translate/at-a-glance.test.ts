import fc from '@platform/testing/properties'
import t from 'tap'
import { readMessages, type Message } from '@platform/hl7v2/message'
import { testNumber } from '@platform/nhs/nhs-number'
import { matchFacts } from '../match-facts.ts'
import { normalName, type PersonInMessage, type WatchedPerson } from '../person.ts'
import { atAGlance } from './at-a-glance.ts'
import { readAdt } from './read-adt.ts'

const FAMILIES = ['Rees', "O'Neill", 'Siân', 'de Vries', 'Łuk', 'rees-ifans'] as const
const watched: readonly WatchedPerson[] = FAMILIES.map((family, index) => ({
  patient: family,
  nhsNumbers: [testNumber(444 + index * 7) ?? '9990004447'],
  hospitalNumbers: [{ authority: 'RZZ01', value: `H${String(index)}` }],
  names: [normalName(family, ['Dafydd']) ?? { family: '', given: [] }],
  bornOn: `19790${String(index + 1)}14`.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'),
  registers: ['x'],
}))
/** The plainest watch list there can be. */
const find = (_person: PersonInMessage) => watched
const keys = new Set(
  watched.flatMap(({ nhsNumbers, hospitalNumbers, names, bornOn }) => [
    ...nhsNumbers,
    ...hospitalNumbers.map(({ value }) => value),
    ...names.map(({ family }) => `${bornOn ?? ''}|${family}`),
  ]),
)

t.test('HAZ-A02: a glance never passes over somebody that reading properly would find', async () => {
  const number = fc.constantFrom(...watched.flatMap(({ nhsNumbers }) => nhsNumbers), '9990123454', '')
  const shown = number.chain((digits) =>
    fc.constantFrom(
      digits,
      digits.replace(/^(...)(...)/, '$1 $2 '),
      digits.replace(/^(...)(...)/, '$1-$2-'),
      ` ${digits}`,
      digits.replace(/^(...)(...)/, '$1\u00a0$2\u00a0'),
      digits.replace(/^(...)/, '$1\0'),
      `${digits}\\T\\`,
    ),
  )
  const identifier = fc.oneof(
    fc.tuple(shown, fc.constantFrom('^^^NHS^NH', '', '^^^^NH', '&x^^^NHS')).map(([digits, rest]) => digits + rest),
    fc.constantFrom('H1^^^RZZ01^MR', 'H2', '', '""', 'H3^^^RZZ02'),
  )
  const date = fc.constantFrom('19790114', '197902141010', '19790314', '1979', '', '19500101', '1979-01-14')
  const name = fc
    .tuple(fc.constantFrom(...FAMILIES, 'Jones', '', 'Z', '\\T\\Rees'), fc.constantFrom('Dafydd', 'D', ''))
    .map(([family, given]) => `${family}^${given}`)
  const message = fc.record({
    event: fc.constantFrom('A01', 'A40', 'A31'),
    two: fc.constantFrom('', ...watched.flatMap(({ nhsNumbers }) => nhsNumbers)),
    three: fc.array(identifier, { maxLength: 3 }),
    names: fc.array(name, { maxLength: 2 }),
    date,
    alias: name,
    nineteen: number,
    gone: fc.constantFrom('H1^^^RZZ01^MR', 'H9', ''),
    end: fc.constantFrom('\r', '\n', '\r\n'),
  })
  fc.assert(
    fc.property(message, ({ event, two, three, names, date: born, alias, nineteen, gone, end }) => {
      const text = [
        `MSH|^~\\&|PAS|RZZ01|HUB|HR|20261121||ADT^${event}|1|P|2.4`,
        `PID|1|${two}|${three.join('~')}||${names.join('~')}||${born}||${alias}${'|'.repeat(10)}${nineteen}`,
        `MRG|${gone}`,
        '',
      ].join(end)
      const parsed = readMessages(Buffer.from(text))[0] as Message
      const glance = atAGlance(parsed)
      if (glance === undefined || [...glance.numbers, ...glance.births].some((key) => keys.has(key))) return true
      const read = readAdt(parsed, { processingIds: ['P'], receivedAt: new Date(0) })
      return !read.usable || read.facts.every((facts) => matchFacts(facts, find).outcome === 'unregistered')
    }),
    { numRuns: 5_000 },
  )
})

t.test('most messages are passed over at a glance', async (t) => {
  const [message] = readMessages(
    Buffer.from('MSH|^~\\&|PAS|RZZ01|HUB|HR|20261121||ADT^A01|1|P|2.4\rPID|1||9990123454^^^NHS^NH~77^^^RZZ01^MR||Probert^Ada||19740318\r'),
  )
  t.strictSame(atAGlance(message as Message), { numbers: ['9990123454', '77'], births: ['1974-03-18|probert'] })
})
