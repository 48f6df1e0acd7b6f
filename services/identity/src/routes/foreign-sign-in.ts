/**
 * Signing in at an issuer of somebody else, and coming back: the embedded issuer stays the only one whose tokens the hub believes. Who it is
 * here is what an administrator registered for the subject there, and nothing that the ID token says besides. Decision 301, HAZ-E22.
 */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { foreignIssuer, ForeignIssuerError, type ForeignIssuer, type KeptForForeignReturn } from '@platform/service/foreign-issuer'
import type { SignInIssuer } from '../domain/sign-in-issuer.ts'
import type { ForeignSubjects } from '../store/foreign-subjects.ts'
import type { Issued } from '../store/issued.ts'
import { expired, finish, interactionOf, type InteractionParams } from './interaction.ts'
import type { CurrentProvider } from './oidc/current-provider.ts'
import { linkTo, messagePage, sendPage } from './pages.ts'
import { wordsFor } from './words.ts'

export interface ForeignSignInOptions {
  readonly publicUrl: string
  readonly provider: CurrentProvider
  readonly issuers: readonly SignInIssuer[]
  readonly subjects: ForeignSubjects
  readonly issued: Issued
}

/** What is kept of a departure, under its state, until it is used. */
interface Departure extends KeptForForeignReturn {
  readonly interaction: string
  readonly issuerId: string
}

interface Opened extends SignInIssuer {
  readonly at: ForeignIssuer
}

const MODEL = 'ForeignSignIn'
/** How long a person may take there, in seconds; a sign-in here takes as long at most. */
const WITHIN_S = 900
const STATE = /^[\w-]{20,128}$/

export const foreignSignIn: FastifyPluginAsync<ForeignSignInOptions> = async (app, { publicUrl, provider, issuers, subjects, issued }) => {
  const opened = new Map(
    issuers.map((each): [string, Opened] => {
      const metadataUrl = `${each.issuer}/.well-known/openid-configuration`
      // An address of its own for each issuer, so that none answers in another's place. RFC 9700, section 4.4
      return [each.id, { ...each, at: foreignIssuer({ ...each, metadataUrl, redirectUri: `${publicUrl}/identity/arrived/${each.id}` }) }]
    }),
  )
  app.addHook('onClose', async () => {
    for (const { at } of opened.values()) at[Symbol.dispose]()
  })

  app.get<{ Params: InteractionParams & { id: string } }>('/interaction/:uid/at/:id', async (request, reply) => {
    const [interaction, issuer] = [await interactionOf(await provider(), request, reply), opened.get(request.params.id)]
    if (interaction === undefined || issuer === undefined) return sendPage(reply.code(400), expired(request))
    try {
      const { address, kept } = await issuer.at.depart({
        scope: 'openid',
        prompt: 'login', // Whoever sits down at the same browser does not go on with the sign-in of somebody else.
        ...(issuer.acr.length === 0 ? {} : { acr_values: issuer.acr.join(' ') }),
      })
      await issued.save(MODEL, kept.state, { ...kept, interaction: interaction.uid, issuerId: issuer.id }, WITHIN_S)
      return reply.redirect(address, 303)
    } catch (error) {
      return failed(request, reply, interaction.uid, error)
    }
  })

  // The cookie of a sign-in is for its own address alone: what comes back to this one is taken there.
  app.get<{ Params: { id: string } }>('/arrived/:id', async (request, reply) => {
    const kept = await departureOf(request)
    if (kept === undefined || kept.issuerId !== request.params.id) return sendPage(reply.code(400), expired(request))
    return reply.redirect(`/identity/interaction/${kept.interaction}/arrived?${queryOf(request).toString()}`, 303)
  })

  app.get<{ Params: InteractionParams }>('/interaction/:uid/arrived', async (request, reply) => {
    const here = await provider()
    const interaction = await interactionOf(here, request, reply)
    const kept = await departureOf(request)
    const issuer = opened.get(kept?.issuerId ?? '')
    if (
      interaction === undefined ||
      issuer === undefined ||
      kept?.interaction !== interaction.uid ||
      !(await issued.consume(MODEL, kept.state))
    )
      return sendPage(reply.code(400), expired(request))
    try {
      const { claims } = await issuer.at.arrive(queryOf(request), kept)
      if (issuer.acr.length > 0 && !issuer.acr.some((one) => one === claims['acr'])) throw new ForeignIssuerError('unproven')
      const person = await subjects.personOf({ issuer: issuer.issuer, subject: claims.sub })
      if (person === undefined) return unknown(request, reply, interaction.uid, `${issuer.issuer} ${claims.sub}`)
      return reply.redirect(await finish(here, interaction, person, request, reply), 303)
    } catch (error) {
      return failed(request, reply, interaction.uid, error)
    }
  })

  async function departureOf(request: FastifyRequest): Promise<Departure | undefined> {
    const state = queryOf(request).get('state') ?? ''
    if (!STATE.test(state)) return undefined
    const found = (await issued.find(MODEL, state)) as (Departure & { readonly consumed?: number }) | undefined
    return found?.consumed === undefined ? found : undefined
  }
}

const queryOf = ({ url }: FastifyRequest): URLSearchParams => new URLSearchParams(url.split('?')[1] ?? '')

const backTo = (uid: string): string => `/identity/interaction/${uid}`

/** @throws what is no fault of the other issuer */
function failed(request: FastifyRequest, reply: FastifyReply, uid: string, error: unknown): FastifyReply {
  if (!(error instanceof ForeignIssuerError)) throw error
  request.log.warn({ event: 'identity.foreign-sign-in-failed', reason: error.reason, error })
  const w = wordsFor(request.headers)
  const status = error.reason === 'away' || error.reason === 'unfit' ? 503 : 403
  return sendPage(reply.code(status), messagePage(w.elsewhereFailed, [w.elsewhereFailedText], linkTo(backTo(uid), w.back), w))
}

function unknown(request: FastifyRequest, reply: FastifyReply, uid: string, subject: string): FastifyReply {
  request.log.info({ event: 'identity.foreign-subject-unknown' })
  const w = wordsFor(request.headers)
  return sendPage(reply.code(403), messagePage(w.elsewhereUnknown, [w.elsewhereUnknownText, subject], linkTo(backTo(uid), w.back), w))
}
