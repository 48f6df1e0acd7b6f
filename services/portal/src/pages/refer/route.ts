/** Asking another service for help: the need, what the service must know, whom to ask, how soon. */
import type { Organization, Patient } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { listOrganisations } from '../../knowledge/directory.ts'
import { showPerson } from '../../knowledge/person.ts'
import { codeIn } from '../../knowledge/reading.ts'
import type { Page } from '../../rendering/pages.ts'
import { givesCare, type Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { enteredRequest, readRequest, SINGLE_POINT_OF_ACCESS, toServiceRequest, unlessSent } from './refer-form.ts'

interface OfPerson {
  readonly Params: { readonly id: string }
}

export const refer: FastifyPluginAsync<PageDependencies> = async (app, { record, clock, newId }) => {
  app.get<OfPerson>('/people/:id/refer', async (request, reply) => {
    const session = referrer(signedIn(request))
    const patient = await record(session.token).read<Patient>('Patient', request.params.id)
    const values = { needs: showPerson(patient).needs.join('\n'), performer: SINGLE_POINT_OF_ACCESS, priority: 'routine', key: newId() }
    return show(reply, patient, session, { values })
  })

  app.post<OfPerson>('/people/:id/refer', async (request, reply) => {
    const session = referrer(signedIn(request))
    const mine = record(session.token)
    const patient = await mine.read<Patient>('Patient', request.params.id)
    const entered = enteredRequest(request.body)
    const { given, wrong } = readRequest(entered, await listOrganisations(mine, session.organization), reply.words)
    if (given === undefined) return show(reply.code(422), patient, session, { values: entered, errors: wrong.list, of: wrong.of })

    const own = await mine.read<Organization>('Organization', session.organization.slice('Organization/'.length))
    const sender = { organization: session.organization, sector: codeIn(own, 'sector') ?? 'independent' }
    try {
      await mine.create(toServiceRequest(given, request.params.id, sender, clock.now()), unlessSent(given))
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return show(reply.code(422), patient, session, { values: entered, errors: error.issues.map(({ text }) => ({ href: '#need', text })) })
    }
    return reply.redirect(`/people/${request.params.id}/request-sent`, 303)
  })

  app.get<OfPerson>('/people/:id/request-sent', async (request, reply) => {
    const session = referrer(signedIn(request))
    const patient = await record(session.token).read<Patient>('Patient', request.params.id)
    return reply.page('refer/done', { title: reply.words.refer.done, person: showPerson(patient) })
  })

  async function show(reply: FastifyReply, patient: Patient, session: Session, view: Partial<Page>): Promise<FastifyReply> {
    const person = showPerson(patient)
    return reply.page('refer/view', {
      title: reply.words.refer.for(person.name ?? reply.words.person.unnamed),
      back: { href: `/people/${person.id}`, text: reply.words.back },
      person,
      organisations: await listOrganisations(record(session.token), session.organization),
      nobodyNamed: SINGLE_POINT_OF_ACCESS,
      of: {},
      now: clock.now(),
      ...view,
    })
  }
}

/** @throws NOT_ALLOWED to whoever gives no care, or acts for no organisation: somebody has to hear the answer */
function referrer(session: Session): Session & { readonly organization: string } {
  if (!givesCare(session) || session.organization === undefined) throw refuse.NOT_ALLOWED()
  return { ...session, organization: session.organization }
}
