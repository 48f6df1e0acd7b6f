/**
 * Answering a person: what they say is wrong in an entry, and what they ask of a look at their record. The entry is changed by its author
 * alone; the person reads the answer. UK GDPR article 16; hazard HAZ-P130.
 */
import type { Resource, Task } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { codes, dueOf, isOpen, kindOf } from '../../knowledge/reading.ts'
import type { Page } from '../../rendering/pages.ts'
import type { Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { openStep } from '../inbox/load.ts'
import { showStep } from '../inbox/steps.ts'
import { titleOf } from '../correction/entry-title.ts'
import { mayBeMarkedWrong, wasChangedSince } from './answer.ts'

interface OneStep {
  readonly Params: { readonly id: string }
}

const LONGEST = 2_000
/** Steps in which a person has asked something. */
const ASKED: ReadonlySet<string> = new Set(['correction', 'access-query'])

export const answer: FastifyPluginAsync<PageDependencies> = async (app, { record, clock }) => {
  app.get<OneStep>('/inbox/:id/answer', (request, reply) => show(reply, request.params.id, signedIn(request), { values: {} }))

  app.post<OneStep>('/inbox/:id/answer', async (request, reply) => {
    const session = signedIn(request)
    const { id } = request.params
    const mine = record(session.token)
    const { task, entry } = await asked(session, id)
    const values = { did: textIn(request.body, 'did'), words: textIn(request.body, 'words') }
    const { answering: words } = reply.words
    const wrong = problems()
    const offered = optionsFor(task, entry)
    if (offered.length > 0 && !offered.some((one) => one === values.did)) wrong.add('did', words.didMissing)
    if (values.did === 'corrected' && !wasChangedSince(entry, task.authoredOn)) wrong.add('did', words.notCorrected)
    if (values.words === '') wrong.add('words', words.wordsMissing)
    if (values.words.length > LONGEST) wrong.add('words', reply.words.correction.long)
    if (wrong.list.length > 0) return show(reply.code(422), id, session, { values, errors: wrong.list, of: wrong.of })
    try {
      // The entry first: an answer that says so must be true.
      if (values.did === 'withdrawn' && mayBeMarkedWrong(entry) && entry !== undefined)
        await mine.patch(`${entry.resourceType}/${entry.id ?? ''}`, entry.meta?.versionId ?? '', { status: 'entered-in-error' })
      await mine.patch(`Task/${id}`, textIn(request.body, 'version'), {
        status: 'completed',
        output: [
          ...(task.output ?? []),
          { type: { coding: [{ system: codes('task-output'), code: 'answer', display: 'Answer' }] }, valueString: values.words },
        ],
      })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return show(reply.code(422), id, session, { values, errors: error.issues.map(({ text }) => ({ href: '#words', text })) })
    }
    return reply.redirect('/inbox?done=completed', 303)
  })

  /** @throws NOT_FOUND when it is none of this organisation's, or nothing that a person asked, or answered already */
  async function asked(session: Session, id: string) {
    const mine = record(session.token)
    const { task, resolved } = await openStep(mine, id, session)
    if (!ASKED.has(kindOf(task)) || !isOpen(task)) throw refuse.NOT_FOUND()
    const found = await mine.resolve([task.reasonReference?.reference])
    return { task, resolved, entry: found.get(task.reasonReference?.reference ?? '') }
  }

  async function show(reply: FastifyReply, id: string, session: Session, view: Partial<Page>): Promise<FastifyReply> {
    const { task, resolved, entry } = await asked(session, id)
    const step = showStep(task, resolved, reply.words, clock.now())
    return reply.page('answer/view', {
      title: reply.words.answering.title,
      back: { href: `/inbox/${id}`, text: reply.words.back },
      step,
      about: kindOf(task) === 'correction' ? titleOf(entry, reply.words) : undefined,
      asked: task.description ?? task.reasonCode?.text,
      at: task.authoredOn,
      due: dueOf(task),
      options: optionsFor(task, entry),
      of: {},
      ...view,
    })
  }
}

/** What can have been done about a correction; a question about a look is answered in words alone. */
const optionsFor = (task: Task, entry: Resource | undefined): readonly ('corrected' | 'withdrawn' | 'stays')[] =>
  kindOf(task) !== 'correction' ? [] : ['corrected', ...(mayBeMarkedWrong(entry) ? (['withdrawn'] as const) : []), 'stays']
