import t from 'tap'
import type { FhirResource } from '../references.ts'
import { faultOfDue, faultOfHubTask, faultOfNeed, isOpenTask, standsUnder } from './hub-task.ts'
import { nextStepAfter } from './next-step.ts'

const OUTPUT = 'https://handrail.example/fhir/CodeSystem/task-output'
const output = (code: string, value: Record<string, unknown>) => ({ type: { coding: [{ system: OUTPUT, code }] }, ...value })
const open: FhirResource = {
  resourceType: 'Task',
  id: 't1',
  status: 'requested',
  intent: 'order',
  focus: { reference: 'ServiceRequest/s1' },
  owner: { reference: 'Organization/gym' },
  restriction: { period: { end: '2026-11-24T17:00:00Z' } },
}
const refused: FhirResource = {
  ...open,
  status: 'rejected',
  statusReason: {
    coding: [{ system: 'https://handrail.example/fhir/CodeSystem/refusal-reason', code: 'too-complex' }],
    text: 'Needs two to transfer.',
  },
  output: [
    output('next-owner', { valueReference: { reference: 'Organization/community' } }),
    output('next-action', { valueString: 'Assess at home' }),
    output('due', { valueDateTime: '2026-11-28' }),
  ],
}
const need: FhirResource = {
  resourceType: 'ServiceRequest',
  id: 's1',
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/p1' },
  requester: { reference: 'Organization/community' },
}
const without = (resource: FhirResource, ...names: string[]): FhirResource =>
  Object.fromEntries(Object.entries(resource).filter(([name]) => !names.includes(name))) as FhirResource

t.test('an open Task names who answers and until when', async (t) => {
  t.equal(faultOfHubTask(open), undefined)
  t.equal(faultOfHubTask(without(open, 'owner'))?.code, 'TASK_WITHOUT_OWNER')
  t.equal(faultOfHubTask({ ...open, owner: {} })?.code, 'TASK_WITHOUT_OWNER')
  t.equal(faultOfHubTask(without(open, 'restriction'))?.code, 'TASK_WITHOUT_DUE')
  t.equal(faultOfHubTask({ ...open, restriction: { period: { start: '2026-11-21' } } })?.code, 'TASK_WITHOUT_DUE')
})

t.test('every open status is open: draft, requested, received, accepted, ready, in-progress, on-hold', async (t) => {
  const statuses = [
    'draft',
    'requested',
    'received',
    'accepted',
    'rejected',
    'ready',
    'cancelled',
    'in-progress',
    'on-hold',
    'failed',
    'completed',
    'entered-in-error',
  ]
  t.same(
    statuses.filter((status) => isOpenTask({ ...open, status })),
    ['draft', 'requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'],
  )
})

t.test('a refusal lacks none of reason, words, next owner, next action and due date (HAZ-P02)', async (t) => {
  t.equal(faultOfHubTask(refused), undefined)
  const missing = (task: FhirResource) => faultOfHubTask(task)?.expression[0]
  t.equal(missing(without(refused, 'statusReason')), 'Task.statusReason.coding')
  t.equal(missing({ ...refused, statusReason: { coding: [{ code: 'too-complex' }] } }), 'Task.statusReason.text')
  t.equal(missing({ ...refused, statusReason: { coding: [{ code: 'too-complex' }], text: '  ' } }), 'Task.statusReason.text')
  const outputs = refused['output'] as unknown[]
  t.equal(missing({ ...refused, output: outputs.slice(1) }), 'Task.output(next-owner)')
  t.equal(missing({ ...refused, output: [outputs[0], outputs[2]] }), 'Task.output(next-action)')
  t.equal(missing({ ...refused, output: outputs.slice(0, 2) }), 'Task.output(due)')
})

t.test('a Task entered in error says why', async (t) => {
  t.equal(faultOfHubTask({ ...open, status: 'entered-in-error' })?.code, 'REFUSAL_WITHOUT_NEXT_STEP')
  t.equal(faultOfHubTask({ ...open, status: 'entered-in-error', statusReason: { text: 'Wrong person' } }), undefined)
})

t.test('an active need keeps at least one open Task (HAZ-P01)', async (t) => {
  t.equal(faultOfNeed(need, [refused, open]), undefined)
  t.equal(faultOfNeed(need, [refused])?.code, 'NEED_WITHOUT_NEXT_STEP')
  t.equal(faultOfNeed({ ...need, status: 'completed' }, [refused]), undefined)
  t.equal(faultOfNeed({ ...need, status: 'revoked' }, []), undefined)
})

t.test('the next step after a refusal is the one that it names', async (t) => {
  const next = nextStepAfter(refused, need, { at: new Date('2026-11-21T10:00:00Z'), dueAt: new Date('2026-11-26T10:00:00Z') })
  t.match(next, {
    status: 'requested',
    owner: { reference: 'Organization/community' },
    description: 'Assess at home',
    restriction: { period: { end: '2026-11-28' } },
    basedOn: [{ reference: 'ServiceRequest/s1' }],
  })
  t.equal(next === undefined ? 'none' : faultOfHubTask(next), undefined)
})

t.test('after any other ending whoever asked is asked whether the need is met', async (t) => {
  const next = nextStepAfter({ ...open, status: 'cancelled' }, need, {
    at: new Date('2026-11-21T10:00:00Z'),
    dueAt: new Date('2026-11-26T10:00:00Z'),
  })
  t.match(next, { owner: { reference: 'Organization/community' }, restriction: { period: { end: '2026-11-26T10:00:00.000Z' } } })
})

t.test('a Task stands under the requests and stays of its focus, basedOn and encounter', async (t) => {
  t.same(standsUnder({ ...open, encounter: { reference: 'Encounter/e1' } }), [
    { type: 'ServiceRequest', id: 's1' },
    { type: 'Encounter', id: 'e1' },
  ])
  t.same(standsUnder({ resourceType: 'Task', focus: { reference: 'https://elsewhere.example/ServiceRequest/1' } }), [])
})

t.test('HAZ-R92: a step of a referral is not due more than two years from now, nor is the next one that a refusal names', (t) => {
  const at = new Date('2026-11-21T10:00:00Z')
  const step = (end: string, given: Partial<FhirResource> = {}): FhirResource => ({
    resourceType: 'Task',
    status: 'requested',
    basedOn: [{ reference: 'ServiceRequest/1' }],
    restriction: { period: { end } },
    ...given,
  })
  t.equal(faultOfDue(undefined, step('2028-11-21'), at), undefined)
  t.equal(faultOfDue(undefined, step('2062-11-21'), at)?.code, 'TASK_DUE_TOO_FAR')
  t.equal(faultOfDue(step('2062-11-21'), step('2062-11-21', { status: 'accepted' }), at), undefined, 'what was given before stays')
  t.equal(faultOfDue(step('2026-12-01'), step('2062-11-21'), at)?.code, 'TASK_DUE_TOO_FAR')
  const refused = step('2026-12-01', { status: 'rejected', output: [{ valueDateTime: '2062-11-21T10:00:00Z' }] })
  t.match(faultOfDue(step('2026-12-01'), refused, at), { code: 'TASK_DUE_TOO_FAR', expression: ['Task.output(due)'] })
  t.equal(faultOfDue(undefined, step('2062-11-21', { basedOn: [], encounter: { reference: 'Encounter/1' } }), at), undefined)
  t.end()
})
