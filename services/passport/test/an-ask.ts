/** Random requests about a world: everything by which somebody might find out what they may not read. */
import fc from 'fast-check'
import { ALL_TYPES, ENTRY_TYPES, SECRETS, type AnyType, type World } from './a-world.ts'

export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}
/** A request, once the ids of the world are known. */
export type AskAbout = (world: World) => Ask
type Text = (world: World) => string

const one = <T>(from: readonly T[], number: number): T => from[number % from.length] as T
const type = fc.constantFrom<AnyType>(...ALL_TYPES)
const reference: fc.Arbitrary<Text> = fc.nat().map(
  (n) =>
    ({ references }) =>
      one(references, n),
)
const someone: fc.Arbitrary<Text> = fc.nat().map(
  (n) =>
    ({ people }) =>
      one(people, n),
)
const id: fc.Arbitrary<Text> = reference.map((of) => (world) => of(world).split('/')[1] ?? '')
const secret: fc.Arbitrary<Text> = reference.map((of) => (world) => world.secretOf.get(of(world)) ?? '')
const secretToken: fc.Arbitrary<Text> = secret.map((of) => (world) => `${SECRETS}|${of(world)}`)
const fixed = (...texts: string[]): fc.Arbitrary<Text> => fc.constantFrom(...texts).map((text) => () => text)

const LINKS = [
  'subject',
  'patient',
  'about',
  'focus',
  'reason-reference',
  'item',
  'part-of',
  'member',
  'based-on',
  'entity',
  'evidence-detail',
  'general-practitioner',
  'organization',
  'owner',
]
const link = fc.constantFrom(...LINKS)

/** `name=value` of one condition on a resource. */
const condition: fc.Arbitrary<readonly [string, Text]> = fc.oneof(
  fc.tuple(
    fixed('_id').map((text) => text({} as World)),
    id,
  ),
  fc.tuple(fc.constantFrom('identifier'), fc.oneof(secretToken, secret)),
  fc.tuple(
    fc.constantFrom('patient', 'subject', 'patient:Patient', 'for', 'beneficiary'),
    fc.oneof(
      someone,
      someone.map((of) => (world: World) => of(world).split('/')[1] ?? ''),
    ),
  ),
  fc.tuple(
    fc.constantFrom('code', 'code:not', 'code:text', 'topic', 'medication.code'),
    fixed('alpha', 'urn:code|alpha', 'beta', 'urn:code|', 'secret'),
  ),
  fc.tuple(fc.constantFrom('code:missing', 'patient:missing', 'identifier:missing'), fixed('true', 'false')),
  fc.tuple(link, reference),
  fc.tuple(
    fc.constantFrom('_security', '_security:not', '_tag'),
    fixed('mental-health', 'https://handrail.example/fhir/CodeSystem/data-class|mental-health', 'external'),
  ),
  fc.tuple(
    fc.constantFrom('_lastUpdated', 'birthdate', 'date', 'recorded-date', 'period'),
    fixed('gt2000', 'lt2100', '2026', 'ne2026-01-01', 'ge2026-03'),
  ),
  fc.tuple(fc.constantFrom('family', 'name', 'name:contains', 'family:exact', 'phonetic'), fixed('Family0', 'fam', 'ily1', 'Second')),
  fc.tuple(fc.constantFrom('status', 'status:not'), fixed('active', 'completed', 'requested', 'final')),
)

/** A condition on what a resource refers to, or on what refers to it, up to twice removed. */
const removed: fc.Arbitrary<readonly [string, Text]> = fc.oneof(
  fc.tuple(
    fc.tuple(link, condition).map(([via, [name]]) => `${via}.${name}`),
    fc.oneof(id, secretToken, someone, fixed('alpha', 'Family1', 'true')),
  ),
  fc.tuple(
    fc.tuple(link, type, condition).map(([via, of, [name]]) => `${via}:${of}.${name}`),
    fc.oneof(secretToken, fixed('alpha', 'Family1')),
  ),
  fc.tuple(link, type, link, condition).map(([via, of, further, [name, value]]) => [`${via}:${of}.${further}.${name}`, value] as const),
  fc.tuple(type, link, condition).map(([of, via, [name, value]]) => [`_has:${of}:${via}:${name}`, value] as const),
  fc
    .tuple(type, link, type, link, condition)
    .map(([of, via, further, back, [name, value]]) => [`_has:${of}:${via}:_has:${further}:${back}:${name}`, value] as const),
)

