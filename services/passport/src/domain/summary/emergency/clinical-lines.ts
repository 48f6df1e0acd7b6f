/** Allergies, conditions and medicines of the emergency view, in the record's words. */
import { itemsOf, wordsOf } from '../material.ts'
import { showDate } from '../words.ts'
import type { LineMaker, MadeLines } from './emergency-view.ts'
import { detail, lineOf, newestFirst } from './line.ts'
import { currentMedicines, medicineName, type Medicine } from './time-critical.ts'

/** Every allergy that is not refuted, resolved ones too, with its status. IPS 3.6: resolved and inactive allergies are shown. */
export function allergyLines({ material }: LineMaker): MadeLines {
  const items = itemsOf(material, 'AllergyIntolerance').filter(
    ({ resource }) => resource.verificationStatus?.coding?.some(({ code }) => code === 'refuted') !== true,
  )
  const lines = items.map((item) => {
    const { code, clinicalStatus, criticality, reaction = [] } = item.resource
    const status = clinicalStatus?.coding?.[0]?.code
    const reactions = reaction.flatMap(({ manifestation }) => manifestation.flatMap((one) => wordsOf(one) ?? []))
    const extra = [status === 'active' ? undefined : status, criticality, ...reactions].filter((one) => one !== undefined)
    return lineOf([wordsOf(code) ?? '–', ...extra].join(', '), item, material)
  })
  return { lines: lines.toSorted(newestFirst), items }
}

/** Conditions that are not over and not refuted. */
export function conditionLines({ material, words }: LineMaker): MadeLines {
  const items = itemsOf(material, 'Condition').filter(({ resource }) => isCurrent(resource))
  const lines = items.map((item) => {
    const { code, onsetDateTime, verificationStatus } = item.resource
    const certainty = verificationStatus?.coding?.[0]?.code
    const parts = [
      wordsOf(code) ?? '–',
      certainty === undefined || certainty === 'confirmed' ? undefined : certainty,
      onsetDateTime === undefined ? undefined : showDate(onsetDateTime, words.language),
    ]
    return lineOf(parts.filter((one) => one !== undefined).join(', '), item, material)
  })
  return { lines: lines.toSorted(newestFirst), items }
}

/** Whether a condition is neither over nor refuted; one that does not say is current. */
export function isCurrent({
  clinicalStatus,
  verificationStatus,
}: {
  readonly clinicalStatus?: { readonly coding?: readonly { readonly code?: string | undefined }[] | undefined } | undefined
  readonly verificationStatus?: { readonly coding?: readonly { readonly code?: string | undefined }[] | undefined } | undefined
}): boolean {
  const over = clinicalStatus?.coding?.some(({ code }) => code === 'inactive' || code === 'remission' || code === 'resolved') === true
  return !over && verificationStatus?.coding?.some(({ code }) => code === 'refuted') !== true
}

/** What the person may be taking now. */
export function medicineLines({ material }: LineMaker): MadeLines {
  const items = currentMedicines(material)
  const lines = items.map((item) => {
    const { status } = item.resource
    const parts = [medicineName(item, material) ?? '–', ...dosageOf(item), status === 'active' ? undefined : status]
    return lineOf(parts.filter((one) => one !== undefined).join(', '), item, material, {
      details: (item.resource.note ?? []).map(({ text }) => detail('', text)),
    })
  })
  return { lines: lines.toSorted(newestFirst), items }
}

/** Dosages as they were written; what is only structured is left to the resource. */
export function dosageOf({ resource }: Medicine): string[] {
  const dosages = resource.resourceType === 'MedicationStatement' ? resource.dosage : resource.dosageInstruction
  return (dosages ?? []).flatMap(({ text, patientInstruction }) => text ?? patientInstruction ?? [])
}
