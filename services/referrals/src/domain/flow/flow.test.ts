import { loadPathway } from '@handrail/fhir-profiles/pathway'
import type { Task } from '@medplum/fhirtypes'
import fc from '@platform/testing/properties'
import t from 'tap'
import { aReferral } from '../../../test/a-need.ts'
import type { Listing } from '../directory.ts'
import { directoryOf } from '../../../test/a-directory.ts'
import type { Need } from '../need.ts'
import { SERVICE_KIND, TASK_KEY, TASK_KIND } from '../vocabulary.ts'
import { flowOf, OUTSIDE, stageOf } from './flow.ts'
import { isSettledQuarter, publishedFlow, quarterOf } from './published-flow.ts'

const { stages } = (await loadPathway()).referrals
const listing = (id: string, sector: string, kind?: string): Listing => ({
  reference: `Organization/${id}`,
  name: id,
  active: true,
  organization: `Organization/${id}`,
  identifiers: [],
  offers: new Map(kind === undefined ? [] : [[`${SERVICE_KIND}|${kind}`, kind]]),
  sector,
})
const directory = directoryOf([
  listing('spa', 'nhs', 'single-point-of-access'),
  listing('rehab', 'nhs', 'specialist-neuro-rehabilitation'),
  listing('centre', 'third-sector', 'therapy-centre'),
  listing('practice', 'nhs'),
])
const step = (id: string, owner: string, given: Partial<Task> = {}): Task => ({
  resourceType: 'Task',
  id,
  status: 'completed',
  intent: 'order',
  identifier: [{ system: TASK_KEY, value: id }],
  code: { coding: [{ system: TASK_KIND, code: 'referral' }] },
  owner: { reference: `Organization/${owner}` },
  ...given,
})
const upward: Need = {
  request: aReferral({ requester: { reference: 'Organization/centre' } }),
  tasks: [
    step('one', 'spa', { code: { coding: [{ system: TASK_KIND, code: 'single-point-of-access' }] } }),
    step('two', 'rehab', { partOf: [{ reference: 'Task/one' }], status: 'rejected' }),
  ],
}

t.test('an upward referral is counted by the sector of who sent each step, with its refusal', async (t) => {
  const flow = flowOf([upward], stages, directory)
  t.same(flow.links, [
    { from: 'access', to: 'specialist', sector: 'nhs', steps: 1, people: 1, refused: 1 },
    { from: 'community', to: 'access', sector: 'third-sector', steps: 1, people: 1, refused: 0 },
  ])
  t.notOk(flow.missing.some(({ from, to }) => from === 'community' && to === 'access'))
  t.ok(
    flow.missing.some(({ from, to }) => from === 'specialist' && to === 'community'),
    'nobody came back from the specialists',
  )
})

t.test('who has no stage is outside, and is counted', async (t) => {
  t.equal(stageOf('Organization/practice', stages, directory), OUTSIDE)
  t.equal(stageOf('Organization/nobody', stages, directory), OUTSIDE)
  t.equal(stageOf(undefined, stages, directory), OUTSIDE)
})

t.test('an escalation is nobody being passed on, and a step that a client wrote itself is not counted', async (t) => {
  const need: Need = {
    request: aReferral(),
    tasks: [step('one', 'spa', { code: { coding: [{ system: TASK_KIND, code: 'escalation' }] } }), step('two', 'spa', { identifier: [] })],
  }
  t.same(flowOf([need], stages, directory).links, [])
})

t.test('every step is counted once, whatever the order of the needs', async (t) => {
  const owner = fc.constantFrom('spa', 'rehab', 'centre', 'practice', 'nobody')
  const needs = fc.array(
    fc.array(fc.record({ owner, no: fc.boolean() }), { maxLength: 5 }).map((steps): Need => ({
      request: aReferral(),
      tasks: steps.map((one, index) => step(`t${String(index)}`, one.owner, { status: one.no ? 'rejected' : 'requested' })),
    })),
    { maxLength: 6 },
  )
  fc.assert(
    fc.property(needs, (some) => {
      const flow = flowOf(some, stages, directory)
      t.equal(
        flow.links.reduce((sum, { steps }) => sum + steps, 0),
        some.reduce((sum, { tasks }) => sum + tasks.length, 0),
      )
      t.same(flowOf(some.toReversed(), stages, directory), flow)
      for (const { from, to } of flow.missing) t.notOk(flow.links.some((one) => one.from === from && one.to === to))
    }),
    { numRuns: 100 },
  )
})

