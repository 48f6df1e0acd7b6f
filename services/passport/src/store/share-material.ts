/** What a link may show, in the shape that summaries are made from. */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import type { Patient, Resource } from '@medplum/fhirtypes'
import { localReference, rewriteReferences, type FhirResource } from '../domain/references.ts'
import type { Item, Material } from '../domain/summary/material.ts'
import { readRows, type Row } from './record-store.ts'

/** Types that belong to nobody and give names to what an entry refers to. */
const DIRECTORY = new Set(['Organization', 'Practitioner', 'PractitionerRole', 'HealthcareService', 'Location', 'Medication'])

/** @param open the data classes that the link opens, as bits */
export async function materialOf(
  database: Queryable,
  caller: Caller,
  { person, rows, open }: { person: Row; rows: readonly Row[]; open: number },
): Promise<Material> {
  const patient = toItem(person) as Item<Patient>
  const items = rows.map(toItem)
  const named = [...new Set([patient, ...items].flatMap((item) => [...referencesIn(item.resource), item.author]))].flatMap(
    (reference) => localReference(reference) ?? [],
  )
  const directory = await readRows(
    database,
    caller,
    named.filter(({ type }) => DIRECTORY.has(type)),
  )
  return {
    patient,
    items,
    open,
    directory: new Map(directory.filter(({ deleted }) => !deleted).map((row) => [`${row.type}/${row.id}`, toItem(row)])),
  }
}

function toItem({ type, id, content, updatedAt, parties }: Row): Item {
  return {
    reference: `${type}/${id}`,
    resource: JSON.parse(content) as Resource,
    text: content,
    receivedAt: updatedAt.toISOString(),
    author: parties[0] ?? '',
  }
}

function referencesIn(resource: Resource): string[] {
  const found: string[] = []
  rewriteReferences(resource as FhirResource, (reference) => {
    found.push(reference)
    return reference
  })
  return found
}
