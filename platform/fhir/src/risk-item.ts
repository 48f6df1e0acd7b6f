/**
 * The risk item of an assessment: `risk-now` of a questionnaire of ours. Whatever is answered there and is not a plain no is a yes, wherever
 * the item stands, so that nothing that is answered beside it hides it. Read by the record, which pages, and by whoever shows crisis wording.
 * Pure. HAZ-R51
 */
import { HANDRAIL } from '@platform/nhs/systems'

const OURS = `${HANDRAIL}/Questionnaire/`

/** Link id of the item, in every questionnaire of ours that has one. */
export const RISK_ITEM = 'risk-now'

/** Whether a response to a questionnaire of ours says yes on its risk item. An entry made in error says nothing. */
export function saysRisk(resource: object): boolean {
  const { resourceType, questionnaire, status } = resource as Readonly<Record<string, unknown>>
  if (resourceType !== 'QuestionnaireResponse' || typeof questionnaire !== 'string' || !questionnaire.startsWith(OURS)) return false
  return status !== 'entered-in-error' && riskItems(resource).some((item) => listAt(item, 'answer').some(isYes))
}

/** Every risk item under this one, at any depth, under answers too. */
export function riskItems(holder: unknown): readonly unknown[] {
  const below = [...listAt(holder, 'item'), ...listAt(holder, 'answer').flatMap((answer) => listAt(answer, 'item'))]
  return below.flatMap((item) => [...(isObject(item) && item['linkId'] === RISK_ITEM ? [item] : []), ...riskItems(item)])
}

const isYes = (answer: unknown): boolean =>
  isObject(answer) && answer['valueBoolean'] !== false && Object.keys(answer).some((key) => key.startsWith('value'))

const listAt = (holder: unknown, name: string): readonly unknown[] => {
  const value = isObject(holder) ? holder[name] : undefined
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null
