/**
 * A "yes" on the risk item of an assessment opens a Task in the same transaction, on whatever path it is written, so that it cannot be
 * disclosed in a form that nobody reads. The Task names the answer and says nothing of what it is. Hazard HAZ-R51.
 */
import { riskItems } from '@platform/fhir/risk-item'
import type { FhirResource } from '../references.ts'
import { isObject, valuesAt } from '../references.ts'

const BASE = 'https://handrail.example/fhir'
const SECTION_OWNER = `${BASE}/StructureDefinition/section-owner`

/** Whose it may be, `Organization/…` each: the organisation that owns the section of the risk item, else the one that wrote the assessment. */
export function answersForRisk(resource: FhirResource): readonly string[] {
  const section = valuesAt(resource, 'item').find((item) => riskItems({ item: [item] }).length > 0)
  const owners = valuesAt(section, 'extension').flatMap((one) =>
    isObject(one) && one['url'] === SECTION_OWNER && isObject(one['valueReference']) ? [one['valueReference']['reference']] : [],
  )
  return [...owners, ...valuesAt(resource, 'author.reference')].filter(
    (reference): reference is string => typeof reference === 'string' && /^Organization\/[A-Za-z0-9\-.]{1,64}$/.test(reference),
  )
}

/** What becomes of it. */
export interface UrgentAnswer {
  readonly at: Date
  /** When the next one is paged. */
  readonly dueAt: Date
  /** `Organization/…` */
  readonly owner: string
  readonly response: string
}

/** The Task that asks for somebody at once. */
export const urgentAnswerTask = (resource: FhirResource, { at, dueAt, owner, response }: UrgentAnswer): FhirResource => ({
  resourceType: 'Task',
  identifier: [{ system: `${BASE}/Id/task-key`, value: `urgent-answer:${response}:${at.toISOString()}` }],
  status: 'requested',
  intent: 'order',
  priority: 'stat',
  code: { coding: [{ system: `${BASE}/CodeSystem/task-kind`, code: 'urgent-answer' }] },
  description: 'An answer in an assessment must be looked at now: open the assessment.',
  focus: { reference: `QuestionnaireResponse/${response}` },
  for: resource['subject'],
  authoredOn: at.toISOString(),
  owner: { reference: owner },
  restriction: { period: { end: dueAt.toISOString() } },
})
