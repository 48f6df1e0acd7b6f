/** Carers: a person invites the one they named to sign in, and a carer chooses for whom they act. Row H5. */
import type { RelatedPerson } from '@medplum/fhirtypes'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { nameOf } from '../../knowledge/reading.ts'
import { dayOf } from '../../rendering/dates.ts'
import type { Page } from '../../rendering/pages.ts'
import { decider } from '../../session/own-record.ts'
import { begun } from '../../session/session-end.ts'
import type { Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { invited, showInvitation } from '../team/invitation.ts'

interface One {
  readonly Params: { readonly id: string }
}

export const actingFor: FastifyPluginAsync<PageDependencies> = async (app, { issuer, record, times }) => {
  app.get<One>('/agreements/carer/:id/invite', async (request, reply) => invite(reply, await named(request), { values: {} }))

  app.post<One>('/agreements/carer/:id/invite', async (request, reply) => {
    const carer = await named(request)
    const contact = textIn(request.body, 'contact')
    const asked = { name: carer.name, title: carer.relationship, carer: carer.reference, ...(contact === '' ? {} : { contact }) }
    const made = await invited(issuer.inviteCarer(carer.token, asked))
    if (made !== undefined) return showInvitation(reply, made, { href: '/agreements', text: reply.words.agree.title })
    const wrong = problems()
    wrong.add('contact', reply.words.team.contactRefused)
    return invite(reply.code(422), carer, { values: { contact }, errors: wrong.list, of: wrong.of })
  })

  app.get('/acting-for', async (request, reply) => {
    const { token } = carerOf(request)
    // The end is the first instant after the last day.
    const people = (await issuer.lookedAfter(token)).map((one) => ({ ...one, lastDay: dayOf(new Date(Date.parse(one.endsAt) - 1)) }))
    return reply.page('acting-for/view', { title: reply.words.actingFor.title, people })
  })

  app.post('/acting-for', async (request, reply) => {
    const session = carerOf(request)
    await issuer.actFor(session.token, textIn(request.body, 'id'))
    // The token at hand is still for the one before: the next is asked for at once.
    const { renewal } = session
    const answer = renewal === undefined ? undefined : await issuer.renew({ ...session, renewal })
    if (answer === undefined || renewal === undefined) throw refuse.SESSION_ENDED()
    const now = Math.floor(Date.now() / 1000)
    const next = begun(answer.session, answer.refreshToken, times, now)
    await reply.signIn(next.renewal === undefined ? next : { ...next, renewal: { ...next.renewal, endsAt: renewal.endsAt } })
    return reply.redirect('/', 303)
  })

  /** The carer of the address, as the person named them. @throws NOT_FOUND, NOT_ALLOWED */
  async function named(request: FastifyRequest<One>) {
    const { token } = decider(request)
    const { id, name, relationship } = await record(token).read<RelatedPerson>('RelatedPerson', request.params.id)
    return { token, id, reference: `RelatedPerson/${id ?? ''}`, name: nameOf(name) ?? '', relationship: relationship?.[0]?.text ?? '' }
  }

  const invite = (reply: FastifyReply, carer: Awaited<ReturnType<typeof named>>, view: Partial<Page>): FastifyReply =>
    reply.page('acting-for/invite', {
      title: reply.words.actingFor.inviteTitle,
      back: { href: '/agreements', text: reply.words.agree.title },
      carer: { id: carer.id, name: carer.name, relationship: carer.relationship },
      of: {},
      ...view,
    })
}

/** @throws NOT_ALLOWED to whoever is no carer */
function carerOf(request: FastifyRequest): Session {
  const session = signedIn(request)
  if (session.role !== 'carer') throw refuse.NOT_ALLOWED()
  return session
}
