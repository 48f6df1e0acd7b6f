/** A joint assessment and its sections: one response that several organisations fill in. Pure. */
import type { Questionnaire, QuestionnaireItem, QuestionnaireResponse, QuestionnaireResponseItem } from '@medplum/fhirtypes'

const BASE = 'https://handrail.example/fhir'
/** Who answers for a section, who answered it and when, why it was not asked, and where an answer was known already. */
export const SECTION_OWNER = `${BASE}/StructureDefinition/section-owner`
export const SECTION_ANSWERED = `${BASE}/StructureDefinition/section-answered`
export const NOT_ASKED = `${BASE}/StructureDefinition/not-asked`
export const PREFILLED = `${BASE}/StructureDefinition/prefilled`

/** The questionnaire that joint assessments answer. */
export const JOINT_ASSESSMENT = `${BASE}/Questionnaire/joint-assessment`

/** A part of a section: one question. */
export interface Part {
  readonly linkId: string
  readonly text: string
  readonly type: QuestionnaireItem['type']
}

/** A section as the questionnaire has it. */
export interface Section {
  readonly linkId: string
  readonly text: string
  readonly parts: readonly Part[]
}

/** The sections of a questionnaire, in its order. */
export const sectionsOf = ({ item = [] }: Questionnaire): readonly Section[] =>
  item.map(({ linkId, text = linkId, item: parts = [] }) => ({
    linkId,
    text,
    parts: parts.map((part) => ({ linkId: part.linkId, text: part.text ?? part.linkId, type: part.type })),
  }))

/** How a section of a response stands. */
export type SectionState =
  | { readonly state: 'open' }
  | { readonly state: 'answered'; readonly by?: string; readonly at?: string }
  | { readonly state: 'not-asked'; readonly because: string; readonly by?: string; readonly at?: string }

/** Whose a section is: `Organization/…`, or whatever else its extension names. */
export const ownerOf = ({ extension = [] }: QuestionnaireResponseItem): string | undefined =>
  extension.find(({ url }) => url === SECTION_OWNER)?.valueReference?.reference

/** Where a section stands: it is answered by any answer in it, and not asked where that is said with a reason. */
export function stateOf(section: QuestionnaireResponseItem): SectionState {
  const said = section.extension?.find(({ url }) => url === SECTION_ANSWERED)
  const [by, at] = [
    said?.extension?.find(({ url }) => url === 'by')?.valueReference?.reference,
    said?.extension?.find(({ url }) => url === 'at')?.valueDateTime,
  ]
  const who = { ...(by === undefined ? {} : { by }), ...(at === undefined ? {} : { at }) }
  if (hasAnswer(section)) return { state: 'answered', ...who }
  const because = section.extension?.find(({ url }) => url === NOT_ASKED)?.valueString
  return because === undefined ? { state: 'open' } : { state: 'not-asked', because, ...who }
}

const hasAnswer = ({ answer = [], item = [] }: QuestionnaireResponseItem): boolean => answer.length > 0 || item.some(hasAnswer)

/** One line of the list for a meeting. */
export interface MeetingLine {
  readonly section: Section
  readonly owner?: string
  readonly state: SectionState
}

/** Every section with its owner and where it stands; what a meeting is about are those that are open, and those that were not asked. */
export function meetingList(response: QuestionnaireResponse, sections: readonly Section[]): readonly MeetingLine[] {
  const byId = new Map((response.item ?? []).map((item) => [item.linkId, item]))
  return sections.map((section) => {
    const item = byId.get(section.linkId)
    const owner = item === undefined ? undefined : ownerOf(item)
    return { section, state: item === undefined ? { state: 'open' } : stateOf(item), ...(owner === undefined ? {} : { owner }) }
  })
}
