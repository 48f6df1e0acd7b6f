/** Naming who coordinates a need; kept on the request, as an amendment with its reason. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { listCoordinators } from '../../knowledge/directory.ts'
import { ours } from '../../knowledge/reading.ts'
import type { Page } from '../../rendering/pages.ts'
import type { Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { openStep } from '../inbox/load.ts'
import { showStep } from '../inbox/steps.ts'
import { loadStanding } from './standing.ts'

interface OneStep {
  readonly Params: { readonly id: string }
}

export const coordinator: FastifyPluginAsync<PageDependencies> = async (app, { record, clock }) => {
  app.get<OneStep>('/inbox/:id/coordinator', (request, reply) => show(reply, request.params.id, signedIn(request), {}))

  app.post<OneStep>('/inbox/:id/coordinator', async (request, reply) => {
    const session = signedIn(request)
    const { id } = request.params
    const mine = record(session.token)
    const values = { owner: textIn(request.body, 'owner'), why: textIn(request.body, 'why') }
    const owner = (await listCoordinators(mine)).find(({ reference }) => reference === values.owner)
    const wrong = problems()
    if (owner === undefined) wrong.add('owner', reply.words.coordinator.missing)
    if (values.why === '') wrong.add('why', reply.words.coordinator.whyMissing)
    if (owner === undefined || wrong.list.length > 0) {
      return show(reply.code(422), id, session, { values, errors: wrong.list, of: wrong.of })
    }
    const { request: need } = await openStep(mine, id, session)
    if (need === undefined) throw refuse.NOT_FOUND()
    const parameter = [
      { name: 'request', resource: coordinatedBy(need, owner.reference) },
      { name: 'reason', valueString: reply.words.coordinator.amended(owner.name, values.why) },
    ]
    try {
      await mine.ask(`ServiceRequest/${need.id ?? ''}`, '$amend', { resourceType: 'Parameters', parameter })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return show(reply.code(422), id, session, { values, errors: error.issues.map(({ text }) => ({ href: '#owner', text })) })
    }
    return reply.redirect(`/inbox/${id}?done=coordinated`, 303)
  })

  async function show(reply: FastifyReply, id: string, session: Session, view: Partial<Page>): Promise<FastifyReply> {
    const mine = record(session.token)
    const { task, resolved, request } = await openStep(mine, id, session)
    if (request === undefined) throw refuse.NOT_FOUND()
    const standing = await loadStanding(mine, request.id ?? '', reply.words)
    return reply.page('coordinator/view', {
      title: reply.words.coordinator.title,
      back: { href: `/inbox/${id}`, text: reply.words.back },
      step: showStep(task, resolved, reply.words, clock.now()),
      standing,
      organisations: await listCoordinators(mine),
      values: { owner: standing.coordinatorReference ?? '' },
      of: {},
      ...view,
    })
  }
}

const coordinatedBy = (request: ServiceRequest, organization: string): ServiceRequest => ({
  ...request,
  extension: [
    ...(request.extension ?? []).filter(({ url }) => url !== ours('coordinator')),
    { url: ours('coordinator'), valueReference: { reference: organization } },
  ],
})
