/**
 * Carers: a person invites the carer whom they named in their record, and a carer says for whom they act. What a carer may see is the
 * person's Consent in the record; here is only who they are. Row H5; hazard HAZ-E03.
 */
import type { FastifyPluginAsync } from 'fastify'
import type { Carers } from '../store/carers.ts'
import type { Invitations } from '../store/invitations.ts'
import { namedCarer } from '../store/related-person.ts'
import { bearerOf } from './bearer.ts'
import type { CodeSending } from './code-sending.ts'
import { contactIn, shortText } from './invited.ts'
import type { CurrentProvider } from './oidc/current-provider.ts'

export interface CarersOptions {
  readonly publicUrl: string
  /** Where the record is reached from here, without `/fhir`. */
  readonly passportUrl: string
  readonly provider: CurrentProvider
  readonly invitations: Invitations
  readonly carers: Carers
  readonly codes: CodeSending
  readonly clock: { now(): Date }
}

interface Asked {
  readonly name?: unknown
  readonly title?: unknown
  /** `RelatedPerson/<id>` */
  readonly carer?: unknown
  readonly contact?: unknown
}

const CARER = /^RelatedPerson\/[A-Za-z0-9\-.]{1,64}$/
/** A carer reads and writes what the Consent says, of one person at a time. */
const SCOPES = 'patient/*.crus'

export const carersOfPeople: FastifyPluginAsync<CarersOptions> = async (app, options) => {
  const { publicUrl, passportUrl, provider, invitations, carers, codes, clock } = options

  app.post<{ Body: Asked | null }>('/invitations/carer', async ({ headers, body, log }, reply) => {
    const caller = await bearerOf(headers.authorization, { provider, publicUrl })
    if (caller === undefined) return reply.code(401).send({ says: 'Sign in again.' })
    const { role, patient } = caller
    if (role !== 'patient' || typeof patient !== 'string') return reply.code(403).send({ says: 'Only a person invites their own carer.' })
    const { name, title, carer, contact } = body ?? {}
    const invited = { name: shortText(name), title: shortText(title) }
    const address = contactIn(contact, codes)
    if (invited.name === undefined || invited.title === undefined || typeof carer !== 'string' || !CARER.test(carer) || address === 'wrong')
      return reply.code(422).send({ says: 'An invitation of a carer needs a name, who they are to the person, and the RelatedPerson.' })
    const token = (headers.authorization ?? '').slice('Bearer '.length)
    const named = await namedCarer(passportUrl, { token, patient, reference: carer })
    if (named === undefined) return reply.code(422).send({ says: 'The record does not name this carer, or not with an end.' })

    const { secret, expiresAt } = await invitations.invite(
      {
        name: invited.name,
        title: invited.title,
        role: 'carer',
        grade: 'full',
        administers: false,
        scopes: SCOPES,
        invitedBy: caller.sub ?? '',
        caresFor: { patient, fhirUser: carer, endsOn: named.endsOn },
        ...(address === undefined ? {} : { contactHash: address }),
      },
      clock.now(),
    )
    log.info({ event: 'identity.carer-invited', by: caller.sub, carer })
    return reply.code(201).send({ link: `${publicUrl}/identity/join/${secret}`, expires: expiresAt.toISOString() })
  })

  app.get('/acting-for', async ({ headers }, reply) => {
    const caller = await bearerOf(headers.authorization, { provider, publicUrl })
    if (caller?.sub === undefined) return reply.code(401).send({ says: 'Sign in again.' })
    return reply.header('cache-control', 'no-store').send({ people: await carers.list(caller.sub, clock.now()) })
  })

  // The next token is for whom was chosen; the one at hand stays what it is until then.
  app.post<{ Body: { readonly id?: unknown } | null }>('/acting-for', async ({ headers, body, log }, reply) => {
    const caller = await bearerOf(headers.authorization, { provider, publicUrl })
    if (caller?.sub === undefined) return reply.code(401).send({ says: 'Sign in again.' })
    if (typeof body?.id !== 'string' || !(await carers.choose(caller.sub, body.id, clock.now())))
      return reply.code(422).send({ says: 'There is nobody of this id to act for.' })
    log.info({ event: 'identity.acting-for', by: caller.sub, chosen: body.id })
    return { chosen: body.id }
  })
}
