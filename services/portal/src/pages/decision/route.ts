/** Deciding whether a hospital message is about somebody on the alerts register: which of the candidates, or none. */
import type { Patient, Task } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { refuse } from '../../errors.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { isOpen, kindOf, nameOf } from '../../knowledge/reading.ts'
import type { Page } from '../../rendering/pages.ts'
import type { Session } from '../../session/session.ts'
import type { Words } from '../../words/words.ts'
import { signedIn } from '../../session/sessions.ts'
import { openStep, readStep } from '../inbox/load.ts'
import { showStep } from '../inbox/steps.ts'

interface OneStep {
  readonly Params: { readonly id: string }
}

/** What the form sends when it is none of them. */
const NOBODY = 'nobody'

export const decision: FastifyPluginAsync<PageDependencies> = async (app, { record, clock }) => {
  app.get<OneStep>('/inbox/:id/decide', async (request, reply) => {
    const session = signedIn(request)
    const { id } = request.params
    // What somebody else has decided meanwhile is not asked for: its own page says what became of it.
    if (!isOpen(await readStep(record(session.token), id, session))) return reply.redirect(`/inbox/${id}`, 303)
    return show(reply, id, session, {})
  })

  app.post<OneStep>('/inbox/:id/decide', async (request, reply) => {
    const session = signedIn(request)
    const { id } = request.params
    const whom = textIn(request.body, 'whom')
    const wrong = problems()
    if (whom === '') wrong.add('whom', reply.words.decision.whomMissing)
    if (wrong.list.length > 0) return show(reply.code(422), id, session, { errors: wrong.list, of: wrong.of })
    try {
      const parameter =
        whom === NOBODY
          ? [{ name: 'outcome', valueCode: 'wrong-person' }]
          : [
              { name: 'outcome', valueCode: 'same-person' },
              { name: 'person', valueReference: { reference: whom } },
            ]
      await record(session.token).operate(`Task/${id}`, '$close', { resourceType: 'Parameters', parameter })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return show(reply.code(422), id, session, { errors: error.issues.map(({ text }) => ({ href: '#whom', text })) })
    }
    return reply.redirect('/inbox?done=decided', 303)
  })

  async function show(reply: FastifyReply, id: string, session: Session, view: Partial<Page>): Promise<FastifyReply> {
    const mine = record(session.token)
    const { task, resolved } = await openStep(mine, id, session)
    if (kindOf(task) !== 'identity-review') throw refuse.NOT_FOUND()
    const candidates = await mine.resolve((task.input ?? []).map(({ valueReference }) => valueReference?.reference))
    return reply.page('decision/view', {
      title: reply.words.decision.title,
      back: { href: `/inbox/${id}`, text: reply.words.back },
      step: showStep(task, resolved, reply.words, clock.now()),
      candidates: candidatesIn(task, candidates, reply.words),
      nobody: NOBODY,
      of: {},
      ...view,
    })
  }

  const candidatesIn = ({ input = [] }: Task, resolved: ReadonlyMap<string, { resourceType: string }>, words: Words) =>
    input.flatMap(({ valueReference: { reference } = {} }) => {
      if (reference === undefined) return []
      const patient = resolved.get(reference) as Patient | undefined
      return [
        { reference, name: nameOf(patient?.name) ?? words.person.unnamed, ...(patient?.birthDate ? { bornOn: patient.birthDate } : {}) },
      ]
    })
}
