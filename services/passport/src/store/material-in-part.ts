/** What a summary is made from, as its reader is shown it: entries that are shown in part are in it in part. HAZ-R30 */
import type { Patient, Resource } from '@medplum/fhirtypes'
import type { Caller } from '@platform/fhir/caller'
import type { Item, Material } from '../domain/summary/material.ts'
import type { Shown, ShowsInPart } from './shown-in-part.ts'

/** The very material for whoever is shown all of it. */
export async function materialInPart(inPart: ShowsInPart, caller: Caller, material: Material): Promise<Material> {
  const items = [material.patient, ...material.items]
  const patient = material.patient.resource.id
  const rows = items.map(({ resource, author, text }): Shown => ({ type: resource.resourceType, patient, author, content: text }))
  const shown = await inPart.shown(caller, rows)
  if (shown === rows) return material
  const [person = material.patient, ...others] = items.map((item, at): Item => {
    const text = shown[at]?.content ?? item.text
    return text === item.text ? item : { ...item, text, resource: JSON.parse(text) as Resource }
  })
  return { ...material, patient: person as Item<Patient>, items: others, inPart: person !== material.patient }
}
