/** Gathers the facts for `domain/rules` and keeps them on every write: owner and due time, refusals, needs with a next step. */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { masksFor } from '../domain/access/masks.ts'
import { classesOf } from '../domain/compartment.ts'
import { placeOf } from '../domain/operation.ts'
import {
  faultOfDue,
  faultOfHubTask,
  faultOfNeed,
  faultOfReason,
  isOpenTask,
  newOwnerOf,
  nextOwnerOf,
  standsUnder,
} from '../domain/rules/hub-task.ts'
import { nextStepAfter } from '../domain/rules/next-step.ts'
import { faultOfSubscription } from '../domain/rules/subscription.ts'
import type { FhirResource } from '../domain/references.ts'
import { understood } from '../domain/references.ts'
import { refuse } from '../errors.ts'
import type { Planned, RecordDependencies } from './change-record.ts'
import { keepPeople } from './keep-people.ts'
import { plannedCreate } from './planned-create.ts'
import { ownAnswers } from './own-answers.ts'
import { ownSteps } from './own-steps.ts'
import { lockAll } from './resolve-conditions.ts'
import { rowsForRules } from './record-store.ts'
import { sharedNumbers } from './shared-numbers.ts'
import { tasksUnder } from './tasks-under.ts'
import { toldOfCarers } from './told-of-carers.ts'
import { urgentAnswers } from './urgent-answers.ts'

/**
 * @returns the planned writes, and the next steps that the rules add to them
 * @throws Refusal from `domain/rules/`; OPEN_WORK, PERSON_KEPT, ANSWER_NOT_YOURS, STEP_NOT_YOURS, NEED_NOT_YOURS
 */
export async function keepHubRules(
  dependencies: RecordDependencies,
  database: Queryable,
  planned: readonly Planned[],
  caller: Caller,
): Promise<readonly Planned[]> {
  for (const { operation, resource } of planned) {
    const fault = operation.type === 'Subscription' && resource !== undefined ? faultOfSubscription(resource, caller) : undefined
    if (fault !== undefined) throw fault
  }
  await keepPeople(database, planned, caller)
  await ownAnswers(database, planned, caller, dependencies.baseUrl)
  await ownSteps(database, planned, caller, dependencies.baseUrl)
  const added = [
    ...(planned.some(({ operation }) => operation.type === 'QuestionnaireResponse')
      ? await urgentAnswers(dependencies, database, planned, caller)
      : []),
    ...(await toldOfCarers(dependencies, database, planned, caller)),
    ...(await sharedNumbers(dependencies, database, planned, caller)),
  ]
  const tasks = planned.filter(({ operation }) => operation.type === 'Task')
  const needsDeleted = planned.filter(({ operation, resource }) => operation.type === 'ServiceRequest' && resource === undefined)
  if (tasks.length === 0 && needsDeleted.length === 0) return added.length === 0 ? planned : [...planned, ...added]

  const { baseUrl } = dependencies
  const known = new Map(planned.map(({ operation, id }) => [`${operation.type}/${id}`, true]))
  const above = tasks.flatMap(({ resource, before }) => [
    ...(resource === undefined ? [] : standsUnder(resource)),
    ...(before === undefined ? [] : standsUnder(parsed(before.content, baseUrl))),
  ])
  const stored = new Map(
    (await rowsForRules(database, unique(above))).filter(({ deleted }) => !deleted).map((row) => [`${row.type}/${row.id}`, row]),
  )
  // To whoever does not see all of a type, what is hidden and what is absent must be the same, and so the rule holds under both.
  const seesAll = (type: string) => (masksFor(caller.role, caller.grade, type).read.anybody & classesOf({ resourceType: type })) !== 0
  const isLocal = ({ type, id }: { type: string; id: string }) =>
    known.has(`${type}/${id}`) || stored.has(`${type}/${id}`) || !seesAll(type)

  const touched = new Set<string>()
  for (const { operation, resource, before } of tasks) {
    const was = before === undefined ? undefined : parsed(before.content, baseUrl)
    const wasHub = was !== undefined && standsUnder(was).some(isLocal)
    const isHub = resource !== undefined && standsUnder(resource).some(isLocal)
    const refuses = resource?.['status'] === 'rejected' && was?.['status'] !== 'rejected'
    // As the constraint of the database has it: whatever the request is that a refusal names.
    if (!wasHub && !isHub && !(refuses && standsUnder(resource).length > 0)) continue
    if (resource === undefined && was !== undefined && isOpenTask(was)) throw refuse.OPEN_WORK({}, placeOf(operation))
    const fault =
      resource === undefined
        ? undefined
        : (faultOfHubTask(resource) ??
          faultOfReason(was, resource, dependencies.refusalReasons) ??
          faultOfDue(was, resource, dependencies.clock.now()))
    if (fault !== undefined) throw fault
    if (refuses && !(await isSomebody(database, nextOwnerOf(resource), known)))
      throw refuse.REFUSAL_TO_NOBODY({}, { expression: 'Task.output(next-owner)' })
    const given = resource === undefined || (was === undefined && !namesKnown(resource, caller)) ? undefined : newOwnerOf(was, resource)
    if (given !== undefined && !(await isSomebody(database, given, known))) throw refuse.OWNER_UNKNOWN({}, { expression: 'Task.owner' })
    const closes = was !== undefined && isOpenTask(was) && (resource === undefined || !isOpenTask(resource) || !sameNeeds(was, resource))
    if (closes) for (const { type, id } of standsUnder(was)) if (type === 'ServiceRequest') touched.add(id)
  }

  const deleted = needsDeleted.map(({ id }) => id)
  if (touched.size === 0 && deleted.length === 0) return [...planned, ...added]
  // Two writers that each close one of the last two Tasks of a need must see each other.
  await lockAll(
    database,
    [...touched, ...deleted].map((id) => `need ${id}`),
  )
  return [...planned, ...added, ...(await nextSteps(dependencies, database, planned, [...touched], deleted))]
}

