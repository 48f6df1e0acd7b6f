import fc from '@platform/testing/properties'
import t from 'tap'
import { bindingOf, createValidator, elementsOf, type Issue } from './validate.ts'

const validator = createValidator()

/** Where and what kind each error is: `Patient.name[0] structure`. */
const faults = (resource: unknown, options?: Parameters<typeof validator.validate>[1]): string[] =>
  validator
    .validate(resource, options)
    .filter(({ severity }) => severity === 'error')
    .map(({ expression, code }) => `${expression} ${code}`)

const patient = (more: object): object => ({ resourceType: 'Patient', ...more })
const observation = (more: object): object => ({ resourceType: 'Observation', status: 'final', code: { text: 'Walking speed' }, ...more })
const sessionOf = (more: object): object => ({
  resourceType: 'Procedure',
  status: 'completed',
  subject: { reference: 'Patient/ada' },
  ...more,
})

t.test('a resource is an object of a type of R4', async (t) => {
  for (const value of [undefined, null, true, 1, 'Patient', [], [patient({})]]) t.same(faults(value), ['Resource structure'])
  for (const resourceType of [undefined, 'Person2', 'patient', '__proto__', 'Resource', 'DomainResource', 'SubscriptionStatus', 7, {}]) {
    t.same(faults({ resourceType }), ['Resource.resourceType structure'])
  }
  t.same(faults(patient({})), [])
})

t.test('an element that R4 does not have is refused where it is', async (t) => {
  t.same(faults(patient({ colour: 'red' })), ['Patient.colour structure'])
  t.same(faults(patient({ name: [{ family: 'Probert', nick: 'A' }] })), ['Patient.name[0].nick structure'])
  t.same(faults(patient({ contact: [{ name: { text: 'B' }, resourceType: 'Patient' }] })), ['Patient.contact[0].resourceType structure'])
  t.same(faults(patient({ _name: [{}] })), ['Patient._name structure'])
  t.same(faults(patient({ meta: { project: 'x', tag: [{ code: 'a' }] } })), ['Patient.meta.project structure'], 'not even Medplum’s own')
  for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    t.same(faults(JSON.parse(`{"resourceType":"Patient","name":[{"${key}":{},"text":"A"}]}`)), [`Patient.name[0].${key} structure`])
  }
})

t.test('a name that no element could have is not repeated', async (t) => {
  const [issue] = validator.validate(patient({ '<b>9990123454': 1 }))
  t.equal(issue?.expression, 'Patient')
  t.notMatch(issue?.text ?? '', /9990123454/)
})

t.test('an element has the cardinality of R4', async (t) => {
  t.same(faults({ resourceType: 'Procedure' }), ['Procedure.status required', 'Procedure.subject required'])
  t.same(faults(patient({ name: { family: 'Probert' } })), ['Patient.name structure'])
  t.same(faults(patient({ gender: ['female'] })), ['Patient.gender structure'])
  t.same(faults(patient({ maritalStatus: [{ text: 'married' }] })), ['Patient.maritalStatus structure'])
  t.same(faults(patient({ communication: [{}] })), ['Patient.communication[0] structure'])
  t.same(faults(patient({ communication: [{ preferred: true }] })), ['Patient.communication[0].language required'])
})

t.test('nothing is empty', async (t) => {
  t.same(faults(patient({ name: [] })), ['Patient.name structure'])
  t.same(faults(patient({ name: [{}] })), ['Patient.name[0] structure'])
  t.same(faults(patient({ maritalStatus: { id: 'only-an-id' } })), ['Patient.maritalStatus structure'])
  t.same(faults(patient({ birthDate: null })), ['Patient.birthDate structure'])
  t.same(faults(patient({ name: [{ family: '' }] })), ['Patient.name[0].family value'])
  t.same(faults(patient({ _birthDate: { id: 'a' } })), ['Patient.birthDate structure'])
})

t.test('an absent value may be explained by an extension', async (t) => {
  const absent = { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] }
  t.same(faults(patient({ _birthDate: absent })), [])
  t.same(faults(patient({ birthDate: '1974', _birthDate: absent })), [])
  t.same(faults(patient({ name: [{ given: ['Ada', null], _given: [null, absent] }] })), [])
  t.same(faults(patient({ name: [{ _given: [absent] }] })), [])
  t.same(faults(sessionOf({ status: undefined, _status: absent })), [], 'also where a value is required')
  t.same(faults(patient({ name: [{ given: ['Ada', null] }] })), ['Patient.name[0].given[1] structure'])
  t.same(faults(patient({ name: [{ given: ['Ada'], _given: [null, null] }] })), ['Patient.name[0].given[1] structure'])
  t.same(faults(patient({ _birthDate: [absent] })), ['Patient.birthDate structure'])
  t.same(faults(patient({ _birthDate: { value: '1974' } })), ['Patient.birthDate.value structure'])
})

