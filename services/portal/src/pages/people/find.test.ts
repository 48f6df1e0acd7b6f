import t from 'tap'
import { en } from '../../words/words.ts'
import { enteredSearch, readSearch } from './find.ts'

const born = { 'born[day]': '18', 'born[month]': '3', 'born[year]': '1974' }
const read = (body: object) => readSearch(enteredSearch({ ...born, ...body }), en)
const sian = { resourceType: 'Patient' as const, birthDate: '1974-03-18', name: [{ family: 'O’Brien-Hughes', given: ['Siân', 'Mair'] }] }

t.test('somebody is found by name and date of birth, however the name is written', async (t) => {
  for (const name of ['Sian OBrien', 'o’brien, siân', 'HUGHES mair']) t.ok(read({ name }).given?.fits(sian), name)
  for (const name of ['Sian Jones', 'Brien']) t.notOk(read({ name }).given?.fits(sian), name)
  t.notOk(read({ name: 'Sian', 'born[day]': '19' }).given?.fits(sian), 'born on another day')
  t.same(read({ name: 'Siân Hughes' }).given?.criteria, { name: 'hughes', birthdate: '1974-03-18' })
})

t.test('a number goes before a name, and is never searched for without a date of birth', async (t) => {
  t.same(read({ number: '999 012 3454', name: 'Ada' }).given?.criteria, {
    identifier: 'https://fhir.nhs.uk/Id/nhs-number|9990123454',
    birthdate: '1974-03-18',
  })
  t.same(Object.keys(read({ number: '999 012 3454', 'born[year]': '' }).wrong.of), ['born'])
})

const { birthDate: _notShown, ...shown } = sian
const inPart = { ...shown, meta: { tag: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }] } }

t.test(
  'HAZ-P144: whose date of birth is not shown fits by number and date together, and by a name only among those to choose from',
  async (t) => {
    t.ok(read({ number: '999 012 3454' }).given?.fits(inPart), 'the record compared both')
    t.notOk(read({ name: 'Sian Hughes' }).given?.fits(inPart), 'nobody compared the date')
    t.ok(read({ name: 'Sian Hughes' }).byName?.fits(inPart))
    t.notOk(read({ name: 'Sian Jones' }).byName?.fits(inPart))
    t.notOk(read({ name: 'Sian Hughes' }).byName?.fits(sian), 'who is shown it compares it')
    t.ok(read({ name: 'Sian', 'born[day]': '', 'born[month]': '', 'born[year]': '' }).byName?.fits(inPart), 'a name alone will do')
    t.equal(read({ number: '999 012 3454', name: 'Sian' }).byName, undefined)
  },
)

t.test('neither number nor name, a mistyped number and a name without letters are said at their field', async (t) => {
  t.same(Object.keys(read({}).wrong.of), ['number'])
  t.same(Object.keys(read({ number: '999 012 3455' }).wrong.of), ['number'])
  t.same(Object.keys(read({ name: '!?' }).wrong.of), ['name'])
})
