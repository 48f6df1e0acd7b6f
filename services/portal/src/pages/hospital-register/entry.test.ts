import type { Consent, Flag } from '@medplum/fhirtypes'
import t from 'tap'
import { en } from '../../words/words.ts'
import { enteredRegister, showRegister, standingOf, toRegister, wrongWithRegister } from './entry.ts'

const KEY = '01a1fcf7-b592-8693-9ae1-233089ee431b'
const NOW = new Date('2026-11-21T10:00:00Z')
const known = [
  { code: 'multiple-sclerosis', display: 'Multiple sclerosis' },
  { code: 'oral-baclofen', display: 'Baclofen by mouth' },
]
const day = (name: string, text: string) => {
  const [year = '', month = '', date = ''] = text.split('-')
  return { [`${name}[day]`]: date, [`${name}[month]`]: month, [`${name}[year]`]: year }
}
const agreed = {
  key: KEY,
  registers: ['multiple-sclerosis', 'oral-baclofen'],
  basis: 'hospital-alerts',
  how: 'Told at home.',
  checked: 'yes',
  ...day('agreed', '2026-11-01'),
}
const decided = {
  ...agreed,
  basis: 'best-interest',
  checked: '',
  decider: 'Mair Lewis, attorney for health and welfare',
  ...day('review', '2027-05-01'),
}
const wrongIn = (body: object, standing: ReadonlySet<string> = new Set()) =>
  wrongWithRegister(enteredRegister(body), { known, standing, today: '2026-11-21' }, en).list.map(({ href }) => href)

/** What the record would hold of a form. */
function kept(body: object) {
  let count = 0
  const newName = () => `Consent/${String((count += 1))}`
  const by = { patient: 'Patient/p', organization: 'Organization/team', at: NOW, known, newName }
  const [basis, ...entries] = toRegister(enteredRegister(body), by)
  return { consent: { ...(basis?.resource as Consent), id: '1' }, flags: entries.map(({ resource }) => resource as Flag) }
}

t.test('nothing is on the register without what it rests on, and nothing is filled in', async (t) => {
  t.strictSame(wrongIn({ key: KEY }), ['#registers', '#basis', '#agreed-day', '#how'])
  t.strictSame(wrongIn({ ...agreed, checked: '' }), ['#checked'], 'an agreement is checked with the person')
  t.strictSame(wrongIn({ ...agreed, registers: ['gout'] }), ['#registers'])
  t.strictSame(wrongIn({ ...agreed, ...day('agreed', '2026-11-22') }), ['#agreed-day'], 'not in the future')
  t.strictSame(wrongIn({ ...agreed, ...day('review', '2027-05-01') }), ['#review-day'], 'an agreement ends when it is taken back')
  t.strictSame(wrongIn(agreed, new Set(['oral-baclofen'])), ['#registers'], 'nobody is on it twice for the same')
  t.strictSame(wrongIn(agreed), [])
})

t.test('a decision for somebody names who decided, and the day by which it is looked at again', async (t) => {
  t.strictSame(wrongIn(decided), [])
  t.strictSame(wrongIn({ ...decided, decider: ' ' }), ['#decider'])
  for (const review of ['', '2026-11-21', '2031-11-22', '2027-02-30'])
    t.strictSame(wrongIn({ ...decided, ...day('review', review) }), ['#review-day'])
})

t.test('what is saved stands, by the rule that the alerts go by', async (t) => {
  for (const body of [agreed, decided]) {
    const { consent, flags } = kept(body)
    t.strictSame([...standingOf(flags, [consent], NOW)].toSorted(), ['multiple-sclerosis', 'oral-baclofen'])
    t.strictSame(standingOf(flags, [{ ...consent, status: 'inactive' }], NOW), new Set())
  }
  const { consent, flags } = kept(decided)
  const later = new Date('2027-05-02T00:00:00Z')
  t.match(showRegister(flags, [consent], later), [
    { name: 'Baclofen by mouth', active: true, standing: false, basis: { passed: true, decider: decided.decider } },
    { standing: false },
  ])
  t.same(consent.verification, undefined, 'nobody says that it was checked with the person')
})

t.test('an entry that was a mistake, and Flags of other kinds, are none', async (t) => {
  const { consent, flags } = kept(agreed)
  const [one, other] = flags as [Flag, Flag]
  t.match(
    showRegister(
      [
        { ...one, status: 'entered-in-error' },
        { ...other, code: { text: 'Fall' } },
      ],
      [consent],
      NOW,
    ),
    [],
  )
})
