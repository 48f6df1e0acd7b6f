/** A step of a need is answered by whom it is asked of, and a need is ended by who asked, by who meets it or by who coordinates it. HAZ-R84 */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { placeOf } from '../domain/operation.ts'
import type { FhirResource } from '../domain/references.ts'
import { referencesAt, understood } from '../domain/references.ts'
import { isOpenTask, standsUnder } from '../domain/rules/hub-task.ts'
import { askedOf, mayAnswer, speakers } from '../domain/rules/own-answer.ts'
import { answersStep, endsNeed, isCoordinating, mayAnswerStep, mayEndNeed } from '../domain/rules/own-step.ts'
import { refuse } from '../errors.ts'
import { partiesOfCaller, selfOf } from './access-sql.ts'
import type { Planned } from './change-record.ts'
import { FOR_ALL } from './own-answers.ts'
import { rowsForRules, type Row } from './record-store.ts'
import { tasksUnder } from './tasks-under.ts'

/** @throws STEP_NOT_YOURS, NEED_NOT_YOURS */
export async function ownSteps(database: Queryable, planned: readonly Planned[], caller: Caller, baseUrl: string): Promise<void> {
  if (FOR_ALL.has(caller.role)) return
  const parse = ({ content }: Pick<Row, 'content'>) => understood(JSON.parse(content) as FhirResource, baseUrl)
  const mine = [...partiesOfCaller(caller), ...(selfOf(caller) === undefined ? [] : [`Patient/${selfOf(caller) ?? ''}`])]
  const isMe = (names: ReadonlySet<string>) => mine.some((one) => names.has(one))
  const speakFor = async (named: readonly { readonly type: string; readonly id: string }[]) => {
    const read = (await rowsForRules(database, speakers(named))).filter(({ deleted }) => !deleted)
    return mayAnswer(named, read.map(parse))
  }
  const isAskedOf = async (task: FhirResource) => isMe(await speakFor(askedOf(task)))
  const asksFor = async (request: FhirResource, author: string | undefined) =>
    (author !== undefined && mine.includes(author)) || isMe(await speakFor(referencesAt(request, ['requester', 'subject', 'for'])))
  const openUnder = async (need: string) => (await tasksUnder(database, need, baseUrl)).filter(isOpenTask)
  const coordinates = async (needs: readonly string[]) => {
    for (const need of needs) for (const task of (await openUnder(need)).filter(isCoordinating)) if (await isAskedOf(task)) return true
    return false
  }
  const wasEverAsked = async (needs: readonly string[]) => {
    for (const need of needs) for (const task of await tasksUnder(database, need, baseUrl)) if (await isAskedOf(task)) return true
    return false
  }

  // Nobody becomes who coordinates a need by saying so.
  for (const { operation, before, resource } of planned) {
    if (operation.type !== 'Task' || resource === undefined || !isCoordinating(resource)) continue
    if (before !== undefined && !before.deleted && isCoordinating(parse(before))) continue
    const under = standsUnder(resource).filter(({ type }) => type === 'ServiceRequest')
    const requests = (await rowsForRules(database, under)).filter(({ deleted }) => !deleted)
    let concerned = requests.length === 0 || (await wasEverAsked(under.map(({ id }) => id)))
    for (const one of requests) concerned ||= await asksFor(parse(one), one.parties[0])
    if (!concerned) throw refuse.STEP_NOT_YOURS({}, placeOf(operation))
  }

  const changes = planned.flatMap(({ operation, before, resource }) =>
    before === undefined || before.deleted || (operation.type !== 'Task' && operation.type !== 'ServiceRequest')
      ? []
      : [{ operation, row: before, was: parse(before), after: resource }],
  )
  for (const { operation, row, was, after } of changes) {
    if (operation.type === 'ServiceRequest') {
      if (!endsNeed(was, after) || (await asksFor(was, row.parties[0]))) continue
      const steps = await tasksUnder(database, was.id ?? '', baseUrl)
      // One that was asked of nobody here, a blood test, is ended by whoever may write it.
      if (steps.length === 0) continue
      const open = endsNeed(was, after) && was['status'] === 'completed' ? steps : steps.filter(isOpenTask)
      let asked = false
      for (const step of open) asked ||= await isAskedOf(step)
      const standing = { asks: false, asked, coordinates: await coordinates([was.id ?? '']) }
      if (!mayEndNeed(after, standing)) throw refuse.NEED_NOT_YOURS({}, placeOf(operation))
      continue
    }
    const under = standsUnder(was).filter(({ type }) => type === 'ServiceRequest')
    if (under.length === 0 || !answersStep(was, after)) continue
    if (await isAskedOf(was)) continue
    const requests = (await rowsForRules(database, under)).filter(({ deleted }) => !deleted)
    if (requests.length === 0) continue
    let asks = await asksFor(was, row.parties[0])
    for (const one of requests) asks ||= await asksFor(parse(one), one.parties[0])
    const standing = { asked: false, asks, coordinates: await coordinates(under.map(({ id }) => id)) }
    if (!mayAnswerStep(was, after, standing)) throw refuse.STEP_NOT_YOURS({}, placeOf(operation))
  }
}
