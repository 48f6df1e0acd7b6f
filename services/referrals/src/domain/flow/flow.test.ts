import { loadPathway } from '@handrail/fhir-profiles/pathway'
import type { Task } from '@medplum/fhirtypes'
import fc from '@platform/testing/properties'
import t from 'tap'
import { aReferral } from '../../../test/a-need.ts'
import { directoryOf, type Listing } from '../directory.ts'
import type { Need } from '../need.ts'
import { SERVICE_KIND, TASK_KEY, TASK_KIND } from '../vocabulary.ts'
import { flowOf, OUTSIDE, stageOf } from './flow.ts'

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
    { from: 'access', to: 'specialist', sector: 'nhs', steps: 1, refused: 1 },
    { from: 'community', to: 'access', sector: 'third-sector', steps: 1, refused: 0 },
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
