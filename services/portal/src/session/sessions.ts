/** Keeps who is signed in, sealed in the browser's cookie, and guards every form. */
import cookie, { type CookieSerializeOptions } from '@fastify/cookie'
import csrf from '@fastify/csrf-protection'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { KeptForReturn } from '../clients/issuer.ts'
import { refuse } from '../errors.ts'
import type { Seal } from './seal.ts'
import type { Session } from './session.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in; nothing when nobody is, or no longer. */
    session: Session | undefined
    /** True when a sign-in was there and has run out. */
    sessionEnded: boolean
  }
  interface FastifyReply {
    signIn(session: Session): Promise<void>
    signOut(): void
    keepForReturn(kept: KeptForReturn): Promise<void>
  }
}

const SESSION = 'handrail_portal'
const SIGN_IN = 'handrail_portal_sign_in'
const FORMS = 'handrail_portal_forms'
/** How long a person may take at the issuer, in seconds. */
const SIGN_IN_WITHIN_S = 900

export const sessions = fastifyPlugin(
  async (app, { seal, secure }: { seal: Seal; /** Whether people reach the hub by https. */ secure: boolean }) => {
    const kept: CookieSerializeOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure }
    await app.register(cookie, { secret: seal.derive('cookie signatures') })
    await app.register(csrf, {
      cookieKey: FORMS,
      cookieOpts: { ...kept, signed: true },
      csrfOpts: { userInfo: true, hmacKey: seal.derive('forms') },
      getUserInfo: formOwner,
      getToken: (request) => (request.body as { _csrf?: string } | undefined)?._csrf,
    })
    app.decorateRequest('session', undefined)
    app.decorateRequest('sessionEnded', false)
    app.decorateReply('signIn', async function (this: FastifyReply, session: Session) {
      this.setCookie(SESSION, await seal.seal('session', session, session.expiresAt), kept).clearCookie(SIGN_IN, { path: '/' })
    })
    app.decorateReply('signOut', function (this: FastifyReply) {
      this.clearCookie(SESSION, { path: '/' }).clearCookie(FORMS, { path: '/' })
    })
    app.decorateReply('keepForReturn', async function (this: FastifyReply, given: KeptForReturn) {
      const until = Math.floor(Date.now() / 1000) + SIGN_IN_WITHIN_S
      this.setCookie(SIGN_IN, await seal.seal('sign-in', given, until), { ...kept, maxAge: SIGN_IN_WITHIN_S })
    })
    app.addHook('onRequest', async (request) => {
      const sealed = request.cookies[SESSION]
      request.session = await seal.open<Session>('session', sealed)
      request.sessionEnded = sealed !== undefined && request.session === undefined
    })
    app.addHook('preHandler', (request, reply, done) => {
      if (request.method !== 'POST') return done()
      // A form of a sign-in that ran out is told so; only the way back in stays open.
      if (request.sessionEnded && request.routeOptions.url !== '/sign-in') return done(refuse.SESSION_ENDED())
      app.csrfProtection(request, reply, done)
    })
  },
  { name: 'portal-sessions' },
)

/** Whose form it is: a form opened by one person cannot be sent by another. */
export const formOwner = (request: FastifyRequest): string => request.session?.subject ?? 'nobody'

/** What was kept when the person left for the issuer. */
export const keptForReturn = (request: FastifyRequest, seal: Seal): Promise<KeptForReturn | undefined> =>
  seal.open<KeptForReturn>('sign-in', request.cookies[SIGN_IN])

/** Who is signed in. @throws NOT_SIGNED_IN, SESSION_ENDED */
export function signedIn(request: FastifyRequest): Session {
  if (request.session !== undefined) return request.session
  throw request.sessionEnded ? refuse.SESSION_ENDED() : refuse.NOT_SIGNED_IN()
}
