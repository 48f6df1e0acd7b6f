/**
 * Which of a person's medicines may not be stopped or missed. By what the record says of this person: a note on the medicine, a line of
 * the device block, or its name in the signed list of `fhir-profiles/emergency`. What fits nothing is named, to be checked by hand: a
 * medicine that is not understood is never passed over. HAZ-P81
 */
import type { CodeableConcept, MedicationRequest, MedicationStatement } from '@medplum/fhirtypes'
import { itemsOf, nameOf, wordsOf, type Item, type Material } from '../material.ts'

/** What is known of a medicine that is given on time; see `@handrail/fhir-profiles/time-critical`. */
export interface TimeCriticalKnowledge {
  readonly status: 'draft' | 'active'
  readonly medicines: readonly {
    readonly id: string
    readonly title: string
    readonly names: readonly string[]
    readonly notNames?: readonly string[] | undefined
    readonly codes: readonly string[]
    readonly needsCondition?:
      { readonly names: readonly string[]; readonly codes: readonly string[]; readonly register: readonly string[] } | undefined
    readonly text: string
    readonly source: string
  }[]
  readonly registers: readonly { readonly register: string; readonly title: string; readonly text: string; readonly source: string }[]
  readonly pinnedDevices: readonly string[]
  readonly pinnedRegisters: readonly string[]
  readonly irreversible: readonly string[]
}

export type Medicine = Item<MedicationStatement> | Item<MedicationRequest>

/** Statuses of a medicine that the person may be taking now. */
const TAKEN_NOW: ReadonlySet<string> = new Set(['active', 'intended', 'on-hold', 'unknown'])

/** What the person may be taking now, by statement or by prescription. */
export function currentMedicines(material: Material): Medicine[] {
  const statements = itemsOf(material, 'MedicationStatement').filter(({ resource }) => TAKEN_NOW.has(resource.status))
  const requests = itemsOf(material, 'MedicationRequest').filter(
    ({ resource }) =>
      resource.doNotPerform !== true &&
      ['active', 'on-hold', 'unknown'].includes(resource.status) &&
      ['order', 'original-order', 'reflex-order', 'filler-order', 'instance-order', 'plan'].includes(resource.intent),
  )
  return [...statements, ...requests]
}

/** The medicine in words; nothing when the record does not name it. */
export function medicineName({ resource }: Medicine, material: Material): string | undefined {
  return wordsOf(resource.medicationCodeableConcept) ?? nameOf(resource.medicationReference, material)
}

/** What makes a medicine one that may not be stopped. */
export type WhyNotStop =
  | { readonly by: 'record'; readonly words: string }
  | { readonly by: 'list'; readonly title: string; readonly text: string; readonly source: string; readonly approved: boolean }

/** Why this medicine may not be stopped, as far as is known; nothing known is not "may be stopped". */
export function whyNotStop(medicine: Medicine, material: Material, knowledge: TimeCriticalKnowledge): WhyNotStop[] {
  const notes = (medicine.resource.note ?? []).flatMap(({ text }) => (text !== undefined && /\bnot\b[^.]*\bstop/i.test(text) ? [text] : []))
  const name = (medicineName(medicine, material) ?? '').toLowerCase()
  const codes = codesOf(medicine, material)
  const listed = knowledge.medicines.filter(
    ({ names, notNames = [], codes: known, needsCondition }) =>
      (names.some((part) => name.includes(part)) || known.some((code) => codes.has(code))) &&
      !notNames.some((part) => name.includes(part)) &&
      (needsCondition === undefined || hasCondition(material, needsCondition)),
  )
  return [
    ...notes.map((words): WhyNotStop => ({ by: 'record', words })),
    ...listed.map(({ title, text, source }): WhyNotStop => ({ by: 'list', title, text, source, approved: knowledge.status === 'active' })),
  ]
}

function codesOf({ resource }: Medicine, { directory }: Material): ReadonlySet<string> {
  const medication = directory.get(resource.medicationReference?.reference ?? '')?.resource
  const concepts: (CodeableConcept | undefined)[] = [
    resource.medicationCodeableConcept,
    ...(medication?.resourceType === 'Medication'
      ? [medication.code, ...(medication.ingredient ?? []).map(({ itemCodeableConcept }) => itemCodeableConcept)]
      : []),
  ]
  return new Set(concepts.flatMap((concept) => (concept?.coding ?? []).flatMap(({ code }) => code ?? [])))
}

/** The code system of the hospital alert register. */
export const REGISTER = 'https://handrail.example/fhir/CodeSystem/register'

/** Codes of the hospital alert register under which the person is listed now, as far as the reader may see. */
export function registersOf(material: Material): ReadonlySet<string> {
  return new Set(
    itemsOf(material, 'Flag')
      .filter(({ resource }) => resource.status === 'active')
      .flatMap(({ resource }) => (resource.code.coding ?? []).flatMap(({ system, code }) => (system === REGISTER ? (code ?? []) : []))),
  )
}

function hasCondition(
  material: Material,
  {
    names,
    codes,
    register,
  }: { readonly names: readonly string[]; readonly codes: readonly string[]; readonly register: readonly string[] },
): boolean {
  const registered = registersOf(material)
  if (register.some((code) => registered.has(code))) return true
  return itemsOf(material, 'Condition').some(({ resource: { code, verificationStatus } }) => {
    if (verificationStatus?.coding?.some((coding) => coding.code === 'refuted') === true) return false
    const name = (wordsOf(code) ?? '').toLowerCase()
    return names.some((part) => name.includes(part)) || (code?.coding ?? []).some((coding) => codes.includes(coding.code ?? ''))
  })
}
