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
  })
  t.same(Object.keys(read({ number: '999 012 3454', 'born[year]': '' }).wrong.of), ['born'])
})

t.test('neither number nor name, a mistyped number and a name without letters are said at their field', async (t) => {
  t.same(Object.keys(read({}).wrong.of), ['number'])
  t.same(Object.keys(read({ number: '999 012 3455' }).wrong.of), ['number'])
  t.same(Object.keys(read({ name: '!?' }).wrong.of), ['name'])
})