t.test('of a choice there is one type, and one that R4 allows', async (t) => {
  t.same(faults(observation({ valueInteger: 3 })), [])
  t.same(faults(observation({ valueInteger: 3, valueString: 'three' })), ['Observation.value structure'])
  t.same(faults(observation({ valueDecimal: 3 })), ['Observation.valueDecimal structure'])
  t.same(faults(observation({ value: 3 })), ['Observation.value structure'])
  t.same(faults(observation({ valueQuantity: { value: '3' } })), ['Observation.value.value structure'])
  t.same(faults({ resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: 'Patient/ada' } }), [
    'MedicationRequest.medication required',
  ])
})

const FORMS: readonly (readonly [type: string, right: readonly unknown[], wrong: readonly unknown[]])[] = [
  ['Boolean', [true, false], ['true', 1]],
  ['Integer', [0, -2147483648, 2147483647], [1.5, 2147483648, '1']],
  ['UnsignedInt', [0], [-1, 0.5]],
  ['PositiveInt', [1], [0, -1]],
  ['Decimal', [1.5, -0.1, 1e-7], ['1.5', Number.POSITIVE_INFINITY, Number.NaN]],
  [
    'Date',
    ['1974', '1974-03', '1974-03-18', '2024-02-29'],
    ['74', '1974-13', '1974-02-30', '2023-02-29', '1900-02-29', '0000', '1974-3-1', '18/03/1974', '1974-03-18T10:00:00Z', ' 1974'],
  ],
  [
    'DateTime',
    ['1974', '1974-03-18', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00.123456+14:00', '2026-12-31T23:59:60Z'],
    [
      '2026-11-20T10:00:00',
      '2026-11-20T10:00Z',
      '2026-11-20T24:00:00Z',
      '2026-11-20T10:00:00+15:00',
      '2026-11-31T10:00:00Z',
      '2026-11T10:00:00Z',
      '2026-11-20 10:00:00Z',
    ],
  ],
  ['Instant', ['2026-11-20T10:00:00Z', '2026-11-20T10:00:00.1-05:00'], ['2026-11-20', '2026-11-20T10:00:00', '2026-02-30T10:00:00Z']],
  ['Time', ['10:00:00', '23:59:59.5'], ['10:00', '24:00:00', '10:00:00Z']],
  ['Code', ['a', 'a b'], ['', ' a', 'a ', 'a  b']],
  ['Id', ['A-1.b', 'a'.repeat(64)], ['a_b', 'a b', 'a'.repeat(65), '']],
  ['Oid', ['urn:oid:1.2.3', 'urn:oid:2.16.840'], ['1.2.3', 'urn:oid:3.1', 'urn:oid:1.02']],
  ['Uuid', ['urn:uuid:c757873d-ec9a-4326-a141-556f43239520'], ['c757873d-ec9a-4326-a141-556f43239520', 'urn:uuid:1']],
  [
    'Uri',
    ['http://a.example/b', 'urn:oid:1.2', 'a', 'urn:uuid:C757873D-EC9A-4326-A141-556F43239520'],
    ['a b', '', 'urn:uuid:1', 'urn:oid:x'],
  ],
  ['String', [' ', 'Ada\u00a0Probert', 'a\nb\tc\r', '👩‍🦽'], ['', 'a\u0000', 'a\u000b', '\ud800', 'a'.repeat(1_048_577), 7]],
  ['Base64Binary', ['QQ==', 'QUJD', 'QUJD\r\n  QUJD', 'Q U J D'], ['', 'QUJ', 'QUJDQ', 'QQ=A', '=', '====', 'QU_D']],
]

t.test('primitive values have the form of their type', async (t) => {
  for (const [type, right, wrong] of FORMS) {
    const withValue = (value: unknown): object => patient({ extension: [{ url: 'http://a.example/x', [`value${type}`]: value }] })
    for (const value of right) t.same(faults(withValue(value)), [], `${type} ${String(value).slice(0, 40)}`)
    for (const value of wrong)
      t.match(faults(withValue(value)), [/^Patient\.extension\[0\]\.value (?:value|structure)$/], `${type} ${String(value).slice(0, 40)}`)
  }
  t.same(faults(patient({ id: 'a_b' })), ['Patient.id value'])
  t.same(faults(patient({ language: 'en-GB' })), [])
  t.same(faults(patient({ language: 'english' })), ['Patient.language code-invalid'])
})

t.test('a decimal kept as it was written counts as a number', async (t) => {
  const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown }
  t.same(faults(observation({ valueQuantity: { value: rawJSON('1.50') } })), [])
  t.same(faults(observation({ valueQuantity: { value: rawJSON('"1.50"') } })), ['Observation.value.value structure'])
})

