/**
 * Whatever is sent to the FHIR door: no 5xx, no crash, an OperationOutcome for every no, and nothing stored changes on a refusal.
 * Each property runs for a few seconds at most.
 */
import fc, { anyCharacter } from '@platform/testing/properties'
import t from 'tap'
import { fuzzedDoor, METHODS } from './a-fuzzed-door.ts'

t.setTimeout(600_000)

const { send, ada, session, tried } = await fuzzedDoor(t)

const LIMITS = { numRuns: 400, endOnFailure: true }

/** Texts that break things: control characters, halves of pairs, long ones, and the syntax of search, JSON and URLs. */
const nasty = fc.oneof(
  fc.constantFrom(
    '\0',
    '%00',
    '\ud800',
    '\u202e',
    'é'.repeat(300),
    '|',
    ',',
    '$',
    '\\',
    '&',
    '=',
    '?',
    '%',
    '/',
    '..',
    '*',
    'null',
    '-1',
    '1e999',
    '9999-99-99',
    '__proto__',
    'constructor',
  ),
  fc.string({ unit: anyCharacter, maxLength: 20 }),
  fc.string({ maxLength: 20 }),
)

const spoilt = (words: readonly string[]) => fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: nasty })

const type = spoilt(['Patient', 'Procedure', 'Observation', 'Task', 'AuditEvent', 'Binary', 'Unicorn', 'ValueSet'])

const id = spoilt([ada.id, session.id, 'none', '1-1-1', 'a'.repeat(64), 'a'.repeat(65)])

const segment = fc.oneof(id, spoilt(['_history', '_search', '$validate', '$everything', '$refuse', '1', '2', 'metadata', '.well-known']))

t.test('any method on any path with any query and headers', async () => {
  const value = spoilt([
    ada.id,
    `Patient/${ada.id}`,
    'urn:test|1',
    '|',
    'urn:test|',
    '2026',
    'ge2026-01-01T00:00:00+01:00',
    '5.4',
    'lt1e5|urn:u|mg',
    'true',
    '0',
    '1',
    'Procedure:patient',
    '*',
    'xml',
    'json',
  ])
  const name = fc.oneof(
    spoilt([
      '_id',
      '_count',
      '_sort',
      '_include',
      '_revinclude',
      '_has:Procedure:patient:code',
      'patient',
      'subject:Patient.name',
      'identifier',
      'identifier:of-type',
      'code:in',
      'code:not-in',
      'date',
      'value-quantity',
      '_lastUpdated',
      '_tag',
      '_format',
      '_pretty',
      '_cursor',
      '_since',
      '_type',
      '_elements',
      '_summary',
      '_total',
      'url:below',
      'name:exact',
      'code-value-quantity',
      '_filter',
      '_text',
      'near',
      'profile',
    ]),
    fc
      .tuple(spoilt(['code', 'subject', 'name']), spoilt(['missing', 'not', 'above', 'exact', 'Patient.name']))
      .map(([first, second]) => `${first}:${second}`),
  )
  const query = fc
    .array(fc.tuple(name, value), { maxLength: 4 })
    .map((pairs) =>
      pairs.map(([key, text]) => `${encodeURIComponent(key.toWellFormed())}=${encodeURIComponent(text.toWellFormed())}`).join('&'),
    )
  const header = fc.tuple(
    fc.constantFrom(
      'if-match',
      'if-none-match',
      'if-modified-since',
      'if-none-exist',
      'prefer',
      'accept',
      'content-type',
      'content-encoding',
      'x-anything',
    ),
    fc.oneof(
      fc.constantFrom(
        'W/"1"',
        'W/"999999999999"',
        '*',
        'return=minimal',
        'handling=strict',
        'identifier=urn:test|1',
        'text/xml',
        'application/json',
        'gzip',
        '',
      ),
      fc.string({ maxLength: 30 }),
    ),
  )
  const path = fc.tuple(type, fc.array(segment, { maxLength: 4 })).map(
    (parts) =>
      `/${parts
        .flat()
        .map((part) => encodeURIComponent(part.toWellFormed()))
        .join('/')}`,
  )
  const body = fc.option(fc.constantFrom('', '{}', '[]', '{"resourceType":"Patient"}', 'a=b', 'null', '[{"op":"remove","path":"/name"}]'), {
    nil: undefined,
  })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...METHODS),
      path,
      query,
      fc.array(header, { maxLength: 3 }),
      body,
      async (method, where, asked, headers, sent) =>
        tried(
          method,
          `${where}${asked === '' ? '' : `?${asked}`}`,
          method === 'GET' || method === 'HEAD' ? undefined : sent,
          Object.fromEntries(headers),
        ),
    ),
    LIMITS,
  )
})

t.test('any bytes and any JSON as a body', async () => {
  const target = fc.constantFrom('/Patient', '/Procedure', '/', '/Patient/$validate', '/Patient/_search', `/Patient/${ada.id}`)
  const contentType = fc.constantFrom(
    'application/fhir+json',
    'application/json',
    'application/json-patch+json',
    'application/x-www-form-urlencoded',
    'text/plain',
  )
  const text = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('POST', 'PUT', 'PATCH'), target, contentType, text, async (method, path, kind, body) =>
      tried(method, path, body, { 'content-type': kind }),
    ),
    LIMITS,
  )
})

