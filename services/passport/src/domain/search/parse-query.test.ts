import fc from '@platform/testing/properties'
import { Refusal } from '@platform/fhir/errors'
import { expandBase } from '@platform/fhir/validate/terminology'
import t from 'tap'
import { loadSearchDefinitions } from '../../store/search-definitions.ts'
import { parseQuery } from './parse-query.ts'
import type { Condition } from './query.ts'
import { tokenHash } from './token-hash.ts'

const types = [
  'Patient',
  'Procedure',
  'Observation',
  'Task',
  'ServiceRequest',
  'Organization',
  'Practitioner',
  'Appointment',
  'ValueSet',
  'RiskAssessment',
  'Group',
  'Provenance',
  'DocumentReference',
]
const kinds = new Map([['s', new Set(['A', 'b'])]])
const expand = (url: string) => (url === 'https://a.example/ValueSet/k' ? kinds : expandBase(url))
const definitions = loadSearchDefinitions({ types, own: [], expand, baseUrl: 'https://hub.example/fhir' })
const now = new Date('2026-11-21T00:00:00Z')
const parse = (type: string, query: string) => parseQuery(type, new URLSearchParams(query), { definitions, now })
const conditions = (type: string, query: string): readonly Condition[] => parse(type, query).conditions
const tokens = (...texts: string[]): Condition => ({ kind: 'tokens', any: texts.map(tokenHash) })
const not = (...texts: string[]): Condition => ({ kind: 'tokens', not: true, any: texts.map(tokenHash) })
const refusal = (type: string, query: string) => {
  try {
    parse(type, query)
  } catch (error) {
    return error instanceof Refusal ? `${error.code} ${error.expression.join()}` : String(error)
  }
  return 'accepted'
}

t.test('a token may name system and code, the code alone, no system, or the system alone', async (t) => {
  t.same(conditions('Procedure', 'code=http://snomed.info/sct|1'), [tokens('Procedure.code|http://snomed.info/sct|1')])
  t.same(conditions('Procedure', 'code=1'), [tokens('Procedure.code|1')])
  t.same(conditions('Procedure', 'code=|1'), [tokens('Procedure.code||1')])
  t.same(conditions('Procedure', 'code=http://snomed.info/sct|'), [tokens('Procedure.code|http://snomed.info/sct|')])
})

t.test('commas are alternatives, a repeated parameter must hold each time', async (t) => {
  t.same(conditions('Task', 'status=ready,accepted&status=ready'), [
    tokens('Task.status|ready', 'Task.status|accepted'),
    tokens('Task.status|ready'),
  ])
})

t.test('escaped signs stand for themselves', async (t) => {
  t.same(conditions('Procedure', 'code=a\\,b'), [tokens('Procedure.code|a,b')])
  t.same(conditions('Procedure', 'code=s\\|t|a\\$'), [tokens('Procedure.code|s\\|t|a$')])
})

t.test('a code element has the systems of its value set', async (t) => {
  t.same(conditions('Patient', 'gender=http://hl7.org/fhir/administrative-gender|female'), [tokens('Patient.gender|female')])
  t.same(conditions('Patient', 'gender=https://a.example|female'), [tokens()])
  t.same(conditions('Patient', 'active=true'), [tokens('Patient.active|true')])
})

t.test(':not, :in, :not-in and :of-type', async (t) => {
  t.same(conditions('Task', 'status:not=ready'), [not('Task.status|ready')])
  t.same(conditions('Procedure', 'code:in=https://a.example/ValueSet/k'), [tokens('Procedure.code|s|a', 'Procedure.code|s|b')])
  t.same(conditions('Procedure', 'code:not-in=https://a.example/ValueSet/k'), [not('Procedure.code|s|a', 'Procedure.code|s|b')])
  t.same(conditions('Patient', 'identifier:of-type=t|NH|123'), [tokens('Patient.identifier:of-type|t|nh|123')])
})

t.test(':text looks at the words beside a code', async (t) => {
  t.same(conditions('Procedure', 'code:text=Hydro'), [
    { kind: 'strings', keys: ['Procedure.code:text'], any: [{ match: 'starts', value: 'hydro' }] },
  ])
})

t.test(':missing goes by presence, for parameters of every type', async (t) => {
  for (const name of ['status', 'date', 'encounter', 'instantiates-uri']) {
    t.same(conditions('Procedure', `${name}:missing=false`), [tokens(`Procedure.${name}=present`)])
    t.same(conditions('Procedure', `${name}:missing=true`), [not(`Procedure.${name}=present`)])
  }
  t.equal(refusal('Procedure', 'date:missing=maybe'), 'SEARCH_VALUE_INVALID date:missing')
})