async function nextSteps(
  dependencies: RecordDependencies,
  database: Queryable,
  planned: readonly Planned[],
  needs: readonly string[],
  deleted: readonly string[],
): Promise<Planned[]> {
  const changed = new Map(planned.map(({ operation, id, resource }) => [`${operation.type}/${id}`, resource]))
  const added: Planned[] = []
  const rows = new Map(
    (
      await rowsForRules(
        database,
        needs.map((id) => ({ type: 'ServiceRequest', id })),
      )
    ).map((row) => [row.id, row]),
  )
  for (const id of [...needs, ...deleted]) {
    const others = (await tasksUnder(database, id, dependencies.baseUrl)).filter((task) => !changed.has(`Task/${task.id ?? ''}`))
    const ours = planned.flatMap(({ operation, id: taskId, resource }) =>
      operation.type === 'Task' && resource !== undefined && standsUnder(resource).some((one) => one.id === id)
        ? [{ ...resource, id: taskId }]
        : [],
    )
    if (deleted.includes(id)) {
      if ([...others, ...ours].some(isOpenTask)) throw refuse.OPEN_WORK()
      continue
    }
    const row = rows.get(id)
    const need = changed.has(`ServiceRequest/${id}`)
      ? changed.get(`ServiceRequest/${id}`)
      : row === undefined || row.deleted
        ? undefined
        : parsed(row.content, dependencies.baseUrl)
    if (need === undefined) continue
    const fault = faultOfNeed({ ...need, id }, [...others, ...ours])
    if (fault === undefined) continue
    const closing = ours.find((task) => !isOpenTask(task))
    const at = dependencies.clock.now()
    const next =
      closing === undefined
        ? undefined
        : nextStepAfter(closing, { ...need, id }, { at, dueAt: new Date(at.getTime() + dependencies.nextStepDueMs) })
    if (next === undefined) throw fault
    added.push(plannedCreate(next, at))
  }
  return added
}

/** Whether a new Task must be given to somebody who is there: one of a need. The hub's own services name whom they found; what they ask must not be lost because somebody was taken out meanwhile. */
const namesKnown = (task: FhirResource, { role }: Caller): boolean =>
  !REACTORS.has(role) && standsUnder(task).some(({ type }) => type === 'ServiceRequest')
const REACTORS: ReadonlySet<string> = new Set(['reactor-alerts', 'reactor-referrals'])

/** Whether whoever is named is in the record, or comes into it with this. A step given to somebody who is not there is one that nobody has. */
async function isSomebody(
  database: Queryable,
  named: { readonly type: string; readonly id: string } | undefined,
  known: ReadonlyMap<string, boolean>,
): Promise<boolean> {
  if (named === undefined) return false
  if (known.has(`${named.type}/${named.id}`)) return true
  return (await rowsForRules(database, [named])).some(({ deleted }) => !deleted)
}

const parsed = (content: string, baseUrl: string): FhirResource => understood(JSON.parse(content) as FhirResource, baseUrl)
const unique = (references: readonly { type: string; id: string }[]) => [
  ...new Map(references.map((one) => [`${one.type}/${one.id}`, one])).values(),
]
const sameNeeds = (a: FhirResource, b: FhirResource) => {
  const of = (task: FhirResource) =>
    unique(standsUnder(task))
      .map(({ type, id }) => `${type}/${id}`)
      .toSorted()
      .join()
  return of(a) === of(b)
}
