/** Random requests about a world: everything by which somebody might find out what they may not read. */
import fc from '@platform/testing/properties'
import { SECRETS, type AnyType, type World } from './a-world.ts'

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

/** The search parameters by which each type points to others. */
const LINKS: Readonly<Record<AnyType, readonly string[]>> = {
  Patient: ['general-practitioner', 'organization', 'link'],
  CareTeam: ['patient', 'subject', 'participant'],
  Consent: ['patient', 'actor'],
  Encounter: ['patient', 'subject', 'service-provider'],
  AuditEvent: ['patient', 'entity'],
  Procedure: ['patient', 'subject', 'reason-reference'],
  Appointment: ['patient', 'actor', 'reason-reference'],
  Condition: ['patient', 'subject', 'evidence-detail'],
  Observation: ['patient', 'subject', 'focus'],
  MedicationStatement: ['patient', 'subject'],
  Flag: ['patient', 'subject'],
  Communication: ['patient', 'subject'],
  List: ['patient', 'subject', 'item'],
  ServiceRequest: ['patient', 'subject'],
  RelatedPerson: ['patient'],
  Task: ['patient', 'subject', 'focus', 'owner'],
  Group: ['member'],
  Organization: ['partof'],
}
const linkOf = (of: AnyType) => fc.constantFrom(...LINKS[of])

type Part = readonly [name: string, value: Text]

/** `name=value` of one condition on a resource of a type. */
const conditionOn = (of: AnyType): fc.Arbitrary<Part> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.tuple(fc.constant('_id'), id) },
    { weight: 3, arbitrary: fc.tuple(fc.constant('identifier'), fc.oneof(secretToken, secret)) },
    { weight: 3, arbitrary: fc.tuple(linkOf(of), fc.oneof(someone, reference)) },
    {
      weight: 2,
      arbitrary: fc.tuple(
        fc.constantFrom('code', 'code:not', 'code:text'),
        fixed('alpha', 'urn:code|alpha', 'beta', 'urn:code|', 'secret'),
      ),
    },
    fc.tuple(fc.constantFrom('code:missing', 'identifier:missing'), fixed('true', 'false')),
    fc.tuple(fc.constantFrom('_security', '_security:not', '_tag'), fixed('mental-health', 'external')),
    fc.tuple(fc.constantFrom('_lastUpdated', 'birthdate', 'date', 'recorded-date'), fixed('gt2000', 'lt2100', '2026', 'ge2026-03')),
    fc.tuple(fc.constantFrom('family', 'name', 'name:contains', 'phonetic'), fixed('Family0', 'fam', 'ily1', 'Second')),
    fc.tuple(fc.constantFrom('status', 'status:not'), fixed('active', 'completed', 'requested', 'final')),
  )

/** What holds of whatever there is, so that nothing but its being there is asked. */
const anything: fc.Arbitrary<Part> = fc.tuple(fc.constant('_lastUpdated'), fixed('gt2000'))