const presentation: fc.Arbitrary<readonly [string, Text]> = fc.oneof(
  fc.tuple(fc.constant('_summary'), fixed('count', 'true', 'text', 'data')),
  fc.tuple(fc.constant('_total'), fixed('accurate', 'estimate', 'none')),
  fc.tuple(fc.constant('_count'), fixed('0', '1', '2', '500')),
  fc.tuple(fc.constant('_sort'), fixed('_id', '-_lastUpdated', 'date', '-date', 'code', 'family', 'identifier')),
  fc.tuple(fc.constant('_elements'), fixed('id', 'identifier,subject')),
  fc.tuple(
    fc.constantFrom('_include', '_include:iterate'),
    fc.tuple(type, link).map(
      ([of, via]) =>
        () =>
          `${of}:${via}`,
    ),
  ),
  fc.tuple(
    fc.constantFrom('_revinclude', '_revinclude:iterate'),
    fc.tuple(type, link).map(
      ([of, via]) =>
        () =>
          `${of}:${via}`,
    ),
  ),
  fc.tuple(fc.constantFrom('_include', '_revinclude'), fixed('*')),
)

const form = (parts: readonly (readonly [string, Text])[], world: World): string =>
  parts.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value(world))}`).join('&')

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const searchParts = fc
  .tuple(fc.array(fc.oneof(condition, removed), { minLength: 0, maxLength: 3 }), fc.array(presentation, { maxLength: 3 }))
  .map(([conditions, presentations]) => [...conditions, ...presentations])

const search: fc.Arbitrary<AskAbout> = fc.tuple(type, searchParts, fc.boolean()).map(([of, parts, byPost]) => (world) => {
  const query = form(parts, world)
  return byPost ? { method: 'POST', path: `/${of}/_search`, body: query, headers: FORM } : { method: 'GET', path: `/${of}?${query}` }
})

const read: fc.Arbitrary<AskAbout> = fc.oneof(
  fc
    .tuple(reference, fixed('', '/_history', '/_history/1', '/_history/2', '/_history?_count=1'))
    .map(([of, rest]) => (world: World): Ask => ({ method: 'GET', path: `/${of(world)}${rest(world)}` })),
  fc
    .tuple(type, fixed('', '?_count=1', '?_since=2020-01-01T00:00:00Z'))
    .map(([of, query]) => (world: World): Ask => ({ method: 'GET', path: `/${of}/_history${query(world)}` })),
  fc
    .tuple(someone, fixed('', '?_count=1', '?_type=Procedure,Condition', '?_since=2020-01-01T00:00:00Z'))
    .map(([of, query]) => (world: World): Ask => ({ method: 'GET', path: `/${of(world)}/$everything${query(world)}` })),
  someone.map((of) => (world: World): Ask => ({ method: 'GET', path: `/AuditEvent?patient=${of(world)}` })),
)

const body = (of: string, who: string, about: string, secretText: string): object =>
  ({
    Patient: { name: [{ family: 'New' }] },
    Task: { status: 'requested', intent: 'order', for: { reference: who }, focus: { reference: about } },
    Observation: { status: 'final', code: { text: 'New' }, subject: { reference: who }, focus: [{ reference: about }] },
    Condition: { subject: { reference: who }, code: { text: 'New' } },
    Group: { type: 'person', actual: true, member: [{ entity: { reference: who } }] },
  })[of] ?? {
    status: 'completed',
    subject: { reference: who },
    code: { text: 'New' },
    identifier: [{ system: SECRETS, value: secretText }],
  }

const writable = fc.constantFrom('Patient', 'Task', 'Observation', 'Condition', 'Group', 'Procedure', 'Procedure')
const criteria = fc.array(fc.oneof({ weight: 3, arbitrary: condition }, removed), { minLength: 1, maxLength: 2 })
const PATCH = [{ op: 'add', path: '/language', value: 'cy' }]
const PATCH_TYPE = { 'content-type': 'application/json-patch+json' }

/** A write whose condition, target, or rule might answer what a read would not. */
const write: fc.Arbitrary<AskAbout> = fc
  .tuple(
    writable,
    criteria,
    someone,
    reference,
    secret,
    fc.constantFrom('create', 'if-none-exist', 'update', 'put', 'patch', 'patch-one', 'delete', 'delete-one'),
    fc.constantFrom('W/"1"', 'W/"2"', ''),
  )
  .map(([of, parts, who, about, secretOf, how, ifMatch]) => (world): Ask => {
    const resource = { resourceType: of, ...body(of, who(world), about(world), secretOf(world)) }
    const query = form(parts, world)
    const [aboutType = '', aboutId = ''] = about(world).split('/')
    const guarded = ifMatch === '' ? {} : { 'if-match': ifMatch }
    switch (how) {
      case 'create':
        return { method: 'POST', path: `/${of}`, body: resource }
      case 'if-none-exist':
        return { method: 'POST', path: `/${of}`, body: resource, headers: { 'if-none-exist': query } }
      case 'update':
        return { method: 'PUT', path: `/${of}?${query}`, body: resource }
      case 'put':
        return { method: 'PUT', path: `/${of}/${aboutId}`, body: { ...resource, id: aboutId }, headers: guarded }
      case 'patch':
        return { method: 'PATCH', path: `/${of}?${query}`, body: PATCH, headers: PATCH_TYPE }
      case 'patch-one':
        return { method: 'PATCH', path: `/${about(world)}`, body: PATCH, headers: { ...PATCH_TYPE, ...guarded } }
      // A request that somebody unseen still works on is not deleted: a rule of safety that is stronger than this one.
      case 'delete':
        return { method: 'DELETE', path: `/${of}?${query}` }
      default:
        return { method: aboutType === 'ServiceRequest' ? 'GET' : 'DELETE', path: `/${about(world)}`, headers: guarded }
    }
  })

const alone = fc.oneof({ weight: 4, arbitrary: search }, { weight: 2, arbitrary: read }, { weight: 3, arbitrary: write })

const entryOf = ({ method, path, body: resource, headers = {} }: Ask): object => {
  const wrapped =
    method === 'PATCH'
      ? {
          resourceType: 'Binary',
          contentType: 'application/json-patch+json',
          data: Buffer.from(JSON.stringify(resource)).toString('base64'),
        }
      : resource
  const request = {
    method,
    url: path.slice(1),
    ...(headers['if-none-exist'] === undefined ? {} : { ifNoneExist: headers['if-none-exist'] }),
    ...(headers['if-match'] === undefined ? {} : { ifMatch: headers['if-match'] }),
  }
  return { request, ...(wrapped === undefined || typeof wrapped === 'string' ? {} : { resource: wrapped }) }
}

const bundle: fc.Arbitrary<AskAbout> = fc
  .tuple(fc.constantFrom('batch', 'transaction'), fc.array(alone, { minLength: 1, maxLength: 4 }))
  .map(([kind, asks]) => (world) => ({
    method: 'POST',
    path: '/',
    body: { resourceType: 'Bundle', type: kind, entry: asks.map((ask) => entryOf(ask(world))) },
  }))

/** A reference by condition in a transaction: it is resolved, or it is refused. */
const conditionalReference: fc.Arbitrary<AskAbout> = fc
  .tuple(fc.constantFrom('Patient', ...ENTRY_TYPES), criteria, someone)
  .map(([of, parts, who]) => (world) => ({
    method: 'POST',
    path: '/',
    body: {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          resource: { resourceType: 'Observation', ...body('Observation', who(world), `${of}?${form(parts, world)}`, '') },
          request: { method: 'POST', url: 'Observation' },
        },
      ],
    },
  }))

/** Any way of asking. */
export const ask: fc.Arbitrary<AskAbout> = fc.oneof(
  { weight: 9, arbitrary: alone },
  { weight: 2, arbitrary: bundle },
  { weight: 1, arbitrary: conditionalReference },
)