t.test('a code is one of its required value set', async (t) => {
  t.same(faults(patient({ gender: 'woman' })), ['Patient.gender code-invalid'])
  t.match(validator.validate(patient({ gender: 'woman' }))[0]?.remedy, /male, female, other, unknown/)
  t.same(faults(sessionOf({ status: 'done' })), ['Procedure.status code-invalid'])
  const condition = (clinicalStatus: object): object => ({
    resourceType: 'Condition',
    subject: { reference: 'Patient/ada' },
    clinicalStatus,
  })
  const system = 'http://terminology.hl7.org/CodeSystem/condition-clinical'
  t.same(
    faults(
      condition({
        coding: [
          { system: 'http://a.example', code: 'x' },
          { system, code: 'active' },
        ],
      }),
    ),
    [],
  )
  t.same(faults(condition({ coding: [{ system, code: 'aktiv' }] })), ['Condition.clinicalStatus code-invalid'])
  t.same(
    faults(condition({ coding: [{ code: 'active' }] })),
    ['Condition.clinicalStatus code-invalid'],
    'a code without its system is none',
  )
  t.same(faults(condition({ text: 'active' })), ['Condition.clinicalStatus code-invalid'])
  t.same(faults(observation({ valueQuantity: { value: 1, comparator: '=' } })), ['Observation.value.comparator code-invalid'])
  t.same(faults(observation({ category: [{ text: 'anything' }] })), [], 'a preferred binding asks nothing')
})

t.test('media types and currencies are judged by their form', async (t) => {
  const photo = (contentType: string): object => patient({ photo: [{ contentType }] })
  t.same(faults(photo('image/svg+xml; charset=utf-8')), [])
  t.same(faults(photo('picture')), ['Patient.photo[0].contentType code-invalid'])
  const cost = (currency: string): object => patient({ extension: [{ url: 'http://a.example/x', valueMoney: { value: 1, currency } }] })
  t.same(faults(cost('GBP')), [])
  t.same(faults(cost('pounds')), ['Patient.extension[0].value.currency code-invalid'])
})

t.test('a reference is written as FHIR writes them', async (t) => {
  const by = (reference: string): object => sessionOf({ subject: { reference } })
  for (const right of [
    'Patient/ada',
    'Patient/ada/_history/2',
    'https://pds.example/FHIR/R4/Patient/9990123454',
    'https://a.example/anything',
    'urn:uuid:c757873d-ec9a-4326-a141-556f43239520',
    'urn:oid:1.2.3',
  ])
    t.same(faults(by(right)), [], right)
  for (const wrong of [
    'ada',
    'Patient/',
    '/Patient/ada',
    'Patient/a b',
    'Patient/a_b',
    'Patienten/ada',
    'c757873d-ec9a-4326-a141-556f43239520',
    'Patient?identifier=1',
    '',
  ]) {
    t.match(faults(by(wrong)), [/^Procedure\.subject\.reference value/], wrong)
  }
  t.same(faults(by('Patient?identifier=1'), { conditionalReferences: true }), [])
  t.same(faults(sessionOf({ subject: { identifier: { value: '1' }, display: 'Ada' } })), [])
})

t.test('a reference is to a type the element allows', async (t) => {
  const to = (subject: object): string[] => faults(sessionOf({ subject }))
  t.same(to({ reference: 'Organization/o' }), ['Procedure.subject.reference value'])
  t.same(to({ reference: 'https://a.example/fhir/Organization/o' }), ['Procedure.subject.reference value'])
  t.same(to({ type: 'Organization', identifier: { value: '1' } }), ['Procedure.subject.type value'])
  t.same(to({ reference: 'Patient/ada', type: 'Group' }), ['Procedure.subject.type value'])
})

