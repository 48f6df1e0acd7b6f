import type { Task } from '@medplum/fhirtypes'
import t from 'tap'
import { aReferral, circumstances, stored, WEDNESDAY } from '../../test/a-need.ts'
import { completeStep } from './answers/complete-step.ts'
import { refuseStep } from './answers/refuse-step.ts'
import { triageStep } from './answers/triage-step.ts'
import { withdrawNeed } from './answers/withdraw-need.ts'
import type { Need } from './need.ts'
import { settle } from './settle.ts'

const THURSDAY = new Date('2026-11-05T10:00:00.000Z')
const FRIDAY = new Date('2026-11-06T10:00:00.000Z')
const MONDAY = new Date('2026-11-09T10:00:00.000Z')

const settled = (need: Need, at = WEDNESDAY): Need => stored(need, settle(need, circumstances(at)), at)
const arrived = (given: Parameters<typeof aReferral>[0] = {}): Need => settled({ request: aReferral(given), tasks: [] })
const inShort = (task: Task) => [
  task.code?.coding?.[0]?.code,
  task.status,
  task.owner?.reference,
  task.restriction?.period?.end?.slice(0, 16),
]
const changedTask = (need: Need, change: Partial<Task>, at: Date): Need => {
  const [task, ...rest] = need.tasks
  return { ...need, tasks: [{ ...task!, ...change, meta: { versionId: '9', lastUpdated: at.toISOString() } }, ...rest] }
}

t.test('a referral to nobody in particular goes to the single point of access, due in two working days', async (t) => {
  t.same(arrived().tasks.map(inShort), [['single-point-of-access', 'requested', 'Organization/single-point-of-access', '2026-11-06T10:00']])
})

t.test('a referral to a named service asks the organisation that provides it', async (t) => {
  const need = arrived({ performer: [{ reference: 'HealthcareService/chair-class' }] })
  t.same(need.tasks.map(inShort), [['referral', 'requested', 'Organization/leisure', '2026-11-06T10:00']])
  t.match(need.tasks[0], { basedOn: [{ reference: 'ServiceRequest/need-1' }], for: { reference: 'Patient/ada' }, intent: 'order' })
})

t.test('everybody who is named is asked, each once', async (t) => {
  const performer = ['Organization/leisure', 'HealthcareService/chair-class', 'Organization/therapy-centre'].map((reference) => ({
    reference,
  }))
  t.same(
    arrived({ performer }).tasks.map((task) => task.owner?.reference),
    ['Organization/leisure', 'Organization/therapy-centre'],
  )
})

t.test('a named service that has closed is not asked; the single point of access is', async (t) => {
  const need = arrived({ performer: [{ reference: 'Organization/closed-clinic' }] })
  t.same(
    need.tasks.map((task) => task.owner?.reference),
    ['Organization/single-point-of-access'],
  )
})

t.test('an urgent referral is due the next working day, and keeps "urgent" on its step', async (t) => {
  t.match(arrived({ priority: 'urgent' }).tasks, [{ priority: 'urgent', restriction: { period: { end: '2026-11-05T10:00:00.000Z' } } }])
})

t.test(
  'HAZ-R91: a request that becomes urgent is urgent for everybody who is asked, with the time of an urgent one from now',
  async (t) => {
    const asked = arrived({ performer: [{ reference: 'Organization/neuropsychology' }, { reference: 'Organization/leisure' }] })
    const [first, second] = asked.tasks
    const promised: Task = {
      ...second!,
      status: 'accepted',
      restriction: { period: { end: '2026-11-20T10:00:00.000Z' } },
    }
    const need = { ...asked, tasks: [first!, promised] }
    const amended = (given: Need, priority?: 'routine' | 'urgent'): Need => {
      const { priority: _before, ...request } = given.request
      return { ...given, request: { ...request, ...(priority === undefined ? {} : { priority }) } }
    }
    const due = (task?: Task) => [task?.priority, task?.status, task?.restriction?.period?.end]
    const urgent = stored(need, settle(amended(need, 'urgent'), circumstances()), WEDNESDAY)
    t.same(due(urgent.tasks[0]), ['urgent', 'requested', '2026-11-05T10:00:00.000Z'])
    t.same(due(urgent.tasks[1]), ['urgent', 'accepted', '2026-11-20T10:00:00.000Z'], 'who has accepted keeps the time that was agreed')
    const now = amended(urgent, 'urgent')
    t.same(settle(now, circumstances()), [], 'once')
    const calmer = stored(now, settle(amended(now, 'routine'), circumstances()), WEDNESDAY)
    t.same(due(calmer.tasks[0]), ['routine', 'requested', '2026-11-05T10:00:00.000Z'], 'and nobody is given more time')
  },
)

