/** From a checked resource to everything that is stored of it. Pure: time and ids are given. */
import type { Resource } from '@medplum/fhirtypes'
import { topicFactsOf } from '@platform/fhir/topic-facts'
import { bucketIn, bucketOfPatient } from './bucket.ts'
import { closedOutBy } from './access/consent.ts'
import { masksFor } from './access/masks.ts'
import { replacedBy } from './access/merge.ts'
import type { ClosedOut, Relationship } from './access/relationship.ts'
import { relationshipsFrom } from './access/relationship.ts'
import { classesOf, partiesOf, patientOf } from './compartment.ts'
import type { FhirResource } from './references.ts'
import type { IndexValues } from './search/extract.ts'

/** One row as it is to be committed. Version 1 is new; any other replaces the one before it. */
export interface Write {
  readonly bucket: number
  readonly type: string
  readonly id: string
  readonly version: number
  readonly deleted: boolean
  readonly patient: string | undefined
  readonly classes: number
  readonly parties: readonly string[]
  readonly content: string
  /** What subscriptions are held against; nothing of a resource that subscribers are not told of. */
  readonly facts: readonly string[]
  readonly index: IndexValues
  readonly relationships: readonly Relationship[]
  readonly closedOut: readonly ClosedOut[]
}

/** What the service that tells subscribers may read of anybody. Of anything else, such as a Task about mental health, it is told no more than a read would give it. */
const TOLD = masksFor('reactor-alerts', 'full').read.anybody

const NO_INDEX: IndexValues = { tokens: [], dates: [], strings: [], numbers: [], identifiers: [] }

/**
 * @param exact     the resource with its decimals as they came; what is served is made from this
 * @param resource  the same for reading
 * @param author    who first wrote it ('Organization/…'), kept over all versions
 */
export function prepareWrite(
  {
    exact,
    resource,
    id,
    version,
    bucket,
    at,
    author,
  }: { exact: FhirResource; resource: FhirResource; id: string; version: number; bucket?: number; at: Date; author: string },
  extract: (resource: FhirResource) => IndexValues,
): Write {
  const { resourceType, id: _id, meta, ...elements } = exact
  const stamped = { resourceType, id, meta: { ...meta, versionId: String(version), lastUpdated: at.toISOString() }, ...elements }
  const patient = patientOf(resource, id)
  const classes = classesOf(resource, author)
  return {
    bucket: bucket ?? bucketIn(id) ?? bucketOfPatient(patient ?? id),
    type: resourceType,
    id,
    version,
    deleted: false,
    patient,
    classes,
    parties: partiesOf(resource, author),
    content: JSON.stringify(stamped),
    facts: (classes & ~TOLD) === 0 ? topicFactsOf(resource as Resource) : [],
    index: found(extract({ ...resource, id, meta: stamped.meta }), resource),
    relationships: relationshipsFrom({ ...resource, id }, { patient, author }),
    closedOut: closedOutBy(resource, patient, id),
  }
}

/** A Patient that another took the place of is found by its id alone: its identifiers mean the other. */
const found = (index: IndexValues, resource: FhirResource): IndexValues =>
  resource.resourceType === 'Patient' && replacedBy(resource) !== undefined ? { ...index, identifiers: [] } : index

/** The row that says a resource is no more. It is found by nothing but its id and its history. */
export function prepareDelete(row: {
  bucket: number
  type: string
  id: string
  version: number
  patient: string | undefined
  classes: number
  parties: readonly string[]
}): Write {
  // A contact that is no more looks after nobody, whatever a Consent still says.
  const closedOut = closedOutBy({ resourceType: row.type, active: false }, row.patient, row.id)
  return { ...row, version: row.version + 1, deleted: true, content: '', facts: [], index: NO_INDEX, relationships: [], closedOut }
}
