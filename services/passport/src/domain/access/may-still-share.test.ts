import t from 'tap'
import { BIT } from './data-class.ts'
import { mayStillShare, sectionsStillShared } from './may-still-share.ts'

const condition = { resourceType: 'Condition' }
const session = { resourceType: 'Procedure' }
const counselling = {
  resourceType: 'Procedure',
  meta: { security: [{ system: 'https://handrail.example/fhir/CodeSystem/data-class', code: 'mental-health' }] },
}

t.test('a link gives what the person has closed to nobody', async (t) => {
  const standing = { closed: 0, present: true }
  t.equal(mayStillShare(standing, condition), true)
  t.equal(mayStillShare(standing, session), true)
  t.equal(mayStillShare(standing, counselling), false, 'mental health never')
  t.same(sectionsStillShared(standing, ['emergency', 'therapies', 'no-such']), ['emergency', 'therapies'])
})

t.test('what is closed to everybody leaves links that are out already', async (t) => {
  const standing = { closed: BIT.diagnoses | BIT.therapy, present: true }
  t.equal(mayStillShare(standing, condition), false)
  t.same(sectionsStillShared(standing, ['emergency', 'therapies']), ['emergency'])
})

t.test('a person whose record is no more, or became part of another, shares nothing', async (t) => {
  t.equal(mayStillShare({ closed: 0, present: false }, session), false)
  t.same(sectionsStillShared({ closed: 0, present: false }, ['emergency']), [])
})
