import t from 'tap'
import { BIT } from './data-class.ts'
import { openClasses } from './open-classes.ts'

const team = { role: 'professional', grade: 'full' } as const
const other = { self: false }
const has = (open: number, name: keyof typeof BIT) => (open & BIT[name]) !== 0

t.test('a relationship opens what the policy says, less what a limit or a closure takes away', async (t) => {
  const open = openClasses(team, { kinds: ['care-team'], limits: {}, closed: 0 }, other)
  t.ok(has(open, 'diagnoses'))
  t.notOk(has(open, 'mental-health'))
  t.notOk(has(openClasses(team, { kinds: ['care-team'], limits: {}, closed: BIT.diagnoses }, other), 'diagnoses'))
  t.notOk(has(openClasses(team, { kinds: ['care-team'], limits: { 'care-team': BIT.therapy }, closed: 0 }, other), 'diagnoses'))
  t.equal(openClasses(team, { kinds: [], limits: {}, closed: 0 }, other), 0)
})

t.test('a carer is not the person: without the consent that names them nothing is open', async (t) => {
  t.equal(openClasses({ role: 'carer', grade: 'full' }, { kinds: [], limits: {}, closed: 0 }, other), 0)
})

t.test('nobody closes the person out of their own record', async (t) => {
  t.ok(has(openClasses({ role: 'patient', grade: 'full' }, { kinds: [], limits: {}, closed: -1 }, { self: true }), 'mental-health'))
})
