/** Whoever is named is asked, each once; where nobody is named, the single point of access is. */
import { kindOf, type Need } from '../need.ts'
import { singlePointOfAccess, type Circumstances } from '../pathway.ts'
import { namedPerformers } from '../routed.ts'
import { openStep } from '../step.ts'
import type { Open } from '../write.ts'

/** The steps by which a need first reaches somebody. None for a performer who was asked already, by us or by the sender. */
export function ask(need: Need, circumstances: Circumstances): readonly Open[] {
  const named = namedPerformers(need.request, circumstances)
  if (named.length === 0) return need.tasks.length === 0 ? askSinglePointOfAccess(need, circumstances, `need/${need.request.id}/ask`) : []
  return named
    .filter((owner) => !need.tasks.some((task) => task.owner?.reference === owner && kindOf(task) !== 'escalation'))
    .map((owner) => askToAnswer(need, owner, circumstances, `need/${need.request.id}/ask/${owner}`))
}

/** Asks an organisation to answer the referral. */
export function askToAnswer({ request }: Need, owner: string, { at, pathway }: Circumstances, key: string): Open {
  const due = pathway.dueAt('referral', request.priority, at)
  return openStep(request, { kind: 'referral', key, owner, at, due, action: 'Answer this referral.' })
}

/** Asks the single point of access who can help; nothing while it is not listed, which the metric and the sweep see. */
export function askSinglePointOfAccess({ request }: Need, circumstances: Circumstances, key: string): readonly Open[] {
  const owner = singlePointOfAccess(circumstances)
  if (owner === undefined) return []
  const { at, pathway } = circumstances
  const due = pathway.dueAt('single-point-of-access', request.priority, at)
  return [openStep(request, { kind: 'single-point-of-access', key, owner, at, due, action: 'Decide who can help.' })]
}
