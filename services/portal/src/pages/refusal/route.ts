/** Refusing, with everything that keeps the person from vanishing. */
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { listOrganisations } from '../../knowledge/directory.ts'
import { dayOf } from '../../rendering/dates.ts'
import type { Page } from '../../rendering/pages.ts'
import type { Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { openStep } from '../inbox/load.ts'
import { showStep } from '../inbox/steps.ts'
import { enteredRefusal, readRefusal, toParameters } from './refusal-form.ts'

interface OneStep {
  readonly Params: { readonly id: string }
}

export const refusal: FastifyPluginAsync<PageDependencies> = async (app, { record, catalogue, clock }) => {
  app.get<OneStep>('/inbox/:id/refuse', (request, reply) => show(reply, request.params.id, signedIn(request), { values: {} }))

  app.post<OneStep>('/inbox/:id/refuse', async (request, reply) => {
    const session = signedIn(request)
    const mine = record(session.token)
    const listed = await listOrganisations(mine, session.organization)
    const entered = enteredRefusal(request.body)
    const { given, wrong } = readRefusal(entered, { reasons: catalogue.refusalReasons, listed, today: dayOf(clock.now()) }, reply.words)
    if (given === undefined) return show(reply.code(422), request.params.id, session, { values: entered, errors: wrong.list, of: wrong.of })
    try {
      await mine.operate(`Task/${request.params.id}`, '$refuse', toParameters(given))
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return show(reply.code(422), request.params.id, session, {
        values: entered,
        errors: error.issues.map(({ text }) => ({ href: '#reason', text })),
      })
    }
    return reply.redirect('/inbox?done=refused', 303)
  })

  async function show(reply: FastifyReply, id: string, session: Session, view: Partial<Page>): Promise<FastifyReply> {
    const mine = record(session.token)
    const { task, resolved } = await openStep(mine, id, session)
    return reply.page('refusal/view', {
      title: reply.words.refusal.title,
      back: { href: `/inbox/${id}`, text: reply.words.back },
      step: showStep(task, resolved, reply.words, clock.now()),
      reasons: catalogue.refusalReasons,
      organisations: await listOrganisations(mine, session.organization),
      of: {},
      ...view,
    })
  }
}
