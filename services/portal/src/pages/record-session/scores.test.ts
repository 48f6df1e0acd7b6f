import type { Observation } from '@medplum/fhirtypes'
import t from 'tap'
import { problems } from '../../forms/fields.ts'
import { readCatalogue } from '../../knowledge/catalogue.ts'
import { en } from '../../words/words.ts'
import { enteredScores, lastScores, readScores, rowsFor, toObservation } from './scores.ts'

const { measures } = readCatalogue()
const read = (body: object) => readScores(enteredScores(body), measures, problems(), en)

t.test('a measure is named and scored, and tied to its session and its day', async (t) => {
  const [score] = read({ 'measure-1': 'timed-up-and-go', 'score-1': '17,9' })
  t.ok(score)
  if (score === undefined) return
  const performers = ['Practitioner/1', 'Organization/1']
  const of = { patient: 'ada', session: 'urn:uuid:1', key: 'key-0001', on: '2026-11-20', checked: 'worker-recorded', performers }
  t.match(toObservation(score, of), {
    identifier: [{ value: 'key-0001:timed-up-and-go' }],
    partOf: [{ reference: 'urn:uuid:1' }],
    effectiveDateTime: '2026-11-20',
    valueQuantity: { value: 17.9, unit: 's', code: 's' },
    extension: [{ url: /checked-level$/, valueCode: 'worker-recorded' }],
  })
})

t.test('a scale that its name gives the ends of holds its scores; goal attainment goes below zero', async (t) => {
  t.equal(read({ 'measure-0': 'goal-attainment', 'score-0': '-2' })[0]?.value, -2)
  t.same(measures.find(({ code }) => code === 'goal-attainment')?.range, { least: -2, most: 2 })
  t.equal(measures.find(({ code }) => code === 'timed-up-and-go')?.range, undefined)
})

t.test('a measure that is offered and not scored is no score', async (t) => t.same(read({ 'measure-0': 'hads', 'score-0': '' }), []))

t.test('the form offers the measures that were taken last, and never their scores', async (t) => {
  const scored = (code: string, on: string, value: number): Observation => ({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/measure', code }], text: code },
    effectiveDateTime: on,
    valueQuantity: { value, unit: 's' },
  })
  const takenBack = { ...scored('hads', '2026-11-20', 3), status: 'entered-in-error' as const }
  const last = lastScores([scored('timed-up-and-go', '2026-09-01', 30), scored('timed-up-and-go', '2026-10-01', 21), takenBack])
  t.same([...last.values()], [{ code: 'timed-up-and-go', title: 'timed-up-and-go', value: 21, unit: 's', on: '2026-10-01' }])
  t.same([...lastScores([scored('b', '2026-10-01', 1), scored('a', '2026-10-01', 1)]).keys()], ['a', 'b'], 'of one day by name')
  t.same(rowsFor(last), [
    { measure: 'timed-up-and-go', score: '' },
    { measure: '', score: '' },
    { measure: '', score: '' },
  ])
})
