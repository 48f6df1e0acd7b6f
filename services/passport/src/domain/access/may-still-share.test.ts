import t from 'tap'
import { BIT, bitsOf } from './data-class.ts'
import { classesStillShared } from './may-still-share.ts'

const shares = (classes: number, name: keyof typeof BIT) => (classes & BIT[name]) !== 0

t.test('a link gives what the person has closed to nobody', async (t) => {
  const classes = classesStillShared({ closed: 0, present: true }, ['emergency', 'therapies', 'no-such'])
  t.ok(shares(classes, 'diagnoses'))
  t.ok(shares(classes, 'therapy'))
  t.notOk(shares(classes, 'mental-health'), 'mental health never')
  t.notOk(shares(classes, 'audit'))
  t.notOk(shares(classes, 'referral'), 'what was not chosen')
  t.equal(classesStillShared({ closed: 0, present: true }, ['therapies', 'no-such']), bitsOf(['identity', 'therapy']))
})

t.test('what is closed to everybody leaves links that are out already', async (t) => {
  const classes = classesStillShared({ closed: BIT.diagnoses | BIT.therapy, present: true }, ['emergency', 'therapies'])
  t.notOk(shares(classes, 'diagnoses'))
  t.notOk(shares(classes, 'therapy'))
  t.ok(shares(classes, 'medicines'))
})

t.test('a person whose record is no more, or became part of another, shares nothing', async (t) => {
  t.equal(classesStillShared({ closed: 0, present: false }, ['emergency']), 0)
})
