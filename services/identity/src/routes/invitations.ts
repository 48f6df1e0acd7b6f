/**
 * `POST /identity/invitations`: who administers an organisation invites somebody into it; the operator invites the first. `GET` says in numbers who can sign
 * in for it. Row I2.
 */
import type { FastifyPluginAsync } from 'fastify'
import { GRADES, type Grade } from '@platform/fhir/caller'
import type { Invitations } from '../store/invitations.ts'
import type { People } from '../store/people.ts'
import { bearerOf } from './bearer.ts'
import type { CodeSending } from './code-sending.ts'
import type { ForeignSubjects } from '../store/foreign-subjects.ts'
import { contactIn, shortText, subjectIn } from './invited.ts'
import type { CurrentProvider } from './oidc/current-provider.ts'

export interface InvitationOptions {
  readonly publicUrl: string
  readonly provider: CurrentProvider
  readonly people: People
  readonly invitations: Invitations
  readonly codes: CodeSending
  readonly subjects: ForeignSubjects
  /** Issuers of others at which people may sign in. */
  readonly issuers: readonly { readonly issuer: string }[]
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
  /** Address for one-time codes, beside a passkey. */
  readonly contact?: unknown
  /** Instead of a link: who they are at an issuer of somebody else, at which they sign in. */
  readonly issuer?: unknown
  readonly subject?: unknown
}

/** What people of an organisation do who have no NHS account: nobody invites a ward, a commissioner or an operator. */
const ROLES = ['worker', 'professional'] as const
const SCOPES = 'user/*.cruds'
const ORGANIZATION = /^Organization\/[A-Za-z0-9\-.]{1,64}$/

export const invitations: FastifyPluginAsync<InvitationOptions> = async (app, options) => {
  const { publicUrl, provider, people, invitations: kept, codes, subjects, issuers, clock } = options

  app.get('/invitations', async ({ headers }, reply) => {
    const caller = await bearerOf(headers.authorization, { provider, publicUrl })
    if (caller?.sub === undefined) return reply.code(401).send({ says: 'Sign in again.' })
    const asks = await people.find(caller.sub)
    if (asks?.administers !== true || asks.organization === undefined)
      return reply.code(403).send({ says: 'Only who administers an organisation sees how many can sign in.' })
    return reply.header('cache-control', 'no-store').send(await kept.countOf(asks.organization, clock.now()))
  })

  app.post<{ Body: Asked | null }>('/invitations', async (request, reply) => {
    const caller = await bearerOf(request.headers.authorization, { provider, publicUrl })
    if (caller === undefined) return reply.code(401).send({ says: 'Sign in again.' })
    const { name, title, role, organization, grade, administers, contact, issuer, subject } = request.body ?? {}
    const invited = { name: shortText(name), title: shortText(title), role: ROLES.find((one) => one === role) }
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

    const address = contactIn(contact, codes)
    if (address === 'wrong') return reply.code(422).send({ says: 'The address is neither an e-mail address nor a mobile number.' })
    // A code alone makes a mailbox the key: never to whole records (decision 231).
    if (address !== undefined && standing.grade === 'full')
      return reply.code(422).send({ says: 'Whoever may read whole records signs in by passkey: leave the address out.' })

    const invitation = {
      name: invited.name,
      title: invited.title,
      role: invited.role,
      organization: standing.organization,
      grade: standing.grade,
      administers: standing.administers,
      scopes: SCOPES,
      ...(address === undefined ? {} : { contactHash: address }),
      invitedBy: caller.sub ?? '',
    }
    if (issuer !== undefined || subject !== undefined) {
      const there = subjectIn(issuer, subject)
      if (there === undefined || !issuers.some((one) => one.issuer === there.issuer) || address !== undefined)
        return reply.code(422).send({ says: 'Say an issuer of SIGN_IN_ISSUERS and the subject there, and no address.' })
      const registered = await subjects.register(there, invitation, clock.now())
      if (registered === undefined)
        return reply.code(422).send({ says: 'Somebody signs in as this subject already: take them back first.' })
      request.log.info({ event: 'identity.subject-registered', by: caller.sub, organization: standing.organization, person: registered })
      return reply.code(201).send({ registered })
    }

    const made = await kept.invite(invitation, clock.now())
    request.log.info({ event: 'identity.invited', by: caller.sub, organization: standing.organization })
    return reply.code(201).send({ link: `${publicUrl}/identity/join/${made.secret}`, expires: made.expiresAt.toISOString() })
  })
}