t.test('a priority that was not stated is not invented', async (t) => {
  t.notOk('priority' in arrived().tasks[0]!)
})

t.test('a step that the sender opened for the named performer is not opened twice', async (t) => {
  const task: Task = {
    resourceType: 'Task',
    id: 'theirs',
    status: 'requested',
    intent: 'order',
    basedOn: [{ reference: 'ServiceRequest/need-1' }],
    owner: { reference: 'Organization/leisure' },
    restriction: { period: { end: MONDAY.toISOString() } },
  }
  const need: Need = { request: aReferral({ performer: [{ reference: 'Organization/leisure' }] }), tasks: [task] }
  t.same(settle(need, circumstances()), [])
})

t.test('HAZ-R01: a refusal keeps the need open, gives the next owner the next step, and does not start the clock again', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/neuropsychology' }] })
  const answer = {
    reason: { system: 'https://handrail.example/fhir/CodeSystem/refusal-reason', code: 'too-complex' },
    words: 'Mood too low for our group.',
    owner: 'Organization/community-team',
    action: 'Ring her and agree interim support.',
    due: MONDAY,
  }
  const refused = stored(asked, refuseStep(asked, asked.tasks[0]!.id!, answer, circumstances(THURSDAY)), THURSDAY)

  t.same(refused.tasks.map(inShort), [
    ['referral', 'rejected', 'Organization/neuropsychology', '2026-11-06T10:00'],
    ['next-step', 'requested', 'Organization/community-team', '2026-11-09T10:00'],
  ])
  t.match(refused.request, { status: 'active', authoredOn: WEDNESDAY.toISOString() })
  t.match(refused.tasks[0], { statusReason: { coding: [{ code: 'too-complex' }], text: 'Mood too low for our group.' } })
  t.same(settle(refused, circumstances(THURSDAY)), [])
})

t.test('a refusal written by a plain update is followed by the next step that it names', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/leisure' }] })
  const type = (code: string) => ({ coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-output', code }] })
  const refused = changedTask(
    asked,
    {
      status: 'rejected',
      output: [
        { type: type('next-owner'), valueReference: { reference: 'Organization/therapy-centre' } },
        { type: type('next-action'), valueString: 'Offer the Thursday class.' },
        { type: type('due'), valueDateTime: MONDAY.toISOString() },
      ],
    },
    THURSDAY,
  )
  t.same(settled(refused, THURSDAY).tasks.map(inShort)[1], ['next-step', 'requested', 'Organization/therapy-centre', '2026-11-09T10:00'])
})

t.test('HAZ-R01: a need whose last step ended with nothing said goes to the single point of access', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/leisure' }] })
  const cancelled = changedTask(asked, { status: 'cancelled' }, THURSDAY)
  t.same(settled(cancelled, THURSDAY).tasks.map(inShort)[1], [
    'single-point-of-access',
    'requested',
    'Organization/single-point-of-access',
    '2026-11-09T10:00',
  ])
})

t.test('completing with an outcome meets the need', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/leisure' }] })
  const writes = completeStep(asked, asked.tasks[0]!.id!, { outcome: 'Came to nine of eleven classes.' }, circumstances(FRIDAY))
  const met = stored(asked, writes, FRIDAY)
  t.equal(met.request.status, 'completed')
  t.equal(met.tasks[0]?.status, 'completed')
})

t.test('completing by a plain update with an outcome meets the need too', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/leisure' }] })
  const outcome = {
    type: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-output', code: 'outcome' }] },
    valueString: 'Came to nine of eleven classes.',
  }
  const done = changedTask(asked, { status: 'completed', output: [outcome] }, FRIDAY)
  t.equal(settled(done, FRIDAY).request.status, 'completed')
})

t.test('a need of two steps is met when the second one ends', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/leisure' }, { reference: 'Organization/therapy-centre' }] })
  const first = stored(asked, completeStep(asked, asked.tasks[0]!.id!, { outcome: 'Done.' }, circumstances(THURSDAY)), THURSDAY)
  t.equal(first.request.status, 'active')
  t.same(settle(first, circumstances(THURSDAY)), [])
  const second = stored(first, completeStep(first, first.tasks[1]!.id!, { outcome: 'Done.' }, circumstances(FRIDAY)), FRIDAY)
  t.equal(second.request.status, 'completed')
})

