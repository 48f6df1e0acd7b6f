/** The single point of access passes a request on to the service that can help. */
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { listOrganisations } from '../../knowledge/directory.ts'
import type { Page } from '../../rendering/pages.ts'
import type { Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { openStep } from '../inbox/load.ts'
import { showStep } from '../inbox/steps.ts'

interface OneStep {
  readonly Params: { readonly id: string }
}

export const passOn: FastifyPluginAsync<PageDependencies> = async (app, { record, clock }) => {
  app.get<OneStep>('/inbox/:id/pass-on', (request, reply) => show(reply, request.params.id, signedIn(request), { values: {} }))

  app.post<OneStep>('/inbox/:id/pass-on', async (request, reply) => {
    const session = signedIn(request)
    const mine = record(session.token)
    const values = { owner: textIn(request.body, 'owner'), words: textIn(request.body, 'words') }
    const wrong = problems()
    const owner = (await listOrganisations(mine, session.organization)).find(({ reference }) => reference === values.owner)
    if (owner === undefined) wrong.add('owner', reply.words.passOn.ownerMissing)
    if (owner === undefined) return show(reply.code(422), request.params.id, session, { values, errors: wrong.list, of: wrong.of })
    try {
      await mine.operate(`Task/${request.params.id}`, '$triage', {
        resourceType: 'Parameters',
        parameter: [
          { name: 'outcome', valueCode: 'redirect' },
          { name: 'nextOwner', valueReference: { reference: owner.reference } },
          ...(values.words === '' ? [] : [{ name: 'words', valueString: values.words }]),
        ],
      })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return show(reply.code(422), request.params.id, session, {
        values,
        errors: error.issues.map(({ text }) => ({ href: '#owner', text })),
      })
    }
    return reply.redirect('/inbox?done=passed-on', 303)
  })

  async function show(reply: FastifyReply, id: string, session: Session, view: Partial<Page>): Promise<FastifyReply> {
    const mine = record(session.token)
    const { task, resolved } = await openStep(mine, id, session)
    return reply.page('pass-on/view', {
      title: reply.words.passOn.title,
      back: { href: `/inbox/${id}`, text: reply.words.back },
      step: showStep(task, resolved, reply.words, clock.now()),
      organisations: await listOrganisations(mine, session.organization),
      of: {},
      ...view,
    })
  }
}
