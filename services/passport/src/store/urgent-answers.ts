/** Adds the Task of an urgent answer to the writes that bring the answer. HAZ-R51 */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { saysRisk } from '@platform/fhir/risk-item'
import { OWN_ID } from '@platform/nhs/systems'
import { answersForRisk, urgentAnswerTask } from '../domain/rules/urgent-answer.ts'
import { localReference, understood, type FhirResource } from '../domain/references.ts'
import type { Planned, RecordDependencies } from './change-record.ts'
import { HUB } from './hub-caller.ts'
import { plannedCreate } from './planned-create.ts'
import { rowsForRules } from './record-store.ts'

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
      const named = [
        ...answersForRisk(resource ?? { resourceType: '' }),
        ...(caller.organization === undefined ? [] : [caller.organization]),
      ]
      const owner = (await firstThatIsThere(named)) ?? (await ownOrganization())
      return plannedCreate(
        urgentAnswerTask(resource ?? { resourceType: '' }, { at, dueAt: new Date(at.getTime() + urgentAnswerDueMs), owner, response: id }),
        at,
      )
    }),
  )

  /** Whom nobody knows here, or who has closed, would be paged for ever and never come. */
  async function firstThatIsThere(named: readonly string[]): Promise<string | undefined> {
    const references = named.flatMap((one) => localReference(one) ?? [])
    const there = (await rowsForRules(database, references)).filter(
      ({ deleted, content }) => !deleted && (JSON.parse(content) as { active?: unknown }).active !== false,
    )
    return named.find((one) => there.some(({ type, id }) => one === `${type}/${id}`))
  }

  /** The hub itself: an answer of a person who belongs to no organisation is not turned away. */
  async function ownOrganization(): Promise<string> {
    const [found] = await find(database, HUB, 'Organization', `identifier=${OWN_ID.HUB}|operations`)
    return `Organization/${found?.id ?? ''}`
  }
}
