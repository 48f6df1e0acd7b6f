import type { Task } from '@medplum/fhirtypes'
import fc from '@platform/testing/properties'
import t from 'tap'
import { aReferral, circumstances, stored, WEDNESDAY } from '../../test/a-need.ts'
import { completeStep } from './answers/complete-step.ts'
import { refuseStep } from './answers/refuse-step.ts'
import { recordUnmetNeed } from './answers/record-unmet-need.ts'
import { triageStep, type Triage } from './answers/triage-step.ts'
import { withdrawNeed } from './answers/withdraw-need.ts'
import { dueOf, isEnded, isOpen, kindOf, type Need } from './need.ts'
import { canMeet } from './rules/meet.ts'
import { hasNextStep, settle } from './settle.ts'
import type { Write } from './write.ts'

/** Something that happens to a need: an answer through an operation, a plain update by a client, or time going by. */
type Happening = (need: Need, at: Date) => Need

const HOUR_MS = 3_600_000
const organizations = ['single-point-of-access', 'community-team', 'leisure', 'therapy-centre', 'neuropsychology'].map(
  (id) => `Organization/${id}`,
)
const organization = fc.constantFrom(...organizations)

const byOperation =
  (pick: number, decide: (need: Need, task: Task, at: Date) => readonly Write[]): Happening =>
  (need, at) => {
    const open = need.tasks.filter(isOpen)
    const task = open[pick % Math.max(open.length, 1)]
    return task === undefined || isEnded(need.request) ? need : stored(need, decide(need, task, at), at)
  }

const byUpdate =
  (pick: number, change: Partial<Task>): Happening =>
  (need, at) => {
    const task = need.tasks[pick % Math.max(need.tasks.length, 1)]
    return task === undefined || !isOpen(task) ? need : stored(need, [{ change: { ...task, ...change } }], at)
  }

const later = (at: Date, hours: number): Date => new Date(at.getTime() + hours * HOUR_MS)

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.tuple(fc.nat(5), organization).map(([pick, owner]) =>
    byOperation(pick, (need, task, at) => {
      const answer = { reason: { code: 'full' }, words: 'We are full.', owner, action: 'Ask elsewhere.', due: later(at, 48) }
      return refuseStep(need, task.id!, answer, circumstances(at))
    }),
  ),
  fc
    .nat(5)
    .map((pick) =>
      byOperation(pick, (need, task, at) => (canMeet(task) ? completeStep(need, task.id!, { outcome: 'Done.' }, circumstances(at)) : [])),
    ),
  fc.nat(5).map((pick) => byOperation(pick, (need, task, at) => triageStep(need, task.id!, { outcome: 'accept' }, circumstances(at)))),
  fc.tuple(fc.nat(5), organization).map(([pick, nextOwner]) =>
    // Redirecting a step to whoever has it is refused.
    byOperation(pick, (need, task, at) =>
      kindOf(task) === 'referral' && circumstances(at).directory.listing(nextOwner)?.organization === task.owner?.reference
        ? []
        : triageStep(need, task.id!, { outcome: 'redirect', receiver: nextOwner }, circumstances(at)),
    ),
  ),
  fc
    .tuple(fc.nat(5), organization, fc.constantFrom('split', 'ask', 'advise', 'joint-review', 'waiting-list'))
    .map(([pick, receiver, outcome]) =>
      byOperation(pick, (need, task, at) => {
        const receivers = ['Organization/leisure', 'Organization/therapy-centre']
        const all = { receiver, receivers, question: 'Since when?', advice: 'Wait.', interimPlan: 'A peer group.' }
        return triageStep(need, task.id!, { ...all, outcome } as Triage, circumstances(at))
      }),
    ),
  fc.nat(5).map((pick) =>
    byOperation(pick, (need, task, at) => {
      if (need.tasks.some((other) => isOpen(other) && kindOf(other) === 'unmet-need-review')) return []
      return recordUnmetNeed(need, task.id!, { reason: { code: 'no-service' }, words: 'There is none.' }, circumstances(at))
    }),
  ),
  fc
    .tuple(fc.nat(5), fc.constantFrom<Task['status']>('accepted', 'in-progress', 'cancelled', 'failed', 'rejected', 'completed', 'on-hold'))
    .map(([pick, status]) => byUpdate(pick, { status })),
  fc.constant<Happening>((need, at) => (isEnded(need.request) ? need : stored(need, withdrawNeed(need, { reason: 'Moved.' }, at), at))),
  fc.constant<Happening>((need, at) => stored(need, [{ change: { ...need.request, status: 'active' } }], at)),
)

