import t from 'tap'
import type { NhsNumber } from '@platform/nhs/nhs-number'
import fc from '@platform/testing/properties'
import { detailsOf, isDecided } from './decided-match.ts'
import { matchPerson } from './match.ts'
import { normalName, type NormalName, type PersonInMessage, type WatchedPerson } from './person.ts'

const named = (family: string, ...given: string[]): NormalName => normalName(family, given) ?? { family: '', given: [] }
const HELD = { authority: 'RZZ01', value: '123' }
const dafydd: WatchedPerson = {
  patient: 'dafydd',
  nhsNumbers: ['9990004447'],
  hospitalNumbers: [HELD],
  names: [named('Rees', 'Dafydd', 'Wyn')],
  bornOn: '1979-01-14',
  registers: ['intrathecal-baclofen-pump'],
}
type Told = Parameters<typeof detailsOf>[0]
const told = (given: Partial<PersonInMessage> = {}, facility = 'RZZ01'): Told => ({
  facility,
  person: {
    nhsNumbers: ['9990004447' as NhsNumber],
    hospitalNumbers: [HELD],
    names: [named('Evans', 'Gwyn')],
    bornOn: '1979-01-14',
    identityUnknown: false,
    ...given,
  },
})
const deciding = (facts: Told, person = dafydd): WatchedPerson => ({ ...person, decided: [detailsOf(facts, person) ?? 'nothing'] })
const match = (facts: Told, ...people: WatchedPerson[]) => matchPerson(facts.person, people, (candidate) => isDecided(facts, candidate))

t.test('HAZ-A01: what a person decided of rows 2 and 3 is a match where a message says exactly the same', async (t) => {
  t.strictSame(match(told(), deciding(told())), { outcome: 'match', row: 2, patient: 'dafydd' })
  const otherBirth = told({ names: [named('Rees', 'Dafydd')], bornOn: '1979-01-15' })
  t.strictSame(match(otherBirth, deciding(otherBirth)), { outcome: 'match', row: 3, patient: 'dafydd' })
  t.strictSame(match(told(), dafydd), { outcome: 'review', row: 2, urgent: false, candidates: ['dafydd'] })
})

t.test('HAZ-A01: any change in what the message says, or in what is held of the person, is asked about again', async (t) => {
  const decided = deciding(told())
  const { bornOn: _, ...undated } = told().person
  const CHANGED: readonly (readonly [string, Told])[] = [
    ['the sender', told({}, 'RZZ02')],
    ['the authority of the number', told({ hospitalNumbers: [{ authority: 'RZZ02', value: '123' }] })],
    ['the number', told({ hospitalNumbers: [{ authority: 'RZZ01', value: '124' }] })],
    ['one more number', told({ hospitalNumbers: [HELD, { authority: 'RZZ01', value: '124' }] })],
    ['no number', told({ hospitalNumbers: [] })],
    ['one more NHS number', told({ nhsNumbers: ['9990004447', '9990123454'] as NhsNumber[] })],
    ['a name', told({ names: [named('Evans', 'Glyn')] })],
    ['one more name', told({ names: [named('Evans', 'Gwyn'), named('Evans', 'G')] })],
    ['no name', told({ names: [] })],
    ['the birth date', told({ bornOn: '1979-01-15' })],
    ['no birth date', { facility: 'RZZ01', person: undated }],
    ['a number that is not verified', told({ traceStatus: '02' })],
    ['an identity that the hospital does not know', told({ identityUnknown: true })],
  ]
  for (const [what, facts] of CHANGED) t.not(match(facts, decided).outcome, 'match', what)
  t.equal(match(told({ traceStatus: '01' }), decided).outcome, 'match', 'what is verified is what is not said to be unverified')
  for (const held of [
    { ...decided, bornOn: '1979-01-13' },
    { ...decided, names: [...decided.names, named('Price', 'Dafydd')] },
    { ...decided, nhsNumbers: [...decided.nhsNumbers, '9990123454'] },
    { ...decided, hospitalNumbers: [] },
    { ...decided, patient: 'another' },
    { ...decided, decided: [] },
  ])
    t.not(match(told(), held).outcome, 'match', JSON.stringify(held))
})

