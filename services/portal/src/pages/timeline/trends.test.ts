import type { Observation, Procedure } from '@medplum/fhirtypes'
import t from 'tap'
import { trendsOf } from './trends.ts'

const score = (at: string, value: number, status: Observation['status'] = 'final'): Observation => ({
  resourceType: 'Observation',
  status,
  code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/measure', code: 'ten-metre-walk', display: '10-metre walk' }] },
  effectiveDateTime: at,
  valueQuantity: { value, unit: 's' },
})
const session = (at: string, status: Procedure['status'] = 'completed'): Procedure => ({
  resourceType: 'Procedure',
  status,
  subject: { reference: 'Patient/bryn' },
  performedDateTime: at,
})

t.test('a measure is drawn over time, with the sessions between its scores', async (t) => {
  const [trend] = trendsOf(
    [score('2026-09-01', 23), score('2026-05-01', 14)],
    [session('2026-06-01'), session('2026-07-01', 'not-done'), session('2026-10-01')],
  )
  t.same(
    trend?.points.map(({ at, value, x, y }) => [at, value, x, y]),
    [
      ['2026-05-01', 14, 46, 112],
      ['2026-09-01', 23, 590, 14],
    ],
  )
  t.equal(trend?.sessionCount, 1, 'what did not take place, and what came after, is not counted')
  t.same([trend?.least, trend?.most, trend?.unit], [14, 23, 's'])
})

t.test('one score shows no change, and a mistake is no score', async (t) => {
  t.same(trendsOf([score('2026-05-01', 14), score('2026-06-01', 15, 'entered-in-error')], []), [])
})

t.test('scores that are all alike lie on one line', async (t) => {
  t.same(
    trendsOf([score('2026-05-01', 14), score('2026-06-01', 14)], [])[0]?.points.map(({ y }) => y),
    [63, 63],
  )
})
