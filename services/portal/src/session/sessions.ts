/** Keeps who is signed in, sealed in the browser's cookie, and guards every form. */
import { Readable } from 'node:stream'
import cookie, { type CookieSerializeOptions } from '@fastify/cookie'
import csrf from '@fastify/csrf-protection'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { Issuer, KeptForReturn } from '../clients/issuer.ts'
import { refuse } from '../errors.ts'
import type { Seal } from './seal.ts'
import { ownPath } from './language.ts'
import { dueForRenewal, endOf, endsSoon, renewed, type SessionTimes } from './session-end.ts'
import type { Session } from './session.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in; nothing when nobody is, or no longer. */
    session: Session | undefined
    /** True when a sign-in was there and has run out. */
    sessionEnded: boolean
    /** Whose sign-in has run out. */
    endedSubject: string | undefined
    /** True when a form came from a page of ours: after another sign-in of the same person it may be sent again. */
    formIsOurs: boolean
    /** What becomes of the sign-in while the page is made. */
    renewing: Promise<Renewed> | undefined
  }
  interface FastifyReply {
    signIn(session: Session): Promise<void>
    /** Forgets who is signed in; forms that are open stay good for the same person. */
    forgetSession(): void
    signOut(): void
    keepForReturn(kept: KeptForReturn): Promise<void>
  }
}

const SESSION = 'handrail_portal'
const SIGN_IN = 'handrail_portal_sign_in'
const FORMS = 'handrail_portal_forms'
/** How long a person may take at the issuer, in seconds. */
const SIGN_IN_WITHIN_S = 900

/** What came of renewing a sign-in: another one, none where its issuer has ended it, or the same while the issuer is away. */
type Renewed = Session | 'ended' | 'as it was'

export interface SessionsOptions {
  readonly seal: Seal
  /** Whether people reach the hub by https. */
  readonly secure: boolean
  readonly issuer: Pick<Issuer, 'renew'>
  readonly times: SessionTimes
}

export const sessions = fastifyPlugin(
  async (app, { seal, secure, issuer, times }: SessionsOptions) => {
    const kept: CookieSerializeOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure }
    // Before the cookies of an answer are written: no page is sent before it is known that the sign-in it was made for goes on.
    app.addHook('onSend', async (request, reply, payload) => {
      const { renewing, session } = request
      if (renewing === undefined || session === undefined) return payload
      const next = await renewing
      if (next === 'as it was') return payload
      if (next === 'ended') {
        reply.forgetSession()
        return insteadOf(payload, reply, signInAgain(request))
      }
      await reply.signIn(next)
      // Whoever has another standing by now is shown what they see with that one.
      return sameStanding(session, next) ? payload : insteadOf(payload, reply, ownPath(request.url))
    })
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
    app.decorateRequest('endedSubject', undefined)
    app.decorateRequest('formIsOurs', false)
    app.decorateRequest('renewing', undefined)
    app.decorateReply('signIn', async function (this: FastifyReply, session: Session) {
      this.request.renewing = undefined // what is decided while the page is made, or after it, counts
      this.setCookie(SESSION, await seal.seal('session', session, endOf(session)), kept).clearCookie(SIGN_IN, { path: '/' })
    })
    app.decorateReply('forgetSession', function (this: FastifyReply) {
      this.request.renewing = undefined
      this.clearCookie(SESSION, { path: '/' })
    })
    app.decorateReply('signOut', function (this: FastifyReply) {
      this.request.renewing = undefined
      this.clearCookie(SESSION, { path: '/' }).clearCookie(FORMS, { path: '/' })
    })
    app.decorateReply('keepForReturn', async function (this: FastifyReply, given: KeptForReturn) {
      const until = Math.floor(Date.now() / 1000) + SIGN_IN_WITHIN_S
      this.setCookie(SIGN_IN, await seal.seal('sign-in', given, until), { ...kept, maxAge: SIGN_IN_WITHIN_S })
    })
    app.addHook('onRequest', async (request, reply) => {
      const sealed = request.cookies[SESSION]
      if (sealed === undefined || request.url.startsWith('/assets/')) return
      const found = await seal.open<Session>('session', sealed)
      request.session = found === undefined ? undefined : await goingOn(found, request, reply)
      request.sessionEnded = request.session === undefined
      if (request.sessionEnded) request.endedSubject = (await seal.openEnded<Session>('session', sealed))?.subject
    })
    app.addHook('preHandler', (request, reply, done) => {
      if (request.method !== 'POST') return done()
      app.csrfProtection(request, reply, () => {
        request.formIsOurs = true
        // A form of a sign-in that ran out is told so; only the way back in stays open.
        done(request.sessionEnded && request.routeOptions.url !== '/sign-in' ? refuse.SESSION_ENDED() : undefined)
      })
    })

    /** The sign-in, renewed when that is due; nothing when its issuer has ended it. */
    async function goingOn(session: Session, request: FastifyRequest, reply: FastifyReply): Promise<Session | undefined> {
      const now = Math.floor(Date.now() / 1000)
      const { renewal } = session
      if (renewal === undefined || !dueForRenewal(session, now) || request.routeOptions.url === '/sign-in-time') return session
      const [before, by] = [{ ...session, renewal }, doneBy(request)]
      const renew = async (): Promise<Renewed> => {
        try {
          const answer = await issuer.renew(before)
          if (answer === undefined) return 'ended'
          return renewed(before, answer.session, { refreshToken: answer.refreshToken, by, times, now })
        } catch (error) {
          // While the issuer is away, a token that is still good is used.
          if (session.expiresAt > now) return 'as it was'
          throw error
        }
      }
      // A page that a person opens changes nothing: it is made meanwhile, with a token that is good.
      if (request.method === 'GET' && by === 'person' && !endsSoon(session, now)) {
        request.renewing = renew()
        request.renewing.catch(() => undefined) // whoever waits for it is told
        return renewed(before, session, { refreshToken: undefined, by, times, now })
      }
      const next = await renew()
      if (next === 'as it was') return session
      if (next === 'ended') return undefined
      await reply.signIn(next)
      return next
    }
  },
  { name: 'portal-sessions' },
)