t.test('a request that is opened again after it was met gets a next step and is not met by the old outcome', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/leisure' }] })
  const met = stored(asked, completeStep(asked, asked.tasks[0]!.id!, { outcome: 'Done.' }, circumstances(THURSDAY)), THURSDAY)
  const reopened: Need = {
    ...met,
    request: { ...met.request, status: 'active', meta: { versionId: '3', lastUpdated: MONDAY.toISOString() } },
  }
  const again = settled(reopened, MONDAY)
  t.equal(again.request.status, 'active')
  t.same(again.tasks.map(inShort)[1], ['single-point-of-access', 'requested', 'Organization/single-point-of-access', '2026-11-11T10:00'])
})

t.test('HAZ-R02: what is overdue is told to the next owner, then to the one after, and stays with whom it was', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/leisure' }] })
  t.same(settle(asked, circumstances(THURSDAY)), [])
  const once = settled(asked, FRIDAY)
  t.same(once.tasks.map(inShort), [
    ['referral', 'requested', 'Organization/leisure', '2026-11-06T10:00'],
    ['escalation', 'requested', 'Organization/single-point-of-access', '2026-11-09T10:00'],
  ])
  const twice = settled(once, MONDAY)
  t.same(twice.tasks.map(inShort)[2], ['escalation', 'requested', 'Organization/commissioner', '2026-11-10T10:00'])
  t.same(settle(twice, circumstances(new Date('2026-12-01T10:00:00Z'))), [], 'above the last rung nobody is left to tell')
})

t.test('an overdue step of the single point of access goes to the next rung and not to itself', async (t) => {
  t.same(
    settled(arrived(), FRIDAY).tasks.map((task) => task.owner?.reference),
    ['Organization/single-point-of-access', 'Organization/commissioner'],
  )
})

t.test('accepting gives the time to begin, and stands the escalation down', async (t) => {
  const overdue = settled(arrived({ performer: [{ reference: 'Organization/leisure' }] }), FRIDAY)
  const accepted = settled(changedTask(overdue, { status: 'accepted' }, FRIDAY), FRIDAY)
  t.same(accepted.tasks.map(inShort), [
    ['referral', 'accepted', 'Organization/leisure', '2026-11-13T10:00'],
    ['escalation', 'cancelled', 'Organization/single-point-of-access', '2026-11-09T10:00'],
  ])
})

t.test('who accepts and says by when keeps what he said', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/leisure' }] })
  const accepted = changedTask(asked, { status: 'accepted', restriction: { period: { end: '2026-12-24T10:00:00.000Z' } } }, THURSDAY)
  t.same(settle(accepted, circumstances(THURSDAY)), [])
})

t.test('withdrawing closes every step', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/leisure' }, { reference: 'Organization/therapy-centre' }] })
  const withdrawn = stored(asked, withdrawNeed(asked, { reason: 'Moved away.' }, THURSDAY), THURSDAY)
  t.equal(withdrawn.request.status, 'revoked')
  t.same(
    withdrawn.tasks.map((task) => task.status),
    ['cancelled', 'cancelled'],
  )
})

t.test('a request revoked by a plain update leaves no step open', async (t) => {
  const asked = arrived()
  const revoked = settled({ ...asked, request: { ...asked.request, status: 'revoked' } })
  t.same(
    revoked.tasks.map((task) => task.status),
    ['cancelled'],
  )
})

t.test('triage that redirects ends its own step and asks the next provider, with the need on its first clock', async (t) => {
  const asked = arrived()
  const writes = triageStep(
    asked,
    asked.tasks[0]!.id!,
    { outcome: 'redirect', receiver: 'HealthcareService/chair-class' },
    circumstances(THURSDAY),
  )
  const redirected = stored(asked, writes, THURSDAY)
  t.same(redirected.tasks.map(inShort), [
    ['single-point-of-access', 'completed', 'Organization/single-point-of-access', '2026-11-06T10:00'],
    ['referral', 'requested', 'Organization/leisure', '2026-11-09T10:00'],
  ])
  t.equal(redirected.request.authoredOn, WEDNESDAY.toISOString())
  t.same(settle(redirected, circumstances(THURSDAY)), [])
})

t.test('advice goes back to the referrer as a step with a due time, so that the need is not lost in it', async (t) => {
  const asked = arrived()
  const writes = triageStep(
    asked,
    asked.tasks[0]!.id!,
    { outcome: 'advise', advice: 'Try the balance class first.' },
    circumstances(THURSDAY),
  )
  t.same(stored(asked, writes, THURSDAY).tasks.map(inShort)[1], [
    'next-step',
    'requested',
    'Organization/community-team',
    '2026-11-12T10:00',
  ])
})

