import t from 'tap'
import { answerDue, correctionTask } from './correction.ts'
import { BIT } from './data-class.ts'

t.test('an answer is due after one month, at the latest on the last day of a shorter one', async (t) => {
  for (const [asked, due] of [
    ['2026-11-21T10:00:00.000Z', '2026-12-21T10:00:00.000Z'],
    ['2027-01-31T10:00:00.000Z', '2027-02-28T10:00:00.000Z'],
    ['2026-12-05T23:30:00.000Z', '2027-01-05T23:30:00.000Z'],
  ] as const)
    t.equal(answerDue(new Date(asked)).toISOString(), due, asked)
})

t.test('what is asked bears the classes of the entry, and is no step of a referral', async (t) => {
  const task = correctionTask({
    patient: 'p',
    entry: { reference: 'ServiceRequest/r', classes: BIT.referral | BIT['mental-health'] },
    words: 'I never said that.',
    owner: { reference: 'Organization/o' },
    requester: 'Patient/p',
    at: new Date('2026-11-21T10:00:00Z'),
  })
  t.same(task.meta?.security, [{ system: 'https://handrail.example/fhir/CodeSystem/data-class', code: 'mental-health' }])
  t.same([task['focus'], task['basedOn']], [undefined, undefined])
  t.same(task['reasonReference'], { reference: 'ServiceRequest/r' })
})