t.test('a contained resource is in its place and is used', async (t) => {
  const containing = (contained: object[], subject: object = { reference: '#a' }): string[] => faults(sessionOf({ contained, subject }))
  t.same(containing([{ resourceType: 'Patient', id: 'a' }]), [])
  t.same(containing([{ resourceType: 'Patient', id: 'b' }]), ['Procedure.subject.reference not-found', 'Procedure.contained[0] invariant'])
  t.same(containing([{ resourceType: 'Organization', id: 'a', name: 'A' }]), ['Procedure.subject.reference value'])
  t.same(containing([{ resourceType: 'Patient' }], { reference: 'Patient/ada' }), ['Procedure.contained[0].id required'])
  t.same(containing([{ resourceType: 'Patient', id: 'a', contained: [{ resourceType: 'Patient', id: 'c' }] }]), [
    'Procedure.contained[0].contained invariant',
  ])
  t.same(containing([{ resourceType: 'Patient', id: 'a', meta: { versionId: '1' } }]), ['Procedure.contained[0].meta invariant'])
  t.same(containing([{ resourceType: 'Patient', id: 'a', meta: { security: [{ code: 'R' }] } }]), ['Procedure.contained[0].meta invariant'])
  t.same(
    containing([
      { resourceType: 'Patient', id: 'a' },
      { resourceType: 'Patient', id: 'a' },
    ]),
    ['Procedure.contained[1].id value'],
  )
  t.same(
    containing(
      [
        {
          resourceType: 'Provenance',
          id: 'p',
          target: [{ reference: '#' }],
          recorded: '2026-11-20T10:00:00Z',
          agent: [{ who: { display: 'A' } }],
        },
      ],
      {
        reference: 'Patient/ada',
      },
    ),
    [],
    'one that refers to what contains it is used',
  )
  t.same(containing([], { reference: '#' }).toSorted().toReversed(), ['Procedure.subject.reference value', 'Procedure.contained structure'])
})

t.test('an extension has a url, and a value or extensions', async (t) => {
  const withExtension = (extension: object): string[] => faults(patient({ extension: [extension] }))
  t.same(withExtension({ url: 'https://a.example/unknown', valueString: 'kept' }), [])
  t.same(withExtension({ url: 'https://a.example/x', extension: [{ url: 'part', valueString: 'a' }] }), [])
  t.same(withExtension({ valueString: 'a' }), ['Patient.extension[0].url required'])
  t.same(withExtension({ url: 'https://a.example/x' }), ['Patient.extension[0] invariant'])
  t.same(withExtension({ url: 'https://a.example/x', valueString: 'a', extension: [{ url: 'b', valueString: 'c' }] }), [
    'Patient.extension[0] invariant',
  ])
  t.same(withExtension({ url: 'part', valueString: 'a' }), ['Patient.extension[0].url invariant'])
  t.same(withExtension({ url: 'https://a.example/x', valueWord: 'a' }), [
    'Patient.extension[0].valueWord structure',
    'Patient.extension[0] invariant',
  ])
})

t.test('an extension of R4 has the value R4 says', async (t) => {
  const core = (name: string, more: object): object => ({ url: `http://hl7.org/fhir/StructureDefinition/${name}`, ...more })
  const born = (extension: object): string[] => faults(patient({ birthDate: '1974-03-18', _birthDate: { extension: [extension] } }))
  t.same(born(core('patient-birthTime', { valueDateTime: '1974-03-18T10:00:00Z' })), [])
  t.same(born(core('patient-birthTime', { valueString: 'at ten' })), ['Patient.birthDate.extension[0].value structure'])
  t.same(born(core('data-absent-reason', { valueCode: 'lost' })), ['Patient.birthDate.extension[0].value code-invalid'])
  const part = (url: string, valueDecimal: number): object => ({ url, valueDecimal })
  const placed = (...extension: object[]): string[] => faults(patient({ address: [{ extension: [core('geolocation', { extension })] }] }))
  t.same(placed(part('latitude', 53.2), part('longitude', -3)), [])
  t.same(placed(part('latitude', 53.2)), ['Patient.address[0].extension[0].extension required'])
  t.equal(validator.validate(patient({ extension: [core('patient-birthTime', { valueInteger: 1 })] }))[0]?.http, 400)
  t.same(faults(patient({ extension: [core('nothing-of-r4', { valueInteger: 1 })] })), [], 'an unknown one is accepted')
})

t.test('a modifier extension nobody here knows is refused as not understood', async (t) => {
  const [issue] = validator.validate(patient({ modifierExtension: [{ url: 'https://a.example/not', valueBoolean: true }] }))
  t.match(issue, { code: 'extension', http: 422, expression: 'Patient.modifierExtension[0].url' })
})

