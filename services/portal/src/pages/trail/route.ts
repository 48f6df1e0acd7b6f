/** Who looked at a person's own record, in sentences; what they were told; and asking about what looks strange. */
import type { Communication, Task } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { parametersOf, readParts } from '../../knowledge/parameters.ts'
import { calledOf, codes, dueOf, isOpen, outputOf } from '../../knowledge/reading.ts'
import type { Page } from '../../rendering/pages.ts'
import { ownRecord, type OwnSession } from '../../session/own-record.ts'
import { toldOf } from './told.ts'

interface Asked {
  readonly Querystring: { readonly cursor?: string; readonly event?: string; readonly done?: string }
}

const PAGE = '50'
const EVENT = /^AuditEvent\/[A-Za-z0-9\-.]{1,64}$/

export const trail: FastifyPluginAsync<PageDependencies> = async (app, { record }) => {
  app.get<Asked>('/who-looked', async (request, reply) => {
    const { token, self } = ownRecord(request)
    const { cursor, done } = request.query
    const { lang, trail: words } = reply.words
    const mine = record(token)
    const [answer, messages, queries] = await Promise.all([
      mine.ask(self, '$access-log', { language: lang, ...(cursor === undefined ? { _count: PAGE } : { _cursor: cursor }) }),
      mine.find<Communication>('Communication', { patient: self, recipient: self, _sort: '-sent', _count: '20' }),
      mine.find<Task>('Task', { patient: self, code: `${codes('task-kind')}|access-query`, _sort: '-authored-on', _count: '20' }),
    ])
    const resolved = await mine.resolve(queries.all.map(({ owner }) => owner?.reference))
    const log = readParts(answer)
    const next = log.text('next')
    return reply.page('trail/view', {
      title: words.title,
      looks: log.all('entry').map((entry) => {
        const text = entry.text('text') ?? ''
        // One's own looks need no question.
        return { text, event: text.includes(`: ${words.self} `) ? undefined : entry.reference('event')?.reference }
      }),
      later: cursor !== undefined,
      cursor: next === undefined ? undefined : (new URL(next).searchParams.get('_cursor') ?? undefined),
      told: toldOf(messages.all, lang),
      queries: queries.all.map((task) => ({
        at: task.authoredOn,
        words: task.reasonCode?.text,
        owner: calledOf(task.owner, resolved),
        due: isOpen(task) ? dueOf(task) : undefined,
        answer: outputOf(task, 'answer')?.valueString ?? outputOf(task, 'outcome')?.valueString,
      })),
      done: done === 'asked' ? words.query.done : undefined,
    })
  })

  app.get<Asked>('/who-looked/ask', (request, reply) => ask(reply, ownRecord(request), request.query.event ?? '', { values: {} }))

  app.post('/who-looked/ask', async (request, reply) => {
    const session = ownRecord(request)
    const [event, words] = [textIn(request.body, 'event'), textIn(request.body, 'words')]
    const wrong = problems()
    if (words === '') wrong.add('words', reply.words.trail.query.missing)
    if (words.length > 2_000) wrong.add('words', reply.words.correction.long)
    if (wrong.list.length > 0) return ask(reply.code(422), session, event, { values: { words }, errors: wrong.list, of: wrong.of })
    const given = parametersOf({ name: 'event', valueReference: { reference: event } }, { name: 'words', valueString: words })
    try {
      await record(session.token).ask(session.self, '$query-access', given)
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return ask(reply.code(422), session, event, { values: { words }, errors: error.issues.map(({ text }) => ({ href: '#words', text })) })
    }
    return reply.redirect('/who-looked?done=asked', 303)
  })

  function ask(reply: FastifyReply, _session: OwnSession, event: string, view: Partial<Page>): FastifyReply {
    if (!EVENT.test(event)) throw refuse.NOT_FOUND()
    return reply.page('trail/ask', {
      title: reply.words.trail.query.title,
      back: { href: '/who-looked', text: reply.words.trail.title },
      event,
      of: {},
      ...view,
    })
  }
}
