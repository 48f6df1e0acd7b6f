/** One sign-in that is under way, and its end: shared by every way to sign in. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { errors, type Interaction } from 'oidc-provider'
import type Provider from 'oidc-provider'
import { messagePage } from './pages.ts'
import { wordsFor } from './words.ts'

/** Parameters of every address of a sign-in. */
export interface InteractionParams {
  readonly uid: string
}

/** What is shown when the sign-in is over, or is somebody else's. */
export const expired = ({ headers }: FastifyRequest): string => {
  const w = wordsFor(headers)
  return messagePage(w.expired, [w.expiredText], '', w)
}

/** The interaction that the caller's own cookie names; nothing when it expired or belongs to somebody else. */
export async function interactionOf(
  issuer: Provider,
  request: FastifyRequest<{ Params: InteractionParams }>,
  reply: FastifyReply,
): Promise<Interaction | undefined> {
  try {
    const interaction = await issuer.interactionDetails(request.raw, reply.raw)
    return interaction.uid === request.params.uid ? interaction : undefined
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined
    throw error
  }
}

/** @returns where the sign-in goes on */
export async function finish(
  issuer: Provider,
  interaction: Interaction,
  person: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  // Whoever was signed in before is forgotten here; otherwise the provider would first ask to sign that person out, with a script.
  if (interaction.session?.accountId !== undefined && interaction.session.accountId !== person) {
    interaction.session = undefined
    await interaction.save(Math.max(1, interaction.exp - Math.floor(Date.now() / 1000)))
    const forgotten = 'Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax'
    const session = issuer.cookieName('session')
    reply.header('set-cookie', [`${session}=; ${forgotten}`, `${session}.sig=; ${forgotten}`])
  }
  const returnTo = await issuer.interactionResult(request.raw, reply.raw, { login: { accountId: person, remember: false } })
  request.log.info({ event: 'identity.signed-in', person })
  return returnTo
}
