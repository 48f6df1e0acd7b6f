import type { Task } from '@medplum/fhirtypes'
import t from 'tap'
import { byCueAndDue, cuesOf } from './steps.ts'

const INPUT = 'https://handrail.example/fhir/CodeSystem/task-input'
const step = (id: string, due: string, cue?: string): Task => ({
  resourceType: 'Task',
  id,
  status: 'requested',
  intent: 'order',
  restriction: { period: { end: due } },
  ...(cue === undefined
    ? {}
    : { input: [{ type: { coding: [{ system: INPUT, code: 'red-flag' }] }, valueCodeableConcept: { text: cue } }] }),
})

t.test('HAZ-R50: what has a red-flag cue stands on top, and within that the oldest due date', async (t) => {
  const steps = [
    step('old', '2026-11-01'),
    step('cued-late', '2026-11-20', 'Cue'),
    step('new', '2026-11-10'),
    step('cued', '2026-11-09', 'Cue'),
  ]
  t.same(
    steps.toSorted(byCueAndDue).map(({ id }) => id),
    ['cued', 'cued-late', 'old', 'new'],
  )
})

t.test('a step without a cue shows none', async (t) => {
  t.same(cuesOf(step('old', '2026-11-01')), [])
  t.same(cuesOf(step('cued', '2026-11-01', 'Red-flag cue: sudden weakness')), ['Red-flag cue: sudden weakness'])
})
