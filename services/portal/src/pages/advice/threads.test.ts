import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { en } from '../../words/words.ts'
import { threadsOf } from './threads.ts'

const category = (...codes: string[]) =>
  codes.map((code) => ({ coding: [{ system: 'https://handrail.example/fhir/CodeSystem/request-category', code }] }))
const asked = (id: string, changes: Partial<ServiceRequest> = {}): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  id,
  status: 'active',
  intent: 'order',
  category: category('neuro-rehabilitation', 'advice'),
  code: { text: 'Is heat safe for her?' },
  subject: { reference: 'Patient/ada' },
  authoredOn: '2026-11-02T10:00:00Z',
  ...changes,
})
const step = (kind: string, status: Task['status'], owner: string, authoredOn: string): Task => ({
  resourceType: 'Task',
  id: `${kind}-1`,
  status,
  intent: 'order',
  code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: kind }] },
  focus: { reference: 'ServiceRequest/1' },
  owner: { reference: owner, display: owner },
  authoredOn,
})
const read = (requests: readonly ServiceRequest[], tasks: readonly Task[], organization: string) =>
  threadsOf(requests, tasks, { resolved: new Map(), words: en, organization })

t.test('whoever is asked may answer, whoever asked may close it or go on; nobody else is offered anything', async (t) => {
  const question = step('advice', 'requested', 'Organization/neuropsychology', '2026-11-02T10:00:01Z')
  t.same(read([asked('1')], [question], 'Organization/neuropsychology')[0]?.own, { step: 'advice-1', is: 'question' })
  t.equal(read([asked('1')], [question], 'Organization/leisure')[0]?.own, undefined)
  const answered = [
    { ...question, status: 'completed' as const },
    step('next-step', 'requested', 'Organization/team', '2026-11-03T10:00:00Z'),
  ]
  const [thread] = read([asked('1')], answered, 'Organization/team')
  t.same(thread?.own, { step: 'next-step-1', is: 'advice' })
  t.equal(thread?.steps.at(-1)?.status, 'Has the advice, and says what follows')
  t.same(
    thread?.steps.map(({ owner }) => owner),
    ['Organization/neuropsychology', 'Organization/team'],
  )
})

t.test('a draft and a referral are no threads of advice, and the newest question comes first', async (t) => {
  const requests = [
    asked('1'),
    asked('2', { status: 'draft' }),
    asked('3', { category: category('neuro-rehabilitation') }),
    asked('4', { authoredOn: '2026-11-09T10:00:00Z' }),
  ]
  t.same(
    read(requests, [], 'Organization/team').map(({ request }) => request),
    ['4', '1'],
  )
})
