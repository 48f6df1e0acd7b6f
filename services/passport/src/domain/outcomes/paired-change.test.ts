import type { CodeSystem, Observation } from '@medplum/fhirtypes'
import fc from '@platform/testing/properties'
import t from 'tap'
import { MEASURES, measuresOf, pairedChanges } from './paired-change.ts'

const measures = measuresOf([
  {
    resourceType: 'CodeSystem',
    url: MEASURES,
    status: 'draft',
    content: 'complete',
    concept: [
      { code: 'tug', display: 'Timed Up and Go', property: [{ code: 'better', valueCode: 'lower' }] },
      {
        code: 'sourced',
        property: [
          { code: 'better', valueCode: 'higher' },
          { code: 'error-threshold', valueDecimal: 2 },
          { code: 'error-source', valueString: 'A paper' },
        ],
      },
      { code: 'unsourced', property: [{ code: 'error-threshold', valueDecimal: 2 }] },
      { code: 'hads', property: [{ code: 'licensed', valueBoolean: true }] },
    ],
  } satisfies CodeSystem,
])
let next = 0
const score = (code: string, value: number | undefined, on: string, more: Partial<Observation> = {}): Observation => ({
  resourceType: 'Observation',
  id: `o${next++}`,
  status: 'final',
  code: { coding: [{ system: MEASURES, code }] },
  effectiveDateTime: on,
  ...(value !== undefined && { valueQuantity: { value, code: 's' } }),
  ...more,
})

t.test('the change is the last score less the first, to the digit, with what can be said of it', async (t) => {
  t.match(pairedChanges([score('tug', 17.9, '2026-12-21'), score('tug', 21.4, '2026-10-01'), score('tug', 19, '2026-11-01')], measures), [
    {
      change: -3.5,
      direction: 'better',
      moreThanError: 'unknown',
      scores: 3,
      first: { value: 21.4 },
      last: { value: 17.9 },
      measure: { licensed: false },
    },
  ])
  t.match(pairedChanges([score('hads', 10, '2026-10-01'), score('hads', 8, '2026-11-01')], measures), [
    { direction: 'unknown', measure: { licensed: true } },
  ])
})

t.test('more than error is said only where a threshold has its source', async (t) => {
  const said = (code: string, last: number) =>
    pairedChanges([score(code, 10, '2026-10-01'), score(code, last, '2026-11-01')], measures).map(({ moreThanError }) => moreThanError)
  t.same(said('sourced', 12), ['no'])
  t.same(said('sourced', 12.1), ['yes'])
  t.same(said('sourced', 7), ['yes'])
  t.same(said('unsourced', 20), ['unknown'])
})

t.test('what cannot be compared is not: one score alone, other units, scores taken back, bounds, unknown measures', async (t) => {
  t.same(pairedChanges([score('tug', 20, '2026-10-01')], measures), [])
  t.same(
    pairedChanges([score('tug', 20, '2026-10-01'), score('tug', 3, '2026-11-01', { valueQuantity: { value: 3, code: 'min' } })], measures),
    [],
  )
  t.same(pairedChanges([score('tug', 20, '2026-10-01'), score('tug', 3, '2026-11-01', { status: 'entered-in-error' })], measures), [])
  t.same(
    pairedChanges(
      [score('tug', 20, '2026-10-01'), score('tug', 3, '2026-11-01', { valueQuantity: { value: 3, code: 's', comparator: '>' } })],
      measures,
    ),
    [],
  )
  t.same(pairedChanges([score('tug', 20, '2026-10-01'), score('tug', undefined, '2026-11-01')], measures), [])
  t.same(pairedChanges([score('other', 20, '2026-10-01'), score('other', 3, '2026-11-01')], measures), [])
})

t.test('scores that are tied to an intervention make a pair of their own, from the score they are compared with', async (t) => {
  const before = score('tug', 21.4, '2026-10-01')
  const partOf = [{ reference: 'Procedure/class' }]
  const after = score('tug', 17.9, '2026-12-21', { partOf, derivedFrom: [{ reference: `Observation/${before.id}` }] })
  const older = score('tug', 30, '2025-01-01')
  t.match(pairedChanges([older, before, after], measures), [
    { change: -12.1, scores: 3 },
    { intervention: 'Procedure/class', change: -3.5, scores: 2 },
  ])
})

t.test('the order in which scores come makes no difference, and a pair turned round has the opposite change', async () => {
  const value = fc.integer({ min: -2000, max: 2000 }).map((hundredths) => hundredths / 100)
  fc.assert(
    fc.property(fc.array(value, { minLength: 2, maxLength: 6 }), fc.nat(), (values, seed) => {
      const scores = values.map((each, index) => score('tug', each, `2026-10-${String(index + 1).padStart(2, '0')}`))
      const turned = scores.toSorted((a, b) => ((Number(a.id?.slice(1)) * (seed % 97)) % 7) - ((Number(b.id?.slice(1)) * (seed % 97)) % 7))
      const [one] = pairedChanges(scores, measures)
      const [other] = pairedChanges(turned, measures)
      const opposite = pairedChanges(
        values.toReversed().map((each, index) => score('tug', each, `2026-10-${String(index + 1).padStart(2, '0')}`)),
        measures,
      )[0]
      return (
        one?.change === other?.change &&
        one?.first.reference === other?.first.reference &&
        (one?.change ?? 0) + (opposite?.change ?? 0) === 0
      )
    }),
  )
})
