/**
 * A need that services keep refusing is looked at by them together: two refusals, or one as too complex on a protected route, open a
 * joint review with the coordinator as owner. HAZ-R09: nobody may fall between two services that each name the other.
 */
import type { Task } from '@medplum/fhirtypes'
import { coordinatorOf } from '../coordinator.ts'
import { childrenOf, isOpen, kindOf, localId, type Need } from '../need.ts'
import { dueFor, singlePointOfAccess, type Circumstances } from '../pathway.ts'
import { input, openStep } from '../step.ts'
import { isProtected } from './interim-support.ts'
import { triagedAs } from './meet.ts'
import { REFUSAL_REASON } from '../vocabulary.ts'
import type { Open } from '../write.ts'

/** The joint review that refusals since the last one call for; none while one is open. */
export function jointReview(need: Need, circumstances: Circumstances): readonly Open[] {
  const { pathway } = circumstances
  const reviews = need.tasks.filter((task) => kindOf(task) === 'joint-review')
  if (reviews.some(isOpen)) return []
  const reviewedAt = Math.max(0, ...reviews.map(changedAt))
  const returned = sentBack(need, circumstances)
  const refusals = need.tasks.filter((task) => (isRefusal(task, circumstances) || returned.has(task)) && changedAt(task) > reviewedAt)
  const atOnce = refusals.some((task) => isTooMuchOnItsOwn(task, need, circumstances))
  if (refusals.length < pathway.jointReview.afterRefusals && !atOnce) return []
  const referrer = localId(need.request.requester, 'Organization')
  const participants = [...refusals.map(({ owner }) => owner?.reference), ...(referrer === undefined ? [] : [`Organization/${referrer}`])]
  return openJointReview(need, circumstances, participants, `${reviewKey(need.request)}${reviews.length + 1}`)
}

/** What the keys of the reviews begin with that refusals call for. */
export const reviewKey = ({ id }: Need['request']): string => `need/${id}/joint-review/`

/** A joint review of these organisations; none while no coordinator is listed. */
export function openJointReview(
  need: Need,
  circumstances: Circumstances,
  participants: readonly (string | undefined)[],
  key: string,
  given: { readonly due?: Date; readonly after?: Task } = {},
): readonly Open[] {
  const owner = coordinatorOf(need.request, circumstances)
  if (owner === undefined) return []
  const { request } = need
  const due = given.due ?? dueFor(circumstances, 'joint-review', request.priority, owner)
  const each = [...new Set(participants.filter((one) => one !== undefined))]
  return [
    openStep(request, {
      kind: 'joint-review',
      key,
      owner,
      at: circumstances.at,
      due,
      action: 'Bring together those who were asked, and agree who helps.',
      inputs: each.map((reference) => input('participant', { valueReference: { reference } })),
      ...(given.after === undefined ? {} : { after: given.after }),
    }),
  ]
}

const changedAt = ({ meta }: Task): number => new Date(meta?.lastUpdated ?? 0).getTime()

const reasonsOf = ({ statusReason }: Task): readonly string[] =>
  (statusReason?.coding ?? []).flatMap(({ system, code }) => (system === REFUSAL_REASON && code !== undefined ? [code] : []))

const isRefusal = (task: Task, { pathway }: Circumstances): boolean =>
  task.status === 'rejected' && kindOf(task) !== 'escalation' && !reasonsOf(task).some((code) => pathway.jointReview.notCounted.has(code))

/**
 * Redirects that brought the need back to a service that had passed it on or refused it, and the redirects by which that had: who sends it on in turn
 * has said no, without a word of refusal. The single point of access and the coordinator are asked to send on, and have not.
 */
function sentBack(need: Need, circumstances: Circumstances): ReadonlySet<Task> {
  const senders = new Set([singlePointOfAccess(circumstances), coordinatorOf(need.request, circumstances)])
  const passedOn = need.tasks.filter((task) => kindOf(task) === 'referral' && task.status === 'completed' && triagedAs(task) === 'redirect')
  return new Set(
    passedOn.flatMap((task) => {
      const to = childrenOf(task, need).find((next) => kindOf(next) === 'referral')?.owner?.reference
      const hadSaidNo = (one: Task) =>
        one !== task &&
        one.owner?.reference === to &&
        changedAt(one) <= changedAt(task) &&
        (passedOn.includes(one) || one.status === 'rejected')
      const before = to === undefined || senders.has(to) ? [] : need.tasks.filter(hadSaidNo)
      return before.length === 0 ? [] : [task, ...before.filter((one) => passedOn.includes(one))]
    }),
  )
}

const isTooMuchOnItsOwn = (task: Task, need: Need, circumstances: Circumstances): boolean =>
  reasonsOf(task).includes(circumstances.pathway.jointReview.atOnce.reason) && isProtected(need, circumstances)
