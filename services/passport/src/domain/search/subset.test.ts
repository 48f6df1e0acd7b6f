import { typeShape } from '@platform/fhir/validate/structures'
import t from 'tap'
import { adaLovell, bloodPressure } from './examples.ts'
import { subsetOf, type Subset } from './subset.ts'

const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }
const part = (resource: object, subset: Subset) => subsetOf(resource as Record<string, unknown>, subset, typeShape)
const properties = (resource: object, subset: Subset) => Object.keys(part(resource, subset)).toSorted()

t.test('a subset is tagged, beside the tags it has', async (t) => {
  const tag = { system: 'https://a.example', code: 'x' }
  t.same(part({ ...adaLovell, meta: { versionId: '3', tag: [tag] } }, { elements: ['name'] })['meta'], {
    versionId: '3',
    tag: [tag, SUBSETTED],
  })
  t.same(part(part({ ...adaLovell }, { elements: [] }), { elements: [] })['meta'], { tag: [SUBSETTED] })
})

t.test('_elements keeps what is named, what must be there and what changes the meaning', async (t) => {
  t.same(properties(adaLovell, { elements: ['name'] }), ['active', 'deceasedBoolean', 'id', 'meta', 'name', 'resourceType'])
  t.same(properties(bloodPressure, { elements: ['effective'] }), ['code', 'effectiveDateTime', 'id', 'meta', 'resourceType', 'status'])
})

t.test('the extensions of an element go with it', async (t) => {
  t.ok('_birthDate' in part({ ...adaLovell, _birthDate: { extension: [] } }, { elements: ['birthDate'] }))
  t.notOk('_birthDate' in part({ ...adaLovell, _birthDate: { extension: [] } }, { elements: ['name'] }))
})

t.test('_summary=true keeps the elements of the summary, within inner parts too', async (t) => {
  const long = {
    ...bloodPressure,
    note: [{ text: 'after rest' }],
    text: { status: 'generated' },
    component: [{ code: {}, valueString: 'x', referenceRange: [{}] }],
  }
  const summary = part(long, { summary: 'true' })
  t.notOk('note' in summary)
  t.notOk('text' in summary)
  t.same(summary['component'], [{ code: {}, valueString: 'x' }])
})

t.test('_summary=text keeps the narrative and what must be there', async (t) => {
  t.same(properties({ ...bloodPressure, text: { status: 'generated' } }, { summary: 'text' }), [
    'code',
    'id',
    'meta',
    'resourceType',
    'status',
    'text',
  ])
})

t.test('_summary=data leaves the narrative out', async (t) => {
  const data = part({ ...adaLovell, text: { status: 'generated' } }, { summary: 'data' })
  t.notOk('text' in data)
  t.ok('address' in data)
})

t.test('decimals keep their digits', async (t) => {
  const exact = { resourceType: 'Observation', status: 'final', code: {}, valueQuantity: { value: JSON.rawJSON('1.50') } }
  t.match(JSON.stringify(part(exact, { summary: 'true' })), '"value":1.50')
})
