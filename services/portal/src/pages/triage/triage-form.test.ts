import t from 'tap'
import { en } from '../../words/words.ts'
import { asksOf, enteredTriage, OUTCOMES, readTriage, toParameters, type Outcome } from './triage-form.ts'

const read = (outcome: Outcome, body: object, { kind = 'referral', overrules = (_service: string): boolean => false } = {}) =>
  readTriage(outcome, enteredTriage(body), { asks: asksOf(outcome, kind), overrules, today: '2026-11-21' }, en)

t.test('an empty form is only enough to accept for one’s own service, and to call a joint review', async (t) => {
  const enough = OUTCOMES.filter((outcome) => read(outcome, {}).given !== undefined)
  t.same(enough, ['accept', 'joint-review'])
})

t.test('the single point of access puts nobody on a waiting list of its own', async (t) => {
  const body = { text: 'A peer group on Tuesdays.' }
  t.ok(read('waiting-list', body).given)
  t.same(
    read('waiting-list', body, { kind: 'single-point-of-access' }).wrong.list.map(({ text }) => text),
    ['Choose a service'],
  )
})

t.test('a service that is excluded or has a warning is chosen with a reason, which goes with the words', async (t) => {
  const overrules = (service: string) => service === 'HealthcareService/pool'
  const body = { service: 'HealthcareService/pool', words: 'Mornings.' }
  t.match(read('redirect', body, { overrules }).wrong.list, [{ href: '#reason' }])
  const { given } = read('redirect', { ...body, reason: 'She asked for it, and the pool is cooled on Mondays.' }, { overrules })
  t.ok(given)
  if (given === undefined) return
  t.same(given.overruled, [{ service: 'HealthcareService/pool', reason: 'She asked for it, and the pool is cooled on Mondays.' }])
  t.same(toParameters(given).parameter, [
    { name: 'outcome', valueCode: 'redirect' },
    { name: 'receiver', valueReference: { reference: 'HealthcareService/pool' } },
    { name: 'words', valueString: 'Mornings.\nShe asked for it, and the pool is cooled on Mondays.' },
  ])
})

t.test('a split names two, from the options and from the list, and a past day is refused', async (t) => {
  t.match(read('split', { service: 'HealthcareService/a' }).wrong.list, [{ text: 'Choose at least two services' }])
  t.ok(read('split', { service: 'HealthcareService/a', other: 'Organization/b' }).given)
  const late = { text: 'Rest', 'due[day]': '20', 'due[month]': '11', 'due[year]': '2026' }
  t.match(read('advise', late).wrong.list, [{ href: '#due-day' }])
})
