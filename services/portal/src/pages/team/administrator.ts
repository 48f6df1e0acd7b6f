/** Who may invite and register people into an organisation, and as what. */
import { refuse } from '../../errors.ts'
import type { Session } from '../../session/session.ts'

/** How many characters a name, or what somebody does, may have. */
export const LONGEST = 100

/** What people are invited as. */
export const ROLES = ['worker', 'professional'] as const

/** @throws NOT_ALLOWED to whoever does not administer an organisation */
export function administrator(session: Session): Session {
  if (session.administers !== true) throw refuse.NOT_ALLOWED()
  return session
}
