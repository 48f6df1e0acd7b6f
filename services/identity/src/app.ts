/** The composition of the issuer: tokens for systems, sign-in for people. */
import type { Database } from '@platform/service/database'
import { requestLog, silentLog, type Log } from '@platform/service/log'
import type { JWK } from 'jose'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { AppConfig } from './config.ts'
import { carersOfPeople } from './routes/carers.ts'
import { codeSending, type CodeWays } from './routes/code-sending.ts'
import { currentProvider } from './routes/oidc/current-provider.ts'
import { invitations } from './routes/invitations.ts'
import { foreignSignIn } from './routes/foreign-sign-in.ts'
import { registeredSubjects } from './routes/foreign-subjects.ts'
import { forward } from './routes/oidc/forward.ts'
import { jwks } from './routes/oidc/jwks.ts'
import { messagePage, pageSecurityPolicy } from './routes/pages.ts'
import { joining } from './routes/joining.ts'
import { signIn } from './routes/sign-in.ts'
import { registeredClients } from './routes/clients.ts'
import { signInsOfOneself } from './routes/sign-ins.ts'
import { carers } from './store/carers.ts'
import { clientRegister } from './store/client-register.ts'
import { foreignSubjects } from './store/foreign-subjects.ts'
import { issued } from './store/issued.ts'
import { oneTimeCodes } from './store/one-time-codes.ts'
import { invitationsIn } from './store/invitations.ts'
import { passkeysIn } from './store/passkeys.ts'
import { people } from './store/people.ts'
import type { Seal } from './store/sealing.ts'
import { signIns } from './store/sign-ins.ts'
import { signingKeys } from './store/signing-keys.ts'

export interface Dependencies {
  /** Migrated for `identity`. */
  readonly database: Database
  /** What the signing keys are sealed with: `openSeal(HANDRAIL_HOME)`. */
  readonly seal: Seal
  /** Decides when signing keys rotate. @default the machine's clock: tokens stay on real time. */
  readonly clock?: { now(): Date }
  readonly log?: Log
  /** How one-time codes leave: `openCodeWays`. @default none are offered */
  readonly ways?: CodeWays
  /** Public keys of other services, published beside the issuer's: `publishedKeys(HANDRAIL_HOME)`. */
  readonly otherKeys?: () => Promise<readonly JWK[]>
}

/** The issuer, mounted at `/identity`. Opens nothing and listens to nothing. */
export async function buildApp(
  config: AppConfig,
  { database, seal, clock = { now: () => new Date() }, log = silentLog, otherKeys, ways }: Dependencies,
): Promise<FastifyInstance> {
  const publicUrl = config.PUBLIC_URL.replace(/\/+$/, '')
  const registered = people(database, clock)
  const where = signIns(database)
  const provider = currentProvider({
    issuer: `${publicUrl}/identity`,
    audience: `${publicUrl}/fhir`,
    keys: signingKeys(database, seal),
    cookieKey: seal.derive('cookies'),
    clients: clientRegister(database),
    people: registered,
    issued: issued(database),
    signIns: where,
    times: { idleMs: config.SIGN_IN_IDLE_MS, longestMs: config.SIGN_IN_LONGEST_MS },
    clock,
    log,
  })

  const app = Fastify({ loggerInstance: log as FastifyBaseLogger, logController: new LogController({ disableRequestLogging: true }) })
  await app.register(requestLog)
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500
    if (status === 500) request.log.error({ event: 'identity.fault', error })
    const sentence = status === 500 ? 'Something went wrong on our side. Try again in a moment.' : 'The request cannot be read.'
    return reply
      .code(status)
      .type('text/html; charset=utf-8')
      .header('content-security-policy', pageSecurityPolicy)
      .send(messagePage('Sorry', [sentence]))
  })
  await app.register(
    async (identity) => {
      const codes = codeSending({ codes: oneTimeCodes(database), ways, secret: seal.derive('one-time codes'), clock, log })
      const byPasskey = { publicUrl, passkeys: passkeysIn(database), clock }
      const byInvitation = { publicUrl, invitations: invitationsIn(database), clock }
      const { SIGN_IN_ISSUERS: issuers = [] } = config
      const subjects = foreignSubjects(database)
      await identity.register(signIn, {
        provider,
        people: registered,
        demo: config.HANDRAIL_DEMO,
        codes,
        elsewhere: issuers,
        ...byPasskey,
      })
      await identity.register(foreignSignIn, { publicUrl, provider, issuers, subjects, issued: issued(database) })
      await identity.register(registeredSubjects, { publicUrl, provider, people: registered, subjects, issuers })
      await identity.register(joining, { ...byInvitation, codes })
      await identity.register(invitations, { provider, people: registered, codes, subjects, issuers, ...byInvitation })
      await identity.register(carersOfPeople, {
        ...byInvitation,
        provider,
        codes,
        carers: carers(database),
        passportUrl: config.PASSPORT_URL ?? publicUrl,
      })
      await identity.register(registeredClients, { publicUrl, provider, clients: clientRegister(database) })
      await identity.register(signInsOfOneself, { publicUrl, provider, signIns: where, clock })
      if (otherKeys !== undefined) await identity.register(jwks, { provider, otherKeys })
      await identity.register(forward, { provider, publicUrl })
    },
    { prefix: '/identity' },
  )
  // A sealing key that does not fit the database stops the start, and not the first request.
  app.addHook('onReady', async () => {
    await provider()
  })
  return app
}