/** Any way of asking, about resources of some types. */
export function askAmong(types: readonly AnyType[]): fc.Arbitrary<AskAbout> {
  const type = fc.constantFrom(...types)

  /** A condition on what a resource of a type refers to, or on what refers to it, up to twice removed. */
  const removedFrom = (of: AnyType): fc.Arbitrary<Part> => {
    const via = (other: AnyType) => fc.oneof(conditionOn(other), anything)
    const forward = fc
      .tuple(linkOf(of), type)
      .chain(([link, other]) => via(other).map(([name, value]): Part => [`${link}:${other}.${name}`, value]))
    const further = fc
      .tuple(linkOf(of), type, type)
      .chain(([link, other, last]) =>
        fc.tuple(linkOf(other), via(last)).map(([next, [name, value]]): Part => [`${link}:${other}.${next}:${last}.${name}`, value]),
      )
    const backward = type.chain((other) =>
      fc.tuple(linkOf(other), via(other)).map(([link, [name, value]]): Part => [`_has:${other}:${link}:${name}`, value]),
    )
    const twice = fc
      .tuple(type, type)
      .chain(([other, last]) =>
        fc
          .tuple(linkOf(other), linkOf(last), via(last))
          .map(([link, back, [name, value]]): Part => [`_has:${other}:${link}:_has:${last}:${back}:${name}`, value]),
      )
    return fc.oneof({ weight: 3, arbitrary: forward }, further, { weight: 4, arbitrary: backward }, twice)
  }

  const presentationOf = (of: AnyType): fc.Arbitrary<Part> =>
    fc.oneof(
      { weight: 2, arbitrary: fc.tuple(fc.constant('_summary'), fixed('count', 'true', 'data', 'text')) },
      { weight: 2, arbitrary: fc.tuple(fc.constant('_count'), fixed('0', '1', '2')) },
      fc.tuple(fc.constant('_total'), fixed('accurate', 'estimate', 'none')),
      fc.tuple(fc.constant('_sort'), fixed('_id', '-_lastUpdated', 'date', '-date')),
      fc.tuple(fc.constant('_elements'), fixed('id', 'identifier,subject')),
      {
        weight: 3,
        arbitrary: fc.tuple(
          fc.constantFrom('_include', '_include:iterate'),
          linkOf(of).map((link) => () => `${of}:${link}`),
        ),
      },
      {
        weight: 3,
        arbitrary: fc.tuple(
          fc.constantFrom('_revinclude', '_revinclude:iterate'),
          type.chain((other) => linkOf(other).map((link) => () => `${other}:${link}`)),
        ),
      },
    )

  const form = (parts: readonly (readonly [string, Text])[], world: World): string =>
    parts.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value(world))}`).join('&')

  const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
  const search: fc.Arbitrary<AskAbout> = type.chain((of) =>
    fc
      .tuple(
        fc.array(fc.oneof({ weight: 2, arbitrary: conditionOn(of) }, { weight: 3, arbitrary: removedFrom(of) }), { maxLength: 2 }),
        fc.array(presentationOf(of), { maxLength: 2 }),
        fc.boolean(),
      )
      .map(([conditions, presentations, byPost]) => (world) => {
        const query = form([...conditions, ...presentations], world)
        return byPost ? { method: 'POST', path: `/${of}/_search`, body: query, headers: FORM } : { method: 'GET', path: `/${of}?${query}` }
      }),
  )

  const get = (path: fc.Arbitrary<Text>): fc.Arbitrary<AskAbout> =>
    path.map((of) => (world): Ask => ({ method: 'GET', path: `/${of(world)}` }))
  const joined = (first: fc.Arbitrary<Text>, ...rest: string[]): fc.Arbitrary<Text> =>
    fc.tuple(first, fc.constantFrom(...rest)).map(
      ([of, more]) =>
        (world) =>
          `${of(world)}${more}`,
    )

  /** A client that holds a version, or claims to. */
  const held: fc.Arbitrary<AskAbout> = fc
    .tuple(
      reference,
      fc.constantFrom({ 'if-none-match': 'W/"1"' }, { 'if-none-match': '*' }, { 'if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT' }),
    )
    .map(([of, headers]) => (world): Ask => ({ method: 'GET', path: `/${of(world)}`, headers }))

  /** Operations that say something about a person before anything is done. */
  const told: fc.Arbitrary<AskAbout> = fc
    .tuple(someone, reference, fc.constantFrom('Consent/$preview', '$query-access', 'Patient/$merge', 'Patient/$unmerge'))
    .map(([who, about, how]) => (world): Ask => {
      const consent = {
        resourceType: 'Consent',
        status: 'active',
        scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
        category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
        policyRule: { text: 'x' },
        patient: { reference: who(world) },
        provision: { type: 'deny', actor: [{ role: { text: 'x' }, reference: { reference: about(world) } }] },
      }
      const parameter = [
        { name: 'source-patient', valueReference: { reference: who(world) } },
        { name: 'target-patient', valueReference: { reference: who(world) } },
        { name: 'event', valueReference: { reference: 'AuditEvent/1-1-1' } },
      ]
      if (how === 'Consent/$preview') return { method: 'POST', path: `/${how}`, body: consent }
      const path = how === '$query-access' ? `/${who(world)}/${how}` : `/${how}`
      return { method: 'POST', path, body: { resourceType: 'Parameters', parameter } }
    })

  const read: fc.Arbitrary<AskAbout> = fc.oneof(
    get(joined(reference, '', '/_history', '/_history/1', '/_history/2', '/_history?_count=1')),
    {
      weight: 3,
      arbitrary: get(
        joined(
          type.map((of) => () => of),
          '/_history',
          '/_history?_count=1',
          '/_history?_since=2020-01-01T00:00:00Z',
        ),
      ),
    },
    {
      weight: 2,
      arbitrary: get(joined(someone, '/$everything', '/$everything?_count=1', '/$everything?_type=Procedure,Condition&_count=1')),
    },
    {
      weight: 3,
      arbitrary: get(
        joined(
          someone,
          '/$summary',
          '/$summary?_language=cy',
          '/$emergency',
          '/$timeline?_count=1',
          '/$timeline?checked=not-stated&_count=2',
          '/$timeline?kind=alpha',
        ),
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(someone, reference)
        .map(([of, about]) => (world: World): Ask => ({ method: 'GET', path: `/${of(world)}/$timeline?problem=${about(world)}` })),
    },
    get(someone.map((of) => (world) => `AuditEvent?patient=${of(world)}`)),
    { weight: 2, arbitrary: get(joined(someone, '/$summary', '/$emergency', '/$timeline', '/$access-log', '/$share-links')) },
    held,
    told,
  )

  /** A bulk export, from the kick-off to its last file. */
  const exported: fc.Arbitrary<AskAbout> = fc
    .tuple(fc.constantFrom('system', 'people', 'group', 'some'), type, someone, reference, fc.boolean())
    .map(([level, of, who, about, since]) => (world): Ask => {
      const query = `?_type=${of},Procedure${since ? '&_since=2020-01-01T00:00:00Z' : ''}`
      const headers = { prefer: 'respond-async' }
      const group = about(world).startsWith('Group/') ? about(world) : 'Patient'
      if (level === 'some') {
        const parameter = [{ name: 'patient', valueReference: { reference: who(world) } }]
        return { method: 'POST', path: `/Patient/$export${query}`, body: { resourceType: 'Parameters', parameter }, headers }
      }
      return { method: 'GET', path: `${{ system: '', people: '/Patient', group: `/${group}` }[level]}/$export${query}`, headers }
    })

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

  const writable = fc.constantFrom<AnyType>('Patient', 'Task', 'Observation', 'Condition', 'Group', 'Procedure', 'Procedure')
  const criteriaFor = (of: AnyType) => fc.array(fc.oneof(conditionOn(of), removedFrom(of)), { minLength: 1, maxLength: 2 })
  const PATCH = [{ op: 'add', path: '/language', value: 'cy' }]
  const PATCH_TYPE = { 'content-type': 'application/json-patch+json' }

  const HOW = ['create', 'create', 'if-none-exist', 'if-none-exist', 'update', 'put', 'patch', 'patch-one', 'delete', 'delete-one'] as const

  /** A write whose condition, target, or rule might answer what a read would not. */
  const write: fc.Arbitrary<AskAbout> = writable.chain((of) =>
    fc
      .tuple(criteriaFor(of), someone, reference, secret, fc.constantFrom(...HOW), fc.constantFrom('W/"1"', 'W/"2"', ''))
      .map(([parts, who, about, secretOf, how, ifMatch]) => (world): Ask => {
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
          case 'delete':
            return { method: 'DELETE', path: `/${of}?${query}` }
          case 'delete-one':
            // A request that somebody unseen still works on is not deleted: a rule of safety that is stronger than this one.
            return { method: aboutType === 'ServiceRequest' ? 'GET' : 'DELETE', path: `/${about(world)}`, headers: guarded }
        }
      }),
  )

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
  const conditionalReference: fc.Arbitrary<AskAbout> = type.chain((of) =>
    fc.tuple(criteriaFor(of), someone).map(([parts, who]) => (world) => ({
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
    })),
  )

  return fc.oneof(
    { weight: 9, arbitrary: alone },
    { weight: 2, arbitrary: bundle },
    { weight: 1, arbitrary: conditionalReference },
    { weight: 1, arbitrary: exported },
  )
}
