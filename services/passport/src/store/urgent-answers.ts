/** Adds the Task of an urgent answer to the writes that bring the answer. HAZ-R51 */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { saysRisk } from '@platform/fhir/risk-item'
import { OWN_ID } from '@platform/nhs/systems'
import { answersForRisk, urgentAnswerTask } from '../domain/rules/urgent-answer.ts'
import { understood, type FhirResource } from '../domain/references.ts'
import type { Planned, RecordDependencies } from './change-record.ts'
import { HUB } from './hub-caller.ts'
import { plannedCreate } from './planned-create.ts'

/** @returns the Tasks for answers that these writes bring and that were not there before */
export async function urgentAnswers(
  { baseUrl, clock, find, urgentAnswerDueMs }: RecordDependencies,
  database: Queryable,
  planned: readonly Planned[],
  caller: Caller,
): Promise<readonly Planned[]> {
  const brought = planned.filter(
    ({ operation, resource, before }) =>
      operation.type === 'QuestionnaireResponse' &&
      resource !== undefined &&
      saysRisk(resource) &&
      !(before !== undefined && !before.deleted && saysRisk(understood(JSON.parse(before.content) as FhirResource, baseUrl))),
  )
  const at = clock.now()
  return Promise.all(
    brought.map(async ({ id, resource }) => {
      const owner = answersForRisk(resource ?? { resourceType: '' }) ?? caller.organization ?? (await ownOrganization())
      return plannedCreate(
        urgentAnswerTask(resource ?? { resourceType: '' }, { at, dueAt: new Date(at.getTime() + urgentAnswerDueMs), owner, response: id }),
        at,
      )
    }),
  )

  /** The hub itself: an answer of a person who belongs to no organisation is not turned away. */
  async function ownOrganization(): Promise<string> {
    const [found] = await find(database, HUB, 'Organization', `identifier=${OWN_ID.HUB}|operations`)
    return `Organization/${found?.id ?? ''}`
  }
}