t.test('HAZ-A01: what was decided does not hold where somebody else fits too, or where it was another row', async (t) => {
  const decided = deciding(told())
  const namesake: WatchedPerson = {
    ...dafydd,
    patient: 'gwyn',
    nhsNumbers: ['9990123454'],
    hospitalNumbers: [],
    names: [named('Evans', 'Gwyn')],
  }
  t.match(match(told(), decided, namesake), { outcome: 'review', row: 8 }, 'the whole name of another who was born on that day')
  const withoutNumber = told({ nhsNumbers: [], names: [named('Rees', 'Dafydd')], hospitalNumbers: [{ authority: 'RZZ01', value: '9' }] })
  const held = { ...dafydd, hospitalNumbers: [{ authority: 'RZZ01', value: '9' }] }
  t.equal(match(withoutNumber, { ...deciding(withoutNumber, held), hospitalNumbers: [] }).outcome, 'review', 'row 6 is never automatic')
})

t.test(
  'HAZ-A01: without a hospital number, of an unsure identity or a number that is not verified nothing can be remembered',
  async (t) => {
    for (const given of [{ hospitalNumbers: [] }, { identityUnknown: true }, { traceStatus: '02' }])
      t.equal(detailsOf(told(given), dafydd), undefined, JSON.stringify(given))
  },
)

t.test('HAZ-A01: whatever was decided, no other row than 2 and 3 is a match by it', async (t) => {
  const { bornOn: _, ...undated } = told({ names: [named('Rees', 'Dafydd')] }).person
  const ROWS: readonly (readonly [number, PersonInMessage])[] = [
    [2, told().person],
    [3, undated],
    [4, told({ bornOn: '1979-01-15' }).person],
    [6, told({ nhsNumbers: [], hospitalNumbers: [], names: [named('Rees', 'Dafydd')] }).person],
    [7, told({ names: [named('Rees', 'Gwyn')], traceStatus: '02' }).person],
  ]
  for (const [row, person] of ROWS) {
    const { outcome, ...found } = matchPerson(person, [dafydd], () => true)
    t.match({ outcome: outcome === 'match', ...found }, { outcome: row === 2 || row === 3, row }, `row ${row}`)
  }
})

t.test('what was decided is told from everything else by its details, in whatever order they come', async () => {
  const one = fc.record({
    authority: fc.constantFrom('A', 'B', 'A|B', ''),
    value: fc.constantFrom('1', '2', 'B|1', ''),
    family: fc.constantFrom('a', 'b', ''),
    given: fc.constantFrom('a', 'b', ''),
    bornOn: fc.constantFrom('1979-01-14', '1979-01-15', undefined),
  })
  const facts = ({ authority, value, family, given, bornOn }: ReturnType<typeof one.generate>['value']): Told => {
    const { bornOn: _, ...rest } = told({
      hospitalNumbers: [{ authority, value }, HELD],
      names: [{ family, given: [given] }, named('Rees')],
    }).person
    return { facility: 'RZZ01', person: { ...rest, ...(bornOn !== undefined && { bornOn }) } }
  }
  const turned = ({ facility, person }: Told): Told => ({
    facility,
    person: { ...person, hospitalNumbers: person.hospitalNumbers.toReversed(), names: person.names.toReversed() },
  })
  fc.assert(
    fc.property(one, one, (a, b) => {
      const [first, second] = [detailsOf(facts(a), dafydd), detailsOf(facts(b), dafydd)]
      return (first === second) === (JSON.stringify(a) === JSON.stringify(b)) && detailsOf(turned(facts(a)), dafydd) === first
    }),
  )
})
