/** An answer to a hospital alert, or to a risk that was disclosed, is changed by whom it is asked of and by nobody in their place. HAZ-A66 */
import type { Organization } from '@medplum/fhirtypes'
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { placeOf } from '../domain/operation.ts'
import { sectorOfOrganization } from '../domain/organization-sector.ts'
import type { FhirResource } from '../domain/references.ts'
import { referencesAt, understood } from '../domain/references.ts'
import { newOwnerOf } from '../domain/rules/hub-task.ts'
import { askedOf, isAnswer, mayAnswer, speakers } from '../domain/rules/own-answer.ts'
import { leavesPauseUnanswered, namedIn } from '../domain/rules/paused-answer.ts'
import { refuse } from '../errors.ts'
import { partiesOfCaller } from './access-sql.ts'
import type { Planned } from './change-record.ts'
import { rowsForRules } from './record-store.ts'

/** The operator, and the services that ask, remind and withdraw. */
export const FOR_ALL: ReadonlySet<string> = new Set(['admin', 'reactor-alerts', 'reactor-referrals'])

/** @throws ANSWER_NOT_YOURS, PAUSE_NOT_ANSWERED, ANSWER_OUTSIDE_CARE */
export async function ownAnswers(database: Queryable, planned: readonly Planned[], caller: Caller, baseUrl: string): Promise<void> {
  if (caller.role.startsWith('reactor-')) return
  const mine = partiesOfCaller(caller)
  for (const { operation, before, resource } of planned) {
    if (operation.type !== 'Task' || before === undefined || before.deleted) continue
    const was = understood(JSON.parse(before.content) as FhirResource, baseUrl)
    if (!isAnswer(was)) continue
    const named = (await rowsForRules(database, namedIn(resource))).some(({ deleted }) => !deleted)
    if (leavesPauseUnanswered(was, resource, named)) throw refuse.PAUSE_NOT_ANSWERED({}, placeOf(operation))
    if (resource !== undefined && (await goesOutOfCare(database, was, resource, baseUrl)))
      throw refuse.ANSWER_OUTSIDE_CARE({}, placeOf(operation))
    if (FOR_ALL.has(caller.role)) continue
    const asked = askedOf(was)
    const read = (await rowsForRules(database, speakers(asked))).filter(({ deleted }) => !deleted)
    const may = mayAnswer(
      asked,
      read.map(({ content }) => understood(JSON.parse(content) as FhirResource, baseUrl)),
    )
    if (!mine.some((one) => may.has(one))) throw refuse.ANSWER_NOT_YOURS({}, placeOf(operation))
  }
}

/** Whether an answer, which says what a ward must know of the person, is passed on to a leisure service. HAZ-A68 */
async function goesOutOfCare(database: Queryable, was: FhirResource, is: FhirResource, baseUrl: string): Promise<boolean> {
  const owner = newOwnerOf(was, is)
  const read = async (references: readonly { readonly type: string; readonly id: string }[]) =>
    (await rowsForRules(database, references)).map(({ content }) => understood(JSON.parse(content) as FhirResource, baseUrl))
  const found = owner === undefined ? [] : await read([owner])
  const behind = await read(found.flatMap((one) => referencesAt(one, ['providedBy', 'organization', 'managingOrganization'])))
  return [...found, ...behind].some(
    (one) => one.resourceType === 'Organization' && sectorOfOrganization(one as unknown as Organization) === 'leisure',
  )
}
