/** The owner of a section answers it, or says why it was not asked. Pure. */
import type { QuestionnaireResponse, QuestionnaireResponseItem, QuestionnaireResponseItemAnswer } from '@medplum/fhirtypes'
import { RISK_ITEM } from '@platform/fhir/risk-item'
import { refuse } from '../../errors.ts'
import { NOT_ASKED, ownerOf, PREFILLED, SECTION_ANSWERED, SECTION_OWNER, type Part, type Section } from './sections.ts'

/** What is said of a section: its parts with answers, or why nobody asked. */
export type SectionAnswer = { readonly parts: readonly QuestionnaireResponseItem[] } | { readonly notAsked: string }

/** Who answers, and when. */
export interface Answering {
  /** `Organization/<id>` the caller speaks for. */
  readonly organization: string | undefined
  /** `Practitioner/<id>` or the organisation: who is written down as having answered. */
  readonly by: string
  readonly at: Date
}

/** One section of a response as it becomes, and where it stands. */
export interface AnsweredSection {
  readonly index: number
  readonly item: QuestionnaireResponseItem
}

/** The value that an answer to each type of question has. FHIR R4, questionnaireresponse.html */
const VALUE_OF: Readonly<Partial<Record<Part['type'], keyof QuestionnaireResponseItemAnswer>>> = {
  text: 'valueString',
  string: 'valueString',
  boolean: 'valueBoolean',
  decimal: 'valueDecimal',
  date: 'valueDate',
  choice: 'valueCoding',
}

/**
 * The section with its answers. What the record had carried in and was kept says so still; the others of the response stay untouched.
 *
 * @throws ASSESSMENT_CLOSED, SECTION_UNKNOWN, SECTION_NOT_YOURS, SECTION_EMPTY, SECTION_UNREADABLE
 */
export function answerSection(
  response: QuestionnaireResponse,
  section: Section | undefined,
  answer: SectionAnswer,
  { organization, by, at }: Answering,
): AnsweredSection {
  const { id = '', status, item: items = [] } = response
  if (status !== 'in-progress') throw refuse.ASSESSMENT_CLOSED({ id, status })
  const index = items.findIndex(({ linkId }) => linkId === section?.linkId)
  const before = items[index]
  if (section === undefined || before === undefined)
    throw refuse.SECTION_UNKNOWN({ section: section?.linkId ?? '' }, { expression: "Parameters.parameter.where(name = 'section')" })
  if (organization === undefined || ownerOf(before) !== organization) throw refuse.SECTION_NOT_YOURS({ section: section.linkId })
  const owner = before.extension?.filter(({ url }) => url === SECTION_OWNER) ?? []
  const answered = {
    url: SECTION_ANSWERED,
    extension: [
      { url: 'by', valueReference: { reference: by } },
      { url: 'at', valueDateTime: at.toISOString() },
    ],
  }
  const head = { linkId: section.linkId, text: section.text }
  if ('notAsked' in answer)
    return { index, item: { ...head, extension: [...owner, answered, { url: NOT_ASKED, valueString: answer.notAsked }] } }
  const parts = answer.parts.map((part) => readPart(part, section))
  const missing = section.parts.find(({ linkId }) => linkId === RISK_ITEM && !parts.some((part) => part.linkId === linkId))
  if (parts.length === 0 || missing !== undefined) throw refuse.SECTION_EMPTY({ section: section.linkId })
  return { index, item: { ...head, extension: [...owner, answered], item: parts } }
}

/** One part, of the type that the question has; nothing that is not asked is taken, so that nothing is lost in silence. */
function readPart(given: QuestionnaireResponseItem, section: Section): QuestionnaireResponseItem {
  const part = section.parts.find(({ linkId }) => linkId === given.linkId)
  const value = part === undefined ? undefined : VALUE_OF[part.type]
  const place = { expression: `QuestionnaireResponse.item.where(linkId = '${section.linkId}')` }
  if (part === undefined || value === undefined || given.item !== undefined || given.answer?.length !== 1)
    throw refuse.SECTION_UNREADABLE({ section: section.linkId }, place)
  const [answer] = given.answer
  if (answer === undefined || !isOfType(answer, value)) throw refuse.SECTION_UNREADABLE({ section: section.linkId }, place)
  const carried = answer.extension?.filter(({ url }) => url === PREFILLED) ?? []
  return {
    linkId: part.linkId,
    text: part.text,
    answer: [{ [value]: answer[value], ...(carried.length === 0 ? {} : { extension: carried }) }],
  }
}

function isOfType(answer: QuestionnaireResponseItemAnswer, value: keyof QuestionnaireResponseItemAnswer): boolean {
  const given = answer[value]
  if (Object.keys(answer).some((key) => key.startsWith('value') && key !== value)) return false
  if (value === 'valueBoolean') return typeof given === 'boolean'
  if (value === 'valueDecimal') return typeof given === 'number' && Number.isFinite(given)
  if (value === 'valueCoding') return typeof (given as { code?: unknown } | undefined)?.code === 'string'
  return typeof given === 'string' && given.trim() !== ''
}
