import t from 'tap'
import { readCatalogue } from '../../knowledge/catalogue.ts'
import { en } from '../../words/words.ts'
import { enteredRegister, readRegister } from './register-form.ts'

const catalogue = readCatalogue()
const shared = { kind: 'tai-chi', key: '5b0e7f3a-register', 'done[day]': '20', 'done[month]': '11', 'done[year]': '2026' }
const read = (body: object) =>
  readRegister(enteredRegister({ ...shared, ...body }, ['ada', 'bryn']), { catalogue, role: 'worker', today: '2026-11-21' }, en)
const personsOf = (body: object) =>
  read(body)
    .given?.parameter?.filter(({ name }) => name === 'person')
    .map(({ part }) => part)

t.test('whoever is not of the group today is left out, and silence is no absence', async (t) => {
  t.same(personsOf({ 'came-ada': 'came' }), [
    [
      { name: 'who', valueReference: { reference: 'Patient/ada' } },
      { name: 'present', valueBoolean: true },
    ],
  ])
  t.match(read({}).wrong.list, [{ text: 'Say for at least one person whether they came' }])
})

t.test('an absence has a reason, and a reason beside "came" is passed over', async (t) => {
  t.match(read({ 'came-bryn': 'missed' }).wrong.list, [{ href: '#reason-bryn' }])
  t.match(personsOf({ 'came-bryn': 'missed', 'reason-bryn': 'transport' })?.[0]?.[2], { name: 'reason', valueCode: 'transport' })
  t.equal(personsOf({ 'came-bryn': 'came', 'reason-bryn': 'transport' })?.[0]?.length, 2)
})

t.test('a worker records nothing that only registered professionals do, and nobody records tomorrow', async (t) => {
  t.match(read({ 'came-ada': 'came', 'done[day]': '22' }).wrong.list, [{ href: '#done-day' }])
  t.match(read({ 'came-ada': 'came', kind: 'botulinum-toxin' }).wrong.list, [{ href: '#kind' }])
})
