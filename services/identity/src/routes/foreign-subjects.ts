/**
 * Who of an organisation signs in as a subject of another issuer, for who administers it: `GET /identity/subjects`; and taking one of them back,
 * for the operator too: `POST /identity/subjects/end`.
 */
import type { FastifyPluginAsync } from 'fastify'
import type { ForeignSubjects } from '../store/foreign-subjects.ts'
import type { People } from '../store/people.ts'
import { bearerOf } from './bearer.ts'
import { subjectIn } from './invited.ts'
import type { CurrentProvider } from './oidc/current-provider.ts'

export interface SubjectsOptions {
  readonly publicUrl: string
  readonly provider: CurrentProvider
  readonly people: People
  readonly subjects: ForeignSubjects
  /** Issuers of others at which people may sign in. */
  readonly issuers: readonly { readonly issuer: string; readonly name: string }[]
}

export const registeredSubjects: FastifyPluginAsync<SubjectsOptions> = async (app, { people, subjects, issuers, ...issuer }) => {
  app.get('/subjects', async ({ headers }, reply) => {
    const caller = await bearerOf(headers.authorization, issuer)
    if (caller?.sub === undefined) return reply.code(401).send({ says: 'Sign in again.' })
    const asks = await people.find(caller.sub)
    if (asks?.administers !== true || asks.organization === undefined)
      return reply.code(403).send({ says: 'Only who administers an organisation sees who signs in where.' })
    const all = await subjects.of(asks.organization)
    return reply.header('cache-control', 'no-store').send({
      issuers: issuers.map((one) => ({ issuer: one.issuer, name: one.name })),
      subjects: all.map(({ person, ...one }) => ({ ...one, oneself: person === caller.sub })),
    })
  })

  app.post<{ Body: { readonly issuer?: unknown; readonly subject?: unknown } | null }>(
    '/subjects/end',
    async ({ headers, body, log }, reply) => {
      const caller = await bearerOf(headers.authorization, issuer)
      if (caller?.sub === undefined) return reply.code(401).send({ says: 'Sign in again.' })
      const asks = caller['role'] === 'admin' ? undefined : await people.find(caller.sub)
      if (caller['role'] !== 'admin' && (asks?.administers !== true || asks.organization === undefined))
        return reply.code(403).send({ says: 'Only who administers an organisation takes its people back.' })
      const of = subjectIn(body?.issuer, body?.subject)
      if (of === undefined || !(await subjects.end(of, asks?.organization)))
        return reply.code(422).send({ says: 'Nobody of yours signs in as this subject of this issuer.' })
      log.info({ event: 'identity.subject-ended', by: caller.sub, issuer: of.issuer })
      return { ended: true }
    },
  )
}
