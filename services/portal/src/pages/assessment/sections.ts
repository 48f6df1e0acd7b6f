/** A joint assessment as pages show it, and what a form of one section says. Pure. */
import type {
  Coding,
  Extension,
  Parameters,
  QuestionnaireResponse,
  QuestionnaireResponseItem,
  QuestionnaireResponseItemAnswer,
} from '@medplum/fhirtypes'
import { RISK_ITEM } from '@platform/fhir/risk-item'
import { dayIn, fromDate, isEmptyDay, problems, textIn, toDate, type EnteredDay, type Problems } from '../../forms/fields.ts'
import type { Choice } from '../../knowledge/catalogue.ts'
import { codes, ours } from '../../knowledge/reading.ts'
import type { Words } from '../../words/words.ts'

/** A question of a section. */
export interface AskedPart {
  readonly linkId: string
  readonly text: string
  readonly type: string
}

/** A section as it is asked. */
export interface AskedSection {
  readonly linkId: string
  readonly text: string
  readonly parts: readonly AskedPart[]
}

/** What is in the boxes of one question. */
export interface EnteredPart {
  readonly text: string
  readonly day: EnteredDay
}

/** What was entered in a section. */
export interface EnteredSection {
  readonly parts: Readonly<Record<string, EnteredPart>>
  readonly notAsked: string
}

const EMPTY: EnteredDay = { day: '', month: '', year: '' }

/** Reads the boxes of a form. */
export const enteredSection = (body: unknown, { parts }: AskedSection): EnteredSection => ({
  parts: Object.fromEntries(parts.map(({ linkId }) => [linkId, { text: textIn(body, linkId), day: dayIn(body, linkId) }])),
  notAsked: textIn(body, 'notAsked'),
})

/** What was saved or carried in, in the boxes. */
export function shownSection({ parts }: AskedSection, item: QuestionnaireResponseItem | undefined): EnteredSection {
  const because = item?.extension?.find(({ url }) => url === ours('not-asked'))?.valueString ?? ''
  return {
    notAsked: because,
    parts: Object.fromEntries(
      parts.map(({ linkId }) => {
        const answer = item?.item?.find((one) => one.linkId === linkId)?.answer?.[0]
        return [linkId, { text: textOf(answer), day: answer?.valueDate === undefined ? EMPTY : fromDate(answer.valueDate) }]
      }),
    ),
  }
}

function textOf(answer: QuestionnaireResponseItemAnswer | undefined): string {
  if (answer?.valueBoolean !== undefined) return answer.valueBoolean ? 'yes' : 'no'
  return answer?.valueString ?? answer?.valueCoding?.code ?? (answer?.valueDecimal === undefined ? '' : String(answer.valueDecimal))
}

/** Where an answer was known already; nothing where somebody entered it. */
export function carriedFrom(item: QuestionnaireResponseItem | undefined, linkId: string): { readonly asOf?: string } | undefined {
  const known = item?.item?.find((one) => one.linkId === linkId)?.answer?.[0]?.extension?.find(({ url }) => url === ours('prefilled'))
  if (known === undefined) return undefined
  const asOf = known.extension?.find(({ url }) => url === 'asOf')?.valueDateTime
  return asOf === undefined ? {} : { asOf }
}

/** Whether the form says yes on the risk item: whatever else is wrong with it, what to do now is shown. HAZ-R51 */
export const saysYes = ({ parts }: EnteredSection): boolean => parts[RISK_ITEM]?.text === 'yes'

/** What a section says, to be sent. */
export type GivenSection = { readonly notAsked: string } | { readonly items: readonly QuestionnaireResponseItem[] }

/**
 * @param known what the record had carried in: an answer that was kept says so
 * @param measures the instruments that can be named
 */
export function readSection(
  entered: EnteredSection,
  section: AskedSection,
  { known, measures }: { readonly known: QuestionnaireResponseItem | undefined; readonly measures: readonly Choice[] },
  { assessment: words }: Words,
): { given?: GivenSection; wrong: Problems } {
  const wrong = problems()
  const items = section.parts.flatMap((part): readonly QuestionnaireResponseItem[] => {
    const answer = readPart(part, entered.parts[part.linkId] ?? { text: '', day: EMPTY }, measures, wrong, words)
    return answer === undefined ? [] : [{ linkId: part.linkId, answer: [keptFrom(known, part.linkId, answer)] }]
  })
  if (entered.notAsked !== '' && items.length > 0) wrong.add('notAsked', words.both)
  if (entered.notAsked !== '' && items.length === 0 && wrong.list.length === 0) return { wrong, given: { notAsked: entered.notAsked } }
  const asksRisk = section.parts.some(({ linkId }) => linkId === RISK_ITEM)
  if (asksRisk && !items.some(({ linkId }) => linkId === RISK_ITEM)) wrong.add(RISK_ITEM, words.riskMissing)
  else if (items.length === 0 && wrong.list.length === 0) wrong.add(section.parts[0]?.linkId ?? 'notAsked', words.empty)
  return wrong.list.length > 0 ? { wrong } : { wrong, given: { items } }
}

function readPart(
  { linkId, type }: AskedPart,
  { text, day }: EnteredPart,
  measures: readonly Choice[],
  wrong: Problems,
  words: Words['assessment'],
): QuestionnaireResponseItemAnswer | undefined {
  if (type === 'date') {
    if (isEmptyDay(day)) return undefined
    const on = toDate(day)
    if (on === undefined) wrong.add(linkId, words.dayWrong, `${linkId}-day`)
    return on === undefined ? undefined : { valueDate: on }
  }
  if (text === '') return undefined
  if (type === 'boolean') return text === 'yes' || text === 'no' ? { valueBoolean: text === 'yes' } : undefined
  if (type === 'decimal') {
    const score = Number(text.replace(',', '.'))
    if (/^-?\d{1,6}([.,]\d{1,4})?$/.test(text) && Number.isFinite(score)) return { valueDecimal: score }
    wrong.add(linkId, words.scoreWrong)
    return undefined
  }
  if (type === 'choice') {
    const measure = measures.find(({ code }) => code === text)
    const coding: Coding | undefined = measure && { system: codes('measure'), code: measure.code, display: measure.display }
    return coding === undefined ? undefined : { valueCoding: coding }
  }
  return { valueString: text }
}

/** The answer with its source, where it is still what the record had. */
function keptFrom(
  known: QuestionnaireResponseItem | undefined,
  linkId: string,
  answer: QuestionnaireResponseItemAnswer,
): QuestionnaireResponseItemAnswer {
  const before = known?.item?.find((one) => one.linkId === linkId)?.answer?.[0]
  const source = before?.extension?.filter(({ url }: Extension) => url === ours('prefilled')) ?? []
  const same = before !== undefined && textOf(before) === textOf(answer) && before.valueDate === answer.valueDate
  return same && source.length > 0 ? { ...answer, extension: source } : answer
}

/** The input of `$answer-section`. */
export const toParameters = (section: string, given: GivenSection): Parameters => ({
  resourceType: 'Parameters',
  parameter: [
    { name: 'section', valueCode: section },
    'notAsked' in given
      ? { name: 'notAsked', valueString: given.notAsked }
      : { name: 'answers', resource: { resourceType: 'QuestionnaireResponse', status: 'in-progress', item: [...given.items] } },
  ],
})

/** The item of a section in a response. */
export const itemOf = (response: QuestionnaireResponse, linkId: string): QuestionnaireResponseItem | undefined =>
  response.item?.find((one) => one.linkId === linkId)