/** Resources that are almost right. */
const SAMPLES: readonly Record<string, unknown>[] = [
  {
    resourceType: 'Patient',
    name: [{ family: 'Llwyd', given: ['Ada'] }],
    birthDate: '1974-03-02',
    identifier: [{ system: 'urn:x', value: 'y' }],
    meta: { tag: [{ code: 'a' }] },
  },
  {
    resourceType: 'Procedure',
    status: 'completed',
    subject: { reference: `Patient/${ada.id}` },
    performedPeriod: { start: '2026-01-01', end: '2026-01-02' },
    code: { coding: [{ system: 'urn:c', code: 'x' }] },
  },
  {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    valueQuantity: { value: 1.5, unit: 's' },
    component: [{ code: { text: 'y' }, valueRange: { low: { value: 1 } } }],
  },
  {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    for: { reference: `Patient/${ada.id}` },
    restriction: { period: { end: '2027' } },
    output: [{ type: { text: 'x' }, valueString: 'y' }],
  },
  {
    resourceType: 'Consent',
    status: 'active',
    scope: { text: 'x' },
    category: [{ text: 'x' }],
    patient: { reference: `Patient/${ada.id}` },
    policyRule: { text: 'x' },
    provision: { type: 'deny', provision: [{ type: 'deny' }] },
  },
  {
    resourceType: 'CareTeam',
    status: 'active',
    subject: { reference: `Patient/${ada.id}` },
    participant: [{ member: { reference: 'Organization/x' } }],
  },
]

type Place = readonly (string | number)[]

const placesIn = (value: unknown, at: Place = []): Place[] =>
  typeof value !== 'object' || value === null
    ? [at]
    : [at, ...Object.entries(value).flatMap(([key, child]) => placesIn(child, [...at, key]))]

/** The sample with something else at one place of it. */
function withAt(value: unknown, [first, ...rest]: Place, instead: unknown): unknown {
  if (first === undefined) return instead
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...(value as object) }
  Object.assign(copy, { [first]: withAt((value as Record<string, unknown>)[first], rest, instead) })
  return copy
}

const instead = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    [],
    {},
    '',
    0,
    -1,
    1e308,
    true,
    [null],
    [[]],
    { reference: 5 },
    '2026-13-40',
    '9999-12-31T23:59:60Z',
    '0001',
    `Patient/${ada.id}/_history/1`,
    '#x',
    'urn:uuid:x',
    'Patient?identifier=urn:test|1',
    'Unicorn?x=y',
  ),
  nasty,
  fc.jsonValue({ maxDepth: 3 }),
)

const mutated = fc.constantFrom(...SAMPLES).chain((sample) =>
  fc
    .array(fc.tuple(fc.constantFrom(...placesIn(sample).filter((place) => place.length > 0)), instead), { minLength: 1, maxLength: 2 })
    .map((changes) =>
      changes.reduce<unknown>((resource, [place, value]) => {
        try {
          return withAt(resource, place, value)
        } catch {
          return resource
        }
      }, sample),
    ),
)

t.test('resources with anything at any place: create, update and $validate', async () => {
  await fc.assert(
    fc.asyncProperty(mutated, fc.constantFrom('POST', 'PUT', '$validate'), async (resource, how) => {
      const { resourceType } = resource as { resourceType?: unknown }
      const of = typeof resourceType === 'string' && /^[A-Za-z]+$/.test(resourceType) ? resourceType : 'Patient'
      if (how === 'PUT') await tried('PUT', `/Patient/${ada.id}`, { ...(resource as object), id: ada.id })
      else await tried('POST', how === 'POST' ? `/${of}` : `/${of}/$validate`, resource)
    }),
    LIMITS,
  )
})

t.test('any Bundle', async () => {
  const url = fc.oneof(
    spoilt([
      'Patient',
      `Patient/${ada.id}`,
      'Patient?identifier=urn:test|1',
      'Procedure?patient=x',
      'metadata',
      'Unicorn',
      `Patient/${ada.id}/$everything`,
      'Patient/_history?_count=1',
      '../healthz',
      '//elsewhere/x',
      'http://elsewhere/x',
      '?',
      '#',
    ]),
    fc.webUrl(),
  )
  const request = fc.record(
    {
      method: spoilt(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'BREW']),
      url,
      ifMatch: spoilt(['W/"1"', '*']),
      ifNoneExist: spoilt(['identifier=urn:test|1', 'name=a']),
      ifNoneMatch: spoilt(['W/"1"', 'a\r\nb']),
      ifModifiedSince: nasty,
    },
    { requiredKeys: [] },
  )
  const patch = fc.jsonValue().map((value) => ({
    resourceType: 'Binary',
    contentType: 'application/json-patch+json',
    data: Buffer.from(JSON.stringify(value)).toString('base64'),
  }))
  const entry = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record(
        {
          request,
          resource: fc.oneof(mutated, patch),
          fullUrl: spoilt(['urn:uuid:11111111-1111-4111-8111-111111111111', 'http://x/Patient/1']),
        },
        { requiredKeys: ['request'] },
      ),
    },
    { weight: 1, arbitrary: fc.jsonValue() },
  )
  const bundle = fc.record(
    {
      resourceType: fc.constant('Bundle'),
      type: spoilt(['batch', 'transaction']),
      entry: fc.oneof({ weight: 6, arbitrary: fc.array(entry, { maxLength: 4 }) }, fc.jsonValue()),
    },
    { requiredKeys: ['resourceType', 'type'] },
  )
  await fc.assert(
    fc.asyncProperty(bundle, async (body) => {
      await tried('POST', '/', body)
      const answer = await send('admin', 'POST', '/', { ...body, type: 'batch' })
      if (answer.statusCode !== 200) return
      const { entry: answers = [] } = answer.json<{ entry?: { response: { status: string; outcome?: { resourceType: string } } }[] }>()
      for (const { response } of answers) {
        if (response.status.startsWith('5')) throw new Error(`${JSON.stringify(body)}\n${JSON.stringify(response)}`)
        if (response.status.startsWith('4') && response.outcome?.resourceType !== 'OperationOutcome')
          throw new Error(JSON.stringify({ body, response }))
      }
    }),
    LIMITS,
  )
})