t.test('an identifier goes by the table of identifiers', async (t) => {
  t.match(conditions('Patient', 'identifier=s|1'), [{ kind: 'identifier', any: [{ system: 's', value: '1' }] }])
  t.match(conditions('Patient', 'identifier=|1'), [{ kind: 'identifier', any: [{ system: '', value: '1' }] }])
  t.match(conditions('Patient', 'identifier=1'), [{ kind: 'identifier', any: [{ value: '1' }] }])
  t.same(conditions('Patient', 'identifier=s|'), [tokens('Patient.identifier|s|')])
})

for (const query of [
  'patient=ada',
  'patient=Patient/ada',
  'subject=Patient/ada',
  'subject:Patient=ada',
  'patient=https://hub.example/fhir/Patient/ada',
]) {
  t.test(`${query} is about one person`, async (t) => {
    const { patient, conditions: found, sort } = parse('Procedure', query)
    t.equal(patient, 'ada')
    t.same(found, [{ kind: 'patient', id: 'ada' }])
    t.same(sort, [{ by: 'occurred', descending: true }])
  })
}

t.test('a reference that is not the compartment of its type, or names several, is about nobody in particular', async (t) => {
  for (const [type, query] of [
    ['Procedure', 'patient=ada,bryn'],
    ['Procedure', 'subject=ada'],
    ['Appointment', 'patient=ada'],
    ['Procedure', 'performer=Patient/ada'],
    ['Procedure', 'patient:missing=false'],
  ] as const) {
    t.notOk('patient' in parse(type, query), `${type}?${query}`)
  }
})

t.test('where another element may name the person too, the reference is looked at as well', async (t) => {
  t.same(conditions('Task', 'patient=ada'), [
    {
      kind: 'all',
      of: [
        { kind: 'patient', id: 'ada' },
        { ...tokens('Task.subject>Patient/ada'), rare: true },
      ],
    },
  ])
})

t.test('_id of a Patient is about that person', async (t) => t.equal(parse('Patient', '_id=ada').patient, 'ada'))

t.test('a bare id stands for one of each type the reference may point to', async (t) => {
  t.same(conditions('Procedure', 'subject=x'), [tokens('Procedure.subject>Group/x', 'Procedure.subject>Patient/x')])
})

t.test('a reference by identifier, by type, by URL and by canonical', async (t) => {
  t.same(conditions('Task', 'owner:identifier=s|1'), [tokens('Task.owner:identifier|s|1')])
  t.same(conditions('Task', 'owner:Organization=x'), [tokens('Task.owner>Organization/x')])
  t.same(conditions('Task', 'owner=https://other.example/Organization/x'), [tokens('Task.owner>https://other.example/Organization/x')])
  t.equal(refusal('Task', 'owner:Task=x'), 'SEARCH_MODIFIER_UNSUPPORTED owner:Task')
  t.equal(refusal('Task', 'owner:Organization=Practitioner/x'), 'SEARCH_VALUE_INVALID owner:Organization')
  t.equal(refusal('Task', 'owner=two words'), 'SEARCH_VALUE_INVALID owner')
})

t.test('a string begins with, is exactly, or contains', async (t) => {
  const test = (query: string) => (conditions('Patient', query)[0] as unknown as { any: unknown[] }).any[0]
  t.same(test('family=Óh'), { match: 'starts', value: 'oh' })
  t.same(test('family:exact=Óh'), { match: 'exact', value: 'oh', exact: 'Óh' })
  t.same(test('family:contains=Óh'), { match: 'contains', value: 'oh' })
  t.equal(refusal('Patient', 'family:text=x'), 'SEARCH_MODIFIER_UNSUPPORTED family:text')
})

t.test('phonetic goes by the sound of every word', async (t) => {
  t.same(conditions('Patient', 'phonetic=Smith'), conditions('Patient', 'phonetic=Smyth'))
})

t.test('a date has a prefix and a precision', async (t) => {
  t.same(conditions('Procedure', 'date=ge2026-11'), [
    { kind: 'dates', keys: ['Procedure.date'], any: [{ prefix: 'ge', low: '2026-11-01T00:00:00.000Z', high: '2026-12-01T00:00:00.000Z' }] },
  ])
  t.same(conditions('Procedure', '_lastUpdated=lt2026'), [
    { kind: 'updated', any: [{ prefix: 'lt', low: '2026-01-01T00:00:00.000Z', high: '2027-01-01T00:00:00.000Z' }] },
  ])
  t.same(
    conditions('Procedure', 'date=2026-11-21T01:00:00 01:00'),
    conditions('Procedure', 'date=2026-11-21T00:00:00Z'),
    'a plus sign that came as a space',
  )
  t.equal(refusal('Procedure', 'date=zz2026'), 'SEARCH_PREFIX_UNSUPPORTED date')
  t.equal(refusal('Procedure', 'date=2026-13'), 'SEARCH_VALUE_INVALID date')
  t.equal(refusal('Procedure', 'date:exact=2026'), 'SEARCH_MODIFIER_UNSUPPORTED date:exact')
})

