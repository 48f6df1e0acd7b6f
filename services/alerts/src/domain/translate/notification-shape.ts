/**
 * Whether what we read of a notification is of the types that FHIR R4 gives it. Whatever else is in it is the sender's and is passed over: a hospital's
 * admission is not lost for a code elsewhere that R4 does not know.
 */

/** The place at which a value is not what it must be; nothing where all is well. */
type Shape = (value: unknown, place: string) => string | undefined

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// No text of the database can hold a NUL.
const text: Shape = (value, place) => (typeof value === 'string' && !value.includes('\0') ? undefined : place)

const optional =
  (shape: Shape): Shape =>
  (value, place) =>
    value === undefined ? undefined : shape(value, place)

const listOf =
  (shape: Shape): Shape =>
  (value, place) => {
    if (!Array.isArray(value)) return place
    for (const [index, item] of value.entries()) {
      const misfit = shape(item, `${place}[${index}]`)
      if (misfit !== undefined) return misfit
    }
    return undefined
  }

const objectOf =
  (fields: Readonly<Record<string, Shape>>): Shape =>
  (value, place) => {
    if (!isObject(value)) return place
    for (const [name, shape] of Object.entries(fields)) {
      const misfit = shape(value[name], `${place}.${name}`)
      if (misfit !== undefined) return misfit
    }
    return undefined
  }

const [TEXT, TEXTS] = [optional(text), optional(listOf(text))]
const FLAG: Shape = (value, place) => (value === undefined || typeof value === 'boolean' ? undefined : place)
const CODING = objectOf({ system: TEXT, code: TEXT })
const CONCEPT = objectOf({ coding: optional(listOf(CODING)) })
const EXTENSION = objectOf({ url: text, valueCodeableConcept: optional(CONCEPT) })
const IDENTIFIER = objectOf({ system: TEXT, value: TEXT, extension: optional(listOf(EXTENSION)) })

const RESOURCES: Readonly<Record<string, Shape>> = {
  MessageHeader: objectOf({ eventCoding: optional(CODING) }),
  Encounter: objectOf({
    id: TEXT,
    status: text,
    class: CODING,
    identifier: optional(listOf(IDENTIFIER)),
    period: optional(objectOf({ start: TEXT, end: TEXT })),
    priority: optional(CONCEPT),
    location: optional(listOf(objectOf({ status: TEXT, location: objectOf({ display: TEXT, reference: TEXT }) }))),
    hospitalization: optional(objectOf({ dischargeDisposition: optional(CONCEPT) })),
  }),
  Location: objectOf({ id: TEXT, name: TEXT }),
  Patient: objectOf({
    birthDate: TEXT,
    deceasedBoolean: FLAG,
    deceasedDateTime: TEXT,
    identifier: optional(listOf(IDENTIFIER)),
    name: optional(listOf(objectOf({ family: TEXT, given: TEXTS }))),
  }),
}

const resource: Shape = (value, place) => {
  if (!isObject(value) || typeof value['resourceType'] !== 'string') return place
  return Object.hasOwn(RESOURCES, value['resourceType']) ? RESOURCES[value['resourceType']]?.(value, place) : undefined
}

const BUNDLE = objectOf({
  id: TEXT,
  type: text,
  timestamp: TEXT,
  identifier: optional(IDENTIFIER),
  entry: listOf(objectOf({ fullUrl: TEXT, resource: optional(resource) })),
})

/** The first place at which a notification is not of the shape it must have, as a FHIRPath; nothing where it can be read. */
export const misfitIn = (bundle: unknown): string | undefined => BUNDLE(bundle, 'Bundle')
