import type { StructureDefinition, ValueSet } from '@medplum/fhirtypes'
import t from 'tap'
import { createValidator, type ProfileDefinitions } from '../validate.ts'

const BASE = 'https://a.example/fhir'
const url = (name: string): string => `${BASE}/StructureDefinition/${name}`

type Differential = NonNullable<NonNullable<StructureDefinition['differential']>['element']>

function profile(name: string, type: string, element: Differential, more: Partial<StructureDefinition> = {}): StructureDefinition {
  return {
    resourceType: 'StructureDefinition',
    url: url(name),
    name,
    status: 'active',
    kind: 'resource',
    abstract: false,
    type,
    baseDefinition: `http://hl7.org/fhir/StructureDefinition/${type}`,
    derivation: 'constraint',
    differential: { element },
    ...more,
  }
}

const colours: ValueSet = {
  resourceType: 'ValueSet',
  url: `${BASE}/ValueSet/colour`,
  status: 'active',
  compose: { include: [{ system: `${BASE}/CodeSystem/colour` }, { system: 'http://b.example', concept: [{ code: 'mauve' }] }] },
}
const definitions: ProfileDefinitions = {
  codeSystems: [
    {
      resourceType: 'CodeSystem',
      url: `${BASE}/CodeSystem/colour`,
      status: 'active',
      content: 'complete',
      concept: [{ code: 'red', concept: [{ code: 'scarlet' }] }, { code: 'blue' }],
    },
  ],
  valueSets: [
    colours,
    {
      ...colours,
      url: `${BASE}/ValueSet/only-red`,
      compose: { include: [{ system: `${BASE}/CodeSystem/colour`, filter: [{ property: 'concept', op: 'is-a', value: 'red' }] }] },
    },
    {
      ...colours,
      url: `${BASE}/ValueSet/all-but`,
      compose: {
        include: [{ valueSet: [`${BASE}/ValueSet/colour`] }],
        exclude: [{ system: 'http://b.example', concept: [{ code: 'mauve' }] }],
      },
    },
  ],
  structureDefinitions: [
    profile('colour', 'Extension', [
      { id: 'Extension.extension', path: 'Extension.extension', max: '0' },
      { id: 'Extension.url', path: 'Extension.url', fixedUri: url('colour') },
      {
        id: 'Extension.value[x]',
        path: 'Extension.value[x]',
        min: 1,
        type: [{ code: 'code' }],
        binding: { strength: 'required', valueSet: `${BASE}/ValueSet/colour` },
      },
    ]),
    profile('turned', 'Extension', [
      { id: 'Extension', path: 'Extension', isModifier: true },
      { id: 'Extension.value[x]', path: 'Extension.value[x]', min: 1, type: [{ code: 'boolean' }] },
    ]),
    profile('measure', 'Observation', [
      {
        id: 'Observation',
        path: 'Observation',
        constraint: [
          { key: 'm-1', severity: 'error', human: 'A value or a reason.', expression: 'value.exists() or dataAbsentReason.exists()' },
        ],
      },
      {
        id: 'Observation.extension:colour',
        path: 'Observation.extension',
        sliceName: 'colour',
        min: 1,
        max: '1',
        type: [{ code: 'Extension', profile: [url('colour')] }],
      },
      {
        id: 'Observation.category',
        path: 'Observation.category',
        min: 1,
        max: '2',
        slicing: { rules: 'closed', discriminator: [{ type: 'pattern', path: '$this' }] },
      },
      {
        id: 'Observation.category:survey',
        path: 'Observation.category',
        sliceName: 'survey',
        min: 1,
        max: '1',
        patternCodeableConcept: { coding: [{ system: 'http://b.example', code: 'survey' }] },
      },
      {
        id: 'Observation.category:exam',
        path: 'Observation.category',
        sliceName: 'exam',
        patternCodeableConcept: { coding: [{ code: 'exam' }] },
      },
      { id: 'Observation.code', path: 'Observation.code', patternCodeableConcept: { coding: [{ code: 'speed' }] } },
      { id: 'Observation.code.text', path: 'Observation.code.text', min: 1, maxLength: 10 },
      {
        id: 'Observation.subject',
        path: 'Observation.subject',
        min: 1,
        type: [{ code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/Patient'] }],
      },
      { id: 'Observation.value[x]', path: 'Observation.value[x]', type: [{ code: 'Quantity' }, { code: 'integer' }] },
      { id: 'Observation.value[x].unit', path: 'Observation.value[x].unit', fixedString: 'm/s' },
      {
        id: 'Observation.component',
        path: 'Observation.component',
        slicing: { rules: 'open', discriminator: [{ type: 'value', path: 'code' }] },
      },
      { id: 'Observation.component:left', path: 'Observation.component', sliceName: 'left', max: '1' },
      { id: 'Observation.component:left.code', path: 'Observation.component.code', patternCodeableConcept: { coding: [{ code: 'left' }] } },
      { id: 'Observation.component:left.value[x]', path: 'Observation.component.value[x]', min: 1 },
      { id: 'Observation.note', path: 'Observation.note', max: '0' },
    ]),
    profile('survey', 'Observation', [{ id: 'Observation.performer', path: 'Observation.performer', min: 1 }], {
      baseDefinition: url('measure'),
      version: '2',
    }),
  ],
}
const validator = createValidator({ profiles: definitions })

const category = { coding: [{ system: 'http://b.example', code: 'survey', display: 'Survey' }] }
const measure = {
  resourceType: 'Observation',
  meta: { profile: [url('measure')] },
  extension: [{ url: url('colour'), valueCode: 'red' }],
  status: 'final',
  category: [category],
  code: { coding: [{ code: 'other' }, { system: 'http://b.example', code: 'speed' }], text: 'Speed' },
  subject: { reference: 'Patient/ada' },
  valueQuantity: { value: 1, unit: 'm/s' },
}
const faults = (more: object, options?: Parameters<typeof validator.validate>[1]): string[] =>
  validator
    .validate({ ...measure, ...more }, options)
    .filter(({ severity }) => severity === 'error')
    .map(({ expression, code, http }) => `${String(http)} ${expression} ${code}`)

t.test('a claimed profile that is known is enforced with 422 and named', async (t) => {
  t.same(validator.validate(measure), [])
  t.match(validator.validate({ ...measure, subject: undefined }), [
    { severity: 'error', code: 'required', http: 422, expression: 'Observation.subject', profile: url('measure') },
  ])
  t.same(faults({ meta: undefined, subject: undefined }), [], 'unclaimed, it asks nothing')
  t.same(
    faults({ meta: undefined, subject: undefined }, { profiles: [url('measure')] }),
    ['422 Observation.subject required'],
    'unless it is asked for',
  )
})

t.test('a claimed profile that is not known is not checked and that is said', async (t) => {
  const issues = validator.validate({
    ...measure,
    meta: { profile: ['https://b.example/other', 'http://hl7.org/fhir/StructureDefinition/Observation'] },
  })
  t.match(issues, [{ severity: 'information', profile: 'https://b.example/other' }])
  t.equal(issues.length, 1)
  t.match(
    validator.validate({ ...measure, meta: { profile: [`${url('survey')}|1`] } }),
    [{ severity: 'information' }],
    'nor another version of it',
  )
})

t.test('a profile is for one type', async (t) => {
  t.same(faults({ meta: { profile: ['http://hl7.org/fhir/StructureDefinition/Patient'] } }), ['422 Observation.meta structure'])
})

t.test('a derived profile keeps what its base asks', async (t) => {
  t.same(faults({ meta: { profile: [`${url('survey')}|2`] }, subject: undefined }), [
    '422 Observation.subject required',
    '422 Observation.performer required',
  ])
})

t.test('cardinality, type, fixed value, pattern, length and target of a profile', async (t) => {
  t.same(faults({ note: [{ text: 'a' }] }), ['422 Observation.note structure'])
  t.same(faults({ valueQuantity: undefined, valueString: 'fast' }), ['422 Observation.value structure'])
  t.same(faults({ valueQuantity: { value: 1, unit: 'km/h' } }), ['422 Observation.value.unit value'])
  t.same(faults({ code: { coding: [{ code: 'other' }], text: 'Speed' } }), ['422 Observation.code value'])
  t.same(faults({ code: { coding: [{ code: 'speed' }] } }), ['422 Observation.code.text required'])
  t.same(faults({ code: { coding: [{ code: 'speed' }], text: 'Walking speed' } }), ['422 Observation.code.text too-long'])
  t.same(faults({ subject: { reference: 'Group/g' } }), ['422 Observation.subject.reference value'])
  t.same(faults({ contained: [{ resourceType: 'Device', id: 'd' }], subject: { reference: '#d' } }), [
    '422 Observation.subject.reference value',
  ])
})

t.test('an invariant of a profile', async (t) => {
  t.same(faults({ valueQuantity: undefined }), ['422 Observation invariant'])
  t.same(faults({ valueQuantity: undefined, dataAbsentReason: { text: 'refused' } }), [])
})

t.test('slices by pattern, closed', async (t) => {
  t.same(faults({ category: [{ coding: [{ code: 'exam' }] }] }), ['422 Observation.category required'])
  t.same(faults({ category: [category, category] }), ['422 Observation.category structure'])
  t.same(faults({ category: [category, { text: 'else' }] }), ['422 Observation.category[1] structure'])
  t.same(faults({ category: [category, { coding: [{ code: 'exam' }] }] }), [])
})

t.test('slices by what is inside, open', async (t) => {
  const component = (code: string, more: object = { valueInteger: 1 }): object => ({ code: { coding: [{ code }] }, ...more })
  t.same(faults({ component: [component('left'), component('right'), component('right')] }), [])
  t.same(faults({ component: [component('left'), component('left')] }), ['422 Observation.component structure'])
  t.same(faults({ component: [component('left', { dataAbsentReason: { text: 'a' } })] }), ['422 Observation.component[0].value required'])
})

t.test('an extension that is known is checked wherever it is', async (t) => {
  t.same(faults({ extension: [] }), ['400 Observation.extension structure', '422 Observation.extension required'])
  t.same(faults({ extension: [{ url: url('colour'), valueCode: 'green' }] }), ['422 Observation.extension[0].value code-invalid'])
  t.same(faults({ extension: [{ url: url('colour'), valueString: 'red' }] }), ['422 Observation.extension[0].value structure'])
  t.same(
    validator.validate({ resourceType: 'Patient', name: [{ extension: [{ url: url('colour'), valueCode: 'green' }] }] })[0]?.expression,
    'Patient.name[0].extension[0].value',
  )
})

t.test('a modifier extension that is known is understood', async (t) => {
  const turned = (value: object): number | undefined =>
    validator.validate({ resourceType: 'Patient', modifierExtension: [{ url: url('turned'), ...value }] })[0]?.http
  t.equal(turned({ valueBoolean: true }), undefined)
  t.equal(turned({ valueString: 'yes' }), 422)
  t.equal(
    validator.validate({ resourceType: 'Patient', modifierExtension: [{ url: url('colour'), valueCode: 'red' }] })[0]?.code,
    'extension',
    'one that is no modifier is not',
  )
})

t.test('value sets that are loaded are expanded', async (t) => {
  const codes = (name: string): string[] => [...(validator.expand(`${BASE}/ValueSet/${name}`)?.values() ?? [])].flatMap((some) => [...some])
  t.same(codes('colour'), ['red', 'scarlet', 'blue', 'mauve'])
  t.same(codes('only-red'), ['red', 'scarlet'])
  t.same(codes('all-but'), ['red', 'scarlet', 'blue'])
  t.equal(validator.valueSetHas(`${BASE}/ValueSet/colour`, 'http://b.example', 'mauve'), true)
  t.equal(validator.valueSetHas(`${BASE}/ValueSet/none`, 'http://b.example', 'mauve'), undefined)
})

t.test('a resource that is no R4 either is told both', async (t) => {
  for (const value of [[], 'x', null, {}, [null], [{ coding: 'x' }]])
    t.ok(faults({ category: value, code: value, subject: value, component: value, extension: value }).length > 0)
})
