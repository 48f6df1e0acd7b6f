import t from 'tap'
import type { NhsNumber } from '@platform/nhs/nhs-number'
import { matchPerson } from './match.ts'
import { normaliseName, normalName, type NormalName, type PersonInMessage, type WatchedPerson } from './person.ts'

const named = (family: string, ...given: string[]): NormalName => normalName(family, given) ?? { family: '', given: [] }
const dafydd: WatchedPerson = {
  patient: 'dafydd',
  nhsNumbers: ['9990004447'],
  hospitalNumbers: [{ authority: 'RZZ01', value: '123' }],
  names: [named('Rees', 'Dafydd', 'Wyn'), named('Rees-Ifans', 'Dai')],
  bornOn: '1979-01-14',
  registers: ['intrathecal-baclofen-pump'],
}
const ada: WatchedPerson = {
  ...dafydd,
  patient: 'ada',
  nhsNumbers: ['9990123454'],
  hospitalNumbers: [],
  names: [named('Probert', 'Ada')],
  bornOn: '1974-03-18',
}
const message = (given: Partial<PersonInMessage> = {}): PersonInMessage => ({
  nhsNumbers: ['9990004447' as NhsNumber],
  hospitalNumbers: [],
  names: [named('Rees', 'Dafydd')],
  bornOn: '1979-01-14',
  identityUnknown: false,
  ...given,
})
const none = { nhsNumbers: [] }

t.test('row 1: NHS number, birth date and one name equal is a match', async (t) => {
  for (const names of [
    [named('Rees', 'Dafydd')],
    [named('REES', 'David')],
    [named('Evans', 'Dafydd')],
    [named('Évans', 'dafydd wyn')],
    [named('Rees Ifans', 'D')],
  ]) {
    t.strictSame(matchPerson(message({ names }), [dafydd]), { outcome: 'match', row: 1, patient: 'dafydd' })
  }
})

t.test('row 2: NHS number and birth date equal and no name equal is for a person to decide', async (t) => {
  for (const names of [[named('Evans', 'Gwyn')], [], [named('Evans', 'D')]]) {
    t.strictSame(matchPerson(message({ names }), [dafydd]), { outcome: 'review', row: 2, urgent: false, candidates: ['dafydd'] })
  }
})

t.test('row 3: NHS number and names equal and another birth date is for a person to decide, urgently', async (t) => {
  for (const bornOn of ['1979-01-15', '1997-01-14']) {
    t.strictSame(matchPerson(message({ bornOn }), [dafydd]), { outcome: 'review', row: 3, urgent: true, candidates: ['dafydd'] })
  }
  const { bornOn: _, ...without } = message()
  t.equal(matchPerson(without, [dafydd]).outcome, 'review')
  t.equal(matchPerson(message({ bornOn: '1979' }), [dafydd]).outcome, 'review')
})

t.test('row 4: NHS number equal, birth date and names different is no alert, and an incident', async (t) => {
  t.strictSame(matchPerson(message({ bornOn: '1950-05-05', names: [named('Evans', 'Gwyn')] }), [dafydd]), {
    outcome: 'mismatch',
    row: 4,
    candidates: ['dafydd'],
  })
})

t.test('row 5: a hospital number tied by an earlier match, with the birth date, is a match', async (t) => {
  const hospitalNumbers = [{ authority: 'RZZ01', value: '123' }]
  t.strictSame(matchPerson(message({ ...none, hospitalNumbers, names: [] }), [dafydd]), { outcome: 'match', row: 5, patient: 'dafydd' })
  t.equal(matchPerson(message({ ...none, hospitalNumbers, bornOn: '1979-01-15' }), [dafydd]).outcome, 'review')
  t.equal(
    matchPerson(message({ nhsNumbers: ['9990548609' as NhsNumber], hospitalNumbers }), [dafydd]).outcome,
    'review',
    'another NHS number',
  )
  t.equal(
    matchPerson(message({ ...none, hospitalNumbers: [{ authority: 'RZZ02', value: '123' }], names: [] }), [dafydd]).outcome,
    'unregistered',
    'the same number of another hospital',
  )
})

