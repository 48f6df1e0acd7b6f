/** A row that the record itself adds to what was asked, with an id in the bucket of its person. */
import { randomUUID } from 'node:crypto'
import { bucketFrom, bucketOfPatient, mintId } from '../domain/bucket.ts'
import { patientOf } from '../domain/compartment.ts'
import type { FhirResource } from '../domain/references.ts'
import type { Planned } from './change-record.ts'

/** @param at the time its id carries */
export function plannedCreate(resource: FhirResource, at: Date): Planned {
  const uuid = randomUUID()
  const patient = patientOf(resource, '')
  const bucket = patient === undefined ? bucketFrom(uuid) : bucketOfPatient(patient)
  return {
    operation: { kind: 'create', place: '', type: resource.resourceType, exact: resource },
    before: undefined,
    id: mintId(bucket, { at, uuid }),
    bucket,
    version: 1,
    exact: resource,
    resource,
  }
}
