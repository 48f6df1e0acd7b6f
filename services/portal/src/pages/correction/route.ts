/** "This is wrong": asking for the correction of an entry, and what became of it. Nothing is changed by the asking. */
import type { Resource, Task } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { parametersOf } from '../../knowledge/parameters.ts'
import { calledOf, codes, dueOf, isOpen, outputOf } from '../../knowledge/reading.ts'
import type { Page } from '../../rendering/pages.ts'
import { ownRecord, type OwnSession } from '../../session/own-record.ts'
import { titleOf } from './entry-title.ts'

interface About {
  readonly Querystring: { readonly entry?: string; readonly done?: string }
}

const LONGEST = 2_000
const REFERENCE = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/

export const correction: FastifyPluginAsync<PageDependencies> = async (app, { record }) => {
  app.get<About>('/my-corrections', async (request, reply) => {
    const { token, self } = ownRecord(request)
    const mine = record(token)
    const { all } = await mine.find<Task>('Task', { patient: self, code: `${codes('task-kind')}|correction`, _sort: '-authored-on' })
    const resolved = await mine.resolve(all.flatMap(({ owner, reasonReference }) => [owner?.reference, reasonReference?.reference]))
    return reply.page('correction/list', {
      title: reply.words.correction.list,
      back: { href: '/my-record', text: reply.words.timeline.own },
      done: request.query.done === 'asked' ? reply.words.correction.done : undefined,
      corrections: all.map((task) => ({
        entry: titleOf(resolved.get(task.reasonReference?.reference ?? ''), reply.words),
        words: task.description,
        at: task.authoredOn,
        owner: calledOf(task.owner, resolved),
        due: isOpen(task) ? dueOf(task) : undefined,
        answer: outputOf(task, 'answer')?.valueString ?? outputOf(task, 'outcome')?.valueString ?? task.statusReason?.text,
        open: isOpen(task),
      })),
    })
  })

  app.get<About>('/my-corrections/new', (request, reply) => ask(reply, ownRecord(request), request.query.entry ?? '', { values: {} }))

  app.post('/my-corrections', async (request, reply) => {
    const session = ownRecord(request)
    const [entry, words] = [textIn(request.body, 'entry'), textIn(request.body, 'words')]
    const wrong = problems()
    if (words === '') wrong.add('words', reply.words.correction.missing)
    if (words.length > LONGEST) wrong.add('words', reply.words.correction.long)
    if (wrong.list.length > 0) return ask(reply.code(422), session, entry, { values: { words }, errors: wrong.list, of: wrong.of })
    const given = parametersOf({ name: 'entry', valueReference: { reference: entry } }, { name: 'words', valueString: words })
    try {
      await record(session.token).ask(session.self, '$request-correction', given)
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return ask(reply.code(422), session, entry, { values: { words }, errors: error.issues.map(({ text }) => ({ href: '#words', text })) })
    }
    return reply.redirect('/my-corrections?done=asked', 303)
  })

  async function ask(reply: FastifyReply, { token, self }: OwnSession, entry: string, view: Partial<Page>): Promise<FastifyReply> {
    if (!REFERENCE.test(entry)) throw refuse.NOT_FOUND()
    const [type = '', id = ''] = entry.split('/')
    const resource = await record(token).read<Resource>(type as Resource['resourceType'], id)
    return reply.page('correction/ask', {
      title: reply.words.correction.title,
      back: { href: '/my-record', text: reply.words.timeline.own },
      entry,
      entryTitle: entry === self ? reply.words.correction.details : titleOf(resource, reply.words),
      of: {},
      ...view,
    })
  }
}
