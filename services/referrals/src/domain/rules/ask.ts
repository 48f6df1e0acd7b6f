/** Whoever is named is asked, each once; where nobody is named, the single point of access is. */
import { kindOf, type Need } from '../need.ts'
import { codesOf } from '../directory.ts'
import { dueFor, singlePointOfAccess, type Circumstances } from '../pathway.ts'
import { namedPerformers } from '../routed.ts'
import { input, openStep } from '../step.ts'
import { REQUEST_CATEGORY } from '../vocabulary.ts'
import type { Open } from '../write.ts'

/** The steps by which a need first reaches somebody. None for a performer who was asked already, by us or by the sender. */
export function ask(need: Need, circumstances: Circumstances): readonly Open[] {
  const named = namedPerformers(need.request, circumstances)
  if (named.length === 0) return need.tasks.length === 0 ? askSinglePointOfAccess(need, circumstances, `need/${need.request.id}/ask`) : []
  return named
    .filter((owner) => !need.tasks.some((task) => task.owner?.reference === owner && !BESIDE.has(kindOf(task))))
    .map((owner) => askToAnswer(need, owner, circumstances, `need/${need.request.id}/ask/${owner}`))
}

// To be told of something is not to be asked.
const BESIDE: ReadonlySet<string> = new Set(['escalation', 'answer-of-another'])

/** Asks an organisation to answer the referral, or to advise where no more than advice is asked for. */
export function askToAnswer({ request }: Need, owner: string, circumstances: Circumstances, key: string): Open {
  const kind = asksForAdvice(request) ? 'advice' : 'referral'
  const due = dueFor(circumstances, kind, request.priority, owner)
  const action = kind === 'advice' ? 'Give advice.' : 'Answer this referral.'
  return openStep(request, { kind, key, owner, at: circumstances.at, due, action })
}

/** Whether the request is for advice, in its category. The advised organisation may take the person on all the same. */
export const asksForAdvice = ({ category = [] }: Need['request']): boolean =>
  category.flatMap(codesOf).includes(`${REQUEST_CATEGORY}|advice`)

/** Asks the single point of access who can help; nothing while it is not listed, which the metric and the sweep see. */
export function askSinglePointOfAccess({ request }: Need, circumstances: Circumstances, key: string): readonly Open[] {
  const owner = singlePointOfAccess(circumstances)
  if (owner === undefined) return []
  const { at, alike = [] } = circumstances
  const due = dueFor(circumstances, 'single-point-of-access', request.priority, owner)
  // Shown to the access point and to nobody else: that somebody else asked for the same is not every provider's business.
  const inputs = alike.map((id) => input('possible-duplicate', { valueReference: { reference: `ServiceRequest/${id}` } }))
  return [openStep(request, { kind: 'single-point-of-access', key, owner, at, due, action: 'Decide who can help.', inputs })]
}