/** A page that is opened and a form that is sent are a person's doing; what a script fetches is not, unless a person pressed it. */
const doneBy = ({ headers, routeOptions }: FastifyRequest): 'person' | 'script' =>
  [undefined, 'navigate'].includes(headers['sec-fetch-mode'] as string | undefined) || routeOptions.url === '/stay-signed-in'
    ? 'person'
    : 'script'

/** Where a person signs in again, to come back to the page. */
export const signInAgain = ({ url }: FastifyRequest): string => `/?${new URLSearchParams({ to: url, ended: 'yes' }).toString()}`

/** Leads elsewhere, in place of an answer that was made already. */
function insteadOf(answer: unknown, reply: FastifyReply, to: string): string {
  if (answer instanceof Readable) answer.destroy()
  for (const field of ['content-type', 'content-encoding', 'content-length']) reply.removeHeader(field)
  reply.code(303).header('location', to).header('cache-control', 'no-store')
  return ''
}

/** Whether a person is who they were, and acts for whom they did. */
const sameStanding = (one: Session, other: Session): boolean => STANDING.every((name) => one[name] === other[name])
const STANDING = ['subject', 'name', 'title', 'role', 'organization', 'fhirUser', 'patient', 'administers', 'actingFor'] as const

/** Whose form it is: a form opened by one person cannot be sent by another. */
export const formOwner = (request: FastifyRequest): string => request.session?.subject ?? request.endedSubject ?? 'nobody'

/** What was kept when the person left for the issuer. */
export const keptForReturn = (request: FastifyRequest, seal: Seal): Promise<KeptForReturn | undefined> =>
  seal.open<KeptForReturn>('sign-in', request.cookies[SIGN_IN])

/** Who is signed in. @throws NOT_SIGNED_IN, SESSION_ENDED */
export function signedIn(request: FastifyRequest): Session {
  if (request.session !== undefined) return request.session
  throw request.sessionEnded ? refuse.SESSION_ENDED() : refuse.NOT_SIGNED_IN()
}
