import type { Task } from '@medplum/fhirtypes'
import t from 'tap'
import { cy, en } from '../words/words.ts'
import { keptAnswersOf } from './kept-answers.ts'

const OURS = 'https://handrail.example/fhir'
const kept = (...parts: object[]) => ({ url: `${OURS}/StructureDefinition/kept-answer`, extension: parts })
const task = (...extension: ReturnType<typeof kept>[]) =>
  ({
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: `${OURS}/CodeSystem/task-kind`, code: 'answer-of-another' }] },
    extension,
  }) as unknown as Task
const message = { url: 'message', valueReference: { reference: 'Communication/1' } }
const at = { url: 'at', valueInstant: '2026-11-05T10:00:00Z' }

t.test('HAZ-R87: who decides reads what came, from whom as they say, why and in whose words, in both languages', async (t) => {
  const no = kept(
    message,
    at,
    { url: 'says', valueCode: 'refused' },
    { url: 'reason', valueCode: 'no-capacity' },
    { url: 'words', valueString: 'Full until March.' },
    { url: 'service', valueIdentifier: { value: '2000077777' } },
    { url: 'organization', valueIdentifier: { value: 'A1001' } },
  )
  t.same(keptAnswersOf(task(no), en), [
    {
      message: 'Communication/1',
      at: '2026-11-05T10:00:00Z',
      from: ['Service 2000077777, as they say', 'Organisation A1001, as they say'],
      says: 'They cannot help.',
      isChange: false,
      reason: en.choices['refusal-reason']['no-capacity'],
      words: 'Full until March.',
    },
  ])
  t.match(keptAnswersOf(task(no), cy), [{ says: 'Ni allant helpu.' }])
})

t.test('whoever does not say who they are is shown so, and what is not known here is not made up', async (t) => {
  const odd = kept(message, at, { url: 'says', valueCode: 'withdraw' })
  t.match(keptAnswersOf(task(odd), en), [{ from: ['They do not say who they are.'], isChange: true }])
  t.match(keptAnswersOf(task(kept(message, at, { url: 'says', valueCode: 'dance' })), en), [{ says: /not known/ }])
  t.same(keptAnswersOf(task(kept(at)), en), [])
  t.same(keptAnswersOf({ ...task(odd), code: { text: 'A referral' } }, en), [])
})