t.test('a fault of R4 asks for 400 and says where, and never what was sent', async (t) => {
  const issues = validator.validate(patient({ name: [{ family: 'Probert', given: ['Ada', 'Probert\u0000'] }], birthDate: 'Probert' }))
  t.same(
    issues.map(({ http, expression }) => [http, expression]),
    [
      [400, 'Patient.name[0].given[1]'],
      [400, 'Patient.birthDate'],
    ],
  )
  for (const issue of issues) t.notMatch(JSON.stringify(issue), /Probert/)
})

t.test('what is in a Bundle is checked in its place', async (t) => {
  const bundle = (entry: object[], type = 'collection'): string[] => faults({ resourceType: 'Bundle', type, entry })
  t.same(bundle([{ resource: patient({ gender: 'x' }) }]), ['Bundle.entry[0].resource.gender code-invalid'])
  t.same(bundle([{ resource: { resourceType: 'Nothing' } }]), ['Bundle.entry[0].resource.resourceType structure'])
  const post = { method: 'POST', url: 'Procedure' }
  t.same(bundle([{ resource: sessionOf({ subject: { reference: 'Patient?identifier=1' } }), request: post }], 'transaction'), [])
  const urn = 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520'
  const organisation = { resourceType: 'Organization', name: 'A' }
  t.same(bundle([{ fullUrl: urn, resource: organisation }, { resource: sessionOf({ subject: { reference: urn } }) }]), [
    'Bundle.entry[1].resource.subject.reference value',
  ])
})

t.test('depth and size are bounded before anything else', async (t) => {
  let deep: object = { url: 'https://a.example/x', valueString: 'a' }
  for (let i = 0; i < 50_000; i += 1) deep = { url: 'https://a.example/x', extension: [deep] }
  t.same(faults(patient({ extension: [deep] })), ['Resource too-costly'])
  t.same(faults(patient({ name: Array.from({ length: 100_001 }, () => ({ family: 'A' })) })), ['Resource too-costly'])
  const holes: unknown[] = []
  holes.length = 4_000_000_000
  t.same(faults(patient({ name: holes })), ['Resource too-costly'])
  const circle: Record<string, unknown> = patient({}) as Record<string, unknown>
  circle['contact'] = [circle]
  t.same(faults(circle), ['Resource too-costly'])
})

t.test('so many faults are told and no more', async (t) => {
  t.equal(validator.validate(patient({ name: Array.from({ length: 5_000 }, () => ({})) })).length, 100)
})

t.test('no value makes it throw, and none is accepted that is no resource', async (t) => {
  const hostile = new Proxy(patient({}), {
    ownKeys() {
      throw new Error('no')
    },
  })
  t.same(faults(hostile), ['Resource exception'])
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withSparseArray: true, withNullPrototype: true }),
      (value) => {
        const issues: Issue[] = validator.validate(value)
        return issues.length > 0
      },
    ),
    { numRuns: 2_000 },
  )
})

t.test('the elements of a type can be asked for', async (t) => {
  t.equal(elementsOf('Patient.contact')?.find(({ name }) => name === 'name')?.types[0]?.code, 'HumanName')
  t.equal(elementsOf('Patient.elbow'), undefined)
  t.equal(elementsOf('__proto__'), undefined)
  t.equal(bindingOf('Patient.gender'), 'http://hl7.org/fhir/ValueSet/administrative-gender')
  t.equal(bindingOf('Patient.name'), undefined)
})

t.test('value sets of R4 can be asked for their codes', async (t) => {
  const gender = 'http://hl7.org/fhir/ValueSet/administrative-gender'
  t.equal(validator.valueSetHas(gender, 'http://hl7.org/fhir/administrative-gender', 'female'), true)
  t.equal(validator.valueSetHas(`${gender}|4.0.1`, undefined, 'female'), true)
  t.equal(validator.valueSetHas(gender, 'http://a.example', 'female'), false)
  t.equal(
    validator.valueSetHas('http://hl7.org/fhir/ValueSet/condition-code', 'http://snomed.info/sct', '1'),
    undefined,
    'SNOMED CT is not listed here',
  )
  t.equal(
    validator
      .expand('http://terminology.hl7.org/ValueSet/v3-ActEncounterCode')
      ?.get('http://terminology.hl7.org/CodeSystem/v3-ActCode')
      ?.has('IMP'),
    true,
  )
})
