/**
 * A resource of the record was created, updated or deleted. Whoever hears it reads what is true now and decides by that.
 *
 * It carries references only: queues are read by more people than records are. It may be repeated, late and out of order.
 */

/** Version 1 only grows: a new field is optional, and what is there keeps its meaning. */
export interface ResourceChanged {
  /** Grows with the order in which changes were begun; a decimal number, too large for a JavaScript number in the long run. */
  readonly changeId: string
  /** FHIR resource type, e.g. `ServiceRequest`. */
  readonly type: string
  /** Logical id of the resource. */
  readonly id: string
  /** The version this change made (`meta.versionId`); there may be later ones by now. */
  readonly versionId: string
  /** Logical id of the Patient whose record it belongs to; absent when it is nobody's. */
  readonly patientId?: string
}

/** The same as JSON Schema, for readers in other languages. */
export const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://handrail.example/events/resource-changed.v1',
  title: 'A resource of the record was created, updated or deleted',
  type: 'object',
  required: ['changeId', 'type', 'id', 'versionId'],
  properties: {
    changeId: { type: 'string', pattern: '^[0-9]{1,19}$' },
    type: { type: 'string', pattern: '^[A-Z][A-Za-z]{1,63}$' },
    id: { type: 'string', pattern: '^[A-Za-z0-9.-]{1,64}$' },
    versionId: { type: 'string', pattern: '^[1-9][0-9]{0,9}$' },
    patientId: { type: 'string', pattern: '^[A-Za-z0-9.-]{1,64}$' },
  },
} as const

export const example: ResourceChanged = {
  changeId: '4711',
  type: 'ServiceRequest',
  id: '0d8a2a4e-6f3d-4a53-9c0b-6d2f3a0c7b11',
  versionId: '1',
  patientId: '5b0d5a0e-52d2-4d6c-8f1f-0c9e4d3b2a10',
}

/** A message of the queue is not a ResourceChanged. It says which field, never what stood there. */
export class EventMalformed extends Error {
  override readonly name = 'EventMalformed'
  readonly code = 'EVENT_MALFORMED'
  readonly remedy = 'Send what the schema resource-changed.v1 describes.'
}

const PATTERNS = Object.entries(schema.properties).map(([field, { pattern }]) => ({
  field: field as keyof ResourceChanged,
  pattern: new RegExp(pattern),
  required: (schema.required as readonly string[]).includes(field),
}))

/**
 * Reads a message. Fields it does not know are left out, so that a later version may add some.
 *
 * @throws EventMalformed when a field is missing or is not what the schema says
 */
export function parse(message: unknown): ResourceChanged {
  const given = (typeof message === 'object' && message !== null ? message : {}) as Readonly<Record<string, unknown>>
  const known: Record<string, string> = {}
  for (const { field, pattern, required } of PATTERNS) {
    const value = given[field]
    if (value === undefined && !required) continue
    if (typeof value !== 'string' || !pattern.test(value)) throw new EventMalformed(`A change has no usable ${field}.`)
    known[field] = value
  }
  return known as unknown as ResourceChanged
}
