/** One sign-off for all, when nothing is open any more. Pure. HAZ-R52 */
import type { QuestionnaireResponse } from '@medplum/fhirtypes'
import { refuse } from '../../errors.ts'
import { meetingList, type Section } from './sections.ts'

/**
 * Whether it can be signed off.
 *
 * @throws ASSESSMENT_CLOSED, SECTIONS_OPEN naming every section that is neither answered nor said not to have been asked
 */
export function mustBeWhole(response: QuestionnaireResponse, sections: readonly Section[]): void {
  const { id = '', status } = response
  if (status !== 'in-progress') throw refuse.ASSESSMENT_CLOSED({ id, status })
  const open = meetingList(response, sections).filter(({ state }) => state.state === 'open')
  if (open.length > 0) throw refuse.SECTIONS_OPEN({ sections: open.map(({ section }) => section.linkId) })
}
