/**
 * Puts the organisations, people and records of the demonstration into a record that may already have them: every entry is a conditional
 * create by its identifier, so that doing it again changes nothing, and a start that was killed half way is finished by the next.
 */
import { createHash } from 'node:crypto'
import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes'
import { DEMO_ID, readDemo, type DemoData } from '@handrail/fhir-profiles/demo'

/** What seeding needs of a FHIR client: it posts a transaction Bundle and answers the response Bundle, or throws. */
export interface SeedRecord {
  transaction(bundle: Bundle): Promise<Bundle>
}

/** Where the demonstration's organisations and people are in the record, by key: `'Organization/<id>'`, `'Practitioner/<id>'`, `'Patient/<id>'`. */
export interface DemoIds {
  readonly organizationIds: Readonly<Record<string, string>>
  readonly practitionerIds: Readonly<Record<string, string>>
  readonly patientIds: Readonly<Record<string, string>>
  /** All of it: `'Location/<key>'` → `'Location/<id>'`. */
  readonly known: ReadonlyMap<string, string>
}

/**
 * Seeds the demonstration in three transactions: the directory, the people with what is known of them, the sessions.
 *
 * @throws whatever the client throws, and an Error when an answer names no resource
 */
export async function seedDemo({ record, demo = readDemo() }: { record: SeedRecord; demo?: DemoData }): Promise<DemoIds> {
  const batches: readonly (readonly Resource[])[] = [
    [...demo.organizations, ...demo.practitioners, ...demo.services],
    [...demo.patients, ...demo.careTeams, ...demo.health, ...demo.register],
    demo.sessions,
  ]
  const known = new Map<string, string>()
  for (const resources of batches) {
    const answer = await record.transaction(toTransaction(resources, known))
    for (const [key, place] of placesIn(resources, answer)) known.set(key, place)
  }
  return {
    organizationIds: idsOf('Organization', known),
    practitionerIds: idsOf('Practitioner', known),
    patientIds: idsOf('Patient', known),
    known,
  }
}

/**
 * One transaction that creates what is not there yet.
 *
 * @param known where earlier transactions put things: `'Patient/ada'` → `'Patient/<id>'`
 */
export function toTransaction(resources: readonly Resource[], known: ReadonlyMap<string, string>): Bundle {
  const here = new Map(resources.map((resource) => [keyOf(resource), fullUrlOf(resource)]))
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource): BundleEntry => {
      const { id, ...rest } = resource
      return {
        fullUrl: fullUrlOf(resource),
        resource: pointElsewhere(rest, (reference) => here.get(reference) ?? known.get(reference)) as Resource, // the same resource, other references
        request: { method: 'POST', url: resource.resourceType, ifNoneExist: `identifier=${encodeURIComponent(`${DEMO_ID}|${id ?? ''}`)}` },
      }
    }),
  }
}

/** Where each resource of a transaction is now: its key, and its place. @throws Error when an answer names none */
export const placesIn = (resources: readonly Resource[], answer: Bundle): readonly (readonly [key: string, place: string])[] =>
  resources.map((resource, index) => [keyOf(resource), createdIn(answer, index)])

const keyOf = ({ resourceType, id }: Resource): string => `${resourceType}/${id ?? ''}`

/** A UUID that is the same at every start, so that the same data make the same Bundle. Version 8 (RFC 9562): made from a hash. */
function fullUrlOf(resource: Resource): string {
  const hex = createHash('sha256').update(keyOf(resource)).digest('hex')
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** A copy in which every `reference` points where `find` says; a reference to nothing known stops the start. */
function pointElsewhere(value: unknown, find: (reference: string) => string | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => pointElsewhere(item, find))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (key !== 'reference' || typeof each !== 'string') return [key, pointElsewhere(each, find)]
      const target = find(each)
      if (target === undefined) throw new Error(`The demonstration refers to ${each}, which it does not have.`)
      return [key, target]
    }),
  )
}

/** `'Patient/<id>'` out of the location of entry `index`: relative or absolute, with or without a version. */
function createdIn(answer: Bundle, index: number): string {
  const { response, resource } = answer.entry?.[index] ?? {}
  const location = response?.location ?? (resource?.id === undefined ? '' : `${resource.resourceType}/${resource.id}`)
  const found = /([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(location)?.[1]
  if (found === undefined)
    throw new Error(
      `The record answered entry ${String(index)} of the demonstration without saying where it is (${response?.status ?? 'no status'}).`,
    )
  return found
}

const idsOf = (type: string, known: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries([...known].filter(([key]) => key.startsWith(`${type}/`)).map(([key, place]) => [key.slice(type.length + 1), place]))
