/** Marking a step as done, with what came of it. */
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { problems, textIn } from '../../forms/fields.ts'
import type { Page } from '../../rendering/pages.ts'
import type { Words } from '../../words/words.ts'
import type { Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { openStep } from '../inbox/load.ts'
import { codes } from '../../knowledge/reading.ts'
import { needReferenceOf, showStep } from '../inbox/steps.ts'

interface OneStep {
  readonly Params: { readonly id: string }
}

export const completion: FastifyPluginAsync<PageDependencies> = async (app, { record, clock }) => {
  app.get<OneStep>('/inbox/:id/complete', (request, reply) => show(reply, request.params.id, signedIn(request), { values: {} }))

  app.post<OneStep>('/inbox/:id/complete', async (request, reply) => {
    const session = signedIn(request)
    const outcome = textIn(request.body, 'outcome')
    const wrong = problems()
    const mine = record(session.token)
    const { task, resolved } = await openStep(mine, request.params.id, session)
    const { asks } = showStep(task, resolved, reply.words, clock.now())
    if (outcome === '') wrong.add('outcome', wordsFor(asks, reply.words).outcomeMissing)
    if (wrong.list.length > 0)
      return show(reply.code(422), request.params.id, session, { values: { outcome }, errors: wrong.list, of: wrong.of })
    try {
      if (needReferenceOf(task) === undefined) {
        // No need stands behind it, so that it ends with its answer.
        await mine.patch(`Task/${task.id ?? ''}`, task.meta?.versionId ?? '', {
          status: 'completed',
          output: [...(task.output ?? []), answerOf(outcome)],
        })
        return await reply.redirect('/inbox?done=completed', 303)
      }
      const parameter = [{ name: 'outcome', valueString: outcome }]
      await mine.operate(`Task/${request.params.id}`, '$complete', { resourceType: 'Parameters', parameter })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      const errors = error.issues.map(({ text }) => ({ href: '#outcome', text }))
      return show(reply.code(422), request.params.id, session, { values: { outcome }, errors })
    }
    return reply.redirect(`/inbox?done=${asks ? 'answered' : 'completed'}`, 303)
  })

  async function show(reply: FastifyReply, id: string, session: Session, view: Partial<Page>): Promise<FastifyReply> {
    const { task, resolved } = await openStep(record(session.token), id, session)
    const back = { href: `/inbox/${id}`, text: reply.words.back }
    const step = showStep(task, resolved, reply.words, clock.now())
    const words = wordsFor(step.asks, reply.words)
    return reply.page('completion/view', {
      title: words.title,
      back,
      step,
      words,
      of: {},
      ...view,
    })
  }
}

/** A question is answered, anything else is done. */
const wordsFor = (asks: boolean, { completion: words }: Words): Words['completion'] | Words['completion']['answer'] =>
  asks ? words.answer : words

const answerOf = (outcome: string) => ({
  type: { coding: [{ system: codes('task-output'), code: 'outcome' }] },
  valueString: outcome,
})
