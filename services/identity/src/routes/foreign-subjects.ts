/** `POST /identity/subjects/end`: takes back whoever signs in as a subject of another issuer. For the operator, and who administers the organisation. */
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
}

export const endOfSubjects: FastifyPluginAsync<SubjectsOptions> = async (app, { people, subjects, ...issuer }) => {
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