const referral = fc
  .record({
    performer: fc.subarray([...organizations, 'HealthcareService/chair-class', 'Organization/closed-clinic', 'Organization/unheard-of']),
    priority: fc.constantFrom(undefined, 'routine' as const, 'urgent' as const),
    intent: fc.constantFrom('order' as const, 'proposal' as const),
  })
  .map(({ performer, priority, intent }) =>
    aReferral({ intent, performer: performer.map((reference) => ({ reference })), ...(priority === undefined ? {} : { priority }) }),
  )

const story = fc.array(fc.tuple(happening, fc.integer({ min: 0, max: 120 })), { maxLength: 25 })

/** Tells a story, settling after each happening, and looks at the need each time. */
function tell(
  request: ReturnType<typeof aReferral>,
  happenings: readonly (readonly [Happening, number])[],
  look: (before: Need, after: Need, at: Date) => void,
) {
  let at = WEDNESDAY
  let need: Need = { request, tasks: [] }
  const settleAndLook = () => {
    const after = stored(need, settle(need, circumstances(at)), at)
    look(need, after, at)
    need = after
  }
  settleAndLook()
  for (const [happen, hours] of happenings) {
    at = later(at, hours)
    need = happen(need, at)
    settleAndLook()
  }
}

t.test('HAZ-R01: whatever happens, an active need has a next step with an owner and a due time', async () => {
  fc.assert(
    fc.property(referral, story, (request, happenings) => {
      tell(request, happenings, (_before, { request: now, tasks }) => {
        if (now.status !== 'active') return
        if (!hasNextStep({ request: now, tasks })) throw new Error('nobody has it')
        const loose = tasks.filter(isOpen).filter((task) => task.owner?.reference === undefined || dueOf(task) === undefined)
        if (loose.length > 0) throw new Error('an open step lacks owner or due time')
      })
    }),
  )
})

t.test('an ended need has no open step', async () => {
  fc.assert(
    fc.property(referral, story, (request, happenings) => {
      tell(request, happenings, (_before, after) => {
        if (isEnded(after.request) && after.tasks.some(isOpen)) throw new Error('a step is still open')
      })
    }),
  )
})

t.test('settling a settled need changes nothing, however often the change is told', async () => {
  fc.assert(
    fc.property(referral, story, (request, happenings) => {
      tell(request, happenings, (_before, after, at) => {
        const again = settle(after, circumstances(at))
        if (again.length > 0) throw new Error(`${JSON.stringify(again[0])} again`)
      })
    }),
  )
})

t.test('two that decide on the same state open the same steps, by the same keys, and no key twice', async () => {
  fc.assert(
    fc.property(referral, story, (request, happenings) => {
      tell(request, happenings, (before, after, at) => {
        const keys = (writes: readonly Write[]) => writes.flatMap((write) => ('open' in write ? [write.key] : []))
        const once = keys(settle(before, circumstances(at)))
        const twice = keys(settle(before, circumstances(later(at, 0.01))))
        if (once.some((key) => !twice.includes(key))) throw new Error('another key for the same reason')
        const all = after.tasks.map((task) => task.identifier?.[0]?.value)
        if (new Set(all).size !== all.length) throw new Error('a key was used twice')
      })
    }),
  )
})

t.test('history stays: settling changes no closed step, no first request time, and removes nothing', async () => {
  fc.assert(
    fc.property(referral, story, (request, happenings) => {
      tell(request, happenings, (before, after) => {
        if (after.request.authoredOn !== request.authoredOn) throw new Error('the clock was started again')
        for (const [index, task] of before.tasks.entries()) {
          if (after.tasks[index]?.id !== task.id) throw new Error('a step is gone')
          if (!isOpen(task) && JSON.stringify(after.tasks[index]) !== JSON.stringify(task)) throw new Error('a closed step was changed')
        }
      })
    }),
  )
})