t.test('ap widens a date by a tenth of its distance from now', async (t) => {
  t.match(conditions('Procedure', 'date=ap2026-11-11'), [
    { any: [{ prefix: 'ap', low: '2026-11-10T02:24:00.000Z', high: '2026-11-12T21:36:00.000Z' }] },
  ])
})

t.test('a number means what rounds to it; ap widens it by a tenth', async (t) => {
  t.match(conditions('RiskAssessment', 'probability=0.35'), [{ any: [{ prefix: 'eq', low: 0.345, high: 0.355 }] }])
  t.match(conditions('RiskAssessment', 'probability=ap100'), [{ any: [{ prefix: 'ap', low: 90, high: 110 }] }])
  t.equal(refusal('RiskAssessment', 'probability=much'), 'SEARCH_VALUE_INVALID probability')
})

t.test('a quantity may name its unit with and without system', async (t) => {
  t.match(conditions('Observation', 'value-quantity=gt5.4|http://unitsofmeasure.org|mg'), [
    { any: [{ prefix: 'gt', exact: 5.4, unit: { system: 'http://unitsofmeasure.org', code: 'mg' } }] },
  ])
  t.match(conditions('Observation', 'value-quantity=5.4||mg'), [{ any: [{ unit: { code: 'mg' } }] }])
  t.equal(refusal('Observation', 'value-quantity=5.4|mg'), 'SEARCH_VALUE_INVALID value-quantity')
})

t.test('a URI is found exactly, above and below', async (t) => {
  t.same(conditions('ValueSet', 'url=http://a/b'), [tokens('ValueSet.url>http://a/b')])
  t.same(conditions('ValueSet', 'url:below=http://a/b/'), [tokens('ValueSet.url>http://a/b/', 'ValueSet.url<http://a/b')])
  t.same(conditions('ValueSet', 'url:above=http://a/b/c'), [
    tokens(
      'ValueSet.url>http://a/b/c',
      'ValueSet.url>http://a',
      'ValueSet.url>http://a/',
      'ValueSet.url>http://a/b',
      'ValueSet.url>http://a/b/',
    ),
  ])
})

t.test('a composite on the resource is both of its parts; on an element it is a pair', async (t) => {
  t.match(conditions('Observation', 'code-value-quantity=http://loinc.org|1$gt5'), [
    {
      kind: 'any',
      of: [{ kind: 'all', of: [tokens('Observation.code|http://loinc.org|1'), { kind: 'numbers', keys: ['Observation.value-quantity'] }] }],
    },
  ])
  t.match(conditions('Observation', 'component-code-value-quantity=1$5'), [
    { kind: 'any', of: [{ kind: 'numbers', keys: ['Observation.component(code,value.ofType(Quantity))$1'] }] },
  ])
  t.same(conditions('DocumentReference', 'relationship=DocumentReference/1$replaces'), [
    { kind: 'any', of: [tokens('DocumentReference.relatesTo(target,code)|DocumentReference/1$replaces')] },
  ])
  t.equal(refusal('Observation', 'code-value-quantity=1'), 'SEARCH_VALUE_INVALID code-value-quantity')
})

t.test('a chain follows a reference, with or without naming its type', async (t) => {
  t.match(conditions('Procedure', 'subject:Patient.family=Lovell'), [
    { kind: 'chain', keys: ['Procedure.subject'], compartment: true, targets: [{ type: 'Patient', condition: { kind: 'strings' } }] },
  ])
  t.match(conditions('Procedure', 'patient.organization.name=x'), [
    { targets: [{ type: 'Patient', condition: { kind: 'chain', targets: [{ type: 'Organization' }] } }] },
  ])
  t.same((conditions('Task', 'owner.name=x')[0] as unknown as { targets: { type: string }[] }).targets.map(({ type }) => type).toSorted(), [
    'Organization',
    'Patient',
    'Practitioner',
  ])
  t.equal(refusal('Procedure', 'status.x=1'), 'SEARCH_CHAIN_INVALID status.x')
})

