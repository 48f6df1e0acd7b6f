/** What the operations of a secure link have in common: who carries the token has no account, and is shown nothing of why a token does not count. */
import type { Parameters, ParametersParameter } from '@medplum/fhirtypes'
import { refuse } from '../../errors.ts'
import { mayRead, type Link } from '../../domain/link/link.ts'
import { hashOf, isToken } from '../../store/link-secrets.ts'
import type { Links } from '../../store/links.ts'
import { complete, type Given } from './parameters.ts'

/** The hash of the token in the parameters. @throws ANSWER_INCOMPLETE, LINK_UNKNOWN */
export function tokenHashIn(given: Given): string {
  const { token } = complete({ token: given.string('token') })
  if (!isToken(token)) throw refuse.LINK_UNKNOWN()
  return hashOf(token)
}

/**
 * The link of who has entered its code a short while ago.
 *
 * @throws LINK_UNKNOWN, LINK_SESSION_OVER
 */
export async function openedLink(given: Given, links: Links, at: Date): Promise<Link> {
  const link = await links.read(tokenHashIn(given))
  if (link === undefined) throw refuse.LINK_UNKNOWN()
  const session = given.string('session')
  if (session === undefined || !mayRead(link, hashOf(session), at)) throw refuse.LINK_SESSION_OVER()
  return link
}

/** `went`, and what else there is to say. */
export const wentParameters = (went: string, ...more: readonly ParametersParameter[]): Parameters => ({
  resourceType: 'Parameters',
  parameter: [{ name: 'went', valueCode: went }, ...more],
})