t.test('a quarter is published four weeks after its end, and no other days are', async (t) => {
  const at = (day: string) => new Date(`${day}T12:00:00Z`)
  t.notOk(isSettledQuarter('2026-10-01', '2026-12-31', at('2027-01-28')))
  t.ok(isSettledQuarter('2026-10-01', '2026-12-31', at('2027-01-29')))
  t.notOk(isSettledQuarter('2026-10-01', '2026-12-30', at('2027-06-01')))
  t.same(['2026-01-01', '2026-04-01', '2026-07-01', '2026-10-01'].map(quarterOf), ['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4'])
})

/** One person, one need: each step was asked of by somebody else, as in a chain. */
const passedOn = (who: number, steps: readonly { readonly owner: string; readonly of: string }[]): Need => ({
  request: aReferral({
    id: `n${String(who)}`,
    subject: { reference: `Patient/p${String(who)}` },
    requester: { reference: 'Organization/spa' },
  }),
  tasks: steps.flatMap(({ owner, of }, index) => counted(`n${String(who)}-${String(index)}`, owner, of)),
})
/** A step that counts, after one that a client wrote itself and that does not. */
const counted = (id: string, owner: string, of: string): readonly Task[] => [
  step(`${id}-before`, of, { identifier: [] }),
  step(id, owner, { partOf: [{ reference: `Task/${id}-before` }] }),
]

t.test('HAZ-C01: to whoever has what was published, a hidden way may have been gone by any one to seven people', async (t) => {
  const who = fc.constantFrom('spa', 'rehab', 'centre', 'practice')
  const world = fc
    .array(fc.array(fc.record({ owner: who, of: who }), { maxLength: 3 }), { maxLength: 24 })
    .map((people) => people.map((steps, index) => passedOn(index, steps)))
  const published = (needs: readonly Need[]) => JSON.stringify(publishedFlow(flowOf(needs, stages, directory), stages))
  const sectorOf = (organization: string) => directory.listing(organization)?.sector
  const stage = (organization: string | undefined) => stageOf(organization, stages, directory)
  let hidden = 0
  fc.assert(
    fc.property(world, fc.integer({ min: 1, max: 7 }), (needs, wanted) => {
      const said = publishedFlow(flowOf(needs, stages, directory), stages)
      for (const { from, to, sector, steps } of said.links) {
        if (steps !== undefined) continue
        hidden += 1
        const goes = (need: Need, task: Task) => {
          const before = need.tasks.find(({ id }) => `Task/${id ?? ''}` === task.partOf?.[0]?.reference)?.owner?.reference
          return before !== undefined && stage(before) === from && stage(task.owner?.reference) === to && sectorOf(before) === sector
        }
        const went = needs.filter((need) => need.tasks.some((task) => goes(need, task)))
        const surplus = new Set(went.slice(wanted))
        const fewer = needs.map((need) =>
          surplus.has(need) ? { ...need, tasks: need.tasks.map((task) => (goes(need, task) ? { ...task, identifier: [] } : task)) } : need,
        )
        const example = went.flatMap((need) => need.tasks.filter((task) => goes(need, task)).map((task) => [need, task] as const))[0]
        const [need, task] = example ?? [undefined, undefined]
        const of = need?.tasks.find(({ id }) => `Task/${id ?? ''}` === task?.partOf?.[0]?.reference)?.owner?.reference ?? ''
        const more = counted('more', task?.owner?.reference?.slice(13) ?? '', of.slice(13))
        let missing = wanted - went.length
        const those = fewer.map((one) => {
          if (missing <= 0 || went.includes(one)) return one
          missing -= 1
          return { ...one, tasks: [...one.tasks, ...more] }
        })
        const others = Array.from({ length: Math.max(0, missing) }, (_, index): Need => ({ ...passedOn(100 + index, []), tasks: more }))
        const other = [...those, ...others]
        const really = flowOf(other, stages, directory).links.find((one) => one.from === from && one.to === to && one.sector === sector)
        t.equal(really?.people, wanted)
        t.equal(published(other), JSON.stringify(said))
      }
    }),
    { numRuns: 60 },
  )
  t.ok(hidden > 0, 'something was hidden')
})
