/** Signing in at the embedded issuer: a choice of demonstration people, or a page that says where sign-in is to be configured. */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { errors, type Interaction } from 'oidc-provider'
import type Provider from 'oidc-provider'
import type { People } from '../store/people.ts'
import type { CurrentProvider } from './oidc/current-provider.ts'
import { messagePage, pageSecurityPolicy, peoplePage } from './pages.ts'

export interface SignInOptions {
  readonly provider: CurrentProvider
  readonly people: People
  /** Only the demonstration signs people in here. */
  readonly demo: boolean
}

interface Params {
  readonly uid: string
}

/** The interaction pages of the issuer, at `/interaction/:uid` of the enclosing context. */
export const signIn: FastifyPluginAsync<SignInOptions> = async (app, { provider, people, demo }) => {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 1024 }, (_request, body, done) =>
    done(null, new URLSearchParams(body.toString())),
  )

  app.get<{ Params: Params }>('/interaction/:uid', async (request, reply) => {
    const issuer = await provider()
    const interaction = await interactionOf(issuer, request, reply)
    if (interaction === undefined) return html(reply.code(400), expired)
    if (!demo) return html(reply.code(503), notConfigured)
    const { login_hint: hint } = interaction.params
    if (typeof hint === 'string' && (await people.find(hint)) !== undefined) return finish(issuer, interaction, hint, request, reply)
    return html(reply, peoplePage(request.params.uid, await people.list()))
  })

  app.post<{ Params: Params }>('/interaction/:uid/sign-in', async (request, reply) => {
    const issuer = await provider()
    const interaction = await interactionOf(issuer, request, reply)
    if (interaction === undefined) return html(reply.code(400), expired)
    if (!demo) return html(reply.code(503), notConfigured)
    const chosen = request.body instanceof URLSearchParams ? (request.body.get('person') ?? '') : ''
    if ((await people.find(chosen)) === undefined) return html(reply.code(400), peoplePage(request.params.uid, await people.list()))
    return finish(issuer, interaction, chosen, request, reply)
  })
}

const expired = messagePage('This sign-in has expired', ['Go back to where you came from and sign in again.'])
const notConfigured = messagePage('Sign-in is not set up', [
  'People sign in through an issuer that the operator of this hub configures; none is configured.',
  'If you run this hub: name your issuer in TRUSTED_ISSUERS. Systems get their tokens here as before.',
])

function html(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .headers({
      'content-security-policy': pageSecurityPolicy,
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    .type('text/html; charset=utf-8')
    .send(page)
}

/** The interaction that the caller's own cookie names; nothing when it expired or belongs to somebody else. */
async function interactionOf(
  issuer: Provider,
  request: FastifyRequest<{ Params: Params }>,
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

async function finish(
  issuer: Provider,
  interaction: Interaction,
  person: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
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
  return reply.redirect(returnTo, 303)
}