t.test('row 6: name and birth date alone are never automatic', async (t) => {
  t.strictSame(matchPerson(message(none), [dafydd]), { outcome: 'review', row: 6, urgent: false, candidates: ['dafydd'] })
  t.equal(matchPerson(message({ ...none, names: [named('Rees', 'Gwyn')] }), [dafydd]).outcome, 'unregistered')
  t.equal(
    matchPerson(message({ nhsNumbers: ['9990548609' as NhsNumber] }), [dafydd]).outcome,
    'unregistered',
    'a namesake with a number of his own',
  )
})

t.test('row 7: an unverified number or an unknown identity needs both names, and nothing fuzzy', async (t) => {
  for (const doubt of [{ traceStatus: '02' }, { identityUnknown: true }]) {
    t.strictSame(matchPerson(message(doubt), [dafydd]), { outcome: 'match', row: 7, patient: 'dafydd' })
    t.equal(matchPerson(message({ ...doubt, names: [named('Rees', 'Gwyn')] }), [dafydd]).outcome, 'review')
    t.equal(matchPerson(message({ ...doubt, names: [named('Rees', 'D')] }), [dafydd]).outcome, 'review')
  }
  t.equal(matchPerson(message({ ...none, identityUnknown: true }), [dafydd]).outcome, 'unregistered')
  t.strictSame(matchPerson(message({ traceStatus: '01', names: [named('Rees', 'Gwyn')] }), [dafydd]), {
    outcome: 'match',
    row: 1,
    patient: 'dafydd',
  })
})

t.test('row 8: more than one person of ours is for a person to decide', async (t) => {
  const twin = { ...dafydd, patient: 'twin' }
  t.strictSame(matchPerson(message(), [twin, dafydd]), { outcome: 'review', row: 8, urgent: true, candidates: ['dafydd', 'twin'] })
  t.equal(matchPerson(message({ nhsNumbers: ['9990123454' as NhsNumber, '9990004447' as NhsNumber] }), [dafydd, ada]).outcome, 'review')
})

t.test('row 8: the number of one twin and the whole name of the other is for a person to decide', async (t) => {
  const gwyn = { ...dafydd, patient: 'gwyn', nhsNumbers: ['9990548609'], hospitalNumbers: [], names: [named('Rees', 'Gwyn')] }
  t.strictSame(matchPerson(message({ names: [named('Rees', 'Gwyn')] }), [dafydd, gwyn]), {
    outcome: 'review',
    row: 8,
    urgent: true,
    candidates: ['dafydd', 'gwyn'],
  })
  t.strictSame(matchPerson(message(), [dafydd, gwyn]), { outcome: 'match', row: 1, patient: 'dafydd' })
  t.strictSame(matchPerson(message({ names: [named('Rees', 'David')] }), [dafydd, gwyn]), { outcome: 'match', row: 1, patient: 'dafydd' })
  t.equal(matchPerson(message({ ...none, names: [named('Rees', 'G')] }), [dafydd, gwyn]).outcome, 'review', 'an initial decides nothing')
})

t.test('nobody of ours is meant by most messages', async (t) => {
  t.strictSame(matchPerson(message(), []), { outcome: 'unregistered' })
  t.strictSame(matchPerson(message(), [ada]), { outcome: 'unregistered' })
})

t.test('names are compared without what people write differently', async (t) => {
  t.equal(normaliseName("O'Neill"), normaliseName('ONEILL'))
  t.equal(normaliseName('Siân'), 'sian')
  t.equal(normaliseName('Smith-Jones'), normaliseName('Smith Jones'))
  t.equal(normaliseName('Łukasz'), 'lukasz')
  t.equal(normaliseName('Ægir'), 'aegir')
})
