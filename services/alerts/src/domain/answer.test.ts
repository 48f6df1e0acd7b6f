import type { Task } from '@medplum/fhirtypes'
import t from 'tap'
import { CODES } from '@platform/nhs/systems'
import { close, decidedFor } from './answer.ts'
import { concept } from './vocabulary.ts'

const at = new Date('2026-11-21T09:00:00Z')
const review = (...candidates: string[]): Task => ({
  resourceType: 'Task',
  id: 'r1',
  status: 'requested',
  intent: 'order',
  code: concept(CODES.TASK_KIND, 'identity-review'),
  input: candidates.map((id) => ({ type: { text: 'Candidate' }, valueReference: { reference: `Patient/${id}` } })),
})

t.test('a match with one candidate is decided for that one', async (t) => {
  t.equal(decidedFor(close(review('a'), { at, outcome: 'same-person' })), 'a')
})

t.test('HAZ-A01: a match with several candidates is decided for the one that is named, and for nobody else', async (t) => {
  t.throws(() => close(review('a', 'b'), { at, outcome: 'same-person' }), { code: 'PERSON_NOT_NAMED' })
  t.throws(() => close(review('a', 'b'), { at, outcome: 'same-person', person: 'Patient/c' }), { code: 'PERSON_NOT_NAMED' })
  t.throws(() => close(review(), { at, outcome: 'same-person' }), { code: 'PERSON_NOT_NAMED' })
  t.equal(decidedFor(close(review('a', 'b'), { at, outcome: 'same-person', person: 'Patient/b' })), 'b')
})

t.test('that it is none of them needs no name', async (t) => {
  t.match(close(review('a', 'b'), { at, outcome: 'wrong-person' }), { status: 'completed' })
})
