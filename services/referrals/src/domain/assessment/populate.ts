/**
 * Carries in what the record knows already, so that nobody is asked twice: expression-based population of a questionnaire, as far as ours
 * use it. https://hl7.org/fhir/uv/sdc/populate.html#expression-based-population
 */
import { evalFhirPathTyped, toTypedValue, type TypedValue } from '@medplum/core'
import type {
  Questionnaire,
  QuestionnaireItem,
  QuestionnaireResponse,
  QuestionnaireResponseItem,
  QuestionnaireResponseItemAnswer,
  Resource,
} from '@medplum/fhirtypes'
import { PREFILLED } from './sections.ts'

const VARIABLE = 'http://hl7.org/fhir/StructureDefinition/variable'
const INITIAL = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression'

/** A query whose matches a questionnaire works with. */
export interface Variable {
  readonly name: string
  readonly type: Resource['resourceType']
  /** Search parameters, in order. */
  readonly criteria: Readonly<Record<string, string>>
}

/** The queries of a questionnaire about one person. */
export function variablesOf({ extension = [] }: Questionnaire, patient: string): readonly Variable[] {
  return extension.flatMap(({ url, valueExpression }) => {
    const { name, language, expression } = valueExpression ?? {}
    if (url !== VARIABLE || name === undefined || language !== 'application/x-fhir-query' || expression === undefined) return []
    const [type = '', query = ''] = expression.replaceAll('{{%patient.id}}', patient).split('?')
    return [{ name, type: type as Resource['resourceType'], criteria: Object.fromEntries(new URLSearchParams(query)) }]
  })
}

/** A response with what is known, each answer with its source and as of when; nothing in it is anybody's answer until somebody saves it. */
export function populate(
  questionnaire: Questionnaire,
  { patient, found, at }: { readonly patient: string; readonly found: ReadonlyMap<string, readonly Resource[]>; readonly at: Date },
): QuestionnaireResponse {
  const { url = '', version } = questionnaire
  const context: Record<string, TypedValue> = Object.fromEntries(
    [...found].map(([name, some]) => [
      `%${name}`,
      toTypedValue({ resourceType: 'Bundle', type: 'searchset', entry: some.map((resource) => ({ resource })) }),
    ]),
  )
  const item = (questionnaire.item ?? []).flatMap((one) => populated(one, context, found))
  return {
    resourceType: 'QuestionnaireResponse',
    questionnaire: version === undefined ? url : `${url}|${version}`,
    status: 'in-progress',
    subject: { reference: `Patient/${patient}` },
    authored: at.toISOString(),
    ...(item.length === 0 ? {} : { item }),
  }
}

function populated(
  { linkId, text, type, extension = [], item = [] }: QuestionnaireItem,
  context: Record<string, TypedValue>,
  found: ReadonlyMap<string, readonly Resource[]>,
): readonly QuestionnaireResponseItem[] {
  const head = { linkId, ...(text === undefined ? {} : { text }) }
  const below = item.flatMap((one) => populated(one, context, found))
  const expression = extension.find(({ url }) => url === INITIAL)?.valueExpression?.expression
  const [, name = ''] = /^%([a-z-]+)/.exec(expression ?? '') ?? []
  const [source] = found.get(name) ?? []
  if (expression === undefined || source === undefined) return below.length === 0 ? [] : [{ ...head, item: below }]
  const [value] = evalFhirPathTyped(expression, [toTypedValue(source)], context)
  const answer = value === undefined ? undefined : answerOf(type, value.value)
  if (answer === undefined) return below.length === 0 ? [] : [{ ...head, item: below }]
  return [{ ...head, answer: [{ ...answer, extension: [sourceOf(source)] }], ...(below.length === 0 ? {} : { item: below }) }]
}

/** The answer as the type of question takes it; nothing where what was found is not of that type. */
function answerOf(type: QuestionnaireItem['type'], value: unknown): QuestionnaireResponseItemAnswer | undefined {
  if ((type === 'text' || type === 'string') && typeof value === 'string') return { valueString: value }
  if (type === 'decimal' && typeof value === 'number') return { valueDecimal: value }
  if (type === 'boolean' && typeof value === 'boolean') return { valueBoolean: value }
  if (type === 'date' && typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return { valueDate: value }
  if (type === 'choice' && typeof value === 'object' && value !== null) return { valueCoding: value }
  return undefined
}

function sourceOf(source: Resource) {
  const { effectiveDateTime, startDate } = source as { effectiveDateTime?: string; startDate?: string }
  const asOf = effectiveDateTime ?? startDate ?? source.meta?.lastUpdated
  return {
    url: PREFILLED,
    extension: [
      { url: 'source', valueReference: { reference: `${source.resourceType}/${source.id ?? ''}` } },
      ...(asOf === undefined ? [] : [{ url: 'asOf', valueDateTime: asOf }]),
    ],
  }
}
