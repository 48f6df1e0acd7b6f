/**
 * Requests for help from a file: rehearsed first, reported row by row, and each asked for once by the sender's own reference. Feature I3. What was sent is not
 * taken back here: each is with somebody by then.
 */
import { stringify } from 'csv-stringify/sync'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { listOrganisations } from '../../knowledge/directory.ts'
import type { Page } from '../../rendering/pages.ts'
import type { Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { referrer } from '../refer/route.ts'
import { MOST_BYTES, takeFiles } from './file-form.ts'
import { showRequests } from './requests-report.ts'

/** As the service reads them: they are the same in every language. */
const HEADINGS = ['reference', 'NHS number', 'date of birth', 'need', 'kind', 'priority', 'receiver', 'red flags', 'words']

/** Five hundred rows, each with a person to be found and a request to be written, in milliseconds. */
const ANSWER_WITHIN_MS = 60_000

export const requestsIn: FastifyPluginAsync<PageDependencies> = async (app, { record, catalogue }) => {
  await takeFiles(app)

  app.get('/import/requests', async (request, reply) => show(reply, referrer(signedIn(request)), {}))

  app.get('/import/requests.csv', async (request, reply) => {
    referrer(signedIn(request))
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="requests.csv"')
      .send(stringify([HEADINGS], { bom: true }))
  })

  app.post('/import/requests', { bodyLimit: MOST_BYTES * 2 }, async (request, reply) => {
    const session = referrer(signedIn(request))
    const text = textIn(request.body, 'file') || textIn(request.body, 'text')
    const rehearsal = textIn(request.body, 'send') === ''
    if (text === '') {
      const wrong = problems()
      wrong.add('file', reply.words.imports.missing)
      return show(reply.code(422), session, { errors: wrong.list, of: wrong.of })
    }
    const parameter = [
      { name: 'csv', valueString: text },
      { name: 'dryRun', valueBoolean: rehearsal },
    ]
    try {
      const answer = await record(session.token).ask(
        '',
        '$import-referrals',
        { resourceType: 'Parameters', parameter },
        { withinMs: ANSWER_WITHIN_MS },
      )
      const report = showRequests(answer)
      return show(reply, session, { report, rehearsal, ...(rehearsal && report.asked > 0 ? { text } : {}) })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      const errors = error.issues.map(({ text: said, remedy }) => ({
        href: '#file',
        text: [said, remedy].filter((part) => part !== undefined).join(' '),
      }))
      return show(reply.code(422), session, { errors, of: { file: errors[0] } })
    }
  })

  const show = async (reply: FastifyReply, { token }: Session, view: Partial<Page>): Promise<FastifyReply> =>
    reply.page('import/requests', {
      title: reply.words.requestsIn.title,
      back: { href: '/people', text: reply.words.people.nav },
      of: {},
      headings: HEADINGS,
      kinds: catalogue.serviceKinds,
      receivers: await listOrganisations(record(token), undefined),
      ...view,
    })
}