t.test('_has asks for what refers here, nested too', async (t) => {
  t.match(conditions('Patient', '_has:Procedure:patient:code=1'), [
    { kind: 'has', type: 'Procedure', reference: 'patient', condition: tokens('Procedure.code|1') },
  ])
  t.match(conditions('Patient', '_has:Procedure:patient:_has:Provenance:target:recorded=2026'), [
    { condition: { kind: 'has', type: 'Provenance', condition: { kind: 'dates' } } },
  ])
  t.equal(refusal('Patient', '_has:Procedure:code:status=1'), 'SEARCH_CHAIN_INVALID _has:Procedure:code:status')
})

t.test('a chain has an end', async (t) => {
  t.match(refusal('Organization', `${'partof.'.repeat(6)}name=x`), 'SEARCH_CHAIN_INVALID')
})

t.test('the page is 50 matches, 500 at most', async (t) => {
  t.equal(parse('Task', '').count, 50)
  t.equal(parse('Task', '_count=7').count, 7)
  t.equal(parse('Task', '_count=100000').count, 500)
  t.equal(refusal('Task', '_count=many'), 'SEARCH_VALUE_INVALID _count')
})

t.test('_summary=count and _count=0 ask for the total only', async (t) => {
  t.match(parse('Task', '_summary=count'), { count: 0, total: 'accurate' })
  t.equal(parse('Task', '_count=0').count, 0)
})

t.test('results are sorted by dates, strings, numbers and columns, not by tokens', async (t) => {
  t.same(parse('Task', '_sort=-modified,_id').sort, [
    { by: 'date', keys: ['Task.modified'], descending: true },
    { by: 'id', descending: false },
  ])
  t.same(parse('Procedure', '_sort=date').sort, [{ by: 'occurred', descending: false }], 'the primary date has a column')
  t.equal(refusal('Task', '_sort=status'), 'SEARCH_SORT_UNSUPPORTED _sort')
})

t.test('includes name a reference, perhaps its target, perhaps to be gone on with', async (t) => {
  t.same(parse('Task', '_include=Task:focus:ServiceRequest').includes, [
    { type: 'Task', parameter: 'focus', target: 'ServiceRequest', iterate: false },
  ])
  t.same(parse('Task', '_include:iterate=ServiceRequest:requester&_include=Task:*').includes, [
    { type: 'ServiceRequest', parameter: 'requester', iterate: true },
    { type: 'Task', iterate: false },
  ])
  t.same(parse('Patient', '_revinclude=Procedure:patient').revincludes, [{ type: 'Procedure', parameter: 'patient', iterate: false }])
  t.equal(refusal('Task', '_include=Task:status'), 'SEARCH_INCLUDE_UNKNOWN _include')
})

t.test('_elements takes the elements of this type', async (t) => {
  t.same(parse('Task', '_elements=status,Task.owner,Patient.name').elements, ['status', 'owner'])
})

t.test('what is not known or has no value is named, and the rest is used', async (t) => {
  const query = parse('Task', 'status=ready&colour=red&owner=&_text=x&_format=json')
  t.same(query.ignored, ['colour', 'owner', '_text'])
  t.same(query.used, [['status', 'ready']])
})

t.test('a search of too many alternatives is refused', async (t) => {
  t.equal(refusal('Task', `status=${Array.from({ length: 1001 }, (_, at) => `s${at}`).join(',')}`), 'SEARCH_TOO_COSTLY status')
})

t.test('no value is ever repeated in a refusal', async (t) => {
  try {
    parse('Patient', 'birthdate=Lovell')
  } catch (error) {
    t.notMatch(String(error), 'Lovell')
  }
})

t.test('whatever is asked is parsed or refused with a code', async () => {
  const names = types.flatMap((type) => [...definitions.parametersOf(type).keys()])
  const name = fc.oneof(
    fc.constantFrom(...names, '_id', '_lastUpdated', '_sort', '_count', '_include', '_has:Task:owner:status', '_elements'),
    fc.string({ maxLength: 30 }),
  )
  const modifier = fc.constantFrom(
    '',
    '',
    '',
    ':not',
    ':exact',
    ':missing',
    ':Patient',
    ':below',
    ':text',
    ':of-type',
    '.name',
    ':Patient.family:exact',
  )
  const value = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom('ge2026', 'a|b', '|', '\\', 'x$y', '5.4|s|c', 'Patient/1', ',', '2026-02-30'),
  )
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.array(fc.tuple(name, modifier, value), { maxLength: 4 }), (type, asked) => {
      try {
        parseQuery(
          type,
          asked.map(([code, how, what]) => [code + how, what] as const),
          { definitions, now },
        )
        return true
      } catch (error) {
        return error instanceof Refusal && error.code.startsWith('SEARCH_')
      }
    }),
    { numRuns: 2000 },
  )
})
