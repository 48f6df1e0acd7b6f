import fc from '@platform/testing/properties'
import t from 'tap'
import { en } from '../../words/words.ts'
import { enteredRefusal, readRefusal, toParameters } from './refusal-form.ts'

const known = {
  reasons: [{ code: 'too-complex', display: 'Too complex for this service' }],
  listed: [{ reference: 'Organization/1', name: 'Single point of access' }],
  today: '2026-11-21',
}
const whole = {
  reason: 'too-complex',
  words: 'Mood needs treating first.',
  owner: 'Organization/1',
  action: 'Call the team.',
  'due[day]': '1',
  'due[month]': '12',
  'due[year]': '2026',
}

t.test('a whole refusal says why, in words, who is next, with what and by when', async (t) => {
  const { given } = readRefusal(enteredRefusal(whole), known, en)
  t.ok(given)
  if (given === undefined) return
  t.same(
    toParameters(given).parameter?.map(({ name }) => name),
    ['reason', 'words', 'nextOwner', 'nextAction', 'due'],
  )
})

t.test('whatever is left out of a refusal, it is not sent and every gap is named', async (t) => {
  const fields = ['reason', 'words', 'owner', 'action', 'due'] as const
  fc.assert(
    fc.property(fc.subarray([...fields], { minLength: 1 }), (missing) => {
      const body = Object.fromEntries(
        Object.entries(whole).filter(([name]) => !missing.some((one) => name === one || name.startsWith(`${one}[`))),
      )
      const { given, wrong } = readRefusal(enteredRefusal(body), known, en)
      return given === undefined && wrong.list.length === missing.length && missing.every((one) => one in wrong.of)
    }),
  )
  t.pass()
})

t.test('a reason or an owner that is not in the list is none', async (t) => {
  const { given, wrong } = readRefusal(enteredRefusal({ ...whole, reason: 'made-up', owner: 'Organization/99' }), known, en)
  t.equal(given, undefined)
  t.same(Object.keys(wrong.of), ['reason', 'owner'])
})

t.test('HAZ-R92: a next step is not due more than two years from now', async (t) => {
  const { wrong } = readRefusal(enteredRefusal({ ...whole, 'due[year]': '2062' }), known, en)
  t.same(wrong.list, [{ href: '#due-day', text: en.refusal.dueFar }])
})

t.test('a next step is not due before today', async (t) => {
  const { wrong } = readRefusal(enteredRefusal({ ...whole, 'due[day]': '20', 'due[month]': '11' }), known, en)
  t.same(wrong.list, [{ href: '#due-day', text: en.refusal.duePast }])
})
