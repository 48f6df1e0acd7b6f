/** What a reader sees of somebody of the demonstration, without a database: everything is open, unless a test says otherwise. */
import type { Patient, Resource } from '@medplum/fhirtypes'
import { demoResources, readDemo } from '@handrail/fhir-profiles/demo'
import { bitsOf, EVERYTHING, type DataClass } from '../src/domain/access/data-class.ts'
import { patientOf } from '../src/domain/compartment.ts'
import type { FhirResource } from '../src/domain/references.ts'
import type { Item, Material } from '../src/domain/summary/material.ts'

const demo = demoResources(readDemo())

/** An item as the store would give it. */
export function anItem<R extends Resource>(
  resource: R,
  { receivedAt = '2026-11-20T08:00:00.000Z', author = 'Client/demo-admin' } = {},
): Item<R> {
  const { id = 'x' } = resource
  const stored = { ...resource, id, meta: { versionId: '1', lastUpdated: receivedAt, ...resource.meta } }
  return { reference: `${resource.resourceType}/${id}`, resource: stored, text: JSON.stringify(stored), receivedAt, author }
}

export interface MaterialOptions {
  /** Changes the Patient. */
  readonly patient?: (patient: Patient) => Patient
  /** Leaves resources out. */
  readonly without?: (resource: Resource) => boolean
  /** Brings further ones. */
  readonly also?: readonly Item[]
  /** Classes that are not open to the reader. */
  readonly closed?: readonly DataClass[]
}

/** @param who key of a person of the demonstration: 'ada', 'bryn', 'carys', 'dafydd' */
export function aMaterial(who: string, { patient, without = () => false, also = [], closed = [] }: MaterialOptions = {}): Material {
  const person = demo.find((one): one is Patient => one.resourceType === 'Patient' && one.id === who)
  if (person === undefined) throw new Error(`${who} is nobody of the demonstration`)
  const about = (resource: Resource): boolean => patientOf(resource as FhirResource, resource.id ?? '') === who
  const directory = demo.filter((one) => !about(one) && patientOf(one as FhirResource, one.id ?? '') === undefined)
  return {
    patient: anItem(patient?.(person) ?? person),
    items: [...demo.filter((one) => about(one) && one.resourceType !== 'Patient' && !without(one)).map((one) => anItem(one)), ...also],
    directory: new Map(directory.map((one) => [`${one.resourceType}/${one.id}`, anItem(one)])),
    open: EVERYTHING & ~bitsOf(closed),
  }
}
