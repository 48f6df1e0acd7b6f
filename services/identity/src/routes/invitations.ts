/** `POST /identity/invitations`: who administers an organisation invites somebody into it; the operator invites the first. Row I2. */
import type { FastifyPluginAsync } from 'fastify'
import { GRADES, type Grade } from '@platform/fhir/caller'
import type { Passkeys } from '../store/passkeys.ts'
import type { People } from '../store/people.ts'
import { bearerOf } from './bearer.ts'
import type { CurrentProvider } from './oidc/current-provider.ts'

export interface InvitationOptions {
  readonly publicUrl: string
  readonly provider: CurrentProvider
  readonly people: People
  readonly passkeys: Passkeys
  readonly clock: { now(): Date }
}

/** What an invitation says. `organization`, `grade` and `administers` are for the operator to say. */
interface Asked {
  readonly name?: unknown
  readonly title?: unknown
  readonly role?: unknown
  readonly organization?: unknown
  readonly grade?: unknown
  readonly administers?: unknown
}

/** What people of an organisation do who have no NHS account: nobody invites a ward, a commissioner or an operator. */
const ROLES = ['worker', 'professional'] as const
const SCOPES = 'user/*.cruds'
const LONGEST = 100
const ORGANIZATION = /^Organization\/[A-Za-z0-9\-.]{1,64}$/

export const invitations: FastifyPluginAsync<InvitationOptions> = async (app, { publicUrl, provider, people, passkeys, clock }) => {
  app.post<{ Body: Asked | null }>('/invitations', async (request, reply) => {
    const caller = await bearerOf(request.headers.authorization, { provider, publicUrl })
    if (caller === undefined) return reply.code(401).send({ says: 'Sign in again.' })
    const { name, title, role, organization, grade, administers } = request.body ?? {}
    const text = (value: unknown) =>
      typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST ? value.trim() : undefined
    const invited = { name: text(name), title: text(title), role: ROLES.find((one) => one === role) }
    if (invited.name === undefined || invited.title === undefined || invited.role === undefined)
      return reply
        .code(422)
        .send({ says: 'An invitation needs a name, what the person does, and whether they are a worker or a professional.' })

    const inviter = await people.find(caller.sub ?? '')
    const standing =
      caller['role'] === 'admin'
        ? {
            organization: typeof organization === 'string' && ORGANIZATION.test(organization) ? organization : undefined,
            grade: GRADES.find((one) => one === grade),
            administers: administers === true,
          }
        : // Whoever administers passes on no more than the organisation has, and does not make others administer.
          { organization: inviter?.organization, grade: inviter?.grade as Grade | undefined, administers: false }
    if (caller['role'] !== 'admin' && inviter?.administers !== true)
      return reply.code(403).send({ says: 'Only who administers an organisation invites.' })
    if (standing.organization === undefined || standing.grade === undefined)
      return reply.code(422).send({ says: 'An invitation needs an organisation and its grade.' })

    const made = await passkeys.invite(
      {
        name: invited.name,
        title: invited.title,
        role: invited.role,
        organization: standing.organization,
        grade: standing.grade,
        administers: standing.administers,
        scopes: SCOPES,
        invitedBy: caller.sub ?? '',
      },
      clock.now(),
    )
    request.log.info({ event: 'identity.invited', by: caller.sub, organization: standing.organization })
    return reply.code(201).send({ link: `${publicUrl}/identity/join/${made.secret}`, expires: made.expiresAt.toISOString() })
  })
}
