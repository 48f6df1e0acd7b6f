/** The CapabilityStatement, from what the routes declare of themselves. Pure. https://hl7.org/fhir/R4/capabilitystatement.html */

export interface DeclaredRoute {
  readonly interaction?: string
  readonly operation?: string
  /** Canonical URL of the OperationDefinition, where the name alone does not say it. */
  readonly definition?: string
  readonly types?: readonly string[] | 'all' | 'system'
}

export interface OperationReference {
  readonly name: string
  /** Canonical URL of its OperationDefinition. */
  readonly definition: string
  /** Resource types it is offered on; none = on the system. */
  readonly types: readonly string[]
}

export interface CapabilityFacts {
  readonly baseUrl: string
  readonly types: readonly string[]
  readonly routes: readonly DeclaredRoute[]
  readonly operations: readonly OperationReference[]
  /** Canonical URLs of the profiles that are loaded for a type: who claims one keeps it, or is refused. */
  readonly supportedProfiles: (type: string) => readonly string[]
  readonly searchParameters: (
    type: string,
  ) => readonly { readonly name: string; readonly type: string; readonly definition?: string | undefined }[]
  readonly smart: { readonly token_endpoint: string; readonly authorization_endpoint: string }
  /** Canonical URLs of the topics that can be subscribed to. */
  readonly topics: readonly string[]
  readonly startedAt: Date
}

/** Subscriptions R5 Backport IG 1.1: which topics a server serves. */
const TOPIC_EXTENSION = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/capabilitystatement-subscriptiontopic-canonical'

const OF_A_TYPE = new Set(['read', 'vread', 'update', 'patch', 'delete', 'history-instance', 'history-type', 'create', 'search-type'])
const OF_THE_SYSTEM = new Set(['transaction', 'batch', 'search-system', 'history-system'])
/** Types whose entries are only ever added. */
const APPEND_ONLY = new Set(['AuditEvent'])
const CHANGES = new Set(['update', 'patch', 'delete'])

const BASE_OPERATIONS: Readonly<Record<string, string>> = {
  everything: 'http://hl7.org/fhir/OperationDefinition/Patient-everything',
  validate: 'http://hl7.org/fhir/OperationDefinition/Resource-validate',
  'health-cards-issue': 'http://hl7.org/fhir/uv/smart-health-cards-and-links/OperationDefinition/patient-i-health-cards-issue',
  document: 'http://hl7.org/fhir/OperationDefinition/Composition-document',
  summary: 'http://hl7.org/fhir/uv/ips/OperationDefinition/summary',
}

/** The CapabilityStatement of what is really offered: computed from the routes that exist and from the search parameters that are known. */
export function capabilityStatement({
  baseUrl,
  types,
  routes,
  operations,
  supportedProfiles,
  searchParameters,
  smart,
  topics,
  startedAt,
}: CapabilityFacts): Record<string, unknown> {
  const interactions = (type: string) =>
    [
      ...new Set(
        routes
          .filter((route) => route.types === 'all' || (Array.isArray(route.types) && route.types.includes(type)))
          .flatMap(({ interaction }) => interaction ?? []),
      ),
    ]
      .filter((code) => OF_A_TYPE.has(code) && !(APPEND_ONLY.has(type) && CHANGES.has(code)))
      .toSorted()
  const offers = (interaction: string) => routes.some((route) => route.interaction === interaction)
  const declared = routes.flatMap(({ operation, definition, types: on }) =>
    operation === undefined
      ? []
      : [
          {
            name: operation,
            definition: definition ?? definitionOf(operation, operations),
            types: on === 'all' ? types : on === 'system' ? [] : (on ?? []),
          },
        ],
  )
  // An operation on an instance and on its type is one operation.
  const own = [...new Map(declared.map((one) => [`${one.name} ${one.types.join()}`, one])).values()]
  const offered = new Set(own.map(({ definition }) => definition))
  const all = [...own, ...operations.filter(({ definition }) => !offered.has(definition))]
  const system = [...new Set(routes.flatMap(({ interaction }) => interaction ?? []))].filter((code) => OF_THE_SYSTEM.has(code))

  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: startedAt.toISOString(),
    kind: 'instance',
    instantiates: ['http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data'],
    software: { name: 'Handrail' },
    implementation: { description: 'Patient passport and referral hub for neuro-rehabilitation', url: baseUrl },
    fhirVersion: '4.0.1',
    format: ['json', 'application/fhir+json'],
    patchFormat: ['application/json-patch+json'],
    rest: [
      {
        mode: 'server',
        security: {
          cors: false,
          service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] }],
          description: 'Access tokens by SMART Backend Services (private_key_jwt) or sign-in with authorisation code and PKCE.',
          extension: [
            {
              url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris',
              extension: [
                { url: 'token', valueUri: smart.token_endpoint },
                { url: 'authorize', valueUri: smart.authorization_endpoint },
              ],
            },
          ],
        },
        resource: types.map((type) => ({
          ...(type === 'Subscription' ? { extension: topics.map((url) => ({ url: TOPIC_EXTENSION, valueCanonical: url })) } : {}),
          type,
          ...listed('supportedProfile', supportedProfiles(type)),
          interaction: interactions(type).map((code) => ({ code })),
          versioning: 'versioned',
          readHistory: true,
          updateCreate: false,
          conditionalCreate: offers('create'),
          conditionalRead: 'full-support',
          conditionalUpdate: offers('conditional-update') && !APPEND_ONLY.has(type),
          conditionalDelete: offers('conditional-delete') && !APPEND_ONLY.has(type) ? 'single' : 'not-supported',
          referencePolicy: ['literal', 'logical', 'local'],
          // The trail is read as it is, and brings nothing along.
          ...(APPEND_ONLY.has(type) ? {} : { searchInclude: ['*'], searchRevInclude: ['*'] }),
          ...listed(
            'searchParam',
            searchParameters(type).map(({ name, type: kind, definition }) => ({
              name,
              type: kind,
              ...(definition === undefined ? {} : { definition }),
            })),
          ),
          ...listed(
            'operation',
            all.filter((one) => one.types.includes(type)).map(({ name, definition }) => ({ name, definition })),
          ),
        })),
        interaction: (system.includes('transaction') ? [...system, 'batch'] : system).map((code) => ({ code })),
        ...listed(
          'operation',
          all.filter((one) => one.types.length === 0).map(({ name, definition }) => ({ name, definition })),
        ),
      },
    ],
  }
}

/** @throws Error for a route whose operation nothing defines: a client could not tell what it takes */
function definitionOf(operation: string, defined: readonly OperationReference[]): string {
  const definition = BASE_OPERATIONS[operation] ?? defined.find(({ name }) => name === operation)?.definition
  if (definition === undefined) throw new Error(`The operation ${operation} has no OperationDefinition.`)
  return definition
}

/** A list that is there only when something is in it: an empty one is not FHIR. */
const listed = <Name extends string>(name: Name, list: readonly (object | string)[]): { readonly [N in Name]?: readonly unknown[] } =>
  list.length === 0 ? {} : ({ [name]: list } as { readonly [N in Name]?: readonly unknown[] })