t.test('a next owner whom nobody knows is refused, and so is a due time that has passed', async (t) => {
  const asked = arrived()
  const answer = { reason: { code: 'x' }, words: 'No.', owner: 'Organization/nobody', action: 'Ring.', due: MONDAY }
  t.throws(() => refuseStep(asked, asked.tasks[0]!.id!, answer, circumstances(THURSDAY)), { code: 'NEXT_OWNER_UNKNOWN' })
  t.throws(
    () => refuseStep(asked, asked.tasks[0]!.id!, { ...answer, owner: 'Organization/leisure', due: WEDNESDAY }, circumstances(THURSDAY)),
    {
      code: 'DUE_NOT_AHEAD',
    },
  )
})

t.test('a step that was answered cannot be answered again', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/leisure' }] })
  const done = stored(asked, withdrawNeed(asked, { reason: 'Moved away.' }, THURSDAY), THURSDAY)
  t.throws(() => completeStep(done, done.tasks[0]!.id!, { outcome: 'Done.' }, circumstances(THURSDAY)), { code: 'TASK_CLOSED' })
})

t.test('HAZ-R01: the single point of access cannot end a need by an outcome alone', async (t) => {
  const asked = arrived()
  const end = () => completeStep(asked, asked.tasks[0]!.id!, { outcome: 'Sorted.' }, circumstances(THURSDAY))
  t.throws(end, { code: 'NEXT_STEP_NEEDED' })
})

t.test('the question whether the need is met, which the record asks after a plain update, is answered by the outcome', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/leisure' }] })
  const outcome = {
    type: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-output', code: 'outcome' }] },
    valueString: 'Came to nine of eleven classes.',
  }
  const done = changedTask(asked, { status: 'completed', output: [outcome] }, FRIDAY)
  const question: Task = {
    ...asked.tasks[0]!,
    id: 'question',
    identifier: [{ system: 'https://handrail.example/fhir/Id/task-key', value: `next-step:${asked.tasks[0]!.id}` }],
    code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'next-step' }] },
    owner: { reference: 'Organization/community-team' },
  }
  const met = settled({ ...done, tasks: [...done.tasks, question] }, FRIDAY)
  t.equal(met.request.status, 'completed')
  t.same(
    met.tasks.map((task) => task.status),
    ['completed', 'cancelled'],
  )
})

t.test('a step that was refused, opened again and refused again gets a second next step', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/neuropsychology' }] })
  const answer = {
    reason: { code: 'full' },
    words: 'Full.',
    owner: 'Organization/leisure',
    action: 'Offer a class.',
    due: new Date('2026-12-01T10:00:00Z'),
  }
  const id = asked.tasks[0]!.id!
  const once = stored(asked, refuseStep(asked, id, answer, circumstances(THURSDAY)), THURSDAY)
  const reopened = changedTask(once, { status: 'requested' }, FRIDAY)
  const again = { ...answer, owner: 'Organization/therapy-centre' }
  const twice = stored(reopened, refuseStep(reopened, id, again, circumstances(FRIDAY)), FRIDAY)
  t.same(
    twice.tasks.map((task) => task.owner?.reference),
    ['Organization/neuropsychology', 'Organization/leisure', 'Organization/therapy-centre'],
  )
  t.same(settle(twice, circumstances(FRIDAY)), [])
})

t.test('what was asked before it was seen that the sender had asked already stands aside', async (t) => {
  const asked = arrived()
  const theirs: Task = {
    resourceType: 'Task',
    id: 'theirs',
    meta: { versionId: '1', lastUpdated: WEDNESDAY.toISOString() },
    status: 'requested',
    intent: 'order',
    basedOn: [{ reference: 'ServiceRequest/need-1' }],
    owner: { reference: 'Organization/leisure' },
    restriction: { period: { end: MONDAY.toISOString() } },
  }
  const seen = settled({ ...asked, tasks: [...asked.tasks, theirs] })
  t.same(
    seen.tasks.map((task) => [task.owner?.reference, task.status]),
    [
      ['Organization/single-point-of-access', 'cancelled'],
      ['Organization/leisure', 'requested'],
    ],
  )
  const later = { ...theirs, meta: { versionId: '1', lastUpdated: THURSDAY.toISOString() } }
  t.same(
    settle({ ...asked, tasks: [...asked.tasks, later] }, circumstances(THURSDAY)),
    [],
    'what the access point arranges leaves its own step to it',
  )
})
