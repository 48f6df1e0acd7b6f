/** An answer to a hospital alert, or to a risk that was disclosed, is changed by whom it is asked of and by nobody in their place. HAZ-A66 */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { placeOf } from '../domain/operation.ts'
import type { FhirResource } from '../domain/references.ts'
import { understood } from '../domain/references.ts'
import { askedOf, isAnswer, mayAnswer, speakers } from '../domain/rules/own-answer.ts'
import { leavesPauseUnanswered, namedIn } from '../domain/rules/paused-answer.ts'
import { refuse } from '../errors.ts'
import { partiesOfCaller } from './access-sql.ts'
import type { Planned } from './change-record.ts'
import { rowsForRules } from './record-store.ts'

/** The operator, and the services that ask, remind and withdraw. */
export const FOR_ALL: ReadonlySet<string> = new Set(['admin', 'reactor-alerts', 'reactor-referrals'])

/** @throws ANSWER_NOT_YOURS, PAUSE_NOT_ANSWERED */
export async function ownAnswers(database: Queryable, planned: readonly Planned[], caller: Caller, baseUrl: string): Promise<void> {
  if (caller.role.startsWith('reactor-')) return
  const mine = partiesOfCaller(caller)
  for (const { operation, before, resource } of planned) {
    if (operation.type !== 'Task' || before === undefined || before.deleted) continue
    const was = understood(JSON.parse(before.content) as FhirResource, baseUrl)
    if (!isAnswer(was)) continue
    const named = (await rowsForRules(database, namedIn(resource))).some(({ deleted }) => !deleted)
    if (leavesPauseUnanswered(was, resource, named)) throw refuse.PAUSE_NOT_ANSWERED({}, placeOf(operation))
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
