/**
 * Emergency access: who may ask for it, for how long it opens, and what the person is told. Pure. Hazard HAZ-P22.
 * Purposes of use are those of HL7 v3 ActReason, https://terminology.hl7.org/CodeSystem-v3-ActReason.html.
 */
import type { Grade, Role } from '@platform/fhir/caller'
import type { FhirResource } from '../references.ts'
import { masksFor } from './masks.ts'
import { dayOf, timeOf, wordsOf } from './words.ts'

export const ACT_REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'

/** Reasons for emergency access: emergency treatment, and breaking the glass for another. */
export const PURPOSES: ReadonlySet<unknown> = new Set(['ETREAT', 'BTG'])

/** For how long one reason opens a record: four hours, and then it has to be said again. */
export const BREAK_GLASS_MS = 4 * 60 * 60 * 1000

/** The shortest reason that a reviewer can make something of. */
const SHORTEST_REASON = 10

/** Whether the table has a row for it at all. */
export const mayBreakGlass = (role: Role, grade: Grade): boolean => masksFor(role, grade).read['break-glass'] !== 0

/** Whether these words are a reason: ten letters or digits at least. */
export const isReason = (words: string): boolean => (words.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= SHORTEST_REASON

/** What the person is told: that it happened, who it was, until when. Neither the reason nor anything clinical. */
export function emergencyTold(patient: string, { who, until, at }: { who: string; until: Date; at: Date }): FhirResource {
  const say = (language: 'en' | 'cy') => wordsOf(language).emergencyTold(who, `${dayOf(until, language)} ${timeOf(until, language)}`)
  return {
    resourceType: 'Communication',
    status: 'completed',
    subject: { reference: `Patient/${patient}` },
    recipient: [{ reference: `Patient/${patient}` }],
    sent: at.toISOString(),
    payload: [{ contentString: say('en') }, { contentString: say('cy') }],
  }
}
