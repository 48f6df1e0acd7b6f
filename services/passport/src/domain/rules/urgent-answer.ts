/**
 * A "yes" on the risk item of an assessment opens a Task in the same transaction, on whatever path it is written, so that it cannot be
 * disclosed in a form that nobody reads. The Task names the answer and says nothing of what it is. Hazard HAZ-R51.
 */
import type { FhirResource } from '../references.ts'
import { isObject, valuesAt } from '../references.ts'

const BASE = 'https://handrail.example/fhir'
const OURS = `${BASE}/Questionnaire/`
const SECTION_OWNER = `${BASE}/StructureDefinition/section-owner`
/** The risk item, in every questionnaire of ours that has one. */
const RISK = 'risk-now'

/** Whether a response to a questionnaire of ours says yes on its risk item, wherever it stands. */
export function saysRisk(resource: FhirResource): boolean {
  const questionnaire = resource['questionnaire']
  if (resource.resourceType !== 'QuestionnaireResponse' || typeof questionnaire !== 'string' || !questionnaire.startsWith(OURS))
    return false
  if (resource['status'] === 'entered-in-error') return false
  return riskItems(resource).some((item) => valuesAt(item, 'answer').some(isYes))
}

// The item is a yes or no. Whatever is not a plain no is read as a yes: somebody looks.
const isYes = (answer: unknown): boolean =>
  isObject(answer) && answer['valueBoolean'] !== false && Object.keys(answer).some((key) => key.startsWith('value'))

/** Every item with that link id, at any depth, under answers too. */
function riskItems(holder: unknown): readonly unknown[] {
  const below = [...valuesAt(holder, 'item'), ...valuesAt(holder, 'answer.item')]
  return below.flatMap((item) => [...(isObject(item) && item['linkId'] === RISK ? [item] : []), ...riskItems(item)])
}

/** Whose it is: the organisation that owns the section of the risk item, else the one that wrote the assessment. */
export function answersForRisk(resource: FhirResource): string | undefined {
  const section = valuesAt(resource, 'item').find((item) => riskItems({ item: [item] }).length > 0)
  const owners = valuesAt(section, 'extension').flatMap((one) =>
    isObject(one) && one['url'] === SECTION_OWNER && isObject(one['valueReference']) ? [one['valueReference']['reference']] : [],
  )
  return [...owners, ...valuesAt(resource, 'author.reference')].find(
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
